"""Faults between an identity provider and a bridge: named, seeded, counted, and noted on the exchanges they change.

docs/sources.md, row 6 reports them of vendors. A fault wraps a `Send`, unseen by provider and bridge.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from harness.errors import UsageError, nearest
from harness.record.exchange import Exchange, Request, Response

Send = Callable[[Request], Exchange]

READS = frozenset({"GET", "HEAD"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
RESTART_REQUESTS = 5  # ours: enough that several jobs meet a bridge that is not back yet
PROXY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
_TURNED_ON = re.compile(rb'("active"\s*:\s*|"path"\s*:\s*"active"\s*,\s*"value"\s*:\s*)("?)[Tt]rue("?)')


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: what happens, and to which methods."""

    name: str
    sentence: str
    methods: frozenset[str]


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("lost-answer", "the bridge answers, and the answer never arrives", READS | WRITES),
        Fault("lost-create", "the answer to a POST never arrives: somebody may have been created", frozenset({"POST"})),
        Fault("lost-request", "the request never arrives", READS | WRITES),
        Fault("duplicate-job", "two workers run the same job: a write is sent twice", WRITES),
        Fault("proxy-502", "a proxy answers with a page of its own, and the bridge hears nothing", READS | WRITES),
        Fault("reactivation-race", "right behind a reactivation comes an older `active` false", frozenset({"PATCH"})),
        Fault("restart", f"the bridge is away for {RESTART_REQUESTS} requests", READS | WRITES),
    )
}


class Faults:
    """The faults of one run: how likely each is, and how often it has happened.

    `extra` is told the exchanges that no conversation sees: the second of a duplicate, the older profile of a race.
    """

    def __init__(
        self, chances: Mapping[str, float], seed: int, extra: Callable[[Exchange], None] = lambda exchange: None
    ) -> None:
        for name in chances:
            if name not in FAULTS:
                hint = nearest(name, FAULTS) or f"; there are {', '.join(FAULTS)}"
                raise UsageError(f"there is no fault {name!r} (--fault){hint}")
        self.counts: Counter[str] = Counter()
        self._chances = {name: chance for name, chance in chances.items() if chance > 0}
        self._random = random.Random(f"faults:{seed}")
        self._lock = threading.Lock()
        self._away = 0
        self._extra = extra

    def wrap(self, send: Send) -> Send:
        """The same sender, with these faults in between; without any, the sender itself."""
        return (lambda request: self._send(send, request)) if self._chances else send

    def _send(self, send: Send, request: Request) -> Exchange:
        name = self._draw(request)
        if not name:
            return send(request)
        if name == "lost-request":
            return _never_sent(request, name)
        if name == "restart":
            return _never_sent(request, name)
        if name == "proxy-502":
            page = Response(502, (("Content-Type", "text/html"),), PROXY_PAGE)
            return Exchange("", request, page, fault=name)
        exchange = send(request)
        if name in ("lost-answer", "lost-create"):
            return replace(exchange, response=None, lost=f"injected fault {name}", fault=name)
        second = request if name == "duplicate-job" else _older(request)
        self._extra(replace(send(second), fault=name))
        return replace(exchange, fault=name)

    def _draw(self, request: Request) -> str:
        with self._lock:
            if self._away:
                self._away -= 1
                return "restart"
            for name, chance in self._chances.items():
                if self._is_open_to(name, request) and self._random.random() < chance:
                    self.counts[name] += 1
                    self._away = RESTART_REQUESTS - 1 if name == "restart" else 0
                    return name
        return ""

    @staticmethod
    def _is_open_to(name: str, request: Request) -> bool:
        if request.method not in FAULTS[name].methods:
            return False
        return name != "reactivation-race" or _older(request) is not request


def parse_chance(text: str, option: str) -> float:
    """A share as people write it: `5%` or `0.05`. Raises UsageError."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"{option} {text!r} must be a share from 0 to 1, such as 5% or 0.05")
    return value


def _never_sent(request: Request, name: str) -> Exchange:
    return Exchange("", request, None, f"injected fault {name}", fault=name)


def _older(request: Request) -> Request:
    """The same change with `active` false; the request itself where it makes nobody active (devforum 14380)."""
    body = request.body or b""
    older = _TURNED_ON.sub(lambda found: found[1] + found[2] + _FALSE[found[2]] + found[3], body)
    return request if older == body else replace(request, body=older)


_FALSE = {b"": b"false", b'"': b"False"}
