"""The registry of checks: which check judges which requirement, over which cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

from harness.catalogue.verdict import Finding, Recorded, Unjudged
from harness.checks.selectors import turned_away
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges

History = tuple[Entry, ...]
Outcome = Finding | Recorded | Unjudged


E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Case(Generic[E]):
    """What a history check looks at: the entry that a finding is shown at, what it holds, and all entries compared.

    `deciding` is the entry that decided what a finding says, where the check knows it.
    """

    at: Entry
    event: E
    entries: History
    deciding: Entry | None = None

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges among the entries."""
        return [exchange for _, exchange in exchanges(self.entries)]


Selector = Callable[[Exchange], bool]
CaseSelector = Callable[[History], Iterable[Case[E]]]
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Shows(Generic[C]):
    """Which facets a case shows: all `names` that there can be, and those `of` one case."""

    names: tuple[str, ...]
    of: Callable[[C], Iterable[str]]


Facets = Shows[C] | Mapping[str, Shows[C]]


def shows(*names: str) -> Callable[[Callable[[C], Iterable[str]]], Shows[C]]:
    """Name the facets that a function tells of a case."""
    return lambda function: Shows(names, function)


@dataclass(frozen=True, slots=True)
class ExchangeCheck:
    """Judges one exchange. `requirements` tells for an exchange which requirements are judged by looking at it.

    `facets` tells by requirement which of its facets a case shows. `over` is the bare selector of a check that judges
    all that it declares, not minding whether an exchange was turned away for load; `is_about_load` says that it may be.
    """

    name: str
    sentence: str
    declared: tuple[str, ...]
    requirements: Callable[[Exchange], tuple[str, ...]]
    run: Callable[[Exchange], Iterator[Outcome]]
    facets: Mapping[str, Shows[Exchange]] = field(default_factory=dict)
    over: Selector | None = None
    is_about_load: bool = False

    def rows(self, exchange: Exchange, *, is_turned_away: bool) -> tuple[str, ...]:
        """What `requirements` says, where it is known already whether the exchange was turned away."""
        if self.over is None:
            return self.requirements(exchange)
        if is_turned_away and not self.is_about_load:
            return ()
        return self.declared if self.over(exchange) else ()


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """Judges cases drawn from the entries of one scenario; `facets` as for an exchange check.

    `is_of_whole_account` says that it compares several looks at everything that is there, strangers included.
    `is_of_run` says that its cases are drawn from the whole record and not from each story; then `rows_of` tells which
    of the declared requirements a case judges.
    """

    name: str
    sentence: str
    declared: tuple[str, ...]
    over: CaseSelector[Any]
    run: Callable[[Case[Any]], Iterator[Outcome]]
    facets: Mapping[str, Shows[Case[Any]]] = field(default_factory=dict)
    is_of_whole_account: bool = False
    is_of_run: bool = False
    rows_of: Callable[[Case[Any]], tuple[str, ...]] | None = None

    def rows(self, case: Case[Any]) -> tuple[str, ...]:
        """The requirements that a case judges."""
        return self.rows_of(case) if self.rows_of else self.declared


class _LastSeen:
    """What all checks ask of a story, kept until they are asked of another one."""

    def __init__(self) -> None:
        self._entries: History = ()
        self._histories: tuple[History, ...] = ()

    def histories(self, entries: History) -> tuple[History, ...]:
        """The parts of a story between Bulk requests, without what was turned away."""
        if entries is not self._entries:
            kept = tuple(e for e in entries if not (isinstance(e.event, Exchange) and turned_away(e.event)))
            self._entries, self._histories = entries, tuple(_between_bulks(kept))
        return self._histories


_LAST = _LastSeen()
EXCHANGE_CHECKS: list[ExchangeCheck] = []
HISTORY_CHECKS: list[HistoryCheck] = []


def check(
    *requirements: str, over: Selector, facets: Facets[Exchange] | None = None, is_about_load: bool = False
) -> Callable[[Callable[[Exchange], Iterator[Outcome]]], Callable[[Exchange], Iterator[Outcome]]]:
    """Register a check of one exchange. `over` selects its cases; what it can't compare it must not select.

    An exchange that the bridge turned away for its load is no case, except for a check that is about that answer.
    `facets` names the facets that a case shows: of every requirement of the check, or of each by its id.
    """

    def is_case(exchange: Exchange) -> bool:
        return (is_about_load or not turned_away(exchange)) and over(exchange)

    def register(
        function: Callable[[Exchange], Iterator[Outcome]],
    ) -> Callable[[Exchange], Iterator[Outcome]]:
        EXCHANGE_CHECKS.append(
            ExchangeCheck(
                function.__name__,
                _sentence(function),
                requirements,
                lambda exchange: requirements if is_case(exchange) else (),
                function,
                _by_requirement(requirements, facets),
                over,
                is_about_load,
            )
        )
        return function

    return register


def history_check(
    *requirements: str,
    over: CaseSelector[E],
    facets: Facets[Case[E]] | None = None,
    is_of_whole_account: bool = False,
    is_of_run: bool = False,
    rows_of: Callable[[Case[E]], tuple[str, ...]] | None = None,
) -> Callable[[Callable[[Case[E]], Iterator[Outcome]]], Callable[[Case[E]], Iterator[Outcome]]]:
    """Register a check over the entries of one scenario. `over` yields its cases; `facets` as for `check`.

    What the bridge turned away for its load it has not done, so the entries hold none of these exchanges. What came
    before a Bulk request, and what came after it, are two histories: what the many writes in it have changed, such a
    check can't know. A check over the whole run is given all entries, and sees to both itself.
    """

    def cases(entries: History) -> Iterable[Case[E]]:
        if is_of_run:
            return over(entries)
        return chain.from_iterable(map(over, _LAST.histories(entries)))

    def register(function: Callable[[Case[E]], Iterator[Outcome]]) -> Callable[[Case[E]], Iterator[Outcome]]:
        made = HistoryCheck(
            function.__name__,
            _sentence(function),
            requirements,
            cases,
            function,
            _by_requirement(requirements, facets),
            is_of_whole_account,
            is_of_run,
            rows_of,
        )
        HISTORY_CHECKS.append(made)
        return function

    return register


def by_story(record: History) -> Iterator[History]:
    """The histories of a whole record, as checks of single stories are given them."""
    stories: dict[str, list[Entry]] = {}
    for entry in record:
        if not (isinstance(entry.event, Exchange) and turned_away(entry.event)):
            stories.setdefault(entry.scenario, []).append(entry)
    return chain.from_iterable(_between_bulks(tuple(story)) for story in stories.values())


def _between_bulks(entries: History) -> Iterator[History]:
    start = 0
    for index, entry in enumerate(entries):
        exchange = entry.event
        if isinstance(exchange, Exchange) and exchange.route.endpoint == "Bulk" and exchange.request.method == "POST":
            yield entries[start:index]
            start = index
    yield entries[start:]


def _by_requirement(requirements: tuple[str, ...], facets: Facets[C] | None) -> Mapping[str, Shows[C]]:
    if facets is None:
        return {}
    return dict.fromkeys(requirements, facets) if isinstance(facets, Shows) else facets


def _sentence(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]
