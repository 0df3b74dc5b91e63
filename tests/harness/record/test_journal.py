"""The journal: written entries are read back, and a file that is no journal is refused with its line."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import JournalError
from harness.record.exchange import Exchange, Request, Response
from harness.record.journal import (
    CRASHED,
    INCOMPLETE,
    SCHEMA,
    Act,
    ClockMove,
    Entry,
    Event,
    Expectation,
    HarnessError,
    Journal,
    Leftover,
    Look,
    Making,
    NotObservable,
    Observation,
    RunEnd,
    RunHeader,
    ScenarioBegin,
    ScenarioEnd,
    Slowdown,
    Step,
    StoryFault,
    exchanges,
    parse_entry,
    read_journal,
    render_entry,
)
from tests.harness.checks.samples import ADA, BASE, get, hired, history, lost

HEADER = RunHeader(
    SCHEMA, "0.1.0", ("rfc",), ("okta-oin",), ("protocol",), "safe", 7, "must", "Bridge", BASE, 1_700_000_000.5
)
EVENTS: tuple[Event, ...] = (
    HEADER,
    ScenarioBegin("Ada is hired.", ("SEED-13",), "lifecycle"),
    Step("Ada is assigned"),
    replace(hired(), started_at=1.5, elapsed_s=0.25),
    lost("GET", "/Users"),
    Act("sign-up", "ada@example.com"),
    Observation("scim.users", "digest", [ADA]),
    Observation("scim.users", "digest"),
    Expectation("state", ("SEED-16",), "Ada is suspended", {"address": "ada@example.com", "states": ["SUSPENDED"]}),
    ClockMove("bridge", 301.0, True),
    NotObservable(("SEED-53",), "mail"),
    Leftover("/Users/u-ada", "DELETE gives 500"),
    Making("Users", "ada@x.example"),
    Look("/Users/u-ada", 200, "ada@x.example"),
    Slowdown(18.0),
    StoryFault("mine/test_a.py::test_b", "mine/test_a.py:7", "there is no state 'ACTVE'"),
    HarnessError("test_hiring", "KeyError: 'id'"),
    ScenarioEnd("completed"),
    RunEnd(),
)


def answer(body: bytes) -> Exchange:
    return Exchange(BASE, Request("PUT", "/Users/u-ada", "", body=body), Response(200, (), body))


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def line_of(event: Event) -> str:
    return render_entry(history(event)[0])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_kind_of_event_is_read_back_as_it_was(event: Event) -> None:
    entry = Entry("w1:17", "scenarios/a.py::test_b[okta]", "okta-oin", 3, event)

    assert parse_entry(render_entry(entry)) == entry


def test_every_kind_of_event_is_tried_here() -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (b'{"id": 1}', {"text": '{"id": 1}'}),
        ("ä\u2028\u0085\r\n".encode(), {"text": "ä\u2028\u0085\r\n"}),
        (b"", {"text": ""}),
        (b"\xff\x00", {"base64": "/wA="}),
    ],
    ids=["JSON", "line ends of all kinds", "empty", "no UTF-8"],
)
def test_a_body_is_stored_as_text_where_it_is_text(body: bytes, stored: dict[str, str]) -> None:
    line = line_of(answer(body))

    event = json.loads(line)["event"]
    assert event["request"]["body"] == event["response"]["body"] == stored
    assert parse_entry(line).event == answer(body)


def test_a_request_without_a_body_is_not_one_with_an_empty_body() -> None:
    line = line_of(get("/Users"))

    assert json.loads(line)["event"]["request"]["body"] is None
    assert parse_entry(line).event == get("/Users")


def test_u_2028_in_a_body_ends_no_line(tmp_path: Path) -> None:
    entries = history(HEADER, answer("a\u2028b\u0085c".encode()), Step("after it"), RunEnd())
    path = write(tmp_path / "journal.ndjson", *(render_entry(entry) for entry in entries))

    assert read_journal(path) == list(entries)


def test_half_a_surrogate_pair_in_an_observation_can_be_stored(tmp_path: Path) -> None:
    entries = history(HEADER, Observation("scim.users", "digest", [{"id": "\ud800"}]), RunEnd())
    path = write(tmp_path / "journal.ndjson", *(render_entry(entry) for entry in entries))

    assert read_journal(path) == list(entries)


def test_a_journal_numbers_its_entries_and_counts_steps_anew_in_each_scenario() -> None:
    journal = Journal(worker="w2")

    journal.add(HEADER)
    journal.place("first", "okta-oin")
    journal.add(Step("one"))
    journal.add(Step("two"))
    journal.place("second")
    journal.add(hired())

    assert [(e.id, e.scenario, e.dialect, e.step) for e in journal.entries] == [
        ("w2:1", "", "", 0),
        ("w2:2", "first", "okta-oin", 1),
        ("w2:3", "first", "okta-oin", 2),
        ("w2:4", "second", "", 0),
    ]
    assert (journal.scenario, journal.dialect) == ("second", "")


def test_each_entry_is_in_the_stream_at_once() -> None:
    stream = io.StringIO()
    journal = Journal(stream)

    entry = journal.add(Step("one"))

    assert stream.getvalue() == render_entry(entry) + "\n"


def test_a_closed_journal_holds_no_entries_and_has_written_them() -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    entry = journal.add(Step("one"))

    journal.close()

    assert journal.entries == []
    assert stream.getvalue() == render_entry(entry) + "\n"


def test_the_exchanges_among_entries() -> None:
    entries = history(Step("one"), hired(), Act("sign-up"), get("/Users"))

    assert [(entry.id, exchange.request.method) for entry, exchange in exchanges(entries)] == [
        ("0:2", "POST"),
        ("0:4", "GET"),
    ]


def changed(line: str, **parts: object) -> str:
    return json.dumps({**json.loads(line), **parts})


STEP = line_of(Step("one"))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        STEP[:-5],
        changed(STEP, kind="stop"),
        changed(STEP, kind=["step"]),
        changed(STEP, event=None),
        changed(STEP, event={}),
        changed(STEP, event={"sentence": 1}),
        changed(STEP, more=1),
        changed(STEP, step=[]),
        changed(line_of(hired()), event={"base": BASE, "request": "GET"}),
        changed(line_of(hired()), event=[]),
        line_of(answer(b"x")).replace('"text":"x"', '"base64":"x"'),
        line_of(answer(b"x")).replace('"text":"x"', '"hex":"00"'),
        line_of(answer(b"x")).replace('{"text":"x"}', '"x"'),
    ],
)
def test_a_line_that_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(JournalError):
        parse_entry(line)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.ndjson", line_of(HEADER), STEP, STEP[:-5])

    with pytest.raises(JournalError, match=r"journal\.ndjson, line 3 is not a journal entry: "):
        read_journal(path)


def test_a_body_altered_by_hand_into_half_a_pair_is_refused_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.ndjson", line_of(HEADER), line_of(answer(b"x")).replace('"x"', '"\\ud800"'))

    with pytest.raises(JournalError, match="line 2 is not a journal entry: "):
        read_journal(path)


def test_what_does_not_begin_with_a_header_is_no_journal(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.ndjson", STEP)

    with pytest.raises(JournalError, match="does not begin with a run header"):
        read_journal(path)


def test_a_journal_of_another_version_is_refused_with_both_named(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.ndjson", line_of(replace(HEADER, schema="bridgecheck/journal/9")))

    with pytest.raises(JournalError, match=r"is written as 'bridgecheck/journal/9', this version reads '.*/1'"):
        read_journal(path)


def test_a_journal_of_another_version_is_refused_by_its_version_though_its_entries_differ(tmp_path: Path) -> None:
    later = changed(line_of(HEADER), event={**json.loads(line_of(HEADER))["event"], "schema": "bridgecheck/journal/9"})
    path = write(tmp_path / "journal.ndjson", later, '{"kind": "weather"}')

    with pytest.raises(JournalError, match=r"is written as 'bridgecheck/journal/9'"):
        read_journal(path)


def test_a_file_that_is_empty_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    with pytest.raises(JournalError, match="empty does not begin with a run header"):
        read_journal(tmp_path / "empty")
    with pytest.raises(JournalError, match="missing"):
        read_journal(tmp_path / "missing")
    with pytest.raises(JournalError, match="binary"):
        read_journal(tmp_path / "binary")


@pytest.mark.parametrize("kept", [1, 30, -30, -1])
def test_a_journal_whose_last_line_is_cut_short_is_read_up_to_the_cut(tmp_path: Path, kept: int) -> None:
    lines = [line_of(HEADER), line_of(ScenarioBegin("Ada é is hired")), line_of(Step("hired"))]
    whole = ("\n".join(lines) + "\n").encode()
    last = len(whole) - len(lines[-1].encode()) - 1
    path = tmp_path / "journal.ndjson"
    path.write_bytes(whole[: last + kept] if kept > 0 else whole[:kept])

    entries = read_journal(path)

    said = "the journal is cut short after line 2"
    assert [type(entry.event) for entry in entries[:2]] == [RunHeader, ScenarioBegin]
    assert [entry.event for entry in entries[2:]] == [ScenarioEnd(CRASHED, said), ScenarioEnd(INCOMPLETE, said)]
    assert [entry.scenario for entry in entries[2:]] == [entries[1].scenario, "run"]


def test_a_line_cut_within_a_character_is_a_cut_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    path.write_bytes(f"{line_of(HEADER)}\n".encode() + '{"id": "é'.encode()[:-1])

    assert read_journal(path)[-1].event == ScenarioEnd(INCOMPLETE, "the journal is cut short after line 1")


def test_a_journal_that_has_no_end_is_that_of_a_killed_run_though_its_last_story_has_ended(tmp_path: Path) -> None:
    opened = write(tmp_path / "a", line_of(HEADER), line_of(ScenarioBegin("Ada is hired")))
    ended = [line_of(HEADER), line_of(ScenarioBegin("x")), line_of(ScenarioEnd("completed"))]
    between = write(tmp_path / "b", *ended)
    whole = write(tmp_path / "c", *ended, line_of(RunEnd()))

    assert read_journal(opened)[-1].event == ScenarioEnd(INCOMPLETE, "the journal is cut short after line 2")
    assert read_journal(between)[-1].event == ScenarioEnd(INCOMPLETE, "the journal is cut short after line 3")
    assert [entry.event for entry in read_journal(whole)][-2:] == [ScenarioEnd("completed"), RunEnd()]
