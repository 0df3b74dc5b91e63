"""From a recording's names, ids and versions to those of the bridge that it is played to.

Names and addresses are replaced throughout: a recording holds real people, and nobody of them may hear of it. Ids and
versions are learned from the answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from harness.model.bulk import sent_in_bulk
from harness.record.exchange import RESOURCES, Exchange, Json, Request, get_attribute, parse_answer, parse_body
from harness.record.har import RecordedCall
from harness.record.identity import address_of, id_of, name_of, names_sent
from harness.record.message import AGENT, SCIM_JSON, render_json
from harness.stories.names import Names

_ADDRESS = re.compile(r"[^@\s\"]+@[^@\s\"]+")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OURS = frozenset({"host", "authorization", "cookie", "content-length", "connection", "user-agent", "accept-encoding"})
_VERSIONED = frozenset({"if-match", "if-none-match"})
_REFERENCES = frozenset({"value", "id", "bulkid"})
_WITH_NAMES = frozenset({"displayname", "display", "username", "value"})


def resources_of(call: RecordedCall) -> list[tuple[str, Json]]:
    """The users and groups that the recorded answer shows, each with its endpoint."""
    body, endpoint = parse_answer(call.body).value if call.body else None, call.exchange.route.endpoint
    if not isinstance(body, dict) or not 200 <= call.status < 300:
        return []
    listed = get_attribute(body, "Resources")
    shown = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else [body]
    return [(kind, each) for each in shown if (kind := _kind_of(each, endpoint)) and id_of(each)]


def _kind_of(resource: Json, endpoint: str) -> str:
    """The endpoint of a resource: the one that was asked, or what its schemas say."""
    if endpoint in RESOURCES:
        return endpoint
    schemas = str(get_attribute(resource, "schemas") or "")
    return next((kind for kind in RESOURCES if schemas.find(f":core:2.0:{kind[:-1]}") >= 0), "")


class Translation:
    """Translates the requests of one recording, and learns from the answers."""

    def __init__(self, calls: Iterable[RecordedCall], names: Names) -> None:
        self._names = names
        self._new_names: dict[str, str] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self._unbound: dict[str, list[str]] = {kind: [] for kind in RESOURCES}
        self.guessed = 0
        """How many ids the recording does not tell, so that they were taken in the order of the creates."""
        for call in calls:
            self._meet(call)

    def name(self, name: str, endpoint: str = "Users") -> str:
        """What stands for a recorded name of a user or of a group."""
        return self._new_names.get(name) or self._new(name, endpoint)

    def request(self, sent: Request) -> Request:
        """The request as the bridge is to get it."""
        endpoint, scim_id = address_of(sent.target)
        parts = urlsplit(sent.target)
        path = self._path(parts.path, endpoint, scim_id)
        query = self._query(parts.query, endpoint)
        body = sent.body and self._body(sent.body, endpoint)
        return replace(sent, target=f"{path}{query}", headers=self._headers(sent), body=body, credential="scim")

    def learn(self, call: RecordedCall, answer: Exchange) -> None:
        """Bind the recorded ids and versions to those of the answer."""
        old, new = resources_of(call), list(_shown_in(answer))
        endpoint = call.exchange.route.endpoint
        is_made = 200 <= answer.status < 300 and id_of(answer.json) and call.status in (0, 200, 201)
        if _is_create(call) and not old and is_made:
            self._unbound[endpoint].append(id_of(answer.json))
        by_name = {(kind, name_of(kind, each).casefold()): each for kind, each in new}
        for kind, each in old:
            other = new[0][1] if len(old) == len(new) == 1 else None
            found = other or by_name.get((kind, self.name(name_of(kind, each), kind).casefold()))
            if found is not None:
                self.bind(kind, each, found)
        shown = parse_answer(call.body).value if call.body else None
        if isinstance(shown, dict) and isinstance(cursor := shown.get("nextCursor"), str):
            self._texts[cursor] = str(answer.json.get("nextCursor") or cursor)

    def bind(self, endpoint: str, old: Json, new: Json) -> None:
        """This recorded resource is that one."""
        self._ids[endpoint, id_of(old)] = id_of(new)
        versions = [_version_of(each) for each in (old, new)]
        if all(versions):
            self._texts[versions[0]] = versions[1]

    def id_of(self, endpoint: str, scim_id: str) -> str:
        """The id on the bridge of a recorded one; the recorded one where nothing tells."""
        if (endpoint, scim_id) not in self._ids and self._unbound.get(endpoint):
            self._ids[endpoint, scim_id] = self._unbound[endpoint].pop(0)
            self.guessed += 1
        return self._ids.get((endpoint, scim_id), scim_id)

    def resource(self, endpoint: str, shown: Json) -> Json:
        """A shown resource as the body of a create: without what the server alone sets."""
        kept = {k: v for k, v in shown.items() if k.casefold() not in ("id", "meta", "groups", "password")}
        return dict(self._value(kept, endpoint, ""))

    def _meet(self, call: RecordedCall) -> None:
        """The names that a call tells."""
        sent, endpoint = call.exchange.request, call.exchange.route.endpoint
        parts = [part for part in sent_in_bulk(sent) if part] if endpoint == "Bulk" else [sent]
        for part in parts:
            kind = address_of(part.target)[0]
            for name in names_sent(kind, part) if kind in RESOURCES else ():
                self._new(name, kind)
        for kind, resource in resources_of(call):
            if name := name_of(kind, resource):
                self._new(name, kind)
        for name, value in parse_qsl(urlsplit(sent.target).query):
            if name.casefold() == "filter" and endpoint in RESOURCES:
                self._meet_filter(value, endpoint)

    def _meet_filter(self, text: str, endpoint: str) -> None:
        wanted = "username" if endpoint == "Users" else "displayname"
        if wanted in text.casefold():
            for literal in _LITERAL.findall(text):
                self._new(literal, endpoint)

    def _new(self, name: str, endpoint: str) -> str:
        if not name:
            return name
        if endpoint == "Groups":
            made = self._names.group(name)
        elif _ADDRESS.fullmatch(name):
            made = self._names.address(name.partition("@")[0])
        else:
            made = f"{name}.{self._names.run_id}"
        return self._new_names.setdefault(name, made)

    def _path(self, path: str, endpoint: str, scim_id: str) -> str:
        if endpoint not in RESOURCES or not scim_id or scim_id.startswith(".search"):
            return path
        return f"/{endpoint}/{quote(self.id_of(endpoint, scim_id), safe='')}"

    def _query(self, query: str, endpoint: str) -> str:
        if not query:
            return ""
        pairs = [(name, self._parameter(name, value, endpoint)) for name, value in parse_qsl(query, True)]
        return "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)

    def _parameter(self, name: str, value: str, endpoint: str) -> str:
        if name.casefold() == "filter":
            return self._expression(value, endpoint)
        return self._texts.get(value, value)

    def _headers(self, sent: Request) -> tuple[tuple[str, str], ...]:
        kept = [(name, value) for name, value in sent.headers if name.lower() not in _OURS and not name.startswith(":")]
        made = [(name, self._texts.get(value, value) if name.lower() in _VERSIONED else value) for name, value in kept]
        known = {name.lower() for name, _ in made}
        made += [("Accept", SCIM_JSON)] if "accept" not in known else []
        made += [("Content-Type", SCIM_JSON)] if sent.body and "content-type" not in known else []
        return (*made, AGENT)

    def _body(self, body: bytes, endpoint: str) -> bytes:
        value = parse_body(body).value
        if not isinstance(value, dict):
            return body
        if endpoint == "Bulk":
            return render_json(self._bulk(value))
        return render_json(self._value(value, endpoint, ""))

    def _bulk(self, body: Json) -> Json:
        key = next((key for key in body if key.casefold() == "operations"), "")
        listed = body.get(key)
        if not isinstance(listed, list):
            return body
        return {**body, key: [self._operation(each) if isinstance(each, dict) else each for each in listed]}

    def _operation(self, operation: Json) -> Json:
        target = str(get_attribute(operation, "path") or "")
        endpoint, scim_id = address_of(target) if target else ("", "")
        made = dict(operation)
        for key, value in operation.items():
            if key.casefold() == "path" and not scim_id.startswith("bulkId:"):
                made[key] = self._path(target, endpoint, scim_id)
            elif key.casefold() == "data":
                made[key] = self._value(value, endpoint, "")
        return made

    def _value(self, value: Any, endpoint: str, key: str) -> Any:
        """A part of a body: names, addresses, ids and versions replaced, everything else as it is."""
        if isinstance(value, dict):
            return {name: self._value(each, endpoint, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, endpoint, key) for each in value]
        return self._text(value, endpoint, key.casefold()) if isinstance(value, str) else value

    def _text(self, text: str, endpoint: str, key: str) -> str:
        if key == "path":
            return self._expression(text, endpoint)
        if key == "$ref":
            return self._reference(text)
        if key in _REFERENCES and (known := self._known_id(text)):
            return known
        if key in _WITH_NAMES and text in self._new_names:
            return self._new_names[text]
        if _ADDRESS.fullmatch(text):
            return self.name(text)
        return self._texts.get(text, text)

    def _known_id(self, text: str) -> str:
        return next((self._ids[kind, text] for kind in RESOURCES if (kind, text) in self._ids), "")

    def _reference(self, text: str) -> str:
        head, slash, last = text.rpartition("/")
        return f"{head}{slash}{quote(known, safe='')}" if (known := self._known_id(unquote(last))) else text

    def _expression(self, text: str, endpoint: str) -> str:
        """A filter or a path with a filter: its quoted texts are replaced."""

        def literal(found: re.Match[str]) -> str:
            value = found[1]
            known = self._known_id(value) or self._new_names.get(value)
            made = known or (self.name(value) if _ADDRESS.fullmatch(value) else self._texts.get(value, value))
            return json.dumps(made, ensure_ascii=False) if made != value else found[0]

        return _LITERAL.sub(literal, text)


def _is_create(call: RecordedCall) -> bool:
    route = call.exchange.route
    return call.exchange.request.method == "POST" and route.endpoint in RESOURCES and not route.id


def _shown_in(answer: Exchange) -> Iterator[tuple[str, Json]]:
    call = RecordedCall(answer, answer.status, answer.response.body if answer.response else b"")
    yield from resources_of(call)


def _version_of(resource: Json) -> str:
    meta = get_attribute(resource, "meta")
    version = get_attribute(meta, "version") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else ""
