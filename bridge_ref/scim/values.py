"""Check values against the schema and bring them into stored form: RFC 7643 sections 2.3 to 2.5."""

import re
from typing import Any

from bridge_ref.scim.canonical import canonical_part, canonical_uri
from bridge_ref.scim.errors import ScimError, invalid_value
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.schema import Attribute

# Of one attribute but `members`, which has a limit of its own; adding to them looks at all of them.
MAX_VALUES = 100
_NUMBERS: dict[str, type[Any] | tuple[type[Any], ...]] = {"integer": int, "decimal": (int, float)}
_IN_WORDS = {"integer": "a whole number", "decimal": "a number"}
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+")


def parse_value(attribute: Attribute, value: Any, leniency: Leniency) -> Any:
    """The value as it is kept, or None for "unassigned"; `invalidValue` if it does not fit the attribute."""
    if value is None:
        return None
    if attribute.name == "manager" and leniency.loose_manager:
        value = _plain_manager(value)
    if attribute.multi_valued:
        return _parse_values(attribute, value, leniency)
    return parse_single(attribute, value, leniency)


def parse_single(attribute: Attribute, value: Any, leniency: Leniency) -> Any:
    """One value, also of an attribute that can have several."""
    if value is None:
        return None
    if attribute.is_complex:
        return _parse_complex(attribute, value, leniency)
    return _parse_simple(attribute, value, leniency)


def parse_part(attribute: Attribute, sub: Attribute, value: Any, leniency: Leniency) -> Any:
    """The value of one sub-attribute as it is kept."""
    if attribute.name == "manager" and value == "" and leniency.loose_manager:
        return None
    return canonical_part(attribute, sub, parse_value(sub, value, leniency), leniency)


def merge_values(old: list[Any], new: list[Any]) -> list[Any]:
    """Old and new values together, none twice; where the new ones name a primary the old ones lose theirs."""
    # What is there already changes nothing, not even which one is primary.
    fresh = without_repeats([value for value in new if value not in old])
    if any(_is_primary(value) for value in fresh):
        return _within_limit(without_repeats([_without_primary(value) for value in old] + fresh))
    return _within_limit(old + fresh)


def without_repeats(values: list[Any]) -> list[Any]:
    """The values without duplicates."""
    kept: list[Any] = []
    seen: set[Any] = set()
    for value in values:
        key = _key(value)
        if key not in seen:
            seen.add(key)
            kept.append(value)
    return kept


def _key(value: Any) -> Any:
    # Texts and Booleans nearly always; true is not 1, and a list has no hash.
    if isinstance(value, dict) and all(isinstance(each, str | bool) for each in value.values()):
        return frozenset(value.items())
    return repr(sorted(value.items())) if isinstance(value, dict) else repr(value)


def settle_primary(values: list[Any], written: set[int]) -> list[Any]:
    """The values with at most one primary: the first newly written one, if any."""
    claims = [index for index in sorted(written) if _is_primary(values[index])]
    if not claims:
        return values
    return [value if index == claims[0] else _without_primary(value) for index, value in enumerate(values)]


def _parse_values(attribute: Attribute, value: Any, leniency: Leniency) -> list[Any] | None:
    if not isinstance(value, list):
        raise invalid_value(f"{attribute.name} must be a list.")
    parsed = [parse_single(attribute, each, leniency) for each in value]
    kept = without_repeats([each for each in parsed if each is not None])
    if sum(map(_is_primary, kept)) > 1:
        raise invalid_value(f"Only one value of {attribute.name} can be primary.")
    return (kept if attribute.name == "members" else _within_limit(kept)) or None


def _within_limit(values: list[Any]) -> list[Any]:
    if len(values) > MAX_VALUES:
        raise ScimError(413, f"An attribute can have at most {MAX_VALUES} values.")
    return values


def _parse_complex(attribute: Attribute, value: Any, leniency: Leniency) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        raise invalid_value(f"{attribute.name} must be an object.")
    parsed: dict[str, Any] = {}
    for name, each in value.items():
        sub = attribute.find_sub(name)
        if sub is None or sub.mutability == "readOnly":
            continue
        kept = parse_part(attribute, sub, each, leniency)
        if kept is not None:
            parsed[sub.name] = kept
    if attribute.name == "manager" and "value" in parsed:
        # Follows from the value, and is shown beside it; kept, it would outlive a change of the value.
        parsed.pop("$ref", None)
    return parsed or None


def _parse_simple(attribute: Attribute, value: Any, leniency: Leniency) -> Any:
    if attribute.type == "boolean":
        return _parse_boolean(attribute, value, leniency)
    if attribute.type in _NUMBERS:
        return _parse_number(attribute, value)
    if not isinstance(value, str):
        raise invalid_value(f"{attribute.name} must be a string.")
    if attribute.reference_types == ("external",):
        if not _ABSOLUTE_URI.fullmatch(value):
            raise invalid_value(f"{attribute.name} must be a URI.")
        return canonical_uri(value)
    return value


def _parse_number(attribute: Attribute, value: Any) -> int | float:
    """A number of JSON, and no text; an integer has no fraction (RFC 7643 sections 2.3.3, 2.3.4)."""
    is_right = isinstance(value, _NUMBERS[attribute.type]) and not isinstance(value, bool)
    if not is_right:
        raise invalid_value(f"{attribute.name} must be {_IN_WORDS[attribute.type]}.")
    number: int | float = value
    return number


def _parse_boolean(attribute: Attribute, value: Any, leniency: Leniency) -> bool:
    if isinstance(value, str) and leniency.string_booleans:
        value = {"true": True, "false": False}.get(value.lower(), value)
    if not isinstance(value, bool):
        raise invalid_value(f"{attribute.name} must be true or false.")
    return value


def _plain_manager(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else {}
    return {"value": value} if isinstance(value, str) and value else value or {}


def _is_primary(value: Any) -> bool:
    return isinstance(value, dict) and value.get("primary") is True


def _without_primary(value: Any) -> Any:
    return {**value, "primary": False} if _is_primary(value) else value
