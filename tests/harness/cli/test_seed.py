"""The same seed sends the same requests to two bridges that choose other ids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import exchanges, read_journal
from harness.record.journal_file import JOURNAL
from tests.harness.cli.runs import REFERENCE, bridgecheck

pytestmark = [pytest.mark.slow, pytest.mark.long]

TOLD = ("*test_group_moves*", "*test_lives*", "*test_deprovisioning*")
PART = (*(word for name in TOLD for word in ("--only", name)), "--lives", "6")
ID = re.compile(rb'(?:"(?:id|value)":"|/Users/|/Groups/)([A-Za-z0-9]{20,40})"')
CHANCE = (
    (re.compile(rb"127\.0\.0\.1:\d+"), b"HOST"),
    (re.compile(rb'W/\\?"[^"]*"'), b"VERSION"),
    (re.compile(rb"cursor=[^& \n]+"), b"CURSOR"),
    (re.compile(rb"20\d\d-\d\d-\d\dT[\d:.%A]+Z"), b"TIME"),
)


def requests_of(folder: Path) -> dict[str, list[bytes]]:
    """The requests of each story, with what a bridge chooses by chance written in the order in which it came."""
    told: dict[str, list[bytes]] = {}
    names: dict[str, dict[bytes, bytes]] = {}
    for entry, exchange in exchanges(read_journal(folder / JOURNAL)):
        known = names.setdefault(entry.scenario, {})
        told.setdefault(entry.scenario, []).append(without_chance(exchange, known))
        for found in ID.findall(exchange.response.body if exchange.response else b""):
            known.setdefault(found, b"ID%d" % len(known))
    return told


def without_chance(exchange: Exchange, known: dict[bytes, bytes]) -> bytes:
    request = exchange.request
    text = f"{request.method} {request.target}\n{request.headers}\n".encode() + (request.body or b"")
    for scim_id, name in known.items():
        text = text.replace(scim_id, name)
    for pattern, name in CHANCE:
        text = pattern.sub(name, text)
    return text


def test_two_runs_with_one_seed_send_the_same(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        done = bridgecheck("run", "--start", REFERENCE, *PART, "--report-dir", str(folder), "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr

    one, other = map(requests_of, folders)

    assert len(one) > 10
    assert one == other
