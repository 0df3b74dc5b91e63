"""What a repeated run says of the requirements that the earlier one found broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.judge.judge import Result, Verdicts


@dataclass(frozen=True, slots=True)
class Changes:
    """Requirements by id: broken before and kept now, broken still, broken only now, and not judged this time."""

    fixed: tuple[str, ...]
    still_failing: tuple[str, ...]
    new: tuple[str, ...]
    not_judged: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """One line for each of them that is not empty."""
        told = (
            ("fixed", self.fixed),
            ("still failing", self.still_failing),
            ("new", self.new),
            ("not judged this time", self.not_judged),
        )
        return (f"{len(ids)} {words}: {', '.join(ids)}" for words, ids in told if ids)


def is_broken(result: Result) -> bool:
    """Whether a requirement counts as failed: a broken MUST or SHOULD, or an error of ours."""
    if result.verdict is Verdict.WARN:
        return result.requirement.level is not Level.MAY
    return result.verdict in (Verdict.FAIL, Verdict.ERROR)


def make_changes(verdicts: Verdicts) -> Changes | None:
    """The changes since the run that this one repeats; None when it repeats none."""
    before = verdicts.header.before
    if not before:
        return None
    now = {result.requirement.id: result for result in verdicts.results}
    broken = {rid for rid, result in now.items() if is_broken(result)}
    unjudged = {rid for rid in before if rid not in now or now[rid].verdict is Verdict.SKIP}
    return Changes(
        tuple(rid for rid in before if rid not in broken | unjudged),
        tuple(rid for rid in before if rid in broken),
        tuple(rid for rid in now if rid in broken and rid not in before),
        tuple(rid for rid in before if rid in unjudged),
    )
