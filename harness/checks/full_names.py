"""The formatted name beside its parts: RFC 7643 section 4.1.1, name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import created_user, is_projected, object_in, one_resource
from harness.checks.timeline import key_of
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import Entry


@dataclass(frozen=True, slots=True)
class _Renamed:
    """A user shown after a PATCH of the given name. `is_own` says that the formatted name came from a client."""

    exchange: Exchange
    given: str
    is_own: bool


def _given_in(operation: Mapping[str, Any]) -> str | None:
    """The given name that an operation sets."""
    path, value = str(operation.get("path") or "").lower(), operation.get("value")
    if path.endswith("name.givenname"):
        return value if isinstance(value, str) else None
    name = value if path == "name" else get_attribute(value, "name") if not path and isinstance(value, dict) else None
    given = get_attribute(name, "givenName") if isinstance(name, dict) else None
    return given if isinstance(given, str) else None


def _renamed(entries: History) -> Iterator[Case[_Renamed]]:
    own: set[str] = set()
    given: dict[str, tuple[str, Entry]] = {}
    for entry in entries:
        exchange = entry.event
        if not isinstance(exchange, Exchange) or exchange.route.endpoint != "Users":
            continue
        user_id = key_of(exchange)[1]
        if created_user(exchange) or exchange.request.method == "PUT":
            given.pop(user_id, None)
        if exchange.request.method != "GET" and b"formatted" in (exchange.request.body or b"").lower():
            own.add(user_id)
        if exchange.request.method == "PATCH":
            given.pop(user_id, None)
            set_here = [name for each in operations_of(exchange) if (name := _given_in(each)) is not None]
            if len(set_here) == 1 and set_here[0] and 200 <= exchange.status < 300:
                given[user_id] = set_here[0], entry
        if user_id not in given or not one_resource(exchange) or is_projected(exchange):
            continue
        shown = object_in(exchange.json, "name")
        if get_attribute(shown, "formatted") and get_attribute(shown, "givenName") == given[user_id][0]:
            wanted, written = given[user_id]
            yield Case(
                entry, _Renamed(exchange, wanted, user_id in own), tuple(dict.fromkeys((written, entry))), written
            )


@history_check("RFC7643-4.1.1-09", over=_renamed)
def both_forms_of_a_name_agree(case: Case[_Renamed]) -> Iterator[Outcome]:
    """After a change of the given name, a formatted name that the bridge makes holds it."""
    formatted = str(get_attribute(object_in(case.event.exchange.json, "name"), "formatted"))
    if not case.event.is_own and case.event.given.casefold() not in formatted.casefold():
        yield Finding(f"a formatted name with {case.event.given}", repr(formatted), "/name/formatted")
