"""Defects of PUT and DELETE: RFC 7644 sections 3.5.1 and 3.6."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.fault import Inside, door, of_both, of_users, replies
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.catalogue import ENTERPRISE_URN

_USER, _GROUP, _ANY = "PUT /Users/*", "PUT /Groups/*", ("PUT /Users/*", "PUT /Groups/*")
_P = "RFC7644-3.5.1-"
_D = "RFC7644-3.6-"


@door("a-put-of-nobody-creates", f"{_P}01", "RFC7644-3.2-04", on=(_USER, "DELETE /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Creates a user for a PUT at an id that there never was."""
    reply = await inside.answer(ask)
    if ask.method == "DELETE":
        inside.memory[ask.scim_id] = True
    if reply.status != 404 or not ask.sends("userName") or ask.scim_id in inside.memory:
        return reply
    return await inside.answer(Ask("POST", "/Users", (), ask.headers, ask.body))


@door("puts-merge-addresses", f"{_P}02", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps with a PUT the phone numbers that there were."""
    before = await inside.read(ask)
    if before is None or not ask.sends("phoneNumbers") or not ask.body["phoneNumbers"]:
        return await inside.answer(ask)
    sent = ask.body["phoneNumbers"]
    values = [each.get("value") for each in sent if isinstance(each, dict)]
    kept = [{**each, "primary": False} for each in before.get("phoneNumbers", []) if each.get("value") not in values]
    return await inside.answer(ask.with_values(phoneNumbers=[*kept, *sent]) if kept else ask)


@replies("puts-show-the-id-of-the-client", f"{_P}11", on=_USER, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows in the answer to a PUT the id that stands in its body."""
    return reply.with_values(id=ask.body["id"]) if ask.sends("id") and ask.body["id"] else reply


@door("puts-take-over-meta", f"{_P}12", "RFC7643-3.1-19", on=("GET *", "P* /Users*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes over meta.created from the body of a PUT."""
    reply = await inside.answer(ask)
    if ask.method == "PUT" and reply.status == 200 and ask.sends("meta") and isinstance(ask.body["meta"], dict):
        inside.memory[ask.scim_id] = ask.body["meta"].get("created")

    def changed(each: dict[str, Any]) -> dict[str, Any]:
        created = inside.memory.get(str(each.get("id")))
        return {**each, "meta": {**each["meta"], "created": created}} if created and "meta" in each else each

    return reply.with_body(of_both(changed)(reply.body)) if inside.memory and reply.is_good else reply


@replies("puts-of-groups-are-204", f"{_P}15", on=_GROUP, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the PUT of a group with 204."""
    return reply.bare(204)


@door("puts-of-groups-add", f"{_P}16", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Adds the members in the PUT of a group to those that there are."""
    before = await inside.read(ask)
    if before is None or not ask.sends("members") or not isinstance(ask.body["members"], list):
        return await inside.answer(ask)
    return await inside.answer(ask.with_values(members=[*before.get("members", []), *ask.body["members"]]))


@door("puts-pass-over-the-extension", f"{_P}18", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Leaves the extension of a user as it was, whatever a PUT says of it."""
    before = await inside.read(ask)
    if before is None or ENTERPRISE_URN not in before or not isinstance(ask.body, dict):
        return await inside.answer(ask)
    return await inside.answer(ask.with_body({**ask.body, ENTERPRISE_URN: before[ENTERPRISE_URN]}))


def _set(ask: Ask, name: str, value: Any) -> Ask:
    urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    body = {"schemas": [urn], "Operations": [{"op": "replace", "path": name, "value": value}]}
    headers = tuple(pair for pair in ask.headers if pair[0] not in ("if-match", "if-none-match"))
    return Ask("PATCH", ask.path, (), headers, body)


@door("two-primaries-by-put", "RFC7643-2.4-04", on=("GET *", "PUT /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes two primary values with a PUT, though not with a create."""
    values = ask.body.get("emails") if ask.method == "PUT" and isinstance(ask.body, dict) else None
    many = (
        [each for each in values if isinstance(each, dict) and each.get("primary") is True]
        if isinstance(values, list)
        else []
    )
    if len(many) > 1:
        inside.memory[ask.scim_id] = [each.get("value") for each in many]
        ask = ask.with_values(emails=[{**each, "primary": each is many[0]} for each in values or []])
    reply = await inside.answer(ask)

    def both(each: dict[str, Any]) -> dict[str, Any]:
        marked = inside.memory.get(str(each.get("id")), [])
        shown = [{**one, "primary": True} if one.get("value") in marked else one for one in each.get("emails", [])]
        return {**each, "emails": shown} if marked and shown else each

    return reply.with_body(of_users(both)(reply.body)) if inside.memory and reply.is_good else reply


@replies("deletes-are-200", f"{_D}01", on="DELETE /Users/*", status=204)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the DELETE of a user with 200."""
    return reply.with_status(200)


@replies("deletes-of-groups-are-200", f"{_D}02", on="DELETE /Groups/*", status=204)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the DELETE of a group with 200."""
    return reply.with_status(200)


_LIFE = ("GET /Users/*", "PUT /Users/*", "PATCH /Users/*", "DELETE /Users/*")


@door("the-deleted-are-read", f"{_D}04", on=_LIFE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Reads a deleted user as one without access."""
    before = await inside.read(ask) if ask.method == "DELETE" else None
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        inside.memory[ask.scim_id] = {**before, "active": False}
    is_gone = ask.method == "GET" and reply.status == 404 and ask.scim_id in inside.memory
    return Reply(200, reply.headers, inside.memory[ask.scim_id]) if is_gone else reply


@door("a-put-revives", f"{_D}05", on=_LIFE)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers the PUT of a deleted user with 200."""
    before = await inside.read(ask) if ask.method == "DELETE" else None
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        inside.memory[ask.scim_id] = before
    is_gone = ask.method == "PUT" and reply.status == 404 and ask.scim_id in inside.memory
    return Reply(200, reply.headers, inside.memory[ask.scim_id]) if is_gone else reply


@replies("patches-of-the-deleted-are-204", f"{_D}06", on="PATCH /Users/*", status=404)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the PATCH of a user who is not there with 204."""
    return reply.bare(204)


@door("the-deleted-are-listed", f"{_D}08", on=("DELETE /Users/*", "GET /Users"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Finds a deleted user by userName."""
    before = await inside.read(ask) if ask.method == "DELETE" else None
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        inside.memory[before["userName"].lower()] = before
    text = (ask.parameter("filter") or "").lower()
    gone = inside.memory.get(text.removeprefix('username eq "').removesuffix('"'))
    if gone is None or not reply.is_good or reply.body["totalResults"]:
        return reply
    return reply.with_values(totalResults=1, itemsPerPage=1, Resources=[gone])


async def _taken_for_ever(ask: Ask, inside: Inside, name: str) -> Reply:
    """Remembers this name of what is deleted, and refuses a create that brings it again."""
    if ask.method == "POST" and ask.sends(name) and str(ask.body[name]).lower() in inside.memory:
        return refusal(409, f"This {name} is in use.", "uniqueness")
    before = await inside.read(ask) if ask.method == "DELETE" else None
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        inside.memory[before[name].lower()] = True
    return reply


@door("names-of-the-deleted-stay-taken", f"{_D}09", on=("DELETE /Groups/*", "POST /Groups"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a group with the name of one that was deleted."""
    return await _taken_for_ever(ask, inside, "displayName")


@door("who-was-deleted-cannot-return", f"{_D}09", on=("DELETE /Users/*", "POST /Users"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a user with the userName of one who was deleted."""
    return await _taken_for_ever(ask, inside, "userName")


@door("deleted-groups-stay-with-users", f"{_D}11", on=("DELETE /Groups/*", "GET /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows a deleted group among the groups of its members."""
    before = await inside.read(ask) if ask.method == "DELETE" else None
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        inside.memory |= {each["value"]: before for each in before.get("members", [])}
    gone = inside.memory.get(ask.scim_id) if ask.method == "GET" and reply.status == 200 else None
    if gone is None or "attributes" in dict(ask.parameters):
        return reply
    entry = {"value": gone["id"], "$ref": gone["meta"]["location"], "display": gone["displayName"], "type": "direct"}
    return reply.with_values(groups=[*reply.body.get("groups", []), entry])


@door("members-go-with-their-group", f"{_D}12", on="DELETE /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Deletes with a group those who are in it."""
    before = await inside.read(ask)
    reply = await inside.answer(ask)
    if before is not None and reply.status == 204:
        for each in before.get("members", []):
            await inside.answer(Ask("DELETE", f"/Users/{each['value']}", (), ask.headers, None))
    return reply


@door("refused-puts-leave-a-mark", f"{_P}19", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps of a PUT that it refuses the title."""
    reply = await inside.answer(ask)
    if reply.status == 400 and ask.sends("title") and isinstance(ask.body["title"], str):
        urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
        kept = {"op": "replace", "path": "title", "value": ask.body["title"]}
        body = {"schemas": [urn], "Operations": [kept]}
        await inside.answer(Ask("PATCH", ask.path, (), ask.without_header("if-match").headers, body))
    return reply
