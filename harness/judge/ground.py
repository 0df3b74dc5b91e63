"""A ground: what other findings rest on."""

from __future__ import annotations

from dataclasses import dataclass

from harness.judge.clusters import Blame


@dataclass(frozen=True, slots=True)
class Ground:
    """Findings that say that the ground is missing, and those that follow from it."""

    seeds: list[Blame]
    following: list[Blame]
