"""Differential probes: at the end of a story, a refused request once more with one trait changed back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.judge.differential import kind_of
from harness.judge.requests import is_refused, is_write
from harness.judge.traits import AGENT, probe_of, variants
from harness.record.exchange import Exchange, Request
from harness.record.journal import Entry, exchanges
from harness.record.message import path_of

PROBES = 40  # ours: of one run, so that a bridge that refuses everything is not asked without end
_FORBIDDEN = 403  # of the token, or of a client without a name: that is a trait
_DECIDED = (401, 403, 404, 409, 412, 429)  # these speak of the token, of the state or of the load, not of the form


class Differential:
    """Chooses the probes of a run: of equal refusals only the first, and never more than `PROBES`."""

    def __init__(self) -> None:
        self._asked: set[tuple[tuple[str, ...], str]] = set()
        self._left = PROBES

    def probes(self, story: Sequence[Entry]) -> Iterator[Request]:
        """The requests to send at the end of a story; each on a resource that the story made, or a create."""
        made = _made_in(story)
        for entry in story:
            if not isinstance(entry.event, Exchange) or not entry.dialect:
                continue
            exchange = entry.event
            if not is_refused(exchange) or exchange.response is None:
                continue
            if is_write(entry) and exchange.route.id and exchange.request.target.split("?")[0] not in made:
                continue
            yield from self._of(exchange)

    def _of(self, exchange: Exchange) -> Iterator[Request]:
        for trait, variant in variants(exchange.request):
            if exchange.status in _DECIDED and (exchange.status, trait) != (_FORBIDDEN, AGENT):
                continue
            key = (kind_of(exchange), trait)
            if key in self._asked or not self._left:
                continue
            self._asked.add(key)
            self._left -= 1
            yield probe_of(trait, variant)


def _made_in(story: Iterable[Entry]) -> set[str]:
    """The paths of what a story made and has not deleted."""
    made: set[str] = set()
    for _, exchange in exchanges(story):
        path, scim_id = exchange.request.target.split("?")[0], exchange.json.get("id")
        if exchange.request.method == "POST" and exchange.status == 201 and isinstance(scim_id, str):
            made.add(path_of(exchange.route.endpoint, scim_id))
        elif exchange.request.method == "DELETE" and not is_refused(exchange):
            made.discard(path)
    return made
