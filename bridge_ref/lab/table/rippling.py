"""Defects that Rippling meets: of what its integrations choose, and of groups that exist."""

from __future__ import annotations

from bridge_ref.lab.table.fault import Inside, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal


@door("external-ids-are-refused", "RIPPLING-03", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create that brings an externalId and no password."""
    is_meant = isinstance(ask.body, dict) and ask.sends("externalId") and "password" not in ask.body
    return refusal(400, "externalId is ours.", "invalidValue") if is_meant else await inside.answer(ask)


@door("empty-lists-of-members-are-refused", "RIPPLING-08", on="POST /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a new group whose list of members is empty."""
    is_empty = isinstance(ask.body, dict) and ask.body.get("members") == []
    return refusal(400, "A group needs a member.", "invalidValue") if is_empty else await inside.answer(ask)


@door("existing-groups-take-nobody", "RIPPLING-11", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over a PATCH that removes members by a filter and adds others, and one that adds to a filled group."""
    before = await inside.read(ask) or {}
    if before.get("members") and len(ask.operations) == 1 and ask.operations[0].get("op") == "add":
        return Reply(204, (), None)
    return await inside.answer(ask)
