"""What counts at the gate: verdicts stay as they are, and its owner's files say which of them may pass for now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.gate.absence import why_unseen
from harness.gate.baseline import Baseline, KnownCause
from harness.gate.fingerprint import fingerprint_of_cause, fingerprint_of_finding
from harness.gate.floors import Floor, FloorResult, measure
from harness.gate.repeats import Repeats
from harness.gate.waivers import Waiver
from harness.judge.cause import Cause
from harness.judge.judge import Result, Verdicts
from harness.judge.tally import Judgement

SOON_DAYS = 14  # ours: as long before its end a waiver is announced
_RED = (Verdict.FAIL, Verdict.WARN)


class Excuse(StrEnum):
    """Why a finding does not fail the gate; the first counts where several do.

    LAPSED: a waiver that has expired names it, which ends the run with 5.
    """

    WAIVED = "waived"
    FLAKY = "flaky"
    KNOWN = "known"
    LAPSED = "waiver expired"


NEW = "new"
"""What the gate says of a cause that nothing excuses, where there is a baseline."""


class WaiverStanding(StrEnum):
    """What has become of a waiver in a run."""

    USED = "used"
    EXPIRED = "expired"
    NOT_NEEDED = "not needed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner of a gate asks for, on a day."""

    waivers: tuple[Waiver, ...] = ()
    floors: tuple[Floor, ...] = ()
    baseline: Baseline | None = None
    today: date = date.min
    is_flaky_failure: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing is excused and nothing more than usual is asked for."""
        return not (self.waivers or self.floors or self.baseline)

    @property
    def excuses(self) -> str:
        """The options by which something may be excused; empty where nothing is."""
        named = {"--waivers": self.waivers, "--baseline": self.baseline}
        return " and ".join(option for option, value in named.items() if value)


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver, what has become of it, how many findings it names, and why its standing is what it is."""

    waiver: Waiver
    standing: WaiverStanding
    findings: int
    rows: tuple[str, ...]
    why: str = ""
    days_left: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether it must go: it has expired, or names nothing that is wrong any more."""
        return self.standing in (WaiverStanding.EXPIRED, WaiverStanding.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Ratchet:
    """A run beside a baseline: causes by fingerprint. What is fixed leaves the baseline, and nothing new enters it.

    `not_seen` are those of which this run can't tell whether they are there, each with the reason.
    """

    baseline: Baseline
    known: tuple[str, ...]
    new: tuple[str, ...]
    fixed: tuple[KnownCause, ...]
    not_seen: tuple[tuple[KnownCause, str], ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A run at the gate. `broken` are the requirements that fail it; `excused` says why a finding does not.

    The keys of `excused` are identities of judgements. `waived` gives the waivers of each requirement. `standings` say
    of each cause, by number, what excuses it whole; or that it is new; `marks` are their
    fingerprints.
    """

    policy: Policy
    waivers: tuple[WaiverUse, ...]
    floors: tuple[FloorResult, ...]
    broken: tuple[str, ...]
    excused: Mapping[int, Excuse] = field(default_factory=dict)
    waived: Mapping[str, tuple[Waiver, ...]] = field(default_factory=dict)
    waived_whole: tuple[str, ...] = ()
    standings: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)
    ratchet: Ratchet | None = None
    repeats: Repeats | None = None

    @property
    def are_waivers_stale(self) -> bool:
        """Whether a waiver must go."""
        return any(use.is_stale for use in self.waivers)

    @property
    def is_below_floor(self) -> bool:
        """Whether too little was judged."""
        return any(each.is_missed for each in self.floors)


def open_gate(
    verdicts: Verdicts,
    causes: Sequence[Cause],
    policy: Policy,
    *,
    ended_early: bool = False,
    repeats: Repeats | None = None,
) -> Gate:
    """What a policy says to a judged run. An error of ours is never excused."""
    marks = {cause.number: fingerprint_of_cause(cause) for cause in causes}
    of_cause = {id(judgement): marks[cause.number] for cause in causes for judgement in cause.all_judgements}
    red = [judgement for result in verdicts.results for judgement in result.findings if judgement.verdict in _RED]
    named = {waiver: [j for j in red if _names(waiver, j, of_cause)] for waiver in policy.waivers}
    excused = _excused(named, causes, marks, policy, repeats)
    uses = tuple(_use(waiver, named[waiver], verdicts, policy.today, ended_early) for waiver in policy.waivers)
    waived = {r.requirement.id: waivers for r in verdicts.results if (waivers := _waivers_of(r, uses)) and r.findings}
    ratchet = _ratchet(policy.baseline, marks, verdicts, ended_early) if policy.baseline else None
    return Gate(
        policy,
        uses,
        measure(policy.floors, verdicts),
        tuple(r.requirement.id for r in verdicts.results if _fails(r, verdicts.header.gate, excused)),
        excused,
        waived,
        tuple(row for row in waived if _is_whole(verdicts.find(row), excused)),
        {cause.number: _standing(cause, excused, repeats, is_ratcheted=ratchet is not None) for cause in causes},
        marks,
        ratchet,
        repeats,
    )


def _excused(
    named: Mapping[Waiver, Sequence[Judgement]],
    causes: Sequence[Cause],
    marks: Mapping[int, str],
    policy: Policy,
    repeats: Repeats | None,
) -> dict[int, Excuse]:
    """Why findings are excused, by the identity of the judgement; a stronger excuse replaces a weaker one."""
    excused: dict[int, Excuse] = {}
    found = [(j, Excuse.LAPSED) for waiver in named if waiver.has_expired(policy.today) for j in named[waiver]]
    for cause in causes:
        if policy.baseline and policy.baseline.holds(marks[cause.number]):
            found += [(judgement, Excuse.KNOWN) for judgement in cause.all_judgements]
    for cause in causes:
        if repeats and cause.number in repeats.flaky and not policy.is_flaky_failure:
            found += [(judgement, Excuse.FLAKY) for judgement in cause.all_judgements]
    found += [
        (j, Excuse.WAIVED) for w, judgements in named.items() if not w.has_expired(policy.today) for j in judgements
    ]
    for judgement, excuse in found:
        if judgement.verdict in _RED:
            excused[id(judgement)] = excuse
    return excused


def _standing(cause: Cause, excused: Mapping[int, Excuse], repeats: Repeats | None, *, is_ratcheted: bool) -> str:
    """What excuses a cause whole, or that it is flaky; else that it is new, where a baseline tells."""
    if repeats and cause.number in repeats.flaky:
        return Excuse.FLAKY
    met = {excused.get(id(judgement)) for judgement in cause.all_judgements}
    for excuse in (Excuse.LAPSED, Excuse.KNOWN, Excuse.WAIVED):
        if excuse in met and None not in met:
            return excuse
    return NEW if is_ratcheted else ""


def _ratchet(baseline: Baseline, marks: Mapping[int, str], verdicts: Verdicts, ended_early: bool) -> Ratchet:
    seen = tuple(dict.fromkeys(marks.values()))
    gone = [cause for cause in baseline.causes if cause.fingerprint not in seen]
    told = [(cause, why_unseen(cause.row, verdicts, ended_early=ended_early)) for cause in gone]
    return Ratchet(
        baseline,
        tuple(mark for mark in seen if baseline.holds(mark)),
        tuple(mark for mark in seen if not baseline.holds(mark)),
        tuple(cause for cause, why in told if not why),
        tuple((cause, why) for cause, why in told if why),
    )


def _names(waiver: Waiver, judgement: Judgement, of_cause: Mapping[int, str]) -> bool:
    if waiver.kind == "requirement":
        return judgement.requirement == waiver.name
    if waiver.kind == "cause":
        return of_cause.get(id(judgement)) == waiver.name
    return judgement.requirement == waiver.row and fingerprint_of_finding(judgement) == waiver.name


def _use(
    waiver: Waiver, judgements: Sequence[Judgement], verdicts: Verdicts, today: date, ended_early: bool
) -> WaiverUse:
    rows = tuple(dict.fromkeys(judgement.requirement for judgement in judgements))
    left = (waiver.expires - today).days
    if waiver.has_expired(today):
        return WaiverUse(waiver, WaiverStanding.EXPIRED, len(judgements), rows, "", left)
    if judgements:
        return WaiverUse(waiver, WaiverStanding.USED, len(judgements), rows, "", left)
    if why := why_unseen(waiver.row, verdicts, ended_early=ended_early):
        return WaiverUse(waiver, WaiverStanding.UNDECIDED, 0, (), why, left)
    result = verdicts.find(waiver.row)
    said = result.reason if result and result.reason else result.verdict if result else ""
    return WaiverUse(waiver, WaiverStanding.NOT_NEEDED, 0, (), f"{waiver.row}: {said}", left)


def _waivers_of(result: Result, uses: Iterable[WaiverUse]) -> tuple[Waiver, ...]:
    return tuple(u.waiver for u in uses if u.standing is WaiverStanding.USED and result.requirement.id in u.rows)


def _fails(result: Result, gate: str, excused: Mapping[int, Excuse]) -> bool:
    """Whether a requirement fails the gate: by findings that are not excused, or by a verdict without any."""
    counted = _RED if gate == "should" else (Verdict.FAIL,)
    if result.verdict not in counted or result.requirement.level is Level.MAY:
        return False
    findings = [each for each in result.findings if each.verdict in counted]
    return not findings or any(id(each) not in excused for each in findings)


def _is_whole(result: Result | None, excused: Mapping[int, Excuse]) -> bool:
    return result is not None and all(excused.get(id(each)) is Excuse.WAIVED for each in result.findings)
