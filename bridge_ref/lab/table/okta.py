"""Defects that Okta meets: of what it sends, in the order in which it sends it."""

from __future__ import annotations

import asyncio
from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import is_of, reads

_USERS, _GROUPS = "GET /Users", "GET /Groups"
_WRITES = ("POST /Groups", "PUT /Groups/*", "PATCH /Groups/*")


def _members(ask: Ask) -> list[dict[str, Any]]:
    """The members that a write of a group names, wherever they stand."""
    found = ask.body.get("members") if isinstance(ask.body, dict) else None
    values = [*(found if isinstance(found, list) else [])]
    for operation in ask.operations:
        value = operation.get("value")
        if isinstance(value, dict):
            value = value.get("members")
        values += value if isinstance(value, list) and "members" in str(operation.get("path", "members")) else []
    return [one for one in values if isinstance(one, dict)]


@door("lists-need-a-filter", "OKTA-01", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a page of the users that has no filter."""
    is_bare = ask.parameter("filter") is None and ask.parameter("count") == "2" and ask.parameter("startIndex") == "1"
    return refusal(403, "A filter is needed.") if is_bare else await inside.answer(ask)


@asks("a-filter-has-to-come-first", "OKTA-03", on=_USERS)
def _(ask: Ask) -> Ask:
    """Passes over a filter that is not the first parameter."""
    is_later = ask.parameter("filter") is not None and ask.parameters[0][0] != "filter"
    return ask.with_parameter("filter", 'userName eq "nobody"') if is_later else ask


@replies("created-users-have-no-id", "OKTA-07", on="POST /Users", status=201)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a create that carries groups without an id."""
    return reply.without("id") if ask.sends("groups") else reply


@replies("second-creates-are-mistakes", "OKTA-08", "P-30", on="POST /Users", status=409)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a create for a userName that is taken with 400."""
    return refusal(400, "Validation failed: this user exists.", "invalidValue")


@asks("a-deactivation-takes-the-name", "OKTA-11", on="PUT /Users/*")
def _(ask: Ask) -> Ask:
    """Forgets the name and the phone numbers with a PUT that says active false."""
    is_off = ask.sends("active") and ask.body["active"] in (False, "false", "False")
    return ask.without_values("name", "phoneNumbers", "displayName", "title") if is_off else ask


@door("a-quick-return-stays", "OKTA-16", on=("PUT /Users/*", "PATCH /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over the deactivation that comes right after an activation."""
    before = await inside.read(ask) or {}
    is_off = ask.method == "PUT" and ask.sends("active") and ask.body["active"] is False
    if is_off and inside.memory.pop(ask.scim_id, None):
        ask = ask.with_values(active=True)
    reply = await inside.answer(ask)
    after = await inside.read(ask) or {}
    if after.get("active") and not before.get("active"):
        inside.memory[ask.scim_id] = True
    return reply


@asks("groups-with-blanks-are-not-found", "OKTA-17", on=_GROUPS)
def _(ask: Ask) -> Ask:
    """Finds no group by a name with a blank in it."""
    text = (ask.parameter("filter") or "").partition('"')[2]
    return ask.with_parameter("filter", 'displayName eq "none"') if " " in text.rstrip('"') else ask


@door("empty-members-are-refused", "OKTA-18", on="POST /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a group whose list of members is there and empty."""
    is_empty = ask.sends("members") and ask.body["members"] == []
    return refusal(400, "members must not be empty.", "invalidValue") if is_empty else await inside.answer(ask)


@asks("one-operation-is-enough", "OKTA-20", on="PATCH /Groups/*")
def _(ask: Ask) -> Ask:
    """Does the first operation of a PATCH that removes members, and no other."""
    is_push = len(ask.operations) > 1 and str(ask.operations[0].get("path", "")).startswith("members[")
    return ask.with_operations([ask.operations[0]]) if is_push else ask


@door("members-need-a-type", "OKTA-21", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a member without a type, or without an address."""
    lacks = any("type" not in one and "$ref" not in one for one in _members(ask))
    return refusal(400, "A member needs a type.", "invalidValue") if lacks else await inside.answer(ask)


@reads("empty-lists-leave-the-members", "OKTA-22", on="PATCH /Groups/*")
def _(operation: dict[str, Any]) -> Any:
    """Passes over an empty list of members that is to replace them."""
    value = operation.get("value")
    is_pathless = is_of(operation, "replace") and isinstance(value, dict) and value.get("members") == []
    return None if is_pathless or (is_of(operation, "replace", "members") and value == []) else operation


@replies(
    "errors-without-words",
    "OKTA-27",
    "OKTA-29",
    on=("GET /Users/*", "PUT /Users/*", "P* /Users*"),
    status=(400, 401, 404, 409),
)
def _(ask: Ask, reply: Reply) -> Reply:
    """Writes errors about users without a detail."""
    return reply.without("detail")


@door("full-lists-are-added", "OKTA-31", on="PUT /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes nobody out of a group when its full list comes."""
    before = await inside.read(ask)
    if before is None or not isinstance(ask.body, dict):
        return await inside.answer(ask)
    return await inside.answer(ask.with_values(members=[*before.get("members", []), *(ask.body.get("members") or [])]))


@door("one-writer-at-a-time", "OKTA-30", on=("P* /Users*", "P* /Groups*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers a write that comes while another is under way with 400."""
    if inside.memory.get("writing"):
        return refusal(400, "database is locked")
    inside.memory["writing"] = True
    await asyncio.sleep(0.01)  # the transaction, in which others come
    try:
        return await inside.answer(ask)
    finally:
        inside.memory["writing"] = False


shown("connection-tests-count-in-texts", "Shows the numbers of a page as texts.", "OKTA-01",
      lambda page: {**page, "itemsPerPage": str(page["itemsPerPage"])} if "itemsPerPage" in page else page,
      on=_USERS)  # fmt: skip
