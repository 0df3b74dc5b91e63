"""Rounds: all contenders of an operation in turn, again and again, so that what disturbs one disturbs all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from loadtests.peers.asks import Ask, Script
from loadtests.peers.figures import Goal, Sample
from loadtests.peers.generator import Generator, Job
from loadtests.peers.servers import Server

# A run may come to this many times the requests that the run before it would lead one to expect.
_HEADROOM = 2.5
_FIRST_GUESS_PER_S = 8000.0
_WARM_UP = 0.3


class VoidError(Exception):
    """A run whose figures are worth nothing: a server gave a wrong answer, or none."""


class Contender(Protocol):
    """What is measured in an operation."""

    @property
    def name(self) -> str:
        """What its row is called."""
        ...

    def run(self, seconds: float) -> Sample:
        """Measure for so long. Raises VoidError."""
        ...


@dataclass
class HttpContender:
    """A server that is asked over so many connections."""

    name: str
    server: Server
    script: Script
    connections: int
    generator: Generator
    _per_s: float = _FIRST_GUESS_PER_S

    def run(self, seconds: float) -> Sample:
        """One run, and the processor time that the server's processes had in it. Raises VoidError."""
        asks: list[Ask] = self.script.take(int(self._per_s * seconds * _HEADROOM) + 2 * self.connections)
        job = Job(self.server.address.port, self.connections, seconds, asks, self.script.period is not None)
        before_s = self.server.cpu_s()
        outcome = self.generator.run(job)
        cpu_s = self.server.cpu_s() - before_s
        self.script.advance(outcome.count)
        if outcome.problem is not None:
            raise VoidError(outcome.problem)
        sample = Sample(outcome.count, outcome.wall_s, cpu_s, outcome.p50_ms, outcome.p99_ms, outcome.busy)
        self._per_s = max(sample.per_s, 1.0)
        return sample


@dataclass(frozen=True, slots=True)
class Operation:
    """One table: who is compared at what, what is wanted, and what has to be true afterwards."""

    key: str
    title: str
    contenders: Sequence[Contender]
    goals: Sequence[Goal]
    notes: Sequence[str] = ()
    # Each says what is wrong with a server after the rounds, or None.
    checks: Sequence[Callable[[], str | None]] = ()


@dataclass
class Result:
    """What came of an operation."""

    operation: Operation
    series: dict[str, list[Sample]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def plan_rounds(names: Sequence[str], rounds: int) -> Iterator[tuple[str, ...]]:
    """Who comes when: in order, and in every other round in reverse."""
    for number in range(rounds):
        yield tuple(names) if number % 2 == 0 else tuple(reversed(names))


def measure(operation: Operation, rounds: int, seconds: float) -> Result:
    """All rounds of an operation. Who gives a wrong answer is out, with all that it had."""
    result = Result(operation)
    contenders = {each.name: each for each in operation.contenders}
    for name in list(contenders):
        _try(result, contenders, name, seconds * _WARM_UP, is_kept=False)
    for order in plan_rounds(list(contenders), rounds):
        for name in order:
            if name in contenders:
                _try(result, contenders, name, seconds, is_kept=True)
    result.problems += [problem for check in operation.checks if (problem := check()) is not None]
    return result


def _try(result: Result, contenders: dict[str, Contender], name: str, seconds: float, is_kept: bool) -> None:
    try:
        sample = contenders[name].run(seconds)
    except VoidError as error:
        del contenders[name]
        result.series.pop(name, None)
        result.problems.append(f"{name}: {error}")
        return
    if is_kept:
        result.series.setdefault(name, []).append(sample)
