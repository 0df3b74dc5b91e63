"""Fablegate, the made-up bridge of the walk-through: SCIM in front of a company account with words of its own.

It knows nothing of bridgecheck. `--probe FILE` names the adapter that a vendor writes: a module with `serve`.
"""

from __future__ import annotations

import argparse
import itertools
import runpy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.record.exchange import Json, Request, Response, parse_body
from tests.bridges import SmallBridge

CONFIRMS_AFTER_S = 300
_DAY_ONE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(slots=True)
class Person:
    """Somebody in the company: `asked` to come, `waiting` at the door, `in` or `out`."""

    key: str
    user_id: str | None
    mail: str
    name: str
    status: str
    since: str
    changed: str
    joined_at: datetime | None = None


@dataclass(slots=True)
class Letter:
    """A letter that the company has sent, `welcome` or `ready`."""

    at: str
    to: str
    topic: str
    subject: str


@dataclass(slots=True)
class Line:
    """A line of the company's diary."""

    at: str
    word: str
    key: str
    status: str


@dataclass(slots=True)
class Company:
    """The account behind the bridge."""

    people: list[Person] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    diary: list[Line] = field(default_factory=list)
    time: datetime = _DAY_ONE
    lives: int = 1  # one more with each time that everything begins anew
    keys: Callable[[], str] = field(default_factory=lambda: map("p{}".format, itertools.count(1)).__next__)

    def now(self) -> str:
        """The time on the company's clock."""
        return self.time.isoformat()

    def person(self, key: str) -> Person | None:
        """The person of that key."""
        return next((each for each in self.people if each.key == key), None)

    def ask(self, user_id: str, mail: str, name: str) -> None:
        """Ask somebody to come."""
        person = Person(self.keys(), user_id, mail, name, "asked", self.now(), self.now())
        self.people.append(person)
        self.letters.append(Letter(self.now(), mail, "welcome", "Come in"))
        self._note("asked", person)

    def join(self, person: Person) -> None:
        """Somebody follows the letter, and waits to be let in."""
        person.joined_at = self.time
        self._become(person, "waiting", "waiting")

    def wait(self, seconds: float) -> None:
        """Time passes; who has waited for five minutes is let in."""
        until = self.time + timedelta(seconds=seconds)
        for person in self.people:
            due = person.joined_at and person.joined_at + timedelta(seconds=CONFIRMS_AFTER_S)
            if person.status == "waiting" and due and due <= until:
                self.time = max(self.time, due)
                self._become(person, "in", "let in")
                self.letters.append(Letter(self.now(), person.mail, "ready", "You are in"))
        self.time = until

    def change(self, user: Json) -> None:
        """A user over SCIM has changed: the name, or whether the person may come in.

        Nobody has thought of the address. SCIM shows the new one, and the company goes on with the old.
        """
        person = next((each for each in self.people if each.user_id == user["id"]), None)
        if person is None:
            return
        person.name = name_of(user)
        is_active = str(user.get("active", True)).lower() != "false"
        if not is_active and person.status != "out":
            self._become(person, "out", "shut")
        elif is_active and person.status == "out":
            self._become(person, "in" if person.joined_at else "asked", "back")

    def leave(self, user_id: str) -> None:
        """The user is gone over SCIM; the person is shut out, and kept."""
        for person in self.people:
            if person.user_id == user_id:
                person.user_id = None
                if person.status != "out":
                    self._become(person, "out", "shut")

    def empty(self) -> None:
        """Everything from the start."""
        self.people.clear()
        self.letters.clear()
        self.diary.clear()
        self.time = _DAY_ONE
        self.lives += 1

    def _become(self, person: Person, status: str, word: str) -> None:
        person.status, person.changed = status, self.now()
        self._note(word, person)

    def _note(self, word: str, person: Person) -> None:
        self.diary.append(Line(self.now(), word, person.key, person.status))


def name_of(user: Json) -> str:
    """The name of a user, as the company writes it."""
    name = user.get("name") or {}
    parts = (name.get("givenName", ""), name.get("familyName", ""))
    return str(user.get("displayName") or " ".join(filter(None, parts)) or user["userName"])


class Fablegate(SmallBridge):
    """The bridge: what happens to users happens to the company's people."""

    def __init__(self) -> None:
        super().__init__()
        self.company = Company()
        self._lives = self.company.lives

    def _answer(self, request: Request) -> Response:
        if request.target.startswith("/ServiceProviderConfig"):
            return _CONFIGURATION
        if self.company.lives != self._lives:
            self.resources, self._lives = {"Users": {}, "Groups": {}}, self.company.lives
        answer = super()._answer(request)
        if request.target.startswith("/Users") and 200 <= answer.status < 300:
            self._carry_over(request, answer)
        return answer

    def _carry_over(self, request: Request, answer: Response) -> None:
        user_id = request.target.removeprefix("/Users").strip("/")
        if request.method == "POST":
            user = parse_body(answer.body).value
            self.company.ask(user["id"], user["userName"], name_of(user))
        elif request.method == "DELETE":
            self.company.leave(user_id)
        elif request.method in ("PUT", "PATCH"):
            self.company.change(self.resources["Users"][user_id])


_CONFIGURATION = Response(
    200,
    (("Content-Type", "application/scim+json"),),
    b'{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": {"supported": true},'
    b' "filter": {"supported": true, "maxResults": 100}, "bulk": {"supported": false}, "sort": {"supported": false},'
    b' "etag": {"supported": false}, "changePassword": {"supported": false}, "authenticationSchemes": []}',
)


def make_server(bridge: Fablegate, token: str, port: int) -> ThreadingHTTPServer:
    """SCIM at the root of a port."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            answer = Response(401)
            if self.headers["Authorization"] == f"Bearer {token}":
                with lock:
                    answer = bridge.send(Request(self.command, self.path, "", (), body)).response or Response(500)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815  what http.server looks for

        def log_message(self, format: str, *arguments: object) -> None: ...

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    """Serve SCIM, and beside it the probe where an adapter is given."""
    parser = argparse.ArgumentParser()
    for name in ("--port", "--token-file", "--probe", "--probe-port", "--probe-token-file"):
        parser.add_argument(name)
    chosen = parser.parse_args()
    bridge = Fablegate()
    if chosen.probe:
        serve = runpy.run_path(chosen.probe)["serve"]
        token = Path(chosen.probe_token_file).read_text(encoding="utf-8").strip()
        threading.Thread(target=serve, args=(bridge.company, token, int(chosen.probe_port)), daemon=True).start()
    token = Path(chosen.token_file).read_text(encoding="utf-8").strip()
    make_server(bridge, token, int(chosen.port)).serve_forever()


if __name__ == "__main__":
    main()
