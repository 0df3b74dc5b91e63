"""How long a run will take, from what its first stories took."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cli.forecast import Forecast
from harness.stories.waits import say_time
from harness.stories.work import Work
from harness.target.options import Options


class Watch:
    """A clock that a test moves."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


def after(works: list[Work], total: int = 101, elapsed_s: float | None = None, **options: Any) -> Forecast:
    """The forecast of a run after these stories."""
    watch = Watch()
    forecast = Forecast(Options(**{"url": "http://b", **options}), watch)
    for work in works:
        forecast.begins(total)
        forecast.ends(work)
    watch.now += sum(work.took_s for work in works) if elapsed_s is None else elapsed_s
    return forecast


def story(answers: int = 20, answer_s: float = 1.0, put_off: int = 0) -> Work:
    return Work(answers, answers * answer_s, answer_s, put_off, answers * answer_s)


def test_the_first_story_tells_how_long_the_run_takes() -> None:
    sentence = after([story()]).sentence

    assert sentence == "this run takes about 34 minutes at 1.0 s per answer; --jobs 4 would take about 8 minutes"


def test_a_short_first_story_is_taken_for_an_unusual_one() -> None:
    left_s = after([story(answers=4)]).left_s

    assert left_s == pytest.approx(100 * 16)  # (4 + 3 * 20) / 4 requests for each story


def test_the_estimate_follows_the_stories() -> None:
    left_s = after([story(answers=8)] * 50).left_s

    assert left_s is not None
    assert 51 * 8 <= left_s <= 51 * 9


def test_a_slow_awakening_is_not_taken_for_the_pace() -> None:
    work = Work(20, 10.0 + 19 * 0.01, 10.0, 0, 10.0 + 19 * 0.01)

    assert after([work]).sentence == ""


@pytest.mark.parametrize(
    ("works", "elapsed_s"), [([], 9.0), ([story()], 0.9), ([Work(1, 5.0, 5.0, 0, 5.0)], 9.0), ([story(0)], 9.0)]
)
def test_nothing_is_said_before_something_is_known(works: list[Work], elapsed_s: float) -> None:
    forecast = after(works, elapsed_s=elapsed_s)

    assert (forecast.left_s, forecast.sentence, forecast.left) == (None, "", "")


def test_a_short_run_is_not_announced() -> None:
    assert after([story(answer_s=0.1)], total=20).sentence == ""


def test_jobs_share_the_rest() -> None:
    alone, shared = after([story()] * 4), after([story()] * 4, jobs=4)

    assert alone.left_s is not None
    assert shared.left_s == pytest.approx(alone.left_s / 4)
    assert "--jobs" not in shared.sentence


@pytest.mark.parametrize(
    ("works", "options"),
    [
        ([story()], {"mode": "full", "declare_disposable": True}),
        ([story()], {"max_rps": 1.0}),
        ([story(put_off=3)], {}),
        ([story(answer_s=0.05)] * 2, {}),
    ],
    ids=["not allowed", "a limit is asked for", "the bridge has a limit", "the bridge answers fast"],
)
def test_more_jobs_are_named_where_they_help(works: list[Work], options: dict[str, Any]) -> None:
    sentence = after(works, **options).sentence

    assert "per answer" in sentence
    assert "--jobs" not in sentence


def test_a_time_budget_is_told() -> None:
    forecast = after([story()], time_budget=5.0)

    assert "; its time budget ends it after 5 minutes" in forecast.sentence
    assert forecast.left == "about 5 minutes left"


def test_times_are_told_as_people_tell_them() -> None:
    assert [say_time(s) for s in (61, 119, 4500, 9000)] == ["1 minute", "2 minutes", "75 minutes", "2.5 hours"]
