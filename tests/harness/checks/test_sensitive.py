"""Passwords in filters."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import ADA, Row, accepts, error, finds, get, ignores, page, post, records


def in_address(status: int) -> Exchange:
    """A list asked for by a password in the address."""
    return get("/Users?filter=password%20eq%20%22x%22", page() if status == 200 else error(status), status)


def in_body(status: int) -> Exchange:
    """The same in a search."""
    sent = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": 'password eq "x"'}
    return post("/Users/.search", sent, page() if status == 200 else error(status), status)


ROWS: tuple[Row, ...] = (
    records("a_password_in_an_address", "forbidden", in_address(403), says="status 403"),
    records("a_password_in_an_address", "answered", in_address(200), says="status 200"),
    accepts("a_password_in_an_address", "not offered", in_address(400)),
    finds(
        "a_password_in_an_address",
        "compared",
        get("/Users?filter=password%20eq%20%22x%22", page(ADA)),
        says="status 403, or nobody ⟶ 1 found by a password in the address",
    ),
    ignores("a_password_in_an_address", "another filter", get("/Users?filter=title%20pr", page(ADA))),
    accepts("what_an_address_may_not_hold_a_search_may", "served", in_address(403), in_body(200)),
    finds(
        "what_an_address_may_not_hold_a_search_may",
        "forbidden as well",
        in_address(403),
        in_body(403),
        says="the filter to be served, which entry 0:1 refuses in an address ⟶ status 403",
    ),
    ignores("what_an_address_may_not_hold_a_search_may", "not forbidden before", in_address(200), in_body(403)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_sensitive(row: Row) -> None:
    assert row.said() == row.wanted
