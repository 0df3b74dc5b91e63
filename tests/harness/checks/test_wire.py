from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange, Headers
from tests.harness.checks.samples import (
    ADA,
    SCIM,
    Row,
    accepts,
    answered,
    delete,
    error,
    finds,
    get,
    group,
    ignores,
    lost,
    page,
    refused,
    to_bytes,
)

AT = "/Users/u-ada"
TYPE = "application/scim+json"


def with_headers(*more: tuple[str, str], body: Any = ADA, method: str = "GET") -> Exchange:
    headers: Headers = (*SCIM, *more)
    return answered(method, AT, 200, body, headers=headers)


def labelled(content_type: str) -> Exchange:
    return get(AT, ADA, headers=(("Content-Type", content_type),))


LENGTH = str(len(to_bytes(ADA)))

NAMES = (
    accepts("no_name_stands_twice", "each once", get(AT, ADA)),
    accepts("no_name_stands_twice", "in two objects", get(AT, b'{"id": "1", "name": {"id": "2"}}')),
    finds(
        "no_name_stands_twice",
        "active as false and as true",
        get(AT, b'{"id": "1", "active": false, "active": true}'),
        says="each name once in its object ⟶ twice: 'active'",
    ),
    finds(
        "no_name_stands_twice",
        "more than are told",
        get(AT, b'{"a":1,"a":1,"b":1,"b":1,"c":1,"c":1,"d":1,"d":1,"e":1,"e":1,"f":1,"f":1}'),
        says="each name once in its object ⟶ twice: 'a', 'b', 'c', 'd', 'e' and 1 more",
    ),
    ignores("no_name_stands_twice", "a body that is no JSON", get(AT, b'{"a": 1, "a": 2')),
    accepts("no_names_differ_by_case_alone", "each once", get(AT, ADA)),
    finds(
        "no_names_differ_by_case_alone",
        "userName and username",
        get(AT, b'{"id": "1", "userName": "ada", "username": "ada"}'),
        says="each attribute once, whatever its letter case ⟶ in two spellings: 'username'",
    ),
    ignores("no_names_differ_by_case_alone", "no body", delete(AT)),
)

HEADERS = (
    accepts("a_charset_is_utf_8", "UTF-8", labelled(f"{TYPE}; charset=UTF-8")),
    accepts("a_charset_is_utf_8", "in quotes", labelled(f'{TYPE};Charset="utf-8"')),
    finds(
        "a_charset_is_utf_8",
        "Latin-1",
        labelled(f"{TYPE}; charset=ISO-8859-1"),
        says="charset utf-8, or none ⟶ iso-8859-1",
    ),
    ignores("a_charset_is_utf_8", "no charset", get(AT, ADA)),
    accepts("content_length_is_the_length", "as it is", with_headers(("Content-Length", LENGTH))),
    accepts("content_length_is_the_length", "nothing", with_headers(("content-length", "0"), body=None)),
    finds(
        "content_length_is_the_length",
        "letters, not bytes",
        with_headers(("Content-Length", "4"), body='"äö"'.encode()),
        says="Content-Length 6 ⟶ '4'",
    ),
    finds(
        "content_length_is_the_length",
        "no number",
        with_headers(("Content-Length", "+6"), body='"äö"'.encode()),
        says="Content-Length 6 ⟶ '+6'",
    ),
    ignores("content_length_is_the_length", "none", get(AT, ADA)),
    ignores(
        "content_length_is_the_length",
        "a compressed body",
        with_headers(("Content-Length", "4"), ("Content-Encoding", "gzip")),
    ),
    ignores("content_length_is_the_length", "HEAD", with_headers(("Content-Length", "4"), body=None, method="HEAD")),
    ignores(
        "content_length_is_the_length",
        "a secret that was taken out of the body",
        with_headers(("Content-Length", "4"), body='"‹credential:scim›"'.encode()),
    ),
    ignores("content_length_is_the_length", "no answer", lost("GET", AT)),
    accepts(
        "a_refusal_names_the_scheme",
        "Bearer",
        refused(401, headers=(*SCIM, ("www-authenticate", 'Bearer realm="scim"'))),
    ),
    finds(
        "a_refusal_names_the_scheme",
        "none",
        get("/Users", error(401), 401),
        says="a WWW-Authenticate header with a scheme, such as Bearer ⟶ none",
    ),
    ignores("a_refusal_names_the_scheme", "403", get("/Users", error(403), 403)),
)

EMPTY = (
    accepts("a_user_that_is_read_is_shown", "shown", get(AT, ADA)),
    finds(
        "a_user_that_is_read_is_shown",
        "nothing",
        get(AT, None),
        says="the representation of the User ⟶ status 200 without a body",
    ),
    ignores("a_user_that_is_read_is_shown", "404", get(AT, None, 404)),
    accepts("a_group_that_is_read_is_shown", "shown", get("/Groups/g-design", group())),
    finds(
        "a_group_that_is_read_is_shown",
        "nothing",
        get("/Groups/g-design", None),
        says="the representation of the Group ⟶ status 200 without a body",
    ),
    ignores("a_group_that_is_read_is_shown", "a user", get(AT, ADA)),
    accepts("a_list_that_is_asked_for_is_there", "of nobody", get("/Users", page())),
    finds(
        "a_list_that_is_asked_for_is_there",
        "nothing",
        get("/Groups", None),
        says="a list with totalResults ⟶ status 200 without a body",
    ),
    ignores("a_list_that_is_asked_for_is_there", "a user", get(AT, ADA)),
)

ROWS: tuple[Row, ...] = (*NAMES, *HEADERS, *EMPTY)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_wire(row: Row) -> None:
    assert row.said() == row.wanted
