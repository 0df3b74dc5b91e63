"""Defects that Google Workspace meets, as it pushes and as it is pulled."""

from __future__ import annotations

from bridge_ref.lab.table.fault import Inside, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal


@door("a-start-needs-a-count", "GOOGLE-03", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a filter that comes with startIndex and without count."""
    is_meant = ask.parameter("filter") is not None and ask.parameter("startIndex") == "1"
    is_half = is_meant and ask.parameter("count") is None
    return refusal(400, "count is missing.", "invalidValue") if is_half else await inside.answer(ask)


@door("googles-agent-is-a-bot", "GOOGLE-04", on="*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes the agent of Google for a bot, and blocks it."""
    is_bot = "auto-provisioning" in (ask.header("user-agent") or "").lower()
    return refusal(403, "Bots are not welcome.") if is_bot else await inside.answer(ask)
