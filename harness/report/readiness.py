"""Readiness: one sentence per claim that says whether a customer could go live on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue.claims import IDP_CLAIMS
from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import CUT_SHORT, ExitCode
from harness.judge.judge import Result, Verdicts
from harness.judge.sufficiency import Sufficiency, left_out, sufficiency
from harness.report.areas import claim_name
from harness.report.causes import ReportedCause
from harness.report.text import visible_line

_BESIDES = ("bridge", "rfc")  # an identity provider needs these as well, in its own traffic
_NAMED = 3
_WORDS = 100


class Ready(StrEnum):
    """The four answers of `conformance.json`. NOT_ENOUGH: nothing is broken, and not all that is needed was judged."""

    READY = "ready"
    NOT_READY = "not_ready"
    NOT_ENOUGH = "not_enough"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer for one claim. `broken` names the broken MUST rows, the claim's own first.

    `judged` counts the rows that were judged whole, `partly` those of which a part is missing.
    """

    claim: str
    name: str
    verdict: Ready
    sentence: str
    judged: int
    total: int
    broken: tuple[str, ...] = ()
    partly: int = 0


def make_readiness(verdicts: Verdicts, exit_code: ExitCode, causes: Sequence[ReportedCause]) -> tuple[Readiness, ...]:
    """The answers for the selected claims, in their order."""
    return tuple(_of_claim(claim, verdicts, exit_code, causes) for claim in verdicts.header.claims)


def _of_claim(claim: str, verdicts: Verdicts, exit_code: ExitCode, causes: Sequence[ReportedCause]) -> Readiness:
    own = [result for result in verdicts.results if result.requirement.claim == claim]
    judged = [result for result in own if result.verdict not in (Verdict.SKIP, Verdict.PARTLY)]
    partly = sum(result.verdict is Verdict.PARTLY for result in own)
    broken = [*_broken(own), *_broken_in_traffic(claim, verdicts)]
    name = claim_name(claim)
    open_ends = _say_open(sufficiency(claim, verdicts), _left_out(verdicts))
    said = _say_broken(claim, broken, causes)
    verdict, sentence = _answer(name, own, judged, partly, said, open_ends, exit_code)
    ids = tuple(result.requirement.id for result in broken)
    return Readiness(claim, name, verdict, sentence, len(judged), len(own), ids, partly)


def _answer(
    name: str, own: list[Result], judged: list[Result], partly: int, broken: str, open_ends: str, exit_code: ExitCode
) -> tuple[Ready, str]:
    errors = sum(result.verdict is Verdict.ERROR for result in judged)
    counted = f"{len(judged)} of {len(own)} requirements judged"
    if broken:
        return Ready.NOT_READY, f"Not ready for {name}: {broken}."
    if not judged and not partly:
        return Ready.NOT_JUDGED, f"Nothing judged for {name}."
    if errors:
        return Ready.NOT_JUDGED, f"No verdict for {name}: {counted}, and the harness stumbled over {errors} of them."
    if exit_code in CUT_SHORT:
        return (
            Ready.NOT_JUDGED,
            f"No verdict for {name}: {counted}, none broken, but the run ended in {exit_code.label}.",
        )
    if open_ends:
        return Ready.NOT_ENOUGH, f"Not enough to say ready for {name}: {open_ends}{_say_warned(judged)}."
    return Ready.READY, f"Ready for {name}: {counted}, none broken{_say_warned(judged)}."


def _left_out(verdicts: Verdicts) -> tuple[str, ...]:
    late = ("the stories for which the time budget was too short (--time-budget)",) if verdicts.cut_short else ()
    return (*left_out(verdicts.header), *late)


def _say_open(found: Sufficiency, omitted: tuple[str, ...]) -> str:
    """What was judged of all that the claim needs, and what was not; nothing when nothing is open."""
    if found.is_enough and not omitted:
        return ""
    unwritten = f", {found.unwritten} of them without a check in this version" if found.unwritten else ""
    parts = [
        f"nothing broken in {found.whole} of the {found.needed} MUST requirements that apply",
        f"{len(found.partly)} judged in part{_named(found.partly)}" if found.partly else "",
        f"{len(found.not_run)} not run{_named(found.not_run)}{unwritten}" if found.not_run else "",
        f"{len(found.unseen)} not observable{_named(found.unseen)}" if found.unseen else "",
        f"this run left out {' and '.join(omitted)}" if omitted else "",
    ]
    return "; ".join(visible_line(part) for part in parts if part)


def _named(ids: tuple[str, ...]) -> str:
    """The rows by name, where they are few."""
    return f" ({', '.join(ids)})" if len(ids) <= _NAMED else ""


def _broken(own: Sequence[Result]) -> list[Result]:
    return [r for r in own if r.verdict is Verdict.FAIL and r.requirement.level is Level.MUST]


def _broken_in_traffic(claim: str, verdicts: Verdicts) -> list[Result]:
    """What this identity provider's own requests met, of the requirements that hold for everybody."""
    if claim not in IDP_CLAIMS:
        return []
    found = [
        result
        for result in verdicts.results
        if result.requirement.claim in _BESIDES
        and result.requirement.level is Level.MUST
        and any(verdict is Verdict.FAIL and dialect.startswith(claim) for dialect, verdict in result.by_dialect.items())
    ]
    return sorted(found, key=lambda result: _BESIDES.index(result.requirement.claim))


def _say_broken(claim: str, broken: list[Result], causes: Sequence[ReportedCause]) -> str:
    """The first cause of what is broken, and how much else there is; nothing when nothing is."""
    if not broken:
        return ""
    ids = {result.requirement.id for result in broken}
    concerned = [cause for cause in causes if ids & set(cause.requirements)]
    own = [cause for cause in concerned if cause.requirement.id in ids] or concerned
    if not own:
        return f"{broken[0].requirement.statement.rstrip('.')} ({broken[0].requirement.id})"
    first = own[0]
    said = f"{_say_cause(claim, first)} ({first.requirement.id})"
    more = [cause for cause in concerned if cause is not first]
    parts = [_counted(len(more), "more cause")] if more else []
    parts += [f"{_counted(len(broken), 'requirement')} broken in all"] if len(broken) > 1 else []
    return "; ".join([said, *parts])


def _say_cause(claim: str, cause: ReportedCause) -> str:
    """The refusal in the bridge's own words; else what was seen, in the provider's own traffic where that shows it."""
    if cause.is_refusal:
        return _short(f"{cause.request} is answered {cause.said}")
    seen = next((f for f in cause.follows if any(name.startswith(claim) for name in f.dialects)), None)
    shown = seen if seen and not cause.place.dialect.startswith(claim) else cause
    return f"expected {_short(shown.expected)}; was {_short(shown.actual)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _say_warned(judged: list[Result]) -> str:
    warned = sum(result.verdict is Verdict.WARN for result in judged)
    return f", {warned} recommendation{'s' if warned > 1 else ''} not followed" if warned else ""


def _short(text: str) -> str:
    line = visible_line(text)
    return line if len(line) <= _WORDS else line[: _WORDS - 1] + "…"
