"""Load shapes: the pace of the connectors and the objectives that must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.errors import UsageError, nearest
from harness.idp.dialects import MAIN_DIALECTS, get_dialect
from loadtests.objectives import Objective

# The hot path, by the names that the conversations give their requests.
USER_REQUESTS = ("find user", "create user", "set user active")
GROUP_REQUESTS = ("change group members",)
PATCHES_OF_USERS = ("set user active",)
P99_MS = 1000.0  # generous: bridges that commit each request were measured at up to 600 ms with 64 connections


@dataclass(frozen=True, slots=True)
class Shape:
    """A load shape: each connector hires one person every `pace_s` seconds; the objectives must hold."""

    name: str
    pace_s: float
    objectives: tuple[Objective, ...]

    def with_p99(self, limit_ms: float) -> Shape:
        """The same shape with another limit for every p99."""
        changed = (replace(o, limit=limit_ms) if o.figure == "p99_ms" else o for o in self.objectives)
        return replace(self, objectives=tuple(changed))

    def for_dialects(self, dialects: Iterable[str]) -> Shape:
        """The same shape without objectives about requests that none of these dialects ever sends."""
        played = [get_dialect(name) for name in dialects]
        unsent: tuple[str, ...] = () if any(cls.patches for cls in played) else PATCHES_OF_USERS
        unsent += () if any(cls.patches and cls.pushes_groups for cls in played) else GROUP_REQUESTS
        return replace(self, objectives=tuple(o for o in self.objectives if o.request not in unsent))


SMOKE = Shape(
    "smoke",
    pace_s=0.5,  # some 13 requests a second and connector: far from what one generator process can send
    objectives=(
        Objective("failure_ratio", 0.0),
        *(Objective("p99_ms", P99_MS, request) for request in USER_REQUESTS + GROUP_REQUESTS),
    ),
)
SHAPES = {shape.name: shape for shape in (SMOKE,)}


def get_shape(name: str) -> Shape:
    """The shape of that name. Raises UsageError with the nearest right names."""
    if name not in SHAPES:
        known = nearest(name, SHAPES) or f"; there are {', '.join(SHAPES)}"
        raise UsageError(f"there is no load shape {name!r}{known}")
    return SHAPES[name]


def parse_dialects(text: str) -> tuple[str, ...]:
    """The dialects in a comma-separated list, aliases resolved, each once. Raises UsageError."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError(f"no dialect in {text!r}; for example {','.join(MAIN_DIALECTS)}")
    played = [get_dialect(name) for name in names]
    if silent := [cls.dialect for cls in played if cls.is_pulled]:
        raise UsageError(f"{silent[0]} sends nothing, so it makes no load; for example {','.join(MAIN_DIALECTS)}")
    return tuple(dict.fromkeys(cls.dialect for cls in played))
