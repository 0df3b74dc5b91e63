"""The claims: named sets of requirements, read from the heads of the catalogue's files and of the vendors' folders."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from harness.errors import CatalogueError

FOLDER = Path(__file__).parent / "requirements"
VENDORS = Path(__file__).parents[1] / "idp"
"""Here each identity provider has a folder of its own, with its rows in `requirements.toml`."""


class ClaimKind(StrEnum):
    """What stands behind a claim: a standard, a promise of the product, or what an identity provider needs."""

    STANDARD = "standard"
    PRODUCT = "product"
    IDP = "idp"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim. `title` reads after "ready for"; `area` is its line in the report's matrix, where its rows share one.

    `reaction` says what an identity provider does next when a bridge answers wrongly. `files` hold the rows.
    """

    name: str
    title: str
    kind: ClaimKind
    area: str
    order: int
    reaction: str = ""
    files: tuple[Path, ...] = ()


def read_claims(folder: Path = FOLDER, vendors: Path | None = None) -> Mapping[str, Claim]:
    """The claims by name, in their order. Only the heads are read: a command's help must not wait for the rows.

    `vendors` has a folder for each identity provider; without both folders given, it is the one of this package.
    """
    if vendors is None and folder == FOLDER:
        vendors = VENDORS
    own = sorted(vendors.glob("*/requirements.toml")) if vendors else []
    files: dict[str, list[Path]] = {}
    heads: dict[str, Claim] = {}
    for path in [*sorted(folder.glob("*.toml")), *own]:
        claim = _claim_of(path)
        files.setdefault(claim.name, []).append(path)
        if heads.setdefault(claim.name, claim) != claim:
            raise CatalogueError(f"{path.name}: the head differs from that of another file of claim {claim.name!r}")
    ordered = sorted(heads.values(), key=lambda claim: (claim.order, claim.name))
    made = [replace(claim, files=tuple(files[claim.name])) for claim in ordered]
    return MappingProxyType({claim.name: claim for claim in made})


def _claim_of(path: Path) -> Claim:
    try:
        head = tomllib.loads("".join(_head_lines(path)))["claim"]
        kind = ClaimKind(head["kind"])
        return Claim(head["name"], head["title"], kind, head.get("area", ""), head["order"], head.get("reaction", ""))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise CatalogueError(f"{path.name}: the head [claim] cannot be read: {error}") from error


def _head_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("[[requirement]]"):
                return
            yield line


CLAIMS = read_claims()
"""Every claim by its name."""

IDP_CLAIMS = tuple(name for name, claim in CLAIMS.items() if claim.kind is ClaimKind.IDP)
"""The claims of identity providers; a dialect has its claim's name, alone or before a hyphen."""


def concerns(claim: str, dialect: str) -> bool:
    """Whether a claim can be judged by what a dialect sends: that of an identity provider only by its own dialects."""
    return claim not in IDP_CLAIMS or dialect == claim or dialect.startswith(f"{claim}-")
