"""The report of a run that has not ended: it stands in the folder from the start, and stays there if the run dies."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from harness.catalogue.requirement import load_catalogue
from harness.judge.exit_code import ExitCode
from harness.judge.judge import judge
from harness.record.journal import HarnessError, Journal, RunHeader
from harness.report.files import forget_reports, write_reports
from harness.report.model import make_report

SENTENCE = "No verdict: this run did not end. It runs still, or it was killed, or it met an error of its own."
_UNSUITED = ("allure", "github", "har", "ndjson")
"""What is added to results that are there, such as the summary of a step, and what says nothing without traffic."""


def write_sentinel(header: RunHeader, folder: Path, formats: tuple[str, ...]) -> None:
    """Write reports that say so over those of an earlier run, and remove those that this run writes in no format.

    Raises UsageError where they can't be written: before the run, not after it.
    """
    if not formats:
        return
    journal = Journal()
    journal.add(header)
    journal.place("run")
    journal.add(HarnessError("run", "it did not end"))
    entries = tuple(journal.entries)
    report = make_report(judge(entries, load_catalogue()), entries, ExitCode.HARNESS_ERROR, 0.0)
    told = dataclasses.replace(report, sentence=SENTENCE, has_ended=False)
    suited = [name for name in formats if name not in _UNSUITED]
    write_reports(told, folder, suited)
    forget_reports(folder, suited)
