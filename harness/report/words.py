"""The words of a finding: what was expected and what was seen."""

from __future__ import annotations

from harness.judge.judge import Judgement
from harness.report.evidence import Record
from harness.report.passwords import passwords_of, without
from harness.report.text import shorten, visible


def words_of(judgement: Judgement, record: Record) -> tuple[str, str]:
    """What was expected and what was seen, harmless to show and without passwords."""
    finding = judgement.finding
    if finding is None:
        return "a verdict", "the check stumbled (an error of the harness, see the list of errors)"
    found = record.find_exchange(judgement.entry)
    secrets = passwords_of(found[2] if found else None)
    expected, actual = (shorten(visible(without(secrets, text))) for text in (finding.expected, finding.actual))
    return expected, actual
