"""The facets that many checks show: resource types, methods, reads and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.checks.registry import Case, Shows
from harness.checks.selectors import listed
from harness.record.exchange import Exchange

_TYPES = {"Users": "User", "Groups": "Group"}


def type_of(exchange: Exchange) -> Iterable[str]:
    """The resource type that a request is about, if it is about one."""
    return (_TYPES[exchange.route.endpoint],) if exchange.route.endpoint in _TYPES else ()


def in_case(shows: Shows[Exchange]) -> Shows[Case[Exchange]]:
    """The same facets, told of the exchange at which a case stands."""
    return Shows(shows.names, lambda case: shows.of(case.event))


def methods(*names: str) -> Shows[Exchange]:
    """Which of these methods a request has."""
    return Shows(names, lambda exchange: {exchange.request.method} & set(names))


def always(name: str) -> Shows[Any]:
    """Every case shows this facet."""
    return Shows((name,), lambda _: (name,))


def read_or_list(exchange: Exchange) -> Iterable[str]:
    """Whether an answer shows one resource or a list of them."""
    return ("list",) if listed(exchange) else ("read",)


BY_TYPE = Shows(("User", "Group"), type_of)
CASE_BY_TYPE = in_case(BY_TYPE)
READ_OR_LIST = Shows(("read", "list"), read_or_list)
