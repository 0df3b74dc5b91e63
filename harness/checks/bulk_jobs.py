"""Bulk jobs: what was sent, operation by operation, beside the entries of the answer (RFC 7644 section 3.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.checks.selectors import considered
from harness.record.exchange import Exchange, Json, get_attribute

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class ToldOperation:
    """One operation that was sent, with the entry that answers it and where it stands; none where none does."""

    sent: Json
    entry: Json | None
    pointer: str = ""

    @property
    def status(self) -> int:
        """The status of the entry; 0 where it has none that can be read."""
        return entry_status(self.entry or {})

    @property
    def is_done(self) -> bool:
        """Whether the entry tells of a success."""
        return 200 <= self.status < 300


def is_bulk(exchange: Exchange) -> bool:
    """A request to the bulk endpoint that was answered, by what can be answered."""
    is_there = exchange.route.endpoint == "Bulk" and not exchange.route.id and exchange.request.method == "POST"
    return is_there and considered(exchange) and exchange.status not in (403, 404, 501)


def operations_in(exchange: Exchange) -> list[Json]:
    """The operations that were sent, as far as they are objects."""
    return _objects(get_attribute(exchange.sent_json, "Operations"))


def entries_in(exchange: Exchange) -> list[Json]:
    """The entries of the answer."""
    return _objects(get_attribute(exchange.json, "Operations"))


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_well_formed(exchange: Exchange) -> bool:
    """Whether a body is one that has to be processed, whatever its operations come to."""
    sent = exchange.sent_json
    named, operations = get_attribute(sent, "schemas"), get_attribute(sent, "Operations")
    is_list = isinstance(operations, list) and bool(operations) and all(isinstance(each, dict) for each in operations)
    return isinstance(named, list) and BULK_REQUEST in named and is_list


def is_processed(exchange: Exchange) -> bool:
    """A bulk job that the bridge took and answered entry by entry."""
    return is_bulk(exchange) and exchange.status == 200 and exchange.has_json and bool(entries_in(exchange))


def entry_status(entry: Json) -> int:
    """The HTTP status of an entry, as text, as number, or as an object with a code (erratum 7916)."""
    value = get_attribute(entry, "status")
    if isinstance(value, dict):
        value = get_attribute(value, "code")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 0


def told_by(exchange: Exchange) -> Iterator[ToldOperation]:
    """Every operation with its entry: by its bulkId, else in the order of method and location, else by its place."""
    sent, entries = operations_in(exchange), entries_in(exchange)
    free = dict(enumerate(entries))
    by_id = {str(each["bulkId"]): index for index, each in free.items() if isinstance(each.get("bulkId"), str)}
    for number, operation in enumerate(sent):
        own = operation.get("bulkId")
        at = by_id.get(own) if isinstance(own, str) else None
        if at is None:
            at = next((index for index, each in free.items() if _answers(operation, each)), None)
        if at is None and len(sent) == len(entries) and number in free and not free[number].get("bulkId"):
            at = number
        entry = free.pop(at, None) if at is not None else None
        yield ToldOperation(operation, entry, f"/Operations/{at}" if entry is not None else "")


def _answers(operation: Json, entry: Json) -> bool:
    """Whether an entry without bulkId is that of an operation without one."""
    path, location = operation.get("path"), entry.get("location")
    is_alike = operation.get("method") == entry.get("method") and not entry.get("bulkId")
    return (
        is_alike
        and isinstance(path, str)
        and isinstance(location, str)
        and "bulkId:" not in path
        and unquote(location.rstrip("/")).endswith(unquote(path.rstrip("/")))
    )


def made_ids(exchange: Exchange) -> dict[str, str]:
    """By bulkId the ids of the resources that a job made."""
    return {
        str(told.sent["bulkId"]): unquote(str(told.entry["location"]).rstrip("/").rsplit("/", 1)[-1])
        for told in told_by(exchange)
        if told.is_done and told.sent.get("method") == "POST" and told.entry and told.entry.get("location")
        if isinstance(told.sent.get("bulkId"), str)
    }
