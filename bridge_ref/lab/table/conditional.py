"""Defects that show under one condition alone: a way of looking, a refusal, a repeat, a second page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bridge_ref.lab.table.changes import put
from bridge_ref.lab.table.fault import Inside, asks, door, of_both, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER_URN
from bridge_ref.scim.patch.request import PATCH_URN

_LISTS = ("GET /Users", "GET /Groups")
_USER, _GROUP = "PATCH /Users/*", "PATCH /Groups/*"


def _patch(ask: Ask, *operations: dict[str, Any]) -> Ask:
    """The PATCH of the resource that a request names."""
    return replace(ask.with_body({"schemas": [PATCH_URN], "Operations": list(operations)}), method="PATCH")


def _is_later(ask: Ask) -> bool:
    start = ask.parameter("startIndex") or "1"
    return start.isdigit() and int(start) > 1


# What is selected, listed and found.


@replies("meta-goes-with-a-name", "RFC7644-3.9-04", on="GET /Users/*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Leaves meta out of a user of whom anything is to be left out."""
    return reply.without("meta") if ask.parameter("excludedAttributes") else reply


@asks("parts-of-meta-select-it-all", "RFC7644-3.4.2.5-04", on="GET *")
def _(ask: Ask) -> Ask:
    """Shows all of meta where a part of it is selected."""
    chosen = [name.partition(".")[0] if name.startswith("meta.") else name for name in _selected(ask)]
    return ask.with_parameter("attributes", ",".join(chosen)) if chosen else ask


@asks("later-pages-select-nothing", "RFC7644-3.9-02", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Passes over attributes on each page behind the first."""
    return ask.without_parameters("attributes") if _is_later(ask) else ask


@asks("later-pages-are-not-sorted", "RFC7644-3.4.2.3-12", on="GET /Users")
def _(ask: Ask) -> Ask:
    """Passes over sortBy on each page behind the first."""
    return ask.without_parameters("sortBy", "sortOrder") if _is_later(ask) else ask


@asks("one-attribute-selects-its-extension", "RFC7644-3.10-02", on="GET *")
def _(ask: Ask) -> Ask:
    """Shows a whole extension where one of its attributes is selected."""
    start = ENTERPRISE_URN.lower() + ":"
    chosen = [ENTERPRISE_URN if name.lower().startswith(start) else name for name in _selected(ask)]
    return ask.with_parameter("attributes", ",".join(chosen)) if chosen else ask


def _selected(ask: Ask) -> list[str]:
    return [name.strip() for name in (ask.parameter("attributes") or "").split(",") if name.strip()]


@asks("groups-are-not-sorted", "RFC7644-3.4.2.3-02", "RFC7644-3.4.2.3-07", on="GET /Groups")
def _(ask: Ask) -> Ask:
    """Passes over sortBy in a list of groups."""
    return ask.without_parameters("sortBy")


shown(
    "lists-tell-an-old-version",
    "Shows in lists the first version of everything.",
    "RFC7644-3.14-05",
    of_both(put('W/"0"', "meta", "version")),
    on=_LISTS,
)


@asks("phones-of-any-type", "RFC7644-3.4.2.2-24", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Passes over the type where brackets ask for the type and the value of a phone number."""
    text = ask.parameter("filter") or ""
    plain = re.sub(r'phoneNumbers\[type eq "[^"]*" and ', "phoneNumbers[", text)
    return ask.with_parameter("filter", plain) if plain != text else ask


# What is refused, and comes again.


@door("what-fails-its-condition-is-done", "RFC7644-3.5.1-19", on=("PUT /Users/*", _USER))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 412 to a write of a former version, and does it all the same."""
    reply = await inside.answer(ask)
    if reply.status == 412:
        await inside.answer(ask.without_header("if-match"))
    return reply


@door("strangers-delete", "RFC7644-3.4.1-01", on="DELETE /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 401 to the DELETE of a stranger, and does it all the same."""
    reply = await inside.answer(ask)
    if reply.status != 401:
        inside.memory["token"] = ask.header("authorization")
    elif inside.memory.get("token"):
        known = ask.without_header("authorization").with_header("authorization", inside.memory["token"])
        await inside.answer(known)
    return reply


@door("refused-patches-leave-a-version", "RFC7644-3.5.2-26", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Counts a PATCH that it refuses as a change, though nothing has changed."""
    reply = await inside.answer(ask)
    before = await inside.read(ask) if reply.status == 400 else None
    if before is not None:
        name = before.get("nickName")
        back = {"op": "replace", "path": "nickName", "value": name} if name else {"op": "remove", "path": "nickName"}
        await inside.answer(_patch(ask, {"op": "replace", "path": "nickName", "value": "Nobody"}))
        await inside.answer(_patch(ask, back))
    return reply


@door("refused-creates-make-somebody", "RFC7644-3.3-17", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Makes a user of the name alone where it refuses a create for another attribute."""
    reply = await inside.answer(ask)
    name = ask.body.get("userName") if ask.sends("userName") else None
    if reply.status == 400 and isinstance(name, str) and name:
        await inside.answer(ask.with_body({"schemas": [USER_URN], "userName": name}))
    return reply


@door("a-put-is-taken-once", "RFC7644-3.5.1-02", on=("PUT /Users/*", "PUT /Groups/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a PUT that says what the last one has said."""
    if inside.memory.get(ask.path) == repr(ask.body):
        return refusal(409, "This is what was sent before.")
    reply = await inside.answer(ask)
    if reply.is_good:
        inside.memory[ask.path] = repr(ask.body)
    return reply


@door("who-is-there-keeps-others-out", "RFC7644-3.5.2.1-07", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over an add of several members of whom one is there already."""
    before = await inside.read(ask) or {}
    known = {each["value"] for each in before.get("members", [])}

    def is_mixed(operation: dict[str, Any]) -> bool:
        value = operation.get("value")
        named = [each.get("value") for each in value if isinstance(each, dict)] if isinstance(value, list) else []
        is_add = str(operation.get("op")).lower() == "add" and operation.get("path") == "members"
        return is_add and len(named) > 1 and not known.isdisjoint(named)

    kept = [each for each in ask.operations if not is_mixed(each)]
    if ask.operations and not kept:
        return Reply(204, ())
    return await inside.answer(ask.with_operations(kept) if len(kept) < len(ask.operations) else ask)


@asks("one-add-to-a-list-is-enough", "RFC7644-3.5.2-23", on=_USER)
def _(ask: Ask) -> Ask:
    """Does the first add to a list in a PATCH, and no other."""
    seen: set[str] = set()
    kept = []
    for operation in ask.operations:
        path = str(operation.get("path"))
        is_again = path in seen and isinstance(operation.get("value"), list)
        if str(operation.get("op")).lower() == "add":
            seen.add(path)
        kept += [] if is_again else [operation]
    return ask.with_operations(kept) if len(kept) < len(ask.operations) else ask


# What is declared.


def _attribute(name: str, **traits: Any) -> Any:
    def change(value: Any) -> Any:
        if isinstance(value, list):
            return [change(each) for each in value]
        if not isinstance(value, dict):
            return value
        inner = {key: change(part) for key, part in value.items()}
        return {**inner, **traits} if inner.get("name") == name and "mutability" in inner else inner

    return change


shown(
    "one-schema-says-otherwise",
    "Declares the nickname as immutable where the schema is read alone.",
    "RFC7644-4-04",
    _attribute("nickName", mutability="immutable"),
    on="GET /Schemas/*",
)
shown(
    "groups-declared-to-be-written",
    "Declares the groups of a user as readWrite.",
    "RFC7643-4.1.2-18",
    _attribute("groups", mutability="readWrite"),
    on="GET /Schemas*",
)
shown(
    "nicknames-declared-unique",
    "Declares nicknames as unique, and takes one twice.",
    "RFC7643-7-32",
    _attribute("nickName", uniqueness="server"),
    on="GET /Schemas*",
)
