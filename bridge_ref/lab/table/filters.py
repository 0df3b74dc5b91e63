"""Defects in the reading of filters, by their text: RFC 7644 section 3.4.2.2."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bridge_ref.lab.table.fault import Inside, asks, door
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.catalogue import GROUP, USER

_F = "RFC7644-3.4.2.2-"
_USERS, _LISTS = "GET /Users", ("GET /Users", "GET /Groups")


def _reading(ask: Ask, change: Callable[[str], str]) -> Ask:
    text = ask.parameter("filter")
    return ask if text is None or change(text) == text else ask.with_parameter("filter", change(text))


def _misses(name: str, row: str, sentence: str, is_meant: Callable[[str], bool]) -> None:
    """A filter that is meant finds nobody, as if the attribute had no value."""

    async def fault(ask: Ask, inside: Inside) -> Reply:
        if is_meant(ask.parameter("filter") or ""):
            ask = ask.with_parameter("filter", 'id eq "nobody"')
        return await inside.answer(ask)

    fault.__doc__ = sentence
    door(name, row, on=_LISTS)(fault)


def _refuses(name: str, row: str, sentence: str, is_meant: Callable[[str], bool]) -> None:
    async def fault(ask: Ask, inside: Inside) -> Reply:
        if is_meant(ask.parameter("filter") or ""):
            return refusal(400, "The filter cannot be read.", "invalidFilter")
        return await inside.answer(ask)

    fault.__doc__ = sentence
    door(name, row, on=_LISTS)(fault)


_misses("escapes-are-letters", f"{_F}28", "Finds nobody by a value with an escape in it.",
        lambda text: "\\" in text)  # fmt: skip
_misses("parts-of-a-name-are-not-found", f"{_F}02", "Finds nobody by a part of the name.",
        lambda text: bool(re.search(r"name\.(given|family)Name (eq|co|sw)", text)))  # fmt: skip
_misses("managers-are-not-found", "RFC7644-3.10-03", "Finds nobody by the id of a manager.",
        lambda text: "manager." in text)  # fmt: skip
_refuses("letters-beyond-ascii-are-refused", f"{_F}28", "Refuses a filter value with a letter outside ASCII.",
         lambda text: not text.isascii())  # fmt: skip
_refuses("external-ids-are-not-searched", "ENTRA-04", "Refuses a filter by externalId.",
         lambda text: text.lower().startswith("externalid "))  # fmt: skip
_misses("what-equals-is-not-found", f"{_F}07", "Finds nobody by the eq of a nickname or a title.",
        lambda text: bool(re.search(r"(nickName|title|displayName) eq ", text)))  # fmt: skip


@asks("an-apostrophe-ends-a-value", f"{_F}44", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Finds nobody by a value with an apostrophe, which is doubled on its way to the database."""
    return _reading(ask, lambda text: text.replace("'", "''"))


@asks("titles-are-not-searched-by", f"{_F}07", on=_USERS)
def _(ask: Ask) -> Ask:
    """Finds everybody by the eq of a title, since it filters by a few attributes and passes over the others."""
    return _reading(ask, lambda text: re.sub(r'title eq "[^"]*"', "userName pr", text))


@asks("co-looks-at-the-start", f"{_F}09", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Takes co for sw."""
    return _reading(ask, lambda text: re.sub(r"(?<!userName) co (?=\")", " sw ", text))


@door("titles-mind-letter-case", f"{_F}38", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Minds the letter case of a title, a nickname or a display name in a filter, though they are not case exact."""
    reply = await inside.answer(ask)
    found = re.search(r'\b(title|nickName|displayName) eq "([\w ]*)"', ask.parameter("filter") or "", flags=re.A)
    if not found or not reply.is_good or ask.parameter("attributes"):
        return reply
    kept = [each for each in reply.body["Resources"] if found[2] == each.get(found[1])]
    return reply.with_values(Resources=kept, totalResults=len(kept), itemsPerPage=len(kept))


@door("user-names-mind-letter-case", "RFC7643-4.1.1-07", "OKTA-05", "ENTRA-05", on=_USERS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Finds a user by userName in the letter case that it has, and in no other."""
    reply = await inside.answer(ask)
    found = re.fullmatch(r'userName eq "([^"]*)"', ask.parameter("filter") or "", flags=re.I)
    if not found or not reply.is_good or ask.parameter("attributes"):
        return reply
    kept = [each for each in reply.body["Resources"] if found[1] == each["userName"]]
    return reply.with_values(Resources=kept, totalResults=len(kept), itemsPerPage=len(kept))


@asks("unknown-attributes-are-passed-over", f"{_F}43", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Finds everybody by an attribute that no schema has."""
    path = re.match(r"\w+(?= (eq|ne|co|sw|ew|pr|gt|ge|lt|le)\b)", ask.parameter("filter") or "")
    known = {each.name.lower() for kind in (USER, GROUP) for each in kind.schema.attributes}
    is_known = path is None or path[0].lower() in known | {"id", "externalid", "meta", "schemas", "urn", "not"}
    return ask if is_known else ask.without_parameters("filter")


async def _whole(ask: Ask, inside: Inside, kept: Callable[[dict[str, Any]], bool]) -> Reply:
    """The list with those that the bridge itself compares, in place of its store."""
    reply = await inside.answer(ask.without_parameters("filter"))
    if not reply.is_good or ask.parameter("attributes"):
        return reply
    found = [each for each in reply.body["Resources"] if kept(each)]
    return reply.with_values(Resources=found, totalResults=len(found), itemsPerPage=len(found))


@door("external-ids-in-any-letter-case", "RFC7643-3.1-16", "RFC7643-7-18", on=_LISTS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Finds an externalId in any letter case."""
    found = re.fullmatch(r'externalId eq "([^"]*)"', ask.parameter("filter") or "", flags=re.I)
    if not found:
        return await inside.answer(ask)
    return await _whole(ask, inside, lambda each: str(each.get("externalId", "")).lower() == found[1].lower())


@door("ids-in-any-letter-case", "RFC7643-3.1-08", f"{_F}02", on=_LISTS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Finds an id in any letter case."""
    found = re.fullmatch(r'id eq "([^"]*)"', ask.parameter("filter") or "", flags=re.I)
    if not found:
        return await inside.answer(ask)
    return await _whole(ask, inside, lambda each: str(each["id"]).lower() == found[1].lower())
