"""What a run met that is no finding stands in its figures: put-off requests, the pace, a clock that differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.record.exchange import Exchange, Headers, Request, Response
from harness.record.journal import SCHEMA, Entry, Event, Journal, RunHeader, Slowdown
from harness.report.circumstances import figures_of

HEADER = RunHeader(SCHEMA, "0", ("rfc",), (), (), "safe", 7, "must", "b", "http://b", 0.0)
RETRY: Headers = (("Retry-After", "1"),)


def answer(status: int, target: str = "/Users", headers: Headers = ()) -> Exchange:
    return Exchange("http://b", Request("GET", target, "read"), Response(status, headers, b""))


def journal_of(*events: Event, job: str = "0", header: RunHeader = HEADER) -> list[Entry]:
    journal = Journal(worker=job)
    journal.add(header)
    journal.place("story")
    for event in events:
        journal.add(event)
    return journal.entries


def said(*entries: Entry) -> str:
    return figures_of(entries).get("put off", "")


def test_a_run_without_anything_special_has_no_figures() -> None:
    assert figures_of(journal_of(answer(200), answer(503))) == {}


def test_what_was_put_off_is_counted_with_the_slowest_pace() -> None:
    entries = journal_of(answer(429), Slowdown(20.0), answer(429), Slowdown(18.4), answer(200))

    assert said(*entries) == (
        "2 requests were put off (429) and sent again; the run slowed down to 18 requests per second"
    )


def test_what_was_not_sent_again_is_told() -> None:
    entries = journal_of(answer(503, headers=RETRY), answer(200), answer(429, "/Groups"), answer(200))

    assert said(*entries) == "2 requests were put off (429 and 503), 1 of them sent again"


def test_one_is_no_plural() -> None:
    assert said(*journal_of(answer(429), Slowdown(2.0), answer(200))) == (
        "1 request was put off (429) and sent again; the run slowed down to 2.0 requests per second"
    )


def test_several_jobs_have_a_pace_together() -> None:
    one = journal_of(answer(429), Slowdown(9.0), answer(200), job="1")
    two = journal_of(answer(429), Slowdown(8.0), answer(200), job="2")
    idle = journal_of(answer(200), job="3")

    assert said(*one, *two).endswith("; the run slowed down to 17 requests per second")
    assert said(*one, *two, *idle).endswith("; 2 of 3 jobs slowed down to 17 requests per second")


@pytest.mark.parametrize(
    ("skew_s", "sentence"),
    [
        (None, ""),
        (60.0, ""),
        (-59.0, ""),
        (90.0, "the bridge's clock is 90 seconds before ours: set both by a time server"),
        (-7200.0, "the bridge's clock is 2 hours behind ours: set both by a time server"),
    ],
)
def test_a_clock_that_differs_by_more_than_a_minute_is_told(skew_s: float | None, sentence: str) -> None:
    assert figures_of(journal_of(header=replace(HEADER, skew_s=skew_s))).get("clock", "") == sentence
