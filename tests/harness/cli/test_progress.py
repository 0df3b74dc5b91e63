"""The lines of a run that nobody watches on a terminal: its length once, and what concerns the whole run."""

from __future__ import annotations

import threading

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


def test_a_log_says_what_is_awaited(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    beat = threading.Event()
    monkeypatch.setattr("harness.cli.progress.BEAT_S", 0.01)

    def shown(self: StoryProgress, line: str) -> None:
        print(line)
        beat.set()

    monkeypatch.setattr(StoryProgress, "_print", shown)

    with StoryProgress("Running") as progress:
        progress.begins("Ada joins.", "okta-oin", 1, 2)
        progress.waits("the bridge confirms who has signed up", 291.0)
        beat.clear()
        assert beat.wait(10)
        progress.waits("", 0.0)

    assert any(
        line.endswith("s: waiting 4:51: the bridge confirms who has signed up")
        for line in capsys.readouterr().out.splitlines()
    )
