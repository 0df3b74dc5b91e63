"""Request logs: what is read, and what is wrong in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.errors import JournalError
from harness.record.request_log import is_request_log, read_request_log

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def line(**row: Any) -> bytes:
    return json.dumps({"method": "GET", "path": "/scim/Users", **row}).encode()


def test_a_log_tells_requests_and_what_is_known_of_answers() -> None:
    calls = read_request_log(
        [
            line(method="post", body={"schemas": [USER], "userName": "ada"}, status=201, response={"id": "1"}),
            b"",
            line(path="https://bridge.example/scim/Users?count=1", status=200),
        ],
        "x",
    )

    assert [(call.exchange.request.method, call.exchange.request.target, call.status) for call in calls] == [
        ("POST", "/Users", 201)
    ]
    assert json.loads(calls[0].exchange.request.body or b"")["userName"] == "ada"
    assert json.loads(calls[0].body) == {"id": "1"}


def test_an_answer_is_judged_only_where_all_of_it_was_kept() -> None:
    whole = {"status": 200, "response": {"id": "1"}, "response_headers": {"Content-Type": "application/scim+json"}}

    kept = {
        name: read_request_log([line(**{key: value for key, value in whole.items() if key != name})], "x")[0]
        for name in ("", *whole)
    }

    assert {name: call.exchange.response is not None for name, call in kept.items()} == {
        "": True,
        "status": False,
        "response": False,
        "response_headers": False,
    }


def test_secrets_are_taken_out() -> None:
    (call,) = read_request_log(
        [line(headers={"Authorization": "Bearer canary"}, body={"password": "canary", "schemas": [USER]})], "x"
    )

    assert "canary" not in repr(call)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"method": "GET"', "x, line 2 is not JSON"),
        (b"[]", "x, line 2 is no JSON object"),
        (line(methd="GET"), "x, line 2: unknown key 'methd'; did you mean method?"),
        (b'{"path": "/Users"}', "x, line 2: 'method' is needed, as a text"),
        (b'{"method": "GET", "path": 7}', "x, line 2: 'path' is needed, as a text"),
        (line(status="200"), "x, line 2: 'status' is '200', and not a number from 100 to 599"),
        (b"\xff\xfe{}", "x, line 2 is not JSON"),
        (b"[" * 100_000, "x, line 2 is not JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: bytes, words: str) -> None:
    with pytest.raises(JournalError) as caught:
        read_request_log([line(), text], "x")

    assert str(caught.value).startswith(words)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"log": {}}', b"\xff"])
def test_other_files_are_no_request_logs(text: bytes) -> None:
    assert not is_request_log(text)


def test_a_log_without_scim_is_refused() -> None:
    with pytest.raises(JournalError, match="x holds no SCIM traffic"):
        read_request_log([line(path="/health")], "x")
