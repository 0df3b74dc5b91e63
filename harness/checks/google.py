"""The checks of Google Workspace's own traffic."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.registry import Outcome, check
from harness.record.exchange import Exchange


@check("GOOGLE-04", over=lambda e: e.response is not None)
def googles_agent_is_let_in(exchange: Exchange) -> Iterator[Outcome]:
    """The agent string of Google's client is not taken for a robot."""
    if exchange.status in (403, 406, 429):
        yield Finding("the request to be served", f"status {exchange.status}")
