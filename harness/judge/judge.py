"""Judges a journal: entries in, verdicts out, the same for a run, a replay and a load test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from harness.catalogue.capabilities import Capabilities
from harness.catalogue.conditions import find_unmet
from harness.catalogue.facets import Unseen
from harness.catalogue.readings import VendorReading, rows_set_aside
from harness.catalogue.requirement import Catalogue, Requirement
from harness.catalogue.verdict import Finding, SkipReason, Unjudged, Verdict, gravest
from harness.checks import json_schema
from harness.checks.expectations import expectations, judge_expectation
from harness.checks.outline import Checks, outline_of
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS, C, Case, ExchangeCheck, Outcome, Shows
from harness.checks.selectors import is_doubtful
from harness.idp.dialects import MAIN_DIALECTS
from harness.judge.differential import Probes
from harness.judge.sight import seen_in, unseen_of
from harness.judge.tally import CaseTally, FacetsOf, Judgement, Pass, no_facets
from harness.judge.traits import is_probe
from harness.record.collector import uncollected
from harness.record.exchange import Exchange, Json
from harness.record.journal import (
    CRASHED,
    INCOMPLETE,
    INTERRUPTED,
    TIME_BUDGET,
    Entry,
    Expectation,
    HarnessError,
    NotObservable,
    RunHeader,
    ScenarioEnd,
    StoryFault,
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says of one requirement.

    `unseen` are the facets that were not judged, each with the reason; `passed` names check and entry of each case that
    passed. `acquitted` are refusals that its checks complained of, and that a probe explains by something else.
    """

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
    unseen: tuple[Unseen, ...] = ()
    acquitted: tuple[Judgement, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The facets that this target can show and that were not judged, each with the reason where one is known."""
        return tuple(str(each) for each in self.unseen if not each.is_excused)

    @property
    def excused(self) -> tuple[str, ...]:
        """The facets that this target can't show, each with the reason."""
        return tuple(str(each) for each in self.unseen if each.is_excused)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The results of a run, in the catalogue's order, with what else the exit code and the report need.

    `cut_short` says which stories a time budget left out, or where the record ends before the run did
    (`is_incomplete`); empty where nothing is missing. `seen` are the words of `needs`
    that the looks at the account satisfied. `faults` are what is wrong with stories themselves, each with its place.
    """

    header: RunHeader
    results: tuple[Result, ...]
    errors: tuple[str, ...]
    capabilities: Json
    exchanges: int
    cut_short: str = ""
    seen: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()
    is_incomplete: bool = False

    def count(self, verdict: Verdict) -> int:
        """How many requirements have that verdict."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def judged(self) -> int:
        """How many requirements were judged: whole, or far enough to find something wrong."""
        return sum(result.verdict not in (Verdict.SKIP, Verdict.PARTLY) for result in self.results)

    @property
    def touched(self) -> int:
        """How many requirements were judged at all, also in part."""
        return sum(result.verdict is not Verdict.SKIP for result in self.results)

    def find(self, requirement_id: str) -> Result | None:
        """The result of one requirement, None when no selected claim holds it."""
        return next((r for r in self.results if r.requirement.id == requirement_id), None)


@uncollected
def judge(entries: Iterable[Entry], catalogue: Catalogue) -> Verdicts:
    """Judge a journal. Raises CatalogueError when it names a requirement that does not exist."""
    everything = tuple(entries)
    record = tuple(entry for entry in everything if not is_probe(entry))  # probes tell causes apart, and judge nothing
    header = next(entry.event for entry in record if isinstance(entry.event, RunHeader))
    tally = CaseTally(catalogue, Probes(everything))
    _judge_exchanges(record, tally)
    stories = tuple(_by_scenario(record))
    _judge_run(tuple(entry for story in stories for entry in story if not _is_doubtful(entry)), tally)
    for scenario in stories:
        _judge_history(scenario, tally, is_shared=not (header.is_disposable or header.start))
    faults: list[str] = []
    for entry in record:
        if isinstance(entry.event, StoryFault):
            faults.append(f"{entry.event.place}: {entry.event.error}")
        elif isinstance(entry.event, HarnessError):
            tally.errors.append(f"{entry.event.where}: {entry.event.error}")
        elif isinstance(entry.event, NotObservable):
            for rid in entry.event.requirements:
                tally.unjudged.setdefault(rid, Unjudged(SkipReason.NOT_OBSERVABLE, entry.event.missing))
    tally.settle()
    capabilities = Capabilities(record)
    chosen = [row for row in catalogue.of_claims(header.claims) if not header.rows or row.id in header.rows]
    seen = seen_in(record)
    aside = rows_set_aside(header.readings)
    dialects = () if header.dialects == MAIN_DIALECTS else header.dialects  # not chosen: every story has all of its own
    return Verdicts(
        header,
        tuple(_read_otherwise(_result(row, tally, capabilities, dialects, seen), aside.get(row.id)) for row in chosen),
        tuple(dict.fromkeys(tally.errors)),
        capabilities.summary(),
        sum(isinstance(entry.event, Exchange) for entry in everything),
        "; ".join(_ends(everything, TIME_BUDGET) + (without_end := _ends(everything, INCOMPLETE))),
        seen,
        tuple(dict.fromkeys(faults)),
        bool(without_end),
    )


def _ends(record: Iterable[Entry], outcome: str) -> list[str]:
    """The reasons of the ends by that outcome."""
    ends = (entry.event for entry in record if isinstance(entry.event, ScenarioEnd))
    return [end.reason for end in ends if end.outcome == outcome][:1]


def _judge_exchanges(record: tuple[Entry, ...], tally: CaseTally) -> None:
    checks = Checks(EXCHANGE_CHECKS, tally.concerned)
    for entry in record:
        exchange = entry.event
        if not isinstance(exchange, Exchange):
            continue
        for check, wanted in checks.asked_of(outline_of(exchange), entry.dialect):
            _apply(check, wanted, entry, exchange, tally)
        exchange.notes.clear()
        tally.errors.extend(
            f"entry {entry.id}: {fault}" for fault in json_schema.faults_of_request(exchange, entry.dialect)
        )


def _apply(
    check: ExchangeCheck, wanted: tuple[str, ...] | None, entry: Entry, exchange: Exchange, tally: CaseTally
) -> None:
    try:
        if check.over is None or wanted is None:
            wanted = tally.concerned(check.requirements(exchange), entry.dialect)
        elif not check.over(exchange):  # an exchange that was turned away is not asked about, by its outline
            return
    except Exception as error:  # the selector is part of the check
        tally.stumble(check.name, entry, f"at entry {entry.id}", check.declared, error)
        return
    if wanted:
        tally.take(check.name, entry, wanted, check.run(exchange), _facets_in(check.facets, exchange))


def _facets_in(facets: Mapping[str, Shows[C]], case: C) -> FacetsOf:
    """Which facets a case shows by row; of rows that share their facets it is asked once."""
    if not facets:
        return no_facets
    seen: dict[int, tuple[str, ...]] = {}

    def of(rid: str) -> tuple[str, ...]:
        shows = facets.get(rid)
        if shows is None:
            return ()
        if id(shows) not in seen:
            seen[id(shows)] = tuple(shows.of(case))
        return seen[id(shows)]

    return of


def _is_doubtful(entry: Entry) -> bool:
    """Whether a query may be read in several ways, so that its answer can be compared with nothing."""
    return isinstance(entry.event, Exchange) and entry.event.request.method != "PUT" and is_doubtful(entry.event)


def _by_scenario(record: tuple[Entry, ...]) -> Iterator[tuple[Entry, ...]]:
    by_name: dict[str, list[Entry]] = {}
    for entry in record:
        by_name.setdefault(entry.scenario, []).append(entry)
    return (tuple(entries) for entries in by_name.values() if not _is_half(entries))


def _is_half(scenario: list[Entry]) -> bool:
    """Whether a story was cut short: what had not happened yet is no fault, so only its exchanges are judged."""
    return any(isinstance(e.event, ScenarioEnd) and e.event.outcome in (INTERRUPTED, CRASHED) for e in scenario)


def _judge_history(scenario: tuple[Entry, ...], tally: CaseTally, *, is_shared: bool) -> None:
    sure = tuple(entry for entry in scenario if not _is_doubtful(entry))
    for check in HISTORY_CHECKS:
        if check.is_of_run:
            continue
        try:
            cases = list(check.over(sure))
        except Exception as error:  # the selector is part of the check
            where = f"in {scenario[0].scenario} ({scenario[0].dialect})"
            tally.stumble(check.name, scenario[0], where, check.declared, error)
            continue
        seen = Counter(_seen(case) for case in cases) if is_shared and check.is_of_whole_account else None
        for case in cases:
            said = check.run(case)
            if seen is not None and seen[_seen(case)] < 2:
                said = _unless_others_wrote(said)
            wanted = tally.concerned(check.rows(case), case.at.dialect)
            tally.take(check.name, case.at, wanted, said, _facets_in(check.facets, case), case.entries)
    if any(isinstance(entry.event, StoryFault) for entry in scenario):
        return  # what a wrong story states says nothing about a bridge
    for case in expectations(scenario):
        _judge_expectation(case, tally, is_shared=is_shared)


def _judge_run(record: tuple[Entry, ...], tally: CaseTally) -> None:
    """Judge by the checks that look at the whole record at once; stories that were cut short are not in it."""
    for check in HISTORY_CHECKS:
        if not check.is_of_run or not record:
            continue
        try:
            cases = list(check.over(record))
        except Exception as error:  # the selector is part of the check
            tally.stumble(check.name, record[0], "in the run", check.declared, error)
            continue
        for case in cases:
            wanted = tally.concerned(check.rows(case), case.at.dialect)
            facets = _facets_in(check.facets, case)
            tally.take(check.name, case.at, wanted, check.run(case), facets, case.entries, case.deciding)


def _seen(case: Case[Any]) -> tuple[tuple[str, str, bytes], ...]:
    """What the exchanges of a case showed, to be compared with another case."""
    shown = (each for each in case.exchanges if each.response is not None)
    return tuple((each.request.method, each.request.target, each.response.body) for each in shown if each.response)


def _unless_others_wrote(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """On an account that others use too, what was seen once may have changed meanwhile: it is no finding."""
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            said = "others may have written to the account between two looks, and nothing was seen twice alike"
            yield Unjudged(SkipReason.NOT_OBSERVABLE, said, outcome.requirement)
        else:
            yield outcome


def _judge_expectation(case: Case[Expectation], tally: CaseTally, *, is_shared: bool) -> None:
    name = f"expectation {case.event.kind} in {case.at.scenario.rsplit('::', 1)[-1]}"
    said = judge_expectation(case)
    if is_shared and case.event.params.get("after_import"):
        said = _unless_others_wrote(said)
    wanted = tally.concerned(case.event.requirements, case.at.dialect)
    tally.take(name, case.at, wanted, said, lambda _: case.event.facets)


def _result(
    requirement: Requirement,
    tally: CaseTally,
    capabilities: Capabilities,
    chosen: tuple[str, ...],
    seen: frozenset[str],
) -> Result:
    said = tally.said.get(requirement.id, [])
    recorded, acquitted = tuple(tally.recorded.get(requirement.id, ())), tuple(tally.acquitted.get(requirement.id, ()))
    unmet = find_unmet(requirement.when, capabilities)
    if said and unmet is None:
        words = _words(said, tally.passed_in.get(requirement.id, ()))
        unseen = (*_unseen(requirement, tally, capabilities, chosen), *unseen_of(requirement, seen))
        is_whole = all(each.is_excused for each in unseen)
        return Result(
            requirement,
            _whole_or_partly(set().union(*words.verdicts.values()), is_whole),
            {name: _whole_or_partly(verdicts, is_whole) for name, verdicts in sorted(words.verdicts.items()) if name},
            None,
            "",
            recorded,
            words.checks,
            words.findings,
            len(said),
            words.passed,
            unseen,
            acquitted,
        )
    reason, why = _skip(requirement, tally, unmet)
    return Result(requirement, Verdict.SKIP, {}, reason, why, recorded, acquitted=acquitted)


def _read_otherwise(result: Result, reading: VendorReading | None) -> Result:
    """The result, where no chosen reading touches the row; one that passes all the same stays a pass."""
    if reading is None or result.verdict is Verdict.PASS or result.requirement.unjudgeable:
        return result
    why = f"{reading.key}: {reading.statement}"
    return Result(result.requirement, Verdict.SKIP, {}, SkipReason.READ_OTHERWISE, why, result.recorded)


@dataclass(frozen=True, slots=True)
class _Words:
    """What was said of one row, sorted: the verdicts by dialect, who said it, and what each check found and passed."""

    verdicts: dict[str, set[Verdict]]
    checks: tuple[str, ...]
    findings: tuple[Judgement, ...]
    passed: tuple[tuple[str, str], ...]


def _words(said: list[Judgement | Pass], passed_in: Iterable[str]) -> _Words:
    findings = tuple(each for each in said if isinstance(each, Judgement))
    passed = tuple(dict.fromkeys([each for each in said if not isinstance(each, Judgement)]))
    verdicts: dict[str, set[Verdict]] = {dialect: {Verdict.PASS} for dialect in passed_in}
    for each in findings:
        verdicts.setdefault(each.entry.dialect, set()).add(each.verdict)
    names = map(itemgetter(0), passed)
    checks = [each.check if isinstance(each, Judgement) else each[0] for each in said] if findings else names
    return _Words(verdicts, tuple(dict.fromkeys(checks)), findings, passed)


def _whole_or_partly(verdicts: Iterable[Verdict], is_whole: bool) -> Verdict:
    """The gravest verdict; what would be a pass is none in any column as long as a facet is missing."""
    found = gravest(list(verdicts))
    return Verdict.PARTLY if found is Verdict.PASS and not is_whole else found


def _unseen(
    requirement: Requirement, tally: CaseTally, capabilities: Capabilities, chosen: tuple[str, ...]
) -> Iterator[Unseen]:
    """The facets that nothing judged; excused are those that this target, or this identity provider, can't show."""
    for facet in requirement.facets:
        if facet.name in tally.shown.get(requirement.id, ()):
            continue
        unjudged = tally.unseen.get((requirement.id, facet.name))
        excuse = facet.excuse(capabilities, chosen)
        if excuse is None and unjudged and unjudged.reason is SkipReason.NOT_APPLICABLE:
            excuse = unjudged.why
        yield Unseen(facet.name, excuse or (f"{unjudged.reason}: {unjudged.why}" if unjudged else ""), bool(excuse))


def _skip(requirement: Requirement, tally: CaseTally, unmet: str | None) -> tuple[SkipReason, str]:
    if requirement.unjudgeable:
        return SkipReason.NOT_JUDGEABLE, requirement.unjudgeable
    if unmet is not None:
        return SkipReason.NOT_APPLICABLE, f"this bridge: not {unmet}"
    unjudged = tally.unjudged.get(requirement.id)
    if unjudged:
        return unjudged.reason, unjudged.why
    return SkipReason.NOT_RUN, "nothing in this run judged it"
