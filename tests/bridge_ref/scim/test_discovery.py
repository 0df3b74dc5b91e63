"""The three discovery documents: RFC 7643 sections 5 to 7."""

import re

import pytest

from tests.bridge_ref.rich import attributes, rich, schemas
from tests.bridge_ref.world import ENTERPRISE, GROUP, USER, World

ATTRIBUTE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*")


def test_the_configuration_is_whole(world: World) -> None:
    """RFC7643-5-01, RFC7643-5-05, RFC7643-5-06, RFC7643-5-07, RFC7643-5-08, RFC7643-5-11, RFC7643-5-12, RFC7643-5-15,
    RFC7643-5-16, RFC7643-5-17, RFC7643-5-18, RFC7643-5-19, RFC7643-5-20, RFC7643-5-21, RFC7643-5-23, RFC7643-5-24,
    RFC7643-5-25, RFC7644-4-01, RFC7644-4-09."""
    config = world.send("GET", "/ServiceProviderConfig", attributes="patch").body

    assert config["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]
    for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag"):
        assert isinstance(config[name]["supported"], bool)
    assert [
        (each["type"], bool(each["name"]), bool(each["description"])) for each in config["authenticationSchemes"]
    ] == [("oauthbearertoken", True, True)]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", f"/Schemas/{USER}"]
)
def test_discovery_cannot_be_changed(world: World, method: str, path: str) -> None:
    """RFC7643-5-02, RFC7643-6-02, RFC7643-7-02."""
    before = world.send("GET", path).body

    refused = world.send(method, path, {"schemas": [USER]})

    assert refused.status == 405
    assert world.send("GET", path).body == before


def test_resource_types_are_whole(world: World) -> None:
    """RFC7643-6-01, RFC7643-6-04, RFC7643-6-06, RFC7643-6-07, RFC7643-6-08, RFC7643-6-09, RFC7643-6-11, RFC7643-6-12,
    RFC7644-3.2-01, RFC7644-3.2-02, RFC7644-4-05, RFC7644-4-06, RFC7644-4-07."""
    types = world.send("GET", "/ResourceTypes").body

    assert types["totalResults"] == len(types["Resources"]) == 2
    for each in types["Resources"]:
        extensions = each["schemaExtensions"]
        assert each["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]
        assert each["name"]
        assert each["description"]
        assert world.send("GET", each["endpoint"]).body["totalResults"] == 0
        assert {each["schema"], *(extension["schema"] for extension in extensions)} <= schemas(world).keys()
        assert all(isinstance(extension["required"], bool) for extension in extensions)
        assert world.send("GET", f"/ResourceTypes/{each['name']}").body == each
    assert world.send("GET", "/ResourceTypes/Device").status == 404


def test_schemas_are_whole(world: World) -> None:
    """RFC7643-1.2-02, RFC7643-2.1-02, RFC7643-2.2-01, RFC7643-2.3-01, RFC7643-2.3.8-02, RFC7643-3.3-05,
    RFC7643-3.3-06, RFC7643-7-03, RFC7643-7-04, RFC7643-7-05, RFC7643-7-06, RFC7643-7-07, RFC7643-7-08, RFC7643-7-09,
    RFC7643-7-10, RFC7643-7-11, RFC7643-7-13, RFC7643-7-14, RFC7643-7-35, RFC7643-7-36, RFC7644-4-03, RFC7644-4-04,
    RFC7644-3.1-05."""
    found = schemas(world)

    for schema in found.values():
        assert schema["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:Schema"]
        assert schema["name"]
        assert schema["description"]
        assert schema["attributes"]
        assert world.send("GET", f"/Schemas/{schema['id']}").body == schema
        assert not any(
            sub["type"] == "complex" for each in schema["attributes"] for sub in each.get("subAttributes", ())
        )
    for each in attributes(world):
        assert ATTRIBUTE_NAME.fullmatch(each["name"].removeprefix("$"))
        assert each["type"] in ("string", "boolean", "reference", "complex")
        assert bool(each.get("subAttributes")) is (each["type"] == "complex")
        assert isinstance(each["multiValued"], bool)
        assert isinstance(each["required"], bool)
        assert each["description"]
        assert each["mutability"] in ("readOnly", "readWrite", "immutable", "writeOnly")
        assert each["returned"] in ("always", "never", "default", "request")
        assert each.get("uniqueness", "none") in ("none", "server", "global")
        assert ("referenceTypes" in each) is (each["type"] == "reference")
    core, extension = ({each["name"] for each in found[urn]["attributes"]} for urn in (USER, ENTERPRISE))
    assert not core & extension
    assert not any("api:messages" in urn for urn in found)
    assert world.send("GET", "/Schemas/urn:ietf:params:scim:api:messages:2.0:Error").status == 404


def test_the_schemas_agree_with_the_core_specification(world: World) -> None:
    """RFC7643-4.1.1-26, RFC7643-4.1.2-18, RFC7643-7-37."""
    user = {each["name"]: each for each in schemas(world)[USER]["attributes"]}
    group = {each["name"]: each for each in schemas(world)[GROUP]["attributes"]}

    name, password = user["userName"], user["password"]
    assert (name["required"], name["uniqueness"], name["caseExact"]) == (True, "server", False)
    assert (password["mutability"], password["returned"]) == ("writeOnly", "never")
    assert user["groups"]["mutability"] == "readOnly"
    assert group["displayName"]["required"] is True
    assert {each["mutability"] for each in group["members"]["subAttributes"]} == {"immutable"}


def test_resources_have_the_shape_that_the_schemas_say(world: World) -> None:
    """RFC7643-7-12, RFC7643-2.3-02."""
    ada = rich(world).body["id"]
    world.form("Design", ada)
    types: dict[str, type | tuple[type, ...]] = {"string": str, "reference": str, "boolean": bool, "complex": dict}

    user = world.send("GET", f"/Users/{ada}").body
    parts = [(user, schemas(world)[USER]), (user[ENTERPRISE], schemas(world)[ENTERPRISE])]
    for resource, schema in parts:
        for attribute in schema["attributes"]:
            value = resource.get(attribute["name"], [] if attribute["multiValued"] else None)
            assert isinstance(value, list) is attribute["multiValued"]
            for each in value if attribute["multiValued"] else [value] if value is not None else []:
                assert isinstance(each, types[attribute["type"]])
