"""What the requests of a story took: from it a run tells how long it will take as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One story, its clean-up included. `waited_s` is how long all answers took together, `took_s` the whole story."""

    answers: int
    waited_s: float
    longest_s: float
    put_off: int
    took_s: float
