"""The lines of a run that nobody watches on a terminal: its length once, and what concerns the whole run."""

from __future__ import annotations

import pytest

from harness.cli.forecast import Forecast
from harness.cli.progress import StoryProgress
from harness.stories.work import Work
from harness.target.options import Options


def test_the_length_of_a_run_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0] + [20.0] * 99)
    forecast = Forecast(Options(url="http://b"), lambda: next(moments))

    with StoryProgress("Running", forecast) as progress:
        for number in (1, 2):
            progress.begins("Ada joins.", "okta-oin", number, 101)
            progress.ends(Work(20, 20.0, 1.0, 0, 20.0))
        progress.says("the bridge's clock is 2 hours behind ours")

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Running ..."
    assert [line for line in lines if "takes about" in line] == [
        "  this run takes about 34 minutes at 1.0 s per answer; --jobs 4 would take about 8 minutes"
    ]
    assert lines[-1] == "  the bridge's clock is 2 hours behind ours"


def test_a_quiet_one_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with StoryProgress("Running", is_quiet=True) as progress:
        progress.says("anything")

    assert capsys.readouterr().err == ""
