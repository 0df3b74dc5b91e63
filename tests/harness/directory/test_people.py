"""People cost nothing until they are touched."""

from __future__ import annotations

from harness.directory.directory import Directory


def test_a_million_people_cost_nothing_until_touched() -> None:
    directory = Directory.of(people=1_000_000, groups=10)

    last = directory.people["rp1000000"]

    assert len(directory.people) == 1_000_000
    assert directory.is_in_scope(last)
    assert directory.people.changed == {}


def test_what_was_changed_is_kept_and_the_rest_is_made() -> None:
    directory = Directory.of(people=5)

    ada = directory.rename(directory.people["rp2"], "Ada", "King")
    grace = directory.hire("Grace")

    assert [p.key for p in directory.people.values()] == ["rp1", "rp2", "rp3", "rp4", "rp5", "rp6"]
    assert directory.people["rp2"] == ada
    assert directory.people.changed == {"rp2": ada, "rp6": grace}
