"""One walk over the record of a run: each write beside what the model permits, over the state shown last.

A write is judged where the last whole representation of its resource was shown and nobody wrote to it since. Whatever
ran beside a write, acts outside SCIM, moved clocks, lost answers and Bulk requests end what is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History
from harness.checks.selectors import is_projected, one_resource, resources_in, turned_away
from harness.checks.timeline import Key, key_of
from harness.checks.write_said import Said, said_of
from harness.model.bodies import attributes_in
from harness.model.characteristics import ResourceSchema, Spot
from harness.model.declared import read_schemas
from harness.model.group_members import is_suspended, members_named, suspends
from harness.model.members import member
from harness.model.observed import supported_in
from harness.model.outcomes import Permitted
from harness.model.patch import apply_patch
from harness.model.replace import create_resource, replace_resource
from harness.model.standard import standard_schemas
from harness.model.timing import beside_writes, is_reading
from harness.model.write_forms import Held, OperationForm
from harness.record.exchange import RESOURCES, Exchange, Json, is_list
from harness.record.journal import Act, ClockMove, Entry, RunHeader, exchanges


@dataclass(frozen=True, slots=True)
class Written:
    """What one write lets judge: these rows held, or the finding that breaks them; by `row` what is recorded.

    `forms` are the operations of a PATCH that it is about; with `is_by_form` the row is about their form alone.
    """

    method: str
    rows: tuple[str, ...]
    finding: Finding | None = None
    recorded: tuple[tuple[str, str], ...] = ()
    forms: tuple[OperationForm, ...] = ()
    is_by_form: bool = False


@dataclass(frozen=True, slots=True)
class _Pending:
    """An accepted write whose state is not shown yet."""

    entry: Entry
    exchange: Exchange
    before: Json | None
    outcomes: list[Permitted]


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A write whose answer shows another state than is due: whether the write or the answer is wrong, tells a read."""

    written: _Pending
    cases: list[Case[Written]]


class WriteWalk:
    """Goes through one story after the other."""

    def __init__(self, record: History) -> None:
        self.schemas = declared_by(record)
        self.kept = shown_in(record)
        self._disputed = {endpoint: _disputed_in(schema) for endpoint, schema in self.schemas.items()}
        self._known: dict[Key, tuple[Entry, Json]] = {}
        self._pending: dict[Key, _Pending] = {}
        self._doubted: dict[Key, _Doubted] = {}
        self._there: set[str] = set()

    def over(self, story: History) -> Iterator[Case[Written]]:
        """The cases of one story."""
        self._forget()
        self._there.clear()
        beside = beside_writes(story)
        for entry in story:
            event = entry.event
            if isinstance(event, Act | ClockMove):
                self._forget()
            elif isinstance(event, Exchange) and not turned_away(event):
                yield from self._take(entry, event, entry.id in beside)
        for key in list(self._doubted):
            yield from self._doubted.pop(key).cases

    def _forget(self, endpoint: str = "") -> None:
        for kept in (self._known, self._pending):
            for key in [key for key in kept if endpoint in ("", key[0])]:
                del kept[key]

    def _take(self, entry: Entry, exchange: Exchange, is_beside: bool) -> Iterator[Case[Written]]:
        route = exchange.route
        if route.endpoint == "Bulk" and not is_reading(exchange):
            self._forget()
        if route.endpoint not in RESOURCES or route.rest:
            return
        if is_reading(exchange):
            if not is_beside and one_resource(exchange) and not is_list(exchange.json) and route.id:
                yield from self._shown(entry, exchange)
            elif exchange.status == 200 and is_list(exchange.json):
                for each in resources_in(exchange):
                    self._meet(each)
            return
        if is_beside:
            self._known.pop(key_of(exchange), None)
            self._pending.pop(key_of(exchange), None)
            return
        yield from self._written(entry, exchange)

    def _shown(self, entry: Entry, exchange: Exchange) -> Iterator[Case[Written]]:
        if is_projected(exchange) or exchange.status != 200 or exchange.json.get("id") != exchange.route.id:
            return
        key = key_of(exchange)
        self._meet(exchange.json)
        if (doubted := self._doubted.pop(key, None)) is not None:
            is_right = not any(case.event.finding for case in self._judge(doubted.written, exchange.json, entry))
            yield from map(_of_the_answer, doubted.cases) if is_right else doubted.cases
        pending = self._pending.pop(key, None)
        if pending is not None:
            yield from self._judge(pending, exchange.json, entry)
        self._known[key] = entry, exchange.json

    def _written(self, entry: Entry, exchange: Exchange) -> Iterator[Case[Written]]:
        key, method = key_of(exchange), exchange.request.method
        if (doubted := self._doubted.pop(key, None)) is not None:
            yield from doubted.cases
        known, _ = self._known.pop(key, None), self._pending.pop(key, None)
        if method == "DELETE":
            self._there.discard(exchange.route.id)
            self._forget("Groups")
            return
        schema = self.schemas.get(exchange.route.endpoint)
        is_done = 200 <= exchange.status < 300
        if method == "POST" and exchange.status == 200 and exchange.json.get("id") in self._there:
            self._learn(entry, exchange)  # what was there is the answer: nothing was created
            return
        if is_done and exchange.has_json and isinstance(exchange.json.get("id"), str):
            self._meet(exchange.json)
        elif is_done and suspends(exchange.sent_json):
            self._there.discard(exchange.route.id)
        if schema is None or exchange.response is None or not exchange.sends_plain_json:
            return
        before = known[1] if known else None
        if method in ("PATCH", "PUT") and before is None and method == "PATCH":
            self._learn(entry, exchange)
            return
        if self._is_disputed(exchange, schema) or not self._knows_members(exchange):
            self._learn(entry, exchange)
            return
        outcomes = _outcomes_of(exchange, before, schema)
        pending = _Pending(entry, exchange, before, outcomes)
        shows = is_done and one_resource(exchange) and not is_projected(exchange)
        if is_done and not shows:
            self._pending[key] = pending
            return
        cases = list(self._judge(pending, exchange.json if shows else None, entry))
        if shows and any(case.event.finding for case in cases):
            self._doubted[key] = _Doubted(pending, cases)
        else:
            yield from cases
        if shows:
            self._learn(entry, exchange)
        elif known is not None and 400 <= exchange.status < 500 and exchange.status not in (404, 408):
            self._known[key] = known

    def _meet(self, shown: Json) -> None:
        """An answer shows somebody or a group: whom a group may name as a member and must keep."""
        (self._there.discard if is_suspended(shown) else self._there.add)(str(shown.get("id")))

    def _knows_members(self, exchange: Exchange) -> bool:
        """Whether all whom a write of a group names are known to be there: others may be left out, see its module."""
        return exchange.route.endpoint != "Groups" or members_named(exchange.sent_json) <= self._there

    def _is_disputed(self, exchange: Exchange, schema: ResourceSchema) -> bool:
        """Whether a write is about an attribute that is declared otherwise than RFC 7643 has it.

        What is shown on request alone may be there though it was not shown: no change of it is judged either.
        """
        disputed = self._disputed[exchange.route.endpoint]
        if exchange.request.method != "POST":
            disputed |= schema.on_request
        return bool(disputed) and not disputed.isdisjoint(roots_in(exchange.sent_json, schema))

    def _learn(self, entry: Entry, exchange: Exchange) -> None:
        is_whole = one_resource(exchange) and not is_projected(exchange) and not is_list(exchange.json)
        if is_whole and isinstance(exchange.json.get("id"), str):
            self._known[key_of(exchange)] = entry, exchange.json

    def _judge(self, written: _Pending, shown: Json | None, at: Entry) -> Iterator[Case[Written]]:
        exchange = written.exchange
        endpoint = exchange.route.endpoint
        kept = self.kept[endpoint]
        said = said_of(exchange, written.before, shown, written.outcomes, self.schemas[endpoint], kept, self._there)
        entries = (written.entry,) if at is written.entry else (written.entry, at)
        for each in said:
            yield _case(each, exchange, written.entry, at, entries)


def _of_the_answer(case: Case[Written]) -> Case[Written]:
    """The case of a write that is done, and whose answer is what does not show it."""
    if case.event.finding is None:
        return case
    return replace(case, event=replace(case.event, rows=(_ANSWERS[case.event.method],), forms=()))


_ANSWERS = {"POST": "RFC7644-3.3-11", "PUT": "RFC7644-3.5.1-15", "PATCH": "RFC7644-3.5.2-29"}


def _case(said: Said, exchange: Exchange, entry: Entry, at: Entry, entries: History) -> Case[Written]:
    event = Written(exchange.request.method, said.rows, said.finding, said.recorded, said.forms)
    return Case(at, event, entries, entry)


def _outcomes_of(exchange: Exchange, before: Json | None, schema: ResourceSchema) -> list[Permitted]:
    body = exchange.sent_json
    if exchange.request.method == "POST":
        return create_resource(body, schema)
    if before is None:
        return []
    return (apply_patch if exchange.request.method == "PATCH" else replace_resource)(before, body, schema)


def declared_by(record: History) -> Mapping[str, ResourceSchema]:
    """The resource types of a run by endpoint, as its discovery answers declare them."""
    answers: dict[str, Any] = {}
    for _, exchange in exchanges(record):
        route = exchange.route
        is_whole = exchange.status == 200 and not route.id and not route.query and exchange.request.method == "GET"
        if is_whole and route.endpoint in ("Schemas", "ResourceTypes"):
            answers.setdefault(route.endpoint, exchange.json)
            if len(answers) == 2:
                break
    found = read_schemas(answers.get("Schemas"), answers.get("ResourceTypes"))
    return {each.endpoint.rstrip("/").rpartition("/")[2]: each for each in found.values()}


def shown_in(record: History) -> Mapping[str, Collection[str]]:
    """By endpoint the lower-case paths of what a server ever shows in a run. What it never shows it need not keep."""
    return {
        endpoint: {each for path in paths for each in (path, path.rpartition(".")[0] or path)}
        for endpoint, paths in supported_in(record).shown.items()
    }


class _Cached:
    """The walk over the record that was judged last."""

    def __init__(self) -> None:
        self._record: History = ()
        self._cases: list[Case[Written]] = []

    def cases(self, record: History) -> list[Case[Written]]:
        """All cases of a record; the same record is walked once."""
        if not record or record is not self._record:
            self._record, self._cases = record, _told_exactly(list(_walk(record)))
        return self._cases


_CACHED = _Cached()


def written_in(record: History) -> list[Case[Written]]:
    """All that the writes of a record let judge."""
    return _CACHED.cases(record)


def _told_exactly(cases: list[Case[Written]]) -> list[Case[Written]]:
    """The cases, with what failed told by its form where the same operation in another form was done in this run."""
    held = Held(form for case in cases if case.event.finding is None for form in case.event.forms)
    return [_by_form(case, held) for case in cases]


def _by_form(case: Case[Written], held: Held) -> Case[Written]:
    forms = case.event.forms
    row = held.row_for(forms[0]) if case.event.finding is not None and len(forms) == 1 else ""
    return replace(case, event=replace(case.event, rows=(row,), is_by_form=True)) if row else case


def told_by_form(record: History) -> dict[str, str]:
    """By the entry of a write the row about its form, where its form alone can be why it has not done what it says."""
    found = (case for case in written_in(record) if case.event.is_by_form and case.deciding is not None)
    return {case.deciding.id: case.event.rows[0] for case in found if case.deciding is not None}


def _walk(record: History) -> Iterator[Case[Written]]:
    stories: dict[str, list[Entry]] = {}
    for entry in record:
        if not isinstance(entry.event, RunHeader):
            stories.setdefault(entry.scenario, []).append(entry)
    walk = WriteWalk(record)
    for story in stories.values():
        yield from walk.over(tuple(story))


def roots_in(body: Mapping[str, Any], schema: ResourceSchema) -> frozenset[str]:
    """The attributes that the body of a write names, in lower case; of a PATCH by paths, and by values without one."""
    operations = member(body, "Operations")
    found = {place.path.lower() for place, _, _ in attributes_in(body, schema) if place and place.attribute}
    for each in operations if isinstance(operations, list) else ():
        path, value = member(each, "path"), member(each, "value")
        if isinstance(path, str):
            urn, colon, name = path.partition("[")[0].lower().rpartition(":")
            found.add(f"{urn}{colon}{name.partition('.')[0]}".removeprefix(f"{schema.urn.lower()}:"))
        elif isinstance(value, Mapping):
            found |= {place.path.lower() for place, _, _ in attributes_in(value, schema) if place and place.attribute}
    return frozenset(found)


def _disputed_in(schema: ResourceSchema) -> frozenset[str]:
    """The attributes, in lower case, that a bridge declares of another type or number of values than the standard."""
    standard = standard_schemas().get(schema.name)
    found: set[str] = set()
    for place in standard.places if standard else ():
        declared, own = schema.find(place.path), place.leaf
        other = declared.leaf if declared else None
        if own and other and (own.type, own.multi_valued) != (other.type, other.multi_valued):
            found.add(Spot(place.urn, place.attribute).path.lower())
    return frozenset(found)
