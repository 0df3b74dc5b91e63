"""PATCH: the states that a resource may be in afterwards. RFC 7644 section 3.5.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.model.bodies import lack_of_required
from harness.model.characteristics import ResourceSchema
from harness.model.digests import digest_of
from harness.model.lenient import PATCH_OP, LenientStep, read_leniently
from harness.model.operations import Applied, apply_step
from harness.model.outcomes import AnythingPermitted, Permitted, PermittedRefusal, PermittedState

__all__ = ["PATCH_OP", "apply_patch"]

MAX_BRANCHES = 24
"""How many states we follow at once; beyond, freedoms have multiplied and nothing is said."""


@dataclass(frozen=True, slots=True)
class _Branch:
    state: dict[str, Any]
    because: tuple[str, ...] = ()
    freedoms: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()


def apply_patch(resource: Mapping[str, Any], body: Any, schema: ResourceSchema) -> list[Permitted]:
    """What a server may do with a PATCH of a resource, given in its whole representation. Nothing is changed."""
    reading = read_leniently(body, schema)
    if isinstance(reading, PermittedRefusal):
        return [reading]
    outcomes = _walk(resource, reading.steps, schema)
    if not reading.leniencies:
        return outcomes
    likely = next((each.after for each in outcomes if isinstance(each, PermittedState)), None)
    return [AnythingPermitted("; ".join(reading.leniencies), likely)]


def _walk(resource: Mapping[str, Any], steps: tuple[LenientStep, ...], schema: ResourceSchema) -> list[Permitted]:
    """Operations one after the other, each on every state that the ones before may have left (RFC 7644, atomic)."""
    branches = [_Branch(dict(resource))]
    refusals: dict[str, PermittedRefusal] = {}
    for step in steps:
        following: dict[bytes, _Branch] = {}
        for branch in branches:
            for result in apply_step(branch.state, step, schema):
                if isinstance(result, AnythingPermitted):
                    return [_with_likely(result, branch, steps, schema)]
                if isinstance(result, PermittedRefusal):
                    _keep(refusals, result)
                else:
                    after = _after(branch, result)
                    following.setdefault(digest_of([after.state, sorted(after.chosen)]), after)
        branches = list(following.values())
        if len(branches) > MAX_BRANCHES:
            return [AnythingPermitted("the operations leave too much to choose", branches[0].state)]
    return [*_states(resource, branches, schema, refusals), *refusals.values()]


def _after(branch: _Branch, result: Applied) -> _Branch:
    return _Branch(
        result.state,
        (*branch.because, *(each for each in result.because if each not in branch.because)),
        (*branch.freedoms, *(each for each in result.freedoms if each not in branch.freedoms)),
        branch.chosen | result.chosen,
    )


def _with_likely(
    found: AnythingPermitted, branch: _Branch, steps: tuple[LenientStep, ...], schema: ResourceSchema
) -> AnythingPermitted:
    """The likely state of one open operation, when it is the only one; after others follow, nothing is said."""
    return found if len(steps) == 1 else replace(found, likely=None)


def _keep(refusals: dict[str, PermittedRefusal], found: PermittedRefusal) -> None:
    refusals.setdefault(f"{sorted(found.statuses)} {sorted(found.error_types)}", found)


def _states(
    resource: Mapping[str, Any],
    branches: list[_Branch],
    schema: ResourceSchema,
    refusals: dict[str, PermittedRefusal],
) -> Iterator[Permitted]:
    before = digest_of(resource)
    for branch in branches:
        lack = lack_of_required(branch.state, schema, given=resource)
        if lack:
            types = frozenset({"mutability", "invalidValue"})
            _keep(refusals, PermittedRefusal(frozenset({400}), types, ("RFC7644-3.5.2.2-09", "RFC7643-2.5-06")))
            continue
        # What no schema has may have been kept: whether that changed something can't be told.
        changed = "unknown-attributes" in branch.freedoms or digest_of(branch.state) != before
        unchanging = () if changed else ("RFC7644-3.5.2.1-11",)
        yield PermittedState(branch.state, (*branch.because, *unchanging), branch.freedoms, branch.chosen, changed)
