"""The timeline of each resource in a story: the view before, the writes to it, the view after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from harness.checks.registry import Case, History
from harness.checks.selectors import is_projected, one_resource
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges

Key = tuple[str, str]
Seen = tuple[Entry, Exchange]


@dataclass(frozen=True, slots=True)
class Span:
    """A view of one resource, with the view before it and the writes between; `before` is None at the first view."""

    before: Seen | None
    writes: tuple[Seen, ...]
    after: Seen

    def case(self, *between: Seen) -> Case[Exchange]:
        """A case at the view after, over the view before, these writes, and the view after."""
        entry, exchange = self.after
        seen = (self.before, *between, self.after) if self.before else (*between, self.after)
        return Case(entry, exchange, tuple(each for each, _ in seen))


def key_of(exchange: Exchange) -> Key:
    """The resource that a request names, or that a create has made. Ids are unique within an endpoint only."""
    return exchange.route.endpoint, exchange.route.id or str(exchange.json.get("id"))


def whole_resource(exchange: Exchange) -> Iterable[Key]:
    """The one resource that an answer shows whole, if it does."""
    return [key_of(exchange)] if one_resource(exchange) and not is_projected(exchange) else []


def _nothing(exchange: Exchange) -> Iterable[Key]:
    return ()


def spans(
    entries: History,
    shown: Callable[[Exchange], Iterable[Key]] = whole_resource,
    *,
    parts: Callable[[Exchange], Iterable[Key]] = _nothing,
    forgets: Callable[[Exchange], bool] = lambda exchange: False,
) -> Iterator[Span]:
    """Each view of a resource with what came before it.

    `shown` names the resources that an answer shows, and `parts` those of which it shows a part: that ends a span, and
    begins none. After an exchange that `forgets`, no earlier view counts.
    """
    views: dict[Key, Seen] = {}
    writes: dict[Key, list[Seen]] = {}
    for seen in exchanges(entries):
        exchange = seen[1]
        if forgets(exchange):
            views.clear()
        for key in parts(exchange):
            yield Span(views.get(key), tuple(writes.get(key, ())), seen)
        whole = list(shown(exchange))
        for key in whole:
            yield Span(views.get(key), tuple(writes.pop(key, ())), seen)
            views[key] = seen
        if not whole and exchange.request.method not in ("GET", "HEAD"):
            writes.setdefault(key_of(exchange), []).append(seen)


def next_view(changed: Exchange, later: History) -> Seen | None:
    """The next time that a changed resource is shown by id, unless it was written again before."""
    for entry, exchange in exchanges(later):
        if (exchange.route.endpoint, exchange.route.id) != (changed.route.endpoint, changed.route.id):
            continue
        if exchange.request.method != "GET":
            return None
        return (entry, exchange) if exchange.status in (200, 404) and not is_projected(exchange) else None
    return None
