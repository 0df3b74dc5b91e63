"""Samples of runs, and the figures made from them: medians over rounds, ratios within a round, goals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sample:
    """One run against one server: the number of answers, the time by the clock and by the server's processors."""

    count: int
    wall_s: float
    cpu_s: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    # The share of the time during which the load generator was busy.
    busy: float = 0.0

    @property
    def per_cpu_s(self) -> float:
        """Requests per second of the server's processor time."""
        return self.count / self.cpu_s if self.cpu_s else 0.0

    @property
    def per_s(self) -> float:
        """Requests per second of the clock."""
        return self.count / self.wall_s if self.wall_s else 0.0


# By name of the subject, one sample per round.
Series = Mapping[str, Sequence[Sample]]
Measure = Callable[[Series], list[float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A median over rounds, with the lowest and the highest value of a round."""

    middle: float
    least: float
    most: float


def figure(values: Iterable[float]) -> Figure | None:
    """The figure of these rounds; None without values."""
    found = list(values)
    return Figure(median(found), min(found), max(found)) if found else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of an ascending sequence does not exceed; 0 for an empty one."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for an operation. `measure` gives one value per round, none where a subject is missing."""

    text: str
    measure: Measure
    bound: Literal["at least", "at most"]
    limit: float

    def is_met(self, value: float) -> bool:
        """Whether a value is on the right side of the limit."""
        return value >= self.limit if self.bound == "at least" else value <= self.limit


def rate_ratio(above: str, below: str) -> Measure:
    """Requests per processor second of one subject, divided by those of another."""
    return lambda series: _quotients(_rates(series, above), _rates(series, below))


def cost_ratio(above: str, below: str) -> Measure:
    """Processor time per request of one subject, divided by that of another."""
    return rate_ratio(below, above)


def speed_ratio(above: str, below: str) -> Measure:
    """Requests per second of the clock of one subject, divided by those of another."""
    return lambda series: _quotients(
        [sample.per_s for sample in series.get(above, ())], [sample.per_s for sample in series.get(below, ())]
    )


def ratio_to_best(above: str, others: Sequence[str]) -> Measure:
    """Requests per processor second of one subject, divided by those of the best of the others present."""

    def measure(series: Series) -> list[float]:
        present = [_rates(series, name) for name in others if series.get(name)]
        best = [max(rates) for rates in zip(*present, strict=True)]
        return _quotients(_rates(series, above), best)

    return measure


def cost_spread(names: Sequence[str]) -> Measure:
    """Processor time per request of the dearest subject, divided by that of the cheapest."""

    def measure(series: Series) -> list[float]:
        present = [_rates(series, name) for name in names if series.get(name)]
        return [max(rates) / min(rates) for rates in zip(*present, strict=True) if min(rates)]

    return measure


def rate(name: str) -> Measure:
    """Requests per processor second."""
    return lambda series: _rates(series, name)


def p99_ms(name: str) -> Measure:
    """The 99th percentile of response times in milliseconds."""
    return lambda series: [sample.p99_ms for sample in series.get(name, ())]


def _rates(series: Series, name: str) -> list[float]:
    return [sample.per_cpu_s for sample in series.get(name, ())]


def _quotients(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=False) if b]
