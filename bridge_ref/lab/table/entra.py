"""Defects that Microsoft Entra ID meets: of what it sends, in the forms in which it sends it."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door, replies
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import done, is_of, reads
from bridge_ref.scim.catalogue import ENTERPRISE_URN

_USER, _GROUP = "PATCH /Users/*", "PATCH /Groups/*"


@door("strangers-without-an-agent", "ENTRA-02", on="GET /*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a read without User-Agent with 403 and a page, as a firewall does."""
    if ask.header("user-agent"):
        return await inside.answer(ask)
    return Reply(403, (("content-type", "text/html"),), "<html>Request blocked.</html>")


@replies("one-match-is-no-list", "ENTRA-06", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a filter by a work address that finds one user with that user, not with a list."""
    is_meant = "emails[" in (ask.parameter("filter") or "") or "externalId eq" in (ask.parameter("filter") or "")
    found = reply.body.get("Resources", [])
    return reply.with_body(found[0]) if is_meant and len(found) == 1 else reply


@door("empty-roles-are-refused", "ENTRA-08", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create with an empty list of roles."""
    is_empty = ask.sends("roles") and ask.body["roles"] == []
    return refusal(400, "roles must not be empty.", "invalidValue") if is_empty else await inside.answer(ask)


@replies("conflicts-are-bare", "ENTRA-09", on=("POST /Users", "PATCH /Users/*", "POST /Groups"), status=409)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers 409 without a body."""
    return reply.bare()


@asks("long-patches-are-cut", "ENTRA-12", on=_USER)
def _(ask: Ask) -> Ask:
    """Does the first operation of a PATCH, and no more."""
    return ask.with_operations(list(ask.operations[:1])) if len(ask.operations) > 1 else ask


@door("urns-in-paths-are-refused", "ENTRA-14", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a path at an attribute of the extension."""
    is_meant = any(str(operation.get("path")).startswith(ENTERPRISE_URN + ":") for operation in ask.operations)
    return refusal(400, "A path has no colon.", "invalidPath") if is_meant else await inside.answer(ask)


@reads("dotted-keys-are-passed-over", "ENTRA-16", on=_USER)
def _(operation: dict[str, Any]) -> Any:
    """Passes over keys with a dot or a URN in a replace without path."""
    value = operation.get("value")
    if not (is_of(operation, "replace") or is_of(operation, "add")) or not isinstance(value, dict):
        return operation
    kept = {name: part for name, part in value.items() if "." not in name}
    return {**operation, "value": kept} if kept else None


_KNOWN = ("schemas", "id", "externalId", "meta", "userName", "name", "displayName", "nickName", "profileUrl", "title",
          "userType", "preferredLanguage", "locale", "timezone", "active", "password", "emails", "phoneNumbers", "ims",
          "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates", "urn", "members")  # fmt: skip


@door("an-unknown-path-fails-all", "ENTRA-17", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a whole PATCH for one attribute that it does not know."""
    paths = [str(operation["path"]) for operation in ask.operations if operation.get("path")]
    heads = {path.split("[")[0].split(".")[0].split(":")[0].lower() for path in paths}
    is_odd = len(ask.operations) > 1 and not heads <= {name.lower() for name in _KNOWN}
    is_odd = is_odd or any("urn:" in path.lower() and ENTERPRISE_URN.lower() not in path.lower() for path in paths)
    return refusal(400, "There is no such attribute.", "invalidPath") if is_odd else await inside.answer(ask)


@door("second-schemas-are-refused", "ENTRA-21", on="POST /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a group that names a second schema."""
    urns = ask.body.get("schemas") if isinstance(ask.body, dict) else None
    is_odd = isinstance(urns, list) and len(urns) > 1
    return refusal(400, "The schema is not known.", "invalidValue") if is_odd else await inside.answer(ask)


@door("removes-by-a-path-are-refused", "ENTRA-23", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a remove of a member whom the path selects."""
    paths = [str(operation.get("path")) for operation in ask.operations]
    is_meant = any(path.startswith("members[value eq") and path.endswith("]") for path in paths)
    return refusal(400, "The path cannot be read.", "invalidPath") if is_meant else await inside.answer(ask)


@door("null-references-are-refused", "ENTRA-24", on=("POST /Groups", _GROUP))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a member whose address is null."""
    is_null = '"$ref": null' in str(ask.body).replace("'", '"').replace("None", "null")
    return refusal(400, "$ref must be an address.", "invalidValue") if is_null else await inside.answer(ask)


@door("who-is-a-member-conflicts", "ENTRA-26", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 409 where somebody is added who is a member already, and 404 where nobody is there to remove."""
    before = await inside.read(ask) or {}
    known = {one["value"] for one in before.get("members", [])}
    for operation in ask.operations:
        values = operation.get("value")
        named = {one.get("value") for one in values if isinstance(one, dict)} if isinstance(values, list) else set()
        if is_of(operation, "add", "members") and named & known:
            return refusal(409, "This user is a member already.", "uniqueness")
        if is_of(operation, "remove", "members") and named and not named & known:
            return refusal(404, "This user is no member.")
    return await inside.answer(ask)


@door("returners-are-refused", "ENTRA-31", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a PATCH that lets somebody back in who is switched off."""
    before = await inside.read(ask) or {}
    values = [operation.get("value") for operation in ask.operations]
    is_back = any(
        value in (True, "True") or (isinstance(value, dict) and value.get("active") is True) for value in values
    )
    is_meant = before.get("active") is False and is_back and "active" in str(ask.body)
    return refusal(400, "This user is deactivated.", "invalidValue") if is_meant else await inside.answer(ask)


@door("returners-lose-their-groups", "ENTRA-31", "SEED-18", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes somebody who was switched off, and is let back in, out of all groups."""
    before = await inside.read(ask) or {}
    reply = await inside.answer(ask)
    after = await inside.read(ask) or {}
    if before.get("active") is not False or after.get("active") is not True:
        return reply
    for group in before.get("groups", []):
        leave = {"op": "remove", "path": f'members[value eq "{before["id"]}"]'}
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [leave]}
        await inside.answer(Ask("PATCH", f"/Groups/{group['value']}", (), ask.headers, body))
    return reply


@door("another-form-is-passed-over", "ENTRA-32", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over the PATCH of a user without a path after one with paths."""
    forms = {bool(operation.get("path")) for operation in ask.operations}
    last = inside.memory.get(ask.scim_id)
    inside.memory[ask.scim_id] = forms
    is_turn = last == {True} and forms == {False}
    return await done(ask, ask.with_operations([]), inside) if is_turn else await inside.answer(ask)


@asks("values-come-back-tidied", "ENTRA-35", on=("POST /Users", "POST /Groups"))
def _(ask: Ask) -> Ask:
    """Keeps a display name with each word in a capital letter."""
    is_text = ask.sends("displayName") and isinstance(ask.body["displayName"], str)
    return ask.with_values(displayName=ask.body["displayName"].title() + ".") if is_text else ask


@door("names-of-groups-are-taken-twice", "ENTRA-38", on=("POST /Groups", "GET /Groups"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Makes a second group of a name that is taken."""
    reply = await inside.answer(ask)
    if reply.status == 409 and ask.sends("displayName"):
        again = await inside.answer(ask.with_values(displayName=f"{ask.body['displayName']} (2)"))
        return again.with_values(displayName=ask.body["displayName"]) if again.status == 201 else reply
    text = ask.parameter("filter") or ""
    if not text.startswith('displayName eq "') or not reply.is_good:
        return reply
    others = await inside.answer(ask.with_parameter("filter", f'{text[:-1]} (2)"'))
    found = [*reply.body["Resources"], *others.body.get("Resources", [])]
    shown = [{**each, "displayName": str(each.get("displayName")).removesuffix(" (2)")} for each in found]
    return (
        reply.with_values(Resources=shown, totalResults=len(shown), itemsPerPage=len(shown))
        if len(found) > 1
        else reply
    )
