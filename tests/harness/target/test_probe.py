"""The account probe's client: docs/reference/probe.md."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.errors import TargetError
from harness.schema.registry import get_schema, schema_names
from harness.target.probe import ACT_SCHEMAS, READ_SCHEMAS, HttpProbe, NoProbe, NotOffered, act_name

OFFER = {
    "contract": "bridgecheck/probe/1",
    "reads": ["members", "member"],
    "acts": ["sign-up"],
    "now": "2026-03-02T12:00:00Z",
    "confirmation_interval_s": 60,
}


class Listener:
    """A probe on loopback that answers what a test lays down, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.bodies: list[bytes] = []
        self.put("GET /capabilities", OFFER)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}/probe/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def put(self, what: str, body: object, status: int = 200) -> None:
        """Lay down an answer; bytes stand as they are."""
        self.answers[what] = (status, body if isinstance(body, bytes) else json.dumps(body).encode())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                what = f"{self.command} {self.path.removeprefix('/probe/v1')}"
                listener.asked.append(what)
                listener.tokens.append(self.headers["Authorization"])
                listener.bodies.append(self.rfile.read(int(self.headers["Content-Length"] or 0)))
                status, body = listener.answers[what]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815  the names that http.server looks for

            def log_message(self, format: str, *arguments: object) -> None: ...

        return Handler


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def test_it_says_what_is_offered(listener: Listener) -> None:
    made = HttpProbe(listener.base, "probe-token")

    assert made.reads == frozenset({"members", "member"})
    assert made.acts == frozenset({"sign-up"})
    assert made.confirmation_interval_s == 60.0
    assert listener.tokens == ["Bearer probe-token"]


def test_an_offered_read_is_made(listener: Listener) -> None:
    listener.put("GET /members", {"members": []})

    assert HttpProbe(listener.base, "t").read("members") == {"members": []}


def test_a_read_carries_its_query(listener: Listener) -> None:
    listener.put("GET /members?since=7&to=ada%40example.com", {"members": []})

    assert HttpProbe(listener.base, "t").read("members", since="7", to="ada@example.com") == {"members": []}


def test_what_is_not_offered_is_not_asked_for(listener: Listener) -> None:
    made = HttpProbe(listener.base, "t")

    with pytest.raises(NotOffered, match="'mail'"):
        made.read("mail")
    with pytest.raises(NotOffered, match="'clock/advance'"):
        made.act("clock/advance", {"seconds": 1})
    assert listener.asked == ["GET /capabilities"]


def test_a_refusal_is_told_with_its_reason(listener: Listener) -> None:
    listener.put("POST /members/7/sign-up", {"error": "the link is dead"}, status=409)

    with pytest.raises(TargetError, match="HTTP 409, the link is dead"):
        HttpProbe(listener.base, "t").act("members/7/sign-up", {})
    assert listener.bodies[-1] == b"{}"


def test_a_redirection_is_not_followed(listener: Listener) -> None:
    listener.put("GET /members", {"members": []}, status=302)

    assert HttpProbe(listener.base, "t").read("members") == {"members": []}
    assert listener.asked[-1] == "GET /members"


def test_a_probe_that_is_none_is_a_target_error(listener: Listener) -> None:
    listener.put("GET /capabilities", b"<html>")

    with pytest.raises(TargetError, match="is not JSON"):
        HttpProbe(listener.base, "t")


def test_a_probe_that_is_silent_is_a_target_error(listener: Listener) -> None:
    listener.close()

    with pytest.raises(TargetError, match="does not answer: nothing listens at"):
        HttpProbe(listener.base, "t")


@pytest.mark.parametrize("base", ["127.0.0.1:28772/probe/v1", "nonsense", "ftp://127.0.0.1/probe", "http:///probe"])
def test_an_address_without_http_is_refused_before_the_token_leaves(base: str) -> None:
    with pytest.raises(TargetError, match="is not an http or https address"):
        HttpProbe(base, "t")


def test_a_token_that_fits_no_header_is_a_target_error(listener: Listener) -> None:
    with pytest.raises(TargetError, match="can't be written: the token"):
        HttpProbe(listener.base, "a\nb")


def test_an_act_whose_body_is_no_json_is_a_target_error(listener: Listener) -> None:
    made = HttpProbe(listener.base, "t")

    with pytest.raises(TargetError, match="can't be written: the token"):
        made.act("members/7/sign-up", {"x": float("nan")})
    assert listener.asked == ["GET /capabilities"]


def test_without_a_probe_nothing_is_offered() -> None:
    with pytest.raises(NotOffered, match="no account probe"):
        NoProbe().read("members")
    with pytest.raises(NotOffered, match="sign-up can't be done"):
        NoProbe().act("members/7/sign-up", {})


def test_an_act_is_named_by_its_last_word() -> None:
    assert act_name("members/7/sign-up") == "sign-up"
    assert act_name("clock/advance") == "clock/advance"
    assert act_name("groups/7/delete") == "delete-group"


def test_one_member_is_read_by_its_id(listener: Listener) -> None:
    member: dict[str, object] = {
        "id": "a/b",
        "scim_id": None,
        "email": "a@example.com",
        "name": "Ada",
        "type": "MEMBER",
        "groups": [],
    }
    times = {"created_at": "2026-03-02T12:00:00Z", "updated_at": "2026-03-02T12:00:00Z"}
    listener.put("GET /members/a%2Fb", {**member, **times, "state": "ACTIVE", "managed": True})

    assert HttpProbe(listener.base, "t").read("member", id="a/b")["email"] == "a@example.com"


def test_an_answer_that_breaks_its_schema_is_told_by_its_place(listener: Listener) -> None:
    listener.put("GET /members", {"members": [{"id": 7}]})

    with pytest.raises(TargetError, match="answer to GET members is wrong at '/members/0"):
        HttpProbe(listener.base, "t").read("members")


def test_every_name_of_the_contract_has_a_schema() -> None:
    names = get_schema("probe/capabilities")["properties"]

    assert set(names["reads"]["items"]["enum"]) | {"capabilities"} == READ_SCHEMAS.keys()
    assert set(names["acts"]["items"]["enum"]) == ACT_SCHEMAS.keys()
    assert {f"probe/{name}" for name in (*READ_SCHEMAS.values(), *ACT_SCHEMAS.values())} <= set(schema_names())


@pytest.mark.parametrize("interval", [0, 1e9, "1e999"])
def test_an_interval_that_nobody_waits_for_is_refused(interval: object, listener: Listener) -> None:
    listener.put(
        "GET /capabilities",
        json.dumps({**OFFER, "confirmation_interval_s": interval}).replace('"1e999"', "1e999").encode(),
    )

    with pytest.raises(TargetError, match="answer to GET capabilities is wrong at '/confirmation_interval_s'"):
        HttpProbe(listener.base, "t")
