"""What an answer shows of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    BASE,
    NEW_ADA,
    Row,
    accepts,
    answered,
    error,
    finds,
    get,
    group,
    hired,
    ignores,
    meta,
    page,
    post,
    put,
    user,
)

AT = "/Users/u-ada"
URN = ENTERPRISE_USER


def made(sent: Json, shown: Json) -> Exchange:
    """A create of Ada with these attributes, answered with others."""
    return post("/Users", {**NEW_ADA, **sent}, user(**shown))


def mailed(*values: Json) -> Json:
    return {"emails": list(values)}


def managed(manager: Json) -> Json:
    return {URN: {"manager": manager}}


def phoned(value: str) -> Json:
    return {"phoneNumbers": [{"value": value}]}


def lives(country: str) -> Json:
    return {"addresses": [{"country": country}]}


def joined(address: str) -> Exchange:
    return get("/Groups/g", group(members=[{"value": "u-ada", "$ref": address}]))


def belongs(address: str) -> Exchange:
    return get(AT, user(groups=[{"value": "g-1", "$ref": address}]))


def at(location: str) -> Exchange:
    return get(AT, user(meta=meta(location=location)))


TWO = mailed({"value": "a@b"}, {"value": "c@d"})
BOTH = mailed({"value": "a@b", "primary": True}, {"value": "c@d", "primary": True})
ONE = mailed({"value": "a@b", "primary": True}, {"value": "c@d"})
DATA = {URN: {"department": "Engines"}}
STRANGE = {"schemas": ["urn:example:x"]}
MADE_UP = managed({"value": "u-1", "displayName": "Made up"})
SECRET = get(f"{AT}?attributes=password", user(password="x"))
NAMED = {"name": {"givenName": "Ada"}}
PLAIN = get(AT, ADA)
EMPTY = get("/Users", page())

# The check, what it accepts, what it finds, what it says, and what it does not look at.
JUDGED: tuple[tuple[str, Exchange, Exchange, str | tuple[str, ...], Exchange], ...] = (
    (
        "every_resource_states_its_schemas",
        get("/Users", page(ADA)),
        get("/Users", page(user(schemas=...))),
        "schemas with a URI ⟶ None @ /Resources/0/schemas",
        get(f"{AT}?attributes=userName", {"id": "u-ada"}),
    ),
    (
        "times_have_a_date_and_a_time",
        PLAIN,
        get(AT, user(meta=meta(lastModified="2026-01-05"))),
        "a date and a time ⟶ '2026-01-05' @ /meta/lastModified",
        EMPTY,
    ),
    (
        "structures_are_structures",
        get(AT, user(name={"givenName": "Ada"})),
        get(AT, user(name="Ada")),
        "an object ⟶ 'Ada' @ /name",
        PLAIN,
    ),
    (
        "parts_of_values_mean_what_they_mean",
        get(AT, user(**ONE)),
        get(AT, user(**mailed({"primary": "yes"}))),
        "true or false ⟶ 'yes' @ /emails/0/primary",
        PLAIN,
    ),
    (
        "a_put_leaves_one_primary",
        put(AT, {}, user(**ONE)),
        put(AT, {}, user(**BOTH)),
        "at most one primary value ⟶ 2 @ /emails",
        PLAIN,
    ),
    ("a_missing_primary_is_false", made(TWO, ONE), made(TWO, BOTH), "no primary, or one ⟶ 2 @ /emails", made(ONE, ONE)),
    (
        "extensions_stand_under_their_urn",
        made(DATA, DATA),
        made(DATA, {"department": "Engines"}),
        f"department under {URN} ⟶ it stands beside the core attributes @ /department",
        hired(),
    ),
    (
        "extensions_stand_under_their_urn",
        made(DATA, {}),
        made(DATA, {"enterprise": DATA[URN]}),
        f"the data under {URN} ⟶ under enterprise @ /enterprise",
        PLAIN,
    ),
    (
        "unknown_schemas_are_not_taken_over",
        made(STRANGE, {}),
        made(STRANGE, STRANGE),
        "schemas without urn:example:x ⟶ ['urn:example:x'] @ /schemas",
        made(STRANGE | {"urn:example:x": {"y": 1}}, STRANGE | {"urn:example:x": {"y": 1}}),
    ),
    (
        "countries_have_two_letters",
        made(lives("SE"), lives("se")),
        made(lives("USA"), lives("USA")),
        "two letters for USA ⟶ 'USA' @ /addresses/0/country",
        made(lives("Sweden"), lives("Sweden")),
    ),
    (
        "countries_have_two_letters",
        made(lives("USA"), lives("US")),
        made(lives("SE"), lives("SWE")),
        "two letters for SE ⟶ 'SWE' @ /addresses/0/country",
        hired(),
    ),
    (
        "phone_numbers_keep_their_digits",
        made(phoned("+1 (201) 55"), phoned("tel:+1-201-55")),
        made(phoned("+1 (201) 55"), phoned("+1 201 5")),
        "the digits of +1 (201) 55 ⟶ '+1 201 5' @ /phoneNumbers/0/value",
        made(phoned("201"), phoned("201")),
    ),
    (
        "emails_change_by_letter_case_at_most",
        made(mailed({"value": "a@B"}), mailed({"value": "a@b"})),
        made(mailed({"value": "a@b"}), mailed({"value": "c@b"})),
        "a@b ⟶ 'c@b' @ /emails/0/value",
        made(TWO, TWO),
    ),
    (
        "messaging_addresses_lose_blanks",
        made({"ims": [{"value": "Ada B"}]}, {"ims": [{"value": "adab"}]}),
        made({"ims": [{"value": "Ada B"}]}, {"ims": [{"value": "Ada B"}]}),
        "adab ⟶ 'Ada B' @ /ims/0/value",
        hired(),
    ),
    (
        "labels_are_canonical",
        made(mailed({"value": "a@b", "type": "WORK"}), mailed({"value": "a@b", "type": "work"})),
        made(mailed({"value": "a@b", "type": "WORK"}), mailed({"value": "a@b", "type": "other"})),
        "type work ⟶ 'other' @ /emails/0/type",
        hired(),
    ),
    (
        "a_display_name_is_a_name",
        made(NAMED, {"displayName": "Ada"}),
        made(NAMED, {"displayName": "u-ada"}),
        "the name of the person ⟶ the id 'u-ada' @ /displayName",
        hired(),
    ),
    (
        "the_managers_name_is_the_bridges",
        made(MADE_UP, managed({"value": "u-1", "displayName": "Grace"})),
        made(MADE_UP, MADE_UP),
        f"the manager's own name, or none ⟶ 'Made up' @ /{URN}/manager/displayName",
        hired(),
    ),
    (
        "the_manager_has_an_id",
        made(MADE_UP, managed({"value": "u-1"})),
        made(MADE_UP, managed({"displayName": "Grace"})),
        f"value 'u-1' ⟶ None @ /{URN}/manager/value",
        hired(),
    ),
    (
        "the_managers_address_is_the_managers",
        get(AT, user(**managed({"value": "u-1", "$ref": "../Users/u-1"}))),
        get(AT, user(**managed({"value": "u-1", "$ref": "../Users/u-ada"}))),
        f"the address of u-1 ⟶ '../Users/u-ada' @ /{URN}/manager/$ref",
        PLAIN,
    ),
    (
        "no_password_when_asked_for",
        get(f"{AT}?attributes=password", {"id": "u-ada"}),
        SECRET,
        "no password ⟶ a password attribute @ /password",
        PLAIN,
    ),
    (
        "members_are_reached_over_http",
        joined("../Users/u-ada"),
        joined("scim://Users/u-ada"),
        "an address that ends in Users/u-ada or Groups/u-ada ⟶ 'scim://Users/u-ada' @ /members/0/$ref",
        PLAIN,
    ),
    (
        "groups_are_reached_over_http",
        belongs(f"{BASE}/Groups/g-1"),
        belongs(f"{BASE}/Users/g-1"),
        f"an address that ends in Groups/g-1 ⟶ '{BASE}/Users/g-1' @ /groups/0/$ref",
        PLAIN,
    ),
    (
        "addresses_hold_no_person",
        PLAIN,
        at(f"{BASE}/Users/ada%40example.com"),
        f"an address without personal data ⟶ '{BASE}/Users/ada%40example.com' @ /meta/location",
        EMPTY,
    ),
    (
        "the_version_stands_before_the_endpoint",
        PLAIN,
        at("https://bridge.example/v2/scim/Users/u-ada"),
        "v2/Users ⟶ 'https://bridge.example/v2/scim/Users/u-ada' @ /meta/location",
        replace(PLAIN, base="https://bridge.example/scim"),
    ),
    (
        "redirects_keep_the_method",
        answered("POST", "/Users", 308),
        answered("POST", "/Users", 302),
        "status 307 or 308 ⟶ status 302",
        answered("GET", "/Users", 302),
    ),
    ("me_is_answered", get("/Me", error(501), 501), get("/Me", error(500), 500), "status 501 ⟶ status 500", PLAIN),
    (
        "me_has_its_own_address",
        get("/Me", ADA),
        get("/Me", user(meta=meta(location=f"{BASE}/Me"))),
        f"the address of the user ⟶ '{BASE}/Me' @ /meta/location",
        PLAIN,
    ),
)


def _rows() -> Iterator[Row]:
    for name, good, bad, says, other in JUDGED:
        yield accepts(name, "as it should be", good)
        yield finds(name, "what is wrong", bad, says=says)
        yield ignores(name, "something else", other)


def timed(exchange: Exchange, start: float) -> Exchange:
    """An exchange that ran for a second from then."""
    return replace(exchange, started_at=start, elapsed_s=1.0)


def tagged(tag: str) -> Exchange:
    return get(AT, ADA, headers=(("ETag", tag),))


STORED, OTHER = put(AT, {}, user(title="A")), get(AT, user(title="B"))
BESIDE = timed(put("/Users/u-grace", {}, None, 204), 10.5)
HISTORIES = (
    accepts("a_tag_stays_while_nothing_changes", "the same", tagged('"1"'), tagged('"1"')),
    finds("a_tag_stays_while_nothing_changes", "another", tagged('"1"'), tagged('"2"'), says='ETag "1" ⟶ "2"'),
    ignores("a_tag_stays_while_nothing_changes", "a write between", tagged('"1"'), STORED, tagged('"2"')),
    accepts("an_answer_shows_what_is_stored", "the same", STORED, get(AT, user(title="A"))),
    finds("an_answer_shows_what_is_stored", "another title", STORED, OTHER, says="title 'A' ⟶ 'B' @ /title"),
    ignores("an_answer_shows_what_is_stored", "a list between", STORED, EMPTY, OTHER),
    ignores("an_answer_shows_what_is_stored", "a write beside", timed(STORED, 10.0), timed(OTHER, 11.2), BESIDE),
)
ROWS: tuple[Row, ...] = (*_rows(), *HISTORIES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_written(row: Row) -> None:
    assert row.said() == row.wanted
