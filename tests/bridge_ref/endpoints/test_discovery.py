"""Endpoints, their methods, and their entries in discovery."""

import pytest

from bridge_ref.http.message import Headers
from tests.bridge_ref.world import USER, World

RIGHT: Headers = (("authorization", "Bearer right-token"),)
JSON: Headers = (*RIGHT, ("content-type", "application/scim+json"))


def test_health_reports_its_components(world: World) -> None:
    health = world.send_raw("GET", "/health", headers=RIGHT).body

    assert {report["source"]: report["state"] for report in health["reports"]} == {
        "SCIMServer": "healthy",
        "Store": "healthy",
        "ConfirmationWatcher": "healthy",
        "StartProvisionWatcher": "healthy",
        "Provisioning": "healthy",
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/scim/Users", 200),
        ("GET", "/scim/v2/Users/", 200),
        ("GET", "/scim/v9/Users", 404),
        ("GET", "/Users", 404),
        ("GET", "/scim/v2/Nothing", 404),
        ("GET", "/scim/v2/Users/a/b", 404),
        ("PUT", "/scim/v2/Users", 405),
        ("DELETE", "/scim/v2/Groups", 405),
        ("POST", "/scim/v2/Users/x", 405),
        ("POST", "/scim/v2/Schemas", 405),
        ("GET", "/scim/v2/Me", 501),
        ("POST", "/scim/v2/Bulk", 400),
        ("GET", "/scim/v2/Bulk", 405),
        ("PUT", "/scim/v2/Users/nobody", 404),
        ("GET", "/scim/v2/Schemas/urn:nothing", 404),
    ],
)
def test_endpoints_and_methods(world: World, method: str, path: str, status: int) -> None:
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode() if method == "PUT" else b""

    answer = world.send_raw(method, path, "", JSON, body)

    assert answer.status == status
    assert status == 200 or answer.body["status"] == str(status)


def test_discovery_is_consistent_with_itself(world: World) -> None:
    types = world.send("GET", "/ResourceTypes", startIndex="2", count="1").body["Resources"]
    schemas = world.send("GET", "/Schemas").body["Resources"]

    named = {each["schema"] for each in types} | {
        extension["schema"] for each in types for extension in each["schemaExtensions"]
    }
    assert {each["name"] for each in types} == {"User", "Group"}
    assert {schema["id"] for schema in schemas} == named
    assert [world.send("GET", f"/Schemas/{schema['id']}").body for schema in schemas] == schemas


def test_discovery_takes_no_filter(world: World) -> None:
    assert world.send("GET", "/Schemas", filter='id eq "x"').status == 403


def test_a_store_that_is_gone_is_a_503_and_unhealthy(world: World) -> None:
    world.runner.run(world.store.close())

    failed = world.send("GET", "/Users")
    health = world.send_raw("GET", "/health", headers=RIGHT).body

    assert (failed.status, failed.body["status"]) == (503, "503")
    assert {"Store": "unhealthy"}.items() <= {each["source"]: each["state"] for each in health["reports"]}.items()


def test_a_failure_of_ours_is_a_500_that_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC7644-3.12-15."""
    monkeypatch.setattr(world.service.parts.lists, "users", lambda query: 1 / 0)

    failed = world.send("GET", "/Users")

    assert (failed.status, failed.body["status"]) == (500, "500")
    assert "division" not in str(failed.body)
