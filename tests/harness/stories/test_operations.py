"""What operators do in a story: recorded as steps, and undone where the story ends too early."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.journal import Act, ClockMove, Step
from harness.stories.operations import Operations
from harness.target.options import make_options
from harness.target.probe import NeedsDisposable, NotOffered
from harness.target.target import Target
from tests.harness.stories.fakes import Probe, events, make_run


class Bench(Probe):
    """A probe that takes the bridge offline."""

    acts = Probe.acts | {"bridge/stop", "bridge/start", "provisioning"}


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bridge that is back at once."""
    monkeypatch.setattr(Target, "wait", lambda self, wait_s: None)


def test_an_outage_lasts_three_pings_on_the_account_s_clock() -> None:
    run, _, journal = make_run(probe=(probe := Bench()))
    operations = Operations(run)

    operations.outage("the bridge is offline")
    operations.come_back()

    acts = [(path, body.get("seconds")) for path, body in probe.done if path != "reset"]
    assert acts == [("bridge/stop", None), ("clock/advance", 181.0), ("bridge/start", None), ("clock/advance", 121.0)]
    assert [step.sentence for step in events(journal, Step)] == ["the bridge is offline", "the bridge is back"]
    assert all(move.virtual for move in events(journal, ClockMove))


def test_what_is_done_to_a_bridge_excuses_no_change_on_the_account() -> None:
    """An act on the whole account would explain everything that happens in its step."""
    run, _, journal = make_run(probe=Bench())

    Operations(run).notify("ops@example.com")
    Operations(run).outage("the bridge is offline")

    assert events(journal, Act) == []


def test_a_story_that_ends_in_an_outage_leaves_no_bridge_offline() -> None:
    run, _, _ = make_run(probe=(probe := Bench()))
    Operations(run).outage("the bridge is offline")

    run.end("error", "stumbled")

    assert probe.done[-1] == ("bridge/start", {})
    assert run.lost == ""


def test_a_bridge_that_stays_offline_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run, _, _ = make_run(probe=(probe := Bench()))
    Operations(run).outage("the bridge is offline")

    def fails(path: str, body: Any) -> Any:
        raise NotOffered("the hook 'start' ended with exit code 1")

    monkeypatch.setattr(probe, "act", fails)
    run.end("completed")

    assert run.lost == "the hook 'start' ended with exit code 1"


def test_the_account_of_others_is_not_taken_offline() -> None:
    run, _, _ = make_run(probe=(probe := Bench()), mode="safe", declare_disposable=False)

    with pytest.raises(NeedsDisposable):
        Operations(run).outage("the bridge is offline")

    run.end("not observable")
    assert probe.done == []
    assert run.lost == ""


def test_hooks_take_real_time() -> None:
    made = make_options({"url": "http://b", "token_env": "T"}, {"hooks": {"stop": "true", "start": "true"}})
    run, _, journal = make_run(probe=Bench(), hooks=made.hooks)
    told: list[str] = []
    run.countdown.tell = lambda awaits, left_s: told.append(awaits)

    Operations(run).outage("the bridge is offline")

    assert [(move.seconds, move.virtual) for move in events(journal, ClockMove)] == [(195.0, False)]
    assert set(told) == {"the watch of the bridge's health finds it offline, and mails", ""}
