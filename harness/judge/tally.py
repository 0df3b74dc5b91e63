"""What checks say of their cases, collected by requirement; refusals that a probe explains otherwise do not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from harness.catalogue.claims import concerns
from harness.catalogue.requirement import Catalogue
from harness.catalogue.verdict import Finding, Recorded, SkipReason, Unjudged, Verdict, verdict_of_finding
from harness.checks.registry import Outcome
from harness.judge.differential import Probes
from harness.judge.refusal import refusal_of
from harness.judge.requests import is_refused
from harness.record.exchange import Exchange
from harness.record.journal import (
    Entry,
    Expectation,
    exchange_of,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check's word on one case. `compared` are the entries that a history check looked at to come to it.

    `deciding` is the entry that decided, where the check knows it by itself.
    """

    requirement: str
    check: str
    entry: Entry
    verdict: Verdict
    finding: Finding | None = None
    compared: tuple[Entry, ...] = ()
    deciding: Entry | None = None


Pass = tuple[str, str]
"""A case that a check found nothing wrong in: the names of check and entry. All rows of the check share it."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What a check said of a case, for one row; `traits` are those for which the request was refused instead."""

    row: str
    check: str
    entry: Entry
    said: list[Outcome]
    compared: tuple[Entry, ...]
    facets: tuple[str, ...]
    traits: tuple[str, ...]
    deciding: Entry | None = None


def _refused(judgement: Judgement) -> Exchange | None:
    """The exchange of which a finding says that it should not have been refused."""
    event, finding = judgement.entry.event, judgement.finding
    is_complaint = finding is not None and finding.actual.startswith("status ")
    return event if is_complaint and isinstance(event, Exchange) and is_refused(event) else None


def _rests_on(judgement: Judgement, refused: Entry | None) -> bool:
    """Whether a finding is of a statement that a story made after a request was refused."""
    is_statement = isinstance(judgement.entry.event, Expectation) and judgement.finding is not None
    return is_statement and refused is not None and _number(judgement.entry) > _number(refused)


def _number(entry: Entry) -> int:
    """The place of an entry in the record of its worker."""
    return int(entry.id.rpartition(":")[2])


FacetsOf = Callable[[str], Iterable[str]]
"""Which facets a case shows of a requirement."""


def no_facets(requirement: str) -> tuple[str, ...]:
    """Of a check that tells no facets."""
    return ()


class CaseTally:
    """Collects what checks say, by requirement."""

    def __init__(self, catalogue: Catalogue, probes: Probes) -> None:
        self._catalogue = catalogue
        self._probes = probes
        self._held: list[_Held] = []
        self.acquitted: dict[str, list[Judgement]] = {}
        self.said: dict[str, list[Judgement | Pass]] = defaultdict(list)
        self.passed_in: dict[str, set[str]] = defaultdict(set)
        self.recorded: dict[str, dict[str, None]] = defaultdict(dict)
        self.unjudged: dict[str, Unjudged] = {}
        self.shown: dict[str, set[str]] = defaultdict(set)
        self.unseen: dict[tuple[str, str], Unjudged] = {}
        self.errors: list[str] = []
        self._concerned: dict[tuple[str, str], bool] = {}
        self._wanted: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}

    def take(
        self,
        name: str,
        entry: Entry,
        wanted: tuple[str, ...],
        outcomes: Iterator[Outcome],
        facets: FacetsOf = no_facets,
        compared: tuple[Entry, ...] = (),
        deciding: Entry | None = None,
    ) -> None:
        """Run one check on one case and note its word on each of the requirements, and the facets that it shows.

        `wanted` are those that concern the client that sent it: see `concerned`.
        """
        if not wanted:
            return
        try:
            said = list(outcomes)
        except Exception as error:  # a stumbling check is graver than a finding, and never one
            self.stumble(name, entry, f"at entry {entry.id}", wanted, error)
            return
        if not said or all(type(outcome) is Recorded and not outcome.requirement for outcome in said):
            self._pass(name, entry, wanted, facets, said)
            return
        # A schema reaches in a long list what only its first items announced.
        named = [o.requirement for o in said if o.requirement and self._concerns(o.requirement, entry.dialect)]
        for rid in dict.fromkeys([*wanted, *named]):
            of_row = [o for o in said if o.requirement in ("", rid)]
            try:
                shown = tuple(facets(rid))
            except Exception as error:  # which facets a case shows is part of the check
                self.stumble(name, entry, f"at entry {entry.id}", [rid], error)
                shown = ()
            case = _Held(rid, name, entry, of_row, compared, shown, self._acquitted_for(rid, entry, of_row), deciding)
            if case.traits:
                self._held.append(case)
            else:
                self._take(case)

    def _pass(self, name: str, entry: Entry, wanted: tuple[str, ...], facets: FacetsOf, said: list[Outcome]) -> None:
        """Nothing was wrong in a case: most are so."""
        passed = name, entry.id
        for rid in wanted:
            for outcome in said:
                if isinstance(outcome, Recorded):
                    self.recorded[rid][outcome.value] = None
            if facets is not no_facets:
                try:
                    self.shown[rid].update(facets(rid))
                except Exception as error:  # which facets a case shows is part of the check
                    self.stumble(name, entry, f"at entry {entry.id}", [rid], error)
            self.said[rid].append(passed)
            self.passed_in[rid].add(entry.dialect)

    def _acquitted_for(self, rid: str, entry: Entry, said: list[Outcome]) -> tuple[str, ...]:
        """For which other traits a request was refused, where a probe acquits the row's own."""
        if not isinstance(entry.event, Exchange) or not any(isinstance(outcome, Finding) for outcome in said):
            return ()
        return self._probes.acquit(rid, entry.event)

    def _take(self, case: _Held) -> None:
        self._note(case)
        self._note_facets(case.row, case.facets, case.said)

    def settle(self) -> None:
        """Acquit rows of the refusals that a probe explains by another trait, if another row complains of them."""
        if not self._held:
            return
        said = (each for row in self.said.values() for each in row if isinstance(each, Judgement))
        told = {refusal_of(exchange) for exchange in map(_refused, said) if exchange}
        for case in self._held:
            if refusal_of(exchange_of(case.entry)) not in told:
                self._take(case)
                continue
            why = f"the request was refused for something else: it is accepted {' or '.join(case.traits)}"
            instead: list[Outcome] = [Unjudged(SkipReason.NOT_OBSERVABLE, why)]
            self._take(replace(case, said=instead))
            made = [
                Judgement(case.row, case.check, case.entry, Verdict.SKIP, said, case.compared)
                for said in case.said
                if isinstance(said, Finding)
            ]
            self.acquitted.setdefault(case.row, []).extend(made)
        for rid in self.acquitted:
            self._acquit_statements(rid)

    def _acquit_statements(self, rid: str) -> None:
        """What a story states of a row behind its acquitted refusals rests on them, if no other counts."""
        said = [each for each in self.said[rid] if isinstance(each, Judgement)]
        since: dict[str, Entry] = {}
        for each in self.acquitted[rid]:
            since.setdefault(each.entry.scenario, each.entry)
        for each in said:
            if _refused(each):
                since.pop(each.entry.scenario, None)
        resting = [each for each in said if _rests_on(each, since.get(each.entry.scenario))]
        self.acquitted[rid] += [replace(each, verdict=Verdict.SKIP) for each in resting]
        taken = {id(each) for each in resting}
        self.said[rid] = [each for each in self.said[rid] if id(each) not in taken]

    def _note_facets(self, rid: str, shown: Iterable[str], said: list[Outcome]) -> None:
        unjudged = next((outcome for outcome in said if isinstance(outcome, Unjudged)), None)
        for facet in shown:
            if unjudged:
                self.unseen[rid, facet] = unjudged
            else:
                self.shown[rid].add(facet)

    def stumble(self, name: str, entry: Entry, where: str, ids: Iterable[str], error: Exception) -> None:
        """A check raised: an error of ours, and the verdict on all that it was to judge."""
        self.errors.append(f"check {name} stumbled {where}: {type(error).__name__}: {error}")
        for rid in ids:
            if self._concerns(rid, entry.dialect):
                self._add(Judgement(rid, name, entry, Verdict.ERROR))

    def _note(self, case: _Held) -> None:
        rid, name, entry, said = case.row, case.check, case.entry, case.said
        level = self._catalogue.get(rid).level
        findings = [outcome for outcome in said if isinstance(outcome, Finding)]
        for outcome in said:
            if isinstance(outcome, Recorded):
                self.recorded[rid][outcome.value] = None
            elif isinstance(outcome, Unjudged):
                self.unjudged[rid] = outcome
        for finding in findings:
            verdict = verdict_of_finding(level)
            self._add(Judgement(rid, name, entry, verdict, finding, case.compared, case.deciding))
        if not findings and not any(isinstance(outcome, Unjudged) for outcome in said):
            self.said[rid].append((name, entry.id))
            self.passed_in[rid].add(entry.dialect)

    def concerned(self, ids: tuple[str, ...], dialect: str) -> tuple[str, ...]:
        """Those of the rows that concern what a client of this dialect sent."""
        known = self._wanted.get((ids, dialect))
        if known is None:
            known = self._wanted[ids, dialect] = tuple(rid for rid in ids if self._concerns(rid, dialect))
        return known

    def _concerns(self, rid: str, dialect: str) -> bool:
        known = self._concerned.get((rid, dialect))
        if known is None:
            known = self._concerned[rid, dialect] = concerns(self._catalogue.get(rid).claim, dialect)
        return known

    def _add(self, judgement: Judgement) -> None:
        self.said[judgement.requirement].append(judgement)
