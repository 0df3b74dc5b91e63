"""Defects that only the recorded shapes of Entra ID meet: refused, or passed over without a word."""

from __future__ import annotations

import re
from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.lab.table.patches import done, each, is_of, reads
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER_URN

_USER = "PATCH /Users/*"
_GUID = re.compile(r'externalId eq "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"')


def _names(ask: Ask) -> list[str]:
    """The paths of a PATCH, and the keys of its values without a path."""
    paths = [str(operation["path"]) for operation in ask.operations if operation.get("path")]
    values = [operation.get("value") for operation in ask.operations if not operation.get("path")]
    return paths + [str(key) for value in values if isinstance(value, dict) for key in value]


@door("operations-first-are-refused", "ENTRA-39", on=("PATCH /Users/*", "PATCH /Groups/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a PATCH whose operations stand before its schemas."""
    is_meant = isinstance(ask.body, dict) and list(ask.body)[:1] == ["Operations"] and "schemas" in ask.body
    return refusal(400, "The message has no schemas.", "invalidSyntax") if is_meant else await inside.answer(ask)


@reads("adds-of-dotted-keys-are-passed-over", "ENTRA-40", "RFC7644-3.5.2.1-03", on=_USER)
def _(operation: dict[str, Any]) -> Any:
    """Passes over an add without a path that has a key with a dot."""
    value = operation.get("value")
    is_meant = is_of(operation, "add") and isinstance(value, dict) and any("." in key for key in value)
    return None if is_meant else operation


@door("formatted-names-are-cut", "ENTRA-41", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps the first word of a formatted name that a client without a name of its own sends."""

    def cut(operation: dict[str, Any]) -> Any:
        value = operation.get("value")
        if operation.get("path") == "name.formatted":
            return {**operation, "value": str(value).split()[0]}
        if operation.get("path") or not isinstance(value, dict) or "name.formatted" not in value:
            return operation
        return {**operation, "value": {**value, "name.formatted": str(value["name.formatted"]).split()[0]}}

    return await done(ask, each(ask, cut) if ask.is_anonymous else ask, inside)


@door("primary-values-cannot-be-selected", "ENTRA-42", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a path that selects the primary value, of a client without a name of its own."""
    is_meant = ask.is_anonymous and any("[primary eq" in name for name in _names(ask))
    return refusal(400, "The path cannot be read.", "invalidPath") if is_meant else await inside.answer(ask)


@door("empty-texts-are-passed-over", "ENTRA-43", "RFC7643-2.5-07", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over an empty text that a client without a name of its own sends."""

    def without(operation: dict[str, Any]) -> Any:
        value = operation.get("value")
        if "manager" in str(operation).lower() or (operation.get("path") and value != ""):
            return operation
        if not isinstance(value, dict):
            return None if value == "" else operation
        kept = {name: part for name, part in value.items() if part != ""}
        return {**operation, "value": kept} if kept else None

    return await done(ask, each(ask, without) if ask.is_anonymous else ask, inside)


@reads("removals-with-a-value-are-passed-over", "ENTRA-43", "RFC7644-3.5.2-23", on=_USER)
def _(operation: dict[str, Any]) -> Any:
    """Passes over a removal that selects a value and has it beside the path."""
    is_meant = str(operation.get("op")).lower() == "remove" and "[" in str(operation.get("path"))
    return None if is_meant and operation.get("value") is not None else operation


@door("one-part-of-an-address-is-taken", "ENTRA-44", "RFC7644-3.5.2.3-03", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes the first part of an address from a client without a name of its own, and no other."""
    first = [op for op in ask.operations if str(op.get("path")).startswith("addresses[")][:1]

    def without(operation: dict[str, Any]) -> Any:
        is_later = str(operation.get("path")).startswith("addresses[") and operation not in first
        return None if is_later else operation

    return await done(ask, each(ask, without) if ask.is_anonymous else ask, inside)


@door("the-core-urn-is-refused", "ENTRA-45", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a name behind the URN of the core schema, of a client without a name of its own."""
    is_meant = ask.is_anonymous and any(name.startswith(f"{USER_URN}:") for name in _names(ask))
    return refusal(400, "A path has no colon.", "invalidPath") if is_meant else await inside.answer(ask)


@door("headers-of-a-version-are-refused", "ENTRA-46")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a request whose header tells the version of its client."""
    is_meant = ask.header("adscimversion") is not None
    return refusal(400, "This version is not supported.") if is_meant else await inside.answer(ask)


@door("managers-need-their-urn", "ENTRA-47", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a filter that names a manager without the URN of its schema."""
    is_meant = " and manager eq " in (ask.parameter("filter") or "")
    return refusal(400, "There is no manager.", "invalidFilter") if is_meant else await inside.answer(ask)


@door("deleted-names-block-vendors", "ENTRA-48", "OKTA-37", "SEED-58", "P-15", on=("DELETE /Users/*", "POST /Users"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers an identity provider's create for a name that was deleted with 409, though a look-up finds nobody."""
    gone: set[str] = inside.memory.setdefault("gone", set())
    if ask.method == "DELETE":
        before = await inside.read(ask) or {}
        gone.add(str(before.get("userName")).lower())
        return await inside.answer(ask)
    name = str(ask.body.get("userName")).lower() if isinstance(ask.body, dict) else ""
    is_vendor = not (ask.header("user-agent") or "").startswith("bridgecheck")
    is_meant = is_vendor and name in gone
    return refusal(409, "This name was used before.", "uniqueness") if is_meant else await inside.answer(ask)


@door("booleans-behind-a-capital-are-refused", "ENTRA-11", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses active as a Boolean where the operation has a capital."""
    is_meant = any(
        op.get("op") == "Replace" and op.get("path") == "active" and isinstance(op.get("value"), bool)
        for op in ask.operations
    )
    return refusal(400, "active must be a string.", "invalidValue") if is_meant else await inside.answer(ask)


@asks("managers-of-creates-are-dropped", "ENTRA-15", on="POST /Users")
def _(ask: Ask) -> Ask:
    """Passes over a manager who is a text in a create."""
    extension = ask.body.get(ENTERPRISE_URN) if isinstance(ask.body, dict) else None
    if not isinstance(extension, dict):
        return ask
    kept = {name: v for name, v in extension.items() if name.lower() != "manager" or not isinstance(v, str)}
    return ask if len(kept) == len(extension) else ask.with_body({**ask.body, ENTERPRISE_URN: kept})


@door("object-ids-are-not-looked-up", "ENTRA-04", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a look-up by an externalId that is a GUID."""
    is_meant = _GUID.search(ask.parameter("filter") or "") is not None
    return refusal(400, "externalId is no filter.", "invalidFilter") if is_meant else await inside.answer(ask)
