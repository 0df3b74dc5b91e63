"""Apply the steps of a PATCH to a document, all or none: RFC 7644 section 3.5.2."""

from typing import Any

import msgspec

from bridge_ref.scim.document import check_required, is_kept
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.filter.evaluate import make_value_predicate
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.patch.plan import PatchStep, plan_steps
from bridge_ref.scim.patch.request import MISSING, PatchOperation, equal_terms, parse_operations
from bridge_ref.scim.schema import Attribute, ResourceType
from bridge_ref.scim.stored_user import Document
from bridge_ref.scim.values import merge_values, parse_part, parse_single, parse_value, settle_primary, without_repeats

_decode, _encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode


class Patch:
    """Reads PATCH bodies and applies them to documents."""

    def __init__(self, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> None:
        self.leniency = leniency
        self.limits = limits

    def plan(self, resource_type: ResourceType, body: Any) -> list[PatchStep]:
        """The steps that a body asks for."""
        operations: list[PatchOperation] = parse_operations(body, self.leniency, self.limits)
        return plan_steps(resource_type, operations, self.leniency, self.limits)

    def apply(self, document: Document, steps: list[PatchStep]) -> Document:
        """The document after all steps, in order; the given one stays as it is."""
        if len(steps) > self.limits.max_patch_steps:
            raise ScimError(413, f"A PATCH can write to attributes at most {self.limits.max_patch_steps} times.")
        patched: Document = _decode(_encode(document))  # a copy, ten times as fast as `deepcopy`
        for step in steps:
            self._apply(patched, step)
        return patched

    def _apply(self, document: Document, step: PatchStep) -> None:
        target, urn = step.target, step.target.extension.id if step.target.extension else None
        if target.attribute is None:
            document.pop(str(urn), None)
            return
        if not is_kept(target.attribute, None if step.value is MISSING else step.value):
            return
        place = document if urn is None else document.setdefault(urn, {})
        self._apply_at(place, target.attribute, target.sub, step)
        if urn is not None and not place:
            del document[urn]

    def _apply_at(self, place: Document, attribute: Attribute, sub: Attribute | None, step: PatchStep) -> None:
        if step.filter is not None:
            self._apply_filtered(place, attribute, step)
        elif sub is None:
            self._apply_whole(place, attribute, step)
        elif attribute.multi_valued:
            values = place.get(attribute.name) or []
            self._write_values(place, attribute, sub.name, step, values, set(range(len(values))))
        else:
            self._apply_sub(place, attribute, sub, step)

    def _apply_whole(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        if step.op == "remove":
            self._remove_whole(place, attribute, step)
            return
        value = self._parse(attribute, step.value)
        if attribute.multi_valued and step.op == "add":
            value = merge_values(place.get(attribute.name) or [], value or [])
        elif attribute.is_complex and not attribute.multi_valued and isinstance(step.value, dict):
            value = _merge_complex(attribute, place.get(attribute.name), value, step.value)
        check_required(attribute, value)
        _set(place, attribute.name, value)

    def _remove_whole(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        if attribute.required:
            raise ScimError(400, f"{attribute.name} is required and cannot be removed.", "mutability")
        kept = None
        if attribute.multi_valued and step.value is not MISSING and step.value is not None:
            if not self.leniency.remove_with_value:
                raise invalid_value("remove takes no value; name the values in the path.")
            # As with Entra's member removal: only the named values go.
            named = self._parse(attribute, step.value) or []
            kept = [value for value in place.get(attribute.name) or [] if not _is_named(value, named)]
        _set(place, attribute.name, kept)

    def _apply_sub(self, place: Document, attribute: Attribute, sub: Attribute, step: PatchStep) -> None:
        record = dict(place.get(attribute.name) or {})
        value = None if step.op == "remove" else parse_part(attribute, sub, step.value, self.leniency)
        _set(record, sub.name, value)
        _set(place, attribute.name, record)

    def _apply_filtered(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        if not attribute.multi_valued or step.filter is None:
            raise bad_request(f"{attribute.name} has no values to select from.", "invalidPath")
        values = list(place.get(attribute.name) or [])
        matches = make_value_predicate(step.filter, attribute, self.leniency)
        chosen = {index for index, value in enumerate(values) if matches(value)}
        if not chosen and step.op != "remove":
            chosen = {len(values)}
            values.append(self._make_value(attribute, step))
        self._write_values(place, attribute, step.sub, step, values, chosen)

    def _make_value(self, attribute: Attribute, step: PatchStep) -> dict[str, Any]:
        terms = equal_terms(step.filter) if self.leniency.value_filter_creates else {}
        label = attribute.find_sub("type")
        # Only under a label that the attribute knows: anything else is a target that does not exist.
        known = [value for name, value in terms.items() if name.lower() == "type"]
        if label is None or not known or known[0] not in label.canonical_values:
            raise bad_request(f"No value of {attribute.name} is selected by the path.", "noTarget")
        return {"type": known[0]}

    def _write_values(
        self,
        place: Document,
        attribute: Attribute,
        sub: str | None,
        step: PatchStep,
        values: list[Any],
        chosen: set[int],
    ) -> None:
        written = [
            self._write_value(attribute, sub, step, value) if index in chosen else value
            for index, value in enumerate(values)
        ]
        kept = [value for value in settle_primary(written, chosen) if value]
        _set(place, attribute.name, without_repeats(kept))

    def _write_value(self, attribute: Attribute, name: str | None, step: PatchStep, old: Any) -> Any:
        if name is None:
            if step.op == "remove":
                return None
            new = parse_single(attribute, step.value, self.leniency) or {}
            return {**old, **new} if step.op == "add" or step.filter is None else new
        sub = attribute.find_sub(name)
        if sub is None:
            raise bad_request(f"{attribute.name} has no sub-attribute {name}.", "invalidPath")
        record = dict(old)
        _set(record, sub.name, None if step.op == "remove" else parse_part(attribute, sub, step.value, self.leniency))
        return record

    def _parse(self, attribute: Attribute, value: Any) -> Any:
        single = attribute.multi_valued and isinstance(value, dict)
        return parse_value(attribute, [value] if single else value, self.leniency)


def _merge_complex(attribute: Attribute, old: Any, new: Any, sent: dict[str, Any]) -> dict[str, Any]:
    merged = {**(old or {}), **(new or {})}
    for name in sent:
        sub = attribute.find_sub(name)
        if sub is not None and sub.name not in (new or {}):
            merged.pop(sub.name, None)
    return merged


def _is_named(value: Any, named: list[Any]) -> bool:
    return any(each.items() <= value.items() for each in named)


def _set(place: Document, name: str, value: Any) -> None:
    if value is None or value == [] or value == {}:
        place.pop(name, None)
    else:
        place[name] = value
