"""Which bodies have the types that a schema declares."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.fitting import is_well_typed, is_well_typed_patch
from harness.record.message import ENTERPRISE_USER
from tests.harness.model.people import USER


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"userName": "ada", "active": True, "emails": [{"value": "a@x.example", "primary": "True"}]}, True),
        ({"title": None, "nosuch": 7, "active": "False"}, True),
        ({"active": 1}, False),
        ({"title": ["Analyst"]}, False),
        ({"emails": {"value": "a@x.example"}}, False),
        ({"name": {"givenName": 7}}, False),
        ({ENTERPRISE_USER: {"department": "Engines"}}, True),
        ({ENTERPRISE_USER: {"department": 7}}, False),
        ({ENTERPRISE_USER: "no object"}, False),
    ],
)
def test_a_body(body: dict[str, Any], fits: bool) -> None:
    assert is_well_typed(body, USER) is fits


@pytest.mark.parametrize(
    ("operation", "fits"),
    [
        ({"op": "replace", "path": "active", "value": "true"}, True),
        ({"op": "replace", "path": "active", "value": 0}, False),
        ({"op": "add", "path": "emails", "value": {"value": "a@x.example"}}, True),
        ({"op": "add", "path": "emails", "value": "text"}, False),
        ({"op": "replace", "value": {"title": 7}}, False),
        ({"op": "remove", "path": "title"}, True),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": 7}, True),
    ],
)
def test_an_operation(operation: dict[str, Any], fits: bool) -> None:
    assert is_well_typed_patch({"Operations": [operation]}, USER) is fits
