"""Defects that JumpCloud meets: of its activation, its paths, its members by value."""

from __future__ import annotations

from bridge_ref.lab.table.fault import Inside, asks, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import is_of


@door("groups-can-not-be-deleted", "JUMPCLOUD-02", "JUMPCLOUD-10", "RIPPLING-09", on="DELETE /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Deletes no group for a client without a name: 403."""
    return refusal(403, "Groups stay.") if ask.is_anonymous else await inside.answer(ask)


@door("creates-need-an-external-id", "JUMPCLOUD-04", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create without externalId, from a client that says what it accepts and not who it is."""
    lacks = ask.is_anonymous and ask.header("accept") and isinstance(ask.body, dict) and not ask.sends("externalId")
    return refusal(400, "externalId is missing.", "invalidValue") if lacks else await inside.answer(ask)


@door("an-operation-for-each-is-too-many", "JUMPCLOUD-05", on="PATCH /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a PATCH of a user with more than one operation, from a client without a name."""
    is_meant = ask.is_anonymous and len(ask.operations) > 1
    return refusal(400, "One operation, please.", "invalidValue") if is_meant else await inside.answer(ask)


@door("a-path-active-is-refused", "JUMPCLOUD-06", on="PATCH /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses an operation with the path active, from a client without a name: it wants it without a path."""
    is_meant = ask.is_anonymous and any(each.get("path") == "active" for each in ask.operations)
    return refusal(400, "active has no path.", "invalidPath") if is_meant else await inside.answer(ask)


@door("members-by-value-are-refused", "JUMPCLOUD-08", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a removal that names members by values, not by a filter, from a client without a name."""
    by_value = [each for each in ask.operations if is_of(each, "remove", "members") and each.get("value")]
    is_meant = ask.is_anonymous and any(each.get("op") == "remove" for each in by_value)
    return refusal(400, "A removal has no value.", "invalidValue") if is_meant else await inside.answer(ask)


@door("imports-touch-everybody", "JUMPCLOUD-11", "RFC7644-3.4.2-12", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Suspends whoever is listed on a page of two."""
    reply = await inside.answer(ask)
    is_meant = ask.is_anonymous and ask.parameter("count") == "2" and ask.parameter("filter") is None
    if is_meant and isinstance(reply.body, dict):
        for user in reply.body.get("Resources", []):
            await inside.answer(Ask("PUT", f"/Users/{user['id']}", (), ask.headers, {**user, "active": False}))
    return reply


@asks("groups-are-not-found-by-name", "JUMPCLOUD-12", on="GET /Groups")
def _(ask: Ask) -> Ask:
    """Finds no group by a filter that comes without a page."""
    is_meant = ask.is_anonymous and len(ask.parameters) == 1 and "displayName eq" in (ask.parameter("filter") or "")
    return ask.with_parameter("filter", 'displayName eq "none"') if is_meant else ask
