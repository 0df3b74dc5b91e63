"""What the permitted states after a PATCH have in common: the part of the state that a server has no choice about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.characteristics import ResourceSchema
from harness.model.flat import META, Flat, as_sent, flatten, top_of
from harness.model.outcomes import AnythingPermitted, PermittedState
from harness.model.patch import apply_patch


@dataclass(frozen=True, slots=True)
class Agreed:
    """The attributes after a PATCH as every permitted state has them, and those that the states do not agree about."""

    flat: Flat
    open: frozenset[str]


def agreed_after(resource: Mapping[str, Any], body: Mapping[str, Any], schema: ResourceSchema) -> Agreed | None:
    """The state after a PATCH that was accepted, as far as it is settled; None where nothing of it is.

    A form that the RFC does not have, and that servers usually read in one way, is settled by that reading.
    """
    outcomes = apply_patch(resource, body, schema)
    states = [each.after for each in outcomes if isinstance(each, PermittedState)]
    likely = [each.likely for each in outcomes if isinstance(each, AnythingPermitted)]
    if None in likely or not (states or likely):
        return None
    flats = [as_sent(flatten(each)) for each in (*states, *likely) if each is not None]
    chosen = {path for each in outcomes if isinstance(each, PermittedState) for path in each.chosen}
    differing = {path for flat in flats for path in flat if any(path not in o or o[path] != flat[path] for o in flats)}
    settled = {path: value for path, value in flats[0].items() if top_of(path) not in META}
    return Agreed(settled, frozenset({*chosen, *differing}))
