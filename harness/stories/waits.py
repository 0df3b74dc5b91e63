"""How long stories wait in real time, told before a run: where the bridge's clock can't be moved."""

from __future__ import annotations

from collections.abc import Iterable

from harness.judge.story import Story
from harness.stories.operations import PINGS, PINGS_BACK, mail_s
from harness.stories.run import Run

WORTH_TELLING_S = 60.0


def expected_wait_s(story: Story | None, run: Run) -> float:
    """How long a story waits on this target, in seconds; 0 where time can be moved, or where it can't go on anyhow."""
    if story is None or run.can_advance or "need_clock" in story.calls:
        return _outages_s(story, run)
    confirms_s = run.probe.confirmation_interval_s + 1
    enrols_s = 0.0 if "confirm" in run.probe.acts else confirms_s
    if "sign-up" not in run.probe.acts:
        confirms_s = enrols_s = 0.0
    by_call = {"wait_for_confirmation": confirms_s, "enrol": enrols_s}
    return sum(by_call.get(call, 0.0) for call in story.calls) + _outages_s(story, run)


def _outages_s(story: Story | None, run: Run) -> float:
    """The watch of a bridge that hooks take offline is a real one, whatever the probe can do."""
    if story is None or not run.operator.is_called:
        return 0.0
    ping_s = run.options.monitoring.ping_s
    by_call = {"outage": PINGS * ping_s + mail_s(run), "come_back": PINGS_BACK * ping_s + mail_s(run)}
    return sum(by_call.get(call, 0.0) for call in story.calls)


def say_waits(stories: Iterable[Story | None], run: Run) -> str:
    """How many stories wait, and for how long in all; empty for less than a minute."""
    waits = [wait_s for story in stories if (wait_s := expected_wait_s(story, run))]
    if sum(waits) < WORTH_TELLING_S:
        return ""
    said = f"{len(waits)} stories wait in real time, {say_time(sum(waits))} in all"
    budget = run.options.time_budget
    if budget is None:
        return f"{said}; --time-budget MINUTES leaves out those that would wait too long"
    return f"{said}; the time budget of {budget:g} minutes leaves out those for which it has no time"


def say_time(seconds: float) -> str:
    """A time as a person says it: minutes, and from two hours on hours."""
    if seconds >= 7200:
        return f"{seconds / 3600:.1f} hours"
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
