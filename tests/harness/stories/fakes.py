"""A transport and a probe without a bridge, and a run over both."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.clock import ManualClock
from harness.record.exchange import Exchange, Json, Request, Response
from harness.record.journal import Journal
from harness.stories.run import Run
from harness.target.options import Options
from harness.target.probe import NoProbe
from harness.target.secrets import Secrets
from harness.target.target import Target

EMPTY: Json = {"totalResults": 0, "Resources": []}


Answer = Callable[[Request], Response | None]


class Wire:
    """A transport that answers from a function."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.sent: list[str] = []
        self.timeout_s = 0.0
        self.secrets = Secrets({"scim": "token"})

    def another(self) -> Wire:
        """The same: it has no connection."""
        return self

    def close(self) -> None:
        """Nothing to let go."""

    def send(self, request: Request) -> Exchange:
        """Answer."""
        self.sent.append(f"{request.method} {request.target}")
        response = self.answer(request)
        return Exchange("http://b", request, response, "" if response else "refused")


class Probe:
    """An account probe with one member and everything offered."""

    reads = frozenset({"members", "journal"})
    acts = frozenset({"reset", "clock/advance", "sign-up", "fixtures"})
    confirmation_interval_s = 300.0

    def __init__(self, state: str = "ACTIVE", id: str = "m1") -> None:
        self.state, self.id = state, id
        self.done: list[tuple[str, Json]] = []

    def read(self, name: str, **query: str | list[str]) -> Json:
        """What stands there."""
        member = {"id": self.id, "email": "ada@x.example", "state": self.state}
        return {"members": [member], "events": [], "next": 4}

    def act(self, path: str, body: Json) -> Json:
        """Remember it."""
        self.done.append((path, body))
        return {}


def ok(body: Json, status: int = 200) -> Response:
    return Response(status, (), json.dumps(body).encode())


def nothing(request: Request) -> Response:
    return ok({"id": "7"}, 201) if request.method == "POST" else ok(EMPTY) if request.method == "GET" else Response(204)


def make_run(answer: Answer = nothing, probe: Any = None, **options: Any) -> tuple[Run, Wire, Journal]:
    """A run on a disposable account, where the guard is off; `mode="safe", declare_disposable=False` turns it on."""
    wire, journal = Wire(answer), Journal()
    target = Target("bridge", "http://b", "token")
    chosen = {"url": "http://b", "mode": "full", "declare_disposable": True, **options}
    run = Run(Options(**chosen), target, wire, probe or NoProbe(), journal, ManualClock())  # type: ignore[arg-type]
    run.begin("lifecycle/test_x.py::test_y", "okta-oin", "a story", (), "lifecycle")
    return run, wire, journal


def events(journal: Journal, kind: type[Any]) -> list[Any]:
    return [entry.event for entry in journal.entries if isinstance(entry.event, kind)]
