"""The registry of defects: the part that each replaces, what it breaks, and its reach."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bridge_ref.runtime.wiring import BridgeSettings, Parts, make_parts

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Defect:
    """One named fault. `breaks` must turn red; `reach` (ids or globs) may turn red too; nothing else."""

    name: str
    breaks: tuple[str, ...]
    reach: tuple[str, ...]
    replacement: type[Any]

    @property
    def summary(self) -> str:
        """The fault as seen from outside."""
        return str(self.replacement.__doc__).strip().splitlines()[0]

    @property
    def part(self) -> type[Any]:
        """The part that is replaced."""
        base: type[Any] = self.replacement.__bases__[0]
        return base

    def make_parts(self, settings: BridgeSettings) -> Parts:
        """The reference bridge with this fault."""
        return make_parts(settings, {self.part: self.replacement})

    def describe(self) -> dict[str, Any]:
        """Its entry in `lab --list`."""
        return {
            "name": self.name,
            "summary": self.summary,
            "breaks": list(self.breaks),
            "reach": list(self.reach),
            "kind": "defect",
        }


DEFECTS: dict[str, Defect] = {}


def defect(name: str, *, breaks: tuple[str, ...], reach: tuple[str, ...] = ()) -> Callable[[type[P]], type[P]]:
    """Register a subclass of one part as the defect of that name."""

    def register(replacement: type[P]) -> type[P]:
        if name in DEFECTS:
            raise ValueError(f"there are two defects named {name}")
        DEFECTS[name] = Defect(name, breaks, reach, replacement)
        return replacement

    return register


def get_defect(name: str) -> Defect:
    """The defect of that name. Raises LookupError with the nearest name."""
    if name in DEFECTS:
        return DEFECTS[name]
    near = difflib.get_close_matches(name, DEFECTS, n=1)
    hint = f"did you mean {near[0]}?" if near else "lab --list shows them all"
    raise LookupError(f"there is no defect {name!r}; {hint}")
