"""Whether a run judged enough of a claim to say that a bridge is ready for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.coverage import judgeable_ids, stories
from harness.judge.judge import Result, Verdicts
from harness.record.journal import RunHeader

EXCUSED = (SkipReason.NOT_APPLICABLE, SkipReason.NOT_JUDGEABLE, SkipReason.READ_OTHERWISE)
"""What a claim does not need: what does not apply to this bridge, and what no run can judge.

What could not be seen (no probe, no clock) is no excuse: nobody knows whether the bridge does it right.
"""


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """What a claim needs, and how much of it a run judged: the MUST rows that apply and can be judged.

    `whole` counts the rows that were judged in all their parts; the others name the rows with a gap. `unwritten` are
    those of `not_run` that no check or story of this version can judge.
    """

    needed: int
    whole: int
    partly: tuple[str, ...]
    unseen: tuple[str, ...]
    not_run: tuple[str, ...]
    unwritten: int

    @property
    def is_enough(self) -> bool:
        """Whether nothing that the claim needs is open."""
        return bool(self.needed) and not (self.partly or self.unseen or self.not_run)


def sufficiency(claim: str, verdicts: Verdicts) -> Sufficiency:
    """How much of what a claim needs was judged."""
    rows = [r for r in verdicts.results if r.requirement.claim == claim and _is_needed(r)]
    not_run = _ids(r for r in rows if r.reason is SkipReason.NOT_RUN)
    return Sufficiency(
        len(rows),
        sum(row.verdict not in (Verdict.SKIP, Verdict.PARTLY) for row in rows),
        _ids(r for r in rows if r.verdict is Verdict.PARTLY),
        _ids(r for r in rows if r.reason is SkipReason.NOT_OBSERVABLE),
        not_run,
        len(set(not_run) - judgeable_ids()),
    )


def _is_needed(result: Result) -> bool:
    return result.requirement.level is Level.MUST and result.reason not in EXCUSED


def _ids(rows: Iterator[Result]) -> tuple[str, ...]:
    return tuple(row.requirement.id for row in rows)


def left_out(header: RunHeader) -> tuple[str, ...]:
    """What the options of a run left out, in words; nothing of a whole run. A part of a run never says ready."""
    return tuple(_left_out(header))


def _left_out(header: RunHeader) -> Iterator[str]:
    if header.only:
        yield f"every story but {', '.join(header.only)} (--only)"
    if header.skip:
        yield f"{', '.join(header.skip)} (--skip)"
    if header.rows:
        yield f"what is not about {', '.join(header.rows)} (--requirement)"
    missing = [suite for suite in _suites_of_their_own() if suite not in header.suites]
    if header.suites and missing:
        yield f"the suite{'s' if len(missing) > 1 else ''} {' and '.join(missing)} (--suite)"
    if header.mode == "smoke":
        yield "every story that is not a smoke test (--mode smoke)"


@cache
def _suites_of_their_own() -> tuple[str, ...]:
    """The suites that bring requirements which no other suite brings: without one of them a run is a part."""
    brought: dict[str, set[str]] = {}
    for story in stories():
        brought.setdefault(story.suite, set()).update(story.requirements)
    others = {suite: set().union(*(rows for name, rows in brought.items() if name != suite)) for suite in brought}
    return tuple(suite for suite, rows in brought.items() if rows - others[suite])
