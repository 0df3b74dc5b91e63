"""What is equal in a journal is kept once when it is read, and reads as it was written."""

from __future__ import annotations

from pathlib import Path

from harness.record.exchange import Exchange, Request, Response
from harness.record.journal import Entry, Observation, RunEnd, read_journal, render_entry
from tests.harness.record.test_journal import HEADER

ADA = {"id": "1", "email": "ada@example.com"}


def stored(folder: Path, *events: Exchange | Observation, scenario: str = "a") -> list[Entry]:
    """These events, written to a journal and read from it."""
    entries = [Entry("0:1", "run", "", 0, HEADER)]
    entries += [Entry(f"0:{number}", scenario, "", 1, event) for number, event in enumerate((*events, RunEnd()), 2)]
    path = folder / "journal.ndjson"
    path.write_text("".join(render_entry(entry) + "\n" for entry in entries), encoding="utf-8")
    return read_journal(path)[:-1]


def test_a_member_who_was_seen_twice_is_one(tmp_path: Path) -> None:
    looks = [Observation("account.members", digest, [ADA, {"id": digest}]) for digest in "xy"]

    _, one, other = (entry.event for entry in stored(tmp_path, *looks))

    assert isinstance(one, Observation)
    assert isinstance(other, Observation)
    assert [one, other] == looks
    assert one.data is not None
    assert other.data is not None
    assert one.data[0] is other.data[0]


def test_headers_that_come_again_are_the_same_text(tmp_path: Path) -> None:
    given = (("Content-Type", "application/scim+json"), ("ETag", 'W/"1"'))
    exchange = Exchange("http://b", Request("GET", "/Users", "read", given), Response(200, given, b"{}"))

    _, one, other = (entry.event for entry in stored(tmp_path, exchange, exchange))

    assert isinstance(one, Exchange)
    assert isinstance(other, Exchange)
    assert one == other == exchange
    assert one.response is not None
    assert other.response is not None
    assert one.response.headers[1][1] is other.response.headers[1][1] is other.request.headers[1][1]
