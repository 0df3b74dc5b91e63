"""The registry of checks: which check judges which requirement, over which cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harness.catalogue.verdict import Finding, Recorded, Unjudged
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges

History = tuple[Entry, ...]
Outcome = Finding | Recorded | Unjudged


E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Case(Generic[E]):
    """What a history check looks at: the entry that a finding is shown at, what it holds, and all entries compared."""

    at: Entry
    event: E
    entries: History

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges among the entries."""
        return [exchange for _, exchange in exchanges(self.entries)]


Selector = Callable[[Exchange], bool]
CaseSelector = Callable[[History], Iterable[Case[E]]]


@dataclass(frozen=True, slots=True)
class ExchangeCheck:
    """Judges one exchange. `requirements` tells for an exchange which requirements are judged by looking at it."""

    name: str
    sentence: str
    declared: tuple[str, ...]
    requirements: Callable[[Exchange], tuple[str, ...]]
    run: Callable[[Exchange], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """Judges cases drawn from the entries of one scenario."""

    name: str
    sentence: str
    declared: tuple[str, ...]
    over: CaseSelector[Any]
    run: Callable[[Case[Any]], Iterator[Outcome]]


EXCHANGE_CHECKS: list[ExchangeCheck] = []
HISTORY_CHECKS: list[HistoryCheck] = []


def check(
    *requirements: str, over: Selector
) -> Callable[[Callable[[Exchange], Iterator[Outcome]]], Callable[[Exchange], Iterator[Outcome]]]:
    """Register a check of one exchange. `over` selects its cases; what it can't compare it must not select."""

    def register(
        function: Callable[[Exchange], Iterator[Outcome]],
    ) -> Callable[[Exchange], Iterator[Outcome]]:
        EXCHANGE_CHECKS.append(
            ExchangeCheck(
                function.__name__,
                _sentence(function),
                requirements,
                lambda exchange: requirements if over(exchange) else (),
                function,
            )
        )
        return function

    return register


def history_check(
    *requirements: str, over: CaseSelector[E]
) -> Callable[[Callable[[Case[E]], Iterator[Outcome]]], Callable[[Case[E]], Iterator[Outcome]]]:
    """Register a check over the entries of one scenario. `over` yields its cases."""

    def register(function: Callable[[Case[E]], Iterator[Outcome]]) -> Callable[[Case[E]], Iterator[Outcome]]:
        HISTORY_CHECKS.append(HistoryCheck(function.__name__, _sentence(function), requirements, over, function))
        return function

    return register


def _sentence(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]
