"""The requirement catalogue: each requirement with its level, its source, and the conditions under which it applies."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from harness.catalogue.claims import CLAIMS, FOLDER
from harness.catalogue.conditions import CONDITIONS
from harness.catalogue.facets import Facet, parse_facets
from harness.catalogue.facts import FACTS
from harness.errors import CatalogueError, nearest

NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "scim": "the SCIM interface alone: always there",
        "account": "sight of the account behind the bridge",
        "mail": "sight of the mail that the account sends",
        "health": "the bridge's health document, or a hold on its process",
        "idp": "what the simulated identity provider sends: it is asserted about ourselves",
        "timing": "waiting",
        "multiple-tokens": "credentials of different rights or tenants",
        "profile": "the right answer is chosen in the target's profile",
        "second-tenant": "a second tenant with a token of its own",
        "access-probe": "a way to try whether a person still gets in",
        "admin-page": "a rendered administrator's page or mail",
        "log": "access to the bridge's logs",
        "canary": "an address of ours that the bridge could reach",
        "raw": "our byte-exact client",
        "white-box": "the inside of the reference bridge",
        "protected-admin": "a protected administrator or owner, and a protected group",
    }
)
"""The words of `needs`: what must be at hand to judge a requirement."""

_REQUIRED = ("id", "level", "source", "statement")
_LISTS = ("when", "needs", "readings")
_OPTIONAL = ("restates", "recorded", "check_hint", "defect", "unjudgeable", "fact")


class Level(StrEnum):
    """How binding a requirement is, in the words of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must, should or may hold of a bridge.

    `facets` are its parts, where it has several: it passes when all of them were judged. `readings` names the legal
    answers where the sources differ, `recorded` what a MAY row notes down,
    `defect` the single fault that breaks the row, `unjudgeable` why it can't be judged. `fact` names what it says of a
    vendor's client, where every vendor has something of the kind.
    """

    id: str
    level: Level
    source: str
    statement: str
    when: tuple[str, ...]
    needs: tuple[str, ...]
    restates: str | None
    readings: tuple[str, ...]
    recorded: str | None
    check_hint: str
    defect: str
    unjudgeable: str | None
    claim: str
    facets: tuple[Facet, ...] = ()
    fact: str = ""


class Catalogue:
    """All requirements by id, in the order of their files; nothing can be changed."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[Requirement]) -> None:
        self._rows = MappingProxyType({row.id: row for row in rows})

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self._rows

    def __getitem__(self, requirement_id: str) -> Requirement:
        return self.get(requirement_id)

    def values(self) -> tuple[Requirement, ...]:
        """All requirements."""
        return tuple(self._rows.values())

    def get(self, requirement_id: str) -> Requirement:
        """The requirement of this id; an unknown one is refused with the nearest right ids."""
        row = self._rows.get(requirement_id)
        if row is None:
            raise CatalogueError(f"there is no requirement {requirement_id!r}{nearest(requirement_id, self._rows)}")
        return row

    def of_fact(self, fact: str) -> tuple[str, ...]:
        """The ids of the rows that state this fact about their vendor."""
        if fact not in FACTS:
            raise CatalogueError(f"there is no fact {fact!r}{nearest(fact, FACTS)}")
        return tuple(row.id for row in self._rows.values() if row.fact == fact)

    def of_claims(self, names: Iterable[str]) -> tuple[Requirement, ...]:
        """The requirements of the named claims."""
        wanted = set(names)
        for name in sorted(wanted - set(CLAIMS)):
            raise CatalogueError(f"there is no claim {name!r}{nearest(name, CLAIMS)}")
        return tuple(row for row in self._rows.values() if row.claim in wanted)


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Reads the catalogue's files once; whatever is wrong in them is a CatalogueError with file and id.

    In another folder the files have the same names; the vendors' rows stand only in the vendors' own folders.
    """
    files = [(claim.name, path) for claim in CLAIMS.values() for path in claim.files]
    if folder != FOLDER:
        files = [(claim, folder / path.name) for claim, path in files if path.parent == FOLDER]
    rows = [(path, row) for claim, path in files for row in _read(path, claim)]
    times = Counter(row.id for _, row in rows)
    for path, row in rows:
        if times[row.id] > 1:
            _refuse(path, row.id, "the id is used twice")
        if row.restates is not None and row.restates not in times:
            _refuse(path, row.id, f"restates the unknown {row.restates!r}{nearest(row.restates, times)}")
    return Catalogue(row for _, row in rows)


def _read(path: Path, claim: str) -> Iterator[Requirement]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}") from error
    for key in document:
        if key not in ("claim", "requirement"):
            raise CatalogueError(f"{path.name}: unknown table {key!r}; did you mean requirement")
    for table in document.get("requirement", ()):
        yield _requirement(path, claim, table)


def _requirement(path: Path, claim: str, table: dict[str, Any]) -> Requirement:
    row_id = str(table.get("id", "(no id)"))
    known = (*_REQUIRED, *_LISTS, *_OPTIONAL, "facets")
    for key in table:
        if key not in known:
            _refuse(path, row_id, f"unknown key {key!r}{nearest(key, known)}")
    for key in (*_REQUIRED, *_LISTS, *_OPTIONAL):
        _check_shape(path, row_id, table, key)
    _check_words(path, row_id, "when", table, CONDITIONS)
    _check_words(path, row_id, "needs", table, NEEDS)
    if table.get("fact", "") not in ("", *FACTS):
        _refuse(path, row_id, f"there is no fact {table['fact']!r}{nearest(table['fact'], FACTS)}")
    if table["level"] not in Level.__members__:
        _refuse(path, row_id, f"level {table['level']!r} is none of {', '.join(Level)}")
    return Requirement(
        id=row_id,
        level=Level(table["level"]),
        source=table["source"],
        statement=table["statement"],
        when=tuple(table.get("when", ())),
        needs=tuple(table.get("needs", ())),
        restates=table.get("restates"),
        readings=tuple(table.get("readings", ())),
        recorded=table.get("recorded"),
        check_hint=table.get("check_hint", ""),
        defect=table.get("defect", ""),
        unjudgeable=table.get("unjudgeable"),
        claim=claim,
        facets=_facets(path, row_id, table),
        fact=table.get("fact", ""),
    )


def _facets(path: Path, row_id: str, table: dict[str, Any]) -> tuple[Facet, ...]:
    try:
        return parse_facets(table["facets"]) if "facets" in table else ()
    except ValueError as error:
        _refuse(path, row_id, str(error))


def _check_shape(path: Path, row_id: str, table: dict[str, Any], key: str) -> None:
    if key not in table:
        if key in _REQUIRED:
            _refuse(path, row_id, f"{key} is missing")
        return
    value = table[key]
    parts = value if key in _LISTS and isinstance(value, list) else [value]
    if (key in _LISTS) is not isinstance(value, list) or not all(isinstance(part, str) and part for part in parts):
        _refuse(path, row_id, f"{key} must be {'a list of words' if key in _LISTS else 'a text'}; is {value!r}")


def _check_words(path: Path, row_id: str, key: str, table: dict[str, Any], known: Collection[str]) -> None:
    for word in table.get(key, ()):
        if word not in known:
            _refuse(path, row_id, f"{key} has the unknown word {word!r}{nearest(word, known)}")


def _refuse(path: Path, row_id: str, reason: str) -> NoReturn:
    raise CatalogueError(f"{path.name}: {row_id}: {reason}")
