"""The registry of personas: bridges of others whose recorded behaviour the reference bridge can take on."""

import difflib
from typing import Any

from bridge_ref.lab.variants.variant import Settle, Variant, as_they_are

PERSONAS: dict[str, Variant] = {}
"""A persona is made like a variant, but breaks what the recorded bridge breaks: `reach` holds these rows."""


def persona(
    name: str, summary: str, source: str, *parts: type[Any], settle: Settle = as_they_are, reach: tuple[str, ...] = ()
) -> None:
    """Register a persona; `parts` are subclasses of parts of the bridge, each with some methods replaced."""
    if name in PERSONAS:
        raise ValueError(f"there are two personas named {name}")
    PERSONAS[name] = Variant(name, summary, source, reach, parts, settle)


def get_persona(name: str) -> Variant:
    """The persona of that name. Raises LookupError with the nearest name."""
    if name in PERSONAS:
        return PERSONAS[name]
    near = difflib.get_close_matches(name, PERSONAS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PERSONAS)}"
    raise LookupError(f"there is no persona {name!r}; {hint}")


def describe(each: Variant) -> dict[str, Any]:
    """The entry of a persona in `lab --list`."""
    return {**each.describe(), "kind": "persona"}
