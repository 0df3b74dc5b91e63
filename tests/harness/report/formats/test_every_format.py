"""What holds for each format: its files, hostile text, secrets, and how a wrong name is refused."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.errors import UsageError
from harness.report.files import FORMATS, around, check_formats, write_reports
from harness.report.format import load_format
from tests.harness.report.formats.worlds import SECRETS, hostile_report, timed_report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats of a run against a hostile bridge."""
    pytest.importorskip("allure_commons")
    made = tmp_path_factory.mktemp("reports")
    write_reports(hostile_report(), made, FORMATS)
    return made


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_format_is_a_module_of_its_folder() -> None:
    assert {"json", "junit", "junit-stories", "ctrf", "sarif", "har", "ndjson", "allure", "github", "gitlab"} < {
        *FORMATS
    }
    assert {"badge", "html", "summary"} < {*FORMATS}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_writes_the_files_that_it_names(name: str, tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    written = write_reports(timed_report(), tmp_path, (name,))

    named = [place.rstrip("/") for place in load_format(name).writes]
    assert [path.name for path in written] == named
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(named)
    assert load_format(name).says


@pytest.mark.parametrize(("wrong", "right"), [("sariff", "sarif"), ("gitlub", "gitlab"), ("ctfr", "ctrf")])
def test_a_misspelt_format_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(UsageError, match=rf"no report format '{wrong}' \(--format\); did you mean '{right}'\?"):
        check_formats((wrong,))


def test_no_file_holds_what_a_terminal_or_a_viewer_would_obey(folder: Path) -> None:
    raw = ("\x1b", "\x07", "\x9b", "\u202e", "\u2028", "\ufffe")
    shown = [path for path in files(folder) if path.name != "traffic.har"]  # that one is what was sent, in JSON

    found = {path.name for path in shown if any(sign in path.read_text("utf-8") for sign in raw)}

    assert found == set()


def test_no_file_holds_a_secret(folder: Path) -> None:
    everything = "".join(path.read_text("utf-8") for path in files(folder))

    assert [secret for secret in SECRETS if secret in everything] == []
    assert [s for s in SECRETS if json.dumps(s)[1:-1] in everything] == []
    assert "‹credential:scim›" in everything


def test_each_file_is_what_its_name_says(folder: Path) -> None:
    for path in files(folder):
        text = path.read_text("utf-8")
        if path.suffix in (".json", ".sarif", ".har"):
            json.loads(text, parse_constant=pytest.fail)
        elif path.suffix in (".xml", ".svg"):
            ET.fromstring(text)
        elif path.suffix == ".ndjson":
            assert [json.loads(line)["kind"] for line in text.splitlines()][-1] == "end"


def test_a_run_without_formats_says_nothing_to_a_ci_server() -> None:
    assert around(timed_report(), ("json", "junit", "html")) == ("", "")
