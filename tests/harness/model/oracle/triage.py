"""Known disagreements; docs/decisions/0017-where-the-model-and-its-oracle-differ.md says who is right and why."""

import re
from typing import Any

PRIMARY = "a primary that is left out"
URI = "a URI that is no plain URN"
NOT = "an attribute that is called not"
BRACKET = "brackets after a sub-attribute"
DOLLAR = "a name that begins with $"
REPEATS = "one type and value twice"


_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_GRAMMAR = {
    URI: re.compile(r"(?<![\w:.$-])(?!urn:\w)[A-Za-z][\w.+-]*:|::|:\W|:[\w.-]*[_$]\S*:", re.IGNORECASE),
    NOT: re.compile(r"\bnot ?\[", re.IGNORECASE),
    BRACKET: re.compile(r"\.\w+\["),
    DOLLAR: re.compile(r"(?<![\w-])\$"),
}


def reason_of_grammar(text: str) -> str:
    """What the oracle is known to read differently in a text that may be a filter; empty where both have to agree."""
    bare = _STRINGS.sub('""', text)
    return next((reason for reason, pattern in _GRAMMAR.items() if pattern.search(bare)), "")


def with_primaries(user: dict[str, Any]) -> dict[str, Any]:
    """The same user, each value of a multi-valued attribute with its primary written out."""
    return {
        name: [{"primary": False, **each} if isinstance(each, dict) else each for each in value]
        if isinstance(value, list) and name != "addresses"
        else value
        for name, value in user.items()
    }


def operations_with_primaries(operations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same operations, each value that a whole list gets with its primary written out."""
    return [_operation_with_primaries(each) for each in operations]


def _operation_with_primaries(operation: dict[str, Any]) -> dict[str, Any]:
    value = operation.get("value")
    if "path" not in operation and isinstance(value, dict):
        return {**operation, "value": with_primaries(value)}
    if isinstance(value, list):
        return {**operation, "value": with_primaries({"values": value})["values"]}
    return operation


def without_repeats(user: dict[str, Any]) -> dict[str, Any]:
    """The same user with each pair of type and value once."""
    return {name: _once(value) if isinstance(value, list) else value for name, value in user.items()}


def _once(values: list[Any]) -> list[Any]:
    kept: dict[str, Any] = {}
    for number, each in enumerate(values):
        has_value = isinstance(each, dict) and "value" in each
        pair = repr((each.get("type"), each["value"])) if has_value else f"number {number}"
        if pair not in kept or each.get("primary"):
            kept[pair] = each
    return list(kept.values())


def without_bare_primaries(user: dict[str, Any]) -> dict[str, Any]:
    """The same user without values that say nothing but that they are not primary: `with_primaries` leaves them."""
    return {
        name: [each for each in value if each != {"primary": False}] if isinstance(value, list) else value
        for name, value in user.items()
    }
