"""Findings for reading: equal ones merged, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.catalogue.requirement import Level, Requirement
from harness.catalogue.verdict import Verdict
from harness.judge.judge import Result
from harness.judge.tally import Judgement
from harness.report.evidence import Evidence, Place, Record, make_evidence
from harness.report.text import visible
from harness.report.words import words_of

SHOWN = 3
PER_REQUIREMENT = 5  # findings of one requirement that are shown in full; more of them tell nothing new
_LEVELS = list(Level)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One time that a finding was made: where, and the exchange that shows it."""

    place: Place
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One finding, with how often it was made. `sightings` holds the first three (of a requirement's
    first findings only), `entries` all."""

    number: int
    requirement: Requirement
    verdict: Verdict
    expected: str
    actual: str
    pointer: str
    checks: tuple[str, ...]
    dialects: tuple[str, ...]
    entries: tuple[str, ...]
    sightings: tuple[Sighting, ...]

    @property
    def count(self) -> int:
        """How often it was made."""
        return len(self.entries)


def make_groups(results: Iterable[Result], record: Record) -> tuple[FindingGroup, ...]:
    """All findings of a run, equal ones as one: broken MUST rows first, then by how many dialects they meet."""
    made = [group for result in results for group in _groups_of(result, record)]
    made.sort(key=lambda group: (_gravity(group), -len(group.dialects), -group.count))
    return tuple(replace(group, number=number) for number, group in enumerate(made, 1))


def _groups_of(result: Result, record: Record) -> Iterable[FindingGroup]:
    equal: dict[tuple[str, str], list[Judgement]] = {}
    for judgement in result.findings:
        equal.setdefault(words_of(judgement, record), []).append(judgement)
    for index, ((expected, actual), judgements) in enumerate(sorted(equal.items(), key=lambda item: _weight(item[1]))):
        first = judgements[0]
        shown = _first_of_each_entry(judgements)[: SHOWN if index < PER_REQUIREMENT else 0]
        yield FindingGroup(
            0,
            result.requirement,
            first.verdict,
            expected,
            actual,
            visible(first.finding.pointer) if first.finding else "",
            tuple(dict.fromkeys(judgement.check for judgement in judgements)),
            tuple(sorted({judgement.entry.dialect for judgement in judgements} - {""})),
            tuple(dict.fromkeys(judgement.entry.id for judgement in judgements)),
            tuple(_sighting(judgement, record) for judgement in shown),
        )


def _first_of_each_entry(judgements: list[Judgement]) -> list[Judgement]:
    return list({judgement.entry.id: judgement for judgement in reversed(judgements)}.values())[::-1]


def _sighting(judgement: Judgement, record: Record) -> Sighting:
    found = record.find_exchange(judgement.entry)
    return Sighting(record.place_of(judgement.entry), make_evidence(*found) if found else None)


def _weight(judgements: list[Judgement]) -> tuple[int, int]:
    """What was seen under more dialects, and more often, comes first."""
    return -len({judgement.entry.dialect for judgement in judgements} - {""}), -len(judgements)


def _gravity(group: FindingGroup) -> int:
    return _LEVELS.index(group.requirement.level) + (len(_LEVELS) if group.verdict is Verdict.ERROR else 0)
