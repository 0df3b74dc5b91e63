"""Documents that say more, less or otherwise: errors, discovery, addresses, versions, answers to bulk jobs."""

from collections.abc import Iterable, Sequence
from typing import Any

from bridge_ref.account.groups import Group
from bridge_ref.decisions.bulk import Bulk
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.router import Request, Router
from bridge_ref.lab.variants.contents import reshaped
from bridge_ref.lab.variants.rewriting import in_part, rewritten
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import GROUP
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import Errors, ScimError, not_found
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.representation import LIST_URN, Representation
from bridge_ref.scim.schema import Attribute, Schema
from bridge_ref.scim.stored_user import Membership, StoredUser


class ErrorsSayMore(Errors):
    """Tells with an error a number, a time and where to read about it, under a schema of its own."""

    def render(self, error: ScimError) -> dict[str, Any]:
        """The body with further members."""
        shown = super().render(error)
        further = {"errorId": "E-4711", "timestamp": "2026-01-05T09:00:00Z", "documentation": "https://example.com/e"}
        return {**shown, "schemas": [*shown["schemas"], "urn:example:params:scim:api:messages:1.0:Trace"], **further}


class TypesInBrief(Discovery):
    """Leaves out of resource types and schemas what is optional."""

    def resource_types(self) -> dict[str, Any]:
        """The list without descriptions and ids."""
        shown = super().resource_types()
        return {**shown, "Resources": [_brief(each) for each in shown["Resources"]]}

    def resource_type(self, name: str) -> dict[str, Any]:
        """One resource type, without description and id."""
        return _brief(super().resource_type(name))

    def schemas(self) -> dict[str, Any]:
        """The list without names and descriptions of schemas."""
        shown = super().schemas()
        return {**shown, "Resources": [_nameless(each) for each in shown["Resources"]]}

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema, without name and description."""
        return _nameless(super().schema(urn))


def _brief(kind: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kind.items() if name not in ("description", "id")}


def _nameless(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in ("description", "name")}


class SchemasOfDiscovery(Discovery):
    """Lists the schema of the configuration, too: a document of discovery is a resource."""

    def schemas(self) -> dict[str, Any]:
        """The list with one more."""
        shown = super().schemas()
        return _with_one(shown, self._of_config(shown["Resources"][0]))

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema."""
        shown: dict[str, Any] = super().schemas()
        return self._of_config(shown["Resources"][0]) if urn == _CONFIG else super().schema(urn)

    def _of_config(self, other: dict[str, Any]) -> dict[str, Any]:
        location = f"{self.base_url}/Schemas/{_CONFIG}"
        supported = {"name": "supported", "type": "boolean", **_PLAIN, "description": "Whether it is offered."}
        features = [
            {"name": name, "type": "complex", **_PLAIN, "description": f"About {name}.", "subAttributes": [supported]}
            for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag")
        ]
        return {
            "schemas": other["schemas"],
            "id": _CONFIG,
            "name": "ServiceProviderConfig",
            "description": "What the server offers.",
            "attributes": features,
            "meta": {"resourceType": "Schema", "location": location},
        }


_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_PLAIN = {
    "multiValued": False,
    "required": True,
    "caseExact": False,
    "mutability": "readOnly",
    "returned": "default",
    "uniqueness": "none",
}


class TagsWithCommas(Etags):
    """Names versions by tags that hold a comma and a slash."""

    def user(self, user: StoredUser, groups: Sequence[Membership]) -> str | None:
        """The tag with its marks."""
        return _odd(super().user(user, groups))

    def group(self, group: Group) -> str | None:
        """The tag with its marks."""
        return _odd(super().group(group))


def _odd(tag: str | None) -> str | None:
    return None if tag is None else f'{tag[:-1]}-a,b/W*"'


class BulkAnswersBackwards(Bulk):
    """Tells of the operations of a job in another order."""

    def run(self, body: Any, context: Any) -> Any:
        """The answer with its entries turned round."""
        answer: Answer = yield from super().run(body, context)
        if not isinstance(answer, Answer) or not isinstance(answer.body, dict):
            return answer
        turned = {**answer.body, "Operations": answer.body["Operations"][::-1]}
        return Answer(answer.status, turned, answer.location, answer.headers, answer.etag)


_DEVICE = "urn:example:params:scim:schemas:inventory:1.0:Device"


class DevicesAreDeclared(Discovery):
    """Declares a resource type of its own."""

    def resource_types(self) -> dict[str, Any]:
        """The list with the devices."""
        return _with_one(super().resource_types(), self.resource_type("Device"))

    def resource_type(self, name: str) -> dict[str, Any]:
        """One resource type."""
        if name != "Device":
            return super().resource_type(name)
        meta = {"resourceType": "ResourceType", "location": f"{self.base_url}/ResourceTypes/Device"}
        return {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": "Device",
            "name": "Device",
            "endpoint": "/Devices",
            "description": "What people work with.",
            "schema": _DEVICE,
            "schemaExtensions": [],
            "meta": meta,
        }

    def schemas(self) -> dict[str, Any]:
        """The list with the schema of a device."""
        return _with_one(super().schemas(), self.schema(_DEVICE))

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema."""
        if urn != _DEVICE:
            return super().schema(urn)
        serial = {"name": "serialNumber", "type": "string", **_PLAIN, "description": "What is printed on it."}
        return {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": _DEVICE,
            "name": "Device",
            "description": "What people work with.",
            "attributes": [serial],
            "meta": {"resourceType": "Schema", "location": f"{self.base_url}/Schemas/{_DEVICE}"},
        }


def _with_one(shown: dict[str, Any], further: dict[str, Any]) -> dict[str, Any]:
    found = [*shown["Resources"], further]
    return {**shown, "totalResults": len(found), "itemsPerPage": len(found), "Resources": found}


class DevicesAreListed(Router):
    """Answers reads of devices: there are none."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; devices are read."""
        return ("GET",) if segments[:1] == ("Devices",) and len(segments) < 3 else super().allowed(segments)

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The decision; of devices the empty list."""
        return _devices(request) if request.segments[:1] == ("Devices",) else super().decide(request, context)


def _devices(request: Request) -> ScimDecision:
    if len(request.segments) > 1:
        raise not_found("device", request.segments[1])
    return Outcome(Answer(200, {"schemas": [LIST_URN], "totalResults": 0, "itemsPerPage": 0, "Resources": []}))
    yield  # a decision is a generator, though this one asks nothing


_CODE = Attribute("code", "A short name; given by the server.", mutability="readOnly")
_BILLING = Schema("urn:example:params:scim:schemas:extension:billing:1.0:Group", "Billing", "Money.", (_CODE,))


def _billing() -> None:
    reshaped(GROUP, GROUP.schema, (_BILLING,))


class GroupsWithCodes(Representation):
    """Gives each group a code, in an extension of its own."""

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group with the code."""
        shown = super().whole_group(group, members)
        code = {"code": f"G-{str(group.scim_id)[:6]}"}
        return {**shown, "schemas": [*shown["schemas"], _BILLING.id], _BILLING.id: code}


def _relative(shown: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "location": _below(shown["location"])} if "location" in shown else shown


def _below(address: str) -> str:
    return "/" + address.split("/", 3)[3]


variant("errors-say-more", "Tells more with an error, under a schema of its own.", "RFC7644 3.12", ErrorsSayMore)
variant("types-in-brief", "Leaves out of resource types and schemas what is optional.", "RFC7643 6, 7", TypesInBrief)
variant("schemas-of-discovery", "Lists the schema of its configuration, too.", "RFC7643 7, 8.7.2", SchemasOfDiscovery)
variant("tags-with-commas", "Names versions by tags that hold commas.", "RFC9110 8.8.3", TagsWithCommas)
variant(
    "bulk-answers-backwards", "Tells of the operations of a job in another order.", "RFC7644 3.7", BulkAnswersBackwards
)
variant(
    "an-extension-of-groups",
    "Has an extension of groups, with an attribute that it sets itself.",
    "RFC7643 3.3, 6",
    GroupsWithCodes,
    reshape=_billing,
)
variant(
    "references-below-the-root",
    "Writes the addresses of members and of groups as paths.",
    "RFC7643 2.3.7; RFC3986 4.2",
    rewritten(in_part("members", lambda each: {**each, "$ref": _below(each["$ref"])} if "$ref" in each else each)),
    rewritten(in_part("groups", lambda each: {**each, "$ref": _below(each["$ref"])} if "$ref" in each else each)),
)
variant(
    "locations-below-the-root",
    "Writes `meta.location` as a path.",
    "RFC7643 2.3.7, 3.1; RFC3986 4.2",
    rewritten(in_part("meta", _relative)),
)
