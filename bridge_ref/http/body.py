"""Strict JSON bodies: refuse duplicate names and other ambiguity. RFC 8259, RFC 7493."""

import json
from typing import Any, NoReturn

import msgspec

from bridge_ref.scim.errors import ScimError, bad_request
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits


def parse_body(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Any:
    """The value of a JSON body; `invalidSyntax` for anything that is not plain and unambiguous."""
    if not body.strip():
        _refuse("a body is missing")
    _check_size(body, limits)
    try:
        # The one knows UTF-8 and surrogates, the other tells the same name twice.
        msgspec.json.decode(body)
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        _refuse(str(error))
    if body.count(b"[") + body.count(b"{") > limits.max_json_depth:
        _check_depth(value, limits.max_json_depth)
    if b"\\u0000" in body and _has_nul(value):
        _refuse("a string contains NUL")
    return value


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"The body is not valid JSON: {reason}.", "invalidSyntax")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("an object has the same name twice")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _check_size(body: bytes, limits: Limits) -> None:
    # Counted on the bytes, strings included: before any parser makes a hundred bytes of each.
    if body.count(b",") + body.count(b"[") + body.count(b"{") > limits.max_json_values:
        raise ScimError(413, f"A body can hold at most {limits.max_json_values} values.")


def _check_depth(value: Any, limit: int) -> None:
    level = [value]
    for _ in range(limit + 1):
        level = [each for outer in level for each in _inside(outer) if isinstance(each, dict | list)]
        if not level:
            return
    _refuse(f"it is nested deeper than {limit}")


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in name or _has_nul(each) for name, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
