"""Operations that go wrong alone, and among several in one PATCH: the order of the operations is not what is wrong."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

_AMONG = " among several operations"
_SAYS = re.compile(r"^(?P<name>\S+) .*, (?:as the (?P<op>.+?) says|since the (?P<gone>.+?)|as (?P<kept>before))$", re.S)
_KEPT = "before"


def _told(expected: str) -> tuple[str, str, bool] | None:
    """The attribute, the operation that set it, and whether there were several; None of another finding."""
    said = _SAYS.match(expected)
    if said is None:
        return None
    how = str(said["op"] or said["gone"] or said["kept"])
    return said["name"], how.removesuffix(_AMONG), how.endswith(_AMONG)


def twins_of(expected: Sequence[str]) -> dict[int, Hashable]:
    """What findings about one operation among several share with those about it alone, by their places.

    `expected` are the words of findings that a PATCH decided, empty for any other. Where the operation does well alone,
    but another one alone has changed the same attribute, that one did it here.
    """
    told = [_told(each) for each in expected]
    alone = {(each[0], each[1]) for each in told if each and not each[2]}
    made: dict[int, Hashable] = {}
    for place, each in enumerate(told):
        if each is None:
            continue
        name, how, is_among = each
        own = (name, how) if not is_among or (name, how) in alone else (name, _KEPT)
        if own in alone:
            made[place] = ("alone", *own)
    return made


def repeat_one(expected: Sequence[str]) -> list[bool]:
    """Which findings among several operations are about an attribute that went wrong by one operation alone, too."""
    told = [_told(each) for each in expected]
    alone = {each[0] for each in told if each and not each[2]}
    return [bool(each and each[2] and each[0] in alone) for each in told]
