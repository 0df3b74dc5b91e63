"""Filters with values that nobody but their owner may know: RFC 7644 section 7.5.2."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import considered, is_search, query_of, resources_in
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import Entry, exchanges


def _asks_for_a_password(exchange: Exchange) -> bool:
    is_list = exchange.request.method == "GET" and exchange.route.endpoint == "Users" and not exchange.route.id
    return is_list and considered(exchange) and query_of(exchange).get("filter", "").lower().startswith("password ")


@check("RFC7644-7.5.2-01", over=_asks_for_a_password)
def a_password_in_an_address(exchange: Exchange) -> Iterator[Outcome]:
    """A GET with a password in its filter finds nobody by it; how else it ends is recorded."""
    yield Recorded(f"status {exchange.status}")
    if exchange.status == 200 and resources_in(exchange):
        yield Finding("status 403, or nobody", f"{len(resources_in(exchange))} found by a password in the address")


def _searched_after_a_refusal(entries: History) -> Iterator[Case[Exchange]]:
    """Searches with a filter that was refused with 403 as a part of an address."""
    refused: dict[str, Entry] = {}
    for entry, exchange in exchanges(entries):
        if exchange.request.method == "GET" and exchange.status == 403 and (text := query_of(exchange).get("filter")):
            refused.setdefault(text, entry)
        asked = str(get_attribute(exchange.sent_json, "filter")) if is_search(exchange) else ""
        if asked in refused and considered(exchange) and exchange.status != 501:
            yield Case(entry, exchange, (refused[asked], entry))


@history_check("RFC7644-7.5.2-03", over=_searched_after_a_refusal)
def what_an_address_may_not_hold_a_search_may(case: Case[Exchange]) -> Iterator[Outcome]:
    """A filter that is refused in an address with 403 is answered where a search brings it in its body."""
    if case.event.status == 403:
        yield Finding(f"the filter to be served, which entry {case.entries[0].id} refuses in an address", "status 403")
