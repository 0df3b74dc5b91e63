"""Facets: a requirement of several parts passes when all of them were judged, and each part can be judged."""

from __future__ import annotations

import re

import pytest

import harness.checks  # noqa: F401  registers the checks
from harness.catalogue.capabilities import Capabilities
from harness.catalogue.claims import CLAIMS
from harness.catalogue.facets import Facet
from harness.catalogue.requirement import Requirement, load_catalogue
from harness.catalogue.verdict import Verdict
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS, ExchangeCheck, HistoryCheck
from harness.idp.dialects import DIALECTS, MAIN_DIALECTS
from harness.judge.coverage import judgeable_ids, stories
from harness.judge.judge import Result, judge
from harness.judge.story import Story
from harness.record.exchange import Exchange
from harness.record.journal import SCHEMA, Event, Expectation, Journal, Observation, RunHeader
from tests.harness.checks.samples import BASE, get, group, hired, page, patch, post, user

ROWS = [row for row in load_catalogue().values() if row.facets]
CHECKS: list[ExchangeCheck | HistoryCheck] = [*EXCHANGE_CHECKS, *HISTORY_CHECKS]

# Words of one kind: a statement that names two of them has two parts, or says below why it has not.
KINDS = (
    {"GET", "POST", "PUT", "PATCH", "DELETE"},
    {"add", "remove", "replace", "removing", "adding", "Add", "Remove", "Replace"},
    {"User", "Users", "users", "Group", "Groups", "groups", "group", "user"},
    {"userName", "externalId", "emails", "displayName", "members", "meta", "manager", "department", "id", "locale"},
    {"create", "read", "list", "lists", "reads", "created", "listed", "find", "found"},
    {"missing", "invalid", "unknown", "malformed", "repeated", "late"},
)
ONE_PART = {
    "RFC7643-4.2-04": "a fact about one value",
    "RFC7643-4.2-05": "a fact about one value",
    "RFC7643-4.3-02": "a fact about one value",
    "RFC7643-4.3-04": "a fact about one value",
    "RFC7643-4.3-05": "a fact about one value",
    "RFC7643-4.1.2-19": "one relation, of a user to all groups",
    "RFC7644-3.3-03": "one attribute",
    "RFC7644-3.3-04": "one verb: to create",
    "RFC7644-3.5.2-05": "the words that are known; judged by one that is not",
    "RFC7644-3.5.2.2-12": "one request, which has both",
    "RFC7644-3.5.2.3-04": "one operation, which is compared with another",
    "ENTRA-21": "one form of one request, which has all of these",
    "ENTRA-48": "one look-up, and the request behind it",
    "OKTA-34": "one form of one request, which has all of these",
    "OKTA-37": "one look-up, and the request behind it",
    "ENTRA-29": "the users only say when the group is deleted",
}


def names_of(row: Requirement) -> set[str]:
    return {facet.name for facet in row.facets}


def shown_by_checks(row: Requirement) -> set[str]:
    return {name for each in CHECKS if row.id in each.facets for name in each.facets[row.id].names}


def shown_by_stories(row: Requirement) -> set[str]:
    return {name for story in stories() if row.id in story.proves for name in story.facets}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_facet_can_be_shown(row: Requirement) -> None:
    judgeable = {facet.name for facet in row.facets if not facet.unjudgeable}

    assert judgeable - shown_by_checks(row) - shown_by_stories(row) == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_shows_only_facets_that_its_requirements_have(check: ExchangeCheck | HistoryCheck) -> None:
    lacking = {
        f"{rid}: {name}"
        for rid, shows in check.facets.items()
        for name in shows.names
        if name not in names_of(load_catalogue().get(rid))
    }

    assert lacking == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_shows_facets_of_its_own_requirements(check: ExchangeCheck | HistoryCheck) -> None:
    by_schema = check.name == "answers_keep_their_schema"  # it declares one row, and judges what its schemas name

    assert by_schema or set(check.facets) <= set(check.declared)


@pytest.mark.parametrize("story", [s for s in stories() if s.facets], ids=lambda story: story.name)
def test_a_story_names_only_facets_of_what_it_proves(story: Story) -> None:
    known = {name for rid in story.proves for name in names_of(load_catalogue().get(rid))}

    assert set(story.facets) - known == set()


@pytest.mark.parametrize("facet", [f for row in ROWS for f in row.facets if f.dialects], ids=lambda facet: facet.name)
def test_a_facet_names_dialects_that_exist(facet: Facet) -> None:
    assert set(facet.dialects) <= set(DIALECTS)


def parts_named(row: Requirement) -> list[set[str]]:
    words = set(re.findall(r"[A-Za-z]+", row.statement))
    found = [words & kind for kind in KINDS]
    return [some for some in found if len({word.lower().rstrip("s") for word in some}) > 1]


def test_a_statement_that_names_several_has_facets() -> None:
    rows = [load_catalogue().get(rid) for rid in sorted(judgeable_ids())]
    flat = {row.id for row in rows if parts_named(row) and not row.facets and not row.unjudgeable}

    assert flat == set(ONE_PART)


# The judge: what a journal shows of the facets of a row.

USER_AND_GROUP = "RFC7644-3.3-12"  # the Location of a create
NEW_DESIGN = post("/Groups", {"displayName": "Design"}, group())
NEW_ADA = hired()


def result_of(*events: Event, rid: str = USER_AND_GROUP, dialect: str = "", chosen: tuple[str, ...] = ()) -> Result:
    journal = Journal()
    header = RunHeader(SCHEMA, "0.1.0", tuple(CLAIMS), chosen, (), "safe", 7, "must", "Bridge", BASE, 0.0)
    journal.add(header)
    journal.place(f"story[{dialect}]", dialect)
    for event in events:
        journal.add(event)
    found = judge(journal.entries, load_catalogue()).find(rid)
    assert found
    return found


def test_a_row_of_which_a_part_was_seen_is_judged_in_part() -> None:
    result = result_of(NEW_ADA)

    assert (result.verdict, result.missing, result.excused) == (Verdict.PARTLY, ("Group",), ())


def test_a_row_of_which_all_parts_were_seen_passes() -> None:
    result = result_of(NEW_ADA, NEW_DESIGN)

    assert (result.verdict, result.missing) == (Verdict.PASS, ())


def test_a_part_that_is_wrong_breaks_the_row_whatever_else_is_missing() -> None:
    result = result_of(post("/Users", {"userName": "ada@example.com"}, user(), location=None))

    assert (result.verdict, result.missing) == (Verdict.FAIL, ("Group",))


def test_a_part_that_this_bridge_lacks_is_excused_by_name() -> None:
    no_groups = get("/Groups", None, 404), get("/ResourceTypes", page({"name": "User", "endpoint": "/Users"}))

    result = result_of(NEW_ADA, *no_groups)

    assert (result.verdict, result.missing) == (Verdict.PASS, ())
    assert result.excused == ("Group (this bridge: not Group resource offered)",)


def test_no_column_of_a_row_judged_in_part_shows_a_pass() -> None:
    assert result_of(NEW_ADA, dialect="okta-oin").by_dialect == {"okta-oin": Verdict.PARTLY}


def active_of(value: object) -> Exchange:
    operation = {"op": "Replace", "path": "active", "value": value}
    return patch("/Users/u-ada", operation, name="set user active")


def test_a_part_that_only_a_dialect_shows_is_excused_where_that_was_not_chosen() -> None:
    texts = active_of("False"), active_of("True"), active_of(False)

    alone = result_of(*texts, rid="ENTRA-11", dialect="entra-default", chosen=("entra-default",))
    whole = result_of(*texts, rid="ENTRA-11", dialect="entra-default", chosen=MAIN_DIALECTS)

    assert (alone.verdict, len(alone.excused)) == (Verdict.PASS, 2)
    assert (whole.verdict, whole.missing) == (Verdict.PARTLY, ("the Boolean false", "the Boolean true"))


def test_a_part_that_no_run_can_judge_is_excused_with_the_reason() -> None:
    (excused,) = [facet for facet in load_catalogue().get("OKTA-06").facets if facet.unjudgeable]

    assert excused.excuse(Capabilities(()), ()) == "a run sees neither the store of a bridge nor its log"


def stated(facets: tuple[str, ...], name: str) -> tuple[Event, ...]:
    params = {"address": "ada@example.com", "name": name}
    looked = Observation("scim.users", "d", [user(displayName="Ada King")])
    return looked, Expectation("name", ("SEED-15",), "the name is new", params, facets)


SIGHT = (Observation("account.members", "1", []), Observation("account.mail", "2", []))
UNSEEN_ACCOUNT = "what the account shows (not observable: the account behind the bridge can't be read)"
UNSEEN_MAIL = "what the mails show (not observable: mail can't be read)"


def test_a_story_names_the_part_that_it_shows() -> None:
    result = result_of(*SIGHT, *stated(("display name",), "Ada King"), rid="SEED-15")

    assert (result.verdict, result.missing) == (Verdict.PARTLY, ("address",))


def test_a_row_that_needs_more_than_scim_is_not_passed_by_scim_alone() -> None:
    whole = stated(("display name", "address"), "Ada King")

    results = [result_of(*sight, *whole, rid="SEED-15") for sight in ((), SIGHT[:1], SIGHT)]

    assert [result.verdict for result in results] == [Verdict.PARTLY, Verdict.PARTLY, Verdict.PASS]
    assert [result.missing for result in results] == [(UNSEEN_ACCOUNT, UNSEEN_MAIL), (UNSEEN_MAIL,), ()]


def test_what_is_wrong_over_scim_is_wrong_whatever_else_can_be_seen() -> None:
    assert result_of(*stated(("display name",), "Ada Queen"), rid="SEED-15").verdict is Verdict.FAIL


def test_a_part_that_could_not_be_seen_is_missing_with_the_reason() -> None:
    unseen = Expectation(
        "mail", ("SEED-15",), "", {"address": "a", "mail": "start", "times": 1, "since": 0}, ("address",)
    )

    result = result_of(*SIGHT[:1], *stated(("display name",), "Ada King"), unseen, rid="SEED-15")

    assert result.verdict is Verdict.PARTLY
    assert result.missing == ("address (not observable: mail can't be read)", UNSEEN_MAIL)
