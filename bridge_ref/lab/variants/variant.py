"""The registry of variants: what each chooses otherwise, which sentence allows it, and how several are combined."""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bridge_ref.runtime.wiring import BridgeSettings, Parts, make_parts

Settle = Callable[[BridgeSettings], BridgeSettings]


def as_they_are(settings: BridgeSettings) -> BridgeSettings:
    """The settings without a change."""
    return settings


def nothing() -> None:
    """Change no schema."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A correct bridge that differs from the reference bridge in one choice.

    `source` names the sentences that leave the choice. `reach` holds ids or globs of rows that it may turn red by
    right: recommendations that it declines, and what one identity provider needs beyond the RFCs. `reshape` changes
    the schemas of this process.
    """

    name: str
    summary: str
    source: str
    reach: tuple[str, ...] = ()
    parts: tuple[type[Any], ...] = ()
    settle: Settle = as_they_are
    reshape: Callable[[], None] = nothing

    def describe(self) -> dict[str, Any]:
        """Its entry in `lab --list`."""
        return {
            "name": self.name,
            "summary": self.summary,
            "source": self.source,
            "breaks": [],
            "reach": list(self.reach),
            "kind": "variant",
        }


VARIANTS: dict[str, Variant] = {}


def variant(
    name: str,
    summary: str,
    source: str,
    *parts: type[Any],
    settle: Settle = as_they_are,
    reshape: Callable[[], None] = nothing,
    reach: tuple[str, ...] = (),
) -> None:
    """Register a variant; `parts` are subclasses of parts of the bridge, each with some methods replaced."""
    if name in VARIANTS:
        raise ValueError(f"there are two variants named {name}")
    VARIANTS[name] = Variant(name, summary, source, reach, parts, settle, reshape)


def get_variant(name: str) -> Variant:
    """The variant of that name. Raises LookupError with the nearest name."""
    if name in VARIANTS:
        return VARIANTS[name]
    near = difflib.get_close_matches(name, VARIANTS, n=1)
    hint = f"did you mean {near[0]}?" if near else "lab --list shows them all"
    raise LookupError(f"there is no variant {name!r}; {hint}")


def combine(variants: Iterable[Variant]) -> Callable[[BridgeSettings], Parts]:
    """A bridge with all of these choices; of two that replace one method the later one calls the earlier."""
    chosen = tuple(variants)

    def make(settings: BridgeSettings) -> Parts:
        for each in chosen:
            each.reshape()
            settings = each.settle(settings)
        return make_parts(settings, replacements(chosen))

    return make


def replacements(variants: Iterable[Variant]) -> dict[type[Any], type[Any]]:
    """The parts that the variants replace, each with its replacement."""
    classes: dict[type[Any], list[type[Any]]] = {}
    for each in variants:
        for replacement in each.parts:
            classes.setdefault(replacement.__bases__[0], []).insert(0, replacement)
    return {
        part: found[0] if len(found) == 1 else type(part.__name__, tuple(found), {}) for part, found in classes.items()
    }
