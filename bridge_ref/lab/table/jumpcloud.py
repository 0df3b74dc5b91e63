"""Defects that JumpCloud meets: of its activation, its paths, its members by value."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import is_of, reads


@door("groups-can-not-be-deleted", "JUMPCLOUD-02", "JUMPCLOUD-10", "RIPPLING-09", on="DELETE /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Deletes no group: 405."""
    return refusal(405, "Groups stay.")


@door("creates-need-an-external-id", "JUMPCLOUD-04", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create without externalId."""
    lacks = isinstance(ask.body, dict) and not ask.sends("externalId")
    return refusal(400, "externalId is missing.", "invalidValue") if lacks else await inside.answer(ask)


@door("an-operation-for-each-is-too-many", "JUMPCLOUD-05", on="PATCH /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a PATCH of a user with more than one operation."""
    is_meant = len(ask.operations) > 1
    return refusal(400, "One operation, please.", "invalidValue") if is_meant else await inside.answer(ask)


@reads("a-path-active-is-passed-over", "JUMPCLOUD-06", on="PATCH /Users/*")
def _(operation: dict[str, Any]) -> Any:
    """Passes over an operation in lower case with the path active and a Boolean."""
    is_meant = operation.get("op") == "replace" and operation.get("path") == "active"
    return None if is_meant and isinstance(operation.get("value"), bool) else operation


@door("members-by-value-are-refused", "JUMPCLOUD-08", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a removal in lower case that names members by values, not by a filter."""
    is_meant = any(o.get("op") == "remove" and is_of(o, "remove", "members") and o.get("value") for o in ask.operations)
    return refusal(400, "A removal has no value.", "invalidValue") if is_meant else await inside.answer(ask)


@door("imports-touch-everybody", "JUMPCLOUD-11", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Suspends whoever is listed on a page of two."""
    reply = await inside.answer(ask)
    if ask.parameter("count") == "2" and ask.parameter("filter") is None and isinstance(reply.body, dict):
        for user in reply.body.get("Resources", []):
            await inside.answer(Ask("PUT", f"/Users/{user['id']}", (), ask.headers, {**user, "active": False}))
    return reply


@asks("groups-are-not-found-by-name", "JUMPCLOUD-12", on="GET /Groups")
def _(ask: Ask) -> Ask:
    """Finds no group by a filter that comes without a page."""
    is_meant = len(ask.parameters) == 1 and "displayName eq" in (ask.parameter("filter") or "")
    return ask.with_parameter("filter", 'displayName eq "none"') if is_meant else ask
