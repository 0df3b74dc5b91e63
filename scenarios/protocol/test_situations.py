"""Situations that are generated over what the bridge declares: every attribute, operator, form and page."""

from __future__ import annotations

import pytest

from harness.stories.situations import Situations


@pytest.mark.situation_for("RFC7644-3.5.1-02")
def test_every_attribute_of_a_user_has_its_life(situations: Situations) -> None:
    """Each attribute that the bridge declares for users is written in every form and read back."""
    situations.play("attributes-of-users")


@pytest.mark.situation_for("RFC7644-3.3-09")
def test_every_attribute_of_a_group_has_its_life(situations: Situations) -> None:
    """Each attribute that the bridge declares for groups is created, replaced, removed and added in every form."""
    situations.play("attributes-of-groups")


@pytest.mark.situation_for("RFC7644-3.5.2-25")
def test_one_attribute_changes_and_all_others_stay(situations: Situations) -> None:
    """A user with every attribute is changed one attribute at a time, and stays as it is while others change."""
    situations.play("whole-users")


@pytest.mark.situation_for("RFC7644-3.5.2-25")
def test_one_patch_changes_several_attributes(situations: Situations) -> None:
    """Several operations in one PATCH are done in their order; where the last is wrong, none is done."""
    situations.play("several-operations")


@pytest.mark.situation_for("RFC7644-3.5.1-02")
def test_values_that_are_not_plain_are_kept(situations: Situations) -> None:
    """Apostrophes, quotes, backslashes, marks, other alphabets and long texts are written and read back."""
    situations.play("odd-values")


@pytest.mark.situation_for(
    "RFC7644-3.4.2.2-02", "RFC7644-3.4.2.2-01", "RFC7644-3.4.2.2-03", "RFC7644-3.4.2.2-04", "RFC7644-3.4.2.2-05",
    "RFC7644-3.4.2.2-06", "RFC7644-3.4.2.2-08", "RFC7644-3.4.2.2-10", "RFC7644-3.4.2.2-11", "RFC7644-3.4.2.2-12",
    "RFC7644-3.4.2.2-13", "RFC7644-3.4.2.2-14", "RFC7644-3.4.2.2-15", "RFC7644-3.4.2.2-16", "RFC7644-3.4.2.2-17",
    "RFC7644-3.4.2.2-18", "RFC7644-3.4.2.2-20", "RFC7644-3.4.2.2-21", "RFC7644-3.4.2.2-22", "RFC7644-3.4.2.2-23",
    "RFC7644-3.4.2.2-24", "RFC7644-3.4.2.2-25", "RFC7644-3.4.2.2-26", "RFC7644-3.4.2.2-27", "RFC7644-3.4.2.2-29",
    "RFC7644-3.4.2.2-31", "RFC7644-3.4.2.2-32", "RFC7644-3.4.2.2-33", "RFC7644-3.4.2.2-34", "RFC7644-3.4.2.2-36",
    "RFC7644-3.4.2.2-37", "RFC7644-3.4.2.2-38", "RFC7644-3.4.2.2-39", "RFC7644-3.4.2.2-40", "RFC7644-3.4.2.2-41",
    "RFC7644-3.4.2.2-42", "RFC7644-3.4.2.2-43", "RFC7644-3.10-01", "RFC7644-3.10-02", "RFC7644-3.10-03",
    "RFC7644-3.10-04",
)  # fmt: skip
def test_filters_find_what_they_match(situations: Situations) -> None:
    """Each operator at each attribute, in any letter case, joined, grouped, negated and with a URN, over four users."""
    situations.play("filters")


@pytest.mark.situation_for(
    "RFC7644-3.4.2.2-28", "RFC7644-3.4.2.2-44",
)  # fmt: skip
def test_filters_find_values_that_are_not_plain(situations: Situations) -> None:
    """Filters by values with quotes, backslashes, marks and letters of any alphabet."""
    situations.play("odd-filters")


@pytest.mark.situation_for(
    "RFC7644-3.4.2.5-01", "RFC7644-3.4.2.5-04", "RFC7644-3.9-01", "RFC7644-3.9-02", "RFC7644-3.9-03",
    "RFC7644-3.9-04", "RFC7644-3.9-05", "RFC7644-3.9-06", "RFC7644-3.9-07", "RFC7644-3.9-08",
    "RFC7644-3.9-09", "RFC7644-3.4.3-05", "RFC7644-3.4.3-06", "RFC7644-3.4.3-07", "RFC7644-3.4-01",
    "RFC7644-3.4-02",
)  # fmt: skip
def test_attributes_are_selected_everywhere(situations: Situations) -> None:
    """Attributes are selected and excluded, by name, sub-attribute and URN, in reads, lists, searches and writes."""
    situations.play("selected-attributes")


@pytest.mark.situation_for(
    "RFC7644-3.4.2.3-01", "RFC7644-3.4.2.3-02", "RFC7644-3.4.2.3-03", "RFC7644-3.4.2.3-04", "RFC7644-3.4.2.3-05",
    "RFC7644-3.4.2.3-06", "RFC7644-3.4.2.3-07", "RFC7644-3.4.2.3-08", "RFC7644-3.4.2.3-09", "RFC7644-3.4.2.3-10",
    "RFC7644-3.4.2.3-11", "RFC7644-3.4.2.3-12", "RFC7644-3.4.2.3-13", "RFC7644-3.4.3-09", "RFC7644-3.4.3-10",
)  # fmt: skip
def test_lists_are_sorted(situations: Situations) -> None:
    """Lists are sorted by texts, names, times and sub-attributes, both ways, also over pages."""
    situations.play("sorted-lists")


@pytest.mark.situation_for(
    "RFC7644-3.4.2.4-06", "RFC7644-3.4.2.4-10", "RFC7644-3.4.2.4-12", "RFC7644-3.4.2.4-02", "RFC7644-3.4.2.4-03",
    "RFC7644-3.4.2.4-07", "RFC7644-3.4.2.4-08", "RFC7644-3.4.2.4-14", "RFC7644-3.4.2.4-15", "RFC7644-3.4.2.4-16",
    "RFC7644-3.4.1-04", "RFC7644-3.4.2-03", "RFC7644-3.4.2-08", "RFC7644-3.4.3-04", "RFC7644-3.4.3-11",
    "RFC7644-3.4.3-12", "RFC9865-2-01", "RFC9865-2-02", "RFC9865-2-03", "RFC9865-2-04",
    "RFC9865-2-05", "RFC9865-2-06", "RFC9865-2-07", "RFC9865-2-08", "RFC9865-2-09",
    "RFC9865-2-10", "RFC9865-2-11", "RFC9865-2-12", "RFC9865-2-13", "RFC9865-2-14",
    "RFC9865-2.1-01", "RFC9865-2.1-02", "RFC9865-2.1-04", "RFC9865-2.2-01", "RFC9865-2.3-01",
    "RFC9865-2.4-01", "RFC9865-2.4-02", "RFC9865-2.4-03", "RFC9865-3-01", "RFC9865-4-01",
    "RFC9865-4-02", "RFC9865-4-03", "RFC9865-4-04", "RFC9865-4-05", "RFC9865-4-06",
    "RFC9865-5.2-04",
)  # fmt: skip
def test_pages_of_every_size(situations: Situations) -> None:
    """Pages of every size at every place, by index and by cursor, also while somebody comes and goes."""
    situations.play("pages")


@pytest.mark.situation_for(
    "RFC7644-3.4.2-01", "RFC7644-3.4.2.1-01", "RFC7644-3.4.2.1-02", "RFC7644-3.4.2.1-03", "RFC7644-3.4.2.1-05",
    "RFC7644-3.4.2.1-06", "RFC7644-3.4.3-01", "RFC7644-3.4.3-02", "RFC7644-3.4.3-03", "RFC7644-3.4.3-08",
    "RFC7644-3.4.3-13",
)  # fmt: skip
def test_everything_is_searched(situations: Situations) -> None:
    """Users and groups are looked for at the root."""
    situations.play("searches-at-the-root")


@pytest.mark.situation_for("RFC7644-3.6-08")
def test_the_same_once_more(situations: Situations) -> None:
    """Writes that repeat a state, names that come back, resources that are gone, and refused writes."""
    situations.play("repeats")


@pytest.mark.situation_for("RFC7644-3.5.2.1-07", "RFC7644-3.5.2.2-04")
def test_members_in_every_form(situations: Situations) -> None:
    """Members come and go one by one, by lists and by replacement, side by side, and are deleted."""
    situations.play("members")


@pytest.mark.situation_for("RFC7644-3.3-09")
def test_a_group_of_many(situations: Situations) -> None:
    """A group of 500 members is filled, changed and replaced."""
    situations.play("large-groups")


@pytest.mark.situation_for("RFC7644-3.3-09")
def test_bulk_in_every_order(situations: Situations) -> None:
    """Bulk requests with dependencies in any order, all methods, partial failure, circles, and what is wrong."""
    situations.play("bulk")


@pytest.mark.situation_for("RFC7644-3.5.2.3-08", "RFC7644-3.3-08", "RFC7644-3.5.1-07")
def test_writes_that_are_refused_or_odd(situations: Situations) -> None:
    """Each write that has to be refused, and writes of what is null, readOnly, immutable or taken."""
    situations.play("writes")


@pytest.mark.situation_for("RFC7644-3.5.1-02")
def test_bodies_that_are_wrong_make_nothing(situations: Situations) -> None:
    """Bodies that are no JSON, that are labelled otherwise, and that hold values of a wrong type."""
    situations.play("odd-bodies")


@pytest.mark.situation_for("RFC7644-3.12-24", "RFC7644-3.4.2.4-15")
def test_parameters_that_are_odd_break_nothing(situations: Situations) -> None:
    """Parameters that stand twice, are empty, huge or of a wrong type, and addresses that there are not."""
    situations.play("odd-parameters")


@pytest.mark.situation_for("RFC7644-3.5.2-12", "RFC7644-3.5.2-13")
def test_a_patch_of_every_place(situations: Situations) -> None:
    """PATCH at extensions, at parts of lists and of parts, at members in odd forms, and at what there is not."""
    situations.play("odd-targets")


@pytest.mark.situation_for("RFC7643-2.1-03", "RFC7644-3.5.2-32")
def test_names_and_operations_in_other_letters(situations: Situations) -> None:
    """Creates, PUT and PATCH with names that begin with a capital, and operations that do."""
    situations.play("other-letters")
