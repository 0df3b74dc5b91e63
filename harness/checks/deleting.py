"""Deleting resources: RFC 7644 section 3.6."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding
from harness.checks.facets import CASE_BY_TYPE
from harness.checks.patching import operations_of
from harness.checks.registry import Case, CaseSelector, History, Outcome, check, history_check
from harness.checks.selectors import considered, listed, resources_in
from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchanges


def _deleted(exchange: Exchange) -> bool:
    return exchange.request.method == "DELETE" and bool(exchange.route.id) and 200 <= exchange.status < 300


@check("RFC7644-3.6-01", over=lambda e: _deleted(e) and e.route.endpoint == "Users")
def a_user_is_deleted_with_204(exchange: Exchange) -> Iterator[Outcome]:
    """A DELETE of a User is answered with 204 and no body."""
    yield from _no_content(exchange)


@check("RFC7644-3.6-02", over=lambda e: _deleted(e) and e.route.endpoint == "Groups")
def a_group_is_deleted_with_204(exchange: Exchange) -> Iterator[Outcome]:
    """A DELETE of a Group is answered with 204 and no body."""
    yield from _no_content(exchange)


def _no_content(exchange: Exchange) -> Iterator[Outcome]:
    size = len(exchange.response.body) if exchange.response else 0
    if exchange.status != 204 or size:
        yield Finding("status 204 without a body", f"status {exchange.status} with {size} bytes")


def _asked_after_delete(method: str) -> CaseSelector[Exchange]:
    def over(entries: History) -> Iterable[Case[Exchange]]:
        """Requests by that method for a resource whose DELETE had succeeded before."""
        gone: dict[tuple[str, str], Entry] = {}
        for entry, exchange in exchanges(entries):
            key = (exchange.route.endpoint, exchange.route.id)
            if key in gone and exchange.request.method == method and considered(exchange) and _is_of_the_rfc(exchange):
                yield Case(entry, exchange, (gone[key], entry))
            if _deleted(exchange):
                gone.setdefault(key, entry)

    return over


def _is_of_the_rfc(exchange: Exchange) -> bool:
    """Whether a PATCH spells its operations as the RFC does: another may be refused before anything is looked for."""
    return all(operation.get("op") in ("add", "remove", "replace") for operation in operations_of(exchange))


def _is_404(case: Case[Exchange]) -> Iterator[Outcome]:
    exchange = case.event
    if exchange.status != 404:
        yield Finding("status 404 after the DELETE", f"status {exchange.status}")


@history_check("RFC7644-3.6-04", over=_asked_after_delete("GET"), facets=CASE_BY_TYPE)
def a_deleted_resource_cannot_be_read(case: Case[Exchange]) -> Iterator[Outcome]:
    """A GET after the DELETE gives 404."""
    yield from _is_404(case)


@history_check("RFC7644-3.6-05", over=_asked_after_delete("PUT"), facets=CASE_BY_TYPE)
def a_deleted_resource_cannot_be_replaced(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PUT after the DELETE gives 404."""
    yield from _is_404(case)


@history_check("RFC7644-3.6-06", over=_asked_after_delete("PATCH"), facets=CASE_BY_TYPE)
def a_deleted_resource_cannot_be_patched(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PATCH after the DELETE gives 404."""
    yield from _is_404(case)


@history_check("RFC7644-3.6-07", over=_asked_after_delete("DELETE"), facets=CASE_BY_TYPE)
def a_deleted_resource_cannot_be_deleted_again(case: Case[Exchange]) -> Iterator[Outcome]:
    """A second DELETE gives 404."""
    yield from _is_404(case)


def _listed_after_delete(entries: History) -> Iterable[Case[Exchange]]:
    gone: dict[str, dict[str, Entry]] = {}
    for entry, exchange in exchanges(entries):
        of_kind = gone.setdefault(exchange.route.endpoint, {})
        if _deleted(exchange):
            of_kind.setdefault(exchange.route.id, entry)
        elif of_kind and listed(exchange):
            yield Case(entry, exchange, (*of_kind.values(), entry))


@history_check("RFC7644-3.6-08", over=_listed_after_delete, facets=CASE_BY_TYPE)
def a_deleted_resource_is_not_listed(case: Case[Exchange]) -> Iterator[Outcome]:
    """What was deleted is left out of every later list."""
    *deletes, view = case.exchanges
    gone = {delete.route.id for delete in deletes}
    for index, resource in enumerate(resources_in(view)):
        shown = str(resource.get("id"))
        if shown in gone:
            yield Finding("no deleted resource in the list", repr(shown), f"/Resources/{index}")


def _recreated(entries: History) -> Iterable[Case[Exchange]]:
    """Creates with a 201 of a userName whose User had been deleted before in the scenario."""
    names: dict[str, str] = {}
    gone: dict[str, Entry] = {}
    for entry, exchange in exchanges(entries):
        name = str(exchange.sent_json.get("userName", "")).casefold()
        new_id = str(exchange.json.get("id", ""))
        if _deleted(exchange):
            gone.setdefault(exchange.route.id, entry)
        elif exchange.request.method == "POST" and exchange.status == 201 and name and new_id:
            if names.get(name) in gone:
                yield Case(entry, exchange, (gone[names[name]], entry))
            names[name] = new_id


@history_check("RFC7643-3.1-06", over=_recreated)
def ids_are_not_given_again(case: Case[Exchange]) -> Iterator[Outcome]:
    """A resource that is created anew after a DELETE has another id."""
    delete, create = case.exchanges
    if create.json.get("id") == delete.route.id:
        yield Finding("a new id", f"the old one, {delete.route.id!r}", "/id")
