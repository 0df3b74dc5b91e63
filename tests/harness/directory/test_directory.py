"""The directory: who is hired, who is in scope, and what the log tells."""

from __future__ import annotations

from collections import deque

from harness.directory.directory import Directory
from harness.directory.values import Filter


def company(seed: int = 1) -> Directory:
    return Directory(seed, "marigold.example", "t")


def test_the_same_seed_hires_the_same_people() -> None:
    one, other = (company().hire_many(20) for _ in range(2))

    assert one == other


def test_another_seed_hires_others() -> None:
    assert company(1).hire_many(20) != company(2).hire_many(20)


def test_addresses_never_repeat() -> None:
    people = company().hire_many(500)

    assert len({person.address for person in people}) == 500


def test_addresses_are_plain_ascii() -> None:
    directory = company()

    assert all(person.address.isascii() and " " not in person.address for person in directory.hire_many(300))


def test_the_last_path_into_scope_counts() -> None:
    directory = company()
    design, sales = directory.form_group("Design"), directory.form_group("Sales")
    ada = directory.hire("Ada", design, sales)
    directory.assign_group(design, sales)

    directory.leave(ada, design)
    assert directory.is_in_scope(ada)
    directory.leave(ada, sales)
    assert not directory.is_in_scope(ada)
    directory.assign(ada)
    assert directory.is_in_scope(ada)


def test_a_group_without_access_gives_no_scope() -> None:
    directory = company()
    ada = directory.hire("Ada", directory.form_group("Design"))

    assert not directory.is_in_scope(ada)


def test_the_disabled_and_the_deleted_are_out_of_scope() -> None:
    directory = company()
    design = directory.form_group("Design")
    ada, grace = directory.hire("Ada", design), directory.hire("Grace", design)
    directory.assign_group(design)

    directory.disable(ada)
    directory.delete(grace)

    assert directory.people_in_scope() == []
    assert directory.members[design.key] == {ada.key}


def test_a_move_is_one_change() -> None:
    directory = company()
    design, sales = directory.form_group("Design"), directory.form_group("Sales")
    ada = directory.hire("Ada", design)

    directory.move(ada, design, sales)

    assert (directory.members[design.key], directory.members[sales.key]) == (set(), {ada.key})


def test_a_group_that_is_dissolved_gives_no_scope() -> None:
    directory = Directory.of(people=4, groups=2)

    directory.dissolve(directory.groups["rg1"])

    assert [person.key for person in directory.people_in_scope()] == ["rp2", "rp4"]


def test_somebody_excepted_from_everybody_has_no_application() -> None:
    directory = Directory.of(people=3)
    ada = directory.people["rp1"]

    directory.unassign(ada)
    assert [person.key for person in directory.people_in_scope()] == ["rp2", "rp3"]
    directory.assign(ada)
    assert directory.is_in_scope(ada)


def test_single_sign_on_is_an_application_of_its_own() -> None:
    directory = company()
    ada = directory.hire("Ada")
    directory.assign(ada)
    directory.assign(ada, to="sso")
    seen = directory.last_change

    directory.unassign(ada, to="sso")

    assert directory.is_in_scope(ada)
    assert directory.changes_since(seen) == []


def test_filters_narrow_whoever_is_assigned() -> None:
    directory = company()
    ada, grace = directory.hire("Ada"), directory.hire("Grace")
    directory.assign(ada, grace)
    directory.change_profile(ada, department="Design")

    directory.narrow(Filter("department", "equals", "Design"))

    assert [person.given_name for person in directory.people_in_scope()] == ["Ada"]


def test_a_service_identity_is_nobodys_colleague() -> None:
    directory = company()
    robot = directory.add_service("Backup")
    directory.assign(robot)

    assert directory.people_in_scope() == []


def test_the_log_tells_what_happened_in_order() -> None:
    directory = company()
    design = directory.form_group("Design")
    ada = directory.hire("Ada", design)
    seen = directory.last_change
    directory.change_address(ada, "ada@marigold.example")
    directory.disable(ada)
    directory.leave(ada, design)

    assert [(c.kind, c.subject, c.other) for c in directory.changes_since(seen)] == [
        ("readdressed", "tp1", ""),
        ("disabled", "tp1", ""),
        ("left", "tp1", "tg1"),
    ]
    assert [change.kind for change in directory.changes_since(0)][:3] == ["group formed", "hired", "joined"]
    assert not directory.forgets(0)


def test_a_log_that_has_forgotten_says_so() -> None:
    directory = company()
    directory.log = deque(directory.log, maxlen=3)
    ada = directory.hire("Ada")
    for _ in range(4):
        directory.disable(ada)

    assert directory.forgets(1)
    assert not directory.forgets(2)
    assert len(directory.changes_since(0)) == 3
