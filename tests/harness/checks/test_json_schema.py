from __future__ import annotations

import pytest

from harness.checks.json_schema import faults_of_request, schema_of_response
from harness.record.exchange import Exchange
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
    Row,
    accepts,
    active,
    answered,
    delete,
    error,
    find_check,
    finds,
    get,
    group,
    hired,
    ignores,
    page,
    post,
    put,
    refused,
    user,
)

CHECK = "answers_keep_their_schema"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
DONE = {"method": "POST", "bulkId": "a", "location": "https://bridge.example/scim/v2/Users/a"}
EMAIL = {"value": "ada@example.com", "type": "work", "primary": True}

ROWS = (
    accepts(CHECK, "a user", hired()),
    accepts(CHECK, "a list", get("/Users", page(ADA, GRACE))),
    accepts(CHECK, "an Error message", refused(409)),
    finds(
        CHECK,
        "active as a string",
        get("/Users/u-ada", user(active="True")),
        says='RFC7643-2.3.2-01: boolean or null ⟶ "True" @ /active',
    ),
    finds(
        CHECK,
        "active as a string, in a list",
        get("/Users", page(ADA, user(active="True"))),
        says='RFC7643-2.3.2-01: boolean or null ⟶ "True" @ /Resources/1/active',
    ),
    finds(
        CHECK,
        "an id nested 900 times",
        get("/Users/u-ada", b'{"id":' + b"[" * 900 + b"]" * 900 + b"}"),
        says="RFC7643-2.3-02: a document that can be read ⟶ one nested too deeply",
    ),
    finds(
        CHECK,
        "active as a string, in a list of everything",
        get("/", page(group(), user(active="True"))),
        says='RFC7643-2.3.2-01: boolean or null ⟶ "True" @ /Resources/1/active',
    ),
    finds(
        CHECK,
        "the status of a bulk operation as a number",
        post("/Bulk", {}, {"schemas": [BULK], "Operations": [{**DONE, "status": 201}]}, 200),
        says="RFC7644-3.7-18: string ⟶ 201 @ /Operations/0/status",
    ),
    ignores(CHECK, "no body", delete("/Users/u-ada")),
    ignores(CHECK, "a body that is no JSON object", get("/Users/u-ada", b"<p>")),
    ignores(CHECK, "a path that SCIM does not know", get("/health", {"status": "ok"})),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_shape(row: Row) -> None:
    assert row.said() == row.wanted


@pytest.mark.parametrize(
    ("exchange", "name"),
    [
        (get("/Users/u-ada", ADA), "rfc7643/user"),
        (active(body=ADA, status=200), "rfc7643/user"),
        (post("/Groups", {}, group()), "rfc7643/group"),
        (get("/Users", page(ADA)), "rfc7644/list-response"),
        (post("/Users/.search", {}, page(ADA), 200), "rfc7644/list-response"),
        (get("/Users/u-ada", error(404), 404), "rfc7644/error"),
        (get("/Users/u-ada", error(404), 200), "rfc7644/error"),
        (get("/ServiceProviderConfig", {}), "rfc7643/service-provider-config"),
        (get("/ResourceTypes/User", {}), "rfc7643/resource-type"),
        (get("/Schemas/urn:x", {}), "rfc7643/schema"),
        (get("/Users/u-ada/emails", {}), ""),
        (get("/Users", {}, 302), ""),
        (get("/Me", ADA), "rfc7643/resource"),
        (get("/", page(ADA)), "rfc7644/list-response"),
        (post("/.search", {}, page(ADA), 200), "rfc7644/list-response"),
        (get("/", {"hello": "world"}), ""),
        (post("/Bulk", {}, {}, 200), "rfc7644/bulk-response"),
        (post("/Bulk", {}, error(413), 413), "rfc7644/error"),
        (get("/health", {}), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else value.request.target,
)
def test_an_answer_is_held_against_the_schema_of_what_it_is(exchange: Exchange, name: str) -> None:
    assert schema_of_response(exchange) == name


def test_what_an_answer_lacks_is_not_judged_by_it() -> None:
    check = find_check(CHECK)

    with_emails = check.requirements(get("/Users/u-ada", user(emails=[EMAIL])))  # type: ignore[union-attr]
    without = check.requirements(get("/Users/u-ada", ADA))  # type: ignore[union-attr]

    assert set(without) < set(with_emails)


def test_a_request_that_breaks_its_vendors_schema_is_a_fault_of_ours() -> None:
    exchange = post("/Users", {**NEW_ADA, "shoeSize": 38}, ADA)

    faults = faults_of_request(exchange, "google-push")

    assert any(fault.startswith("our own requests/google/user-create: ") for fault in faults)


@pytest.mark.parametrize(
    ("exchange", "dialect"),
    [
        (post("/Users", NEW_ADA, ADA), ""),
        (get("/Users", page()), "okta-oin"),
        (answered("POST", "/Bulk", 200, sent={}), "okta-oin"),
        (answered("POST", "/Groups", 201, sent={}), "google-push"),
    ],
    ids=["outside any dialect", "a read", "an endpoint without a schema", "a vendor without groups"],
)
def test_a_request_without_a_schema_has_no_fault(exchange: Exchange, dialect: str) -> None:
    assert faults_of_request(exchange, dialect) == []


@pytest.mark.parametrize(
    ("own", "faults"),
    [
        ({"active": False}, 0),
        ({"password": "q8Zr2mKd31fe85"}, 0),
        # The bridge showed `active` as a text, or in a place of its own: what it gets back is not our fault.
        ({"password": "q8Zr2mKd31fe85", "active": "true", "urn:x": {"active": True}}, 0),
        ({}, 1),
        ({"active": "false"}, 1),
    ],
)
def test_what_okta_gives_back_is_the_bridges_own(own: dict[str, object], faults: int) -> None:
    exchange = put("/Users/u-ada", {"id": "u-ada", **own}, None, 400)

    assert len(faults_of_request(exchange, "okta-aiw")) == faults
