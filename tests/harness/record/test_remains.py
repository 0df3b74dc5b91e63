"""What a folder tells of things that were made: journals of runs, and made.ndjson of simulations and load runs."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.record.exchange import Exchange, Json, Request, Response
from harness.record.journal import SCHEMA, Act, Event, Journal, Leftover, Making, RunHeader
from harness.record.journal_file import JOURNAL, PLAIN, JournalFile
from harness.record.made import Made
from harness.record.made_log import MADE_LOG, MadeLog
from harness.record.message import patch_body, remove, render_json, user_body, write
from harness.record.remains import keep_remains, left_in_part, read_remains

URL = "http://b/scim"
ADA = "ada@x.example"


def header(start: str = "") -> RunHeader:
    return RunHeader(SCHEMA, "0", ("rfc",), (), (), "safe", 7, "must", "b", URL, 0.0, start=start)


def create(status: int = 201, scim_id: str = "7", name: str = ADA) -> Exchange:
    answer: Json = {"id": scim_id} if status < 300 else {}
    response = Response(status, (), render_json(answer)) if status else None
    return Exchange(URL, write("POST", "/Users", "create", user_body(name)), response, "" if status else "lost")


def deleted(status: int = 204, scim_id: str = "7") -> Exchange:
    return Exchange(URL, remove(f"/Users/{scim_id}", "delete"), Response(status))


def journal_in(folder: Path, *events: Event, start: str = "") -> None:
    with JournalFile(folder / JOURNAL) as stream:
        journal = Journal(stream)
        journal.add(header(start))
        journal.place("story")
        for event in events:
            journal.add(event)


@pytest.mark.parametrize(
    ("events", "things", "unanswered"),
    [
        ([Making("Users", ADA), create()], ["/Users/7"], []),
        ([Making("Users", ADA), create(), deleted()], [], []),
        ([Making("Users", ADA), create(), deleted(404)], [], []),
        ([Making("Users", ADA), create(), deleted(500)], ["/Users/7"], []),
        ([Making("Users", ADA), create(409)], [], []),
        ([Making("Users", ADA), create(500)], [], [("Users", ADA)]),
        ([Making("Users", ADA), create(0)], [], [("Users", ADA)]),
        ([Making("Users", ADA), create(0), Making("Users", ADA), create(409)], [], [("Users", ADA)]),
        ([Making("Users", ADA)], [], [("Users", ADA)]),
        ([create()], ["/Users/7"], []),
        ([Leftover("/Users/7", "DELETE gives 500", ADA)], ["/Users/7"], []),
    ],
)
def test_a_journal_tells_what_was_made_and_not_deleted(
    tmp_path: Path, events: list[Event], things: list[str], unanswered: list[tuple[str, str]]
) -> None:
    journal_in(tmp_path, *events)

    remains = read_remains(tmp_path)

    assert list(remains.inventory.things) == things
    assert remains.inventory.unanswered == unanswered
    assert remains.url == URL
    assert ADA in remains.inventory.names


def test_a_journal_tells_whom_the_probe_put_in_place(tmp_path: Path) -> None:
    journal_in(tmp_path, Act("fixtures", ADA), Act("fixtures", "grace@x.example"), Act("delete", ADA))

    assert list(read_remains(tmp_path).inventory.placed) == ["grace@x.example"]


def test_a_new_name_is_a_name_of_ours(tmp_path: Path) -> None:
    operation = {"op": "replace", "path": "userName", "value": "Ada.King@x.example"}
    renamed = Exchange(URL, write("PATCH", "/Users/7", "rename", patch_body(operation)), Response(204))
    journal_in(tmp_path, create(), renamed)

    assert "ada.king@x.example" in read_remains(tmp_path).inventory.names


def test_a_journal_that_was_cut_is_read_up_to_the_cut(tmp_path: Path) -> None:
    journal_in(tmp_path, create(), create(scim_id="8"))
    path = tmp_path / JOURNAL
    path.write_bytes(path.read_bytes()[:-20])

    assert list(read_remains(tmp_path).inventory.things) == ["/Users/7"]


def test_a_journal_of_an_earlier_version_is_read_and_makes_way_for_the_next(tmp_path: Path) -> None:
    journal_in(tmp_path, create())
    (tmp_path / PLAIN).write_bytes(gzip.decompress((tmp_path / JOURNAL).read_bytes()))
    (tmp_path / JOURNAL).unlink()

    read = list(read_remains(tmp_path).inventory.things)
    keep_remains(tmp_path)

    assert read == list(read_remains(tmp_path).inventory.things) == ["/Users/7"]
    assert [path.name for path in tmp_path.iterdir()] == [MADE_LOG]


def test_a_bridge_that_was_started_is_gone(tmp_path: Path) -> None:
    journal_in(tmp_path, create(), start="bridge {port}")

    assert read_remains(tmp_path).is_started


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is no report folder of bridgecheck"):
        read_remains(tmp_path)
    (tmp_path / JOURNAL).write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(UsageError, match="can't be read"):
        read_remains(tmp_path)


def test_a_log_tells_the_same_as_the_exchanges(tmp_path: Path) -> None:
    log = MadeLog(tmp_path, URL)
    rename = write("PUT", "/Users/7", "replace", user_body("king@x.example"))
    for exchange in (
        create(),
        create(0, name="grace@x.example"),
        create(scim_id="8", name="joan@x.example"),
        deleted(),
    ):
        log.announce(exchange.request)
        log.take(exchange)
    log.announce(rename)
    log.announce(Request("GET", "/Users", "list"))
    log.take(deleted(500, "8"))
    log.close()

    remains = read_remains(tmp_path)

    assert remains.url == URL
    assert list(remains.inventory.things.values()) == [Made("/Users/8", "joan@x.example")]
    assert remains.inventory.unanswered == [("Users", "grace@x.example")]
    assert "king@x.example" in remains.inventory.names


def test_a_log_that_was_cut_is_read_without_its_last_line(tmp_path: Path) -> None:
    (tmp_path / MADE_LOG).write_text('{"made":"/Users/7","name":"ada"}\n[1]\n{"made":"/Users/8","na', encoding="utf-8")

    assert list(read_remains(tmp_path).inventory.things) == ["/Users/7"]


def test_what_an_earlier_run_left_outlives_the_next_one(tmp_path: Path) -> None:
    journal_in(tmp_path, create(), Making("Users", "grace@x.example"), Act("fixtures", "joan@x.example"))

    keep_remains(tmp_path)
    journal_in(tmp_path, create(scim_id="9"))

    remains = read_remains(tmp_path)
    assert list(remains.inventory.things) == ["/Users/9", "/Users/7"]
    assert remains.inventory.unanswered == [("Users", "grace@x.example")]
    assert list(remains.inventory.placed) == ["joan@x.example"]


@pytest.mark.parametrize(("events", "start"), [((create(), deleted()), ""), ((create(),), "bridge")])
def test_nothing_is_kept_where_nothing_was_left(tmp_path: Path, events: tuple[Event, ...], start: str) -> None:
    journal_in(tmp_path, *events, start=start)

    keep_remains(tmp_path)
    keep_remains(tmp_path / "none")

    assert not (tmp_path / MADE_LOG).exists()


def in_jobs(folder: Path) -> None:
    """A run in two jobs that was killed: its own journal holds nothing but the header."""
    journal_in(folder)
    for number, name in (("1", ADA), ("2", "grace@x.example")):
        (folder / f"job-{number}").mkdir()
        journal_in(folder / f"job-{number}", Making("Users", name), create(scim_id=number, name=name))


def test_a_run_in_jobs_that_was_killed_tells_what_they_made(tmp_path: Path) -> None:
    in_jobs(tmp_path)

    assert list(read_remains(tmp_path).inventory.things) == ["/Users/1", "/Users/2"]


def test_the_parts_of_a_killed_run_are_noted_before_the_next_run_writes(tmp_path: Path) -> None:
    in_jobs(tmp_path)

    keep_remains(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [JOURNAL, MADE_LOG]
    assert list(read_remains(tmp_path).inventory.things) == ["/Users/1", "/Users/2"]


def test_a_job_that_was_killed_tells_what_it_left(tmp_path: Path) -> None:
    journal_in(tmp_path, create(), Act("fixtures", "grace@x.example"))

    left = left_in_part(tmp_path / JOURNAL)

    assert [(made.path, made.name, made.scenario) for made in left] == [
        ("/Users/7", ADA, "story"),
        ("members/grace@x.example", "grace@x.example", "story"),
    ]
    assert left_in_part(tmp_path / "none") == []
