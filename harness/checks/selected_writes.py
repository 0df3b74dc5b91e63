"""Selections in the answers to writes, each beside the others: RFC 7644 sections 3.4.2.5 and 3.9.

A client may select on any operation that returns a resource. A bridge that shows no answer to a write in part is noted
elsewhere; one that does so for some writes does it for all that it answers with a resource.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.projection_rows import shown_places
from harness.checks.queries import Query, RowsTold, looks_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.model.projection import Presence, presences, read_projection
from harness.record.exchange import get_attribute

_ROWS = {"attributes": "RFC7644-3.4.2.5-01", "excludedattributes": "RFC7644-3.4.2.5-02"}


def _selecting(entries: History) -> Iterator[tuple[Query, str, list[str]]]:
    """Writes that select, the parameter, and what their answers show though it was not to be shown."""
    for query in looks_of(entries):
        named, excluded = query.names("attributes"), query.names("excludedattributes")
        if query.kind != "write" or bool(named) == bool(excluded) or not query.items or not query.endpoint:
            continue
        item, schema = query.items[0], query.schema_of(query.endpoint)
        known = query.known.get((query.endpoint, str(get_attribute(item, "id"))))
        was = query.exchange.sent_json if query.exchange.request.method != "PATCH" else known.resource if known else {}
        sent = frozenset(str(name).lower() for name in query.exchange.sent_json)
        presence = presences(schema, read_projection(named or None, excluded), sent)
        hidden = [path for path, place in shown_places(was, schema).items() if presence(place) is Presence.MUST_NOT]
        if hidden:
            there = shown_places(item, schema)
            yield query, "attributes" if named else "excludedattributes", [path for path in hidden if path in there]


def _unlike(entries: History) -> Iterator[Case[RowsTold]]:
    found = list(_selecting(entries))
    limits = {parameter: query for query, parameter, shown in found if not shown}
    for query, parameter, shown in found:
        if parameter not in limits:
            continue
        row, other = _ROWS[parameter], limits[parameter]
        said = (
            f"no {shown[0]}, as the answer in entry {other.entry.id} shows no more than was asked for" if shown else ""
        )
        wrong = [Finding(said, "a value", f"/{shown[0].replace('.', '/')}", row)] if shown else []
        yield told(query, (row,), wrong, *([other.entry] if shown else []))


@history_check(*_ROWS.values(), over=_unlike, rows_of=rows_told)
def answers_to_writes_are_limited_alike(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A bridge that shows a part of a resource in the answer to one write does so in the answers to all."""
    yield from case.event.outcomes
