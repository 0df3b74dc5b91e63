"""One resource, one state: each kind of deviation is found, and each freedom of a server is left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.checks.states import cases_of
from harness.model.blame import blame_table
from harness.model.values import Kind
from harness.record.exchange import Exchange, Json
from harness.record.journal import SCHEMA, Event, RunHeader
from harness.record.message import CORE_GROUP, CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    ADA_ADDRESS,
    BASE,
    CREATED,
    GRACE,
    MEMBERS_ON_REQUEST,
    NEW_ADA,
    Row,
    accepts,
    act,
    active,
    delete,
    error,
    finds,
    get,
    group,
    hired,
    history,
    ignores,
    joins,
    leaves,
    lost,
    meta,
    page,
    patch,
    post,
    put,
    records,
    time_passes,
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
SECOND = "https://second.example/scim/v2"
NICK = user(nickName="Countess")
STATE, SET = "every_answer_shows_the_one_state", "what_is_there_is_found_and_nothing_else"
OTHERS, META = "nothing_changes_that_no_request_changed", "meta_tells_of_changes"


def born(person: Json = NICK, **sent: Any) -> Exchange:
    """Ada is created as she is shown, with what else was sent."""
    body = {name: value for name, value in person.items() if name not in ("id", "meta")}
    return post("/Users", {**body, **sent}, person)


def founded(*members: str) -> Exchange:
    """Design is created with these members."""
    body = {"displayName": "Design", "members": [{"value": m} for m in members]}
    return post("/Groups", body, group("g-design", "Design", *members))


def sets(path: str, value: Any, op: str = "replace", **more: Any) -> Exchange:
    """A PATCH of one operation on Ada."""
    return patch(AT, {"op": op, "path": path, "value": value}, **more)


def named(given: str, family: str = "Byron", **more: Any) -> Json:
    """Ada with a name."""
    return user(name={"givenName": given, "familyName": family}, **more)


def mails(*addresses: str, **more: Any) -> Json:
    """Ada with these addresses."""
    return user(emails=[{"value": each, "type": "work", **more} for each in addresses])


QUEEN = {"op": "replace", "path": "nickName", "value": "Queen"}
BOTH_MAILS = mails("ada@example.com", "a@example.com")

TAGGED = group("g-design", "Design", "u-ada", "u-grace", meta=meta(version='W/"1"'))
ROWS: tuple[Row, ...] = (
    # What a create brings.
    accepts(STATE, "what was created", born(), get(AT, NICK)),
    finds(
        STATE,
        "an attribute that the create loses, and others keep",
        born(user(), nickName="Countess"),
        post("/Users", {"userName": "grace", "nickName": "Amazing"}, user("u-grace", "grace", nickName="Amazing")),
        says="nickName 'Countess', as the create says ⟶ none @ /nickName",
    ),
    accepts(
        STATE,
        "an attribute that no create keeps",
        born(user(), nickName="Countess"),
        sets("nickName", "Queen"),
        get(AT, user(nickName="Queen")),
    ),
    accepts(
        STATE,
        "a create that writes to somebody who was there",
        born(),
        active(),
        post("/Users", {"userName": "ada"}, user(), status=200),
        get(AT, user()),
    ),
    finds(
        STATE,
        "a create that writes to somebody, and who is otherwise in the next read",
        born(),
        post("/Users", {"userName": "ada"}, user(title="Dr"), status=200),
        get(AT, user(title="Prof")),
        says="title 'Dr', as it was shown before ⟶ 'Prof' @ /title",
    ),
    accepts(STATE, "an attribute that nobody ever shows", born(user(), nickName="Countess"), get(AT, user())),
    finds(
        STATE,
        "an altered one",
        born(user(nickName="Duchess"), nickName="Countess"),
        says="nickName 'Countess', as the create says ⟶ 'Duchess' @ /nickName",
    ),
    accepts(
        STATE, "values of the server's own", post("/Users", NEW_ADA, user(locale="en")), get(AT, user(locale="en"))
    ),
    finds(
        STATE,
        "an externalId that nobody sent",
        post("/Users", NEW_ADA, user(externalId="42")),
        says="externalId none, since the create ⟶ '42' @ /externalId",
    ),
    finds(
        STATE,
        "the letter case of an externalId",
        born(user(externalId="ab"), externalId="AB"),
        says="externalId 'AB', as the create says ⟶ 'ab' @ /externalId",
    ),
    accepts(STATE, "a userName in small letters", born(user(userName="ada@x"), userName="Ada@X")),
    accepts(
        STATE,
        "a phone number in another spelling",
        born(
            user(phoneNumbers=[{"value": "tel:+1-201-555-0123"}]),
            phoneNumbers=[{"value": "+1 (201) 555-0123"}],
        ),
    ),
    accepts(
        STATE, "a formatted name made of the parts", born(named("Ada"), name={"givenName": "Ada", "formatted": "X"})
    ),
    # What a read shows.
    finds(
        STATE,
        "an attribute lost without a write",
        born(),
        get(AT, NICK),
        get(AT, user()),
        says="nickName 'Countess', as it was shown before ⟶ none @ /nickName",
    ),
    accepts(STATE, "something after an act on the person", born(), act(), get(AT, user(active=False))),
    accepts(STATE, "active after time has passed", born(), time_passes(), get(AT, {**NICK, "active": False})),
    # What a list shows.
    finds(
        STATE,
        "an attribute that lists lack",
        born(),
        get(AT, NICK),
        get("/Users", page(user())),
        says="nickName 'Countess', as it was shown before ⟶ none @ /Resources/0/nickName",
    ),
    finds(
        STATE,
        "an attribute that lists alter",
        born(),
        get(AT, NICK),
        get("/Users", page(user(nickName="countess!"))),
        says="nickName 'Countess', as it was shown before ⟶ 'countess!' @ /Resources/0/nickName",
    ),
    accepts(
        STATE,
        "the order of addresses",
        born(BOTH_MAILS),
        get("/Users", page(mails("a@example.com", "ada@example.com"))),
    ),
    # PUT.
    finds(
        STATE,
        "a value that a PUT alters",
        born(),
        put(AT, {"schemas": [CORE_USER], "userName": "ada@example.com", "nickName": "Queen"}, user(nickName="queen.")),
        says="nickName 'Queen', as the PUT says ⟶ 'queen.' @ /nickName",
    ),
    finds(
        STATE,
        "the state before a PUT",
        born(),
        put(AT, {"schemas": [CORE_USER], "userName": "ada@example.com", "nickName": "Queen"}, user(nickName="Queen")),
        get("/Users", page(NICK)),
        says="nickName 'Queen', as it was shown before ⟶ 'Countess' @ /Resources/0/nickName",
    ),
    accepts(STATE, "what a PUT leaves out, kept", born(), put(AT, NEW_ADA, NICK), get(AT, NICK)),
    accepts(STATE, "what a PUT leaves out, unset", born(), put(AT, NEW_ADA, user()), get(AT, user())),
    records(
        STATE,
        "what a PUT leaves out",
        born(),
        put(AT, NEW_ADA, user()),
        says=("cleared", "kept", "cleared", "kept"),
    ),
    finds(
        STATE,
        "what a PUT leaves out, altered",
        born(),
        put(AT, NEW_ADA, user(nickName="Queen")),
        says="nickName none, since the PUT ⟶ 'Queen' @ /nickName",
    ),
    finds(
        STATE,
        "addresses doubled by a PUT",
        born(mails("ada@example.com")),
        put(AT, {**NEW_ADA, "emails": mails("ada@example.com")["emails"]}, mails("ada@example.com", "ada@example.com")),
        says="emails [{'value': 'ada@example.com', 'type': 'work'}], as the PUT says ⟶ "
        "[{'value': 'ada@example.com', 'type': 'work'}, {'value': 'ada@example.com', 'type': 'work'}] @ /emails",
    ),
    accepts(
        STATE,
        "an address that is sent twice, kept once",
        born(mails("ada@example.com")),
        put(AT, {**NEW_ADA, "emails": mails("ada@example.com", "ada@example.com")["emails"]}, mails("ada@example.com")),
    ),
    finds(
        STATE,
        "an address that is sent twice, lost",
        born(mails("ada@example.com")),
        put(AT, {**NEW_ADA, "emails": mails("bob@example.com", "bob@example.com")["emails"]}, mails("ada@example.com")),
        says="emails [{'value': 'bob@example.com', 'type': 'work'}, {'value': 'bob@example.com', 'type': 'work'}], "
        "as the PUT says ⟶ [{'value': 'ada@example.com', 'type': 'work'}] @ /emails",
    ),
    # PATCH.
    accepts(STATE, "a changed title", born(), sets("nickName", "Queen"), get(AT, user(nickName="Queen"))),
    finds(
        STATE,
        "a change that never arrives",
        born(),
        sets("nickName", "Queen"),
        get(AT, NICK),
        says="nickName 'Queen', as the replace says ⟶ 'Countess' @ /nickName",
    ),
    finds(
        STATE,
        "an attribute that a PATCH of another one loses",
        born(),
        sets("title", "Analyst"),
        get(AT, user(title="Analyst")),
        says="nickName 'Countess', as before ⟶ none @ /nickName",
    ),
    finds(
        STATE,
        "a part of a name that a PATCH of another part loses",
        born(named("Ada")),
        sets("name", {"givenName": "Augusta"}),
        get(AT, user(name={"givenName": "Augusta"})),
        says="name.familyName 'Byron', as before ⟶ none @ /name/familyName",
    ),
    finds(
        STATE,
        "the third operation lost",
        born(),
        patch(
            AT,
            {"op": "add", "path": "title", "value": "Analyst"},
            {"op": "replace", "path": "displayName", "value": "Ada"},
            {"op": "replace", "path": "nickName", "value": "Queen"},
            body=user(title="Analyst", displayName="Ada", nickName="Countess"),
            status=200,
        ),
        says="nickName 'Queen', as the replace among several operations says ⟶ 'Countess' @ /nickName",
    ),
    finds(
        STATE,
        "what was removed is still there",
        born(),
        patch(AT, {"op": "remove", "path": "nickName"}),
        get(AT, NICK),
        says="nickName none, since the remove ⟶ 'Countess' @ /nickName",
    ),
    finds(
        STATE,
        "active that flips with a phone number",
        born(),
        sets("phoneNumbers", [{"value": "1", "type": "work"}], "add"),
        get(AT, user(nickName="Countess", active=False, phoneNumbers=[{"value": "1", "type": "work"}])),
        says="active True, as before ⟶ False @ /active",
    ),
    accepts(STATE, "a text that means a Boolean", born(), active("False"), get(AT, {**NICK, "active": False})),
    accepts(
        STATE,
        "a manager as a text, as it is read",
        born(),
        sets(f"{ENTERPRISE_USER}:manager", "7"),
        get(AT, {**NICK, ENTERPRISE_USER: {"manager": {"value": "7"}}}),
    ),
    accepts(
        STATE,
        "a filter that the model does not read",
        born(BOTH_MAILS),
        patch(AT, {"op": "remove", "path": 'emails[type eq "work" and value co "a@"]'}),
        get(AT, user()),
    ),
    finds(
        STATE,
        "a sub-attribute lost with a filter",
        born(user(emails=[{"value": "a", "type": "work"}, {"value": "b", "type": "home"}])),
        sets('emails[type eq "home"].value', "c"),
        get(AT, user(emails=[{"value": "a", "type": "work"}, {"value": "b", "type": "home"}])),
        says="emails [{'value': 'a', 'type': 'work'}, {'value': 'c', 'type': 'home'}], as the replace says ⟶ "
        "[{'value': 'a', 'type': 'work'}, {'value': 'b', 'type': 'home'}] @ /emails",
    ),
    # Members and groups.
    accepts(
        STATE,
        "members who join and leave",
        founded("u-ada"),
        joins("u-grace"),
        leaves("u-ada"),
        get(DESIGN, group("g-design", "Design", "u-grace")),
    ),
    finds(
        STATE,
        "a member who is added again",
        hired(),
        founded("u-ada"),
        joins("u-ada"),
        get(DESIGN, group("g-design", "Design", "u-ada", "u-ada")),
        says="members [{'value': 'u-ada'}], as before ⟶ [{'value': 'u-ada'}, {'value': 'u-ada'}] @ /members",
    ),
    finds(
        STATE,
        "a member who was deleted",
        hired(),
        founded("u-ada"),
        delete(AT),
        get(DESIGN, group("g-design", "Design", "u-ada")),
        says="members none, since the member was deleted ⟶ [{'value': 'u-ada'}] @ /members",
    ),
    finds(
        STATE,
        "a user who does not show their group",
        hired(user(groups=[{"value": "g-else"}])),
        founded("u-ada"),
        get(AT, user(groups=[{"value": "g-else"}])),
        says="group 'g-design', which has the user as a member ⟶ ['g-else'] @ /groups",
    ),
    accepts(STATE, "a user of a server that never shows groups", hired(), founded("u-ada"), get(AT, ADA)),
    # Projections.
    finds(
        STATE,
        "an excluded attribute",
        born(),
        get(f"{AT}?excludedAttributes=nickName", NICK),
        says="no nickName, which was excluded ⟶ 'Countess' @ /nickName",
    ),
    accepts(
        STATE,
        "only what was asked for",
        born(),
        get(f"{AT}?attributes=nickName", user(active=..., meta=...) | {"nickName": "Countess"}),
    ),
    # What is not known.
    accepts(
        STATE,
        "a write whose answer is lost",
        born(),
        lost("PATCH", AT, {"Operations": []}),
        get(AT, user(nickName="X")),
    ),
    accepts(STATE, "a write that failed", born(), sets("nickName", "X", status=500, body=error(500)), get(AT, user())),
    ignores(STATE, "a stranger", get(AT, ADA), get(AT, user(title="Analyst"))),
    # Bulk, /Me, and what the root finds.
    finds(
        STATE,
        "a change of a Bulk that never arrives",
        born(),
        post(
            "/Bulk",
            {"Operations": [{"method": "PATCH", "path": AT, "data": patch(AT, QUEEN).sent_json}]},
            {"Operations": [{"method": "PATCH", "location": f"{BASE}{AT}", "status": "204"}]},
            200,
        ),
        get(AT, NICK),
        says="nickName 'Queen', as the replace says ⟶ 'Countess' @ /nickName",
    ),
    accepts(
        STATE,
        "a Bulk of which results are missing",
        born(),
        post("/Bulk", {"Operations": [{}]}, {"Operations": [{}, {}]}, 200),
        get(AT, user()),
    ),
    finds(
        STATE,
        "an attribute that /Me lacks",
        born(),
        get("/Me", user()),
        says="nickName 'Countess', as it was shown before ⟶ none @ /nickName",
    ),
    finds(
        STATE,
        "an attribute that a search lacks",
        born(),
        post("/.search", {"filter": "userName pr"}, page(user()), 200),
        says="nickName 'Countess', as it was shown before ⟶ none @ /Resources/0/nickName",
    ),
    # What is there.
    accepts(SET, "a filter that finds", born(), get('/Users?filter=nickName eq "countess"', page(NICK))),
    accepts(SET, "a deleted one that is gone", born(), delete(AT), get(AT, error(404), 404)),
    finds(
        SET,
        "a read of what nobody deleted",
        born(),
        get(AT, error(404), 404),
        says="the resource, which nobody deleted ⟶ status 404",
    ),
    finds(
        SET,
        "a deleted one that is read",
        born(),
        delete(AT),
        get(AT, NICK),
        says="nothing of a resource that was deleted ⟶ 'u-ada' is shown",
    ),
    finds(
        SET,
        "a deleted one that is listed",
        born(),
        delete(AT),
        get("/Users", page(NICK)),
        says="nothing of a resource that was deleted ⟶ 'u-ada' is shown @ /Resources/0",
    ),
    finds(
        SET,
        "a filter that overlooks one",
        born(),
        get('/Users?filter=nickName co "unt"', page()),
        says="'u-ada', which matches nickName co \"unt\" ⟶ 0 others, without it @ /Resources",
    ),
    finds(
        SET,
        "a hit that does not match",
        born(),
        get('/Users?filter=nickName sw "Queen"', page(NICK)),
        says="only what matches nickName sw \"Queen\" ⟶ 'u-ada', which does not @ /Resources/0",
    ),
    accepts(
        SET,
        "who matches, shown otherwise",
        born(),
        get(AT, NICK),
        get('/Users?filter=nickName sw "Count"', page(user(nickName="&amp;Countess"))),
    ),
    finds(
        SET,
        "one that is on none of the pages",
        born(),
        get("/Users?startIndex=1&count=1", page(GRACE, total=2)),
        get("/Users?startIndex=2&count=5", page(GRACE, total=2, start=2)),
        says="'u-ada' on one of the pages ⟶ 1 others, without it @ /Resources",
    ),
    accepts(
        SET,
        "a page of several",
        born(),
        get("/Users?count=1", page(GRACE, total=2)),
        get('/Users?filter=userName eq "ada@example.com"', page(NICK)),
    ),
    accepts(SET, "a sorted list", born(), get("/Users?sortBy=nickName", page(NICK, GRACE))),
    finds(
        SET,
        "a list that is not sorted",
        get("/Users?sortBy=nickName", page(NICK, user("u-grace", "grace", nickName="Amazing"))),
        says="order by nickName, ascending ⟶ resource 1 behind 0 @ /Resources/1",
    ),
    ignores(
        SET,
        "a list in an order that there is not",
        get(
            "/Users?sortBy=nickName&sortOrder=upwards&count=2",
            page(NICK, user("u-grace", "grace", nickName="Amazing"), total=3),
        ),
    ),
    finds(
        SET,
        "a value path that overlooks one",
        born(mails("ada@example.com")),
        get('/Users?filter=emails[type eq "work" and value co "ada"]', page()),
        says='\'u-ada\', which matches emails[type eq "work" and value co "ada"] ⟶ 0 others, without it @ /Resources',
    ),
    ignores(SET, "one whose deletion was not answered", born(), lost("DELETE", AT), get(AT, error(404), 404)),
    # What must not change.
    accepts(OTHERS, "a refused PATCH", born(), sets("nickName", "X", status=400, body=error(400)), get(AT, NICK)),
    finds(
        OTHERS,
        "a refused PATCH that leaves a mark",
        born(),
        sets("nickName", "X", status=400, body=error(400)),
        get(AT, user(nickName="X")),
        says="nickName 'Countess', as it was shown before ⟶ 'X' @ /nickName",
    ),
    finds(
        OTHERS,
        "somebody else who changed",
        born(),
        get(AT, NICK),
        post("/Users", {"userName": "grace"}, GRACE),
        get(AT, user(nickName="Amazing")),
        says="nickName 'Countess', as it was shown before ⟶ 'Amazing' @ /nickName",
    ),
    ignores(OTHERS, "a change that was accepted", born(), sets("nickName", "X"), get(AT, user(nickName="X"))),
    # meta.
    accepts(META, "the same meta", born(), get(AT, user(nickName="Countess", meta=meta(lastModified=CREATED)))),
    finds(
        META,
        "another moment of creation",
        born(),
        get(AT, {**NICK, "meta": meta(created="2027-01-05T09:00:00Z")}),
        says=f"meta.created '{CREATED}' ⟶ '2027-01-05T09:00:00Z' @ /meta/created",
    ),
    accepts(
        META,
        "the address at another instance of the bridge, which was asked",
        born(),
        replace(get(AT, {**NICK, "meta": meta(location=f"{SECOND}{AT}")}), base=SECOND),
    ),
    finds(
        META,
        "another address than the one that was asked, at another instance of the bridge",
        born(),
        replace(get(AT, {**NICK, "meta": meta(location=f"{SECOND}/Users/other")}), base=SECOND),
        says=f"meta.location '{BASE}{AT}' ⟶ '{SECOND}/Users/other' @ /meta/location",
    ),
    finds(
        META,
        "another address in a list",
        born(),
        get("/Users", page({**NICK, "meta": meta(location="http://inner/Users/u-ada")})),
        says="meta.location 'https://bridge.example/scim/v2/Users/u-ada' ⟶ 'http://inner/Users/u-ada' "
        "@ /Resources/0/meta/location",
    ),
    finds(
        META,
        "a version that stands still",
        born({**NICK, "meta": meta(version='W/"1"')}),
        sets("nickName", "Queen"),
        get(AT, user(nickName="Queen", meta=meta(version='W/"1"'))),
        says="another meta.version than 'W/\"1\"' ⟶ 'W/\"1\"' @ /meta/version",
    ),
    finds(
        META,
        "a version of a group that stands still while a member is deleted",
        post("/Groups", {"displayName": "Design", "members": [{"value": "u-ada"}, {"value": "u-grace"}]}, TAGGED),
        delete("/Users/u-grace"),
        get("/Groups/g-design", {**TAGGED, "members": [{"value": "u-ada"}]}),
        says="another meta.version than 'W/\"1\"' ⟶ 'W/\"1\"' @ /meta/version",
    ),
    finds(
        META,
        "a version that comes back",
        born({**NICK, "meta": meta(version='W/"1"')}),
        get(AT, {**NICK, "meta": meta(version='W/"1"')}),
        sets("nickName", "Queen"),
        get(AT, user(nickName="Queen", meta=meta(version='W/"2"'))),
        sets("nickName", "King"),
        get(AT, user(nickName="King", meta=meta(version='W/"1"'))),
        says="a meta.version that it has not had before, as 'W/\"1\"' in entry 0:2 ⟶ 'W/\"1\"' @ /meta/version",
    ),
    ignores(META, "a resource without meta", born(user(meta=...)), get(AT, user(meta=...))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_the_walk_says(row: Row) -> None:
    assert row.said() == row.wanted


def test_pages_on_an_account_of_others_tell_of_nobody_who_is_missing() -> None:
    header = RunHeader(SCHEMA, "0", ("rfc",), (), (), "safe", 7, "must", "Bridge", BASE, 0.0)
    first = get("/Users?startIndex=1&count=1", page(GRACE, total=2))
    second = get("/Users?startIndex=2&count=5", page(GRACE, total=2, start=2))

    assert kinds_in(replace(header, is_disposable=True), born(), first, second) == [Kind.MISSING]
    assert kinds_in(header, born(), first, second) == []


def rows_in(*events: Event) -> list[tuple[str, ...]]:
    """The rows of the deviations in a history."""
    return [c.event.rows for c in cases_of(history(*events)) if c.event.deviation is not None]


def test_an_answer_that_shows_less_than_the_next_look_is_wrong_by_itself() -> None:
    change, made = sets("nickName", "Queen"), born(user(), nickName="Countess")
    kept = post("/Users", {"userName": "grace", "nickName": "A"}, user("u-grace", "grace", nickName="A"))
    queen = user(nickName="Queen")

    assert rows_in(kept, made, get(AT, NICK)) == [("RFC7644-3.3-11", "RFC7644-3.1-07")]
    assert rows_in(kept, made, get(AT, user())) == [("RFC7644-3.3-18",)]
    put_once = put(AT, {"userName": ADA_ADDRESS, "nickName": "Queen"}, NICK)
    assert rows_in(born(), put_once, get(AT, queen)) == [("RFC7644-3.5.1-15", "RFC7644-3.1-07")]
    patched = replace(change, response=get(AT, NICK).response)
    assert rows_in(born(), patched, get(AT, queen)) == [("RFC7644-3.5.2-29", "RFC7644-3.1-07")]
    assert rows_in(born(), patched, get(AT, NICK), get(AT, NICK)) == [("RFC7644-3.5.2.3-02", "RFC7644-3.5.2-35")]


def test_what_stands_for_active_that_a_client_takes_away_is_the_servers_own() -> None:
    removed = patch(AT, {"op": "remove", "path": "active"})

    for value in (True, False, ...):
        assert kinds_in(born(), removed, get(AT, user(nickName="Countess", active=value))) == []


def test_a_filter_by_what_is_shown_otherwise_than_it_was_written_is_not_judged() -> None:
    made = born(user(nickName="A &amp; B"), nickName="A & B")
    found = get('/Users?filter=nickName eq "A %26 B"', page(user(nickName="A &amp; B")))

    assert kinds_in(made, get(AT, user(nickName="A &amp; B")), found) == [Kind.ALTERED]


def at(moment: float, exchange: Exchange, took: float = 0.1) -> Exchange:
    """The exchange at that moment."""
    return replace(exchange, started_at=moment, elapsed_s=took)


def kinds_in(*events: Event) -> list[Kind]:
    """The deviations in a history."""
    return [c.event.deviation.kind for c in cases_of(history(*events)) if c.event.deviation is not None]


def test_a_read_beside_a_write_is_not_judged() -> None:
    slow = at(2.0, sets("nickName", "Queen"), 1.0)

    assert kinds_in(at(1.0, born()), slow, at(2.5, get(AT, NICK))) == []
    assert kinds_in(at(1.0, born()), slow, at(3.5, get(AT, NICK))) == [Kind.STALE]


def test_two_writes_side_by_side_leave_nothing_known() -> None:
    one, other = at(2.0, sets("nickName", "Queen"), 1.0), at(2.5, sets("nickName", "King"), 1.0)

    assert kinds_in(at(1.0, born()), one, other, at(4.0, get(AT, NICK))) == []


def test_last_modified_that_stands_still_is_found_when_a_moment_went_by() -> None:
    queen = user(nickName="Queen")

    assert kinds_in(at(1.0, born()), at(9.0, sets("nickName", "Queen")), at(9.5, get(AT, queen))) == [Kind.STILL]
    assert kinds_in(at(1.0, born()), at(1.5, sets("nickName", "Queen")), at(1.9, get(AT, queen))) == []


def test_what_a_selection_leaves_out_has_not_changed() -> None:
    """The bridge keeps no nickname, so the PUT changes nothing; its answer leaves the name out, as was asked."""
    whole = user(title="Countess", meta=meta(version='W/"1"'))
    part = {name: value for name, value in whole.items() if name != "name"}
    kept = put(f"{AT}?excludedAttributes=name", {**NEW_ADA, "title": "Countess", "nickName": "Al"}, part)

    assert kinds_in(hired(whole), get(AT, whole), kept) == []


def test_what_a_put_leaves_out_may_get_a_default() -> None:
    """A displayName is made of the name, and a language is what a create gave to somebody who had not said one."""
    ada = {"givenName": "Ada", "familyName": "Byron"}
    named = {**NEW_ADA, "name": ada}

    def shows(display: str, language: str) -> Json:
        return user(name=ada, displayName=display, preferredLanguage=language)

    known = post("/Users", {**named, "displayName": "Queen"}, shows("Queen", "en"), 201)
    spoken = put(AT, {**named, "displayName": "Queen", "preferredLanguage": "sv"}, shows("Queen", "sv"))

    assert kinds_in(known, spoken, put(AT, named, shows("Ada Byron", "en"))) == []
    assert kinds_in(known, spoken, put(AT, named, shows("Ada Byron", "de"))) != []
    assert kinds_in(known, spoken, put(AT, named, shows("Bob", "en"))) != []


def test_what_the_server_alone_sets_may_be_another_one_after_a_write() -> None:
    title = {"name": "title", "type": "string", "mutability": "readOnly"}
    read_only = get("/Schemas", page({"id": CORE_USER, "attributes": [title]}))
    known, sent = hired(user(title="Own")), put(AT, {**NEW_ADA, "title": "Sent"}, user(title="Other"))
    again = get(AT, user(title="Third"))

    assert kinds_in(read_only, known, sent) == []
    assert kinds_in(known, sent) != []
    assert kinds_in(read_only, known, sent, again) != []  # nothing was written between


@pytest.mark.parametrize(
    ("shown", "is_right"),
    [
        ({"displayName": ADA_ADDRESS}, True),
        ({"displayName": "Queen"}, True),
        ({}, True),
        ({"displayName": "somebody"}, False),
        ({"displayName": "Queen", "profileUrl": "https://people.example/ada%40example.com"}, True),
        ({"displayName": "Queen", "profileUrl": "https://people.example/u-ada"}, True),
        ({"displayName": "Queen", "profileUrl": "https://people.example/bob"}, False),
    ],
)
def test_a_default_may_be_made_of_what_is_known(shown: Json, is_right: bool) -> None:
    page = "https://ada.example"
    known = post(
        "/Users", {**NEW_ADA, "displayName": "Queen", "profileUrl": page}, user(displayName="Queen", profileUrl=page)
    )

    assert (kinds_in(known, put(AT, NEW_ADA, user(**shown))) == []) is is_right


def test_one_bulk_request_has_an_order_of_its_own() -> None:
    """The group is named first and made last: the user is shown as she was before it was made."""
    design = {"displayName": "Design", "members": [{"value": "bulkId:u"}]}
    made_group = {"method": "POST", "path": "/Groups", "bulkId": "g", "data": design}
    made_user = {"method": "POST", "path": "/Users", "bulkId": "u", "data": NEW_ADA}
    results = [
        {"method": "POST", "bulkId": "g", "status": "201", "location": f"{BASE}{DESIGN}"}
        | {"response": group("g-design", "Design", "u-ada")},
        {"method": "POST", "bulkId": "u", "status": "201", "location": f"{BASE}{AT}", "response": user(groups=[])},
    ]

    bulk = post("/Bulk", {"Operations": [made_group, made_user]}, {"Operations": results}, 200)

    assert kinds_in(hired(user(groups=[{"value": "g-else"}])), bulk) == []


def test_the_finding_shows_the_write_and_the_view() -> None:
    story = history(born(), sets("nickName", "Queen"), get(AT, NICK))

    case = next(c for c in cases_of(story) if c.event.deviation is not None)

    assert [entry.id for entry in case.entries] == ["0:1", "0:2", "0:3"]
    assert case.event.rows == ("RFC7644-3.5.2.3-02", "RFC7644-3.5.2-35")


def test_what_a_user_shows_of_a_group_that_lost_its_change_is_told_once() -> None:
    """The group did not take the member in, so the user is right not to show it."""
    shown = user(groups=[{"value": "g-else"}])

    other = get("/Groups/g-else", group("g-else", "Else", "u-ada"))

    found = kinds_in(
        hired(shown), founded(), joins("u-ada"), other, get(AT, shown), get(DESIGN, group("g-design", "Design"))
    )

    assert found == [Kind.STALE]


def test_the_table_names_requirements_of_the_catalogue() -> None:
    catalogue = load_catalogue()

    assert {rid for row in blame_table() for rid in row.rows if rid not in catalogue} == set()
    assert {kind for row in blame_table() for kind in row.kinds} <= {kind.value for kind in Kind}


def test_a_body_that_is_no_object_is_passed_over() -> None:
    odd = replace(get(AT, NICK), request=replace(get(AT).request, body=json.dumps([1]).encode()))

    assert kinds_in(born(), odd) == []


ALONE = group("g-design", "Design", members=...)
ASKED, SEARCHED = f"{DESIGN}?attributes=members", "/Groups?filter=members%20eq%20%22u-ada%22"


def asked(*members: str) -> Exchange:
    """Design with the members that are shown on request alone."""
    return get(ASKED, {"schemas": [CORE_GROUP], "id": "g-design", "members": [{"value": m} for m in members]})


def test_what_is_shown_on_request_alone_is_not_known_where_it_was_not_asked_for() -> None:
    here = get(AT, user(groups=[{"value": "g-design"}]))
    listed = get(SEARCHED, page(ALONE))

    assert kinds_in(MEMBERS_ON_REQUEST, founded(), joins("u-ada"), get(DESIGN, ALONE), listed) == []
    assert kinds_in(MEMBERS_ON_REQUEST, hired(), founded("u-ada"), get(DESIGN, ALONE), here, asked("u-ada")) == []
    assert kinds_in(hired(), founded("u-grace"), joins("u-ada"), get(DESIGN, ALONE)) != []
    assert kinds_in(founded("u-grace"), joins("u-ada"), get(DESIGN, ALONE)) == []  # nobody is known to be u-ada


@pytest.mark.parametrize("told", [put(AT, user(active=False), user(active=False)), active(False), active(True)])
def test_who_is_suspended_joins_or_not(told: Exchange) -> None:
    left_out = (founded("u-grace"), joins("u-ada"), get(DESIGN, group("g-design", "Design", "u-grace")))

    assert kinds_in(hired(), *left_out) != []
    assert (kinds_in(hired(), told, *left_out) == []) is (told != active(True))


def test_what_is_shown_on_request_alone_is_compared_where_it_was_asked_for() -> None:
    known = (MEMBERS_ON_REQUEST, hired(), founded("u-grace"), joins("u-ada"), get(DESIGN, ALONE))

    assert kinds_in(*known, asked("u-grace", "u-ada"), get(DESIGN, ALONE), asked("u-grace")) != []
    assert kinds_in(*known, asked("u-grace")) == [Kind.STALE]
    assert kinds_in(*known, asked("u-grace", "u-ada"), get(DESIGN, ALONE), asked("u-ada", "u-grace")) == []


def test_members_on_request_that_an_answer_shows_once_are_no_change() -> None:
    later = meta(resourceType="Group", location=f"{BASE}{DESIGN}", version='W/"2"')
    shown = put(
        DESIGN,
        {"displayName": "Design", "members": [{"value": "u-ada"}]},
        group("g-design", "Design", "u-ada", meta=later),
    )
    same = put(DESIGN, {"displayName": "Design"}, {**ALONE, "meta": later})

    assert kinds_in(MEMBERS_ON_REQUEST, founded(), shown, same, get(DESIGN, {**ALONE, "meta": later})) == []
