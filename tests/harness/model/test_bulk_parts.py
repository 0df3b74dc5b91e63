"""Bulk taken apart: each operation with its own result."""

from __future__ import annotations

from typing import Any

from harness.model.bulk import parts_of
from harness.record.exchange import Exchange, Json
from tests.harness.checks.samples import BASE, post

NEW_ADA = {"method": "POST", "path": "/Users", "bulkId": "ada", "data": {"userName": "ada"}}
MADE_ADA = {"method": "POST", "bulkId": "ada", "location": f"{BASE}/Users/7", "status": "201"}


def bulk(asked: list[Json], told: list[Json], status: int = 200) -> Exchange:
    return post("/Bulk", {"failOnErrors": 1, "Operations": asked}, {"Operations": told}, status)


def told_of(exchange: Exchange) -> list[tuple[str, str, int, Any]]:
    return [(p.request.method, p.request.target, p.status, p.sent_json) for p in parts_of(exchange) or ()]


def test_an_operation_is_an_exchange_of_its_own() -> None:
    assert told_of(bulk([NEW_ADA], [MADE_ADA])) == [("POST", "/Users", 201, {"userName": "ada"})]


def test_what_was_made_has_the_id_of_its_location() -> None:
    parts = parts_of(bulk([NEW_ADA], [MADE_ADA])) or []

    assert [part.json for part in parts] == [{"id": "7"}]


def test_a_bulk_id_becomes_the_id_that_was_given() -> None:
    group = {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"members": [{"value": "bulkId:ada"}]}}
    change = {"method": "PATCH", "path": "/Users/bulkId:ada", "data": {"Operations": []}}
    made = {"method": "POST", "bulkId": "g", "location": f"{BASE}/Groups/9", "status": {"code": "201"}}
    changed = {"method": "PATCH", "location": f"{BASE}/Users/7", "status": "200"}

    found = told_of(bulk([NEW_ADA, group, change], [MADE_ADA, made, changed]))

    assert found[1:] == [
        ("POST", "/Groups", 201, {"members": [{"value": "7"}]}),
        ("PATCH", "/Users/7", 200, {"Operations": []}),
    ]


def test_a_server_that_stopped_has_told_of_the_first() -> None:
    failed = {"method": "POST", "bulkId": "ada", "status": "409", "response": {"status": "409"}}

    assert [part.status for part in parts_of(bulk([NEW_ADA, NEW_ADA], [failed])) or ()] == [409]


def test_results_that_belong_to_others_tell_nothing() -> None:
    stranger = {**MADE_ADA, "bulkId": "grace"}

    assert parts_of(bulk([NEW_ADA], [stranger])) is None
    assert parts_of(bulk([NEW_ADA], [MADE_ADA, MADE_ADA])) is None
    assert parts_of(bulk([NEW_ADA], [MADE_ADA], 413)) is None
