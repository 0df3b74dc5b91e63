"""1Password's hosted bridge, as recorded in 2026: docs/reference/readings.md names each recording.

Left out: members who were never provisioned are not listed (REC-12), since the reference account keeps them apart.
"""

import dataclasses
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.policy import with_policy
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.personas.persona import persona
from bridge_ref.lab.variants.rewriting import rewritten, with_resources
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.capabilities import without
from bridge_ref.scim.catalogue import USER_URN
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.projection import EVERYTHING, Projection
from bridge_ref.scim.stored_user import Document, User

_DERIVED = ("givenName", "familyName", "formatted")


class UsersAsRecorded(Users):
    """Answers a create with 200, keeps who is deleted as inactive, and derives the parts of a name from the whole."""

    def created(self, user: User, projection: Projection) -> Answer:
        """200 with the user (REC-02)."""
        return replace(super().created(user, projection), status=200)

    def completed(self, document: Document, body: Any = None) -> Document:
        """A display name and a language where none is sent (REC-02)."""
        document = super().completed(document, body)
        if body is None:
            return document
        name = document.get("name") or {}
        whole = " ".join(part for part in (name.get("givenName"), name.get("familyName")) if part)
        made = {"preferredLanguage": "en"} | ({"displayName": whole} if whole else {})
        sent = {str(attribute).lower() for attribute in body}  # null, too, says that there is no value
        return {**{attribute: value for attribute, value in made.items() if attribute.lower() not in sent}, **document}

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Of a PATCH of the display name alone the name follows, split at the first blank (REC-07)."""
        operations = write.body.get("Operations") if isinstance(write.body, dict) else None
        if isinstance(operations, list) and len(operations) == 1 and _names_only_display(operations[0]):
            write = replace(write, body={**write.body, "Operations": [*operations, _name_of(operations[0])]})
        return (yield from super().patch(write, context))

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """204, and the user stays in lists, as inactive (REC-04)."""
        user, groups = yield from self._get(scim_id, conditions)
        wanted = {**user.document, "active": False}
        outcome = yield from self._update(user, groups, wanted, EVERYTHING, context)
        return Outcome(Answer(204), outcome.change_set)


def _names_only_display(operation: Any) -> bool:
    if not isinstance(operation, dict) or str(operation.get("op")).lower() not in ("add", "replace"):
        return False
    value = operation.get("value")
    at_path = operation.get("path") == "displayName" and isinstance(value, str)
    return at_path or ("path" not in operation and isinstance(value, dict) and list(value) == ["displayName"])


def _name_of(operation: dict[str, Any]) -> dict[str, Any]:
    value = operation["value"]
    whole = str(value["displayName"] if isinstance(value, dict) else value)
    given, _, family = whole.partition(" ")
    parts = (given, family, whole)
    return {"op": "replace", "path": "name", "value": {n: p for n, p in zip(_DERIVED, parts, strict=True) if p}}


class GroupsAsRecorded(Groups):
    """Answers a create with 200 (REC-01)."""

    def created(self, group: Any, members: Any, projection: Projection) -> Answer:
        """200 with the group."""
        return replace(super().created(group, members, projection), status=200)


class TypesAsRecorded(Discovery):
    """Names the endpoint of users in the singular, in a list that begins at 0, with relative locations (REC-11)."""

    def resource_types(self) -> dict[str, Any]:
        """The list as recorded."""
        shown = super().resource_types()
        return {**shown, "startIndex": 0, "Resources": [_relative(each) for each in shown["Resources"]]}

    def resource_type(self, name: str) -> dict[str, Any]:
        """One of them."""
        return _relative(super().resource_type(name))


def _relative(kind: dict[str, Any]) -> dict[str, Any]:
    location = f"/scim/v2/ResourceTypes/{kind['name']}"
    endpoint = "/scim/v2/User" if kind["name"] == "User" else kind["endpoint"]
    return {**kind, "endpoint": endpoint, "meta": {**kind["meta"], "location": location}}


def _meta_as_recorded(resource: dict[str, Any]) -> dict[str, Any]:
    """Users have only their type in `meta`; groups have times, and neither has a location (REC-10)."""
    if "meta" not in resource:
        return resource
    kept = ("resourceType",) if USER_URN in resource["schemas"] else ("resourceType", "created", "lastModified")
    return {**resource, "meta": {name: value for name, value in resource["meta"].items() if name in kept}}


def _settle(settings: BridgeSettings) -> BridgeSettings:
    """Adoption (REC-01, REC-02), and without entity-tags, bulk jobs and cursors: none was seen."""
    policy = with_policy(("existing_user=adopt", "existing_group=adopt"))
    return dataclasses.replace(settings, policy=policy, capabilities=without(("etag", "bulk", "cursor")))


persona(
    "1password",
    "1Password's hosted bridge, as recorded in 2026.",
    "recordings of 2026: REC-01 to REC-11, REC-14",
    UsersAsRecorded,
    GroupsAsRecorded,
    TypesAsRecorded,
    rewritten(with_resources(_meta_as_recorded)),
    settle=_settle,
)
