"""What a bridge offers, drawn from its answers."""

from __future__ import annotations

import pytest

from harness.catalogue.capabilities import Capabilities
from harness.record.exchange import Exchange
from harness.record.message import CORE_USER
from tests.harness.catalogue.samples import GROUP_TYPE, PLAIN, USER_TYPE, config, types
from tests.harness.checks.samples import error, get, history, page, post


def test_the_summary_shows_what_the_bridge_offers() -> None:
    seen = Capabilities(history(config(patch=True, bulk=False), types(USER_TYPE, GROUP_TYPE), PLAIN))

    assert seen.summary() == {
        "patch": True,
        "bulk": False,
        "filter": None,
        "sort": None,
        "etag": None,
        "changePassword": None,
        "resourceTypes": ["User", "Group"],
        "schemas": [CORE_USER],
    }


def test_a_summary_of_nothing_is_full_of_unknowns() -> None:
    assert set(Capabilities(()).summary().values()) == {None}


@pytest.mark.parametrize(
    "exchange",
    [
        get("/Schemas?filter=id%20pr", page()),
        get(f"/Schemas/{CORE_USER}", {"id": CORE_USER}),
        get("/Schemas", error(403), 403),
        post("/Schemas", {}, page(), 200),
    ],
    ids=["a filtered list", "one schema", "a refusal", "another method"],
)
def test_only_the_plain_list_tells_which_schemas_there_are(exchange: Exchange) -> None:
    assert Capabilities(history(exchange)).schemas is None
