"""Parameters of a list request: filter, page, order, projection. RFC 7644 sections 3.4.2 and 3.4.3."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from bridge_ref.scim.errors import ScimError, ScimType, bad_request, invalid_value
from bridge_ref.scim.projection import EVERYTHING, Projection, make_projection

SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
# Fits a 64-bit integer; larger numbers mean the same.
_LARGEST = 2**40
# Of names in a projection; all attributes that there are make a tenth of it.
_LONGEST = 10_000
# Of which a second one would make two queries of one.
_SINGLE = frozenset({"filter", "count", "startIndex", "sortBy", "sortOrder", "cursor"})


class Query(Struct, frozen=True):
    """The parameters of a query, read and brought into range."""

    filter: str | None = None
    start_index: int = 1
    count: int | None = None
    projection: Projection = EVERYTHING
    sort_by: str | None = None
    sort_order: str | None = None
    cursor: str | None = None
    has_start_index: bool = False


PLAIN = Query()


def parse_query(pairs: Collection[tuple[str, str]]) -> Query:
    """Parse the query of a URL; unknown parameters are ignored."""
    if not pairs:
        return PLAIN
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values and name in _SINGLE:
            raise invalid_value(f"{name} occurs twice.")
        values[name] = value
    return Query(
        filter=values.get("filter"),
        start_index=max(1, _number(values, "startIndex", 1)),
        count=max(0, _number(values, "count", 0)) if "count" in values else None,
        projection=make_projection(_names(values, "attributes"), _names(values, "excludedAttributes")),
        sort_by=values.get("sortBy"),
        sort_order=values.get("sortOrder"),
        cursor=values.get("cursor"),
        has_start_index="startIndex" in values,
    )


def parse_search(body: Any) -> Query:
    """The query in the body of a search request."""
    if not isinstance(body, dict):
        raise bad_request("The body must be one JSON object.", "invalidSyntax")
    fields = {name.lower(): value for name, value in body.items() if value is not None}
    schemas = fields.get("schemas")
    if not isinstance(schemas, list) or SEARCH_URN not in schemas:
        raise invalid_value(f"schemas must name {SEARCH_URN}.")
    start_index, count = _integer(fields, "startindex"), _integer(fields, "count")
    text = fields.get("filter")
    if text is not None and not isinstance(text, str):
        raise bad_request("The filter must be a string.", "invalidFilter")
    for name in ("sortBy", "sortOrder", "cursor"):
        if not isinstance(fields.get(name.lower(), ""), str):
            raise invalid_value(f"{name} must be a string.")
    return Query(
        filter=text,
        start_index=max(1, 1 if start_index is None else start_index),
        count=None if count is None else max(0, count),
        projection=make_projection(_strings(fields, "attributes"), _strings(fields, "excludedattributes")),
        sort_by=fields.get("sortby"),
        sort_order=fields.get("sortorder"),
        cursor=fields.get("cursor"),
        has_start_index=start_index is not None,
    )


def _number(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name, str(default)).strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise _no_number(name, values)
    number = _LARGEST if len(digits) > 12 else min(int(digits), _LARGEST)
    return -number if text.startswith("-") else number


def _integer(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _no_number(name, fields)
    return None if value is None else max(-_LARGEST, min(value, _LARGEST))


def _no_number(name: str, fields: Mapping[str, Any]) -> ScimError:
    scim_type: ScimType = "invalidCount" if name == "count" and "cursor" in fields else "invalidValue"
    return bad_request(f"{name} must be a whole number.", scim_type)


def _names(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return _checked(name, values.get(name, "").split(","))


def _strings(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name, [])
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise invalid_value(f"{name} must be a list of names.")
    return _checked(name, names)


def _checked(name: str, names: list[str]) -> tuple[str, ...]:
    if sum(map(len, names)) > _LONGEST:
        raise invalid_value(f"{name} is longer than {_LONGEST} characters.")
    return tuple(each.strip() for each in names if each.strip())
