"""What differential probes say: with which one change a refused request was accepted, and with which not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.judge.requests import is_refused, is_write
from harness.judge.traits import PROBE, variants
from harness.record.exchange import Exchange, Request, find_header, parse_body
from harness.record.journal import Entry, exchange_of, exchanges


class Probes:
    """The probes of a run, and the requests that were accepted anyway and differ from a refused one in one trait."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._sent: dict[tuple[str, str], Exchange] = {}
        self._accepted: set[str] = set()
        for entry, exchange in exchanges(entries):
            name = exchange.request.name
            if name.startswith(PROBE):
                self._sent.setdefault((_form(exchange.request), name.removeprefix(PROBE)), exchange)
            elif is_write(entry) and not is_refused(exchange):
                self._accepted.add(_form(exchange.request))

    def said_of(self, refused: Entry) -> tuple[str, ...]:
        """What the probes say of a refused request: those first with which it was accepted."""
        exchange = exchange_of(refused)
        accepted, refused_too = [], []
        for trait, variant in variants(exchange.request):
            probe = self._sent.get((_form(variant), trait))
            if probe is not None and not is_refused(probe):
                accepted.append(f"accepted {trait}")
            elif probe is None and _form(variant) in self._accepted:
                accepted.append(f"accepted {trait}, in another story")
            elif probe is not None:
                refused_too.append(f"refused {trait} as well ({probe.status or 'no answer'})")
        return (*accepted, *refused_too)


def _form(request: Request) -> str:
    """A request without what differs from one person to the next: equal for requests of one form."""
    endpoint = request.target.split("?")[0].split("/")[1:2]
    label = find_header(request.headers, "Content-Type") or ""
    agent = find_header(request.headers, "User-Agent") is not None
    body = _kinds(parse_body(request.body or b"").value)
    return json.dumps([request.method, endpoint, label.split(";")[0], agent, body], sort_keys=True)


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: value[name] if name in ("op", "path", "schemas") else _kinds(value[name]) for name in value}
    if isinstance(value, list):
        return [_kinds(part) for part in value[:1]]
    if isinstance(value, str):
        return value.lower() if value.lower() in ("true", "false") else "text"
    return type(value).__name__
