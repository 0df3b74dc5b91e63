from __future__ import annotations

import pytest

from harness.checks.discovery import CONFIG
from harness.record.exchange import Json
from harness.record.message import CORE_USER, LIST_RESPONSE
from tests.harness.checks.samples import ADA, BASE, Row, accepts, answered, error, finds, get, ignores, page

USER_TYPE = {"id": "User", "name": "User", "endpoint": "/Users", "schema": CORE_USER}
GROUP_TYPE = {"id": "Group", "name": "Group", "endpoint": "/Groups"}
USER_SCHEMA = {"id": CORE_USER, "name": "User"}
FILTER = "filter=id%20eq%20%22User%22"
TYPES = get("/ResourceTypes", page(USER_TYPE, GROUP_TYPE, {"name": "Device", "schema": "urn:device"}))


def declared(name: str, multi_valued: bool) -> Json:
    """The User schema with one attribute."""
    return {"id": CORE_USER, "attributes": [{"name": name, "multiValued": multi_valued}]}


SAID = "a_discovery_document_says_where_and_what_it_is"
OWN = {"resourceType": "ResourceType", "location": "https://bridge.example/scim/v2/ResourceTypes/User"}
ROWS = (
    accepts("the_configuration_is_one_object", "its own", get("/ServiceProviderConfig", {"schemas": [CONFIG]})),
    finds(
        "the_configuration_is_one_object",
        "a list",
        get("/ServiceProviderConfig", page({"schemas": [CONFIG]})),
        says=f"an object with schemas ['{CONFIG}'] ⟶ ['{LIST_RESPONSE}'] @ /schemas",
    ),
    ignores("the_configuration_is_one_object", "an error", get("/ServiceProviderConfig", error(404), 404)),
    ignores("the_configuration_is_one_object", "HEAD", answered("HEAD", "/ServiceProviderConfig", 200)),
    accepts("schemas_come_as_a_list", "a list", get("/Schemas", page(USER_SCHEMA))),
    finds(
        "schemas_come_as_a_list",
        "a bare array",
        get("/Schemas", b"[]"),
        says=f"schemas ['{LIST_RESPONSE}'] ⟶ None @ /schemas",
    ),
    ignores("schemas_come_as_a_list", "one schema", get(f"/Schemas/{CORE_USER}", USER_SCHEMA)),
    accepts("resource_types_come_as_a_list", "User and Group", get("/ResourceTypes", page(USER_TYPE, GROUP_TYPE))),
    finds(
        "resource_types_come_as_a_list",
        "Group only",
        get("/ResourceTypes", page(GROUP_TYPE)),
        says="a resource type User ⟶ ['Group'] @ /Resources",
    ),
    accepts("resource_types_come_as_a_list", "an id alone", get("/ResourceTypes", page({"id": "User"}))),
    ignores("resource_types_come_as_a_list", "one type", get("/ResourceTypes/User", USER_TYPE)),
    accepts("discovery_lists_are_complete", "one of one", get("/Schemas", page(USER_SCHEMA))),
    finds(
        "discovery_lists_are_complete",
        "one of two",
        get("/ResourceTypes", page(USER_TYPE, total=2)),
        says="totalResults 1 ⟶ 2 @ /totalResults",
    ),
    ignores("discovery_lists_are_complete", "users", get("/Users", page(ADA, total=2))),
    ignores("discovery_lists_are_complete", "no JSON object", get("/Schemas", b"[]")),
    accepts("one_resource_type_is_one_object", "User", get("/ResourceTypes/User", USER_TYPE)),
    finds(
        "one_resource_type_is_one_object",
        "a list",
        get("/ResourceTypes/User", page(USER_TYPE)),
        says="the resource type User ⟶ None @ /name",
    ),
    accepts("one_resource_type_is_one_object", "by its id", get("/ResourceTypes/7", {**USER_TYPE, "id": "7"})),
    ignores("one_resource_type_is_one_object", "the list", get("/ResourceTypes", page(USER_TYPE))),
    accepts("one_schema_is_one_object", "the User schema", get(f"/Schemas/{CORE_USER}", USER_SCHEMA)),
    accepts(
        "one_schema_is_one_object", "its URI encoded", get(f"/Schemas/{CORE_USER.replace(':', '%3A')}", USER_SCHEMA)
    ),
    finds(
        "one_schema_is_one_object",
        "a list",
        get(f"/Schemas/{CORE_USER}", page(USER_SCHEMA)),
        says=f"the schema {CORE_USER} ⟶ None @ /id",
    ),
    ignores("one_schema_is_one_object", "a schema that is not there", get("/Schemas/urn:x", error(404), 404)),
    accepts("the_schemas_of_users_and_groups_are_listed", "the one named", TYPES, get("/Schemas", page(USER_SCHEMA))),
    finds(
        "the_schemas_of_users_and_groups_are_listed",
        "another only",
        TYPES,
        get("/Schemas", page({"id": "urn:x"})),
        says=f"the schema {CORE_USER} of User ⟶ not in the list @ /Resources",
    ),
    ignores("the_schemas_of_users_and_groups_are_listed", "no schemas", TYPES, get("/Schemas", error(404), 404)),
    accepts("discovery_refuses_filters", "403", get(f"/Schemas?{FILTER}", error(403), 403)),
    finds(
        "discovery_refuses_filters",
        "a list",
        get(f"/ResourceTypes?{FILTER}", page(USER_TYPE)),
        says="status 403 ⟶ status 200",
    ),
    ignores("discovery_refuses_filters", "a plain list", get("/ResourceTypes", page(USER_TYPE))),
    ignores("discovery_refuses_filters", "a filter on users", get(f"/Users?{FILTER}", page(ADA))),
    accepts(
        "a_selection_does_not_empty_the_configuration",
        "applied",
        get("/ServiceProviderConfig?attributes=patch", {"schemas": [CONFIG], "patch": {"supported": True}}),
    ),
    finds(
        "a_selection_does_not_empty_the_configuration",
        "emptied",
        get("/ServiceProviderConfig?attributes=patch", {"schemas": [CONFIG]}),
        says="patch in the configuration ⟶ none @ /patch",
    ),
    ignores("a_selection_does_not_empty_the_configuration", "all of it", get("/ServiceProviderConfig", {})),
    finds(
        "resource_types_come_as_a_list",
        "without a total",
        get("/ResourceTypes", page(USER_TYPE, total=...)),
        says="totalResults as a number ⟶ None @ /totalResults",
    ),
    accepts("limits_are_integers", "200", get("/ServiceProviderConfig", {"filter": {"maxResults": 200}})),
    finds(
        "limits_are_integers",
        "200.0",
        get("/ServiceProviderConfig", {"filter": {"maxResults": 200.0}}),
        says=(
            "an integer without a fraction ⟶ 200.0 @ /filter/maxResults",
            "RFC7643-5-13: an integer without a fraction ⟶ 200.0 @ /filter/maxResults",
        ),
    ),
    ignores("limits_are_integers", "no limits", get("/ServiceProviderConfig", {"filter": {"supported": False}})),
    accepts("endpoints_are_relative_to_the_base", "/Users", TYPES),
    accepts(
        "endpoints_are_relative_to_the_base",
        "in full",
        get("/ResourceTypes/User", {**USER_TYPE, "endpoint": f"{BASE}/Users"}),
    ),
    accepts(
        "endpoints_are_relative_to_the_base", "no slash", get("/ResourceTypes/User", {**USER_TYPE, "endpoint": "Users"})
    ),
    finds(
        "endpoints_are_relative_to_the_base",
        "the base twice",
        get("/ResourceTypes/User", {**USER_TYPE, "endpoint": "/scim/v2/Users"}),
        says="the endpoint /Users ⟶ '/scim/v2/Users' @ /endpoint",
    ),
    ignores("endpoints_are_relative_to_the_base", "another type", get("/ResourceTypes/Device", {"name": "Device"})),
    accepts(
        SAID,
        "the addresses of a list",
        get(
            "/Schemas",
            page({"id": CORE_USER, "meta": {"resourceType": "Schema", "location": f"/v2/Schemas/{CORE_USER}"}}),
        ),
    ),
    accepts(SAID, "a type by its name", get("/ResourceTypes", page({"id": "u", "name": "User", "meta": OWN}))),
    finds(
        SAID,
        "elsewhere",
        get("/ServiceProviderConfig", {"meta": {"location": "https://bridge.example/scim/v2/Config"}}),
        says="RFC7643-3.1-25: an address that ends in /ServiceProviderConfig ⟶ https://bridge.example/scim/v2/Config "
        "@ /meta/location",
    ),
    finds(
        SAID,
        "another kind",
        get("/ResourceTypes/User", {"name": "User", "meta": {**OWN, "resourceType": "User"}}),
        says="RFC7643-3.1-21: resourceType ResourceType ⟶ 'User' @ /meta/resourceType",
    ),
    ignores(SAID, "no meta", get("/ResourceTypes/User", {"name": "User"})),
    accepts("lists_are_declared_as_lists", "emails", get("/Schemas", page(declared("emails", True)))),
    finds(
        "lists_are_declared_as_lists",
        "emails as one value",
        get("/Schemas", page(declared("emails", False))),
        says="emails with multiValued true ⟶ false @ /attributes",
    ),
    ignores("lists_are_declared_as_lists", "a title", get("/Schemas", page(declared("title", False)))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_discovery(row: Row) -> None:
    assert row.said() == row.wanted
