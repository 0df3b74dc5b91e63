"""Causes for reading: what the bridge did wrong, the exchange that shows it, and what follows from it, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.catalogue.requirement import Requirement
from harness.catalogue.verdict import Verdict
from harness.gate.fingerprint import fingerprint_of_cause
from harness.judge.cause import Cause, Follow
from harness.judge.requests import is_refused
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange
from harness.record.journal import Act, ClockMove, Entry, RunHeader, Step
from harness.report.again import rerun_command
from harness.report.evidence import Evidence, Place, Record, make_evidence
from harness.report.page.lanes import Beat, make_lane
from harness.report.page.snippets import Snippet, Wanted, make_snippets
from harness.report.passwords import passwords_of, without
from harness.report.text import shorten, visible, visible_line
from harness.report.words import words_of

SAID = 5  # ours: how many other wordings of a refusal are shown
_WORDS = 300


@dataclass(frozen=True, slots=True)
class ReportedFollow:
    """What follows from a cause in one way, of one requirement."""

    kind: str
    requirement: Requirement
    count: int
    entry: str
    dialects: tuple[str, ...]
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class ReportedCause:
    """One cause. `request` is the deciding request, or what was done outside SCIM; `said` the bridge's own words.

    `standing` is what the gate says of it, `excuse` why it does not fail the gate, and
    `waived` until when, by whom and why.
    `acquitted` are refusals that count against no row: a probe shows that the row's own trait was not refused.
    `stories` are those that it breaks, the one that decided first; `deed` is the kind of the deciding request and the
    status of its answer, as `reaction_to` takes them. `lane` tells the story up to the deciding moment, and `snippets`
    send the deciding request again.
    """

    number: int
    requirement: Requirement
    verdict: Verdict
    request: str
    said: str
    expected: str
    actual: str
    pointer: str
    checks: tuple[str, ...]
    dialects: tuple[str, ...]
    entry: str
    place: Place
    evidence: Evidence | None
    count: int
    follows: tuple[ReportedFollow, ...]
    rerun: str
    is_refusal: bool
    also_said: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    acquitted: tuple[ReportedFollow, ...] = ()
    fingerprint: str = ""
    standing: str = ""
    excuse: str = ""
    waived: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    deed: tuple[str, str] = ("", "")
    lane: tuple[Beat, ...] = ()
    snippets: tuple[Snippet, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """The ids of all rows that it turns red, the one that bears it first."""
        return tuple(dict.fromkeys([self.requirement.id, *(follow.requirement.id for follow in self.follows)]))

    @property
    def following(self) -> int:
        """How many findings follow from it."""
        return sum(follow.count for follow in self.follows)

    def kinds(self) -> list[tuple[str, tuple[ReportedFollow, ...], int]]:
        """What follows, by the way in which it does, each way with its findings and their number."""
        names = dict.fromkeys(follow.kind for follow in self.follows)
        by_kind = [(name, tuple(f for f in self.follows if f.kind == name)) for name in names]
        return [(name, follows, sum(follow.count for follow in follows)) for name, follows in by_kind]


def report_causes(causes: Iterable[Cause], record: Record, header: RunHeader) -> tuple[ReportedCause, ...]:
    """The causes of a run, ready to be written down."""
    return tuple(_reported(cause, record, header) for cause in causes)


def _reported(cause: Cause, record: Record, header: RunHeader) -> ReportedCause:
    first = cause.judgements[0]
    expected, actual = words_of(first, record)
    pointer = visible(first.finding.pointer) if first.finding else ""
    return ReportedCause(
        cause.number,
        cause.requirement,
        cause.verdict,
        _request(cause.entry),
        _said(cause),
        expected,
        actual,
        pointer,
        tuple(dict.fromkeys(judgement.check for judgement in cause.judgements)),
        cause.dialects,
        cause.entry.id,
        record.place_of(first.entry),
        _evidence(cause, first, record),
        cause.count,
        tuple(_follow(follow, record) for follow in cause.follows),
        rerun_command(header, cause.requirement.id),
        cause.exchange is not None and is_refused(cause.exchange),
        tuple(_shown(words, cause.exchange) for words in cause.also_said[:SAID]),
        cause.probes,
        tuple(_follow(follow, record) for follow in cause.acquitted),
        fingerprint=fingerprint_of_cause(cause),
        stories=tuple(_stories(cause)),
        deed=deed_of(cause.exchange) if cause.exchange else ("", ""),
        lane=make_lane(cause.entry, record.story_of(cause.entry), first.entry, actual),
        snippets=_snippets(cause, record, Wanted(*_row_of(cause), expected, actual, pointer)),
    )


def _row_of(cause: Cause) -> tuple[str, str]:
    return cause.requirement.id, cause.requirement.statement


def _snippets(cause: Cause, record: Record, wanted: Wanted) -> tuple[Snippet, ...]:
    return make_snippets(cause.entry, record.story_of(cause.entry), wanted) if cause.exchange else ()


def _stories(cause: Cause) -> dict[str, None]:
    """The stories in which it shows, by name and dialect."""
    entries = [cause.judgements[0].entry, *(judgement.entry for judgement in cause.all_judgements)]
    return dict.fromkeys(_story(entry) for entry in entries if entry.scenario)


def _story(entry: Entry) -> str:
    name = visible_line(entry.scenario.rpartition("::")[2])
    return f"{name} [{visible_line(entry.dialect)}]" if entry.dialect else name


def deed_of(exchange: Exchange) -> tuple[str, str]:
    """What was asked for, as a reaction names it, and the status of the answer, `none` where none came."""
    kinds = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
    request = kinds.get(exchange.request.method, "read" if exchange.route.id else "search")
    return request, str(exchange.status or "none")


def _request(entry: Entry) -> str:
    event = entry.event
    if isinstance(event, Exchange):
        return visible_line(f"{event.request.method} {event.request.target}")
    if isinstance(event, Act):
        return visible_line(f"no request: {event.name} {event.address}".strip())
    if isinstance(event, ClockMove):
        return f"no request: {event.seconds:g} s pass"
    return visible_line(f"no request: {event.sentence}") if isinstance(event, Step) else "no request"


def _said(cause: Cause) -> str:
    if cause.exchange is None or cause.words is None:
        return ""
    return _shown(str(cause.words), cause.exchange)


def _shown(words: str, exchange: Exchange | None) -> str:
    return shorten(visible_line(without(passwords_of(exchange), words)), _WORDS)


def _evidence(cause: Cause, first: Judgement, record: Record) -> Evidence | None:
    if cause.exchange is not None:
        how = "the request that was refused" if is_refused(cause.exchange) else "the request that decided"
        return make_evidence(how, cause.entry, cause.exchange, record.story_of(cause.entry))
    found = record.find_exchange(first.entry)
    return make_evidence(*found) if found else None


def _follow(follow: Follow, record: Record) -> ReportedFollow:
    first = follow.judgements[0]
    dialects = {judgement.entry.dialect for judgement in follow.judgements} - {""}
    return ReportedFollow(
        follow.kind.value,
        follow.requirement,
        len(follow.judgements),
        first.entry.id,
        tuple(sorted(dialects)),
        *words_of(first, record),
    )


def decided_by(causes: Iterable[Cause]) -> dict[int, Cause]:
    """The cause of each finding, by the identity of the judgement."""
    return {id(judgement): cause for cause in causes for judgement in cause.all_judgements}


def following_in(causes: Iterable[ReportedCause]) -> dict[str, tuple[str, ...]]:
    """By requirement, the cases that follow from a cause and count against that, in words."""
    told: dict[str, tuple[str, ...]] = {}
    for cause in causes:
        for follow in cause.acquitted:
            words = (
                f"{follow.count} {'case follows' if follow.count == 1 else 'cases follow'} from cause {cause.number}"
            )
            row = follow.requirement.id
            told[row] = (*told.get(row, ()), f"{words}, {cause.requirement.id}: {follow.kind}")
    return told
