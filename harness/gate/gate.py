"""What counts at the gate: verdicts stay as they are, and its owner's files say which of them may pass for now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.gate.absence import why_unseen
from harness.gate.fingerprint import fingerprint_of_cause, fingerprint_of_finding
from harness.gate.floors import Floor, FloorResult, measure
from harness.gate.waivers import Waiver
from harness.judge.cause import Cause
from harness.judge.judge import Result, Verdicts
from harness.judge.tally import Judgement

SOON_DAYS = 14  # ours: as long before its end a waiver is announced
_RED = (Verdict.FAIL, Verdict.WARN)


class Excuse(StrEnum):
    """Why a finding does not fail the gate. LAPSED: a waiver that has expired names it, which ends the run with 5."""

    WAIVED = "waived"
    LAPSED = "waiver expired"


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
    today: date = date.min

    @property
    def is_plain(self) -> bool:
        """Whether nothing is excused and nothing more than usual is asked for."""
        return not (self.waivers or self.floors)


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
class Gate:
    """A run at the gate. `broken` are the requirements that fail it; `excused` says why a finding does not.

    The keys of `excused` are identities of judgements. `waived` gives the waivers of each requirement.
    """

    policy: Policy
    waivers: tuple[WaiverUse, ...]
    floors: tuple[FloorResult, ...]
    broken: tuple[str, ...]
    excused: Mapping[int, Excuse] = field(default_factory=dict)
    waived: Mapping[str, tuple[Waiver, ...]] = field(default_factory=dict)
    waived_whole: tuple[str, ...] = ()

    @property
    def are_waivers_stale(self) -> bool:
        """Whether a waiver must go."""
        return any(use.is_stale for use in self.waivers)

    @property
    def is_below_floor(self) -> bool:
        """Whether too little was judged."""
        return any(each.is_missed for each in self.floors)


def open_gate(verdicts: Verdicts, causes: Sequence[Cause], policy: Policy, *, ended_early: bool = False) -> Gate:
    """What a policy says to a judged run. An error of ours is never excused."""
    of_cause = {id(judgement): fingerprint_of_cause(cause) for cause in causes for judgement in cause.all_judgements}
    red = [judgement for result in verdicts.results for judgement in result.findings if judgement.verdict in _RED]
    named = {waiver: [j for j in red if _names(waiver, j, of_cause)] for waiver in policy.waivers}
    excused: dict[int, Excuse] = {}
    for waiver, judgements in named.items():
        has_expired = waiver.has_expired(policy.today)
        for judgement in judgements:
            if has_expired:
                excused.setdefault(id(judgement), Excuse.LAPSED)
            else:
                excused[id(judgement)] = Excuse.WAIVED
    uses = tuple(_use(waiver, named[waiver], verdicts, policy.today, ended_early) for waiver in policy.waivers)
    broken = tuple(r.requirement.id for r in verdicts.results if _fails(r, verdicts.header.gate, excused))
    waived = {r.requirement.id: waivers for r in verdicts.results if (waivers := _waivers_of(r, uses)) and r.findings}
    whole = tuple(row for row in waived if _is_whole(verdicts.find(row), excused))
    return Gate(policy, uses, measure(policy.floors, verdicts), broken, excused, waived, whole)


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


def count_excused(gate: Gate) -> Counter[Excuse]:
    """How many findings each excuse is for."""
    return Counter(gate.excused.values())
