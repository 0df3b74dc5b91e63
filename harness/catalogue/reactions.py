"""What an identity provider does next when a bridge answers wrongly, each with its source in docs/sources.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import Level, Requirement
from harness.errors import CatalogueError, nearest

REACTIONS: Mapping[str, str] = MappingProxyType({c.name: c.reaction for c in CLAIMS.values() if c.reaction})
"""By claim, as the heads of the vendors' rows say it."""

REQUESTS = ("search", "read", "create", "update", "delete", "any")
"""The kinds of requests that a reaction names."""

_KEYS = ("request", "answer", "says", "source")
_LEVELS = {
    Level.MUST: "A broken MUST ends a run with exit code 1, and no claim that needs it is ready.",
    Level.SHOULD: "A broken SHOULD is a warning; with --gate should it ends a run with exit code 1.",
    Level.MAY: "A MAY can't be broken: what the bridge does is noted down.",
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a vendor does next, and what its administrator sees, after such an answer to such a request.

    `answer` has statuses (`409`), classes of them (`5xx`), and `none` for an answer that never came.
    """

    request: tuple[str, ...]
    answer: tuple[str, ...]
    says: str
    source: str

    def fits(self, request: str, answer: str) -> bool:
        """Whether it is about this request (one of `REQUESTS`) and this status."""
        return bool({request, "any"} & {*self.request}) and bool({answer, f"{answer[:1]}xx"} & {*self.answer})


def why_it_matters(requirement: Requirement) -> str:
    """What a broken requirement means for a run."""
    return _LEVELS[requirement.level]


def next_steps(requirement: Requirement) -> tuple[str, ...]:
    """What the identity providers that meet this do next: the vendor of a vendor's row, else all."""
    if requirement.claim in REACTIONS:
        return (REACTIONS[requirement.claim],)
    return tuple(REACTIONS.values()) if requirement.claim in ("rfc", "bridge") else ()


def reaction_to(claim: str, request: str, answer: str) -> str:
    """What the vendor of this claim does next, in words with the source.

    `answer` is the status, or `none`. Empty where nothing is known of an answer that the vendor takes for good; of
    another one the vendor's general reaction is told.
    """
    found = next((row for row in _reactions().get(claim, ()) if row.fits(request, answer)), None)
    if found:
        return f"{found.says} ({found.source})"
    return "" if answer.startswith("2") else REACTIONS.get(claim, "")


@lru_cache(maxsize=1)
def _reactions() -> Mapping[str, tuple[Reaction, ...]]:
    """The reactions of all vendors by claim, from `reactions.toml` in a vendor's folder, where it has one."""
    paths = {claim.name: path.with_name("reactions.toml") for claim in CLAIMS.values() for path in claim.files}
    return {claim: read_reactions(path) for claim, path in paths.items() if path.exists()}


def read_reactions(path: Path) -> tuple[Reaction, ...]:
    """The reactions of one vendor. Raises CatalogueError with the file and the row that is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}") from error
    return tuple(_reaction(path, number, row) for number, row in enumerate(document.get("reaction", ()), 1))


def _reaction(path: Path, number: int, row: Mapping[str, Any]) -> Reaction:
    where = f"{path.parent.name}/{path.name}: reaction {number}"
    if wrong := [key for key in (*row, *_KEYS) if key not in _KEYS or key not in row]:
        raise CatalogueError(f"{where} has {', '.join(_KEYS)}; {wrong[0]!r} is missing or unknown")
    for name in row["request"]:
        if name not in REQUESTS:
            raise CatalogueError(f"{where}: there is no request {name!r}{nearest(name, REQUESTS)}")
    return Reaction(tuple(row["request"]), tuple(row["answer"]), row["says"], row["source"])
