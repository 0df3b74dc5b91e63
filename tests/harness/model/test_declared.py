"""Schemas and resource types as servers declare them."""

from typing import Any

import pytest

from harness.model.declared import read_schemas
from harness.model.standard import standard_schemas
from tests.harness.model.people import ENTERPRISE, GROUP, USER

DEVICE = "urn:example:Device"


def declared(*attributes: Any, urn: str = USER.urn) -> dict[str, Any]:
    """An answer of /Schemas with one schema."""
    return {"Resources": [{"id": urn, "attributes": list(attributes)}]}


@pytest.mark.parametrize("nonsense", [None, 7, "x", [], [7, None], {}, {"Resources": 7}, {"Resources": [7, {"id": 7}]}])
def test_nonsense_leaves_the_standard(nonsense: Any) -> None:
    found = read_schemas(nonsense, nonsense)

    assert found.keys() == standard_schemas().keys()
    assert found["User"].attributes.keys() == USER.attributes.keys()
    assert found["User"].extensions.keys() == {ENTERPRISE}


@pytest.mark.parametrize("attributes", [7, [], [7], [{"name": 7}], {}])
def test_a_schema_without_readable_attributes_is_the_standard_one(attributes: Any) -> None:
    found = read_schemas({"Resources": [{"id": USER.urn, "attributes": attributes}]}, None)

    assert found["User"].attributes.keys() == USER.attributes.keys()


def test_declared_characteristics_win_where_the_rfc_fixes_nothing() -> None:
    user = read_schemas(declared({"name": "userName", "caseExact": True}, {"name": "title", "required": True}), None)[
        "User"
    ]

    assert user.attributes["username"].case_exact
    assert user.attributes["title"].required
    assert "nickname" not in user.attributes


def test_what_the_rfc_fixes_stays() -> None:
    user = read_schemas(
        declared(
            {"name": "id", "caseExact": False, "mutability": "readWrite"},
            {"name": "password", "returned": "default", "mutability": "readWrite"},
            {"name": "userName", "required": False, "multiValued": True},
            {"name": "groups", "mutability": "readWrite"},
        ),
        None,
    )["User"]

    assert user.attributes["id"] == USER.attributes["id"]
    assert not user.attributes["password"].is_shown
    assert user.attributes["username"].required
    assert not user.attributes["username"].multi_valued
    assert not user.attributes["groups"].is_writable


def test_unreadable_characteristics_fall_back_one_by_one() -> None:
    emails = {"name": "emails", "type": "heap", "multiValued": "yes", "returned": "ALWAYS", "subAttributes": 7}

    found = read_schemas(declared(emails), None)["User"].attributes["emails"]

    assert (found.type, found.multi_valued, found.returned) == ("complex", True, "always")
    assert found.sub.keys() == USER.attributes["emails"].sub.keys()


def test_a_new_resource_type_is_read_with_its_extensions() -> None:
    types = [
        {
            "name": "Device",
            "endpoint": "/Devices",
            "schema": DEVICE,
            "schemaExtensions": [{"schema": ENTERPRISE, "required": True}],
        }
    ]

    device = read_schemas(declared({"name": "serial", "type": "integer"}, urn=DEVICE), types)["Device"]

    assert (device.endpoint, device.urn) == ("/Devices", DEVICE)
    assert device.attributes["serial"].type == "integer"
    assert device.find("externalId") is not None
    assert device.extensions[ENTERPRISE].required
    assert device.find(f"{ENTERPRISE}:department") is not None


def test_a_type_that_is_not_declared_stands_as_the_standard_one() -> None:
    types = [{"name": "User", "endpoint": "/People", "schema": USER.urn}]

    found = read_schemas(None, types)

    assert found["User"].endpoint == "/Users"  # where users are met, whatever is said of the place
    assert found["User"].extensions == {}
    assert found["Group"] is GROUP


def test_a_million_attributes_end_in_a_bounded_number() -> None:
    many = [{"name": f"a{number}"} for number in range(20_000)]

    assert len(read_schemas(declared(*many), None)["User"].attributes) < 6_000
