"""Every requirement has a judge, a reason why it has none, or is counted as not judged yet."""

from __future__ import annotations

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.judge.coverage import all_checks, judges_of, stories

CATALOGUE = load_catalogue()


def test_what_checks_and_stories_name_exists() -> None:
    named = {rid for _, _, declared in all_checks() for rid in declared}
    named |= {rid for story in stories() for rid in story.requirements}

    assert sorted(rid for rid in named if rid not in CATALOGUE) == []


def test_nothing_unjudgeable_is_judged() -> None:
    judged = [r.id for r in CATALOGUE.values() if r.unjudgeable and judges_of(r.id, CATALOGUE)]

    assert judged == []


def test_every_story_has_a_sentence_and_a_requirement() -> None:
    assert [story.name for story in stories() if not story.sentence or not story.requirements] == []


def test_every_check_has_a_sentence_of_its_own() -> None:
    names = [name for name, _, _ in all_checks()]

    assert [name for name, sentence, _ in all_checks() if not sentence.endswith(".")] == []
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("rid", "judge"),
    [
        ("RFC7644-3.3-12", "created_resource_has_location"),
        ("SEED-46", "story lifecycle/test_group_moves.py::test_moving_between_groups_never_suspends"),
        ("RFC7643-2.3.2-01", "schema rfc7643/value"),
        ("SEED-63", "story lifecycle/test_deprovisioning.py::test_an_invited_person_is_suspended"),
    ],
)
def test_a_judge_is_found_by_name(rid: str, judge: str) -> None:
    assert judge in judges_of(rid, CATALOGUE)


@pytest.mark.parametrize(
    ("rid", "judges"),
    [
        ("ENTRA-22", {"test_twenty_members_in_one_request"}),
        ("ENTRA-23", {"test_twenty_members_in_one_request", "test_the_flag_reaches_the_bridge"}),
    ],
)
def test_a_story_is_no_judge_of_the_rows_in_a_table_of_its_neighbours(rid: str, judges: set[str]) -> None:
    told = [judge.partition("test_entra_attributes.py::") for judge in judges_of(rid, CATALOGUE)]

    assert {name for _, found, name in told if found} == judges


def test_a_situation_is_for_rows_that_checks_or_schemas_judge() -> None:
    told = [(story.name, rid) for story in stories() for rid in story.situations]

    assert [row for row in told if all(judge.startswith("story ") for judge in judges_of(row[1], CATALOGUE))] == []


def test_a_situation_repeats_nothing_that_is_proved() -> None:
    assert [story.name for story in stories() if set(story.situations) & set(story.proves)] == []


@pytest.mark.parametrize("rid", ["RFC7644-3.7-01", "RFC7644-3.5.2-03"])
def test_the_schema_of_what_a_client_sends_judges_no_bridge(rid: str) -> None:
    assert [judge for judge in judges_of(rid, CATALOGUE) if judge.startswith("schema ")] == []


def test_enough_rows_are_judged_by_something() -> None:
    # A floor, so that a judge can't vanish unseen; later parts raise it, the last to every judgeable row.
    judged = [r.id for r in CATALOGUE.values() if judges_of(r.id, CATALOGUE)]

    assert len(judged) >= 240
