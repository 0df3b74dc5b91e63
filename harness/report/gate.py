"""The gate for reading: what is waived, by whom and until when, and what its owner has to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.gate.floors import FloorResult
from harness.gate.gate import SOON_DAYS, Excuse, Gate, Ratchet, WaiverStanding, WaiverUse
from harness.gate.repeats import Repeats
from harness.gate.waivers import Waiver
from harness.record.exchange import Json
from harness.report.causes import ReportedCause
from harness.report.text import shorten, visible_line

_WORDS = 300
_NAMED = 10


def gate_lines(gate: Gate) -> Iterator[str]:
    """What there is to say, a line each; what must be done stands before what is only told."""
    yield from (say_floor(each) for each in gate.floors)
    if gate.ratchet:
        yield from _ratchet(gate.ratchet)
    if gate.repeats:
        yield _repeats(gate, gate.repeats)
    yield from (_use(use) for use in sorted(gate.waivers, key=lambda use: not use.is_stale))


def waived_words(waiver: Waiver) -> str:
    """Until when, by whom and why, on one line."""
    return f"until {waiver.expires.isoformat()}, by {_line(waiver.owner)}: {_line(waiver.reason)}"


def say_excused(gate: Gate) -> str:
    """What is broken and excused, counted."""
    standings = list(gate.standings.values())
    told = (
        (len(gate.waived), "waived requirement"),
        (standings.count(Excuse.KNOWN), "known cause"),
        (standings.count(Excuse.FLAKY), "flaky cause"),
    )
    return " and ".join(_counted(number, noun) for number, noun in told if number) or "what is excused"


def say_stale(gate: Gate) -> str:
    """How many waivers must go, and why."""
    expired = sum(use.standing is WaiverStanding.EXPIRED for use in gate.waivers)
    needless = sum(use.standing is WaiverStanding.NOT_NEEDED for use in gate.waivers)
    parts = [f"{expired} expired" if expired else "", f"{needless} not needed any more" if needless else ""]
    return " and ".join(part for part in parts if part)


def at_the_gate(cause: ReportedCause, gate: Gate) -> ReportedCause:
    """The cause with what the gate says of it, and why it does not fail the gate, where something excuses it whole."""
    standing = gate.standings.get(cause.number, "")
    counts = standing not in list(Excuse) or (standing == Excuse.FLAKY and gate.policy.is_flaky_failure)
    waivers = [waiver for row in cause.requirements for waiver in gate.waived.get(row, ())]
    waived = dict.fromkeys(map(waived_words, waivers)) if standing == Excuse.WAIVED else ()
    return replace(cause, standing=standing, excuse="" if counts else standing, waived=tuple(waived))


def gate_json(gate: Gate) -> Json:
    """The gate for `conformance.json`."""
    return {
        "broken": list(gate.broken),
        "baseline": _ratchet_json(gate.ratchet) if gate.ratchet else None,
        "repeats": _repeats_json(gate, gate.repeats) if gate.repeats else None,
        "waivers": [_use_json(use) for use in gate.waivers],
        "min_judged": [
            {
                "claim": each.floor.claim or None,
                "least": each.floor.least,
                "judged": each.judged,
                "is_missed": each.is_missed,
            }
            for each in gate.floors
        ],
    }


def _ratchet_json(ratchet: Ratchet) -> Json:
    return {
        "file": visible_line(str(ratchet.baseline.path)),
        "known": list(ratchet.known),
        "new": list(ratchet.new),
        "fixed": [cause.fingerprint for cause in ratchet.fixed],
        "not_seen": [cause.fingerprint for cause, _ in ratchet.not_seen],
    }


def _repeats_json(gate: Gate, repeats: Repeats) -> Json:
    return {
        "times": repeats.times,
        "flaky": [gate.marks[number] for number in sorted(repeats.flaky)],
        "fails_the_gate": bool(repeats.flaky) and gate.policy.is_flaky_failure,
    }


def _ratchet(ratchet: Ratchet) -> Iterator[str]:
    """The causes beside a baseline, counted; those that are new or fixed by name."""
    file = visible_line(str(ratchet.baseline.path))
    counts = ((ratchet.known, "known"), (ratchet.new, "new"), (ratchet.fixed, "fixed"), (ratchet.not_seen, "not seen"))
    yield f"baseline {file}: causes " + ", ".join(f"{len(each)} {words}" for each, words in counts)
    yield from (f"new: {mark}" for mark in ratchet.new[:_NAMED])
    for cause in ratchet.fixed[:_NAMED]:
        yield f"fixed: {cause.fingerprint} {_line(cause.statement)}".rstrip()
    for cause, why in ratchet.not_seen[:_NAMED]:
        yield f"not seen: {cause.fingerprint}, {why}"
    if more := sum(max(0, len(each) - _NAMED) for each, _ in counts[1:]):
        yield f"… and {more} more, in conformance.json"
    if ratchet.fixed:
        command = f"bridgecheck baseline prune REPORT-DIR --to {file}"
        yield f"take out what is fixed, so that it can't come back unseen: {command}"


def _repeats(gate: Gate, repeats: Repeats) -> str:
    said = f"broken stories told again {_counted(repeats.times, 'time')}"
    if not repeats.flaky:
        return f"{said}: every cause came again, none is flaky{_left(repeats)}"
    marks = ", ".join(gate.marks[number] for number in sorted(repeats.flaky)[:_NAMED])
    rule = "fails the gate (--flaky fail)" if gate.policy.is_flaky_failure else "does not fail the gate (--flaky pass)"
    number = _counted(len(repeats.flaky), "cause")
    return f"flaky: {number} did not come again, which {rule}: {marks}; {said}{_left(repeats)}"


def _left(repeats: Repeats) -> str:
    return f"; the repeats left {_counted(repeats.left, 'thing')} on the target" if repeats.left else ""


def say_floor(each: FloorResult) -> str:
    """How many requirements were judged, and how many were asked for."""
    of = f" of {each.floor.claim}" if each.floor.claim else ""
    said = "too few" if each.is_missed else "enough"
    return f"{said} judged: {_counted(each.judged, 'requirement')}{of}, {each.floor.option} asks for {each.floor.least}"


def _use(use: WaiverUse) -> str:
    waiver = use.waiver
    name, place = visible_line(waiver.name), visible_line(waiver.place)
    if use.standing is WaiverStanding.EXPIRED:
        still = f"still broken ({_counted(use.findings, 'finding')})" if use.findings else "nothing broken any more"
        return f"waiver expired: {name}, {still}; {waived_words(waiver)} ({place}: mend the bridge, or renew it)"
    if use.standing is WaiverStanding.NOT_NEEDED:
        return f"waiver not needed: {name} waives nothing any more ({use.why}); remove it ({place})"
    if use.standing is WaiverStanding.UNDECIDED:
        return f"waiver not decided: {name}, {use.why} ({place})"
    left = _counted(use.days_left, "day")
    soon = f"; {left} left" if use.days_left <= SOON_DAYS else ""
    return f"waived: {name}, {_counted(use.findings, 'finding')}, {waived_words(waiver)}{soon}"


def _use_json(use: WaiverUse) -> Json:
    waiver = use.waiver
    return {
        "names": waiver.kind,
        "name": visible_line(waiver.name),
        "reason": _line(waiver.reason),
        "owner": _line(waiver.owner),
        "expires": waiver.expires.isoformat(),
        "place": visible_line(waiver.place),
        "standing": use.standing.value,
        "why": use.why or None,
        "findings": use.findings,
        "requirements": list(use.rows),
    }


def _line(text: str) -> str:
    return shorten(visible_line(text), _WORDS)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
