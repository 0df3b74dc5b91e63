"""The history as one HTML page, readable offline and without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from harness.report.areas import claim_name
from harness.report.history.stored import StoredRun
from harness.report.history.trends import BROKEN, BridgeHistory, ClaimTrend, make_histories
from harness.report.html import MARKS, render

SHOWN = 30
"""So many runs have a column; the drawings show all."""

_WIDTH, _HEIGHT = 300, 48
_READY = {"ready": "✓", "not_ready": "✗", "not_enough": "◐", "not_judged": "–"}


def render_history(runs: Sequence[StoredRun], *, together: bool = False) -> str:
    """The page of these runs, by bridge; `together`: as those of one bridge."""
    return render(
        "history.html",
        histories=make_histories(runs, together=together),
        count=len(runs),
        shown=SHOWN,
        latest=latest,
        line_of=line_of,
        claim_name=claim_name,
        href=href,
        verdict_marks={verdict.value: mark for verdict, mark in MARKS.items()},
        ready_marks=_READY,
        broken_words=BROKEN,
        width=_WIDTH,
        height=_HEIGHT,
    )


def latest(history: BridgeHistory) -> tuple[StoredRun, ...]:
    """The runs that have a column."""
    return history.runs[-SHOWN:]


def line_of(trend: ClaimTrend) -> str:
    """The broken requirements of a claim from run to run, as the points of a line in a drawing."""
    most = max([1, *(point.broken for point in trend.points)])
    step = _WIDTH / max(1, len(trend.points) - 1)
    heights = [_HEIGHT - 4 - (_HEIGHT - 8) * point.broken / most for point in trend.points]
    return " ".join(f"{round(index * step, 1):g},{round(height, 1):g}" for index, height in enumerate(heights))


def href(path: str) -> str:
    """A path below the page as a link, which leads nowhere else whatever a folder is called."""
    return "./" + quote(path)
