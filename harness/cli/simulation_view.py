"""Shows a simulation while it runs: a live table on a terminal, plain lines elsewhere and in CI."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from harness.record.exchange import Exchange
from harness.simulate.simulation import Simulation

LIVE_EVERY_S = 0.25
PLAIN_EVERY_S = 10.0


class SimulationView:
    """Shows the progress of a simulation; use it as a context manager. `step` names the current step."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self.simulation: Simulation | None = None
        self._is_quiet = is_quiet
        self._is_live = sys.stderr.isatty() and "CI" not in os.environ and "NO_COLOR" not in os.environ
        self._live: Live | None = None
        self._what = "connecting"
        self._started = self._shown = time.monotonic()
        self._in_scope = 0

    def __enter__(self) -> SimulationView:
        """Start the display."""
        if self._is_live and not self._is_quiet:
            self._live = Live(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""
        if self._live:
            self._live.stop()

    @property
    def seconds(self) -> float:
        """How long it has been running, in real time."""
        return time.monotonic() - self._started

    def step(self, what: str) -> None:
        """Something new begins."""
        self._what = what
        if self.simulation is not None:
            directory = self.simulation.directory
            self._in_scope = sum(1 for person in directory.people.values() if directory.is_in_scope(person))
        self._show()

    def see(self, exchange: Exchange) -> None:
        """An exchange has come to its end."""
        every = LIVE_EVERY_S if self._live else PLAIN_EVERY_S
        if time.monotonic() - self._shown >= every:
            self._show()

    def rows(self) -> list[tuple[str, str]]:
        """What is known now, by name."""
        if self.simulation is None:
            return [("now", self._what)]
        figures, links = self.simulation.figures, self.simulation.provider.links
        linked = len(links.people) - len(links.inactive)
        return [
            ("now", self._what),
            ("cycle", f"{figures.cycle}, simulated time {render_span(self.simulation.clock.now())}"),
            ("requests", f"{figures.requests:,} ({figures.requests / max(self.seconds, 0.001):,.0f} per s)"),
            ("queue", f"{self.simulation.queue} jobs, {self.simulation.parallel} at once"),
            ("answers", f"{figures.failed:,} refused, {figures.lost:,} lost, {figures.throttled:,} too many requests"),
            ("problems", f"{figures.problems:,}{_last(figures.last_problems)}"),
            ("people", f"{linked:,} linked and active of {self._in_scope:,} in scope"),
            *[("standing", each) for each in self.simulation.provider.standing()],
        ]

    def _show(self) -> None:
        self._shown = time.monotonic()
        if self._live:
            table = Table(show_header=False, box=None)
            for name, value in self.rows():
                table.add_row(name, escape(value))
            self._live.update(table, refresh=True)
        elif not self._is_quiet:
            print("  " + "; ".join(f"{n} {v}" for n, v in self.rows()), file=sys.stderr, flush=True)


def render_span(seconds: float) -> str:
    """A span as people say it: `40 min`, `30 d`."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"


def _last(problems: list[str]) -> str:
    return f", last {problems[-1][:60]}" if problems else ""
