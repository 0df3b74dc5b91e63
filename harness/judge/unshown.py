"""Parts of an attribute that no answer ever shows: what is found about the attribute beside them follows from that.

A bridge that never shows the `type` of an address has no work address: filters, paths and changes that name it find
nothing, and each of them would else be a fault of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from harness.checks.patching import operations_of
from harness.judge.clusters import Blame
from harness.judge.ground import Ground
from harness.model.flat import flatten
from harness.record.exchange import Exchange, get_attribute, resources_of
from harness.record.journal import Entry, exchanges

_PART = re.compile(r"/(?P<attribute>[A-Za-z]+)/(?:\d+/)?(?P<part>[A-Za-z]+)$")
_WRITES = ("POST", "PUT")
Place = tuple[str, str]


def unshown(blames: Sequence[Blame], entries: Iterable[Entry]) -> Ground:
    """The findings that a write lost such a part, and those about its attribute."""
    told = [(blame, place) for blame in blames if (place := _lost(blame)) is not None]
    if not told:
        return Ground([], [])
    shown = _shown_in(entries)
    places = {place for _, place in told} - shown
    seeds = [blame for blame, place in told if place in places]
    own = {id(blame) for blame in seeds}
    following = [b for b in blames if id(b) not in own and any(_is_about(b, *place) for place in places)]
    return Ground(seeds, following)


def _lost(blame: Blame) -> Place | None:
    """The attribute and the part that a write sent and its answer lacks."""
    finding, exchange = blame.judgement.finding, blame.exchange
    found = _PART.search(finding.pointer) if finding else None
    if finding is None or found is None or exchange is None or exchange.request.method not in _WRITES:
        return None
    if get_attribute(exchange.sent_json, found["attribute"]) is None:
        return None
    is_none = finding.actual in ("none", "None", "null") or finding.actual.endswith(" no value")
    return (found["attribute"].lower(), found["part"].lower()) if is_none else None


def _shown_in(entries: Iterable[Entry]) -> set[Place]:
    """Attribute and part of all that any answer of the run has shown."""
    shown: set[Place] = set()
    for _, exchange in exchanges(entries):
        for _, resource in resources_of(exchange):
            for path, value in flatten(resource).items():
                if isinstance(value, list):
                    shown.update((path, name) for each in value if isinstance(each, dict) for name in each)
                else:
                    attribute, _, part = path.rpartition(".")
                    shown.add((attribute, part))
    return shown


def _is_about(blame: Blame, attribute: str, part: str) -> bool:
    """Whether a finding points at the attribute, or at a request that names the part."""
    finding = blame.judgement.finding
    if finding is not None and f"/{attribute}" in finding.pointer.lower():
        return True
    events = (blame.exchange, blame.judgement.entry.event)
    return any(isinstance(each, Exchange) and _names(each, attribute, part) for each in events)


def _names(exchange: Exchange, attribute: str, part: str) -> bool:
    """Whether a filter or a path of a request names the part."""
    searched = str(exchange.sent_json.get("filter", "")) if exchange.request.method == "POST" else ""
    paths = [str(each.get("path", "")) for each in operations_of(exchange)]
    return any(
        (f"{attribute}." in text and part in text) or (f"{attribute}[" in text and part in text)
        for text in (each.lower() for each in (unquote(exchange.route.query), searched, *paths))
    )
