"""What a simulation tells at its end, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from harness.cli.simulation_view import render_span
from harness.idp.provider import IdentityProvider
from harness.simulate.comparison import Comparison
from harness.simulate.simulation import Simulation
from harness.target.strangers import Strangers

SHOWN = 10
"""So many lines of a kind are printed at most."""


def lines_of(simulation: Simulation, found: Comparison, seconds: float) -> Iterator[str]:
    """What was sent, what came back, and in what directory and bridge differ."""
    figures = simulation.figures
    yield (
        f"{simulation.provider.dialect}: {_steps(figures.cycle)}, {figures.requests:,} requests in {seconds:.1f} s "
        f"({figures.requests / max(seconds, 0.001):,.0f} per s), simulated time {render_span(simulation.clock.now())}"
    )
    yield ("asked: " if simulation.provider.is_pulled else "sent: ") + ", ".join(
        f"{name} {count:,}" for name, count in figures.by_name.most_common()
    )
    injected = ", ".join(f"{name} {count:,}" for name, count in simulation.faults.counts.most_common())
    lost = f"{figures.lost:,} {'notices ' if simulation.provider.is_pulled else ''}lost"
    yield (
        f"answers: {figures.failed:,} refused, {lost}, {figures.throttled:,} too many requests"
        + (f"; injected faults: {injected}" if injected else "")
    )
    if figures.problems:
        yield f"problems: {figures.problems:,} on the way"
        yield from some_of(figures.last_problems)
    yield from (f"given up: {each}" for each in simulation.given_up[:SHOWN])
    yield from (f"standing: {each}" for each in simulation.provider.standing())
    yield f"bridge: {found.users:,} users and {found.groups:,} groups read"
    yield from (f"  could not be compared: {each}" for each in found.problems[:SHOWN])
    if found.is_equal and not simulation.is_hopeless:
        others = f"; {found.strange:,} resources of others left alone" if found.strange else ""
        yield f"equal: directory and bridge are the same{others}"
    else:
        if not found.count and found.problems:
            yield "NOT EQUAL: the bridge could not be read completely"
        else:
            yield f"NOT EQUAL: {found.count:,} differences"
        yield from some_of([str(each) for each in found.differences], found.count)


def say_refusals(strangers: Strangers) -> Iterator[str]:
    """What the guard held back."""
    if strangers.refused:
        yield f"not sent: {strangers.refused:,} requests that would have changed what this simulation did not make"
        yield from some_of(strangers.reasons, strangers.refused)


def say_no_groups(provider: IdentityProvider, asked: int | None) -> Iterator[str]:
    """That the groups asked for are pushed by nobody, where that is so."""
    if asked and not provider.pushes_groups and not provider.is_pulled:
        yield f"{provider.dialect} pushes no groups: the {asked:,} that were asked for stand in the directory alone"


def say_hint(found: Comparison, *, is_shared: bool) -> Iterator[str]:
    """How to leave out what is not of this simulation."""
    if found.strange and not is_shared:
        yield f"hint: {found.strange:,} resources are not of this simulation; --shared leaves those of others out"


def some_of(lines: list[str], count: int = 0) -> Iterator[str]:
    """The first of these lines, and how many more there are."""
    yield from (f"  {line}" for line in lines[:SHOWN])
    if max(count, len(lines)) > SHOWN:
        yield f"  … and {max(count, len(lines)) - SHOWN:,} more"


def _steps(number: int) -> str:
    return "1 step" if number == 1 else f"{number:,} steps"
