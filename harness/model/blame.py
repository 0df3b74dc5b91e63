"""Which requirements a deviation breaks: the table in `blame.toml`, read by people and by this module."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

from harness.model.deviation import Context
from harness.model.values import Kind

FILE = Path(__file__).with_name("blame.toml")
_OF_LISTS = (Kind.MISSING, Kind.EXTRA)
_OF_TWO_LOOKS = (Kind.HIDDEN, Kind.DISAGREEING)
_LISTS = ("emails", "phonenumbers", "addresses", "ims", "photos", "roles", "entitlements")
_OF_VALUES = (Kind.LOST, Kind.ALTERED, Kind.STALE)


@dataclass(frozen=True, slots=True)
class BlameRow:
    """One row of the table; an empty part fits everything."""

    rows: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()

    def fits(self, kind: Kind, context: Context) -> bool:
        """Whether it speaks of such a deviation."""
        return (
            (not self.kinds or kind.value in self.kinds)
            and _fits(self.how, context.how)
            and _fits(self.types, context.type)
            and _fits(self.attributes, context.attribute)
            and _fits(self.seen, context.seen)
        )


def _fits(patterns: tuple[str, ...], word: str) -> bool:
    return not patterns or any(fnmatchcase(word, pattern) for pattern in patterns)


@cache
def blame_table() -> tuple[BlameRow, ...]:
    """The rows in their order."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["blame"]
    return tuple(BlameRow(**{name: tuple(value) for name, value in row.items()}) for row in found)


@lru_cache(maxsize=65536)
def blamed_for(kind: Kind, context: Context) -> tuple[str, ...]:
    """The requirements that a deviation breaks, the most exact first."""
    return next(row.rows for row in blame_table() if row.fits(kind, context))


@lru_cache(maxsize=65536)
def judged_by(context: Context) -> tuple[str, ...]:
    """The requirements that a comparison judges: those of the deviations that it would have found."""
    contexts = [context]
    if context.seen == "answer" and context.how:
        contexts.append(replace(context, how=f"answer {_method_of(context.how)}"))
    found = (row for each in contexts for kind in _kinds_in(each) for row in blamed_for(kind, each))
    return tuple(dict.fromkeys(found))


def _method_of(how: str) -> str:
    """The method of the write whose operation is meant: what is neither a create nor a PUT is a PATCH."""
    return {"create": "post", "put": "put"}.get(how, "patch")


def _kinds_in(context: Context) -> Iterator[Kind]:
    if context.how == "delete":
        yield Kind.RESURRECTED
    elif context.seen == "sorted":
        yield Kind.ORDER
    elif context.how == "excluded":
        yield Kind.PROJECTED
    elif context.attribute in ("meta.lastmodified", "meta.version"):
        yield Kind.STILL
    elif context.attribute.startswith("meta."):
        yield Kind.MOVED
    elif context.attribute == "groups":
        yield Kind.RELATION
    elif context.seen in ("filter", "list") and not context.attribute and context.how:
        yield from _OF_LISTS if context.seen == "filter" else (Kind.MISSING,)
    elif context.how.startswith(("refused", "beside")):
        yield Kind.MARK
    elif context.how == "":
        if context.seen in ("list", "filter", "page", "search"):
            yield from _OF_TWO_LOOKS
        elif context.seen in ("projection", "exclusion", "exclusion in part"):
            yield Kind.ALTERED
        else:
            yield Kind.LOST
    else:
        yield from _OF_VALUES
        if context.attribute == "externalid":
            yield Kind.CASE
        elif context.attribute in _LISTS:
            yield Kind.DOUBLED
