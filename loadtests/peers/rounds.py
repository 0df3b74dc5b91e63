"""Rounds of measurements: all subjects of an operation take turns, so that a disturbance hits all of them alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from loadtests.peers.figures import Goal, Sample
from loadtests.peers.generator import Generator, Job
from loadtests.peers.sequences import ExpectedRequest, RequestSequence
from loadtests.peers.servers import Server

# A run gets this many times the requests that the previous run's rate suggests.
_HEADROOM = 2.5
_FIRST_GUESS_PER_S = 8000.0
_WARM_UP = 0.3


class VoidError(Exception):
    """A run whose figures are worth nothing: a server gave a wrong answer, or none."""


class Subject(Protocol):
    """Something that an operation measures: it becomes a row of the table."""

    @property
    def name(self) -> str:
        """The name of its row."""
        ...

    def run(self, seconds: float) -> Sample:
        """Measure for that time. Raises VoidError."""
        ...


@dataclass
class HttpSubject:
    """A server that gets a sequence of requests over a number of connections."""

    name: str
    server: Server
    sequence: RequestSequence
    connections: int
    generator: Generator
    _per_s: float = _FIRST_GUESS_PER_S

    def run(self, seconds: float) -> Sample:
        """One run, with the processor time of the server in it. Raises VoidError."""
        requests: list[ExpectedRequest] = self.sequence.take(
            int(self._per_s * seconds * _HEADROOM) + 2 * self.connections
        )
        job = Job(self.server.address.port, self.connections, seconds, requests, self.sequence.period is not None)
        before_s = self.server.cpu_s()
        outcome = self.generator.run(job)
        cpu_s = self.server.cpu_s() - before_s
        self.sequence.advance(outcome.count)
        if outcome.problem is not None:
            raise VoidError(outcome.problem)
        sample = Sample(outcome.count, outcome.wall_s, cpu_s, outcome.p50_ms, outcome.p99_ms, outcome.busy)
        self._per_s = max(sample.per_s, 1.0)
        return sample


@dataclass(frozen=True, slots=True)
class Operation:
    """One table of the report: the subjects, the goals, and checks of the servers' state after the rounds."""

    key: str
    title: str
    subjects: Sequence[Subject]
    goals: Sequence[Goal]
    notes: Sequence[str] = ()
    # Each returns a problem of a server after the rounds, or None.
    checks: Sequence[Callable[[], str | None]] = ()


@dataclass
class Result:
    """The samples and problems of an operation."""

    operation: Operation
    series: dict[str, list[Sample]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def plan_rounds(names: Sequence[str], rounds: int) -> Iterator[tuple[str, ...]]:
    """The order of each round: as given, and reversed in every other round."""
    for number in range(rounds):
        yield tuple(names) if number % 2 == 0 else tuple(reversed(names))


def measure(operation: Operation, rounds: int, seconds: float) -> Result:
    """All rounds of an operation. A subject that gives a wrong answer is dropped with all its samples."""
    result = Result(operation)
    subjects = {each.name: each for each in operation.subjects}
    for name in list(subjects):
        _try(result, subjects, name, seconds * _WARM_UP, is_kept=False)
    for order in plan_rounds(list(subjects), rounds):
        for name in order:
            if name in subjects:
                _try(result, subjects, name, seconds, is_kept=True)
    result.problems += [problem for check in operation.checks if (problem := check()) is not None]
    return result


def _try(result: Result, subjects: dict[str, Subject], name: str, seconds: float, is_kept: bool) -> None:
    try:
        sample = subjects[name].run(seconds)
    except VoidError as error:
        del subjects[name]
        result.series.pop(name, None)
        result.problems.append(f"{name}: {error}")
        return
    if is_kept:
        result.series.setdefault(name, []).append(sample)
