"""Judges a journal: entries in, verdicts out, the same for a run, a replay and a load test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.catalogue.capabilities import Capabilities
from harness.catalogue.claims import concerns
from harness.catalogue.conditions import find_unmet
from harness.catalogue.requirement import Catalogue, Requirement
from harness.catalogue.verdict import Finding, Recorded, SkipReason, Unjudged, Verdict, gravest, verdict_of_finding
from harness.checks import json_schema
from harness.checks.expectations import expectations, judge_expectation
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS, Case, ExchangeCheck, Outcome
from harness.judge.traits import is_probe
from harness.record.exchange import Exchange, Json
from harness.record.journal import (
    INTERRUPTED,
    Entry,
    Expectation,
    HarnessError,
    NotObservable,
    RunHeader,
    ScenarioEnd,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check's word on one case. `compared` are the entries that a history check looked at to come to it."""

    requirement: str
    check: str
    entry: Entry
    verdict: Verdict
    finding: Finding | None = None
    compared: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says of one requirement. `passed` names check and entry of each case that passed."""

    requirement: Requirement
    verdict: Verdict
    by_dialect: dict[str, Verdict] = field(default_factory=dict)
    reason: SkipReason | None = None
    why: str = ""
    recorded: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()
    findings: tuple[Judgement, ...] = ()
    cases: int = 0
    passed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The results of a run, in the catalogue's order, with what else the exit code and the report need."""

    header: RunHeader
    results: tuple[Result, ...]
    errors: tuple[str, ...]
    capabilities: Json
    exchanges: int

    def count(self, verdict: Verdict) -> int:
        """How many requirements have that verdict."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def judged(self) -> int:
        """How many requirements were judged at all."""
        return sum(result.verdict is not Verdict.SKIP for result in self.results)

    def find(self, requirement_id: str) -> Result | None:
        """The result of one requirement, None when no selected claim holds it."""
        return next((r for r in self.results if r.requirement.id == requirement_id), None)


class _Tally:
    """Collects what checks say, by requirement."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.judgements: dict[str, list[Judgement]] = {}
        self.recorded: dict[str, dict[str, None]] = {}
        self.unjudged: dict[str, Unjudged] = {}
        self.errors: list[str] = []

    def take(
        self,
        name: str,
        entry: Entry,
        ids: Iterable[str],
        outcomes: Iterator[Outcome],
        compared: tuple[Entry, ...] = (),
    ) -> None:
        """Run one check on one case and note its word on each of the requirements."""
        wanted = [rid for rid in ids if self._concerns(rid, entry.dialect)]
        if not wanted:
            return
        try:
            said = list(outcomes)
        except Exception as error:  # a stumbling check is graver than a finding, and never one
            self.stumble(name, entry, f"at entry {entry.id}", wanted, error)
            return
        # A schema reaches in a long list what only its first items announced.
        named = [o.requirement for o in said if o.requirement and self._concerns(o.requirement, entry.dialect)]
        for rid in dict.fromkeys([*wanted, *named]):
            self._note(rid, name, entry, [o for o in said if o.requirement in ("", rid)], compared)

    def stumble(self, name: str, entry: Entry, where: str, ids: Iterable[str], error: Exception) -> None:
        """A check raised: an error of ours, and the verdict on all that it was to judge."""
        self.errors.append(f"check {name} stumbled {where}: {type(error).__name__}: {error}")
        for rid in ids:
            if self._concerns(rid, entry.dialect):
                self._add(Judgement(rid, name, entry, Verdict.ERROR))

    def _note(self, rid: str, name: str, entry: Entry, said: list[Outcome], compared: tuple[Entry, ...]) -> None:
        level = self._catalogue.get(rid).level
        findings = [outcome for outcome in said if isinstance(outcome, Finding)]
        for outcome in said:
            if isinstance(outcome, Recorded):
                self.recorded.setdefault(rid, {})[outcome.value] = None
            elif isinstance(outcome, Unjudged):
                self.unjudged[rid] = outcome
        for finding in findings:
            self._add(Judgement(rid, name, entry, verdict_of_finding(level), finding, compared))
        if not findings and not any(isinstance(outcome, Unjudged) for outcome in said):
            self._add(Judgement(rid, name, entry, Verdict.PASS))

    def _concerns(self, rid: str, dialect: str) -> bool:
        return concerns(self._catalogue.get(rid).claim, dialect)

    def _add(self, judgement: Judgement) -> None:
        self.judgements.setdefault(judgement.requirement, []).append(judgement)


def judge(entries: Iterable[Entry], catalogue: Catalogue) -> Verdicts:
    """Judge a journal. Raises CatalogueError when it names a requirement that does not exist."""
    everything = tuple(entries)
    record = tuple(entry for entry in everything if not is_probe(entry))  # probes tell causes apart, and judge nothing
    header = next(entry.event for entry in record if isinstance(entry.event, RunHeader))
    tally = _Tally(catalogue)
    _judge_exchanges(record, tally)
    for scenario in _by_scenario(record):
        _judge_history(scenario, tally)
    for entry in record:
        if isinstance(entry.event, HarnessError):
            tally.errors.append(f"{entry.event.where}: {entry.event.error}")
        elif isinstance(entry.event, NotObservable):
            for rid in entry.event.requirements:
                tally.unjudged.setdefault(rid, Unjudged(SkipReason.NOT_OBSERVABLE, entry.event.missing))
    capabilities = Capabilities(record)
    chosen = [row for row in catalogue.of_claims(header.claims) if not header.rows or row.id in header.rows]
    return Verdicts(
        header,
        tuple(_result(requirement, tally, capabilities) for requirement in chosen),
        tuple(dict.fromkeys(tally.errors)),
        capabilities.summary(),
        sum(isinstance(entry.event, Exchange) for entry in everything),
    )


def _judge_exchanges(record: tuple[Entry, ...], tally: _Tally) -> None:
    for entry in record:
        exchange = entry.event
        if not isinstance(exchange, Exchange):
            continue
        for check in EXCHANGE_CHECKS:
            _apply(check, entry, exchange, tally)
        tally.errors.extend(
            f"entry {entry.id}: {fault}" for fault in json_schema.faults_of_request(exchange, entry.dialect)
        )


def _apply(check: ExchangeCheck, entry: Entry, exchange: Exchange, tally: _Tally) -> None:
    try:
        ids = check.requirements(exchange)
    except Exception as error:  # the selector is part of the check
        tally.stumble(check.name, entry, f"at entry {entry.id}", check.declared, error)
        return
    if ids:
        tally.take(check.name, entry, ids, check.run(exchange))


def _by_scenario(record: tuple[Entry, ...]) -> Iterator[tuple[Entry, ...]]:
    by_name: dict[str, list[Entry]] = {}
    for entry in record:
        by_name.setdefault(entry.scenario, []).append(entry)
    return (tuple(entries) for entries in by_name.values() if not _is_half(entries))


def _is_half(scenario: list[Entry]) -> bool:
    """Whether a story was interrupted: what had not happened yet is no fault, so only its exchanges are judged."""
    return any(isinstance(e.event, ScenarioEnd) and e.event.outcome == INTERRUPTED for e in scenario)


def _judge_history(scenario: tuple[Entry, ...], tally: _Tally) -> None:
    for check in HISTORY_CHECKS:
        try:
            cases = list(check.over(scenario))
        except Exception as error:  # the selector is part of the check
            where = f"in {scenario[0].scenario} ({scenario[0].dialect})"
            tally.stumble(check.name, scenario[0], where, check.declared, error)
            continue
        for case in cases:
            tally.take(check.name, case.at, check.declared, check.run(case), case.entries)
    for case in expectations(scenario):
        _judge_expectation(case, tally)


def _judge_expectation(case: Case[Expectation], tally: _Tally) -> None:
    name = f"expectation {case.event.kind} in {case.at.scenario.rsplit('::', 1)[-1]}"
    tally.take(name, case.at, case.event.requirements, judge_expectation(case))


def _result(requirement: Requirement, tally: _Tally, capabilities: Capabilities) -> Result:
    said = tally.judgements.get(requirement.id, [])
    recorded = tuple(tally.recorded.get(requirement.id, ()))
    unmet = find_unmet(requirement.when, capabilities)
    if said and unmet is None:
        by_dialect: dict[str, list[Verdict]] = {}
        for judgement in said:
            if judgement.entry.dialect:
                by_dialect.setdefault(judgement.entry.dialect, []).append(judgement.verdict)
        return Result(
            requirement,
            gravest([judgement.verdict for judgement in said]),
            {dialect: gravest(verdicts) for dialect, verdicts in sorted(by_dialect.items())},
            None,
            "",
            recorded,
            tuple(dict.fromkeys(judgement.check for judgement in said)),
            tuple(judgement for judgement in said if judgement.verdict is not Verdict.PASS),
            len(said),
            tuple(dict.fromkeys((each.check, each.entry.id) for each in said if each.verdict is Verdict.PASS)),
        )
    reason, why = _skip(requirement, tally, unmet)
    return Result(requirement, Verdict.SKIP, {}, reason, why, recorded)


def _skip(requirement: Requirement, tally: _Tally, unmet: str | None) -> tuple[SkipReason, str]:
    if requirement.unjudgeable:
        return SkipReason.NOT_JUDGEABLE, requirement.unjudgeable
    if unmet is not None:
        return SkipReason.NOT_APPLICABLE, f"this bridge: not {unmet}"
    unjudged = tally.unjudged.get(requirement.id)
    if unjudged:
        return unjudged.reason, unjudged.why
    return SkipReason.NOT_RUN, "nothing in this run judged it"
