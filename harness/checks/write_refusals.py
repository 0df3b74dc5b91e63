"""Refusals of writes: which rows ask for one, what the bridge said, and which refusals are the bridge's own policy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from harness.model.characteristics import ResourceSchema
from harness.model.members import member
from harness.model.outcomes import PermittedRefusal
from harness.model.patch import apply_patch
from harness.model.paths import BadPath, parse_path
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.message import is_error_message

_P = "RFC7644-3.5.2"
_INDEX = re.compile(r"\[\s*-?\d+\s*\]|\.\d+(\.|$)")
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;@_+/=()#?&!*-]{0,120}")
_OWN_ROWS = re.compile(r"RFC7644-3[.]5[.]2(?:[.][123])?-\d\d")


def due_rows(body: Mapping[str, Any], refusal: PermittedRefusal) -> tuple[str, ...]:
    """The rows of section 3.5.2 for which a PATCH has to be refused, the most exact where the model names two."""
    operations = member(body, "Operations")
    listed = [each for each in operations if isinstance(each, Mapping)] if isinstance(operations, list) else []
    rows = [row for row in refusal.because if _OWN_ROWS.fullmatch(row)]
    if f"{_P}-04" in rows:
        is_missing = any(not isinstance(member(each, "op"), str) for each in listed)
        rows = [f"{_P}-04" if is_missing else f"{_P}-05"]
    if f"{_P}.1-03" in rows:
        rows = [f"{_P}.1-03" if any(str(member(each, "op")).lower() == "add" for each in listed) else f"{_P}.3-01"]
    if f"{_P}.2-01" in rows:
        rows.append(f"{_P}-07")
    paths = [path for each in listed if isinstance(path := member(each, "path"), str)]
    if {f"{_P}-12", f"{_P}-13"} & set(rows) and any(_INDEX.search(path) for path in paths):
        rows = [f"{_P}-36"]
    return tuple(rows)


def types_of(body: Mapping[str, Any], before: Json, schema: ResourceSchema) -> set[str]:
    """The error types that some operation of a PATCH, taken alone, may be refused with: which one is met first is open.

    What is not there and could not be written if it were may be refused for either reason.
    """
    operations = member(body, "Operations")
    found: set[str] = set()
    for each in operations if isinstance(operations, list) else ():
        if member(each, "path") == "":
            found |= {"invalidValue", "invalidSyntax", "noTarget", ""}  # read as no path at all
        if _is_at_fixed_part(each, schema):
            found.add("mutability")
        alone = {"schemas": member(body, "schemas"), "Operations": [each]}
        for outcome in apply_patch(before, alone, schema):
            if isinstance(outcome, PermittedRefusal):
                found |= outcome.error_types
    return found


def _is_at_fixed_part(operation: Any, schema: ResourceSchema) -> bool:
    path = member(operation, "path")
    try:
        place = schema.find(parse_path(path).target) if isinstance(path, str) else None
    except BadPath:
        return False
    leaf = place.leaf if place else None
    return leaf is not None and leaf.mutability in ("immutable", "readOnly")


def own_words(exchange: Exchange) -> str:
    """How a bridge answered: its status, error type and detail."""
    said = [f"status {exchange.status}"]
    said += [str(exchange.json[name])[:160] for name in ("scimType", "detail") if exchange.json.get(name)]
    return ": ".join(said)


def is_an_error(exchange: Exchange) -> bool:
    """Whether the answer is an Error message with its status."""
    return exchange.has_json and is_error_message(exchange.json) and str(exchange.json.get("status")) != "None"


def is_of_policy(exchange: Exchange, schema: ResourceSchema, there: Collection[str]) -> bool:
    """Whether a refusal may have a reason that the RFC leaves to the bridge.

    Such are conflicts with others, limits of size, conditions, what values a bridge takes, and references to who is
    not known to be there; a group may be no member.
    """
    if exchange.status == 409:
        return any(True for value in _values(exchange) for _ in _texts(value))  # only a text can be somebody else's
    if exchange.status not in (400, 422) or exchange.json.get("scimType") in ("uniqueness", "tooMany", "sensitive"):
        return True
    if any(name.lower() in ("if-match", "if-none-match") for name, _ in exchange.request.headers):
        return True
    texts = list(_texts(exchange.sent_json))
    if not all(_PLAIN.fullmatch(text) for text in texts if not text.startswith("urn:") and "[" not in text):
        return True
    return any(each not in there for each in _references(exchange.sent_json)) or schema.name not in ("User", "Group")


def _values(exchange: Exchange) -> list[Any]:
    """What a write sets: the values of its operations, or its body without the schemas."""
    body, operations = exchange.sent_json, get_attribute(exchange.sent_json, "Operations")
    if exchange.request.method == "PATCH" and isinstance(operations, list):
        return [get_attribute(each, "value") for each in operations if isinstance(each, dict)]
    return [value for name, value in body.items() if name.lower() != "schemas"]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _references(body: Any, within: str = "") -> Iterator[str]:
    """The ids of other resources in a body: members and managers."""
    if isinstance(body, list):
        for each in body:
            yield from _references(each, within)
    elif isinstance(body, Mapping):
        path = member(body, "path")
        own = str(path).lower() if isinstance(path, str) else within
        if isinstance(value := member(body, "value"), str) and ("members" in own or "manager" in own):
            yield value
        is_a_member = "members" in own and member(body, "op") is None
        if is_a_member and (str(member(body, "type")).lower() == "group" or member(body, "value") is None):
            yield ""
        for name, each in body.items():
            is_named = any(word in name.lower() for word in ("members", "manager"))
            yield from _references(each, name.lower() if is_named else own)
