from __future__ import annotations

import pytest

from harness.record.message import LIST_RESPONSE
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
    NEW_DESIGN,
    Row,
    accepts,
    act,
    answered,
    delete,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    page,
    post,
    step,
    user,
)

ALAN = user("u-alan", "alan@example.com")
LIST = get("/Users", page(ADA, GRACE))
FOR_ADA = "/Users?filter=userName%20eq%20%22ada%40example.com%22"
FOR_SALES = "/Groups?filter=displayName%20eq%20%22Sales%22"
TWO_OF_TWO = get("/Users?count=2", page(ADA, GRACE))
FIRST, SECOND = "/Users?startIndex=1&count=2", "/Users?startIndex=3&count=2"
FIRST_PAGE = get(FIRST, page(ADA, GRACE, total=3))
LAST_PAGE = get(SECOND, page(ALAN, total=3, start=3))
WALK = (FIRST_PAGE, LAST_PAGE)
PART = get("/Users?count=2", page(ADA, GRACE, total=3))
WHOLE = get("/Users?count=100", page(ADA, GRACE, ALAN))

LISTS = (
    accepts("a_list_says_that_it_is_one", "a ListResponse", LIST),
    finds(
        "a_list_says_that_it_is_one",
        "no schemas",
        get("/Users", page(ADA, schemas=...)),
        says=f"schemas ['{LIST_RESPONSE}'] ⟶ None @ /schemas",
    ),
    ignores("a_list_says_that_it_is_one", "one user", get("/Users/u-ada", ADA)),
    ignores("a_list_says_that_it_is_one", "a refused list", get("/Users", error(403), 403)),
    finds(
        "a_list_says_that_it_is_one",
        "a bare array",
        get("/Users", b"[]"),
        says=f"schemas ['{LIST_RESPONSE}'] ⟶ None @ /schemas",
    ),
    ignores("a_list_says_that_it_is_one", "a list of schemas", get("/Schemas", page())),
    accepts("a_list_has_total_results", "a number", LIST),
    accepts("a_list_has_total_results", "zero", get("/Users", page())),
    finds(
        "a_list_has_total_results",
        "a string",
        get("/Users", page(ADA, total="1")),
        says="totalResults as a number ⟶ '1' @ /totalResults",
    ),
    finds(
        "a_list_has_total_results",
        "a Boolean",
        get("/Users", page(ADA, total=True)),
        says="totalResults as a number ⟶ True @ /totalResults",
    ),
    finds(
        "a_list_has_total_results",
        "less than nothing",
        get("/Users", page(ADA, total=-1)),
        says="totalResults as a number ⟶ -1 @ /totalResults",
    ),
    ignores("a_list_has_total_results", "one user", get("/Users/u-ada", ADA)),
    accepts("matches_are_shown", "two of two", LIST),
    accepts("matches_are_shown", "none of none", get("/Users", page(Resources=...))),
    finds(
        "matches_are_shown",
        "no Resources",
        get("/Users", page(total=2, Resources=...)),
        says="Resources as an array ⟶ None @ /Resources",
    ),
    finds(
        "matches_are_shown",
        "an empty page of two",
        get("/Users", page(total=2)),
        says="Resources as an array ⟶ [] @ /Resources",
    ),
    accepts("matches_are_shown_at_the_root", "one of one", get("/?filter=userName%20pr", page(ADA))),
    finds(
        "matches_are_shown_at_the_root",
        "none of one",
        get("/?filter=userName%20pr", page(total=1)),
        says="Resources as an array ⟶ [] @ /Resources",
    ),
    finds(
        "matches_are_shown_at_the_root",
        "none of one at .search",
        post("/.search", {"count": 5}, page(total=1), 200),
        says="Resources as an array ⟶ [] @ /Resources",
    ),
    ignores("matches_are_shown_at_the_root", "count 0", post("/.search", {"count": 0}, page(total=1), 200)),
    ignores("matches_are_shown_at_the_root", "a list of users", LIST),
    ignores("matches_are_shown", "a later page", get("/Users?startIndex=9", page(total=2, Resources=...))),
    ignores("matches_are_shown", "count=0, which asks for none", get("/Users?count=0", page(total=2, Resources=...))),
    ignores("matches_are_shown", "a negative count, which is taken as 0", get("/Users?count=-5", page(total=2))),
    ignores("matches_are_shown", "no totalResults", get("/Users", page(total="2", Resources=...))),
    accepts("no_match_is_an_empty_list", "200", get(FOR_ADA, page())),
    finds(
        "no_match_is_an_empty_list",
        "404",
        get(FOR_ADA, error(404), 404),
        says="status 200 and totalResults 0 ⟶ status 404",
    ),
    finds(
        "no_match_is_an_empty_list",
        "404 for groups, where there are some",
        post("/Groups", NEW_DESIGN, group()),
        get(FOR_SALES, error(404), 404),
        says="status 200 and totalResults 0 ⟶ status 404",
    ),
    finds(
        "no_match_is_an_empty_list",
        "an empty list that counts one",
        get(FOR_ADA, page(total=1)),
        says="totalResults 0, as nothing matches ⟶ 1 @ /totalResults",
    ),
    ignores("no_match_is_an_empty_list", "somebody matches", get(FOR_ADA, page(ADA))),
    ignores("no_match_is_an_empty_list", "a bridge without groups", get(FOR_SALES, error(404), 404)),
    ignores("no_match_is_an_empty_list", "no filter", get("/Users", error(404), 404)),
    ignores("no_match_is_an_empty_list", "a filter that is not plain", get("/Users?filter=title%20pr", None, 404)),
    accepts("only_matches_are_listed", "Ada", get(FOR_ADA, page(ADA))),
    accepts("only_matches_are_listed", "Ada in capitals", get(FOR_ADA, page(user(userName="ADA@example.com")))),
    accepts("only_matches_are_listed", "nobody", get(FOR_ADA, page())),
    finds(
        "only_matches_are_listed",
        "Grace too",
        get(FOR_ADA, page(ADA, GRACE)),
        says="userName 'ada@example.com' ⟶ 'grace@example.com' @ /Resources/1/userName",
    ),
    finds(
        "only_matches_are_listed",
        "a group of another name",
        get("/Groups?filter=displayName+eq+%22De%5C%22sign%22", page(group())),
        says="displayName 'De\"sign' ⟶ 'Design' @ /Resources/0/displayName",
    ),
    ignores("only_matches_are_listed", "no filter", LIST),
    ignores("only_matches_are_listed", "two conditions", get(f"{FOR_ADA}%20and%20active%20eq%20true", page(GRACE))),
)

PAGES = (
    accepts("a_part_says_where_it_starts", "a number", FIRST_PAGE),
    finds(
        "a_part_says_where_it_starts",
        "nothing",
        get(FIRST, page(ADA, total=3, start=...)),
        says="startIndex as a number ⟶ None @ /startIndex",
    ),
    ignores("a_part_says_where_it_starts", "the whole", LIST),
    ignores("a_part_says_where_it_starts", "an empty page", get("/Users?startIndex=9", page(total=3))),
    accepts("a_part_says_how_long_it_is", "a number", FIRST_PAGE),
    finds(
        "a_part_says_how_long_it_is",
        "a string",
        get(FIRST, page(ADA, total=3, itemsPerPage="1")),
        says="itemsPerPage as a number ⟶ '1' @ /itemsPerPage",
    ),
    finds(
        "a_part_says_how_long_it_is",
        "a page by cursor without",
        get("/Users?cursor=&count=1", page(ADA, total=3, itemsPerPage=..., startIndex=...)),
        says="itemsPerPage as a number ⟶ None @ /itemsPerPage",
    ),
    ignores("a_part_says_how_long_it_is", "the whole", LIST),
    accepts("no_more_than_count", "two of two", FIRST_PAGE),
    accepts("no_more_than_count", "fewer", get("/Users?count=5", page(ADA))),
    finds(
        "no_more_than_count",
        "one too many",
        get("/Users?count=1", page(ADA, GRACE)),
        says="at most 1 resources ⟶ 2 @ /Resources",
    ),
    ignores("no_more_than_count", "no count", LIST),
    ignores("no_more_than_count", "a count that is no number", get("/Users?count=one", page(ADA, GRACE))),
    accepts("items_per_page_counts_the_page", "two", LIST),
    finds(
        "items_per_page_counts_the_page",
        "the count that was asked for",
        get("/Users?count=100", page(ADA, itemsPerPage=100)),
        says="itemsPerPage 1 ⟶ 100 @ /itemsPerPage",
    ),
    ignores("items_per_page_counts_the_page", "no itemsPerPage", get("/Users", page(ADA, itemsPerPage=...))),
    accepts("start_index_is_that_of_the_first_result", "3", LAST_PAGE),
    accepts("start_index_is_that_of_the_first_result", "0, which is taken as 1", get("/Users?startIndex=0", page(ADA))),
    finds(
        "start_index_is_that_of_the_first_result",
        "always 1",
        get(SECOND, page(ALAN, total=3, start=1)),
        says="startIndex 3 ⟶ 1 @ /startIndex",
    ),
    ignores("start_index_is_that_of_the_first_result", "an empty page", get("/Users", page())),
    ignores("start_index_is_that_of_the_first_result", "no startIndex", get("/Users", page(ADA, start=...))),
)

WALKS = (
    accepts("total_results_counts_all", "three on two pages", *WALK),
    accepts("total_results_counts_all", "one page that holds all", LIST),
    accepts("total_results_counts_all", "a step in between", FIRST_PAGE, step(), LAST_PAGE),
    finds(
        "total_results_counts_all",
        "the size of the page",
        get(FIRST, page(ADA, GRACE)),
        get(SECOND, page(ALAN, start=3, total=2)),
        says="totalResults 3, as the pages together show ⟶ 2 @ /totalResults",
    ),
    finds(
        "total_results_counts_all",
        "more than there is",
        get("/Users?count=2", page(ADA, GRACE, total=9)),
        get(SECOND, page(total=9, start=3)),
        says="totalResults 2, as the pages together show ⟶ 9 @ /totalResults",
    ),
    ignores("total_results_counts_all", "a walk that stops early", FIRST_PAGE),
    ignores("total_results_counts_all", "a full last page, which may hide more", get(FIRST, page(ADA, GRACE))),
    ignores("total_results_counts_all", "a bridge whose pages are short", get("/Users", page(ADA, GRACE, total=9))),
    ignores("total_results_counts_all", "a write in between", FIRST_PAGE, post("/Users", NEW_ADA, ADA), LAST_PAGE),
    ignores("total_results_counts_all", "a filter", get(FOR_ADA, page(ADA))),
    ignores(
        "total_results_counts_all",
        "groups after users",
        FIRST_PAGE,
        get("/Groups?startIndex=3&count=2", page(start=3, total=3)),
    ),
    accepts("pages_cover_the_set_once", "three different ones", *WALK),
    finds(
        "pages_cover_the_set_once",
        "Grace on both pages",
        FIRST_PAGE,
        get(SECOND, page(GRACE, total=3, start=3)),
        says="every resource once ⟶ 'u-grace' again @ /Resources",
    ),
    ignores("pages_cover_the_set_once", "a walk that stops early", FIRST_PAGE),
    accepts("total_results_is_constant", "3 on both", *WALK),
    finds(
        "total_results_is_constant",
        "3, then 1",
        FIRST_PAGE,
        get(SECOND, page(ALAN, total=1, start=3)),
        says="the same totalResults on every page ⟶ [1, 3] @ /totalResults",
    ),
    ignores("total_results_is_constant", "a walk that stops early", FIRST_PAGE),
    ignores(
        "total_results_is_constant",
        "a bridge that pulls a directory meanwhile",
        act(name="attach"),
        FIRST_PAGE,
        get(SECOND, page(ALAN, total=4, start=3)),
    ),
    accepts("a_part_states_the_whole", "3 of 3", PART, WHOLE),
    accepts(
        "a_part_states_the_whole",
        "somebody is deleted while the whole is read",
        get("/Users?count=1", page(ADA, total=4)),
        get("/Users?startIndex=1&count=2", page(ADA, GRACE, total=4)),
        get("/Users?startIndex=3&count=2", page(ALAN, total=3, start=3)),
        get("/Users?startIndex=4&count=2", page(total=3, start=4)),
    ),
    finds(
        "a_part_states_the_whole",
        "the size of the part",
        get("/Users?count=2", page(ADA, GRACE)),
        WHOLE,
        says="totalResults 3, as the whole list shows ⟶ 2 @ /totalResults",
    ),
    finds(
        "a_part_states_the_whole",
        "the size of the part, the whole on two pages",
        get("/Users?count=1", page(ADA)),
        FIRST_PAGE,
        get("/Users?startIndex=3&count=100", page(ALAN, total=3, start=3)),
        says="totalResults 3, as the whole list shows ⟶ 1 @ /totalResults",
    ),
    ignores("a_part_states_the_whole", "a write in between", PART, post("/Users", NEW_ADA, ADA), WHOLE),
    ignores(
        "a_part_states_the_whole", "a pull in between", get("/Users?count=2", page(ADA, GRACE)), act(name="sync"), WHOLE
    ),
    ignores("a_part_states_the_whole", "only the part", PART),
    ignores("a_part_states_the_whole", "the whole of groups", PART, get("/Groups?count=100", page(group()))),
    accepts("a_part_begins_like_the_whole", "the same two", PART, WHOLE),
    finds(
        "a_part_begins_like_the_whole",
        "another order",
        PART,
        get("/Users?count=100", page(GRACE, ADA, ALAN)),
        says="a list that begins with ['u-ada', 'u-grace'] ⟶ ['u-grace', 'u-ada'] @ /Resources",
    ),
    ignores("a_part_begins_like_the_whole", "only the part", PART),
    ignores("a_part_states_the_whole", "another method", answered("HEAD", "/Users?count=2", 200), WHOLE),
)

CREATED = (hired(), hired(GRACE), hired(ALAN))

KNOWN = (
    accepts("pages_hold_what_was_created", "all of them", *CREATED, *WALK),
    finds(
        "pages_hold_what_was_created",
        "one was left out between two pages",
        *CREATED,
        FIRST_PAGE,
        get(SECOND, page(total=3)),
        says="'u-alan' on one of the pages ⟶ on none @ /Resources",
    ),
    accepts("pages_hold_what_was_created", "one was deleted", *CREATED, delete("/Users/u-alan"), LIST),
    ignores("pages_hold_what_was_created", "a page in the middle", *CREATED, FIRST_PAGE),
    ignores("pages_hold_what_was_created", "nothing created", *WALK),
)

ROWS = (*LISTS, *PAGES, *WALKS, *KNOWN)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_listing(row: Row) -> None:
    assert row.said() == row.wanted
