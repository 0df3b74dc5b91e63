"""HAR files of other people: what is kept of them, what is taken out, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.errors import JournalError
from harness.record.exchange import Exchange
from harness.record.har import REDACTED, journal_of, read_har
from harness.record.journal import Entry, RunHeader, exchanges

BASE = "https://bridge.example/api/scim/v2"
ADA = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "ada"}


def call(method: str, url: str, status: int = 200, body: Any = None, sent: Any = None, **more: Any) -> dict[str, Any]:
    """One entry of a HAR, as a browser writes it."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [
            {"name": ":authority", "value": "bridge.example"},
            {"name": "Authorization", "value": "Bearer s3cret"},
        ],
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/scim+json", "text": json.dumps(sent)}
    content = {"mimeType": "application/scim+json", "text": "" if body is None else json.dumps(body)}
    headers = [
        {"name": "Content-Type", "value": "application/scim+json"},
        {"name": "Set-Cookie", "value": "sid=s3cret"},
    ]
    response = {"status": status, "headers": headers, "content": content}
    return {"startedDateTime": "2026-01-05T09:00:00.000Z", "time": 25, "request": request, "response": response, **more}


def har(*entries: Any, version: str = "1.2") -> str:
    return json.dumps({"log": {"version": version, "creator": {"name": "a browser"}, "entries": list(entries)}})


def exchanges_in(text: str) -> list[Exchange]:
    return [exchange for _, exchange in exchanges(journal_of(read_har(text, "x.har")))]


def header_in(entries: list[Entry]) -> RunHeader:
    assert isinstance(entries[0].event, RunHeader)
    return entries[0].event


def test_the_base_is_what_stands_before_the_endpoint() -> None:
    text = har(call("GET", f"{BASE}/Users/7?attributes=userName", body=ADA))

    (exchange,) = exchanges_in(text)

    assert header_in(journal_of(read_har(text, "x.har"))).target_url == BASE
    assert (exchange.base, exchange.request.target) == (BASE, "/Users/7?attributes=userName")
    assert exchange.route.id == "7"
    assert exchange.json == ADA
    assert (exchange.started_at, exchange.elapsed_s) == (1767603600.0, 0.025)


def test_what_is_no_scim_is_left_out() -> None:
    page = call("GET", "https://bridge.example/app/Users", body={"rows": []})
    page["response"]["headers"] = [{"name": "Content-Type", "value": "application/json"}]

    found = exchanges_in(
        har(page, call("GET", "https://bridge.example/logo.png"), call("GET", f"{BASE}/Users/7", body=ADA))
    )

    assert [exchange.url for exchange in found] == [f"{BASE}/Users/7"]


def test_no_secret_is_kept() -> None:
    sent = {**ADA, "password": "s3cret"}
    change = {"Operations": [{"op": "replace", "path": "password", "value": "s3cret"}]}
    text = har(
        call("POST", f"{BASE}/Users?access_token=s3cret&x=1", 201, ADA, sent),
        call("PATCH", f"{BASE}/Users/7", 204, None, change),
    )

    create, patch = exchanges_in(text)

    assert "s3cret" not in repr((create, patch))
    assert create.sent_json == {**ADA, "password": REDACTED}
    assert ("Authorization", REDACTED) in create.request.headers


def test_what_was_said_of_the_bytes_on_the_wire_is_left_out() -> None:
    """A browser keeps the text of an answer, not its bytes: nothing can be said of their number."""
    entry = call("GET", f"{BASE}/Users/7", body=ADA)
    entry["response"]["headers"] += [
        {"name": "content-length", "value": "999"},
        {"name": "Content-Encoding", "value": "gzip"},
        {"name": "Transfer-Encoding", "value": "chunked"},
    ]

    (exchange,) = exchanges_in(har(entry))

    assert [exchange.header(name) for name in ("Content-Length", "Content-Encoding", "Transfer-Encoding")] == [None] * 3
    assert exchange.header("Content-Type") == "application/scim+json"


def test_the_order_is_that_of_the_clock() -> None:
    late = call("GET", f"{BASE}/Users/8", body=ADA, startedDateTime="2026-01-05T09:00:09Z")

    found = exchanges_in(har(late, call("GET", f"{BASE}/Users/7", body=ADA)))

    assert [exchange.route.id for exchange in found] == ["7", "8"]


def test_a_cancelled_request_has_no_answer() -> None:
    cancelled = call("PATCH", f"{BASE}/Users/7", 0)

    found = exchanges_in(har(call("GET", f"{BASE}/Users/7", body=ADA), cancelled))

    assert [exchange.status for exchange in found] == [200, 0]
    assert found[1].lost


def test_a_body_in_base64_is_decoded() -> None:
    one = call("GET", f"{BASE}/Users/7")
    one["response"]["content"] = {"encoding": "base64", "text": "eyJpZCI6ICI3In0="}

    (exchange,) = exchanges_in(har(one))

    assert exchange.json == {"id": "7"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "it is not JSON"),
        ("[]", "it has no log.entries"),
        ('{"log": {}}', "it has no log.entries"),
        (har(call("GET", f"{BASE}/Users", body=ADA), version="2.0"), "a HAR of version '2.0'"),
        (har(), "holds no SCIM traffic"),
        (har(call("GET", "https://bridge.example/", body={})), "holds no SCIM traffic"),
        (har({"request": {}}), "entry 1 is no entry of a HAR"),
        (har(7), "entry 1 is no entry of a HAR"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_what_can_not_be_read_is_told(text: str, said: str) -> None:
    with pytest.raises(JournalError, match=said):
        read_har(text, "x.har")
