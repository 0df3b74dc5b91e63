"""A run that dies leaves reports that say so, and never those of an earlier run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.cli.main import cli, main
from harness.cli.sentinel import write_sentinel
from harness.errors import UsageError
from harness.schema.validate import validate
from tests.harness.cli.small_server import small_server
from tests.harness.report.samples import header

RUN = header("rfc", "okta")


def report_in(folder: Path) -> Any:
    return json.loads((folder / "conformance.json").read_text(encoding="utf-8"))


def test_the_reports_say_that_the_run_did_not_end(tmp_path: Path) -> None:
    write_sentinel(RUN, tmp_path, ("json", "junit", "html"))

    document = report_in(tmp_path)
    assert document["verdict"]["exit_code"] == 70
    assert document["suite"]["has_ended"] is False
    assert document["verdict"]["sentence"].startswith("No verdict: this run did not end.")
    assert {each["verdict"] for each in document["verdict"]["readiness"].values()} == {"not_judged"}
    assert validate(document, "report/conformance") == []
    junit = ET.fromstring((tmp_path / "junit.xml").read_bytes())
    assert int(junit.get("errors", "0")) >= 1
    assert "this run did not end" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_this_run_does_not_write_is_removed(tmp_path: Path) -> None:
    for name in ("junit.xml", "report.html", "mine.txt"):
        (tmp_path / name).write_text("green", encoding="utf-8")

    write_sentinel(RUN, tmp_path, ("json",))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["conformance.json", "mine.txt"]


def test_a_run_without_reports_writes_none(tmp_path: Path) -> None:
    write_sentinel(RUN, tmp_path, ())

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_report_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "conformance.json").mkdir()

    with pytest.raises(UsageError, match="reports can't be written to"):
        write_sentinel(RUN, tmp_path, ("json",))


def test_an_error_of_ours_never_ends_as_a_broken_bridge(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ValueError("oh")

    monkeypatch.setattr(cli, "main", stumble)

    with pytest.raises(SystemExit) as ended:
        main(["list"])

    assert ended.value.code == 70
    assert "this is an error of bridgecheck, and says nothing about the bridge" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_no_green_report_of_an_earlier_one(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.mkdir()
    (report / "conformance.json").write_text('{"verdict": {"exit_code": 0}}', encoding="utf-8")
    (report / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    with small_server(tmp_path, holds=True) as server:
        words = ("run", *server.words, "--report-dir", str(report), "--mode", "smoke")
        argv = [sys.executable, "-m", "harness.cli.main", *words]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        assert server.held.wait(60)
        process.kill()
        process.wait(60)

    assert report_in(report)["verdict"]["exit_code"] == 70
    assert report_in(report)["suite"]["has_ended"] is False
    assert "exit 70: harness error" in (report / "junit.xml").read_text(encoding="utf-8")
