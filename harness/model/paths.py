"""Paths of PATCH operations: RFC 7644 section 3.5.2, figure 7."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from harness.model.filters import AttributeName, BadFilter, FilterParser, FilterTree, OneValue


class BadPath(ValueError):
    """The text is no path; the argument says why. `in_filter`: what stands between the brackets is wrong."""

    def __init__(self, reason: str, in_filter: bool = False) -> None:
        super().__init__(reason)
        self.in_filter = in_filter


@dataclass(frozen=True, slots=True)
class PatchPath:
    """`URN:name[filter].sub`, each part as it was written; what is left out is empty or none."""

    text: str
    urn: str
    name: str
    filter: FilterTree | None
    sub: str

    @property
    def target(self) -> str:
        """The path without its filter, as `ResourceSchema.find` takes it."""
        name = f"{self.name}.{self.sub}" if self.sub else self.name
        return f"{self.urn}:{name}" if self.urn else name


@lru_cache(maxsize=8192)
def parse_path(text: str) -> PatchPath:
    """The parts of a path. Raises BadPath."""
    parser = FilterParser(text)
    try:
        name = parser.name()
    except BadFilter as error:
        raise BadPath(str(error)) from error
    if not text.startswith("[", parser.at):
        _end(parser)
        return PatchPath(text, name.urn, name.name, None, name.sub)
    return _with_filter(parser, name)


def _with_filter(parser: FilterParser, name: AttributeName) -> PatchPath:
    try:
        found = parser.one_value(name, inside=False)
    except BadFilter as error:
        raise BadPath(str(error), in_filter=True) from error
    if name.sub:
        raise BadPath(f"{name.text!r} is a sub-attribute: only an attribute has values to choose from")
    sub = parser.sub()
    _end(parser)
    return PatchPath(parser.text, name.urn, name.name, found.term if isinstance(found, OneValue) else None, sub)


def _end(parser: FilterParser) -> None:
    try:
        parser.end()
    except BadFilter as error:
        raise BadPath(str(error)) from error
