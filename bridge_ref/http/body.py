"""Bodies into JSON, strictly: what two readers could take for two things is refused. RFC 8259, RFC 7493."""

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

import msgspec

from bridge_ref.scim.errors import bad_request

MAX_DEPTH = 64
_NO_BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^\[\]{}"]+|"', re.DOTALL)


def parse_body(body: bytes) -> Any:
    """The value of a JSON body; `invalidSyntax` for anything that is not plain and unambiguous."""
    if not body.strip():
        _refuse("a body is missing")
    _check_depth(body)
    try:
        msgspec.json.decode(body)
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        _refuse(str(error))
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


def _check_depth(body: bytes) -> None:
    # On the bytes alone, before any parser could run out of stack.
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    brackets = _NO_BRACKETS.sub(b"", body)
    if max(accumulate(1 if each in b"[{" else -1 for each in brackets)) > MAX_DEPTH:
        _refuse(f"it is nested deeper than {MAX_DEPTH}")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in name or _has_nul(each) for name, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
