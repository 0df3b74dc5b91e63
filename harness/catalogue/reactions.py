"""What an identity provider does next when a bridge answers wrongly, each with its source in docs/sources.md."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.catalogue.requirement import Level, Requirement

REACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "okta": "Okta ends the task in an error, which an administrator has to retry by hand; only 429 is tried again "
        "by itself (1.g). What was refused is missing at the application until then.",
        "entra": "Entra ID puts the person or group into escrow and tries again later, ever more seldom; too many "
        "failures, a 404 on a search or a refused token put the whole job into quarantine, which slows it down to "
        "once a day and ends it after four weeks (2.f, 2.g, MS-QUAR).",
        "google": "Google counts the failure in its console, and shows the counts of the last 30 days (G-MON); how its "
        "push goes on after a refusal is not confirmed (Q-11).",
    }
)

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
