"""Which judged rows have a defect in the lab, by document, and which have none.

The rows that a default run judges on the reference bridge stand in `tests/bridge_ref/lab/judged.txt`; those that no
fault breaks alone in `alone.toml` beside it. `python -m tools.lab_coverage --record CONFORMANCE_JSON` renews the first.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import bridge_ref.cli.lab  # noqa: F401  (registers the defects)
from bridge_ref.lab.registry import DEFECTS
from harness.catalogue.requirement import Catalogue, Level, load_catalogue

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "bridge_ref" / "lab"
JUDGED, ALONE = FOLDER / "judged.txt", FOLDER / "alone.toml"


@dataclass(frozen=True, slots=True)
class LabCoverage:
    """The judged rows, the names of the defects that break each, and the reasons of those that none breaks alone."""

    catalogue: Catalogue
    judged: tuple[str, ...]
    breaking: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str]

    def shares(self, row: str) -> bool:
        """Whether a defect breaks a row, or one that says the same."""
        return any(each in self.breaking for each in self._family(row))

    def stands(self, row: str) -> str:
        """Where a judged row stands: `defect`, `recorded`, `alone` or `none`."""
        if self.shares(row):
            return "defect"
        if self.catalogue.get(row).level is Level.MAY:
            return "recorded"
        return "alone" if row in self.reasons else "none"

    def without(self) -> tuple[str, ...]:
        """The judged rows that have no defect, and no reason for it."""
        return tuple(row for row in self.judged if self.stands(row) == "none")

    def _family(self, row: str) -> set[str]:
        """A row, the one that it restates, and those that restate the same."""
        head = self.catalogue.get(row).restates or row
        return {row, head, *(each.id for each in self.catalogue.values() if each.restates == head)}


def read_coverage() -> LabCoverage:
    """The coverage as it is."""
    breaking: dict[str, list[str]] = defaultdict(list)
    for each in DEFECTS.values():
        for row in each.breaks:
            breaking[row].append(each.name)
    reasons = {row: table["reason"] for row, table in tomllib.loads(ALONE.read_text(encoding="utf-8")).items()}
    judged = tuple(JUDGED.read_text(encoding="utf-8").split())
    return LabCoverage(load_catalogue(), judged, {row: tuple(names) for row, names in breaking.items()}, reasons)


def told(coverage: LabCoverage) -> Iterator[str]:
    """The coverage as Markdown."""
    total = [coverage.stands(row) for row in coverage.judged]
    yield f"A default run, and one for the vendors that it leaves out, judge {len(total)} rows on the reference bridge."
    yield f"The lab has {len(DEFECTS)} defects, which"
    yield f"break {len(coverage.breaking)} rows; with the rows that say the same, {total.count('defect')} have one."
    yield f"{total.count('recorded')} more are MAY rows, of which a run only records what the bridge does."
    yield from ("", "| document | level | judged | with a defect | recorded | not alone | without |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for (document, level), rows in _groups(coverage).items():
        stands = [coverage.stands(row) for row in rows]
        figures = " | ".join(str(stands.count(word)) for word in ("defect", "recorded", "alone", "none"))
        yield f"| {document} | {level} | {len(rows)} | {figures} |"
    yield from ("", "### Rows without a defect", "")
    yield from _named(coverage.without())
    yield from ("", "### Rows that no fault breaks alone", "")
    for row, reason in coverage.reasons.items():
        yield f"- `{row}`: {' '.join(reason.split())}"


def _groups(coverage: LabCoverage) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in coverage.judged:
        found[_document(row), str(coverage.catalogue.get(row).level)].append(row)
    return dict(sorted(found.items()))


def _document(row: str) -> str:
    return row.partition("-")[0]


def _named(rows: Iterable[str]) -> Iterator[str]:
    by_document: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_document[_document(row)].append(f"`{row}`")
    for document, names in by_document.items():
        yield f"- {document}: {', '.join(names)}"
    if not by_document:
        yield "None."


def record(conformance: Path) -> None:
    """Renew the list of judged rows from the report of a run on the reference bridge, as far as its claims go.

    A default run leaves out the vendors that it does not play; a run with their claims alone adds theirs.
    """
    rows = json.loads(conformance.read_text(encoding="utf-8"))["requirements"]
    claims = load_catalogue()
    told = {claims.get(row["id"]).claim for row in rows}
    kept = [row for row in JUDGED.read_text(encoding="utf-8").split() if claims.get(row).claim not in told]
    judged = [*(row["id"] for row in rows if row["verdict"] == "pass"), *kept]
    JUDGED.write_text("\n".join(judged) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        record(Path(sys.argv[2]))
    print("\n".join(read_coverage().without()))
