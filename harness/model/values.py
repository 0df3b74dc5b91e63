"""Compares what is known of an attribute with what is shown: by its type, its letter case, and without any order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from harness.model.candidates import Candidates, value_of
from harness.model.characteristics import Attribute
from harness.model.comparing import same_value
from harness.model.flat import top_of
from harness.model.standard import standard_schemas

# RFC 7643 sections 3.1, 4 and 8.7: the attributes whose letter case counts. References and binary values count, too.
_EXACT_CASE = (
    "id",
    "externalid",
    "members.value",
    "groups.value",
    "x509certificates.value",
    "profileurl",
    "photos.value",
)
_REFERENCES = ("$ref", "location")
# Their values are the server's own: it makes them, and what a client sends in their place is ignored or overruled.
SERVERS_OWN = ("$ref", "display", "type")
# The texts that `comparing` and this module let a server spell otherwise than by letter case and blanks.
_SPELT = ("preferredlanguage", "locale", "timezone")
_SPELT_VALUES = ("phonenumbers", "ims", "emails")
_DIGITS = re.compile(r"[^0-9+]")


class Kind(StrEnum):
    """In which way a representation parts from what is known."""

    LOST = "lost"
    ALTERED = "altered"
    CASE = "letter case"
    TYPE = "type"
    INVENTED = "invented"
    ADDED = "added to"
    DOUBLED = "doubled"
    STALE = "stale"
    HIDDEN = "hidden"
    DISAGREEING = "disagreeing"
    COLLATERAL = "collateral"
    MARK = "mark"
    PROJECTED = "shown against projection"
    GONE = "gone"
    RESURRECTED = "resurrected"
    MISSING = "missing"
    EXTRA = "extra"
    ORDER = "wrong order"
    RELATION = "relation"
    DANGLING = "dangling"
    STILL = "stood still"
    JUMPED = "jumped"
    MOVED = "moved"


def is_case_exact(path: str) -> bool:
    """Whether the letter case of an attribute counts."""
    return path in _EXACT_CASE or path.rpartition(".")[2] in _REFERENCES


def is_same(path: str, one: Any, other: Any) -> bool:
    """Whether two single values are the same one: of the same type, by the attribute's letter case, as Unicode text."""
    if one == other and isinstance(one, bool) is isinstance(other, bool):
        return True
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    if one.isascii() and other.isascii():
        return len(one) == len(other) and one.lower() == other.lower() and not is_case_exact(path)
    left, right = normalize("NFC", one), normalize("NFC", other)
    return left == right or (not is_case_exact(path) and left.casefold() == right.casefold())


def is_spelling(path: str, sent: Any, shown: Any) -> bool:
    """Whether a server may show what was sent so: it may canonicalise addresses, numbers, languages and moments."""
    if is_same(path, sent, shown):
        return True
    if _are_apart(path, sent, shown):
        return False
    if _is_canonical(path, sent, shown):
        return True
    if isinstance(sent, str) and isinstance(shown, str):
        top, last = top_of(path), path.rpartition(".")[2]
        if top == "phonenumbers" and last == "value":
            return _digits(sent) == _digits(shown)
        if last in ("preferredlanguage", "locale"):
            return sent.replace("_", "-").casefold() == shown.replace("_", "-").casefold()
        return bool(sent.strip()) and is_same(path, sent.strip(), shown.strip()) and last == "value"
    return last_is_reference(path)


def _are_apart(path: str, sent: Any, shown: Any) -> bool:
    """Whether two texts in ASCII can't be one, since at this path only letter case and blanks are free.

    A group of hundreds is compared member by member: most pairs end here.
    """
    return (
        isinstance(sent, str)
        and isinstance(shown, str)
        and sent.isascii()
        and shown.isascii()
        and sent.strip().lower() != shown.strip().lower()
        and _is_plain(path)
    )


@lru_cache(maxsize=1024)
def _is_plain(path: str) -> bool:
    """Whether an attribute is a text without spellings of its own."""
    found, last = _standard(path), path.rpartition(".")[2]
    is_text = found is None or found[0].type == "string"
    has_spellings = last in _SPELT or (last == "value" and top_of(path) in _SPELT_VALUES)
    return is_text and not has_spellings and not last_is_reference(path)


def _is_canonical(path: str, sent: Any, shown: Any) -> bool:
    """Whether two values are spellings of one for the attribute that RFC 7643 has at this path."""
    found = _standard(path)
    return found is not None and same_value(found[0], sent, shown, found[1])


@lru_cache(maxsize=1024)
def _standard(path: str) -> tuple[Attribute, str] | None:
    """An attribute of RFC 7643 with the name of the one around it; None at a path of others."""
    for type_ in ("User", "Group"):
        spot = standard_schemas()[type_].find(path)
        if spot is not None and spot.leaf is not None:
            return spot.leaf, top_of(path)
    return None


def names_made_of(flat: Mapping[str, Any]) -> set[str]:
    """What a server may show as `displayName`: it may make it of the name, and alter what is posted (RFC 7644 3.3)."""
    given, family = flat.get("name.givenname"), flat.get("name.familyname")
    return {f"{given} {family}", f"{family} {given}", f"{family}, {given}", str(flat.get("name.formatted"))}


def last_is_reference(path: str) -> bool:
    """Whether a path ends in `$ref`, which the server makes."""
    return path.endswith("$ref")


def _digits(number: str) -> str:
    """The digits of a phone number; `tel:` and separators are a way of writing it (RFC 3966)."""
    return _DIGITS.sub("", number.partition(";")[0]).lstrip("+")


def kind_of_change(path: str, known: Any, shown: Any) -> Kind:
    """In which way one single value differs from another."""
    if isinstance(known, str) and isinstance(shown, str) and known.casefold() == shown.casefold():
        return Kind.CASE
    if type(known) is not type(shown) and str(known).casefold() == str(shown).casefold():
        return Kind.TYPE
    return Kind.ALTERED


def compare(path: str, known: Any, shown: Any, supported: Collection[str], *, is_sent: bool) -> tuple[Kind, str] | None:
    """How a shown value parts from the known one, and at which path; None where it does not.

    `is_sent` says that the known value is what a client sent, so that the server may spell it its own way, and may add
    to it what it makes itself. What is not `supported` was never shown by the server for anybody.
    """
    if isinstance(known, list) or isinstance(shown, list):
        left = known if isinstance(known, list) else [known]
        if not isinstance(shown, list):
            return Kind.TYPE, path
        return _compare_lists(path, left, shown, supported, is_sent)
    same = is_spelling(path, known, shown) if is_sent else is_same(path, known, shown)
    return None if same else (kind_of_change(path, known, shown), path)


def _compare_lists(
    path: str, known: list[Any], shown: list[Any], supported: Collection[str], is_sent: bool
) -> tuple[Kind, str] | None:
    rest = Candidates(shown, have_spellings=not _is_plain(f"{path}.value"))
    wrong: tuple[Kind, str] | None = None
    waiting: list[Any] = []
    for item in known:  # what is the same first, so that two addresses of one value find their own
        place = next((i for i, s in rest.of(item) if item == s), None)
        if place is None:
            waiting.append(item)
        else:
            rest.take(place)
    for item in waiting:
        if is_sent and item in shown and sum(item == other for other in known) > 1:
            continue  # a value that is sent twice may be kept once (RFC 7643 section 2.4)
        found = [(i, _difference(path, item, s, supported, is_sent)) for i, s in rest.of(item) if _is_it(path, item, s)]
        if not found:
            wrong = wrong or (Kind.LOST, path)
            continue
        place, difference = min(found, key=lambda each: each[1] is not None)
        wrong = wrong or difference
        rest.take(place)
    if not rest:
        return wrong
    by_value = Candidates(known, have_spellings=not _is_plain(f"{path}.value"))
    if any(_is_it(path, item, extra) for extra in rest.left() for _, item in by_value.of(extra)):
        return Kind.DOUBLED, path
    return (Kind.ALTERED, path) if wrong and len(known) == len(shown) else wrong or (Kind.ADDED, path)


def _is_it(path: str, known: Any, shown: Any) -> bool:
    one, other = value_of(known), value_of(shown)
    if one is None and other is None:
        return isinstance(known, dict) and isinstance(shown, dict) and _share(known, shown)
    return is_spelling(f"{path}.value", one, other)


def _share(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two items without a value of their own, such as addresses, are one."""
    if "type" in one and "type" in other:
        return bool(is_same("type", one["type"], other["type"]))
    return any(is_same(name, one[name], other[name]) for name in one.keys() & other.keys())


def _difference(
    path: str, known: Any, shown: Any, supported: Collection[str], is_sent: bool
) -> tuple[Kind, str] | None:
    if not isinstance(known, dict) or not isinstance(shown, dict):
        return None
    for name in sorted(known.keys() | shown.keys()):
        where, one, other = f"{path}.{name}", known.get(name), shown.get(name)
        if name == "primary":
            one, other = one or None, other or None
        if is_same(where, one, other) or where not in supported or name == "$ref":
            continue
        if name == "display" and path in ("members", "groups") and one and other:
            continue  # it follows the name of whom it stands for
        if one is None:
            if not is_sent:
                return Kind.INVENTED, where
        elif is_sent and name in SERVERS_OWN and path in ("members", "groups"):
            continue
        elif other is None:
            return Kind.LOST, where
        elif not (is_sent and is_spelling(where, one, other)):
            return kind_of_change(where, one, other), where
    return None
