"""Parse the body of a resource into the document that is stored: RFC 7644 sections 3.3 and 3.5.1."""

from typing import Any

from bridge_ref.scim.errors import bad_request, invalid_value
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.path import find_path, find_target
from bridge_ref.scim.schema import Attribute, ResourceType, Schema
from bridge_ref.scim.spelling import DRAFT_CORE, spelt_out
from bridge_ref.scim.stored_user import Document
from bridge_ref.scim.values import parse_part, parse_value


def parse_document(resource_type: ResourceType, body: Any, leniency: Leniency) -> Document:
    """The document of a create or a replacement: what is kept, under the names that the schemas give."""
    fields = _fields(body)
    _check_schemas(resource_type, fields.get("schemas"), leniency)
    document: Document = {}
    for written, value in fields.items():
        name = spelt_out(written, leniency)
        extension = resource_type.find_extension(name)
        if extension is not None:
            _merge(document, extension.id, _parse_extension(extension, value, leniency))
            continue
        attribute = resource_type.find(name)
        if attribute is None and (name != written or leniency.dotted_keys):
            _keep_named(document, resource_type, name, value, leniency)
        elif attribute is not None and is_kept(attribute, value):
            kept = parse_value(attribute, value, leniency)
            (_merge if isinstance(kept, dict) else _keep)(document, attribute.name, kept)
    _check_required(resource_type, document)
    return document


def is_kept(attribute: Attribute, value: Any) -> bool:
    """Whether a value sent for this attribute becomes part of the document."""
    if attribute.mutability == "writeOnly" and not isinstance(value, str | None):
        raise invalid_value(f"{attribute.name} must be a string.")
    return attribute.mutability not in ("readOnly", "writeOnly")


def check_required(attribute: Attribute, value: Any) -> None:
    """Refuse a required attribute without a value; blanks alone are none."""
    if attribute.required and (value is None or (isinstance(value, str) and not value.strip())):
        raise invalid_value(f"{attribute.name} is required.")


def _fields(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise bad_request("The body must be one JSON object.", "invalidSyntax")
    fields = {name.lower(): value for name, value in body.items()}
    if len(fields) < len(body):
        raise bad_request("An attribute occurs twice, in different letter case.", "invalidSyntax")
    return fields


def _check_schemas(resource_type: ResourceType, schemas: Any, leniency: Leniency) -> None:
    if schemas is None and leniency.missing_schemas:
        return
    if not isinstance(schemas, list) or not all(isinstance(urn, str) for urn in schemas):
        raise invalid_value("schemas must be a list of URIs.")
    if leniency.draft_schemas and any(urn.lower().startswith(DRAFT_CORE) for urn in schemas):
        return
    if resource_type.schema.id.lower() not in {urn.lower() for urn in schemas}:
        raise invalid_value(f"schemas must name {resource_type.schema.id}.")


def _parse_extension(extension: Schema, value: Any, leniency: Leniency) -> Document | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise invalid_value(f"{extension.id} must be an object.")
    document: Document = {}
    for name, each in value.items():
        attribute = extension.find(name)
        if attribute is not None and is_kept(attribute, each):
            _keep(document, attribute.name, parse_value(attribute, each, leniency))
    return document or None


def _keep_named(document: Document, resource_type: ResourceType, name: str, value: Any, leniency: Leniency) -> None:
    """Keep what a dotted or a URN key names: a part of an attribute, or an attribute of an extension."""
    path = find_path(name)
    target = find_target(resource_type, path) if path else None
    if target is None or target.attribute is None or target.attribute.multi_valued:
        return
    if not all(is_kept(each, value) for each in (target.attribute, target.sub) if each is not None):
        return
    attribute, place = target.attribute, document
    if target.extension is not None:
        place = document.setdefault(target.extension.id, {})
    if target.sub is None:
        kept = parse_value(attribute, value, leniency)
    else:
        part = parse_part(attribute, target.sub, value, leniency)
        kept = None if part is None else {target.sub.name: part}
    (_merge if isinstance(kept, dict) else _keep)(place, attribute.name, kept)
    if target.extension is not None and not place:
        del document[target.extension.id]


def _merge(document: Document, name: str, value: Any) -> None:
    if value is not None:
        document[name] = {**document.get(name, {}), **value}


def _keep(document: Document, name: str, value: Any) -> None:
    if value is not None:
        document[name] = value


def _check_required(resource_type: ResourceType, document: Document) -> None:
    for attribute in resource_type.schema.required:
        check_required(attribute, document.get(attribute.name))
