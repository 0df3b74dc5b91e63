"""What an identity provider does next when a bridge answers wrongly, each with its source in docs/sources.md."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import Level, Requirement

REACTIONS: Mapping[str, str] = MappingProxyType({c.name: c.reaction for c in CLAIMS.values() if c.reaction})
"""By claim, as the heads of the vendors' rows say it."""

_LEVELS = {
    Level.MUST: "A broken MUST ends a run with exit code 1, and no claim that needs it is ready.",
    Level.SHOULD: "A broken SHOULD is a warning; with --gate should it ends a run with exit code 1.",
    Level.MAY: "A MAY can't be broken: what the bridge does is noted down.",
}


def why_it_matters(requirement: Requirement) -> str:
    """What a broken requirement means for a run."""
    return _LEVELS[requirement.level]


def next_steps(requirement: Requirement) -> tuple[str, ...]:
    """What the identity providers that meet this do next: the vendor of a vendor's row, else all."""
    if requirement.claim in REACTIONS:
        return (REACTIONS[requirement.claim],)
    return tuple(REACTIONS.values()) if requirement.claim in ("rfc", "bridge") else ()
