"""Defects that only the recorded shapes of Okta meet."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.fault import Inside, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import is_of

_MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@door("renames-behind-a-push-are-refused", "OKTA-33", on=("PATCH /Groups/*", "GET /Groups/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses the name of a group whose members were changed and read just before."""
    steps: dict[str, list[str]] = inside.memory.setdefault("steps", {})
    before = steps.get(ask.scim_id, [])
    step = "read" if ask.method == "GET" else "members" if "members" in str(ask.operations) else "name"
    steps[ask.scim_id] = [*before[-1:], step]
    is_meant = step == "name" and before == ["members", "read"]
    return refusal(400, "The group has changed.", "invalidValue") if is_meant else await inside.answer(ask)


@door("displays-of-null-are-refused", "OKTA-34", on="PUT /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a member whose display is null."""
    members = ask.body.get("members") if isinstance(ask.body, dict) else None
    listed = members if isinstance(members, list) else []
    is_meant = any(isinstance(each, dict) and each.get("display", "") is None for each in listed)
    return refusal(400, "display must be a string.", "invalidValue") if is_meant else await inside.answer(ask)


@door("a-password-is-taken-once", "OKTA-35", "RFC7644-3.5.2.3-01", on="PATCH /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses the second password of a user."""
    told: set[str] = inside.memory.setdefault("told", set())
    is_meant = any(is_of(each, "replace") and _holds_password(each) for each in ask.operations)
    if is_meant and ask.scim_id in told:
        return refusal(400, "This password was used before.", "invalidValue")
    told |= {ask.scim_id} if is_meant else set()
    return await inside.answer(ask)


def _holds_password(operation: dict[str, Any]) -> bool:
    value = operation.get("value")
    return isinstance(value, dict) and set(value) == {"password"}


@door("an-unchanged-put-empties-the-groups", "OKTA-36", "SEED-18", on="PUT /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes somebody out of all groups with a PUT that changes nothing and has an empty list of them."""
    before = await inside.read(ask) or {}
    told = ask.body if isinstance(ask.body, dict) else {}
    same = all(told.get(name) == before.get(name) for name in ("userName", "displayName", "name", "active", "emails"))
    if not same or told.get("groups") != [] or not before.get("groups"):
        return await inside.answer(ask)
    reply = await inside.answer(ask)
    for group in before["groups"]:
        leave = {"op": "remove", "path": f'members[value eq "{before["id"]}"]'}
        await inside.answer(
            Ask(
                "PATCH",
                f"/Groups/{group['value']}",
                (),
                ask.headers,
                {"schemas": [_MESSAGE], "Operations": [leave]},
            )
        )
    return reply
