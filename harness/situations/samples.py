"""Legal values of an attribute, drawn from its characteristics (RFC 7643 sections 2.3 and 4)."""

from __future__ import annotations

from typing import Any

from harness.model.characteristics import Attribute
from harness.record.exchange import Json
from harness.situations.situation import Scene

# RFC 7643 section 4.1: what such a value must look like. The two of a pair differ.
_BY_NAME: dict[str, tuple[str, str]] = {
    "locale": ("en-US", "de-DE"),
    "preferredlanguage": ("en-US", "fr-CA"),
    "timezone": ("Europe/Berlin", "America/New_York"),
    "country": ("US", "DE"),
    "postalcode": ("10115", "90210-0001"),
    "region": ("CA", "NY"),
    "usertype": ("Employee", "Contractor"),
}
_BY_PARENT: dict[str, tuple[str, str]] = {
    "phonenumbers": ("tel:+1-201-555-0123", "tel:+1-201-555-0199"),
    "photos": ("https://photos.example/one.jpg", "https://photos.example/two.jpg"),
    "ims": ("ada.one", "ada.two"),
    "x509certificates": ("b25lIQ==", "dHdvIDI="),  # with one mark of padding and with two
}
# Where a schema names no canonical values.
_TYPES = ("work", "home", "other")
_BY_TYPE: dict[str, tuple[Any, Any]] = {
    "boolean": (True, False),
    "integer": (3, 4),
    "decimal": (1.5, 2.25),
    "dateTime": ("2024-01-02T03:04:05Z", "2025-06-07T08:09:10Z"),
    "binary": ("b25lIQ==", "dHdvIDI="),
    "reference": ("https://people.example/one?team=a%20b&of=c#top", "https://people.example/two"),
}


def pair_of(attribute: Attribute, scene: Scene, parent: str = "") -> tuple[Any, Any]:
    """Two different legal values of an attribute: for a multi-valued one, lists of one value."""
    if attribute.multi_valued:
        return [value_of(attribute, scene, 0)], [value_of(attribute, scene, 1)]
    return value_of(attribute, scene, 0, parent), value_of(attribute, scene, 1, parent)


def value_of(attribute: Attribute, scene: Scene, number: int, parent: str = "") -> Any:
    """One legal value; `number` 0 and 1 give different ones, and of a multi-valued attribute one of the values."""
    if attribute.type == "complex":
        return _complex(attribute, scene, number)
    name, parent = attribute.name.lower(), parent.lower()
    if name == "type" and parent:
        return types_of(attribute)[number]
    if name == "value" and parent == "emails":
        return scene.address(f"mail{number}")
    if name == "value" and parent in _BY_PARENT:
        return _BY_PARENT[parent][number]
    if name in _BY_NAME:
        return _BY_NAME[name][number]
    if attribute.canonical_values:
        return attribute.canonical_values[number % len(attribute.canonical_values)]
    if attribute.type in _BY_TYPE:
        return _BY_TYPE[attribute.type][number]
    return f"{attribute.name} {('one', 'Two')[number]} {scene.mark}"


def types_of(attribute: Attribute) -> list[str]:
    """At least two values for the sub-attribute `type`."""
    own = [str(each) for each in attribute.canonical_values]
    return own if len(own) > 1 else [*own, *(each for each in _TYPES if each not in own)]


def _complex(attribute: Attribute, scene: Scene, number: int) -> Json:
    made: Json = {}
    for sub in attribute.sub.values():
        if sub.mutability in ("readOnly",) or sub.name == "$ref" or (attribute.multi_valued and sub.name == "display"):
            continue
        if sub.name == "type" and attribute.multi_valued and not sub.canonical_values:
            continue  # a server that names none may refuse any
        if sub.name == "primary":
            if number == 0:
                made["primary"] = True
            continue
        made[sub.name] = value_of(sub, scene, number, attribute.name)
    return made


def is_writable(attribute: Attribute) -> bool:
    """Whether a client may write it, and may do so more than once."""
    return attribute.mutability == "readWrite"
