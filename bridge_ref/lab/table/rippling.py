"""Defects that Rippling meets: of what its integrations choose, and of groups that exist."""

from __future__ import annotations

from bridge_ref.lab.table.fault import Inside, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal


@door("external-ids-are-refused", "RIPPLING-03", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create that brings an externalId, from a client without a name."""
    is_meant = ask.is_anonymous and isinstance(ask.body, dict) and ask.sends("externalId")
    return refusal(400, "externalId is ours.", "invalidValue") if is_meant else await inside.answer(ask)


@door("empty-lists-of-members-are-refused", "RIPPLING-08", "RFC7644-3.3-08", on="POST /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a new group whose list of members is empty, from a client without a name."""
    is_empty = ask.is_anonymous and isinstance(ask.body, dict) and ask.body.get("members") == []
    return refusal(400, "A group needs a member.", "invalidValue") if is_empty else await inside.answer(ask)


@door("existing-groups-take-nobody", "RIPPLING-11", "RFC7644-3.5.2-23", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Adds nobody to a group that has members already, for a client without a name."""
    before = await inside.read(ask) or {}
    adds = [operation for operation in ask.operations if operation.get("op") == "add"]
    is_meant = ask.is_anonymous and bool(before.get("members")) and bool(adds)
    return await inside.answer(ask.with_operations([o for o in ask.operations if o not in adds]) if is_meant else ask)
