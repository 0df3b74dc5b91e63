"""Answers of a build without what differs from run to run: ids, addresses, times and versions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.judge.refusal import shape_of
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import Entry

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32}\b", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")
_ID_KEYS = ("id", "value", "$ref", "location")
_OPAQUE = ("version", "nextCursor", "previousCursor", "password")
_CURSOR = re.compile(r"(?<=[?&]cursor=)[^&]*")
_LONG = 8  # ours: a shorter id may be any word, so it counts only where an id belongs
_BODY = 64_000  # characters, ours: longer bodies are compared by their beginning


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """A request and its answer as they are compared: equal for two builds that do the same.

    `request` is what must be equal before answers are compared. `body` is JSON where the answer was, else text.
    """

    request: tuple[str, ...]
    shape: tuple[str, ...]
    name: str
    entry: str
    status: int
    headers: tuple[str, ...]
    body: str
    is_json: bool
    elapsed_s: float


Hide = Callable[[Exchange, str], str]
"""Takes what is secret in an exchange out of a text."""


def plain_answers(entries: Iterable[Entry], hide: Hide) -> dict[str, list[PlainAnswer]]:
    """The answers of a journal by story, in their order, without secrets."""
    stories: dict[str, list[Entry]] = {}
    for entry in entries:
        if isinstance(entry.event, Exchange) and "::" in entry.scenario:
            stories.setdefault(entry.scenario, []).append(entry)
    return {story: _of_story(told, hide) for story, told in stories.items()}


def _of_story(told: list[Entry], hide: Hide) -> list[PlainAnswer]:
    exchanges = [(entry.id, entry.event) for entry in told if isinstance(entry.event, Exchange)]
    plain = _Plain(_names_of(exchange for _, exchange in exchanges))
    return [_answer(entry, exchange, plain, hide) for entry, exchange in exchanges]


def _names_of(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """What each id is replaced by: the first name of the resource that has it."""
    names: dict[str, str] = {}
    for exchange in exchanges:
        for _, resource in exchange.resources:
            scim_id = resource.get("id")
            name = get_attribute(resource, "userName") or get_attribute(resource, "displayName")
            if isinstance(scim_id, str) and scim_id:
                names.setdefault(scim_id, f"‹id of {name}›" if isinstance(name, str) and name else "‹id›")
    return names


class _Plain:
    """Replaces what differs from run to run, in one story."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        long = sorted((re.escape(each) for each in names if len(each) >= _LONG), key=len, reverse=True)
        self._ids = re.compile("|".join(long)) if long else None

    def text(self, text: str, base: str) -> str:
        """A text without ids, addresses and times."""
        text = text.replace(base, "‹base›")
        if self._ids:
            text = self._ids.sub(lambda found: self._names[found[0]], text)
        text = _TIME.sub("‹time›", _HOST.sub("‹host›", text))
        return _UUID.sub("‹id›", text)

    def target(self, target: str, base: str) -> str:
        """A path whose segments are no ids."""
        path, sign, query = target.partition("?")
        parts = [self._names.get(part, part) for part in path.split("/")]
        return self.text("/".join(parts) + _CURSOR.sub("‹cursor›", sign + query), base)

    def value(self, value: Any, base: str, key: str = "") -> Any:
        """A JSON value, in which whatever is an id is a name."""
        if isinstance(value, dict):
            return {self.text(name, base): self.value(part, base, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self.value(part, base, key) for part in value]
        if not isinstance(value, str):
            return value
        if key in _OPAQUE:
            return f"‹{key}›"
        if key in _ID_KEYS and value in self._names:
            return self._names[value]
        if key in ("$ref", "location"):
            return self.target(value.replace(base, "‹base›"), base)
        return self.text(value, base)


def _answer(entry: str, exchange: Exchange, plain: _Plain, hide: Hide) -> PlainAnswer:
    base, request = exchange.base, exchange.request
    sent = plain.value(exchange.sent.value, base) if exchange.sends_json else _decoded(request.body or b"")
    target = plain.target(request.target, base)
    body, is_json = _body(exchange, plain)
    return PlainAnswer(
        (request.method, target, request.name, _dumped(sent) if exchange.sends_json else plain.text(sent, base)),
        shape_of(exchange),
        request.name,
        entry,
        exchange.status,
        tuple(sorted(_headers(exchange))),
        hide(exchange, body),
        is_json,
        exchange.elapsed_s,
    )


def _headers(exchange: Exchange) -> Iterable[str]:
    for name in ("location", "etag", "www-authenticate", "retry-after"):
        if exchange.header(name) is not None:
            yield name
    if kind := exchange.header("content-type"):
        yield f"content-type: {kind.partition(';')[0].strip().lower()}"


def _body(exchange: Exchange, plain: _Plain) -> tuple[str, bool]:
    if exchange.response is None:
        return plain.text(exchange.lost, exchange.base), False
    if exchange.shown.error or not exchange.response.body:
        return plain.text(_decoded(exchange.response.body), exchange.base), False
    return _dumped(plain.value(exchange.shown.value, exchange.base)), True


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _decoded(body: bytes) -> str:
    return body[:_BODY].decode("utf-8", "backslashreplace")
