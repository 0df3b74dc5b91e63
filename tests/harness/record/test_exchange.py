"""Exchanges: routes, bodies and attributes as they crossed the wire."""

from __future__ import annotations

import pytest

from harness.record.exchange import (
    Exchange,
    Request,
    Response,
    Route,
    find_header,
    get_attribute,
    is_list,
    parse_answer,
    parse_body,
    parse_route,
    resources_of,
    with_attribute,
)
from harness.record.journal import Entry, render_entry
from tests.harness.checks.samples import ADA, BASE, GRACE, active, error, get, group, hired, lost, page


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("/Users", Route("Users")),
        ("/Users/", Route("Users")),
        ("/Users/u-ada", Route("Users", "u-ada")),
        ("/Users/u-ada?attributes=userName", Route("Users", "u-ada", query="attributes=userName")),
        ("/Users/ada%40example.com", Route("Users", "ada@example.com")),
        ("/Users/a%2Fb", Route("Users", "a/b")),
        ("/Users/u-ada/emails/1", Route("Users", "u-ada", "emails/1")),
        ("/Users/.search", Route("Users", ".search")),
        ("/Schemas/urn:x:1.0:y", Route("Schemas", "urn:x:1.0:y")),
        ("/?count=1", Route("", query="count=1")),
        ("", Route("")),
    ],
)
def test_a_target_is_split_into_its_parts(target: str, route: Route) -> None:
    assert parse_route(target) == route


@pytest.mark.parametrize(
    ("target", "is_resource"),
    [("/Users", True), ("/Groups/g-design", True), ("/users", False), ("/Users/1/emails", False), ("/Schemas", False)],
)
def test_resource_endpoints_are_users_and_groups(target: str, is_resource: bool) -> None:
    assert parse_route(target).is_resource_endpoint is is_resource


def test_an_answered_exchange_knows_address_status_and_both_bodies() -> None:
    exchange = hired()

    assert exchange.url == f"{BASE}/Users"
    assert exchange.status == 201
    assert exchange.sent_json["userName"] == "ada@example.com"
    assert exchange.json == ADA


def test_a_lost_answer_has_status_0_and_no_body() -> None:
    exchange = lost("GET", "/Users")

    assert (exchange.status, exchange.sends_json, exchange.has_json) == (0, False, False)
    assert (exchange.sent_json, exchange.json) == ({}, {})


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"null", b"<p>", b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_empty(body: bytes) -> None:
    exchange = Exchange(BASE, Request("POST", "/Users", "", body=body), Response(200, body=body))

    assert (exchange.sends_json, exchange.has_json) == (False, False)
    assert (exchange.sent_json, exchange.json) == ({}, {})


def test_an_empty_object_is_an_object() -> None:
    exchange = Exchange(BASE, Request("POST", "/Users", "", body=b"{}"), Response(200, body=b"{}"))

    assert (exchange.sends_json, exchange.has_json) == (True, True)
    assert (exchange.sent_json, exchange.json) == ({}, {})


def test_duplicate_keys_are_named_and_the_last_value_counts() -> None:
    parsed = parse_body(b'{"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 2}')

    assert parsed.value == {"a": 2, "b": {"c": 3}}
    assert parsed.duplicates == ("c", "c", "a")
    assert parsed.error == ""


@pytest.mark.parametrize(
    "body", [b'{"a": NaN}', b'{"a": 1, "A": 2}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b"[]", b""]
)
def test_what_decoders_read_differently_is_no_plain_json(body: bytes) -> None:
    def sending(content: bytes) -> Exchange:
        return Exchange("http://b", Request("POST", "/Users", "create user", (), content), None)

    assert not sending(body).sends_plain_json
    assert sending(b'{"a": 1, "b": {"a": 1}}').sends_plain_json


def test_equal_keys_in_different_objects_are_no_duplicates() -> None:
    assert parse_body(b'[{"a": 1}, {"a": 1, "A": 2}]').duplicates == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{'a': 1}", "JSONDecodeError: Expecting property name"),
        (b'{"a": 1,}', "JSONDecodeError: "),
        (b'{"a": 1} x', "JSONDecodeError: Extra data"),
        (b"", "JSONDecodeError: Expecting value"),
        ('{"a": 1}'.encode("utf-16"), "UnicodeDecodeError: "),
        (b"[" * 100_000, "RecursionError: "),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "RecursionError: "),
        (b"1" * 5_000, "ValueError: Exceeds the limit"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_not_json_is_an_error_and_no_exception(body: bytes, error: str) -> None:
    parsed = parse_body(body)

    assert parsed.value is None
    assert parsed.error.startswith(error)


@pytest.mark.parametrize(
    ("body", "error", "value"),
    [
        (b'{"a": NaN}', "ValueError: NaN is not JSON", {"a": None}),
        (b'{"a": [Infinity, -Infinity]}', "ValueError: Infinity is not JSON", {"a": [None, None]}),
        (b'\xef\xbb\xbf{"a": 1}', "ValueError: a byte order mark", {"a": 1}),
        ('{"a": "ä"}'.encode("latin-1"), "UnicodeDecodeError: ", {"a": "\ufffd"}),
    ],
    ids=["NaN", "infinities", "a byte order mark", "Latin-1"],
)
def test_a_slip_is_an_error_that_the_reading_goes_past(body: bytes, error: str, value: object) -> None:
    parsed = parse_body(body)

    assert parsed.error.startswith(error)
    assert parsed.value == value


def test_names_that_differ_by_letter_case_alone_are_twins() -> None:
    parsed = parse_body(b'{"userName": "ada", "username": "grace", "name": {"Formatted": 1, "formatted": 2}}')

    assert sorted(parsed.twins) == ["formatted", "username"]
    assert parsed.duplicates == ()


def test_a_number_beyond_all_bounds_is_json_all_the_same() -> None:
    assert parse_body(b'{"totalResults": 1e999}').value == {"totalResults": float("inf")}


def test_u_2028_in_a_body_is_a_letter_like_any_other() -> None:
    assert parse_body('{"title": "a\u2028b"}'.encode()).value == {"title": "a\u2028b"}


@pytest.mark.parametrize("name", ["userName", "username", "USERNAME"])
def test_attributes_are_found_without_regard_to_case(name: str) -> None:
    assert get_attribute({"id": "1", "userName": "ada"}, name) == "ada"


def test_the_exact_spelling_comes_first() -> None:
    assert get_attribute({"USERNAME": "grace", "userName": "ada"}, "userName") == "ada"


def test_an_absent_attribute_is_none() -> None:
    assert get_attribute({"id": "1"}, "userName") is None


def test_headers_are_found_without_regard_to_case_and_the_first_counts() -> None:
    headers = (("ETag", "1"), ("etag", "2"))

    assert find_header(headers, "ETAG") == "1"
    assert find_header(headers, "Location") is None
    assert Response(200, headers).header("etag") == "1"


def test_resources_of_a_list_stand_at_their_places() -> None:
    assert list(resources_of(get("/Users", page(ADA, None, GRACE)))) == [("/Resources/0", ADA), ("/Resources/2", GRACE)]


def test_a_single_resource_stands_at_the_root() -> None:
    assert list(resources_of(get("/Groups/g-design", group()))) == [("", group())]


@pytest.mark.parametrize(
    "exchange",
    [
        get("/Users/u-ada", error(404), 404),
        get("/Users", page(Resources="ada")),
        get("/Schemas", page(ADA)),
        active(),
        lost("GET", "/Users"),
    ],
    ids=["an error", "no array", "a discovery document", "no body", "no answer"],
)
def test_where_no_resource_is_shown_there_is_none(exchange: Exchange) -> None:
    assert list(resources_of(exchange)) == []


def test_a_list_says_that_it_is_one_or_has_resources() -> None:
    assert is_list(page(Resources=...)) is True
    assert is_list({"Resources": []}) is True
    assert is_list({"schemas": "urn:ietf:params:scim:api:messages:2.0:ListResponse"}) is False
    assert is_list(ADA) is False


def test_another_value_takes_the_place_of_an_attribute_in_another_letter_case() -> None:
    assert with_attribute({"Id": "1", "Title": "Analyst"}, "title", "Countess") == {"Id": "1", "title": "Countess"}


def test_what_was_read_from_an_exchange_is_no_part_of_it() -> None:
    read, fresh = get("/Users/u-ada", ADA), get("/Users/u-ada", ADA)

    assert (read.route.id, read.json["id"], read.status, read.has_json) == ("u-ada", "u-ada", 200, True)
    read.notes["known"] = True

    assert read == fresh
    assert hash(read) == hash(fresh)
    assert "notes" not in repr(read)
    assert render_entry(Entry("0:1", "", "", 0, read)) == render_entry(Entry("0:1", "", "", 0, fresh))


def test_a_body_is_read_once_for_an_exchange() -> None:
    exchange = get("/Users/u-ada", ADA)

    assert exchange.json is exchange.json
    assert exchange.resources == (("", exchange.json),)
    assert exchange.resources[0][1] is exchange.json


def test_an_attribute_among_very_many_is_found_in_any_letter_case() -> None:
    crowded = {f"a{number}": number for number in range(1000)} | {"userNAME": "ada", "username": "other"}
    another = {f"b{number}": number for number in range(1000)}

    assert get_attribute(crowded, "userName") == "ada"
    assert get_attribute(crowded, "A7") == 7
    assert get_attribute(another, "A7") is None
    assert get_attribute(crowded, "username") == "other"
    assert get_attribute(crowded, "title") is None


def test_an_answer_may_write_names_in_any_letter_case() -> None:
    shown = b'{"Id":"7","META":{"ResourceType":"User"},"username":"ada","Emails":[{"Value":"a@x","$REF":"x"}],"Own":1}'

    assert parse_answer(shown).value == {
        "id": "7",
        "meta": {"resourceType": "User"},
        "userName": "ada",
        "emails": [{"value": "a@x", "$ref": "x"}],
        "Own": 1,
    }
    assert parse_body(shown).value["Id"] == "7"


def test_names_of_messages_and_names_that_stand_twice_stay_as_they_are() -> None:
    twice = parse_answer(b'{"id":"7","ID":"8","totalresults":1,"resources":[]}')

    assert twice.value == {"id": "7", "ID": "8", "totalresults": 1, "resources": []}
    assert twice.twins == ("id",)
