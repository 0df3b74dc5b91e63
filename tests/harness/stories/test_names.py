"""Names: equal in every run, or new in each."""

from __future__ import annotations

import pytest

from harness.stories.names import Names, make_names
from harness.target.options import Options


def test_a_started_bridge_meets_the_same_names_in_every_run() -> None:
    options = Options(start="bridge {port}", seed=3)

    assert make_names(options, "story") == make_names(options, "story")
    assert make_names(options, "story") != make_names(options, "another")


def test_a_lasting_bridge_meets_other_names_in_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(url="http://b")
    monkeypatch.setattr("time.time", lambda: 1000.0)
    one = make_names(options, "story")
    monkeypatch.setattr("time.time", lambda: 1001.0)

    assert one != make_names(options, "story")


def test_a_tag_is_of_the_same_mailbox() -> None:
    names = Names("3f9", "example.com")

    assert (names.address("ada"), names.address("ada+work")) == ("ada.3f9@example.com", "ada.3f9+work@example.com")
