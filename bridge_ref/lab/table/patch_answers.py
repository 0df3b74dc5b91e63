"""Defects of what a PATCH answers and leaves behind: RFC 7644 section 3.5.2."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.changes import at
from bridge_ref.lab.table.fault import Inside, door, of_users, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.catalogue import ENTERPRISE_URN

_P = "RFC7644-3.5.2"
_USER, _GROUP = "PATCH /Users/*", "PATCH /Groups/*"
_ANY = (_USER, _GROUP)


@replies("members-change-their-id", f"{_P}-16", "RFC7643-4.2-03", "RFC7643-7-24", on=_GROUP, status=400)
def _(ask: Ask, reply: Reply) -> Reply:
    """Says of a PATCH at the value of a member that it is done."""
    paths = [str(operation.get("path")) for operation in ask.operations]
    is_meant = any(path.startswith("members[") and path.endswith("].value") for path in paths)
    return reply.bare(204) if is_meant else reply


@replies("patch-errors-are-empty", f"{_P}-19", on=_ANY, status=(400, 409))
def _(ask: Ask, reply: Reply) -> Reply:
    """Refuses a PATCH without a body."""
    return reply.bare()


@door("failed-patches-show-the-user", f"{_P}-28", f"{_P}-19", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers a PATCH that it refuses with the user."""
    reply = await inside.answer(ask)
    found = await inside.read(ask) if reply.status == 400 else None
    return reply if found is None else reply.with_body(found)


@replies("patches-of-groups-are-empty", f"{_P}-29", on=_GROUP, status=204)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the PATCH of a group with 200 and no body."""
    return reply.with_status(200)


@door("membership-answers-are-long", "ENTRA-27", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers the PATCH of a group with the group, and with blanks for all whom it could hold."""
    reply = await inside.answer(ask)
    found = await inside.read(ask) if reply.status == 204 else None
    if found is None:
        return reply
    headers = (*reply.headers, ("content-type", "application/scim+json"), ("etag", found["meta"]["version"]))
    members = [{**one, "display": "Somebody" + " " * 70_000} for one in found.get("members", [])]
    return Reply(200, headers, {**found, **({"members": members} if members else {})})


@replies("patches-are-accepted", "OKTA-13", "ENTRA-18", "ENTRA-27", f"{_P}-29", on=_ANY, status=(200, 204))
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a PATCH with 202, as if it were still to be done."""
    return reply.with_status(202)


@replies("patches-of-nobody-are-mistakes", f"{_P}-33", "RFC7644-3.6-06", on=_ANY, status=404)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the PATCH of an id that there is not with 400."""
    return refusal(400, "The id cannot be resolved.", "invalidValue")


shown(
    "patches-hide-the-extension",
    "Leaves the extension out of `schemas` in the answer to a PATCH.",
    (f"{_P}-22", "RFC7643-3.3-08"),
    of_users(at("schemas")(lambda urns: [urn for urn in urns if urn != ENTERPRISE_URN])),
    on=_USER,
)


@door("half-a-patch-is-done", f"{_P}-25", f"{_P}-26", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps the first operation of a PATCH whose second one fails."""
    reply = await inside.answer(ask)
    if reply.status == 400 and len(ask.operations) > 1:
        await inside.answer(ask.without_header("if-match").with_operations([ask.operations[0]]))
    return reply


@door("half-a-patch-of-a-group-is-done", f"{_P}-26", f"{_P}-25", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps the first operation of a PATCH of a group whose second one fails."""
    reply = await inside.answer(ask)
    if reply.status in (400, 409) and len(ask.operations) > 1:
        await inside.answer(ask.without_header("if-match").with_operations([ask.operations[0]]))
    return reply


@door("the-old-primary-stays", f"{_P}-24", "RFC7643-2.4-03", on=("GET *", _USER))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps the mark of the former primary value when a PATCH marks another."""
    before = await inside.read(ask) if ask.method == "PATCH" else None
    reply = await inside.answer(ask)
    if before is not None and reply.is_good and '"primary": true' in _text(ask.body).lower():
        marked = [one["value"] for one in before.get("emails", []) if one.get("primary") and "value" in one]
        inside.memory[ask.scim_id] = marked

    def both(each: dict[str, Any]) -> dict[str, Any]:
        kept = inside.memory.get(str(each.get("id")), [])
        emails = [{**one, "primary": True} if one.get("value") in kept else one for one in each.get("emails", [])]
        return {**each, "emails": emails} if kept and emails else each

    return reply.with_body(of_users(both)(reply.body)) if inside.memory and reply.is_good else reply


def _text(body: Any) -> str:
    return str(body).replace("'", '"').replace("True", "true")


@door("idle-patches-leave-a-time", f"{_P}.1-11", on=("GET *", "P* /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Stamps lastModified with every PATCH of a user, whether or not it changes something."""
    before = await inside.read(ask) if ask.method == "PATCH" else None
    reply = await inside.answer(ask)
    if before is not None and reply.is_good:
        after = await inside.read(ask) or before
        is_idle = after["meta"]["lastModified"] == before["meta"]["lastModified"]
        count = inside.memory.get(ask.scim_id, 0)
        inside.memory[ask.scim_id] = count + 1 if is_idle else 0

    def stamped(each: dict[str, Any]) -> dict[str, Any]:
        count = inside.memory.get(str(each.get("id")), 0)
        return at("meta", "lastModified")(lambda text: _later(text, count))(each) if count else each

    return reply.with_body(of_users(stamped)(reply.body)) if inside.memory and reply.is_good else reply


def _later(text: str, seconds: int) -> str:
    from_minute = text[:17]
    return f"{from_minute}{min(59, int(text[17:19]) + seconds):02}{text[19:]}"


@door("patches-show-what-was", "RFC7644-3.1-07", f"{_P}-29", f"{_P}.1-05", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers a PATCH of the nickname with the user as before."""
    before = await inside.read(ask) if any(each.get("path") == "nickName" for each in ask.operations) else None
    reply = await inside.answer(ask)
    return reply.with_body(before) if reply.status == 200 and before is not None and not ask.parameters else reply
