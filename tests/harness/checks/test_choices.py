"""What may be chosen: for each row of the table something noted down, and something that tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.checks.choices import CHOICES
from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_GROUP, ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    ADA_ADDRESS,
    NEW_ADA,
    Row,
    accepts,
    answered,
    error,
    get,
    group,
    hired,
    ignores,
    page,
    patch,
    post,
    put,
    records,
    refused,
    user,
)

AT = "/Users/u-ada"


def made(sent: Json, shown: Json | None = None) -> Exchange:
    """A create of Ada with these attributes, answered with them or with others."""
    return post("/Users", {**NEW_ADA, **sent}, user(**(sent if shown is None else shown)))


def grouped(sent: Json, status: int = 201, name: str = "") -> Exchange:
    """A create of a group."""
    body = {"schemas": [CORE_GROUP], "displayName": "Design", **sent}
    shown = group(members=sent.get("members", []))
    return post("/Groups", body, shown if status == 201 else error(status), status, name=name)


def typed(name: str, kind: str) -> Json:
    """One value of an attribute, of that type."""
    return {name: [{"value": "a@example.com", "type": kind}]}


CONFIG = {"schemas": [], "authenticationSchemes": [{"specUri": "https://example.com/rfc"}]}
PHOTOS = get(AT, user(photos=[{"value": "https://example.com/1", "type": "photo"}]))
MEMBER = {"members": [{"value": "u-ada", "$ref": f"https://x/{AT}"}]}
BULK = {"Operations": [{"status": "400", "response": {"scimType": "invalidValue"}}, {"status": "201"}]}
EXTENDED = {ENTERPRISE_USER: {"department": "Engines"}}
MANAGED = {**ADA, ENTERPRISE_USER: {"manager": {"value": "u-1", "displayName": "Grace"}}}
ASKED = post("/Users/.search", {"filter": 'password eq "x"'}, error(400), 400)
XML = (("Accept", "application/xml"),)
PLAIN = get("/Users", page(ADA))
WITHOUT_DISPLAY = {"emails": [{"value": "a@example.com"}]}

# The check, what happened, what is noted of it, and what tells nothing.
NOTED: tuple[tuple[str, Exchange, str, Exchange], ...] = (
    ("a_format_may_be_demanded", made({"emails": [{"value": "ada"}]}), "kept", hired()),
    (
        "values_may_be_restricted",
        made(typed("emails", "school"), {}),
        "not kept as it was",
        made(typed("emails", "work")),
    ),
    ("canonical_values_may_be_all", made(typed("phoneNumbers", "satellite")), "kept", hired()),
    ("further_email_types", made(typed("emails", "school")), "kept", hired()),
    ("further_phone_types", made(typed("phoneNumbers", "satellite")), "kept", hired()),
    ("the_alphabet_of_binaries", get(AT, user(x509Certificates=[{"value": "a-_b"}])), "url-safe", get(AT, ADA)),
    ("padding_may_be_left_off", made({"x509Certificates": [{"value": "b25lbw"}]}), "kept", hired()),
    (
        "references_may_be_checked",
        grouped(MEMBER, 400, "create group with an unknown member"),
        "unknown-refused",
        grouped(MEMBER),
    ),
    ("references_may_lack_an_address", get("/Groups/g", group() | MEMBER), "with $ref", get("/Groups/g", group())),
    ("one_value_under_two_types", made({"emails": [{"value": "a@b", "type": t} for t in "xy"]}), "kept", hired()),
    ("one_resource_type_may_be_read", get("/ResourceTypes/User", {}), "status 200", get("/ResourceTypes", {})),
    ("external_ids_may_be_kept", made({"externalId": "7"}), "Users: kept", hired()),
    ("external_ids_may_be_missing", hired(), "Users: status 201", made({"externalId": "7"})),
    ("extensions_may_be_named", get(AT, ADA), "Users: none", PLAIN),
    ("extensions_in_use_may_be_named", made(EXTENDED), "not named", hired()),
    ("optional_extensions_may_be_missing", hired(), "status 201", made(EXTENDED)),
    ("names_come_in_two_forms", made({"name": {"formatted": "Ada"}}), "formatted sent, formatted shown", hired()),
    ("a_display_name_may_be_shown", made({}, {"displayName": "Ada"}), "shown", made({"displayName": "Ada"})),
    (
        "a_display_name_may_be_a_handle",
        made({}, {"displayName": ADA_ADDRESS}),
        "the userName",
        made({"name": {"a": 1}}),
    ),
    ("underscores_in_languages", made({"locale": "en_US"}, {"locale": "en-US"}), "not kept as it was", hired()),
    ("passwords_may_be_compared", ASKED, "status 400", PLAIN),
    ("what_is_never_shown_may_be_searched", ASKED, "status 400", PLAIN),
    ("emails_may_have_a_display", made(WITHOUT_DISPLAY), "without display", hired()),
    ("phones_may_have_a_display", made({"phoneNumbers": [{"value": "1"}]}), "without display", hired()),
    ("further_messaging_services", get(AT, user(ims=[{"value": "a", "type": "signal"}])), "signal", get(AT, ADA)),
    ("types_of_photos", PHOTOS, "photo", get(AT, ADA)),
    ("photos_in_several_sizes", PHOTOS, "one", get(AT, ADA)),
    ("parts_of_addresses_are_optional", made({"addresses": [{"locality": "London"}]}), "kept", hired()),
    ("addresses_may_have_lines", made({"addresses": [{"formatted": "a\nb"}]}), "kept", hired()),
    ("memberships_may_be_indirect", get(AT, user(groups=[{"value": "g", "type": "direct"}])), "direct", get(AT, ADA)),
    ("members_may_change", patch("/Groups/g", {"op": "add", "path": "members", "value": []}), "PATCH", grouped(MEMBER)),
    ("members_may_need_a_value", grouped({"members": [{"display": "Ada"}]}, 400), "status 400", grouped(MEMBER)),
    ("groups_may_be_nested", grouped({"members": [{"value": "g", "type": "Group"}]}), "status 201", grouped(MEMBER)),
    ("the_manager_may_have_a_name", get(AT, MANAGED), "shown", get(AT, ADA)),
    ("the_configuration_needs_no_id", get("/ServiceProviderConfig", CONFIG), "none", get("/Schemas", {})),
    ("schemes_may_name_their_text", get("/ServiceProviderConfig", CONFIG), "addresses", get("/Schemas", {})),
    ("schemes_may_be_documented", get("/ServiceProviderConfig", CONFIG), "none", get("/Schemas", {})),
    ("letter_case_may_change", post("/Users", {"userName": "ADA"}, user(user_name="ada")), "altered", hired()),
    ("what_may_be_written_is_updated", put(AT, {"title": "A"}, user(title="B")), "all but title", hired()),
    ("immutable_values_may_be_set", grouped(MEMBER), "members are set at creation", grouped({})),
    (
        "a_breach_of_uniqueness",
        put(AT, {}, error(409, scimType="uniqueness"), 409),
        "refused with 409 uniqueness",
        hired(),
    ),
    ("bearer_tokens_may_be_used", PLAIN, "a bearer token works", refused(400)),
    ("schemas_may_be_offered", get("/Schemas", error(404), 404), "status 404", PLAIN),
    ("bulk_may_be_offered", post("/Bulk", {}, error(501), 501), "status 501", PLAIN),
    ("further_media_types", get(AT, ADA, asked=XML), "status 200", PLAIN),
    ("me_may_redirect", answered("GET", "/Me", 308), "status 308", PLAIN),
    ("me_may_answer", get("/Me", ADA), "status 200", PLAIN),
    (
        "a_filter_may_yield_too_much",
        get("/Users?filter=userName%20pr", error(400, scimType="tooMany"), 400),
        "refused with 400 tooMany",
        PLAIN,
    ),
    ("entries_of_bulk_may_say_why", answered("POST", "/Bulk", 200, BULK), "invalidValue", PLAIN),
    ("the_address_may_name_a_version", PLAIN, "with a version", refused(400)),
    ("tags_may_be_weak", get(AT, ADA, headers=(("ETag", 'W/"1"'),)), "weak", get(AT, ADA)),
    ("documents_may_be_read", get("/Schemas", {}), "/Schemas: status 200", PLAIN),
    (
        "a_sensitive_filter_may_say_so",
        get("/Users?filter=userName%20pr", error(403, scimType="sensitive"), 403),
        "scimType-sensitive",
        PLAIN,
    ),
    ("requests_may_be_limited", refused(429), "429 without Retry-After", PLAIN),
)


def _without_a_token(exchange: Exchange) -> Exchange:
    return replace(exchange, request=replace(exchange.request, credential=None))


def _rows(name: str, noted: Exchange, says: str, nothing: Exchange) -> Iterator[Row]:
    yield records(name, "what was chosen", noted, says=says)
    yield accepts(name, "what was chosen", noted)
    yield ignores(name, "what tells nothing", nothing)


ANONYMOUS = ("strangers_may_be_let_in", _without_a_token(get("/Users", error(401), 401)), "status 401", PLAIN)
ROWS: tuple[Row, ...] = tuple(row for each in (*NOTED, ANONYMOUS) for row in _rows(*each))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_noted(row: Row) -> None:
    assert row.said() == row.wanted


def test_every_choice_is_in_the_table() -> None:
    assert sorted(choice.name for choice in CHOICES) == sorted({row.check for row in ROWS})


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_a_choice_is_no_fault(choice: Any) -> None:
    assert choice.note(answered("DELETE", AT, 204)) in (None, "a bearer token works", "with a version")
