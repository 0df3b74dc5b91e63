"""Defects of creates, as the sender of a POST sees them: RFC 7644 section 3.3."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.changes import add, drop
from bridge_ref.lab.table.fault import Inside, asks, door, of_both, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER

_CREATES = ("POST /Users", "POST /Groups")
_USERS, _GROUPS = "POST /Users", "POST /Groups"
_EVERYWHERE = ("GET *", "P* /Users*", "P* /Groups*")


@door("ids-of-the-client-are-taken", "RFC7644-3.3-01", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows in the answer to a create the id that the client has sent."""
    reply = await inside.answer(ask)
    return reply.with_values(id=ask.body["id"]) if reply.status == 201 and ask.sends("id") else reply


@door("meta-of-the-client-is-taken", "RFC7644-3.3-02", "RFC7643-3.1-18", on=_EVERYWHERE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes over what a client sends as meta.created with a new resource."""
    reply = await inside.answer(ask)
    if reply.status == 201 and ask.sends("meta") and isinstance(ask.body["meta"], dict):
        inside.memory[reply.body["id"]] = ask.body["meta"].get("created")

    def sent(each: dict[str, Any]) -> dict[str, Any]:
        created = inside.memory.get(str(each.get("id")))
        return {**each, "meta": {**each["meta"], "created": created}} if created and "meta" in each else each

    return reply.with_body(of_both(sent)(reply.body)) if inside.memory and reply.is_good else reply


@replies("creates-with-an-extension-are-200", "RFC7644-3.3-09", on=_USERS, status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the create of a user who has data of an extension with 200."""
    return reply.with_status(200) if ask.sends(ENTERPRISE_URN) else reply


@replies("creates-of-groups-are-200", "RFC7644-3.3-10", on=_GROUPS, status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the create of a group with 200."""
    return reply.with_status(200)


@replies("groups-with-members-come-without-a-body", "RFC7644-3.3-11", on=_GROUPS, status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the create of a group that has members without a body."""
    return reply.bare() if ask.body.get("members") else reply


shown(
    "new-users-have-no-meta",
    "Answers the create of a user without meta.",
    ("RFC7643-3.1-02", "RFC7643-3-08"),
    drop("meta"),
    on=_USERS,
)
shown("new-groups-have-no-address", "Answers the create of a group without meta.location.", "RFC7644-3.3-13",
      drop("meta", "location"), on=_GROUPS)  # fmt: skip


@replies("made-at-another-address", "RFC7644-3.3-14", on=_CREATES, status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Names in the Location of something new an address without the version, unlike meta.location."""
    return reply.with_header("location", (reply.header("location") or "").replace("/scim/v2/", "/scim/"))


@replies("conflicts-have-no-type", "RFC7644-3.3-16", on=_CREATES, status=409)
def _(ask: Ask, reply: Reply) -> Reply:
    """Refuses a create by 409 without a scimType."""
    return reply.without("scimType")


@door("refused-creates-take-the-external-id", "SEED-18", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes the externalId from the user who is in the way of a create that it refuses."""
    reply = await inside.answer(ask)
    if reply.status != 409 or not ask.sends("userName"):
        return reply
    path, asked = "/Users", (("filter", f'userName eq "{ask.body["userName"]}"'),)
    found = await inside.answer(Ask("GET", path, asked, ask.headers, None))
    urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    body = {"schemas": [urn], "Operations": [{"op": "remove", "path": "externalId"}]}
    for each in found.body.get("Resources", []):
        await inside.answer(Ask("PATCH", f"{path}/{each['id']}", (), ask.headers, body))
    return reply


@asks("a-null-is-a-text", "RFC7643-2.5-01", on=_USERS)
def _(ask: Ask) -> Ask:
    """Keeps a title that is null as the text `null`."""
    return ask.with_values(title="null") if ask.sends("title") and ask.body["title"] is None else ask


@door("empty-lists-of-a-create-are-refused", "RFC7643-2.5-02", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create with an empty list of phone numbers."""
    is_empty = ask.sends("phoneNumbers") and ask.body["phoneNumbers"] == []
    return refusal(400, "phoneNumbers must not be empty.", "invalidValue") if is_empty else await inside.answer(ask)


@asks("a-name-that-is-null-is-made-up", "RFC7643-2.5-06", "RFC7643-4.1.1-02", "RFC7643-7-15", on=_USERS)
def _(ask: Ask) -> Ask:
    """Makes up a userName where it is null."""
    is_null = ask.sends("userName") and ask.body["userName"] is None
    return ask.with_values(userName="null@example.com") if is_null else ask


@asks("an-empty-name-is-made-up", "RFC7643-4.1.1-03", on=_USERS)
def _(ask: Ask) -> Ask:
    """Makes up a userName where it is an empty text."""
    is_empty = ask.sends("userName") and ask.body["userName"] == ""
    return ask.with_values(userName="nobody@example.com") if is_empty else ask


@door("the-order-of-schemas-matters", "RFC7643-3-07", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes the first of the schemas for the base, and refuses a user who begins with an extension."""
    urns = ask.body.get("schemas") if isinstance(ask.body, dict) else None
    is_other = isinstance(urns, list) and len(urns) > 1 and "extension" in str(urns[0])
    return refusal(400, "The base schema is not known.", "invalidValue") if is_other else await inside.answer(ask)


@asks("external-ids-of-groups-are-dropped", "RFC7644-3.3-18", "RFC7644-3.5.1-02", on=("P* /Groups", "P* /Groups/*"))
def _(ask: Ask) -> Ask:
    """Drops the externalId of a group."""
    return ask.without_values("externalId")


@asks("a-wrong-base-is-no-mistake", "RFC7643-3.3-03", on=_USERS)
def _(ask: Ask) -> Ask:
    """Takes a user whatever schemas are named."""
    return (
        ask.with_values(schemas=["urn:ietf:params:scim:schemas:core:2.0:User"])
        if ask.sends("schemas", "userName")
        else ask
    )


@door("unknown-schemas-are-taken-over", "RFC7643-3-10", on=_EVERYWHERE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes over a schema that it does not know, and shows it among those of the user."""
    reply = await inside.answer(ask)
    if reply.status == 201 and ask.kind == "Users" and ask.sends("schemas"):
        odd = [urn for urn in ask.body["schemas"] if urn not in reply.body["schemas"] and "enterprise" not in urn]
        inside.memory |= {reply.body["id"]: odd} if odd else {}
    if not inside.memory or not reply.is_good:
        return reply

    def kept(each: dict[str, Any]) -> dict[str, Any]:
        return {**each, "schemas": [*each["schemas"], *inside.memory.get(str(each.get("id")), [])]}

    return reply.with_body(of_both(kept)(reply.body))


@door("external-ids-are-unique", "RFC7643-3.1-15", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a second user with the same externalId."""
    if ask.sends("externalId") and ask.body["externalId"]:
        asked = (("filter", f'externalId eq "{ask.body["externalId"]}"'),)
        found = await inside.answer(Ask("GET", "/Users", asked, ask.headers, None))
        if found.is_good and found.body["totalResults"]:
            return refusal(409, "This externalId is in use.", "uniqueness")
    return await inside.answer(ask)


@asks("passwords-break-a-create", "OKTA-06", on=_USERS)
def _(ask: Ask) -> Ask:
    """Refuses a create that carries a password beside an empty list of groups."""
    return ask.with_values(userName=None) if ask.sends("password", "groups") else ask


@replies("new-passwords-are-shown", "RFC7643-4.1.1-19", "RFC7643-7-27", on=_USERS, status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows the password in the answer to a create."""
    return reply.with_values(password=ask.body["password"]) if ask.sends("password") else reply


@replies("changed-passwords-are-shown", "RFC7643-4.1.1-21", "RFC7643-7-27", on="PUT /Users/*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows the password in the answer to a PUT."""
    return reply.with_values(password=ask.body["password"]) if ask.sends("password") else reply


@door("passwords-are-hashed-and-shown", "RFC7643-4.1.1-20", "RFC7643-7-27", on=_EVERYWHERE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows a hash of the password of a user who has one, whenever it is read."""
    reply = await inside.answer(ask)
    if reply.status == 201 and ask.sends("password"):
        inside.memory[reply.body["id"]] = True
    if ask.method != "GET" or not inside.memory or not reply.is_good:
        return reply
    mark = {"password": "$2b$10$0123456789"}
    return reply.with_body(
        of_both(lambda each: {**each, **(mark if each.get("id") in inside.memory else {})})(reply.body)
    )


@replies("passwords-are-shown-when-asked-for", "RFC7643-4.1.1-22", on="GET /Users*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows a hash of the password where `attributes` names it."""
    is_named = "password" in (ask.parameter("attributes") or "").split(",")
    return reply.with_body(of_both(lambda each: {**each, "password": "$2b$10$01"})(reply.body)) if is_named else reply


@door("groups-need-members", "RFC7643-4.2-08", "RFC7644-3.3-08", on=_GROUPS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a group without members."""
    is_empty = isinstance(ask.body, dict) and "displayName" in ask.body and not ask.body.get("members")
    return refusal(400, "A group needs members.", "invalidValue") if is_empty else await inside.answer(ask)


@door("names-in-capitals-are-dropped", "RFC7643-2.1-03", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Drops what is written in another letter case in the body of a create."""
    names = (
        [name for name in ask.body if name != "userName" and name[0].isupper()] if isinstance(ask.body, dict) else []
    )
    return await inside.answer(ask.without_values(*names) if names else ask)


@door("managers-keep-the-name-of-a-client", "RFC7643-4.3-05", on=_EVERYWHERE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps what a client says of the name of a manager."""
    reply = await inside.answer(ask)
    extension = ask.body.get(ENTERPRISE_URN) if isinstance(ask.body, dict) else None
    manager = extension.get("manager") if isinstance(extension, dict) else None
    if reply.status == 201 and isinstance(manager, dict) and "displayName" in manager:
        inside.memory[reply.body["id"]] = manager["displayName"]
    if not inside.memory or not reply.is_good:
        return reply

    def kept(each: dict[str, Any]) -> Any:
        name = inside.memory.get(str(each.get("id")))
        return add(name, ENTERPRISE_URN, "manager", "displayName")(each) if name else each

    return reply.with_body(of_both(kept)(reply.body))


@door("unknown-attributes-are-kept", "RFC7644-3.3-19", on=("POST /Users", "GET /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps and shows what a create brings and no schema has."""
    reply = await inside.answer(ask)
    if not reply.is_good or not isinstance(reply.body, dict) or "id" not in reply.body:
        return reply
    if ask.method == "POST" and isinstance(ask.body, dict):
        inside.memory[reply.body["id"]] = {
            name: value for name, value in ask.body.items() if USER.find(name) is None and ":" not in name and value
        }
    return reply.with_values(**inside.memory.get(reply.body["id"], {}))
