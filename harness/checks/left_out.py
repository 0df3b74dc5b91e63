"""What a schema leaves out has its default: RFC 7643 section 2.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.capabilities import objects_in
from harness.catalogue.conditions import CHARACTERISTICS
from harness.catalogue.verdict import Finding
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import considered, is_projected, resources_in
from harness.model.members import is_unassigned
from harness.record.exchange import RESOURCES, Exchange, get_attribute
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_GROUP, CORE_USER

_CORE = {"Users": CORE_USER, "Groups": CORE_GROUP}


@dataclass(frozen=True, slots=True)
class _Created:
    """A create whose body sets attributes of which the schema says nothing further."""

    exchange: Exchange
    names: tuple[str, ...]


def _brief(record: History) -> tuple[dict[str, set[str]], Entry | None]:
    """By endpoint the attributes of the core schema without characteristics, and the answer that declares them."""
    for entry, exchange in exchanges(record):
        route = exchange.route
        if route.endpoint == "Schemas" and not route.id and exchange.request.method == "GET" and exchange.status == 200:
            by_id = {str(schema.get("id")): schema for schema in resources_in(exchange)}
            brief = {
                endpoint: {
                    str(each.get("name"))
                    for each in objects_in(by_id.get(_CORE[endpoint], {}).get("attributes"))
                    if not CHARACTERISTICS & each.keys()
                }
                for endpoint in RESOURCES
            }
            return brief, entry
    return {}, None


def _creates(record: History) -> Iterator[Case[_Created]]:
    brief, declared = _brief(record)
    if declared is None or not any(brief.values()):
        return
    for entry, exchange in exchanges(record):
        names = brief.get(exchange.route.endpoint, set())
        is_create = exchange.request.method == "POST" and not exchange.route.id and exchange.status in (200, 201)
        if not (is_create and considered(exchange) and exchange.has_json) or is_projected(exchange):
            continue
        sent = tuple(sorted(n for n in names if not is_unassigned(get_attribute(exchange.sent_json, n))))
        if sent:
            yield Case(entry, _Created(exchange, sent), (declared, entry))


@history_check("RFC7643-2.2-01", over=_creates, is_of_run=True)
def what_is_left_out_has_its_default(case: Case[_Created]) -> Iterator[Outcome]:
    """An attribute whose schema says nothing of mutability and returned can be set, and is shown."""
    for name in case.event.names:
        if is_unassigned(get_attribute(case.event.exchange.json, name)):
            yield Finding(f"{name}, which by default is readWrite and returned", "none", f"/{name}")
