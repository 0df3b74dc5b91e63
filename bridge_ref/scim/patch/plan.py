"""Turn PATCH operations into steps on one attribute each, however the path was written."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.filter.parser import Filter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.patch.request import Op, PatchOperation, Path, parse_path
from bridge_ref.scim.path import AttributePath, Target, find_path, find_target
from bridge_ref.scim.schema import ResourceType, Schema
from bridge_ref.scim.spelling import spelt_out

# In the RFC's core schema, though not in ours: mapped by many, so passed over even where it stands alone.
_UNSERVED = frozenset({"roles", "entitlements", "ims", "photos", "x509certificates"})
# Said by the client about the resource, and followed from its content by us.
_DERIVED = frozenset({"schemas"})


class PatchStep(Struct, frozen=True):
    """One write to one attribute. Without an attribute in its target it removes a whole extension."""

    op: Op
    target: Target
    value: Any
    filter: Filter | None = None
    sub: str | None = None


def plan_steps(
    resource_type: ResourceType,
    operations: list[PatchOperation],
    leniency: Leniency,
    limits: Limits = DEFAULT_LIMITS,
) -> list[PatchStep]:
    """The steps of all operations, in order; `invalidPath` if no schema has any of the attributes."""
    planner = _Planner(resource_type, leniency, limits)
    steps = [step for operation in operations for step in planner.plan(operation)]
    if planner.unknown and not planner.has_known:
        raise bad_request(f"There is no attribute {planner.unknown!r}.", "invalidPath")
    return steps


class _Planner:
    def __init__(self, resource_type: ResourceType, leniency: Leniency, limits: Limits) -> None:
        self._limits = limits
        self._resource_type = resource_type
        self._leniency = leniency
        self.unknown = ""
        self.has_known = False

    def plan(self, operation: PatchOperation) -> Iterator[PatchStep]:
        path = operation.path
        if path is None:
            for name, value in operation.value.items():
                yield from self._plan_key(operation.op, name, value)
            return
        target = self._find(path.attribute)
        if target is None:
            return
        if target.attribute is None:
            yield from self._plan_extension(operation.op, target, operation.value)
            return
        check_mutability(target)
        if not self._is_unknown_part(target, path):
            yield PatchStep(operation.op, target, operation.value, path.filter, path.sub)

    def _is_unknown_part(self, target: Target, path: Path) -> bool:
        """Whether a sub-attribute behind a filter is one that nobody knows: passed over as it is without a filter."""
        if path.sub is None or target.attribute is None or target.attribute.find_sub(path.sub):
            return False
        if not self._leniency.unknown_attributes:
            raise bad_request(f"{target.attribute.name} has no sub-attribute {path.sub}.", "invalidPath")
        self.unknown = f"{path.attribute.text}[].{path.sub}"
        return True

    def _plan_key(self, op: Op, name: str, value: Any) -> Iterator[PatchStep]:
        if "[" in name and self._leniency.dotted_keys:
            yield from self.plan(PatchOperation(op, parse_path(name, self._limits, self._leniency), value))
            return
        path = find_path(spelt_out(name, self._leniency))
        if path is None:
            raise bad_request(f"{name!r} is not an attribute name.", "invalidPath")
        target = None if self._is_refused_key(path) else self._find(path)
        if target is None or self._is_passed_over(target):
            return
        if target.attribute is None:
            yield from self._plan_extension(op, target, value)
            return
        check_mutability(target)
        yield PatchStep(op, target, value)

    def _plan_extension(self, op: Op, target: Target, value: Any) -> Iterator[PatchStep]:
        extension = target.extension
        assert extension is not None
        if op == "remove" or value is None:
            yield PatchStep("remove", target, None)
            return
        if not isinstance(value, dict):
            raise invalid_value(f"{extension.id} must be an object.")
        for name, each in value.items():
            yield from self._plan_extension_key(op, extension, name, each)

    def _plan_extension_key(self, op: Op, extension: Schema, name: str, value: Any) -> Iterator[PatchStep]:
        attribute = extension.find(name)
        if attribute is not None:
            target = Target(extension, attribute)
            check_mutability(target)
            yield PatchStep(op, target, value)
        elif not self._leniency.unknown_attributes:
            raise bad_request(f"There is no attribute {name!r} in {extension.id}.", "invalidPath")

    def _find(self, path: AttributePath) -> Target | None:
        target = find_target(self._resource_type, path)
        if target is not None and target.attribute is not None and target.attribute.name in _DERIVED:
            self.has_known = True
            return None
        if target is not None or (self._leniency.unknown_attributes and path.name.lower() in _UNSERVED):
            self.has_known = True
            return target
        if not self._leniency.unknown_attributes:
            raise bad_request(f"There is no attribute {path.text!r}.", "invalidPath")
        self.unknown = path.text
        return None

    def _is_refused_key(self, path: AttributePath) -> bool:
        if self._leniency.dotted_keys or not (path.sub or path.urn):
            return False
        if self._resource_type.find_extension(path.text):
            return False
        raise bad_request(f"{path.text!r} is not an attribute name.", "invalidPath")

    def _is_passed_over(self, target: Target) -> bool:
        attribute = target.attribute
        return self._leniency.read_only_in_pathless and attribute is not None and attribute.name in ("id", "meta")


def check_mutability(target: Target) -> None:
    """Refuse a write to what only the bridge sets."""
    for attribute in (target.attribute, target.sub):
        if attribute is not None and attribute.mutability == "readOnly":
            raise ScimError(400, f"{attribute.name} is read-only.", "mutability")
