"""The directory: who is in scope, by which path."""

from __future__ import annotations

from harness.directory import Directory


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
