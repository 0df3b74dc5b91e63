"""`bridgecheck play` sends a recording again, and judges it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import exchanges, read_journal
from harness.record.journal_file import journal_in
from tests.harness.cli.runs import REFERENCE, bridgecheck, lab

pytestmark = pytest.mark.slow

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def row(method: str, path: str, status: int, body: Any = None, response: Any = None) -> str:
    made = {"method": method, "path": f"/scim/v2{path}", "status": status, "body": body, "response": response}
    return json.dumps(made)


@pytest.fixture
def incident(tmp_path: Path) -> Path:
    """The log of a bridge: Ada is made, joins a group that was there before, and leaves it."""
    ada = {"schemas": [USER], "userName": "ada@corp.example", "name": {"givenName": "Ada", "familyName": "Byron"}}
    design = {"schemas": [GROUP], "id": "g7", "displayName": "Design", "members": []}
    join = {"schemas": [PATCH], "Operations": [{"op": "add", "path": "members", "value": [{"value": "u1"}]}]}
    leave = {"schemas": [PATCH], "Operations": [{"op": "remove", "path": 'members[value eq "u1"]'}]}
    file = tmp_path / "incident.ndjson"
    file.write_text(
        "\n".join(
            (
                row("POST", "/Users", 201, {**ada, "emails": [{"value": "ada@corp.example"}]}, {**ada, "id": "u1"}),
                row("GET", "/Groups/g7", 200, None, design),
                row("PATCH", "/Groups/g7", 204, join),
                row("PATCH", "/Groups/g7", 500, leave),
            )
        ),
        encoding="utf-8",
    )
    return file


def played(folder: Path) -> list[Exchange]:
    return [e for _, e in exchanges(tuple(read_journal(journal_in(folder)))) if e.request.name.startswith("recorded")]


def test_an_incident_is_played_to_another_bridge(incident: Path, tmp_path: Path) -> None:
    done = bridgecheck("play", str(incident), "--start", REFERENCE, "--report-dir", str(tmp_path / "r"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "played: 4 requests, 1 resources put in place before" in done.stdout
    assert "recorded 500, now 204" in done.stdout
    assert [(e.request.method, e.status) for e in played(tmp_path / "r")] == [
        ("POST", 201),
        ("GET", 200),
        ("PATCH", 204),
        ("PATCH", 204),
    ]


def test_nobody_of_the_recording_hears_of_it(incident: Path, tmp_path: Path) -> None:
    bridgecheck("play", str(incident), "--start", REFERENCE, "--report-dir", str(tmp_path / "r"))

    sent = [(e.request.target + (e.request.body or b"").decode()) for e in played(tmp_path / "r")]
    assert len(sent) == 4
    assert not [text for text in sent if "corp.example" in text]


def test_what_a_bridge_answers_wrongly_is_judged(incident: Path, tmp_path: Path) -> None:
    done = bridgecheck(
        *("play", str(incident), "--start", lab("created-without-location"), "--report-dir", str(tmp_path / "r")),
    )

    assert done.returncode == 1
    assert "RFC7644-3.3-12" in done.stdout


def test_a_journal_of_ours_can_be_played(tmp_path: Path) -> None:
    bridgecheck(
        *("run", "--start", REFERENCE, "--only", "*moves_without_suspension*", "--idp", "okta"),
        *("--report-dir", str(tmp_path / "r")),
    )

    done = bridgecheck(
        *("play", str(journal_in(tmp_path / "r")), "--start", REFERENCE, "--report-dir", str(tmp_path / "again"))
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "other answers than recorded" not in done.stdout
    assert len(played(tmp_path / "again")) > 10


@pytest.mark.parametrize("text", ["", "{", '{"method": "GET", "path": "/x"}', "\x00"])
def test_what_is_no_recording_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")

    done = bridgecheck("play", str(tmp_path / "x"), "--start", REFERENCE, "--report-dir", str(tmp_path / "r"))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "r").exists()
