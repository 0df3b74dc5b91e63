"""Defects of PATCH, by the form of an operation: RFC 7644 section 3.5.2."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door
from bridge_ref.lab.table.messages import Ask, Reply
from bridge_ref.scim.catalogue import ENTERPRISE_URN

_P = "RFC7644-3.5.2"
_USER, _GROUP = "PATCH /Users/*", "PATCH /Groups/*"
_ANY = (_USER, _GROUP)
_LISTS = ("phoneNumbers", "addresses", "ims", "photos", "roles", "entitlements", "emails")
_TEXTS = ("title", "nickName", "displayName", "userType", "preferredLanguage", "locale", "timezone")
Operation = dict[str, Any]


def each(ask: Ask, change: Callable[[Operation], Operation | list[Operation] | None]) -> Ask:
    """The PATCH with each operation changed: to another, to several, or to none."""
    if not ask.operations:
        return ask
    changed: list[Any] = []
    for operation in ask.operations:
        found = change(operation)
        changed += found if isinstance(found, list) else [] if found is None else [found]
    return ask if changed == list(ask.operations) else ask.with_operations(changed)


def is_of(operation: Operation, op: str, *names: str) -> bool:
    """Whether an operation is of this kind, at one of these paths; at none where no name is given."""
    path = operation.get("path")
    is_there = str(path) in names if names else not path
    return str(operation.get("op")).lower() == op and is_there


async def done(ask: Ask, read: Ask, inside: Inside) -> Reply:
    """The answer to a PATCH that is read as another; to one of which nothing is left as to one that changes nothing."""
    if read is not ask and read.body["Operations"] == []:
        found = await inside.read(ask)
        return Reply(204, ()) if found is not None else await inside.answer(ask)
    return await inside.answer(read)


def reads(name: str, *breaks: str, on: str | tuple[str, ...] = _ANY) -> Callable[[Callable[[Operation], Any]], None]:
    """Register an operation that is read as another; its docstring is the fault's sentence."""

    def register(change: Callable[[Operation], Any]) -> None:
        async def fault(ask: Ask, inside: Inside) -> Reply:
            return await done(ask, each(ask, change), inside)

        fault.__doc__ = change.__doc__
        door(name, *breaks, on=on)(fault)

    return register


def _pathless(operation: Operation, op: str) -> dict[str, Any] | None:
    value = operation.get("value")
    return value if is_of(operation, op) and isinstance(value, dict) else None


@reads("pathless-adds-take-one", f"{_P}.1-03", f"{_P}.1-06")
def _(operation: Operation) -> Any:
    """Takes the first attribute of an add without path, and no other."""
    value = _pathless(operation, "add")
    return {**operation, "value": dict(list(value.items())[:1])} if value else operation


@reads("adds-replace-the-name", f"{_P}.1-06")
def _(operation: Operation) -> Any:
    """Replaces the whole name by what an add says of it."""
    return [{"op": "remove", "path": "name"}, operation] if is_of(operation, "add", "name") else operation


@reads("single-objects-are-passed-over", f"{_P}.1-07")
def _(operation: Operation) -> Any:
    """Passes over the add of a single object to a list, and says that it is done."""
    return (
        None if is_of(operation, "add", *_LISTS, "members") and isinstance(operation.get("value"), dict) else operation
    )


@door("adds-keep-what-is-there", f"{_P}.1-09", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Keeps the value of a text where an add brings another."""
    before = await inside.read(ask) or {}
    kept = each(ask, lambda it: None if is_of(it, "add", *_TEXTS) and it["path"] in before else it)
    return await done(ask, kept, inside)


@reads("one-member-is-added", f"{_P}.1-07", f"{_P}.1-05", on=_GROUP)
def _(operation: Operation) -> Any:
    """Adds the first of several members, and no other."""
    value = operation.get("value")
    return (
        {**operation, "value": value[:1]}
        if is_of(operation, "add", "members") and isinstance(value, list)
        else operation
    )


@reads("titles-are-not-removed", f"{_P}.2-02", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over the remove of a text."""
    return None if is_of(operation, "remove", *_TEXTS) else operation


@reads("whole-lists-are-not-removed", f"{_P}.2-03", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over the remove of a whole list."""
    return None if is_of(operation, "remove", *_LISTS) and "value" not in operation else operation


@reads("a-filter-removes-them-all", f"{_P}.2-04", on=_GROUP)
def _(operation: Operation) -> Any:
    """Removes every member where a filter selects one."""
    is_meant = str(operation.get("op")).lower() == "remove" and str(operation.get("path")).startswith("members[")
    return {"op": "remove", "path": "members"} if is_meant else operation


@door("who-is-no-member-takes-all-out", f"{_P}.2-11", f"{_P}.2-04", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Removes every member where the filter of a remove selects none."""
    before = await inside.read(ask) or {}
    known = {str(member["value"]) for member in before.get("members", [])}

    def empties(it: Operation) -> Any:
        found = re.fullmatch(r'members\[value eq "([^"]*)"\]', str(it.get("path")))
        is_none = found and str(it.get("op")).lower() == "remove" and found[1] not in known
        return {"op": "remove", "path": "members"} if is_none else it

    return await done(ask, each(ask, empties), inside)


@reads("pathless-replaces-take-one", f"{_P}.3-01", on=_USER)
def _(operation: Operation) -> Any:
    """Takes the first attribute of a replace without path, and no other."""
    value = _pathless(operation, "replace")
    return {**operation, "value": dict(list(value.items())[:1])} if value else operation


@door("what-is-not-named-is-reset", f"{_P}.3-09", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Resets the texts that a replace without path does not name."""
    before = await inside.read(ask) or {}

    def resets(it: Operation) -> Any:
        value = _pathless(it, "replace")
        if value is None or "." in "".join(value) or list(value) == ["active"]:
            return it
        return [*({"op": "remove", "path": name} for name in _TEXTS if name in before and name not in value), it]

    return await done(ask, each(ask, resets), inside)


@reads("texts-are-not-replaced", f"{_P}.3-02", f"{_P}.3-04", f"{_P}-35", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over the replace of a text at its path, and says that it is done."""
    return None if is_of(operation, "replace", "nickName", "title", "userType") else operation


@reads("replaced-lists-grow", f"{_P}.3-03", on=_USER)
def _(operation: Operation) -> Any:
    """Adds to a list what is to replace it."""
    return {**operation, "op": "add"} if is_of(operation, "replace", *_LISTS) and operation.get("value") else operation


@reads("replaced-names-lose-their-rest", f"{_P}.3-05", on=_USER)
def _(operation: Operation) -> Any:
    """Forgets the parts of the name that a replace of the name does not give."""
    is_meant = is_of(operation, "replace", "name") and isinstance(operation.get("value"), dict)
    return [{"op": "remove", "path": "name"}, operation] if is_meant and operation["value"] else operation


_RECORD = re.compile(r'(emails|phoneNumbers|addresses)\[(type|value) eq "[^"]*"( and type eq "[^"]*")?\]')


@reads("selected-records-stay", f"{_P}.3-06", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over the replace of a whole record that a filter selects."""
    is_replace = str(operation.get("op")).lower() == "replace" and isinstance(operation.get("value"), dict)
    return None if is_replace and _RECORD.fullmatch(str(operation.get("path"))) else operation


@door("a-title-takes-the-phone", f"{_P}.3-09", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Clears the phone numbers when the title is replaced."""
    gone = {"op": "remove", "path": "phoneNumbers"}
    before = await inside.read(ask) or {}
    has_one = "phoneNumbers" in before
    return await inside.answer(each(ask, lambda it: [gone, it] if has_one and is_of(it, "replace", "title") else it))


@reads("pathless-lists-grow", f"{_P}.3-10", on=_USER)
def _(operation: Operation) -> Any:
    """Adds to a list what a replace without path says of it."""
    value = _pathless(operation, "replace")
    lists = {name: part for name, part in (value or {}).items() if name in _LISTS and isinstance(part, list) and part}
    if not value or not lists:
        return operation
    rest = {name: part for name, part in value.items() if name not in lists}
    return [{"op": "add", "value": lists}, *([{**operation, "value": rest}] if rest else [])]


@reads("pathless-active-is-passed-over", f"{_P}.3-11", "OKTA-12", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over `active` in a replace without path, and answers 200."""
    value = _pathless(operation, "replace")
    if value is None or "active" not in value:
        return operation
    rest = {name: part for name, part in value.items() if name != "active"}
    return {**operation, "value": rest} if rest else None


@reads("nothing-replaces-nothing", "RFC7643-2.5-07", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over a replace by null or by an empty list."""
    return None if is_of(operation, "replace", *_TEXTS, *_LISTS) and operation.get("value") in (None, []) else operation


@asks("an-op-has-to-come-first", "RFC7643-2.3.8-01", on=_ANY)
def _(ask: Ask) -> Ask:
    """Refuses an operation that begins with something other than its op."""
    return each(ask, lambda it: it if next(iter(it), "op").lower() == "op" else {"op": "none"})


@door("only-the-first-of-several-joins", f"{_P}.1-12", on=_GROUP)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Adds of several members in one operation the first one alone."""

    def change(operation: Operation) -> Operation:
        value = operation.get("value")
        is_meant = is_of(operation, "add", "members") and isinstance(value, list) and len(value) > 1
        return {**operation, "value": value[:1]} if is_meant and isinstance(value, list) else operation

    return await done(ask, each(ask, change), inside)


@door("single-objects-are-lost", f"{_P}.1-08", on=_ANY)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over a single object that is added to a list."""

    def change(operation: Operation) -> Operation | None:
        is_meant = is_of(operation, "add", *_LISTS, "members") and isinstance(operation.get("value"), dict)
        return None if is_meant else operation

    return await done(ask, each(ask, change), inside)


def _is_one(ask: Ask, op: str, name: str) -> bool:
    """Whether a PATCH is one such operation at this attribute, whatever schema the path names."""
    told = [(str(one.get("op")).lower(), str(one.get("path")).rpartition(":")[2]) for one in ask.operations]
    return told == [(op, name)]


@door("nicknames-need-their-urn", f"{_P}-20", f"{_P}.3-02", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Passes over a replace of the nickname of a user with an extension, where the path does not name the schema."""
    is_meant = _is_one(ask, "replace", "nickName") and ask.operations[0].get("path") == "nickName"
    if is_meant and ENTERPRISE_URN in (await inside.read(ask) or {}):
        return await done(ask, ask.with_operations([]), inside)
    return await inside.answer(ask)


@door("members-stand-twice", f"{_P}.1-10", on=("GET /Groups/*", _GROUP))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows a member twice who was added again, until the next change."""
    if ask.method == "PATCH":
        known = {one["value"] for one in (await inside.read(ask) or {}).get("members", [])}
        values = ask.operations[0].get("value") if _is_one(ask, "add", "members") else None
        named = {one.get("value") for one in values if isinstance(one, dict)} if isinstance(values, list) else set()
        inside.memory[ask.scim_id] = named & known
        return await inside.answer(ask)
    reply, twice = await inside.answer(ask), inside.memory.get(ask.scim_id)
    if not twice or not reply.is_good or "members" not in reply.body:
        return reply
    again = [one for one in reply.body["members"] if one["value"] in twice]
    return reply.with_values(members=[*reply.body["members"], *again])
