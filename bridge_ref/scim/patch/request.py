"""Parse the body of a PATCH into operations: RFC 7644 section 3.5.2."""

from typing import Any, Literal

from msgspec import Struct

from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.filter.parser import Comparison, Filter, ValueFilter, parse_filter
from bridge_ref.scim.leniency import LENIENT, Leniency
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.path import AttributePath, find_path
from bridge_ref.scim.spelling import spelt_out

PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MISSING = object()

Op = Literal["add", "replace", "remove"]


class Path(Struct, frozen=True):
    """A path: an attribute, a filter on its values, a sub-attribute of those."""

    attribute: AttributePath
    filter: Filter | None = None
    sub: str | None = None


class PatchOperation(Struct, frozen=True):
    """One operation; `value` is `MISSING` where none was sent."""

    op: Op
    path: Path | None
    value: Any = MISSING


def parse_operations(body: Any, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> list[PatchOperation]:
    """The operations of a PATCH body; a 400 error if it is none."""
    if not isinstance(body, dict):
        raise bad_request("The body must be one JSON object.", "invalidSyntax")
    fields = {name.lower(): value for name, value in body.items()}
    _check_schemas(fields.get("schemas"), leniency)
    operations = fields.get("operations")
    if not isinstance(operations, list) or not operations:
        raise bad_request("Operations must be a list of at least one operation.", "invalidSyntax")
    if len(operations) > limits.max_patch_operations:
        raise ScimError(413, f"A PATCH can have at most {limits.max_patch_operations} operations.")
    return [_parse_operation(each, leniency, limits) for each in operations]


def parse_path(text: Any, limits: Limits = DEFAULT_LIMITS, leniency: Leniency = LENIENT) -> Path:
    """A path: an attribute, with or without URN before it, filter on its values, sub-attribute after it."""
    if not isinstance(text, str) or not text.strip():
        raise bad_request("path must be a string that names an attribute.", "invalidPath")
    if len(text) > limits.max_filter_length:
        raise bad_request(f"path is longer than {limits.max_filter_length} characters.", "invalidPath")
    text = spelt_out(text.strip(), leniency)
    if "[" in text:
        return _parse_filter_path(text, limits)
    attribute = find_path(text)
    if attribute is None:
        raise bad_request(f"{text!r} is not a path.", "invalidPath")
    return Path(attribute)


def _check_schemas(schemas: Any, leniency: Leniency) -> None:
    if schemas is None and leniency.missing_patch_schemas:
        return
    if not isinstance(schemas, list) or PATCH_URN.lower() not in {str(urn).lower() for urn in schemas}:
        raise invalid_value(f"schemas must name {PATCH_URN}.")


def _parse_operation(raw: Any, leniency: Leniency, limits: Limits) -> PatchOperation:
    if not isinstance(raw, dict):
        raise bad_request("An operation must be an object.", "invalidSyntax")
    fields = {name.lower(): value for name, value in raw.items()}
    if len(fields) < len(raw):
        raise bad_request("An operation has the same member twice.", "invalidSyntax")
    op = str(fields.get("op"))
    if leniency.op_in_any_case:
        op = op.lower()
    if op not in ("add", "replace", "remove"):
        raise bad_request(f"op must be add, replace or remove; {fields.get('op')!r} is not.", "invalidSyntax")
    path = parse_path(fields["path"], limits, leniency) if fields.get("path") is not None else None
    operation = PatchOperation(op, path, fields.get("value", MISSING))  # type: ignore[arg-type]
    _check_operation(operation)
    return operation


def _check_operation(operation: PatchOperation) -> None:
    if operation.op == "remove":
        if operation.path is None:
            raise bad_request("remove needs a path.", "noTarget")
        return
    if operation.value is MISSING:
        raise invalid_value(f"{operation.op} needs a value.")
    if operation.path is None and not isinstance(operation.value, dict):
        raise invalid_value(f"{operation.op} without a path needs an object as its value.")


def _parse_filter_path(text: str, limits: Limits) -> Path:
    closing = text.rfind("]")
    after = text[closing + 1 :]
    if closing < 0 or (after and not after.startswith(".")):
        raise bad_request(f"{text!r} is not a path.", "invalidPath")
    tree = _parse_value_filter(text[: closing + 1], limits)
    sub = find_path(after[1:]) if after else None
    if after and (sub is None or sub.sub or sub.urn):
        raise bad_request(f"{text!r} is not a path.", "invalidPath")
    return Path(tree.path, tree.inside, sub.name if sub else None)


def _parse_value_filter(text: str, limits: Limits) -> ValueFilter:
    try:
        tree = parse_filter(text, limits)
    except ScimError as error:
        raise bad_request(error.detail, "invalidPath") from None
    if not isinstance(tree, ValueFilter) or tree.path.sub:
        raise bad_request(f"{text!r} is not a path.", "invalidPath")
    return tree


def equal_terms(tree: Filter | None) -> dict[str, Any]:
    """The name and value of a filter that is nothing but `name eq value`; nothing for any other."""
    if isinstance(tree, Comparison) and tree.operator == "eq" and tree.path.sub is None:
        return {tree.path.name: tree.value}
    return {}
