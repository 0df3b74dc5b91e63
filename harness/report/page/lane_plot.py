"""Where the beats of a lane stand in its drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.report.page.lanes import Beat

_TOP = 34
_ROW = 21


@dataclass(frozen=True, slots=True)
class Plotted:
    """A beat with the height of its base line."""

    beat: Beat
    y: int


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing 360 units wide: its beats, and its height."""

    beats: tuple[Plotted, ...]
    height: int


def plot(lane: Sequence[Beat]) -> Plot:
    """The beats one below the other."""
    return Plot(tuple(Plotted(beat, _TOP + _ROW * n) for n, beat in enumerate(lane)), _TOP + _ROW * len(lane) - 6)
