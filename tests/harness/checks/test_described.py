"""Cookies, and the names that descriptions use."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER
from tests.harness.checks.samples import ADA, Row, accepts, finds, get, ignores, page

PLAIN = get("/Users/u-ada", ADA)


def baked(cookie: str) -> Exchange:
    """A read that is answered with a cookie."""
    return get("/Users/u-ada", ADA, headers=(("Set-Cookie", cookie),))


def types(*kinds: Json) -> Exchange:
    """A list of resource types."""
    return get("/ResourceTypes", page({"name": "User", "endpoint": "/Users"}, *kinds))


def schema(*values: str) -> Exchange:
    """The schema of users with these types of ims."""
    kind = {"name": "type", "canonicalValues": list(values)}
    return get(f"/Schemas/{CORE_USER}", {"id": CORE_USER, "attributes": [{"name": "ims", "subAttributes": [kind]}]})


ROWS: tuple[Row, ...] = (
    accepts("cookies_end_with_the_session", "no term", baked("a=1; Secure")),
    accepts("cookies_end_with_the_session", "deleted", baked("a=; Max-Age=0")),
    finds(
        "cookies_end_with_the_session",
        "a year",
        baked("a=1; Max-Age=31536000"),
        says="a cookie of the session ⟶ Max-Age=31536000",
    ),
    ignores("cookies_end_with_the_session", "no cookie", PLAIN),
    accepts("cookies_are_secure", "marked", baked("a=1; Path=/; Secure")),
    finds("cookies_are_secure", "not marked", baked("a=1"), says="a cookie marked Secure ⟶ one without the mark"),
    ignores("cookies_are_secure", "no cookie", PLAIN),
    accepts("endpoints_are_plurals", "Devices", types({"name": "Device", "endpoint": "/Devices"})),
    finds(
        "endpoints_are_plurals",
        "another",
        types({"name": "Device", "endpoint": "/DeviceList"}),
        says="the endpoint /Devices ⟶ '/DeviceList' @ /Resources",
    ),
    ignores("endpoints_are_plurals", "users only", types()),
    ignores("endpoints_are_plurals", "a type without a name", types({"id": "User", "endpoint": "/Users"})),
    accepts("messaging_services_are_those_of_the_rfc", "xmpp and one more", schema("xmpp", "signal")),
    finds(
        "messaging_services_are_those_of_the_rfc",
        "places",
        schema("work", "home"),
        says="services such as xmpp or skype ⟶ ['work', 'home'] @ /attributes",
    ),
    ignores("messaging_services_are_those_of_the_rfc", "none stated", schema()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_described(row: Row) -> None:
    assert row.said() == row.wanted
