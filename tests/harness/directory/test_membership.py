"""The members of a group of the population."""

from __future__ import annotations

from harness.directory.directory import Directory


def test_a_group_of_the_crowd_can_be_left_and_joined() -> None:
    directory = Directory.of(people=20, groups=4)
    design, sales = directory.groups["rg1"], directory.groups["rg2"]
    ada = directory.people["rp1"]

    directory.move(ada, design, sales)

    assert ada.key not in directory.members["rg1"]
    assert directory.members["rg2"] == {"rp1", "rp2", "rp5", "rp6", "rp10", "rp14", "rp18"}
    assert directory.groups_of(ada) == {"rg2"}
    directory.leave(ada, sales)
    assert not directory.is_in_scope(ada)
