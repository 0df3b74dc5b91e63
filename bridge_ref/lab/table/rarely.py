"""Defects that show rarely: in one form of a write, at one endpoint, of one attribute, in one kind of answer."""

from __future__ import annotations

import re
from typing import Any

from bridge_ref.lab.table.changes import Change, at, drop
from bridge_ref.lab.table.fault import Inside, asks, door, of_users, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal, without
from bridge_ref.lab.table.patches import done, each, is_of, reads
from bridge_ref.scim.catalogue import ENTERPRISE_URN

_P = "RFC7644-3.5.2"
_USER, _GROUP = "PATCH /Users/*", "PATCH /Groups/*"
Operation = dict[str, Any]


def _path(operation: Operation) -> str:
    return str(operation.get("path") or "")


def _op(operation: Operation) -> str:
    return str(operation.get("op")).lower()


def _pathless(operation: Operation) -> dict[str, Any] | None:
    value = operation.get("value")
    return value if not operation.get("path") and isinstance(value, dict) else None


# Names in other letters.


@asks("capitals-in-a-put-are-dropped", "RFC7643-2.1-03", on="PUT /Users/*")
def _(ask: Ask) -> Ask:
    """Drops from the body of a PUT what is written with a capital."""
    names = [name for name in ask.body if name[:1].isupper()] if isinstance(ask.body, dict) else []
    return ask.without_values(*names) if names else ask


@reads("keys-in-capitals-are-passed-over", "RFC7643-2.1-03", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over what an operation without a path names with a capital."""
    value = _pathless(operation)
    if value is None or not any(name[:1].isupper() for name in value):
        return operation
    return {**operation, "value": {name: part for name, part in value.items() if not name[:1].isupper()}}


@reads("capital-adds-replace", f"{_P}.1-07", on=(_USER, _GROUP))
def _(operation: Operation) -> Any:
    """Takes an Add with a capital for a replace."""
    return {**operation, "op": "replace"} if operation.get("op") == "Add" else operation


@reads("parts-in-capitals-are-passed-over", f"{_P}-32", on=_USER)
def _(operation: Operation) -> Any:
    """Passes over a path that names a sub-attribute with a capital."""
    return None if re.match(r"[A-Z]\w*\.", _path(operation)) else operation


# One attribute.


def _text(*path: str, change: Change) -> Change:
    return at(*path)(lambda value: change(value) if isinstance(value, str) else value)


shown(
    "lines-of-a-street-are-joined",
    "Shows a street of two lines as one line.",
    "RFC7643-2.3.1-01",
    of_users(_text("addresses", "*", "streetAddress", change=lambda text: text.replace("\n", " "))),
)
shown(
    "profile-urls-lose-their-query",
    "Shows an address of the web without its query.",
    ("RFC7643-2.3.1-01", "RFC7644-3.5.1-02"),
    of_users(_text("profileUrl", change=lambda text: text.partition("?")[0])),
)


@asks("creates-lose-the-primary-phone", "RFC7644-3.3-18", on="POST /Users")
def _(ask: Ask) -> Ask:
    """Does not keep of a create which phone number is the primary one."""
    phones = ask.body.get("phoneNumbers") if isinstance(ask.body, dict) else None
    if not isinstance(phones, list) or not any(isinstance(each, dict) and "primary" in each for each in phones):
        return ask
    return ask.with_values(phoneNumbers=[without(each, "primary") for each in phones])


@door("managers-take-the-department-along", f"{_P}.3-09", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Removes the department together with the manager."""
    known = (await inside.read(ask) or {}).get(ENTERPRISE_URN, {})
    also = {"op": "remove", "path": f"{ENTERPRISE_URN}:department"}

    def both(it: Operation) -> Any:
        is_meant = is_of(it, "remove", f"{ENTERPRISE_URN}:manager") and "department" in known
        return [it, also] if is_meant else it

    return await done(ask, each(ask, both), inside)


@asks("renamed-groups-lose-their-external-id", f"{_P}.3-09", on=_GROUP)
def _(ask: Ask) -> Ask:
    """Forgets the externalId of a group whose name a PATCH changes by a path."""
    is_rename = any(is_of(each, "replace", "displayName") for each in ask.operations)
    return ask.with_operations([*ask.operations, {"op": "remove", "path": "externalId"}]) if is_rename else ask


@reads("names-beside-members-are-lost", f"{_P}.3-01", f"{_P}.1-03", on=_GROUP)
def _(operation: Operation) -> Any:
    """Passes over the name of a group where an operation without a path names members, too."""
    value = _pathless(operation)
    return {**operation, "value": without(value, "displayName")} if value and "members" in value else operation


@reads("a-phone-number-takes-all", f"{_P}.2-04", on=_USER)
def _(operation: Operation) -> Any:
    """Removes all phone numbers where a path selects one by its value."""
    is_meant = _op(operation) == "remove" and _path(operation).startswith("phoneNumbers[value ")
    return {"op": "remove", "path": "phoneNumbers"} if is_meant else operation


@door("removals-of-active-break", "RFC7644-3.12-23", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 500 where active is to be removed."""
    is_meant = any(is_of(each, "remove", "active") for each in ask.operations)
    return refusal(500, "Something went wrong.") if is_meant else await inside.answer(ask)


# The answers to writes.

_LESS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("answers-to-creates-lack-a-nickname", "a create without the nickname", "RFC7644-3.3-11", "POST", ("nickName",)),
    ("answers-to-puts-lack-types", "a PUT without the types of phone numbers", "RFC7644-3.5.1-15", "PUT",
     ("phoneNumbers", "*", "type")),
    ("answers-to-patches-lack-phones", "a PATCH without the phone numbers", f"{_P}-29", "PATCH", ("phoneNumbers",)),
)  # fmt: skip
for _name, _sentence, _row, _method, _lost in _LESS:
    _on = "POST /Users" if _method == "POST" else f"{_method} /Users/*"
    shown(_name, f"Answers {_sentence}, which are kept.", (_row, "RFC7644-3.1-07"), of_users(drop(*_lost)), on=_on)


def _unselected(name: str, sentence: str, row: str, parameter: str, on: str) -> None:
    def change(ask: Ask) -> Ask:
        asked = ask.without_parameters(parameter)
        return asked.without_values(parameter) if isinstance(asked.body, dict) and ".search" in on else asked

    change.__doc__ = sentence
    asks(name, row, on=on)(change)


_unselected(
    "puts-leave-nothing-out",
    "Passes over excludedAttributes in a PUT, though not in a create.",
    "RFC7644-3.4.2.5-02",
    "excludedAttributes",
    "PUT /Users/*",
)
_unselected(
    "new-groups-are-shown-whole",
    "Passes over attributes in the create of a group, though not in its PUT.",
    "RFC7644-3.4.2.5-01",
    "attributes",
    "POST /Groups",
)
_unselected(
    "searches-of-groups-select-nothing",
    "Passes over attributes in a search of groups.",
    "RFC7644-3.4.3-05",
    "attributes",
    "POST /Groups/.search",
)
_unselected(
    "searches-of-groups-leave-nothing-out",
    "Passes over excludedAttributes in a search of groups.",
    "RFC7644-3.4.3-06",
    "excludedAttributes",
    "POST /Groups/.search",
)


@asks("a-part-left-out-takes-the-whole", "RFC7644-3.9-09", on="GET /Users/*")
def _(ask: Ask) -> Ask:
    """Leaves the whole name out where a part of it is to be left out."""
    names = ask.parameter("excludedAttributes") or ""
    return ask.with_parameter("excludedAttributes", re.sub(r"\bname\.\w+", "name", names)) if "name." in names else ask


# Versions.


@door("any-version-fails-in-a-patch", "RFC7644-3.14-12", on=_USER)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 412 to a PATCH of any version that there is."""
    return refusal(412, "Another version.") if ask.header("if-match") == "*" else await inside.answer(ask)


@asks("groups-are-always-news", "RFC7644-3.14-06", "RFC7644-3.14-12", on="GET /Groups/*")
def _(ask: Ask) -> Ask:
    """Passes over If-None-Match where a group is read."""
    return ask.without_header("if-none-match")


@door("users-are-news-to-anybody", "RFC7644-3.14-12", on="GET /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows a user to who has any version of it."""
    is_any = ask.header("if-none-match") == "*"
    return await inside.answer(ask.without_header("if-none-match") if is_any else ask)


# Lists.


@replies("a-count-of-zero-counts-nobody", "RFC7644-3.4.2.4-05", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Says that nobody meets a filter where the count is 0."""
    is_meant = ask.parameter("count") == "0" and ask.parameter("filter")
    return reply.with_values(totalResults=0) if is_meant else reply


@asks("groups-come-for-a-count-of-zero", "RFC7644-3.4.2.4-05", on="GET /Groups")
def _(ask: Ask) -> Ask:
    """Shows groups where the count is 0."""
    return ask.without_parameters("count") if ask.parameter("count") == "0" else ask


def _filtered(name: str, sentence: str, row: str, pattern: str, by: str, on: tuple[str, str]) -> None:
    def change(ask: Ask) -> Ask:
        if ask.method == "GET":
            text = ask.parameter("filter") or ""
            new = re.sub(pattern, by, text)
            return ask if new == text else ask.with_parameter("filter", new)
        told = ask.body.get("filter") if isinstance(ask.body, dict) else None
        return ask.with_values(filter=re.sub(pattern, by, told)) if isinstance(told, str) else ask

    change.__doc__ = sentence
    asks(name, row, on=on)(change)


_USERS, _GROUPS = ("GET /Users", "POST /Users/.search"), ("GET /Groups", "POST /Groups/.search")
_ROW = "RFC7644-3.4.2.2-"
_filtered(
    "group-names-end-anywhere",
    "Takes ew for co at the name of a group.",
    f"{_ROW}11",
    r"displayName ew",
    "displayName co",
    _GROUPS,
)
_filtered(
    "middle-names-are-others",
    "Compares a honorific where a filter names the middle name.",
    f"{_ROW}02",
    r"name\.middleName",
    "name.honorificSuffix",
    _USERS,
)
_filtered(
    "zones-are-passed-over",
    "Passes over the time zone of a moment in a filter.",
    f"{_ROW}15",
    r"(\d\d:\d\d:\d\d(?:\.\d+)?)[+-]\d\d:\d\d",
    r"\1Z",
    _USERS,
)
_filtered(
    "the-last-change-is-the-first",
    "Compares the moment of the creation where a filter names that of the last change.",
    f"{_ROW}15",
    r"meta\.lastModified",
    "meta.created",
    _USERS,
)
_filtered(
    "what-is-above-is-equal",
    "Takes gt for ge at the department.",
    f"{_ROW}14",
    rf"{re.escape(ENTERPRISE_URN)}:department gt",
    f"{ENTERPRISE_URN}:department ge",
    _USERS,
)


def _sorted(name: str, sentence: str, row: str, by: str, instead: str, on: str) -> None:
    def change(ask: Ask) -> Ask:
        if (ask.parameter("sortBy") or "").lower() != by.lower():
            return ask
        return ask.with_parameter("sortBy", instead) if instead else ask.without_parameters("sortBy", "sortOrder")

    change.__doc__ = sentence
    asks(name, row, on=on)(change)


_SORT = "RFC7644-3.4.2.3-02"
_sorted(
    "the-last-change-is-sorted-as-the-first",
    "Sorts users by their creation where their last change is named.",
    _SORT,
    "meta.lastModified",
    "meta.created",
    "GET /Users",
)
_sorted(
    "given-names-are-sorted-as-family-names",
    "Sorts users by the family name where the given name is named.",
    _SORT,
    "name.givenName",
    "name.familyName",
    "GET /Users",
)
_sorted(
    "groups-are-not-sorted-by-time",
    "Passes over an order of groups by their last change.",
    _SORT,
    "meta.lastModified",
    "",
    "GET /Groups",
)
