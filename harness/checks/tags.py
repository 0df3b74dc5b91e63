"""Entity-tags of one version in two representations: RFC 7643 section 3.1, RFC 7232 section 2.1."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import considered, one_resource
from harness.checks.timeline import Key, Seen, key_of
from harness.record.exchange import Exchange
from harness.record.journal import Act, exchanges


def _tag(exchange: Exchange) -> str:
    return exchange.header("ETag") or ""


def _two_representations(entries: History) -> Iterator[Case[Exchange]]:
    """Two reads of a resource between writes, which show other parts of it."""
    reads: dict[Key, Seen] = {}
    for entry in entries:
        if isinstance(entry.event, Act):
            reads.clear()
        for seen, exchange in exchanges((entry,)):
            if exchange.request.method not in ("GET", "HEAD"):
                reads.clear()
            elif one_resource(exchange) and considered(exchange) and _tag(exchange):
                earlier = reads.setdefault(key_of(exchange), (seen, exchange))
                if earlier[1].route.query != exchange.route.query and earlier[1].json != exchange.json:
                    yield Case(seen, exchange, (earlier[0], seen))


@history_check("RFC7643-3.1-28", over=_two_representations)
def one_strong_tag_names_one_representation(case: Case[Exchange]) -> Iterator[Outcome]:
    """Two representations of one version share an entity-tag only where it is marked weak."""
    first, second = (_tag(exchange) for exchange in case.exchanges)
    if first == second and not second.startswith("W/"):
        yield Finding(f"a weak entity-tag, as entry {case.entries[0].id} shows other parts under the same one", second)
