"""Selected attributes: RFC 7644 sections 3.4.2.5, 3.4.3, 3.9 and 3.10, in reads, lists, searches and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.queries import Query, RowsTold, Shown, blamed_rows, looks_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import created
from harness.checks.timeline import key_of
from harness.model.characteristics import ResourceSchema, Spot
from harness.model.members import values_of
from harness.model.projection import WHOLE, Presence, Presences, presences, read_projection
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry
from harness.record.message import ENTERPRISE_USER

_DEFAULT = "RFC7644-3.9-01"
_ON_REQUEST = "RFC7643-7-30"
# The most exact first.
_EXACTNESS = (
    _ON_REQUEST,
    "RFC7644-3.10-03", "RFC7644-3.10-02", "RFC7644-3.10-01", "RFC7644-3.10-04", "RFC7644-3.4.3-07", "RFC7644-3.9-09",
    "RFC7644-3.4.2.5-04", "RFC7644-3.9-06", "RFC7644-3.4.3-05", "RFC7644-3.4.3-06", "RFC7644-3.9-02",
    "RFC7644-3.9-03", "RFC7644-3.9-04", _DEFAULT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Selected:
    """What one answer shows of our own resources, beside what it must and must not show."""

    query: Query
    rows: frozenset[str]
    wrong: tuple[tuple[str, Finding], ...]
    is_telling: bool
    sources: tuple[Entry, ...]


def _shown_places(resource: Json, schema: ResourceSchema, left_out: frozenset[str]) -> dict[str, Spot]:
    """Where a resource shows a value, by path: of what the type has, apart from what is not compared."""
    found: dict[str, Spot] = {}
    for name, value in resource.items():
        place = schema.find(name)
        if place is None:
            continue
        if place.attribute is None:
            for inner, each in value.items() if isinstance(value, dict) else ():
                _note(found, schema.find(f"{name}:{inner}"), each, f"{name}:{inner}", schema)
        elif place.attribute.name.lower() not in left_out:
            _note(found, place, value, name, schema)
    return found


def _note(found: dict[str, Spot], place: Spot | None, value: Any, name: str, schema: ResourceSchema) -> None:
    values = [each for each in values_of(value) if each != ""]
    if place is None or not values:
        return
    found[place.path] = place
    for each in values:
        for key, part in each.items() if isinstance(each, dict) else ():
            sub = schema.find(f"{name}.{key}")
            # A primary that is false may be left out (RFC 7643 section 2.4).
            if sub is not None and sub.sub is not None and sub.sub.name != "primary" and part != "" and values_of(part):
                found[sub.path] = sub


def shown_places(resource: Json, schema: ResourceSchema) -> dict[str, Spot]:
    """The attributes that a resource has, by path, but for those that a server gives or may keep to itself."""
    return _shown_places(resource, schema, frozenset({"schemas", "meta", "groups"}))


def _not_compared(query: Query) -> frozenset[str]:
    return query.open | {"schemas", "meta"}


def _is_meta(place: Spot) -> bool:
    return not place.urn and place.attribute is not None and place.attribute.name == "meta"


def _hides_meta(queries: Sequence[Query]) -> bool:
    """Whether no answer that selects other attributes shows meta: an example of RFC 7644 section 3.4.3 shows it."""
    seen = [get_attribute(item, "meta") is None
            for query in queries if query.kind != "write" and query.endpoint and (names := query.names("attributes"))
            if not any(name.lower().split(":")[-1].split(".")[0] == "meta" for name in names)
            for item in query.items if (query.endpoint, str(get_attribute(item, "id"))) in query.known]  # fmt: skip
    return bool(seen) and all(seen)


def _with_meta(presence: Presences, *, is_hidden: bool) -> Callable[[Spot], Presence]:
    """The same, with the liberties of meta: without a version, and shown always where it is never hidden."""

    def of(place: Spot) -> Presence:
        said = presence(place)
        if not _is_meta(place):
            return said
        is_version = place.sub is not None and place.sub.name == "version"
        is_free = is_version if said is Presence.MUST else not is_hidden
        return Presence.MAY if is_free else said

    return of


def _selections(entries: History) -> list[_Selected]:
    queries = looks_of(entries)
    is_hidden = _hides_meta(queries)
    return [found for query in queries if query.endpoint and query.kind != "write"
            for found in _selected(query, meta_is_hidden=is_hidden)]  # fmt: skip


def _selected(query: Query, *, meta_is_hidden: bool) -> Iterator[_Selected]:
    named, excluded = query.names("attributes"), query.names("excludedattributes")
    if (named and excluded) or ("attributes" in query.asked and not named):
        return
    schema = query.schema_of(query.endpoint)
    if named and not any(map(schema.find, named)):
        return
    projection = read_projection(named, excluded) if named else read_projection(None, excluded) if excluded else WHOLE
    presence = _with_meta(presences(schema, projection), is_hidden=meta_is_hidden)
    left_out = _not_compared(query) - {"meta"}
    wrong: list[tuple[str, Finding]] = []
    sources: list[Entry] = []
    seen: set[Presence] = set()
    is_on_request = False
    is_single = query.kind == "read"
    for index, item in enumerate(query.items):
        shown = query.known.get((query.endpoint, str(get_attribute(item, "id"))))
        if shown is None or (is_single and query.exchange.route.id != get_attribute(item, "id")):
            continue
        known = _shown_places(shown.resource, schema, left_out)
        seen.update(map(presence, known.values()))
        there = _shown_places(item, schema, left_out)
        is_on_request |= any(map(_is_on_request, [*known.values(), *there.values()]))
        if projection is WHOLE and there.keys() == known.keys() and not is_on_request:
            continue
        found = list(_deviations(shown, known, there, presence, "" if is_single else f"/Resources/{index}"))
        wrong += found
        sources += [shown.entry] if found else []
    if seen:
        rows = frozenset([*_rows(query, named, excluded, schema), *([_ON_REQUEST] if is_on_request else ())])
        is_telling = projection is WHOLE or {Presence.MUST, Presence.MUST_NOT} <= seen
        yield _Selected(query, rows, tuple(wrong), is_telling, tuple(dict.fromkeys(sources)))


def _is_on_request(place: Spot) -> bool:
    return place.attribute is not None and place.attribute.returned == "request"


def _deviations(
    shown: Shown, known: dict[str, Spot], there: dict[str, Spot], presence: Callable[[Spot], Presence], pointer: str
) -> Iterator[tuple[str, Finding]]:
    """Each attribute that is missing or too much; of a whole attribute its parts are not told again."""
    told_of = ""
    for path, place in {**known, **there}.items():
        if told_of and path.startswith(f"{told_of}."):
            continue
        said, where = presence(place), f"{pointer}/{path.replace('.', '/')}"
        if said is Presence.MUST and path not in there and _has_parts_left(path, known, presence):
            told_of = path
            yield "missing", Finding(f"{path}, as entry {shown.entry.id} shows it", "none", where)
        elif said is Presence.MUST_NOT and path in there:
            told_of = path
            yield "shown", Finding(f"no {path}, which was not asked for", "a value", where)


def _has_parts_left(path: str, known: dict[str, Spot], presence: Callable[[Spot], Presence]) -> bool:
    """Whether anything of an attribute is to be shown: without all its parts it is no value."""
    parts = [place for each, place in known.items() if each.startswith(f"{path}.")]
    return not parts or any(presence(place) is not Presence.MUST_NOT for place in parts)


def _rows(query: Query, named: list[str], excluded: list[str], schema: ResourceSchema) -> Iterator[str]:
    names = named or excluded
    if not names:
        yield from (_DEFAULT, "RFC7644-3.4-02")
        return
    if named:
        yield from ("RFC7644-3.9-02", "RFC7644-3.9-03")
        yield from ("RFC7644-3.4.3-05",) if query.is_search else ()
    else:
        yield "RFC7644-3.9-04"
        yield from ("RFC7644-3.4.3-06",) if query.is_search else ()
    if len(names) > 1 and not query.is_search:
        yield "RFC7644-3.9-06"
    for name in names:
        place = schema.find(name)
        if place is None:
            continue
        yield from _of_name(name, place, schema)
        if place.sub is not None or ":" in name:
            yield "RFC7644-3.4.3-07" if query.is_search else "RFC7644-3.4.2.5-04"
        if place.sub is not None and excluded:
            yield "RFC7644-3.9-09"


def _of_name(name: str, place: Spot, schema: ResourceSchema) -> Iterator[str]:
    if ":" in name:
        yield "RFC7644-3.10-02" if place.urn else "RFC7644-3.10-01"
    if place.urn == ENTERPRISE_USER and place.sub is not None:
        yield "RFC7644-3.10-03"
    spelt = f"{schema.urn}:{place.path}" if ":" in name and not place.urn else place.path
    if name != spelt and name.lower() == spelt.lower():
        yield "RFC7644-3.10-04"


def _answers(entries: History) -> Iterator[Case[RowsTold]]:
    found = _selections(entries)
    held = {row for each in found if not each.wrong and each.is_telling for row in each.rows}
    blamed = blamed_rows((each.rows for each in found if each.wrong), held, _EXACTNESS)
    for each in found:
        if not each.wrong:
            yield told(each.query, each.rows)
            continue
        row = blamed.get(each.rows, _DEFAULT)
        kinds = {kind for kind, _ in each.wrong}
        if row == "RFC7644-3.9-02" and kinds == {"missing"}:
            row = "RFC7644-3.9-03"
        elif row == "RFC7644-3.9-03" and kinds == {"shown"}:
            row = "RFC7644-3.9-02"
        said = [Finding(one.expected, one.actual, one.pointer, row) for _, one in each.wrong]
        yield told(each.query, (row,), said, *each.sources)


@history_check(*_EXACTNESS, "RFC7644-3.4-02", over=_answers, rows_of=rows_told)
def what_is_selected_is_shown_and_nothing_else(case: Case[RowsTold]) -> Iterator[Outcome]:
    """An answer shows what was selected and what is always returned, and nothing else; by default all."""
    yield from case.event.outcomes


def _creates(entries: History) -> Iterator[Case[RowsTold]]:
    """First reads of what was created, beside the answer to the create, nothing having been written between."""
    for query in looks_of(entries):
        shown = query.known.get(key_of(query.exchange)) if query.kind == "read" else None
        source = shown.entry.event if shown else None
        if shown is None or not query.items or query.asked:
            continue
        if not isinstance(source, Exchange) or source.request.method != "POST":
            continue
        read, schema = query.items[0], query.schema_of(query.endpoint)
        seen, sent, answered = (
            _shown_places(each, schema, _not_compared(query)) for each in (read, shown.sent, shown.resource)
        )
        lost = [place for path, place in seen.items() if path in sent and path not in answered and place.sub is None]
        wrong = [Finding(f"{place.path} in the answer to the create, as the read in entry {query.entry.id} shows it",
                         "none", f"/{place.path}", _DEFAULT) for place in lost]  # fmt: skip
        yield told(query, (_DEFAULT,), wrong, shown.entry)


@history_check(_DEFAULT, over=_creates, rows_of=rows_told)
def a_create_shows_what_a_read_shows(case: Case[RowsTold]) -> Iterator[Outcome]:
    """The answer to a create shows of what was sent the attributes that a read of the resource shows."""
    yield from case.event.outcomes


# What may be answered in several ways.


def _asked(entries: History) -> Iterator[tuple[Query, list[str], list[str]]]:
    for query in looks_of(entries):
        if query.endpoint and query.exchange.status not in (0, 401, 404, 429, 503):
            yield query, query.names("attributes"), query.names("excludedattributes")


def _writes(entries: History) -> Iterator[Case[RowsTold]]:
    for query, named, excluded in _asked(entries):
        if query.kind != "write" or not (named or excluded) or not query.items:
            continue
        schema = query.schema_of(query.endpoint)
        sent = frozenset(str(name).lower() for name in query.exchange.sent_json)
        presence = presences(schema, read_projection(named or None, excluded), sent)
        there = _shown_places(query.items[0], schema, _not_compared(query))
        shown = [path for path, place in there.items() if presence(place) is Presence.MUST_NOT]
        what = "created" if created(query.exchange) else query.exchange.request.method
        said = f"{what}: {'the answer is limited' if not shown else 'the answer is not limited'}"
        yield told(query, ("RFC7644-3.9-05",), [Recorded(said)])


@history_check("RFC7644-3.9-05", over=_writes)
def selections_in_writes_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Whether the answer to a write shows only the attributes that were selected."""
    yield from case.event.outcomes


def _both(entries: History) -> Iterator[Case[RowsTold]]:
    for query, named, excluded in _asked(entries):
        if not named or not excluded:
            continue
        said = f"status {query.exchange.status}"
        if query.items:
            said = "answered"
            if len(named) == 1:
                is_named = any(get_attribute(item, named[0]) is not None for item in query.items)
                said = f"answered, {'with' if is_named else 'without'} what attributes names"
        yield told(query, ("RFC7644-3.9-07",), [Recorded(said)])


@history_check("RFC7644-3.9-07", over=_both)
def both_selections_at_once_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """What a bridge does where attributes and excludedAttributes come together."""
    yield from case.event.outcomes


def _unknown(entries: History) -> Iterator[Case[RowsTold]]:
    for query, named, excluded in _asked(entries):
        schema = query.schema_of(query.endpoint)
        if query.kind == "write" or not any(schema.find(name) is None for name in named or excluded):
            continue
        status = query.exchange.status
        if status == 501:
            continue  # the search as a whole is not offered
        said: list[Outcome] = [Recorded(f"status {status}")]
        if status not in (200, 400):
            said.append(Finding("status 200, or 400", f"status {status}"))
        yield told(query, ("RFC7644-3.9-08",), said)


@history_check("RFC7644-3.9-08", over=_unknown)
def a_name_that_there_is_not_breaks_no_answer(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Selecting an attribute that there is not is passed over, or declined with 400."""
    yield from case.event.outcomes
