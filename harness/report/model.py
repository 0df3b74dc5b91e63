"""The report as values: everything that the writers show, worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness import __version__
from harness.catalogue.requirement import Level, Requirement
from harness.catalogue.verdict import Verdict
from harness.gate.fingerprint import fingerprint_of_finding
from harness.gate.gate import Gate
from harness.judge.cause import Cause
from harness.judge.causes import causes_by_row, make_causes
from harness.judge.exit_code import ExitCode, unjudged_claims
from harness.judge.judge import Result, Verdicts
from harness.judge.sight import PROBED
from harness.record.collector import uncollected
from harness.record.exchange import Exchange, Json
from harness.record.journal import Entry, RunHeader
from harness.report.again import rerun_command
from harness.report.areas import area_of, claim_name
from harness.report.causes import ReportedCause, decided_by, following_in, report_causes
from harness.report.changes import Changes, make_changes
from harness.report.circumstances import figures_of
from harness.report.curl import make_curl
from harness.report.evidence import Record
from harness.report.findings import SHOWN, FindingGroup, make_groups
from harness.report.gate import at_the_gate, gate_lines, say_excused, say_floor, say_stale, waived_words
from harness.report.leftovers import ReportedLeftover, leftovers_in
from harness.report.matrix import Matrix, make_matrix
from harness.report.probe import say_probe
from harness.report.readiness import Readiness, Ready, make_readiness
from harness.report.text import shorten, visible, visible_data, visible_line
from harness.report.words import words_of

_NAMED = 3


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One finding as it was made, for machines: ungrouped, with the commands that repeat the request and its stories.

    `cause` is the number of the cause that it belongs to, `excuse` why the gate does not count it.
    """

    verdict: Verdict
    check: str
    expected: str
    actual: str
    pointer: str
    entry: str
    dialect: str
    curl: str
    cause: int
    rerun: str
    fingerprint: str = ""
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What the run says of one requirement. `missing` and `excused` are facets that were not judged, with reasons.

    `following` tells of cases that count against a cause and not against this row; `waived` until when what was found
    is waived, by whom and why.
    """

    requirement: Requirement
    area: str
    verdict: Verdict
    by_dialect: Mapping[str, Verdict]
    reason: str
    why: str
    recorded: tuple[str, ...]
    judged_by: tuple[str, ...]
    cases: int
    findings: tuple[ReportedFinding, ...]
    groups: tuple[FindingGroup, ...]
    missing: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """How many requirements have which verdict; those judged in part are neither judged nor skipped."""

    requirements: int
    judged: int
    passed: int
    warned: int
    failed: int
    errors: int
    skipped: int
    partly: int = 0
    waived: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """A wire shape that was sent though no source confirms it: a guess about a vendor."""

    source: str
    name: str
    dialect: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """A run, ready to be written down. `entries` is its journal as recorded: hostile text is still raw in it.

    `has_ended` is false in the report that stands there while a run goes on.
    """

    header: RunHeader
    version: str
    exit_code: ExitCode
    sentence: str
    message: str
    duration_s: float
    exchanges: int
    observers: tuple[str, ...]
    capabilities: Json
    readiness: tuple[Readiness, ...]
    totals: Totals
    figures: tuple[tuple[str, str], ...]
    matrix: Matrix
    causes: tuple[ReportedCause, ...]
    groups: tuple[FindingGroup, ...]
    rows: tuple[Row, ...]
    skips: tuple[tuple[str, int], ...]
    guesses: tuple[Guess, ...]
    errors: tuple[str, ...]
    changes: Changes | None = None
    leftovers: tuple[ReportedLeftover, ...] = ()
    gate: Gate | None = None
    faults: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    has_ended: bool = True

    @property
    def gate_lines(self) -> tuple[str, ...]:
        """What the gate says, a line each; nothing where its owner asks for nothing."""
        return tuple(gate_lines(self.gate)) if self.gate else ()


@dataclass(frozen=True, slots=True)
class FoundCauses:
    """The causes of a run, and what we stumbled over in looking for them."""

    causes: tuple[Cause, ...]
    stumbled: tuple[str, ...] = ()


@uncollected
def make_report(
    verdicts: Verdicts,
    entries: Sequence[Entry],
    exit_code: ExitCode,
    duration_s: float,
    observers: tuple[str, ...] = (),
    figures: Mapping[str, str] | None = None,
    message: str = "",
    found: FoundCauses | None = None,
    gate: Gate | None = None,
) -> Report:
    """The report of a run, from its verdicts and its journal; its causes are looked for unless they are given."""
    record = Record(entries)
    told = {**figures_of(entries), **(figures or {})}
    if not PROBED & verdicts.seen and (said := say_probe(verdicts.results)):
        told["a probe of the account"] = said
    found = found or find_causes(verdicts, entries)
    numbers = {judgement: cause.number for judgement, cause in decided_by(found.causes).items()}
    reported = report_causes(found.causes, record, verdicts.header)
    if gate:
        reported = tuple(at_the_gate(cause, gate) for cause in reported)
    readiness = make_readiness(verdicts, exit_code, reported)
    totals = replace(_totals(verdicts), waived=len(gate.waived_whole) if gate else 0)
    groups = make_groups(verdicts.results, record)
    following = following_in(reported)
    rows = tuple(
        replace(
            _row(result, record, groups, numbers, verdicts.header, gate),
            following=following.get(result.requirement.id, ()),
            waived=_waived(result, gate),
        )
        for result in verdicts.results
    )
    return Report(
        _shown_header(verdicts.header),
        __version__,
        exit_code,
        _sentence(verdicts, exit_code, totals, readiness, gate) + _say_cut(verdicts),
        visible(message),
        duration_s,
        verdicts.exchanges,
        tuple(visible_line(name) for name in observers),
        visible_data(verdicts.capabilities),
        readiness,
        totals,
        tuple((visible_line(name), visible_line(value)) for name, value in told.items()),
        make_matrix(verdicts.results, verdicts.header.dialects),
        reported,
        groups,
        rows,
        tuple(Counter(row.reason for row in rows if row.reason).most_common()),
        _guesses(entries),
        tuple(shorten(visible(error)) for error in (*verdicts.errors, *found.stumbled)),
        make_changes(verdicts),
        leftovers_in(entries),
        gate,
        tuple(shorten(visible(fault)) for fault in verdicts.faults),
        tuple(entries),
    )


def find_causes(verdicts: Verdicts, entries: Sequence[Entry]) -> FoundCauses:
    """The causes; where we stumble over them, one for each red row, and an error of ours: no verdict gets lost."""
    try:
        return FoundCauses(make_causes(verdicts, entries))
    except Exception as error:  # whatever a bridge said may have led to it
        said = f"causes could not be worked out, findings stand by requirement: {type(error).__name__}: {error}"
        return FoundCauses(causes_by_row(verdicts), (said,))


def _waived(result: Result, gate: Gate | None) -> tuple[str, ...]:
    """The waivers of a requirement in words."""
    return tuple(waived_words(waiver) for waiver in gate.waived.get(result.requirement.id, ())) if gate else ()


def _row(
    result: Result,
    record: Record,
    groups: Iterable[FindingGroup],
    numbers: Mapping[int, int],
    header: RunHeader,
    gate: Gate | None,
) -> Row:
    return Row(
        result.requirement,
        area_of(result.requirement),
        result.verdict,
        result.by_dialect,
        result.reason.value if result.reason else "",
        visible_line(result.why),
        tuple(shorten(visible(value)) for value in result.recorded),
        result.judged_by,
        result.cases,
        tuple(_findings(result, record, numbers, header, gate)),
        tuple(group for group in groups if group.requirement.id == result.requirement.id) if result.findings else (),
        tuple(visible_line(name) for name in result.missing),
        tuple(visible_line(name) for name in result.excused),
    )


def _findings(
    result: Result, record: Record, numbers: Mapping[int, int], header: RunHeader, gate: Gate | None
) -> Iterable[ReportedFinding]:
    """All findings; of equal ones the first few carry the command, or a long run would make a report of gigabytes."""
    seen: Counter[tuple[str, str]] = Counter()
    for judgement in result.findings:
        words = words_of(judgement, record)
        seen[words] += 1
        found = record.find_exchange(judgement.entry) if seen[words] <= SHOWN else None
        yield ReportedFinding(
            judgement.verdict,
            judgement.check,
            *words,
            visible(judgement.finding.pointer) if judgement.finding else "",
            judgement.entry.id,
            judgement.entry.dialect,
            make_curl(found[2], found[1].id) if found else "",
            numbers[id(judgement)],
            rerun_command(header, result.requirement.id),
            fingerprint_of_finding(judgement),
            gate.excused.get(id(judgement), "") if gate else "",
        )


def _totals(verdicts: Verdicts) -> Totals:
    shown = (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.ERROR, Verdict.SKIP, Verdict.PARTLY)
    counts = [verdicts.count(verdict) for verdict in shown]
    return Totals(len(verdicts.results), verdicts.judged, *counts)


def _sentence(
    verdicts: Verdicts, exit_code: ExitCode, totals: Totals, readiness: Sequence[Readiness], gate: Gate | None
) -> str:
    """The verdict in words: what a manager reads, and nothing that the exit code does not say."""
    partly = f", {totals.partly} in part" if totals.partly else ""
    judged = f"{totals.judged} of {totals.requirements} requirements judged{partly}"
    if exit_code is ExitCode.PASS and gate and gate.excused:
        return f"Passes the gate: nothing broken but {say_excused(gate)}; {judged}.{_by_readiness(readiness)}"
    if exit_code is ExitCode.PASS:
        is_earned = bool(readiness) and all(each.verdict is Ready.READY for each in readiness)
        said = "Conforms: nothing broken" if is_earned else "Nothing broken"
        return f"{said} that the gate asks for; {judged}.{_by_readiness(readiness)}"
    if exit_code is ExitCode.CONFORMANCE_FAILURE:
        if gate and gate.excused and gate.broken:
            named = _listed([*gate.broken[:_NAMED], *(["more"] if len(gate.broken) > _NAMED else [])])
            said = f"Fails the gate: {named} broken, and {say_excused(gate)} excused"
            return f"{said}; {judged}.{_by_readiness(readiness)}"
        return f"Does not conform: {_broken(verdicts)}, {judged}.{_by_readiness(readiness)}"
    if exit_code is ExitCode.INTERRUPTED:
        return f"No verdict: the run was interrupted. {judged.capitalize()}, {_broken_so_far(verdicts)}."
    if exit_code is ExitCode.TARGET_UNREACHABLE:
        return f"No verdict: the bridge did not answer, or refused the token. {judged.capitalize()}."
    if exit_code is ExitCode.NOTHING_JUDGED:
        return _sentence_of_nothing(verdicts, gate)
    if exit_code is ExitCode.WAIVERS_STALE and gate:
        return f"Waivers stale: {say_stale(gate)}; {judged}.{_by_readiness(readiness)}"
    if exit_code is ExitCode.HARNESS_ERROR:
        return "No verdict: the harness stumbled, so this run says nothing certain about the bridge."
    if verdicts.faults:
        many = len(verdicts.faults)
        wrong = "1 story is wrong itself" if many == 1 else f"{many} stories are wrong themselves"
        return f"No verdict: {wrong}, whatever the bridge does. {judged.capitalize()}."
    return f"Ended with {exit_code.label}: {judged}."


def _sentence_of_nothing(verdicts: Verdicts, gate: Gate | None) -> str:
    """What was not judged, and which claims the run would have had to name to be about what it judged."""
    if gate and gate.is_below_floor and verdicts.touched:
        missed = [say_floor(each) for each in gate.floors if each.is_missed]
        return f"No verdict: {'; '.join(missed)}."
    if verdicts.is_incomplete:
        return "No verdict: the record of the run has no end; it was killed, or its disk was full."
    missing = unjudged_claims(verdicts)
    judged = [claim for claim in verdicts.header.claims if claim not in missing]
    said = f"No verdict: nothing was judged for {_listed([claim_name(claim) for claim in missing] or ['this run'])}."
    if not (missing and judged):
        return said
    return (
        f"{said} A run about {_listed([claim_name(claim) for claim in judged])} alone says --claim {','.join(judged)}."
    )


def _say_cut(verdicts: Verdicts) -> str:
    return f" {visible_line(verdicts.cut_short)}" if verdicts.cut_short else ""


def _broken(verdicts: Verdicts) -> str:
    musts = sum(result.verdict is Verdict.FAIL for result in verdicts.results)
    shoulds = sum(r.verdict is Verdict.WARN and r.requirement.level is Level.SHOULD for r in verdicts.results)
    asked = verdicts.header.gate == "should" and shoulds
    parts = [f"{musts} MUST" if musts else "", f"{shoulds} SHOULD" if asked else ""]
    return f"{' and '.join(part for part in parts if part) or 'requirements'} broken"


def _broken_so_far(verdicts: Verdicts) -> str:
    is_broken = any(result.verdict in (Verdict.FAIL, Verdict.ERROR) for result in verdicts.results)
    return f"{_broken(verdicts)} until then" if is_broken else "nothing broken until then"


def _by_readiness(readiness: Sequence[Readiness]) -> str:
    words = {
        Ready.READY: "Ready for",
        Ready.NOT_READY: "Not ready for",
        Ready.NOT_ENOUGH: "Not enough to say ready for",
        Ready.NOT_JUDGED: "No verdict for",
    }
    named = {verdict: [r.name for r in readiness if r.verdict is verdict] for verdict in words}
    return "".join(f" {words[verdict]} {_listed(names)}." for verdict, names in named.items() if names)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _guesses(entries: Iterable[Entry]) -> tuple[Guess, ...]:
    counts = Counter(
        (visible_line(entry.event.request.unconfirmed), visible_line(entry.event.request.name), entry.dialect)
        for entry in entries
        if isinstance(entry.event, Exchange) and entry.event.request.unconfirmed
    )
    return tuple(Guess(source, name, dialect, count) for (source, name, dialect), count in sorted(counts.items()))


def _shown_header(header: RunHeader) -> RunHeader:
    return replace(
        header,
        target_name=visible_line(header.target_name),
        target_url=visible_line(header.target_url),
        start=visible_line(header.start),
        only=tuple(visible_line(glob) for glob in header.only),
        skip=tuple(visible_line(glob) for glob in header.skip),
    )
