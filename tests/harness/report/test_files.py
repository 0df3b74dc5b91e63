from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import pytest

from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.report.files import FORMATS, check_formats, write_reports
from harness.report.model import make_report
from tests.harness.report.samples import broken, by_hand, entry, exchange, result

SENT = exchange(sent={"password": "s3cret-pw", "userName": "ada"}, received={"password": "s3cret-pw"})
FINDING = broken("OKTA-01", entry(SENT, "0:5", "okta-oin"), "no password", "password 's3cret-pw'")
REPORT = make_report(
    by_hand(result("OKTA-01", Verdict.FAIL, FINDING, by_dialect={"okta-oin": Verdict.FAIL}), claims=("okta",)),
    [],
    ExitCode.CONFORMANCE_FAILURE,
    1.0,
)


def test_each_format_has_its_file(tmp_path: Path) -> None:
    paths = write_reports(REPORT, tmp_path / "new" / "out", ("json", "junit", "html", "summary"))

    assert [path.name for path in paths] == ["conformance.json", "junit.xml", "report.html", "summary.txt"]
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == sorted(path.name for path in paths)
    assert json.loads(paths[0].read_text())["schema"] == "bridgecheck/report/1"


def test_an_older_report_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("old")

    write_reports(REPORT, tmp_path, ("junit", "junit"))

    assert (tmp_path / "junit.xml").read_text().startswith("<?xml")


def test_an_unknown_format_is_refused_with_the_nearest_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no report format 'junt' \(--format\); did you mean 'junit'"):
        write_reports(REPORT, tmp_path / "out", ("json", "junt"))

    assert not (tmp_path / "out").exists()


def test_a_format_like_no_other_is_refused_with_all_names() -> None:
    with pytest.raises(UsageError, match="there are allure, badge, ctrf, github, gitlab, har, html"):
        check_formats(("pdf",))


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="reports can't be written to"):
        write_reports(REPORT, tmp_path / "file", ("json",))


def test_a_disk_that_fills_up_ends_with_what_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "junit.xml").write_text("old")
    full = OSError(errno.ENOSPC, "No space left on device")

    def write(path: Path, content: bytes) -> int:
        if "junit" in path.name:
            raise full
        return len(content)

    monkeypatch.setattr(Path, "write_bytes", write)
    monkeypatch.setattr(Path, "replace", lambda draft, path: path)
    with pytest.raises(UsageError, match=r"No space left on device; saved are conformance\.json, report\.html"):
        write_reports(REPORT, tmp_path, ("json", "html", "junit"))

    assert (tmp_path / "junit.xml").read_text() == "old"


def test_no_format_shows_a_password_and_tokens_are_names(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_reports(REPORT, tmp_path, FORMATS)

    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "s3cret-pw" not in written
    assert "$SCIM_TOKEN" in written


def test_a_format_without_its_library_is_refused_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "allure_commons", None)
    monkeypatch.setitem(sys.modules, "allure_commons.model2", None)

    with pytest.raises(UsageError, match=r"pip install 'bridgecheck\[allure\]'"):
        check_formats(("json", "allure"))
