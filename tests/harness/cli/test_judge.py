"""`bridgecheck judge` judges traffic that somebody else sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.harness.cli.runs import bridgecheck

pytestmark = pytest.mark.slow

BASE = "https://bridge.example/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
META = {
    "resourceType": "User",
    "created": "2026-01-05T09:00:00Z",
    "lastModified": "2026-01-05T09:00:00Z",
    "location": f"{BASE}/Users/7",
}


def call(second: int, method: str, target: str, status: int, body: Any = None, sent: Any = None) -> dict[str, Any]:
    headers = [{"name": "Content-Type", "value": "application/scim+json"}]
    if status == 201:
        headers.append({"name": "Location", "value": f"{BASE}/Users/7"})
    request: dict[str, Any] = {"method": method, "url": BASE + target, "headers": headers}
    request["headers"] = [{"name": "Authorization", "value": "Bearer s3cret"}, headers[0]]
    if sent is not None:
        request["postData"] = {"mimeType": "application/scim+json", "text": json.dumps(sent)}
    response = {"status": status, "headers": headers, "content": {"text": json.dumps(body) if body else ""}}
    return {"startedDateTime": f"2026-01-05T09:00:0{second}Z", "time": 20, "request": request, "response": response}


def ada(**more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "id": "7", "userName": "ada", "active": True, "meta": META, **more}


def written(folder: Path, last: dict[str, Any]) -> Path:
    create = call(
        1,
        "POST",
        "/Users",
        201,
        ada(nickName="Countess"),
        {"schemas": [USER], "userName": "ada", "nickName": "Countess"},
    )
    file = folder / "browser.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": [create, last]}}), encoding="utf-8")
    return file


def test_a_har_without_a_fault_is_green(tmp_path: Path) -> None:
    done = bridgecheck("judge", str(written(tmp_path, call(2, "GET", "/Users/7", 200, ada(nickName="Countess")))))

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_har_with_a_fault_is_red_and_has_a_report(tmp_path: Path) -> None:
    file = written(tmp_path, call(2, "GET", "/Users/7", 200, ada()))

    done = bridgecheck("judge", str(file), "--report-dir", str(tmp_path / "report"))

    report = (tmp_path / "report" / "conformance.json").read_text(encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "RFC7643-7-29" in {row["id"] for row in json.loads(report)["requirements"] if row["verdict"] == "fail"}
    assert not any("s3cret" in path.read_text(encoding="utf-8") for path in (tmp_path / "report").iterdir())


def test_a_file_that_is_neither_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.har"
    wrong.write_text("hello", encoding="utf-8")

    done = bridgecheck("judge", str(wrong))
    missing = bridgecheck("judge", str(tmp_path / "missing.har"))

    assert (done.returncode, missing.returncode) == (2, 2)
    assert "neither a HAR nor a journal" in done.stderr
    assert "can't be read" in missing.stderr
