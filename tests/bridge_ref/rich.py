"""A user with every attribute, and the served schemas."""

from collections.abc import Iterator
from typing import Any

from tests.bridge_ref.world import ENTERPRISE, USER, Reply, World

RICH: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "userName": "ada@example.com",
    "externalId": "X-1",
    "name": {"formatted": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace", "middleName": "King"},
    "displayName": "Ада Лавлейс 👩‍💻 e\u0301",
    "nickName": "Ada",
    "profileUrl": "https://example.com/Ada?x=1",
    "title": "Countess",
    "userType": "Employee",
    "preferredLanguage": "da, en-gb;q=0.8",
    "locale": "en-US",
    "timezone": "America/Los_Angeles",
    "active": True,
    "emails": [
        {"value": "ada@example.com", "type": "work", "primary": True},
        {"value": "ada@home.example", "type": "home", "display": "At home"},
    ],
    "phoneNumbers": [{"value": "+1 (201) 555-0123", "type": "mobile"}],
    "addresses": [{"type": "work", "streetAddress": "1 Engine Street", "locality": "London", "country": "GB"}],
    ENTERPRISE: {
        "employeeNumber": "701984",
        "costCenter": "4130",
        "organization": "Analytical",
        "division": "Engines",
        "department": "Numbers",
    },
}


def rich(world: World, **changes: Any) -> Reply:
    """Create a user with every attribute that there is."""
    created = world.send("POST", "/Users", RICH | changes)
    assert created.status == 201, created.body
    return created


def schemas(world: World) -> dict[str, Any]:
    """All schemas, by their id."""
    return {each["id"]: each for each in world.send("GET", "/Schemas").body["Resources"]}


def attributes(world: World) -> Iterator[dict[str, Any]]:
    """All attributes and sub-attributes of all schemas."""
    for schema in schemas(world).values():
        for attribute in schema["attributes"]:
            yield attribute
            yield from attribute.get("subAttributes", [])
