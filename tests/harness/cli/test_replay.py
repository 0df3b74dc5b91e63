"""`bridgecheck replay` judges a journal again, without a bridge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.record.journal_file import read_lines
from tests.harness.cli.runs import bridgecheck

pytestmark = pytest.mark.slow

Row = dict[str, Any]


def red_in(folder: Path) -> set[str]:
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return {row["id"] for row in report["requirements"] if row["verdict"] in ("fail", "warn", "error")}


def altered(source: Path, target: Path, wanted: Callable[[Row], bool], change: Callable[[Row], None]) -> None:
    """Copy a journal with the first row that is wanted changed."""
    *lines, _ = (line.decode("utf-8") for line in read_lines(source))
    rows = [json.loads(line) for line in lines]
    index = next(i for i, row in enumerate(rows) if wanted(row))
    change(rows[index])
    lines[index] = json.dumps(rows[index], ensure_ascii=False)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def is_create(row: Row) -> bool:
    event = row["event"]
    is_named = row["kind"] == "exchange" and event["request"]["name"] == "create user"
    return bool(is_named and event["response"]["status"] == 201)


def drop_location(row: Row) -> None:
    headers = row["event"]["response"]["headers"]
    row["event"]["response"]["headers"] = [pair for pair in headers if pair[0].lower() != "location"]


def is_error(row: Row) -> bool:
    return bool(row["kind"] == "exchange" and row["event"]["response"]["status"] == 404)


def number_status(row: Row) -> None:
    body = row["event"]["response"]["body"]
    body["text"] = body["text"].replace('"404"', "404")


def shows_suspension(row: Row) -> bool:
    states = (
        [m["state"] for m in row["event"].get("data") or ()] if row["event"].get("kind") == "account.members" else []
    )
    return "SUSPENDED" in states and row["scenario"].startswith("lifecycle/test_deprovisioning.py")


def revive(row: Row) -> None:
    for member in row["event"]["data"]:
        member["state"] = "ACTIVE" if member["state"] == "SUSPENDED" else member["state"]


@pytest.mark.parametrize(
    ("wanted", "change", "red"),
    [
        (is_create, drop_location, {"RFC7644-3.3-12"}),
        (is_error, number_status, {"RFC7644-3.12-03"}),
        (shows_suspension, revive, {"SEED-16"}),
    ],
    ids=["a Location less", "a status as a number", "a suspension undone"],
)
def test_an_altered_row_turns_the_right_requirement_red(
    short_journal: Path, tmp_path: Path, wanted: Callable[[Row], bool], change: Callable[[Row], None], red: set[str]
) -> None:
    altered(short_journal, tmp_path / "altered.ndjson", wanted, change)

    done = bridgecheck("replay", str(tmp_path / "altered.ndjson"), "--report-dir", str(tmp_path / "r"))

    assert done.returncode == 1
    assert red <= red_in(tmp_path / "r")


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text('{"kind": "step"}\n', encoding="utf-8")

    done = bridgecheck("replay", str(path))

    assert done.returncode == 2
    assert "line 1 is not a journal entry" in done.stderr
