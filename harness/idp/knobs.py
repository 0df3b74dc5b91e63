"""Sets a provider's knobs by name, from text such as `members_per_patch=20`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from harness.errors import UsageError, nearest
from harness.idp.provider import IdentityProvider

WORDS = {"true": True, "false": False}


# With 0 of these a provider would never send anything.
AT_LEAST_ONE = frozenset(
    ("import_page", "members_on_demand", "members_per_patch", "parallel_jobs", "parallel_patches", "timeout_s", "tries")
)


def set_knobs(provider: IdentityProvider, texts: Iterable[str], option: str = "--set") -> None:
    """Set knobs from `NAME=VALUE` texts. Raises UsageError with the nearest right name or the allowed values."""
    for text in texts:
        name, equals, value = text.partition("=")
        knobs: Any = getattr(provider, "knobs", None)
        if not is_dataclass(knobs) or isinstance(knobs, type):
            raise UsageError(f"{option} {text}: {provider.dialect} has no settings")
        known = [field.name for field in fields(knobs)]
        if not equals:
            raise UsageError(f"{option} {text!r} must be NAME=VALUE, such as {known[0]}={getattr(knobs, known[0])}")
        if name not in known:
            hint = nearest(name, known) or f"; there are {', '.join(known)}"
            raise UsageError(f"{option} {text}: {provider.dialect} has no setting {name!r}{hint}")
        kind = get_type_hints(type(knobs))[name]
        try:
            parsed = parse_value(value, kind)
            if name in AT_LEAST_ONE and not parsed:
                raise ValueError("more than 0")
            if parsed == () and getattr(knobs, name):
                raise ValueError("a list of at least one value")
            provider.knobs = replace(knobs, **{name: parsed})  # type: ignore[attr-defined]
        except ValueError as error:
            raise UsageError(f"{option} {text}: {name} must be {error}") from error


def parse_value(text: str, kind: Any) -> Any:
    """A value of a knob's type from its text, lists with commas. Raises ValueError with the allowed values."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        if text not in parts:
            raise ValueError(f"one of {', '.join(map(str, parts))}")
        return text
    if origin is tuple:
        return tuple(parse_value(part, parts[0]) for part in text.split(",") if part)
    if origin in (UnionType, Union):
        return None if text in ("", "none") else parse_value(text, parts[0])
    return _parse_plain(text, kind)


def _parse_plain(text: str, kind: Any) -> Any:
    if kind is bool:
        if text not in WORDS:
            raise ValueError("true or false")
        return WORDS[text]
    if kind is str:
        if not (text.isascii() and (text.isprintable() or not text)):
            raise ValueError("a text of printable ASCII characters")  # it ends in a header or a path
        return text
    try:
        value = kind(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 10**12:  # neither negative, nor NaN, nor without end
        raise ValueError("a whole number" if kind is int else "a number")
    return value
