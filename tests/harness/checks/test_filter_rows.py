from __future__ import annotations

import pytest

from harness.checks.filter_features import features
from harness.checks.filter_refusals import fault_of
from harness.model.filters import parse_filter
from harness.model.selecting import apart_from_own
from harness.model.standard import standard_schemas
from tests.harness.checks.query_samples import ALAN, BOTH, DESIGN, NOT_TOLD, TOLD, WITH_DESIGN, ask_filter, made, seek
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    MEMBERS_ON_REQUEST,
    Row,
    accepts,
    error,
    finds,
    get,
    group,
    ignores,
    page,
    patch,
    post,
    records,
    user,
)

FOUND = 'userName eq "ada@example.com"'
NO_FILTER = error(400, scimType="invalidFilter")

DOES_WELL = (
    ask_filter('displayName ew "ign"', page(DESIGN), endpoint="/Groups"),
    ask_filter('userName eq "ada@example.com"', page(ADA)),
    ask_filter('userName sw "ada"', page(ADA)),
)
ANSWERS = (
    finds(
        "a_filter_finds_what_it_says",
        "an operator that does well elsewhere, at an attribute that does well otherwise",
        *WITH_DESIGN,
        *DOES_WELL,
        ask_filter('userName ew "grace@example.com"', page()),
        says="RFC7644-3.4.2.2-11: 'u-grace', shown in entry 0:4, listed, by userName ew \"grace@example.com\""
        " ⟶ not listed @ /Resources",
    ),
    accepts("a_filter_finds_what_it_says", "the one who matches", *BOTH, ask_filter(FOUND, page(ADA))),
    accepts("a_filter_finds_what_it_says", "a stranger beside", *BOTH, ask_filter(FOUND, page(ADA, user("u-x", "x")))),
    accepts("a_filter_finds_what_it_says", "a page", *BOTH, ask_filter("userName pr", page(ADA, total=2))),
    ignores(
        "a_filter_finds_what_it_says",
        "members that are shown on request alone",
        *BOTH,
        MEMBERS_ON_REQUEST,
        post("/Groups", DESIGN, group(members=...)),
        ask_filter('members eq "u-ada"', page(group(members=...)), endpoint="/Groups"),
    ),
    ignores(
        "a_filter_finds_what_it_says",
        "a part that the create brought, and that no answer shows",
        *TOLD,
        made(user(name={"givenName": "Ada"}), name={"givenName": "Ada", "familyName": "Byron"}),
        ask_filter("name.familyName pr", page(user(name={"givenName": "Ada"}))),
    ),
    finds(
        "a_filter_finds_what_it_says",
        "a part that nobody brought",
        *TOLD,
        made(user(name={"givenName": "Ada"}), name={"givenName": "Ada"}),
        ask_filter("name.familyName pr", page(user(name={"givenName": "Ada"}))),
        says="RFC7644-3.4.2.2-32: 'u-ada', shown in entry 0:3, not listed, by name.familyName pr ⟶ listed @ /Resources",
    ),
    finds(
        "a_filter_finds_what_it_says",
        "members",
        *WITH_DESIGN,
        ask_filter('members eq "u-ada"', page(DESIGN), endpoint="/Groups"),
        says="RFC7644-3.4.2.2-42: 'g-design', shown in entry 0:5, not listed, by members eq \"u-ada\""
        " ⟶ listed @ /Resources",
    ),
    finds(
        "a_filter_finds_what_it_says",
        "nobody",
        *BOTH,
        ask_filter(FOUND, page()),
        says="RFC7644-3.4.2.2-07: 'u-ada', shown in entry 0:3, listed, by userName eq \"ada@example.com\""
        " ⟶ not listed @ /Resources",
    ),
    finds(
        "a_filter_finds_what_it_says",
        "somebody else, by an operator that held nowhere",
        *BOTH,
        ask_filter(FOUND, page(ADA)),
        ask_filter('USERNAME sw "ada"', page(ADA, GRACE)),
        says="RFC7644-3.4.2.2-03: 'u-grace', shown in entry 0:4, not listed, by USERNAME sw \"ada\""
        " ⟶ listed @ /Resources",
    ),
    finds(
        "a_filter_finds_what_it_says",
        "the left side of or alone, where both sides held by themselves",
        *BOTH,
        ask_filter(FOUND, page(ADA)),
        ask_filter(f'{FOUND} or userName eq "grace@example.com"', page(ADA)),
        says="RFC7644-3.4.2.2-20: 'u-grace', shown in entry 0:4, listed, by userName eq \"ada@example.com\" or "
        'userName eq "grace@example.com" ⟶ not listed @ /Resources',
    ),
    finds(
        "a_filter_finds_what_it_says",
        "the root, without a filter's own hits",
        *BOTH,
        get("/?filter=userName%20pr", page(ADA)),
        says="RFC7644-3.4.2.1-06: 'u-grace', shown in entry 0:4, listed, by userName pr ⟶ not listed @ /Resources",
    ),
    finds(
        "a_filter_finds_what_it_says",
        "an attribute that there is not",
        *BOTH,
        ask_filter('nosuch eq "x"', page(ADA, GRACE)),
        says=[
            f"RFC7644-3.4.2.2-43: 'u-{name}', shown in entry 0:{entry}, not listed, by nosuch eq \"x\" ⟶ listed"
            " @ /Resources"
            for name, entry in (("ada", 3), ("grace", 4))
        ],
    ),
    ignores("a_filter_finds_what_it_says", "a bridge that has told nothing", made(ADA), ask_filter(FOUND, page())),
    ignores("a_filter_finds_what_it_says", "nobody known", *TOLD, ask_filter(FOUND, page())),
    ignores(
        "a_filter_finds_what_it_says",
        "written since, and not shown",
        *TOLD,
        made(ADA),
        patch("/Users/u-ada", {"op": "replace", "path": "userName", "value": "x"}),
        ask_filter(FOUND, page()),
    ),
    ignores("a_filter_finds_what_it_says", "what others change", *BOTH, ask_filter("groups pr", page(ADA))),
    ignores("a_filter_finds_what_it_says", "primary false", *BOTH, ask_filter("emails.primary eq false", page(ADA))),
)

REFUSALS = (
    accepts("value_paths_are_recorded", "an answer", *TOLD, ask_filter('emails[type eq "work"]', page())),
    records(
        "value_paths_are_recorded",
        "a refusal",
        *TOLD,
        ask_filter('emails[type eq "work"]', NO_FILTER, 400),
        says="value paths: status 400",
    ),
    ignores("value_paths_are_recorded", "no brackets", *TOLD, ask_filter(FOUND, page())),
    accepts("filtering_is_recorded", "a list", *TOLD, ask_filter(FOUND, page())),
    records(
        "filtering_is_recorded",
        "a refusal of a bridge that declares no filters",
        *NOT_TOLD,
        ask_filter(FOUND, error(501), 501),
        says="filters are not declared; one is status 501",
    ),
    ignores("filtering_is_recorded", "no filter", *TOLD, get("/Users", page())),
    accepts("what_is_taken_alone_is_taken_joined", "an answer", *TOLD, ask_filter(f"{FOUND} and title pr", page())),
    accepts(
        "what_is_taken_alone_is_taken_joined",
        "a refusal of what was never answered",
        *TOLD,
        ask_filter(f"{FOUND} and title pr", page()),
        ask_filter("title pr AND nickName pr", NO_FILTER, 400),
    ),
    ignores("what_is_taken_alone_is_taken_joined", "one comparison", *TOLD, ask_filter(FOUND, page())),
    finds(
        "what_is_taken_alone_is_taken_joined",
        "another letter case refused",
        *TOLD,
        ask_filter(FOUND, page()),
        ask_filter(FOUND.replace("eq", "EQ"), NO_FILTER, 400),
        says='RFC7644-3.4.2.2-04: an answer to userName EQ "ada@example.com", as its parts have one in entries 0:3'
        " ⟶ status 400",
    ),
    accepts(
        "what_is_no_filter_is_declined",
        "declined",
        *TOLD,
        ask_filter('userName regex "a"', NO_FILTER, 400),
    ),
    finds(
        "what_is_no_filter_is_declined",
        "everybody",
        *TOLD,
        ask_filter("", page(ADA, GRACE)),
        says="RFC7644-3.4.2.2-05: status 400 for the filter '' ⟶ status 200",
    ),
    finds(
        "what_is_no_filter_is_declined",
        "another error",
        *TOLD,
        ask_filter('userName regex "a"', error(400, scimType="invalidValue", detail=""), 400),
        says=(
            "RFC7644-3.4.2.2-36: status 400 for the filter 'userName regex \"a\"' and scimType invalidFilter"
            " ⟶ scimType 'invalidValue' @ /scimType",
            "RFC7644-3.4.2.2-37: a detail that says what is wrong ⟶ none @ /detail",
        ),
    ),
    finds(
        "what_is_no_filter_is_declined",
        "a search that is answered",
        *TOLD,
        seek("/Users", page(), filter='userName eq "a'),
        says=(
            "RFC7644-3.4.2.2-27: status 400 for the filter 'userName eq \"a' ⟶ status 200",
            "RFC7644-3.4.3-08: status 400 for the filter 'userName eq \"a' ⟶ status 200",
        ),
    ),
    ignores("what_is_no_filter_is_declined", "a filter", *TOLD, ask_filter(FOUND, page())),
    ignores("what_is_no_filter_is_declined", "no filters declared", *NOT_TOLD, ask_filter("", page())),
    ignores("what_is_no_filter_is_declined", "brackets that are not taken", *TOLD, ask_filter("emails[]", page())),
    ignores(
        "what_is_no_filter_is_declined",
        "what Entra ID asks",
        *TOLD,
        ask_filter('emails[type eq "work"].value eq "x"', page()),
    ),
    accepts("what_has_no_order_is_not_compared_by_it", "declined", *TOLD, ask_filter("active gt true", NO_FILTER, 400)),
    finds(
        "what_has_no_order_is_not_compared_by_it",
        "answered",
        *TOLD,
        ask_filter("active gt true", page()),
        says="status 400 and scimType invalidFilter ⟶ status 200",
    ),
    ignores("what_has_no_order_is_not_compared_by_it", "eq", *TOLD, ask_filter("active eq true", page())),
    accepts("an_unknown_name_is_no_fault_of_the_bridge", "a list", *TOLD, ask_filter("nosuch pr", page())),
    finds(
        "an_unknown_name_is_no_fault_of_the_bridge",
        "a fault",
        *TOLD,
        ask_filter("nosuch pr", error(500), 500),
        says="a list without it, or status 400 ⟶ status 500",
    ),
    ignores("an_unknown_name_is_no_fault_of_the_bridge", "a known name", *TOLD, ask_filter(FOUND, page())),
)

ROWS = (*ANSWERS, *REFUSALS)

USER = standard_schemas()["User"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('title eq "x"', {"07"}),
        ('TITLE eq "x"', {"07", "03", "3.10-04"}),
        ("title pr AND nickName pr", {"12", "19", "04"}),
        ('not (title co "x")', {"09", "21"}),
        ("title pr and (nickName pr or active pr)", {"12", "19", "20", "29", "22"}),
        ("title pr or nickName pr and active pr", {"12", "19", "20", "30"}),
        ("name pr", {"13"}),
        ('name.familyName sw "x"', {"10", "32"}),
        ('emails[type eq "work" and value ew "x"]', {"07", "11", "24"}),
        ('emails[(type eq "a" or type eq "b") and value pr]', {"07", "12", "24", "26"}),
        ('emails co "x"', {"09", "33"}),
        ('meta.created gt "2026-01-01T00:00:00Z"', {"15", "32", "41"}),
        ('schemas eq "x"', {"07", "39"}),
        ('urn:ietf:params:scim:schemas:core:2.0:User:title ge "x"', {"14", "40", "3.10-01"}),
        ('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "x"',
         {"07", "32", "40", "3.10-02", "3.10-03"}),
        ('title eq "50%"', {"07", "44"}),
        ('title eq "é"', {"07", "28"}),
        ('nosuch eq "x"', {"43"}),
    ],
)  # fmt: skip
def test_the_rows_of_a_filter(text: str, rows: set[str]) -> None:
    found = features(parse_filter(text), text, USER, [])

    assert {row.removeprefix("RFC7644-").removeprefix("3.4.2.2-") for row in found} == rows


def test_rows_that_what_is_known_tells() -> None:
    text = 'emails.value eq "ALAN@example.com"'
    known = {**ALAN, "emails": [{"value": "a@example.com"}, {"value": "alan@example.com"}]}

    found = features(parse_filter(text), text, USER, [(known, {"userName": "alan@example.com"})])

    assert {row[-2:] for row in found} == {"07", "31", "32", "34", "38"}


def test_the_part_that_selects_our_own_has_no_rows() -> None:
    tree = parse_filter('(title pr or nickName pr) and userName co "mark"')

    assert apart_from_own(tree) == parse_filter("title pr or nickName pr")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", "05"),
        ("  ", "05"),
        ("userName", "06"),
        ("userName eq", "06"),
        ('eq "x"', "06"),
        ('userName "x"', "06"),
        ('userName regex "a"', "36"),
        ("emails[]", "25"),
        ('userName eq "a', "27"),
        ("userName eq 'a'", "27"),
        ('userName eq "a" and', "27"),
    ],
)
def test_the_row_that_a_text_breaks(text: str, row: str) -> None:
    assert fault_of(text) == f"RFC7644-3.4.2.2-{row}"


def test_a_filter_has_no_fault() -> None:
    assert fault_of(FOUND) == ""


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
