"""The addresses by which a bridge speaks of itself (SEED-25)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Json
from tests.harness.checks.samples import ADA, BASE, GRACE, Row, accepts, error, finds, get, ignores, page, post, user

CHECK = "the_bridge_speaks_of_itself_by_its_address"
INSIDE = "http://bridge.internal:3002/scim/v2"


def at(location: Any) -> Json:
    """Ada, said to be there."""
    return user(meta={"resourceType": "User", "location": location})


ROWS: tuple[Row, ...] = (
    accepts(CHECK, "one resource", get("/Users/u-ada", ADA)),
    accepts(CHECK, "the port of the scheme", get("/Users/u-ada", at("https://BRIDGE.example:443/scim/v2/Users/u-ada"))),
    accepts(CHECK, "another path there", get("/Users/u-ada", at("https://bridge.example/scim/Users/u-ada"))),
    finds(
        CHECK,
        "another host",
        get("/Users/u-ada", at(f"{INSIDE}/Users/u-ada")),
        says=f"an address at {BASE} ⟶ {INSIDE}/Users/u-ada @ /meta/location",
    ),
    accepts(CHECK, "the name that customers use", get("/Users/u-ada", at("https://scim.customer.test/v2/Users/u-ada"))),
    finds(
        CHECK,
        "a container's address",
        get("/Users/u-ada", at("http://10.0.0.7/scim/v2/Users/u-ada")),
        says=f"an address at {BASE} ⟶ http://10.0.0.7/scim/v2/Users/u-ada @ /meta/location",
    ),
    finds(
        CHECK,
        "without TLS",
        get("/Users/u-ada", at("http://bridge.example/scim/v2/Users/u-ada")),
        says=f"an address at {BASE} ⟶ http://bridge.example/scim/v2/Users/u-ada @ /meta/location",
    ),
    finds(
        CHECK,
        "the second of a list",
        get("/Users", page(GRACE, at(f"{INSIDE}/Users/u-ada"))),
        says=f"an address at {BASE} ⟶ {INSIDE}/Users/u-ada @ /Resources/1/meta/location",
    ),
    finds(
        CHECK,
        "in the header",
        post("/Users", ADA, ADA, location=f"{INSIDE}/Users/u-ada"),
        says=f"an address at {BASE} ⟶ {INSIDE}/Users/u-ada",
    ),
    ignores(CHECK, "a relative address", get("/Users/u-ada", at("/Users/u-ada"))),
    ignores(CHECK, "no address at all", get("/Users/u-ada", at("https://[broken/Users/u-ada"))),
    ignores(CHECK, "a refusal", get("/Users/u-ada", error(404), 404)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_operation(row: Row) -> None:
    assert row.said() == row.wanted
