"""The checks of Google Workspace's own traffic."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.registry import Outcome, check
from harness.record.exchange import Exchange, find_header


def _says_that_it_is_google(exchange: Exchange) -> bool:
    agent = find_header(exchange.request.headers, "User-Agent") or ""
    return exchange.response is not None and "google" in agent.lower()


@check("GOOGLE-04", over=_says_that_it_is_google)
def googles_agent_is_let_in(exchange: Exchange) -> Iterator[Outcome]:
    """The agent string of Google's client is not taken for a robot."""
    if exchange.status in (403, 406, 429):
        yield Finding("the request to be served", f"status {exchange.status}")
