"""The outline of an exchange: what is known of it before anything is read closely, and which checks that rules out.

A check is asked once for an outline and not for every exchange that has it. It is handed an exchange of which no more
is known than that. A selector that says no to it, without wanting to know more, says no to every such exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, cast

from harness.checks.registry import ExchangeCheck
from harness.checks.selectors import turned_away
from harness.record.exchange import RESOURCES, Exchange

_SEARCH = ".search"
_NONE: frozenset[str] = frozenset()


class TooFine(Exception):
    """A selector wanted to know more of an exchange than its outline tells."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is coarse of an exchange: of parameters the names, of a body whether it is none, empty or more."""

    method: str
    credential: str | None
    endpoint: str
    has_id: bool
    has_rest: bool
    has_query: bool
    parameters: frozenset[str]
    is_search: bool
    sent: bool | None
    sends_json: bool
    status: int
    has_answer: bool
    has_content: bool
    has_json: bool
    shows_list: bool
    is_turned_away: bool


def outline_of(exchange: Exchange) -> Outline:
    """The outline of an exchange."""
    request, response, route = exchange.request, exchange.response, exchange.route
    return Outline(
        request.method,
        request.credential,
        route.endpoint,
        bool(route.id),
        bool(route.rest),
        bool(route.query),
        frozenset(route.parameters) if route.query else _NONE,
        route.path_ends_in(_SEARCH),
        None if request.body is None else bool(request.body),
        exchange.sends_json,
        exchange.status,
        response is not None,
        response is not None and bool(response.body),
        exchange.has_json,
        exchange.shows_list,
        turned_away(exchange),
    )


class AskedCheck(NamedTuple):
    """A check that may have an exchange of an outline as its case, and those of its rows that concern the client.

    A check without a bare selector tells its rows for each exchange by itself: there `wanted` is None.
    """

    check: ExchangeCheck
    wanted: tuple[str, ...] | None


class Checks:
    """Checks of exchanges, sorted by the outlines that they can have as their case.

    `concerned` tells which of some rows concern what a client of a dialect sent.
    """

    def __init__(
        self, checks: Iterable[ExchangeCheck], concerned: Callable[[tuple[str, ...], str], tuple[str, ...]]
    ) -> None:
        self._checks = tuple(checks)
        self._concerned = concerned
        self._of_dialect: dict[str, tuple[AskedCheck, ...]] = {}
        self._asked: dict[tuple[Outline, str], tuple[AskedCheck, ...]] = {}

    def asked_of(self, outline: Outline, dialect: str) -> tuple[AskedCheck, ...]:
        """The checks that may have an exchange of this outline and dialect as their case, in their order."""
        known = self._asked.get((outline, dialect))
        if known is None:
            asked = self._concerning(dialect)
            known = self._asked[outline, dialect] = tuple(each for each in asked if may_judge(each.check, outline))
        return known

    def _concerning(self, dialect: str) -> tuple[AskedCheck, ...]:
        known = self._of_dialect.get(dialect)
        if known is None:
            # A check without a bare selector declares not all of its rows.
            made = (
                AskedCheck(c, None if c.over is None else self._concerned(c.declared, dialect)) for c in self._checks
            )
            known = self._of_dialect[dialect] = tuple(each for each in made if each.wanted != ())
        return known


def may_judge(check: ExchangeCheck, outline: Outline) -> bool:
    """Whether an exchange of this outline may be a case of a check; where its selector stumbles, it may."""
    try:
        return bool(check.rows(cast(Exchange, _Outlined(outline)), is_turned_away=outline.is_turned_away))
    except Exception:  # `TooFine`, or the selector has a fault, which shows on the exchange itself
        return True


class _Known:
    """Holds some of what an object has; everything else is too fine to be told."""

    def __getattr__(self, name: str) -> NoReturn:
        raise TooFine(name)


class _Anything:
    """A value of which nothing is known."""

    def __bool__(self) -> bool:
        raise TooFine("bool")

    def __getattribute__(self, name: str) -> NoReturn:
        raise TooFine(name)

    def __eq__(self, other: object) -> NoReturn:
        raise TooFine("==")

    def __ne__(self, other: object) -> NoReturn:
        raise TooFine("!=")

    def __hash__(self) -> NoReturn:
        raise TooFine("hash")

    def __str__(self) -> NoReturn:
        raise TooFine("str")

    def __repr__(self) -> NoReturn:
        raise TooFine("repr")

    def __format__(self, form: str) -> NoReturn:
        raise TooFine("format")


class _Something(_Anything):
    """A value that is not empty, of which nothing else is known."""

    def __bool__(self) -> bool:
        return True


_ANYTHING: Any = _Anything()
_SOMETHING: Any = _Something()


class _OutlinedRoute(_Known):
    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self.endpoint = outline.endpoint
        self.id = _SOMETHING if outline.has_id else ""
        self.rest = _SOMETHING if outline.has_rest else ""
        self.query = _SOMETHING if outline.has_query else ""
        self.parameters = dict.fromkeys(outline.parameters, _ANYTHING)
        self.is_resource_endpoint = outline.endpoint in RESOURCES and not outline.has_rest

    def path_ends_in(self, name: str) -> bool:
        if name == _SEARCH:
            return self._outline.is_search
        if self._outline.has_id or self._outline.has_rest:
            raise TooFine("path")
        return self.endpoint.rsplit("/", 1)[-1] == name


class _OutlinedRequest(_Known):
    def __init__(self, outline: Outline) -> None:
        self.method = outline.method
        self.credential = outline.credential
        self.body = None if outline.sent is None else _SOMETHING if outline.sent else b""


class _OutlinedResponse(_Known):
    def __init__(self, outline: Outline) -> None:
        self.status = outline.status
        self.body = _SOMETHING if outline.has_content else b""


class _Outlined(_Known):
    """Stands for all exchanges of one outline."""

    def __init__(self, outline: Outline) -> None:
        self.request = _OutlinedRequest(outline)
        self.response = _OutlinedResponse(outline) if outline.has_answer else None
        self.route = _OutlinedRoute(outline)
        self.status = outline.status
        self.notes: dict[object, Any] = {}
        self.has_json, self.shows_list = outline.has_json, outline.shows_list
        self.sends_json = outline.sends_json
        if not outline.has_json:
            self.json: dict[str, Any] = {}
        if not (200 <= outline.status < 300 and outline.has_json and self.route.is_resource_endpoint):
            self.resources: tuple[tuple[str, Any], ...] = ()
        if not outline.sends_json:
            self.sent_json: dict[str, Any] = {}
        if not outline.has_answer:
            self.header = lambda _: None
