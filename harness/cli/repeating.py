"""Tells broken stories again, to see what is flaky: `--repeat-failed`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from harness.cli.forecast import Forecast
from harness.cli.gated import Gated
from harness.cli.progress import StoryProgress
from harness.cli.suite import RecordedRun, run_suite
from harness.errors import JournalError, UsageError
from harness.gate.repeats import Repeats, make_retrial, worth_telling_again
from harness.judge.exit_code import CUT_SHORT
from harness.record.journal import Entry, read_journal
from harness.record.journal_file import JOURNAL
from harness.record.remains import REPEAT
from harness.report.model import find_causes


def tell_again(recorded: RecordedRun, judged: Gated) -> Repeats | None:
    """What becomes of the causes when their stories are told again; None where there is nothing to try.

    Each repeat has a journal of its own, in a folder of the report. It ends early when no cause is left that came again
    each time.
    """
    options = recorded.options
    if not options.repeat_failed or judged.exit_code in CUT_SHORT:
        return None
    causes = (judged.causes or find_causes(judged.verdicts, recorded.entries)).causes
    standings = judged.gate.standings if judged.gate else {}
    trial = make_retrial(worth_telling_again(causes, standings, options.gate), recorded.entries)
    while trial.stories and trial.result.times < options.repeat_failed and not trial.result.is_interrupted:
        number = trial.result.times + 1
        again = dataclasses.replace(
            options,
            only=trial.stories,
            skip=(),
            time_budget=None,
            report_dir=str(recorded.folder / f"{REPEAT}{number}"),
            format=(),
        )
        title = f"Telling {len(trial.stories)} broken stories again, {number} of {options.repeat_failed} at most"
        with StoryProgress(title, Forecast(again)) as progress:
            trial.take(run_suite(again, progress).entries)
    return trial.result if trial.result.times else None


def repeats_beside(journal: Path) -> Iterator[tuple[Entry, ...]]:
    """The journals of the repeats of a run, in their order, from the folder of its own. Raises UsageError."""
    number = 1
    while (path := journal.parent / f"{REPEAT}{number}" / JOURNAL).is_file():
        try:
            yield tuple(read_journal(path))
        except JournalError as error:
            raise UsageError(str(error)) from error
        number += 1
