"""The synthetic population: equal for the same seed and number, unique, and consistent with its groups."""

from __future__ import annotations

import pytest

from harness.directory.population import UNUSUAL_NAMES, SyntheticPeople, give_unusual_name
from harness.errors import UsageError

PEOPLE = SyntheticPeople(3, people=2_000, groups=7, domain="marigold.example", run_id="t", unusual_names=0.5)


def test_a_person_follows_from_seed_and_number() -> None:
    assert PEOPLE.person(1_234) == SyntheticPeople(3, 2_000, 7, "marigold.example", "t", 0.5).person(1_234)
    assert PEOPLE.person(1_234) != SyntheticPeople(4, 2_000, 7, "marigold.example", "t", 0.5).person(1_234)


def test_no_address_repeats_in_any_case_of_letters() -> None:
    addresses = {PEOPLE.person(number).address.casefold() for number in range(1, 2_001)}

    assert len(addresses) == 2_000


def test_local_parts_are_ascii_and_short_enough() -> None:
    local_parts = [PEOPLE.person(number).address.split("@")[0] for number in range(1, 2_001)]

    assert all(part.isascii() and " " not in part and 0 < len(part) <= 64 for part in local_parts)


def test_a_stated_share_is_awkward() -> None:
    usual = SyntheticPeople(3, 2_000, 7, "marigold.example", "t")
    unusual = sum(PEOPLE.person(number).address != usual.person(number).address for number in range(1, 2_001))

    assert 700 < unusual < 1_000  # one class in six differs in the name alone


def test_groups_know_whom_they_have_and_people_where_they_are() -> None:
    by_group = {(number, group) for group in range(1, 8) for number in PEOPLE.members_of(group)}
    by_person = {(number, group) for number in range(1, 2_001) for group in PEOPLE.groups_of(number)}

    assert by_group == by_person
    assert len(by_group) > 2_200


def test_members_come_in_order_and_once() -> None:
    members = list(PEOPLE.members_of(3))

    assert members == sorted(set(members))


@pytest.mark.parametrize("key", ["tp0", "tp2001", "tp01", "tp", "tp1x", "xp1", "tp١", "tp99999999999999"])
def test_a_key_of_nobody_has_no_number(key: str) -> None:
    assert PEOPLE.number_of(key) == 0


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("apostrophe", "ada.o'byron.t1@marigold.example"),
        ("case-variant", "A.BYRON.t1@marigold.example"),
        ("plus-address", "ada.byron+scim.t1@marigold.example"),
        ("look-alike", "ada.byron.t1@marigold.example"),
    ],
)
def test_awkward_classes_have_names(kind: str, address: str) -> None:
    ada = PEOPLE.person(1)
    plain = type(ada)("tp1", "Ada", "Byron", "ada.byron.t1@marigold.example")

    assert give_unusual_name(plain, kind).address == address
    assert give_unusual_name(plain, kind).full_name != "Ada Byron" or kind == "plus-address"


def test_names_in_other_scripts_have_no_latin_letter() -> None:
    grace = give_unusual_name(PEOPLE.person(1), "non-latin", 2)

    assert not any("a" <= letter.lower() <= "z" for letter in grace.full_name)


def test_an_unknown_class_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean apostrophe"):
        give_unusual_name(PEOPLE.person(1), "apostroph")
    assert "apostrophe" in UNUSUAL_NAMES
