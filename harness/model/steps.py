"""What a PATCH that was accepted makes of what is known: RFC 7644 section 3.5.2."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.candidates import Candidates, value_of
from harness.model.flat import CORE_URNS, Flat, as_sent, flatten, top_of
from harness.model.values import is_same

_PATH = re.compile(
    r"^(?P<urn>urn:[^\[\]]+:)?(?P<name>[A-Za-z$][\w$-]*)(\[(?P<filter>.*)\])?(\.(?P<sub>[\w$-]+))?$", re.S
)
_VERSION = re.compile(r":\d+\.\d+:[^:]+$")
_TERM = re.compile(r'^\s*(?P<name>[\w$]+)\s+eq\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false)\s*$', re.I)
# The attributes of several values that clients send; others are known by being shown as lists.
MANY = frozenset(
    ("emails", "phonenumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509certificates")
) | {"members"}
_CORE = MANY | frozenset(
    ("username", "name", "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale")
)
_CORE |= frozenset(("timezone", "active", "password", "externalid"))
_COMPLEX = frozenset(("name", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:manager"))


@dataclass
class Effect:
    """What a PATCH leaves: the attributes as they are then, which operation set each, and of which nothing is known."""

    flat: Flat
    touched: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def put(self, path: str, value: Any, how: str) -> None:
        """Set an attribute, or unset it with None."""
        self.touched[path] = "emptied" if how == "replace" and value in (None, []) else how
        if value is None or value == []:
            self.flat.pop(path, None)
        else:
            self.flat[path] = value
        self.unknown.discard(path)

    def below(self, path: str) -> list[str]:
        """The known sub-attributes of a complex attribute."""
        return [known for known in self.flat if known.startswith((f"{path}.", f"{path}:"))]


def apply_steps(flat: Mapping[str, Any], body: Mapping[str, Any], free: Iterable[str] = ()) -> Effect | None:
    """What is known after a PATCH; None where its operations can't be read. `free` is not known before it."""
    operations = next((value for name, value in body.items() if name.lower() == "operations"), None)
    if not isinstance(operations, list):
        return None
    effect = Effect(dict(flat), {}, set(free))
    for operation in operations:
        if not isinstance(operation, dict):
            return None
        given = {name.lower(): value for name, value in operation.items()}
        op = str(given.get("op")).lower()
        if op not in ("add", "replace", "remove"):
            return None
        path, value = given.get("path"), given.get("value")
        if path in (None, ""):
            if op == "remove" or not isinstance(value, dict):
                return None
            _apply_set(effect, op, value)
        elif not isinstance(path, str) or not _apply_at(effect, op, path, value):
            return None
    return effect


def _apply_set(effect: Effect, op: str, value: Mapping[str, Any]) -> None:
    """An operation without a path: each attribute by itself.

    Names with dots, with a filter, or behind a URN are paths to some; a body has no such names (RFC 7643 section 2.1).
    """
    for name, part in value.items():
        if _is_path(name) and name.lower() not in _COMPLEX:
            effect.unknown.update(_may_be_meant(effect, name.strip().lower()))
            continue
        if name.lower().startswith("urn:") and isinstance(part, dict) and name.lower() not in _COMPLEX:
            for sub, inner in part.items():
                if not _apply_at(effect, op, f"{name}:{sub}", inner):
                    effect.unknown.add(name.lower())
        elif not _apply_at(effect, op, name, part):
            effect.unknown.add(name.lower().partition("[")[0].partition(".")[0])


def _is_path(name: str) -> bool:
    urn, colon, last = name.rpartition(":")
    is_extension = bool(colon) and _VERSION.search(urn) is None
    return not is_extension and (bool(colon) or "." in last or "[" in last)


def _may_be_meant(effect: Effect, name: str) -> list[str]:
    for urn in CORE_URNS:
        name = name.removeprefix(f"{urn}:")
    top = name if name.startswith("urn:") else name.partition("[")[0].partition(".")[0]
    also = ["displayname"] if top == "name" else []
    return [top, *effect.below(top), *also]


def _apply_at(effect: Effect, op: str, path: str, value: Any) -> bool:
    lowered = path.strip().lower()
    for urn in CORE_URNS:
        if lowered.startswith(f"{urn}:"):
            path = path.strip()[len(urn) + 1 :]
    parts = _PATH.match(path.strip())
    if not parts:
        return _apply_extension(effect, op, lowered, value)
    urn = (parts["urn"] or "").lower()
    name, sub = urn + parts["name"].lower(), (parts["sub"] or "").lower()
    if name in ("id", "meta", "schemas", "groups"):
        return True  # the server's own, whatever is sent
    if not urn and name not in _CORE:
        effect.unknown.add(name)  # whether a server takes it for an attribute of an extension is its own reading
        return True
    if parts["filter"] is not None:
        return _apply_to_some(effect, op, name, parts["filter"], sub, value)
    if name in MANY or isinstance(effect.flat.get(name), list):
        return _apply_to_all(effect, op, name, sub, value)
    if sub:
        return _assign(effect, op, f"{name}.{sub}", value)
    if isinstance(value, dict) or name in _COMPLEX or effect.below(name):
        return _apply_to_complex(effect, op, name, value)
    return _assign(effect, op, name, value)


def _apply_extension(effect: Effect, op: str, path: str, value: Any) -> bool:
    """A path that is the URN of an extension itself: all of its attributes."""
    effect.unknown.add(path)
    return path.startswith("urn:")


def _assign(effect: Effect, op: str, path: str, value: Any) -> bool:
    if isinstance(value, list):
        effect.unknown.add(top_of(path))
        return True
    wanted = None if op == "remove" else as_sent({path: value})[path]
    if isinstance(wanted, dict):
        return _apply_to_complex(effect, op, path, value)
    _about(effect, path)
    effect.put(path, wanted if wanted != "" else None, op)
    if path == "active" and wanted in (None, ""):
        effect.unknown.add(path)  # a server gives it a value again, and which is its own
    return True


def _about(effect: Effect, path: str) -> None:
    """A server writes anew what it makes of others: a name of its parts, the reference and the name of a manager."""
    effect.unknown.update(companions(path))
    if path.startswith("name.") and path != "name.formatted":
        effect.unknown.add("name.formatted")
        effect.unknown.update({"displayname"} - effect.touched.keys())
    if path == "name.formatted":
        effect.unknown.update({"displayname"} - effect.touched.keys())


def is_companion(path: str) -> bool:
    """Whether a server makes this attribute of others."""
    return path in ("displayname", "name.formatted") or path.rpartition(".")[2] in ("$ref", "display", "displayname")


def companions(path: str) -> list[str]:
    """The sub-attributes beside this one that a server makes: they follow it, as it likes."""
    parent, dot, last = path.rpartition(".")
    return [f"{parent}.{name}" for name in ("$ref", "display", "displayname")] if dot and ":" not in last else []


def _apply_to_complex(effect: Effect, op: str, path: str, value: Any) -> bool:
    effect.unknown.update(companions(f"{path}."))
    if op == "remove" or value in (None, {}):
        for known in effect.below(path):
            effect.put(known, None, op)
        effect.put(path, None, op)
        return True
    if not isinstance(value, dict):
        effect.unknown.add(path)  # a single text for a complex attribute, such as a manager's id
        return True
    for name, part in as_sent(flatten(value)).items():
        _about(effect, f"{path}.{name}")
        effect.put(f"{path}.{name}", part, op)
    for name, part in value.items():
        if part in (None, "", []):
            effect.put(f"{path}.{name.lower()}", None, op)
    return True


def _items(name: str, value: Any) -> list[Any] | None:
    """The items that an operation brings for an attribute of several values."""
    listed = value if isinstance(value, list) else [value]
    if all(isinstance(each, dict) for each in listed):
        return list(as_sent(flatten({name: listed})).get(name, []))
    return None


def _apply_to_all(effect: Effect, op: str, name: str, sub: str, value: Any) -> bool:
    before = effect.flat.get(name, [])
    if not isinstance(before, list) or sub:
        effect.unknown.add(name)
        return True
    if name in effect.unknown and op != "replace" and not (op == "remove" and value is None):
        return True  # what was there is not known, so what is there now is not either
    if op == "remove" and value is None:
        effect.put(name, None, op)
        return True
    items = [] if value is None else _items(name, value)
    if items is None:
        effect.unknown.add(name)
    elif op == "remove":
        named = Candidates(items)
        effect.put(name, [each for each in before if not _is_among(name, each, named)], op)
    elif op == "replace":
        effect.put(name, _with_one_primary([], items), op)
    else:
        there = Candidates(before)
        fresh = [each for each in items if not any(_is_held(name, each, known) for _, known in there.of(each))]
        effect.put(name, _with_one_primary(before, fresh), op)
    return True


def _is_among(name: str, item: Any, items: Candidates) -> bool:
    return any(is_same(f"{name}.value", value_of(item), value_of(other)) for _, other in items.of(item))


def _is_held(name: str, item: Any, known: Any) -> bool:
    """Whether a value that is added is there already: the same value of the same type."""
    if not is_same(f"{name}.value", value_of(item), value_of(known)):
        return False
    return name == "members" or all(is_same(sub, part, known.get(sub)) for sub, part in item.items())


def _with_one_primary(before: list[Any], fresh: list[Any]) -> list[Any]:
    """Old and new items; a new primary one takes the mark off the others (RFC 7644 section 3.5.2)."""
    if not any(each.get("primary") is True for each in fresh):
        return [*before, *fresh]
    return [*({n: v for n, v in each.items() if n != "primary"} for each in before), *fresh]


def _apply_to_some(effect: Effect, op: str, name: str, text: str, sub: str, value: Any) -> bool:
    before, term = effect.flat.get(name, []), _TERM.match(text)
    if name in effect.unknown or not isinstance(before, list) or term is None:
        effect.unknown.add(name)
        return True
    wanted = as_sent({term["name"].lower(): _literal(term["value"])})
    key, told = next(iter(wanted.items()))
    is_hit = [isinstance(e, dict) and is_same(f"{name}.{key}", e.get(key), told) for e in before]
    if op == "remove" and not sub:
        effect.put(name, [e for e, hit in zip(before, is_hit, strict=True) if not hit], f"{op} chosen")
        return True
    if not any(is_hit):
        effect.unknown.add(name)  # whether nothing happens, it is refused, or one is made is the server's reading
        return True
    brought = as_sent({sub: value}) if sub else _items(name, value)
    if brought is None or (isinstance(brought, list) and len(brought) != 1):
        effect.unknown.add(name)
        return True
    change: Mapping[str, Any] = brought if isinstance(brought, dict) else brought[0]
    made = []
    for each, hit in zip(before, is_hit, strict=True):
        if not hit:
            made.append({n: v for n, v in each.items() if n != "primary" or change.get("primary") is not True})
        elif op == "remove":
            made.append({n: v for n, v in each.items() if n != sub})
        else:
            made.append({**each, **change})
    left = [{n: v for n, v in each.items() if v not in (None, "")} for each in made if each]
    effect.put(name, left, f"{op} chosen part" if sub else f"{op} chosen")
    if op == "remove":
        effect.unknown.add(name)  # a value without its parts may go as a whole
    return True


def _literal(text: str) -> Any:

    return json.loads(text if text.startswith('"') else text.lower())
