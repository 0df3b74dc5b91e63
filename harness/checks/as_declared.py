"""Discovery against what a run shows: what is declared as required, and as kept and shown (RFC 7643 section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import is_projected, turned_away
from harness.checks.write_walk import declared_by
from harness.model.bodies import attributes_in, fits, fits_one
from harness.model.characteristics import COMMON, Attribute, ResourceSchema, Spot
from harness.model.members import is_unassigned, member, value_at
from harness.model.observed import supported_in
from harness.record.exchange import RESOURCES, Exchange, Json
from harness.record.journal import Entry, exchanges

# Ours: how often an attribute was taken and not shown before that counts. A server may have a reason against one value.
_TIMES = 2


def _told(record: History) -> Entry | None:
    """The answer that lists the schemas of a bridge."""
    for entry, exchange in exchanges(record):
        route = exchange.route
        if route.endpoint == "Schemas" and not route.id and exchange.request.method == "GET" and exchange.status == 200:
            return entry
    return None


def _taken(record: History) -> Iterator[tuple[Entry, Exchange, ResourceSchema]]:
    """Creates and replacements that were done, and whose answer shows the whole resource."""
    schemas = declared_by(record)
    for entry, exchange in exchanges(record):
        schema, method = schemas.get(exchange.route.endpoint), exchange.request.method
        is_write = (method == "POST" and not exchange.route.id) or method == "PUT"
        is_done = exchange.status in (200, 201) and exchange.has_json and not turned_away(exchange)
        if schema and exchange.route.endpoint in RESOURCES and is_write and is_done and exchange.sends_plain_json:
            yield entry, exchange, schema


@dataclass(frozen=True, slots=True)
class _Created:
    """A create that was done, with the attributes that it lacks and the schema requires."""

    lacks: tuple[str, ...]


def _creates(record: History) -> Iterator[Case[_Created]]:
    told = _told(record)
    for entry, exchange, schema in _taken(record) if told else ():
        if exchange.request.method == "POST" and told:
            sent = exchange.sent_json
            due = (*schema.required_places, *_required_within(sent, schema))
            lacks = tuple(each.path for each in due if is_unassigned(value_at(sent, each)))
            yield Case(entry, _Created(lacks), (told, entry), entry)


def _required_within(sent: Json, schema: ResourceSchema) -> Iterator[Spot]:
    """What an extension that may be left out requires, where a body has that extension."""
    for urn, extension in schema.extensions.items():
        if not extension.required and not is_unassigned(member(sent, urn)):
            for attribute in extension.attributes.values():
                if attribute.required and attribute.is_writable:
                    yield Spot(urn, attribute)


@history_check("RFC7643-7-15", over=_creates, is_of_run=True)
def what_is_required_is_asked_for(case: Case[_Created]) -> Iterator[Outcome]:
    """A create without an attribute that the schema requires is not done."""
    for name in case.event.lacks:
        yield Finding(f"status 400 without {name}, which the schema requires", "the create is done", f"/{name}")


@dataclass(frozen=True, slots=True)
class _Promised:
    """An attribute that is declared as kept and shown, and that a client has set; `is_shown` somewhere in the run."""

    name: str
    is_shown: bool


def _promises(record: History) -> Iterator[Case[_Promised]]:
    told = _told(record)
    taken: dict[tuple[str, str], list[tuple[Entry, str]]] = {}
    for entry, exchange, schema in _taken(record) if told else ():
        if not is_projected(exchange):
            for place in _set_by(exchange, schema):
                taken.setdefault((exchange.route.endpoint, place.key), []).append((entry, place.path))
    shown = supported_in(record).shown
    for (endpoint, key), writes in taken.items():
        if told and len(writes) >= _TIMES:
            entry, name = writes[0]
            yield Case(entry, _Promised(name, key in shown[endpoint]), (told, entry), entry)


def _set_by(exchange: Exchange, schema: ResourceSchema) -> Iterator[Spot]:
    """What a body sets and the schema promises to show: attributes, and the parts of those that have one value."""
    for place, _, value in attributes_in(exchange.sent_json, schema):
        attribute = place.attribute if place else None
        if place is None or attribute is None or attribute.name.lower() in COMMON or _says_nothing(value):
            continue
        if not _is_promised(attribute) or not fits(attribute, value):
            continue
        if not attribute.is_complex or attribute.multi_valued:
            yield place
            continue
        for sub in attribute.sub.values():
            part = member(value, sub.name)
            if _is_promised(sub) and not _says_nothing(part) and fits_one(sub, part):
                yield Spot(place.urn, attribute, sub)


def _says_nothing(value: object) -> bool:
    """Whether a value is none, or an empty text, by which identity providers take an attribute away."""
    return value == "" or is_unassigned(value)


def _is_promised(attribute: Attribute) -> bool:
    is_label = attribute.name in ("$ref", "display")
    return attribute.mutability == "readWrite" and attribute.returned in ("default", "always") and not is_label


@history_check("RFC7643-7-07", over=_promises, is_of_run=True)
def what_is_declared_is_kept_and_shown(case: Case[_Promised]) -> Iterator[Outcome]:
    """An attribute that a schema lists as readWrite and returned by default is shown by somebody who was given it."""
    if not case.event.is_shown:
        name = case.event.name
        yield Finding(f"{name}, which the schema lists and the request sets", "it is shown in no answer", f"/{name}")
