"""PUT and POST of a whole resource: the states that it may be in afterwards. RFC 7644 sections 3.3 and 3.5.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.bodies import (
    TEXT_BOOLEANS,
    attributes_in,
    fits,
    is_canonical,
    lack_of_required,
    primaries_in,
    without_nulls,
    writable_part,
)
from harness.model.characteristics import Attribute, ResourceSchema, Spot
from harness.model.digests import digest_of
from harness.model.members import is_unassigned, member, value_at
from harness.model.outcomes import (
    MUTABILITY,
    WRONG_VALUE,
    AnythingPermitted,
    Permitted,
    PermittedRefusal,
    PermittedState,
)
from harness.model.records import same_content
from harness.model.states import with_value


@dataclass(slots=True)
class _Collected:
    """What the attributes of a body come to, while they are read one by one."""

    after: dict[str, Any]
    named: set[str] = field(default_factory=set)
    chosen: set[str] = field(default_factory=set)
    freedoms: set[str] = field(default_factory=set)
    refusals: list[PermittedRefusal] = field(default_factory=list)
    must_refuse: bool = False
    open_because: str = ""

    def refuse(self, types: frozenset[str], *because: str, must: bool = True, freedom: str = "") -> None:
        self.refusals.append(PermittedRefusal(frozenset({400}), types, because, (freedom,) if freedom else ()))
        self.must_refuse = self.must_refuse or must


def create_resource(body: Any, schema: ResourceSchema) -> list[Permitted]:
    """What a server may do with a POST to the endpoint of this type; conflicts with others are not known here.

    `after` has what the body gives. id and meta are the server's, and what was left out may get a default.
    """
    if not isinstance(body, Mapping):
        return [PermittedRefusal(frozenset({400}), frozenset({"invalidSyntax", ""}), ("RFC7644-3.12-07",))]
    found = _Collected(_bare(body, schema))
    for place, name, value in attributes_in(body, schema):
        _take(found, place, name, value, schema)
    omitted = frozenset(_left_out(found, schema))
    return _outcomes(found, schema, ("RFC7644-3.3-18",), omitted, before=None)


def replace_resource(resource: Mapping[str, Any], body: Any, schema: ResourceSchema) -> list[Permitted]:
    """What a server may do with a PUT of a resource, given in its whole representation. Nothing is changed."""
    if not isinstance(body, Mapping):
        return [PermittedRefusal(frozenset({400}), frozenset({"invalidSyntax", ""}), ("RFC7644-3.12-07",))]
    found = _Collected(_bare(body, schema))
    for place, value in _own(resource, schema):
        found.after = with_value(found.after, place, value, schema)
    for given, name, value in attributes_in(body, schema):
        if given is not None and given.attribute is not None and _keeps(found, given, value, resource):
            continue
        _take(found, given, name, value, schema)
    _keep_immutable(found, resource, schema)
    omitted = frozenset(_left_out(found, schema))
    return _outcomes(found, schema, ("RFC7644-3.5.1-02",), omitted, before=resource)


def _bare(body: Mapping[str, Any], schema: ResourceSchema) -> dict[str, Any]:
    named = member(body, "schemas")
    return {"schemas": list(named) if isinstance(named, list) and named else [schema.urn]}


def _own(resource: Mapping[str, Any], schema: ResourceSchema) -> Iterator[tuple[Spot, Any]]:
    """The readOnly attributes, which stay as they are."""
    for place in schema.places:
        if place.attribute is not None and place.sub is None and not place.attribute.is_writable:
            value = value_at(resource, place)
            if not is_unassigned(value):
                yield place, value


def _keeps(found: _Collected, place: Spot, value: Any, resource: Mapping[str, Any]) -> bool:
    """Whether the resource's own value stays: readOnly, or immutable and set."""
    attribute, current = place.attribute, value_at(resource, place)
    assert attribute is not None
    if not attribute.is_writable:
        if attribute.name == "id" and current is not None and value != current:
            # Ignored by section 3.5.1, refused in the example of section 3.12.
            found.refuse(frozenset({"mutability"}), "RFC7644-3.5.1-11", must=False, freedom="read-only-refused")
        found.freedoms.add("read-only-ignored")
        return True
    if attribute.mutability != "immutable" or is_unassigned(current):
        return False
    if not same_content(attribute, current, value):
        is_value = value != "" and not is_unassigned(value) and fits(attribute, value)
        # What is no value of the attribute may be told as that.
        types = MUTABILITY if is_value else MUTABILITY | WRONG_VALUE
        found.refuse(types, "RFC7644-3.5.1-08")
    return False


def _keep_immutable(found: _Collected, resource: Mapping[str, Any], schema: ResourceSchema) -> None:
    """Immutable values that the body leaves out stay: nothing updates them once they are set."""
    for place in schema.places:
        attribute = place.attribute
        if attribute is None or place.sub is not None or attribute.mutability != "immutable":
            continue
        value = value_at(resource, place)
        if place.key not in found.named and not is_unassigned(value):
            found.after = with_value(found.after, place, value, schema)
            found.named.add(place.key)


def _take(found: _Collected, place: Spot | None, name: str, value: Any, schema: ResourceSchema) -> None:
    if name.lower() == "schemas":
        _take_schemas(found, value, schema)
        return
    if place is None or place.attribute is None:
        found.freedoms.add("unknown-attributes")
        found.refuse(WRONG_VALUE, "RFC7644-3.3-19", must=False, freedom="unknown-attributes")
        return
    attribute, path = place.attribute, place.key
    found.named.add(path)
    if not attribute.is_writable:
        found.freedoms.add("read-only-ignored")
        return
    if is_unassigned(value):
        return
    if not fits(attribute, value):
        _take_misfit(found, attribute, value, name)
        return
    kept = without_nulls(writable_part(attribute, value))
    if not is_canonical(attribute, kept):
        found.chosen.add(path if not attribute.is_complex else f"{path}.type")
        found.refuse(WRONG_VALUE, "RFC7643-2.3.1-03", must=False, freedom="canonical-values-only")
    if primaries_in(kept) > 1:
        found.chosen.add(f"{path}.primary")
        found.refuse(WRONG_VALUE, "RFC7643-2.4-04", must=False)
    found.after = with_value(found.after, place, kept, schema)


def _take_schemas(found: _Collected, value: Any, schema: ResourceSchema) -> None:
    named = [each.lower() for each in value if isinstance(each, str)] if isinstance(value, list) else []
    known = {schema.urn.lower(), *(urn.lower() for urn in schema.extensions)}
    if schema.urn.lower() not in named or not known.issuperset(named):
        rows = ("RFC7643-3.3-03", "RFC7643-3-10")
        found.refuse(WRONG_VALUE, *rows, must=False, freedom="unknown-attributes")
        found.after = {
            **found.after,
            "schemas": [schema.urn, *(each for each in schema.extensions if each.lower() in named)],
        }


def _take_misfit(found: _Collected, attribute: Attribute, value: Any, name: str) -> None:
    if attribute.type == "boolean" and isinstance(value, str) and value.lower() in TEXT_BOOLEANS:
        found.open_because = f"{name} has a boolean as text"
        return
    found.refuse(WRONG_VALUE, "RFC7644-3.12-16")


def _left_out(found: _Collected, schema: ResourceSchema) -> Iterator[str]:
    """The writable attributes and sub-attributes that a body does not assert, as lower-case paths.

    null and an empty array do assert: there is no value.
    """
    for place in schema.places:
        attribute, sub, path = place.attribute, place.sub, place.key
        if attribute is None or path == "schemas":
            continue
        if sub is None:
            if path not in found.named and attribute.is_writable:
                yield path
            continue
        value = value_at(found.after, place)
        is_partial = not attribute.multi_valued and not is_unassigned(value)
        if sub.is_writable and is_partial and member(value, sub.name) is None:
            yield path


def _outcomes(
    found: _Collected,
    schema: ResourceSchema,
    because: tuple[str, ...],
    omitted: frozenset[str],
    before: Mapping[str, Any] | None,
) -> list[Permitted]:
    if found.open_because:
        return [AnythingPermitted(found.open_because, None)]
    if lack := lack_of_required(found.after, schema):
        row = "RFC7644-3.5.1-14" if before is not None else "RFC7643-4.1.1-02" if lack == "userName" else "RFC7643-7-15"
        was_null = lack.lower() in found.named
        found.refuse(WRONG_VALUE, row, "RFC7643-2.5-06", must=before is None or was_null)
    refusals: list[Permitted] = [*found.refusals]
    if found.must_refuse:
        return refusals
    if omitted:
        found.freedoms.add("omitted-cleared-or-kept" if before is not None else "defaults")
    state = PermittedState(
        found.after,
        because,
        tuple(sorted(found.freedoms)),
        frozenset(found.chosen) | omitted,
        changed=before is None or digest_of(found.after) != digest_of(before),
    )
    return [state, *refusals]
