"""Entity-tags of one version in two representations: RFC 7643 section 3.1, RFC 7232 section 2.1."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import considered, one_resource
from harness.checks.timeline import Key, Seen, key_of
from harness.record.exchange import Exchange
from harness.record.journal import Act, exchanges


def _tag(exchange: Exchange) -> str:
    return exchange.header("ETag") or ""


def _two_representations(entries: History) -> Iterator[Case[Exchange]]:
    """Two reads of a resource between writes, which show it otherwise: other parts, or the same in another way."""
    reads: dict[Key, Seen] = {}
    for entry in entries:
        if isinstance(entry.event, Act):
            reads.clear()
        for seen, exchange in exchanges((entry,)):
            if exchange.request.method not in ("GET", "HEAD"):
                reads.clear()
            elif one_resource(exchange) and considered(exchange) and _tag(exchange):
                earlier = reads.setdefault(key_of(exchange), (seen, exchange))
                if earlier[1].json != exchange.json:
                    yield Case(seen, exchange, (earlier[0], seen))


@history_check("RFC7643-3.1-28", over=_two_representations)
def one_strong_tag_names_one_representation(case: Case[Exchange]) -> Iterator[Outcome]:
    """Two representations at one address share an entity-tag only where it is marked weak.

    A selection has an address of its own, and strong tags of different addresses may be alike (RFC 7232 section 2.1):
    that is recorded.
    """
    one, other = case.exchanges
    if _tag(one) != _tag(other) or _tag(other).startswith("W/"):
        return
    if one.route.query != other.route.query:
        yield Recorded("one strong entity-tag for several selections")
    else:
        yield Finding(f"a weak entity-tag, as entry {case.entries[0].id} shows it otherwise", _tag(other))
