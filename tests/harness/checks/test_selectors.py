from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.checks import selectors
from harness.record.exchange import Exchange
from harness.record.message import is_error_message
from tests.harness.checks.samples import (
    ADA,
    BASE,
    NEW_ADA,
    active,
    answered,
    delete,
    error,
    get,
    group,
    hired,
    lost,
    page,
    post,
    refused,
)

LIST = get("/Users", page(ADA))
READ = get("/Users/u-ada", ADA)
GONE = lost("GET", "/Users/u-ada")


@pytest.mark.parametrize(
    ("selector", "exchange", "is_case"),
    [
        (selectors.answered, READ, True),
        (selectors.answered, GONE, False),
        (selectors.considered, refused(500), True),
        (selectors.considered, refused(401), False),
        (selectors.considered, refused(429), False),
        (selectors.considered, GONE, False),
        (selectors.has_body, READ, True),
        (selectors.has_body, delete("/Users/u-ada"), False),
        (selectors.has_body, GONE, False),
        (selectors.is_error, refused(400, None), True),
        (selectors.is_error, READ, False),
        (selectors.is_error, answered("HEAD", "/Users", 404), False),
        (selectors.error_with_object, refused(400), True),
        (selectors.error_with_object, refused(400, None), False),
        (selectors.created, hired(), True),
        (selectors.created, refused(409), False),
        (selectors.created, post("/Bulk", {}, {}, 200), False),
        (selectors.created, post("/Users/.search", {}, page(), 200), False),
        (selectors.created_user, hired(), True),
        (selectors.created_user, post("/Groups", {}, group()), False),
        (selectors.created_group, post("/Groups", {}, group()), True),
        (selectors.created_group, hired(), False),
        (selectors.one_resource, READ, True),
        (selectors.one_resource, LIST, False),
        (selectors.one_resource, active(), False),
        (selectors.one_resource, refused(400), False),
        (selectors.one_resource, get("/Users/u-ada/emails", {}), False),
        (selectors.listed, LIST, True),
        (selectors.listed, READ, False),
        (selectors.listed, get("/Users", error(403), 403), False),
        (selectors.listed, get("/Schemas", page()), False),
        (selectors.filtered_list, get("/Users?filter=externalId%20EQ%20%22x%22", page()), True),
        (selectors.filtered_list, LIST, False),
        (selectors.is_projected, get("/Users?ATTRIBUTES=userName", page()), True),
        (selectors.is_projected, get("/Users?count=1", page()), False),
    ],
)
def test_which_exchanges_are_cases(selector: Callable[[Exchange], bool], exchange: Exchange, is_case: bool) -> None:
    assert selector(exchange) is is_case


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/Users?filter=userName%20eq%20%22ada%22", ("userName", "ada")),
        ("/Users?filter=userName+eq+%22ada%22&count=1", ("userName", "ada")),
        ("/Users?Filter=USERNAME%20EQ%20%22ada%22", ("USERNAME", "ada")),
        ("/Users?filter=displayName%20eq%20%22a%20%5C%22b%5C%22%22", ("displayName", 'a "b"')),
        ("/Users?filter=displayName%20eq%20%22%5Cu00e4%22", ("displayName", "ä")),
        ("/Users?filter=userName%20ne%20%22ada%22", None),
        ("/Users?filter=userName%20eq%20%22ada%22%20and%20active%20eq%20true", None),
        ("/Users?filter=userName%20eq%20%22%5Cx%22", None),
        ("/Users?filter=userName%20eq%20true", None),
        ("/Users?filter=", None),
        ("/Users", None),
    ],
)
def test_a_plain_equality_filter_is_read(target: str, asked: tuple[str, str] | None) -> None:
    assert selectors.equality_filter(get(target, page())) == asked


def test_of_a_repeated_parameter_the_first_counts() -> None:
    exchange = get("/Users?startIndex=2&STARTINDEX=3&count=", page())

    assert selectors.query_of(exchange) == {"startindex": "2", "count": ""}


@pytest.mark.parametrize(
    ("text", "number"),
    [("10", 10), ("-1", -1), ("0", 0), ("", None), (None, None), ("1.5", None), ("ten", None), ("9" * 10, None)],
)
def test_a_whole_number_or_nothing(text: str | None, number: int | None) -> None:
    assert selectors.whole_number(text) == number


def test_names_of_excluded_attributes_are_in_lower_case() -> None:
    assert selectors.excluded_attributes(get("/Groups?excludedAttributes=Members,%20meta", page())) == {
        "members",
        "meta",
    }
    assert selectors.excluded_attributes(get("/Groups", page())) == set()


def test_what_is_no_resource_is_not_among_the_resources() -> None:
    assert selectors.resources_in(get("/Users", page(ADA, None, "Grace"))) == [ADA]
    assert selectors.resources_in(get("/Users", page(Resources="Ada"))) == []
    assert selectors.resources_in(GONE) == []


def test_a_complex_attribute_of_another_type_is_empty() -> None:
    assert selectors.meta_of(get("/Users/u-ada", {"Meta": {"version": "1"}})) == {"version": "1"}
    assert selectors.meta_of(get("/Users/u-ada", {"meta": "1"})) == {}
    assert selectors.object_in(NEW_ADA, "name") == {}


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        (f"{BASE}/Users/1", f"{BASE}/Users/1"),
        ("/scim/v2/Users/1", f"{BASE}/Users/1"),
        ("Users/1", f"{BASE}/Users/1"),
        ("http://[1", "http://[1"),
    ],
)
def test_an_address_is_made_absolute_where_it_is_one(address: str, absolute: str) -> None:
    assert selectors.absolute(READ, address) == absolute


@pytest.mark.parametrize(
    ("address", "does"),
    [
        ("/Users/u-ada", True),
        ("/Users/u-ada/", True),
        ("/Users/u%2Dada", True),
        ("/Users/no-u-ada", False),
        ("u-ada", False),
    ],
)
def test_an_address_ends_in_an_id(address: str, does: bool) -> None:
    assert selectors.ends_in(address, "u-ada") is does


def test_an_error_message_says_that_it_is_one() -> None:
    assert is_error_message(error(400)) is True
    assert is_error_message(error(400, schemas="urn:ietf:params:scim:api:messages:2.0:Error")) is False
    assert is_error_message(None) is False
