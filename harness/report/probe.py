"""How many requirements more a probe of the account would bring to a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.judge import Result
from harness.judge.sight import PROBED

_LACKING = "no account probe"  # how a story ends that wanted to act on the account
WHERE = "docs/how-to/offer-the-probe.md"


def say_probe(results: Iterable[Result]) -> str:
    """In words, for a run that saw no account; empty where a probe would bring nothing."""
    blind = [each for each in results if PROBED & set(each.requirement.needs) or _LACKING in each.why]
    partly = sum(result.verdict is Verdict.PARTLY for result in blind)
    unseen = sum(result.reason is SkipReason.NOT_OBSERVABLE for result in blind)
    if not partly + unseen:
        return ""
    return (
        f"would bring {partly + unseen} more requirements to a verdict: {partly} are judged in part without it, "
        f"{unseen} not at all ({WHERE})"
    )
