"""The requirements as compact tables, one for each area, and those that were not judged by their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.catalogue.verdict import Verdict
from harness.report.matrix import Line
from harness.report.model import Report, Row
from harness.report.page.links import section_links

_WHY = 240


@dataclass(frozen=True, slots=True)
class Block:
    """One area of the requirement list, with the sections of the RFCs that it is about."""

    line: Line
    rows: tuple[Row, ...]
    is_open: bool
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Requirements that were not judged for one reason."""

    reason: str
    rows: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(len(rows) for _, rows in self.rows)


def make_blocks(report: Report) -> tuple[Block, ...]:
    """The areas in the order of the matrix; open where something is broken."""
    by_id = {row.requirement.id: row for row in report.rows}
    return tuple(_block(line, tuple(by_id[name] for name in line.requirements)) for line in report.matrix.lines)


def _block(line: Line, rows: tuple[Row, ...]) -> Block:
    is_open = line.overall.verdict in (Verdict.FAIL, Verdict.ERROR)
    return Block(line, rows, is_open, tuple(section_links(row.requirement.source for row in rows)))


def marks_of(row: Row, dialects: Sequence[str]) -> Iterator[Verdict | None]:
    """The verdicts of a row under each dialect, up to the last one that judged it."""
    last = max((index for index, name in enumerate(dialects) if name in row.by_dialect), default=-1)
    return (row.by_dialect.get(name) for name in dialects[: last + 1])


def parts_of(row: Row) -> Iterator[tuple[str, str]]:
    """The parts of a requirement, with a mark before one that was not seen, or that can't be shown here."""
    for facet in row.requirement.facets:
        is_missing = any(_is_about(each, facet.name) for each in row.missing)
        is_excused = any(_is_about(each, facet.name) for each in row.excused)
        yield "◐ " if is_missing else "– " if is_excused else "", facet.name


def _is_about(told: str, name: str) -> bool:
    """Whether these words, a name and perhaps a reason, are about that part."""
    return told == name or told.startswith((f"{name} (", f"{name}:"))


def open_groups(rows: Sequence[Row]) -> tuple[OpenGroup, ...]:
    """What was not judged: by reason, and within it by the words that say why."""
    reasons = dict.fromkeys(row.reason for row in rows if row.reason)
    return tuple(OpenGroup(reason, _by_words([row for row in rows if row.reason == reason])) for reason in reasons)


def _by_words(rows: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    words = dict.fromkeys(_short(row.why) for row in rows)
    return tuple((why, tuple(row for row in rows if _short(row.why) == why)) for why in words)


def _short(why: str) -> str:
    return why if len(why) <= _WHY else f"{why[: _WHY - 1]}…"
