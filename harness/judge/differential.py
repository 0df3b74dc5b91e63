"""What differential probes say: with which one change a refused request was accepted, and with which not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.judge.refusal import refusal_of
from harness.judge.requests import is_refused, is_write
from harness.judge.traits import OWN_TRAITS, PROBE, variants, with_ascii_filter
from harness.record.exchange import Exchange, Request, find_header, parse_body
from harness.record.journal import Entry, exchange_of, exchanges


@dataclass(frozen=True, slots=True)
class Tried:
    """A refused request with one trait changed back: what came of it when a probe sent it, None where none did."""

    trait: str
    probe: Exchange | None
    is_known: bool = False
    """Whether a request of that form was accepted in another story."""

    @property
    def is_accepted(self) -> bool:
        """Whether a probe was accepted."""
        return self.probe is not None and not is_refused(self.probe)


class Probes:
    """The probes of a run, and the requests that were accepted anyway and differ from a refused one in one trait."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._sent: dict[tuple[str, str], Exchange] = {}
        self._of_kind: dict[tuple[tuple[str, ...], str], Exchange] = {}
        self._accepted: list[Request] = []
        refused = []
        for entry, exchange in exchanges(entries):
            name = exchange.request.name
            if name.startswith(PROBE):
                self._sent.setdefault((_form(exchange.request), name.removeprefix(PROBE)), exchange)
            elif is_refused(exchange):
                refused.append(exchange)
            elif is_write(entry):
                self._accepted.append(exchange.request)
        for exchange in refused if self._sent else ():
            for trait, variant in variants(exchange.request):
                probe = self._sent.get((_form(variant), trait))
                if probe is not None:
                    self._of_kind.setdefault((kind_of(exchange), trait), probe)

    def said_of(self, refused: Entry) -> tuple[str, ...]:
        """What the probes say of a refused request: those first with which it was accepted."""
        accepted, refused_too = [], []
        for each in self._tried(exchange_of(refused)):
            if each.is_accepted:
                accepted.append(f"accepted {each.trait}")
            elif each.probe is None and each.is_known:
                accepted.append(f"accepted {each.trait}, in another story")
            elif each.probe is not None:
                refused_too.append(f"refused {each.trait} as well ({each.probe.status or 'no answer'})")
        return (*accepted, *refused_too)

    def acquit(self, row: str, exchange: Exchange) -> tuple[str, ...]:
        """For which other traits a request was refused, where a probe shows that it was not for the row's own.

        The row's own trait is acquitted when the request does not have it, or is refused in the same way without it,
        while it is accepted with another trait changed back. Empty where the probes do not show that.
        """
        own = OWN_TRAITS.get(row)
        if own is None or not self._sent or not is_refused(exchange):
            return ()
        tried = list(self._tried(exchange))
        its = [each for each in tried if each.trait == own]
        if not all(each.probe and each.probe.status == exchange.status for each in its):
            return ()
        return tuple(each.trait for each in tried if each.is_accepted and each.trait != own)

    def _tried(self, exchange: Exchange) -> Iterator[Tried]:
        kind = kind_of(exchange)
        for trait, variant in variants(exchange.request):
            form = _form(variant)
            probe = self._sent.get((form, trait)) or self._of_kind.get((kind, trait))
            yield Tried(trait, probe, form in self._forms)

    @cached_property
    def _forms(self) -> set[str]:
        return {_form(request) for request in self._accepted}


def kind_of(exchange: Exchange) -> tuple[str, ...]:
    """The kind of a refused request: its method, its endpoint, and the refusal. One probe of a trait serves for all."""
    return exchange.request.method, exchange.route.endpoint, *refusal_of(exchange)


def _form(request: Request) -> str:
    """A request without what differs from one person to the next: equal for requests of one form."""
    path, _, query = request.target.partition("?")
    label = find_header(request.headers, "Content-Type") or ""
    agent = find_header(request.headers, "User-Agent") is not None
    asked = (
        [part.partition("=")[0] for part in query.split("&") if part],
        with_ascii_filter(request.target) == request.target,
    )
    body = _kinds(parse_body(request.body or b"").value)
    return json.dumps([request.method, path.split("/")[1:2], asked, label.split(";")[0], agent, body], sort_keys=True)


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: value[name] if name in ("op", "path", "schemas") else _kinds(value[name]) for name in value}
    if isinstance(value, list):
        return [_kinds(part) for part in value[:1]]
    if isinstance(value, str):
        return value.lower() if value.lower() in ("true", "false") else "text"
    return type(value).__name__
