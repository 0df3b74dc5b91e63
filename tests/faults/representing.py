"""Faults of how resources are written down, addressed and described, each in a line of a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from harness.record.exchange import Exchange
from tests.faults.expected import Expected, sent
from tests.faults.proxy import Ask, Call, Fault, Json, Reply

Wanted = Callable[[Call], bool]
_COUNTER = itertools.count(1)


def _creates(call: Call) -> bool:
    return call.method == "POST" and call.path.strip("/") == "Users"


def _refuses(is_meant: Callable[[Json], bool], status: int = 400) -> type[Fault]:
    """Creates of users whose body is such are refused."""

    class Refuses(Fault):
        def answer(self, call: Call, ask: Ask) -> Reply:
            return self.on_error(status, "not so") if _creates(call) and is_meant(call.json) else ask(call)

    return Refuses


def _says(is_meant: Wanted, status: int) -> type[Fault]:
    """Such requests are answered with that status, and nothing is done."""

    class Says(Fault):
        def answer(self, call: Call, ask: Ask) -> Reply:
            return self.on_error(status, "not so") if is_meant(call) else ask(call)

    return Says


def _shows(is_meant: Wanted, change: Callable[[Json], None]) -> type[Fault]:
    """Every resource in the answers to such requests is changed in place."""

    class Shows(Fault):
        def answer(self, call: Call, ask: Ask) -> Reply:
            reply, document = ask(call), None
            if is_meant(call) and 200 <= reply.status < 300 and reply.json:
                document = reply.json
                entries = document.get("Resources")
                for each in entries if isinstance(entries, list) else [document]:
                    change(each)
            return reply.with_json(document) if document else reply

    return Shows


class CreatesLoseTitles(Fault):
    """No create keeps a title; other writes do."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        body = call.json if _creates(call) else {}
        if "title" not in body:
            return ask(call)
        return ask(call.with_json({name: value for name, value in body.items() if name != "title"}))


class DiscoveryCut(Fault):
    """The lists of discovery are cut by count."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        entries = reply.json.get("Resources")
        if call.collection not in ("Schemas", "ResourceTypes") or "count=1" not in call.query or not entries:
            return reply
        return reply.with_json({**reply.json, "Resources": entries[:1], "totalResults": 1, "itemsPerPage": 1})


class ExternalIdOnce(Fault):
    """An externalId is taken once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def answer(self, call: Call, ask: Ask) -> Reply:
        mark = str(call.json.get("externalId") or "") if _creates(call) else ""
        if "Ext-Id-aB" in mark and mark in self._taken:
            return self.on_error(409, "the externalId is taken")
        self._taken |= {mark} - {""}
        return ask(call)


class TagMoves(Fault):
    """The ETag of a user is another one at every read."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method != "GET" or call.collection != "Users" or "etag" not in {k.lower() for k in reply.headers}:
            return reply
        kept = {name: value for name, value in reply.headers.items() if name.lower() != "etag"}
        return replace(reply, headers={**kept, "ETag": f'W/"{next(_COUNTER)}"'})


def _first_schema_is_another(body: Json) -> bool:
    named = body.get("schemas")
    return isinstance(named, list) and len(named) > 1 and str(named[0]).endswith("enterprise:2.0:User")


def _spoil_members(resource: Json) -> None:
    for member in resource.get("members") or ():
        if isinstance(member, dict) and "$ref" in member:
            member["$ref"] = f"scim://Users/{member.get('value')}"


def _drop_schemas(resource: Json) -> None:
    resource.pop("schemas", None)


class ConfigurationReplaced(Fault):
    """A PUT of the configuration is answered with success."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        is_it = call.method == "PUT" and call.collection == "ServiceProviderConfig"
        return ask(replace(call, method="GET", body=b"")) if is_it else ask(call)


def _at(place: str) -> Callable[[Exchange], bool]:
    return lambda exchange: exchange.request.target.startswith(place)


def _expects(rows: tuple[str, ...], method: str, place: str, status: int = 0) -> Expected:
    return Expected(rows, f"{method} {place}", sent(method, place, status))


TABLE: dict[str, tuple[type[Fault], Expected]] = {
    "discovery-cut": (DiscoveryCut, Expected(("RFC7644-4-08",), "a list of discovery", lambda e: "count=1" in e.url)),
    "creates-lose-titles": (CreatesLoseTitles, _expects(("RFC7644-3.3-18",), "POST", "/Users", 201)),
    "configuration-replaced": (
        ConfigurationReplaced,
        Expected(("RFC7643-5-02",), "a PUT of the configuration", _at("/ServiceProviderConfig")),
    ),
    "externalid-once": (ExternalIdOnce, _expects(("RFC7643-3.1-15",), "POST", "/Users", 409)),
    "capital-keys-refused": (
        _refuses(lambda body: "USERNAME" in body),
        _expects(("RFC7643-2.1-03",), "POST", "/Users", 400),
    ),
    "empty-lists-refused": (
        _refuses(lambda body: body.get("phoneNumbers") == []),
        _expects(("RFC7643-2.5-02",), "POST", "/Users", 400),
    ),
    "schemas-in-order-only": (
        _refuses(_first_schema_is_another),
        _expects(("RFC7643-3-07",), "POST", "/Users", 400),
    ),
    "keys-in-order-only": (
        _refuses(lambda body: next(reversed(body), "") == "schemas"),
        _expects(("RFC7643-2.3.8-01",), "POST", "/Users", 400),
    ),
    "me-fails": (_says(lambda call: call.collection == "Me", 500), Expected(("*",), "/Me", _at("/Me"))),
    "tag-moves": (TagMoves, Expected(("RFC7644-3.14-*", "RFC7643-3.1-2*"), "a user", _at("/Users"))),
    "member-addresses-of-another-kind": (
        _shows(lambda call: call.collection == "Groups", _spoil_members),
        Expected(("RFC7643-2.3.7-04", "RFC7643-4.2-05"), "a group", _at("/Groups")),
    ),
    "schemas-lost-in-lists": (
        _shows(lambda call: call.method == "GET" and call.path.strip("/") == "Users", _drop_schemas),
        Expected(("RFC7643-2.1-01", "RFC7643-3-0*", "RFC7643-3.3-0*", "RFC7643-7-29"), "a list", _at("/Users")),
    ),
}
REPRESENTING: dict[str, type[Fault]] = {name: fault for name, (fault, _) in TABLE.items()}
REPRESENTING_EXPECTED: dict[str, Expected] = {name: expected for name, (_, expected) in TABLE.items()}
