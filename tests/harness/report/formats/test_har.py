"""HAR 1.2: read back by our own reader, and held to the fields that the format demands.

The files of two whole runs were held to the schema of an npm package, which the tests do not install, by hand.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.record.exchange import Exchange
from harness.record.har import read_har
from harness.record.journal import exchanges
from harness.report.formats import har
from harness.report.formats.har import render_har
from harness.report.model import Report
from tests.harness.report.formats.worlds import SECRETS, hostile_report, timed_report, told, took
from tests.harness.report.samples import SCIM, exchange, judged, user


def log_of(report: Report) -> Any:
    return json.loads(render_har(report))["log"]


def one(made: Exchange) -> Any:
    (found,) = log_of(judged(told(("a::b", (), (took(made, 1.0),)))))["entries"]
    return found


def test_every_exchange_is_an_entry_of_the_page_of_its_story() -> None:
    log = log_of(timed_report())

    assert log["version"] == "1.2"
    assert [page["id"] for page in log["pages"]] == ["story_1", "story_2"]
    assert [entry["pageref"] for entry in log["entries"]] == ["story_1", "story_1", "story_2", "story_2"]
    assert log["entries"][0]["startedDateTime"] == "1970-01-01T00:01:40.000Z"
    assert log["entries"][0]["time"] == 500.0
    assert log["entries"][0]["_bridgecheck"]["step"] == "Ada is assigned"


def test_each_entry_has_what_the_format_demands() -> None:
    for entry in log_of(hostile_report())["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert set(entry["request"]) >= {
            *("method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize")
        }
        assert set(entry["response"]) >= {
            *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"),
            *("headersSize", "bodySize"),
        }
        assert {"size", "mimeType"} <= set(entry["response"]["content"])


def test_our_own_reader_finds_the_same_traffic() -> None:
    report = timed_report()

    read = [call.exchange for call in read_har(render_har(report).decode(), "traffic.har")]

    sent = [each for _, each in exchanges(list(report.entries))]
    assert [(e.request.method, e.url, e.status, e.request.body) for e in read] == [
        (e.request.method, e.url, e.status, e.request.body) for e in sent
    ]
    assert [e.response.body for e in read if e.response] == [e.response.body for e in sent if e.response]


def test_secrets_are_taken_out_and_tokens_named() -> None:
    text = render_har(hostile_report()).decode()

    assert [secret for secret in SECRETS if secret in text] == []
    assert "Bearer ‹credential:scim›" in text
    assert "‹password›" in text


def test_a_body_that_is_no_text_is_in_base64() -> None:
    content = one(exchange("GET", "/Users", status=200, received=b"\xff\xfe\x00"))["response"]["content"]

    assert (content["text"], content["encoding"], content["size"]) == ("//4A", "base64", 3)


def test_a_long_body_is_cut_and_says_so() -> None:
    content = one(exchange(sent=user(), received=user("ö" * 40_000)))["response"]["content"]

    assert len(content["text"].encode()) <= har.BODY
    assert content["comment"].startswith("cut at 32,768 of ")


def test_beyond_the_room_of_the_file_bodies_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "ALL_BODIES", 100)

    content = one(exchange(sent=user(), received=user("a" * 500)))["response"]["content"]

    assert content["text"] == ""
    assert content["comment"].startswith("left out: ")


def test_an_answer_that_never_came_has_status_0_and_says_why() -> None:
    lost = Exchange("https://bridge.example", exchange(sent=user(), headers=SCIM).request, None, "it timed out")

    entry = one(lost)

    assert entry["response"]["status"] == 0
    assert entry["comment"] == "no answer: it timed out"
