"""What the gate excuses: findings and causes that are broken and do not count, and are never shown as passed."""

from __future__ import annotations

from harness.gate.gate import NEW, Excuse
from harness.report.causes import ReportedCause

_WORDS = {
    Excuse.WAIVED: "waived",
    Excuse.FLAKY: "flaky: it did not come again",
    Excuse.KNOWN: "known: it stands in the baseline",
}


def say_excuse(excuse: str) -> str:
    """The excuse in words; nothing where the gate counts it, as it does where a waiver has expired."""
    return next((words for known, words in _WORDS.items() if known == excuse), "")


def is_new(cause: ReportedCause) -> bool:
    """Whether a baseline was asked and does not hold it."""
    return cause.standing == NEW


def is_known(cause: ReportedCause) -> bool:
    """Whether a baseline holds it."""
    return cause.standing == Excuse.KNOWN
