"""Whether a filter matches what is known of a resource: true, false, or not known (RFC 7644 section 3.4.2.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.model.flat import CORE_URNS
from harness.model.values import is_case_exact

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)')
# Ids of other resources: a server may declare that their letter case counts, as that of every id does.
_OPEN_CASE = (":manager.value",)
Node = tuple[Any, ...]
UNREAD: Node = ("unread",)


@lru_cache(maxsize=2048)
def parse_filter(text: str) -> Node:
    """A filter as a tree; UNREAD where this module does not read it, such as one with a value path."""
    if "[" in re.sub(r'"(?:[^"\\]|\\.)*"', '""', text):
        return UNREAD
    tokens, place = [], 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if not found:
            return UNREAD
        tokens.append(found[1])
        place = found.end()
    try:
        node, rest = _either(tokens)
    except (IndexError, ValueError):
        return UNREAD
    return UNREAD if rest else node


def attribute_in(text: str) -> str:
    """The attribute of a filter that is a single comparison, in small letters."""
    node = parse_filter(text)
    return str(node[1]) if len(node) == 3 and isinstance(node[1], str) else ""


def _either(tokens: list[str]) -> tuple[Node, list[str]]:
    node, rest = _both(tokens)
    while rest and rest[0].lower() == "or":
        other, rest = _both(rest[1:])
        node = ("or", node, other)
    return node, rest


def _both(tokens: list[str]) -> tuple[Node, list[str]]:
    node, rest = _one(tokens)
    while rest and rest[0].lower() == "and":
        other, rest = _one(rest[1:])
        node = ("and", node, other)
    return node, rest


def _one(tokens: list[str]) -> tuple[Node, list[str]]:
    first = tokens[0]
    if first.lower() == "not" and tokens[1] == "(":
        node, rest = _one(tokens[1:])
        return ("not", node), rest
    if first == "(":
        node, rest = _either(tokens[1:])
        if not rest or rest[0] != ")":
            raise ValueError
        return node, rest[1:]
    op = tokens[1].lower()
    if op == "pr":
        return ("pr", first.lower()), tokens[2:]
    if op not in ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"):
        raise ValueError
    literal = tokens[2]
    return (op, first.lower(), json.loads(literal if literal.startswith('"') else literal.lower())), tokens[3:]


def matches(
    text: str, flat: Mapping[str, Any], unknown: frozenset[str] = frozenset(), *, minds_case: bool = False
) -> bool | None:
    """Whether a resource matches a filter; None where that is not known. `unknown` are attributes not to be told.

    With `minds_case` every text is compared by its letter case.
    """
    return _holds(parse_filter(text), flat, unknown, minds_case)


def _holds(node: Node, flat: Mapping[str, Any], unknown: frozenset[str], minds_case: bool) -> bool | None:
    if node[0] == "not":
        inner = _holds(node[1], flat, unknown, minds_case)
        return None if inner is None else not inner
    if node[0] in ("and", "or"):
        both = {_holds(node[1], flat, unknown, minds_case), _holds(node[2], flat, unknown, minds_case)}
        decides = node[0] == "or"
        return decides if decides in both else None if None in both else not decides
    if node[0] == "unread":
        return None
    return _compares(node, flat, unknown, minds_case)


def _compares(node: Node, flat: Mapping[str, Any], unknown: frozenset[str], minds_case: bool) -> bool | None:
    path = node[1]
    for urn in CORE_URNS:
        path = path.removeprefix(f"{urn}:")
    head = path.partition(".")[0]
    if "*" in unknown or path in unknown or head in unknown or path.startswith(("meta", "schemas")):
        return None
    values = _values(path, flat)
    if node[0] == "pr":
        return bool(values) or any(known.startswith(f"{path}.") for known in flat)
    if any(known.startswith(f"{path}.") for known in flat) or not values:
        return None if node[0] != "eq" or node[2] is None else False
    return _any_of(node[0], path, values, node[2], minds_case)


def _values(path: str, flat: Mapping[str, Any]) -> list[Any]:
    if path in flat:
        value = flat[path]
        return [v.get("value") if isinstance(v, dict) else v for v in value] if isinstance(value, list) else [value]
    top, _, sub = path.rpartition(".")
    held = flat.get(top)
    found = [item.get(sub) for item in held if isinstance(item, dict)] if isinstance(held, list) else []
    return [value for value in found if value is not None]


def _any_of(op: str, path: str, values: list[Any], wanted: Any, minds_case: bool) -> bool | None:
    exact = minds_case or is_case_exact(path) or is_case_exact(f"{path}.value")
    if op == "ne":
        return None if len(values) != 1 else _is(exact, "eq", values[0], wanted) is False
    said = [_is(exact, op, value, wanted) for value in values]
    if path.endswith(_OPEN_CASE) and said != [_is(not exact, op, value, wanted) for value in values]:
        return None
    return True if True in said else None if None in said else False


def _is(exact: bool, op: str, value: Any, wanted: Any) -> bool | None:
    if isinstance(value, str) and isinstance(wanted, str):
        if not exact:
            value, wanted = value.casefold(), wanted.casefold()
        if not value.isascii() or not wanted.isascii():
            return value == wanted if op == "eq" and value == wanted else None
        tests = {"eq": value == wanted, "co": wanted in value, "sw": value.startswith(wanted)}
        tests |= {"ew": value.endswith(wanted)}
        return tests.get(op)
    if isinstance(value, bool) or isinstance(wanted, bool):
        same_type = isinstance(value, bool) and isinstance(wanted, bool)
        return value is wanted if op == "eq" and same_type else None
    return None
