"""The discovery documents: RFC 7643 sections 5 to 7, RFC 7644 section 4."""

from collections.abc import Iterator
from typing import Any

from bridge_ref.scim.capabilities import Capabilities
from bridge_ref.scim.catalogue import RESOURCE_TYPES
from bridge_ref.scim.errors import not_found
from bridge_ref.scim.limits import Limits
from bridge_ref.scim.representation import LIST_URN
from bridge_ref.scim.schema import Attribute, ResourceType, Schema

CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"


class Discovery:
    """Writes the three discovery documents from the catalogue of schemas."""

    def __init__(self, base_url: str, capabilities: Capabilities, limits: Limits) -> None:
        self.base_url = base_url
        self.capabilities = capabilities
        self.limits = limits

    def config(self) -> dict[str, Any]:
        """The service provider's configuration."""
        return {
            "schemas": [CONFIG_URN],
            "patch": {"supported": self.capabilities.patch},
            "bulk": {
                "supported": self.capabilities.bulk,
                "maxOperations": self.limits.max_operations,
                "maxPayloadSize": self.limits.max_bulk_bytes,
            },
            "filter": {"supported": self.capabilities.filter, "maxResults": self.limits.max_results},
            "changePassword": {"supported": False},
            "sort": {"supported": self.capabilities.sort},
            "etag": {"supported": self.capabilities.etag},
            "pagination": self._pagination(),
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Bearer token",
                    "description": "The token that was made when provisioning was set up.",
                    "primary": True,
                }
            ],
            "meta": self._meta("ServiceProviderConfig", "/ServiceProviderConfig"),
        }

    def _pagination(self) -> dict[str, Any]:
        """The paging methods offered."""
        pagination: dict[str, Any] = {
            "cursor": self.capabilities.cursor,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": self.limits.max_results,
            "maxPageSize": self.limits.max_results,
        }
        if self.capabilities.cursor:
            pagination["cursorTimeout"] = self.limits.cursor_timeout_s
        return pagination

    def resource_types(self) -> dict[str, Any]:
        """All resource types, as a list."""
        return _list([self._resource_type(each) for each in RESOURCE_TYPES])

    def resource_type(self, name: str) -> dict[str, Any]:
        """One resource type."""
        for each in RESOURCE_TYPES:
            if each.name == name:
                return self._resource_type(each)
        raise not_found("resource type", name)

    def schemas(self) -> dict[str, Any]:
        """All schemas, as a list."""
        return _list([self._schema(each) for each in _schemas()])

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema."""
        for each in _schemas():
            if each.id.lower() == urn.lower():
                return self._schema(each)
        raise not_found("schema", urn)

    def _resource_type(self, resource_type: ResourceType) -> dict[str, Any]:
        extensions = [{"schema": each.id, "required": False} for each in resource_type.extensions]
        return {
            "schemas": [RESOURCE_TYPE_URN],
            "id": resource_type.name,
            "name": resource_type.name,
            "endpoint": resource_type.endpoint,
            "description": resource_type.description,
            "schema": resource_type.schema.id,
            "schemaExtensions": extensions,
            "meta": self._meta("ResourceType", f"/ResourceTypes/{resource_type.name}"),
        }

    def _schema(self, schema: Schema) -> dict[str, Any]:
        return {
            "schemas": [SCHEMA_URN],
            "id": schema.id,
            "name": schema.name,
            "description": schema.description,
            "attributes": [_attribute(each) for each in schema.attributes],
            "meta": self._meta("Schema", f"/Schemas/{schema.id}"),
        }

    def _meta(self, resource_type: str, path: str) -> dict[str, Any]:
        return {"resourceType": resource_type, "location": self.base_url + path}


def _schemas() -> Iterator[Schema]:
    for each in RESOURCE_TYPES:
        yield each.schema
        yield from each.extensions


def _list(resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schemas": [LIST_URN],
        "totalResults": len(resources),
        "startIndex": 1,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": attribute.name,
        "type": attribute.type,
        "multiValued": attribute.multi_valued,
        "description": attribute.description,
        "required": attribute.required,
        "mutability": attribute.mutability,
        "returned": attribute.returned,
    }
    if attribute.type not in ("boolean", "complex"):
        described |= {"caseExact": attribute.case_exact, "uniqueness": attribute.uniqueness}
    if attribute.canonical_values:
        described["canonicalValues"] = list(attribute.canonical_values)
    if attribute.reference_types:
        described["referenceTypes"] = list(attribute.reference_types)
    if attribute.sub_attributes:
        described["subAttributes"] = [_attribute(each) for each in attribute.sub_attributes]
    return described
