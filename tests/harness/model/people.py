"""A small named world for the model's tests: Ada, the group Design, and the schemas of both."""

from __future__ import annotations

from typing import Any

from harness.model.characteristics import ResourceSchema
from harness.model.outcomes import AnythingPermitted, Permitted, PermittedRefusal, PermittedState
from harness.model.patch import PATCH_OP, apply_patch
from harness.model.standard import standard_schemas

USER: ResourceSchema = standard_schemas()["User"]
GROUP: ResourceSchema = standard_schemas()["Group"]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

ADA: dict[str, Any] = {
    "schemas": [USER.urn, ENTERPRISE],
    "id": "1",
    "externalId": "X-1",
    "userName": "Ada@example.com",
    "name": {"givenName": "Ada", "familyName": "Byron"},
    "displayName": "Ada Byron",
    "active": True,
    "emails": [
        {"value": "ada@example.com", "type": "work", "primary": True},
        {"value": "ada@example.org", "type": "home"},
    ],
    ENTERPRISE: {"department": "Engines", "manager": {"value": "9"}},
    "meta": {"resourceType": "User", "created": "2026-03-02T12:00:00Z", "location": "https://a/Users/1"},
}
DESIGN: dict[str, Any] = {
    "schemas": [GROUP.urn],
    "id": "g",
    "displayName": "Design",
    "members": [{"value": "1", "type": "User"}, {"value": "2"}],
}


def patched(resource: dict[str, Any], *operations: dict[str, Any]) -> list[Permitted]:
    """What the model permits after these operations on Ada or Design."""
    schema = GROUP if resource["schemas"] == [GROUP.urn] else USER
    return apply_patch(resource, {"schemas": [PATCH_OP], "Operations": list(operations)}, schema)


def states(outcomes: list[Permitted]) -> list[dict[str, Any]]:
    """The states among outcomes."""
    return [each.after for each in outcomes if isinstance(each, PermittedState)]


def refusals(outcomes: list[Permitted]) -> set[str]:
    """The error types of the refusals among outcomes."""
    return {each for outcome in outcomes if isinstance(outcome, PermittedRefusal) for each in outcome.error_types}


def likely(outcomes: list[Permitted]) -> dict[str, Any] | None:
    """The likely state of the one outcome that leaves everything open."""
    (only,) = outcomes
    assert isinstance(only, AnythingPermitted)
    return only.likely
