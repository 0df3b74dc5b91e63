from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.errors import UsageError
from harness.report.history.page import href, render_history
from harness.report.history.stored import read_runs
from tests.harness.report.history.samples import stored

HOSTILE = "</h2><script>alert(1)</script><img src=x onerror=alert(2)>\u202e"


def page(folder: Path) -> str:
    return render_history(read_runs(folder))


def test_the_page_tells_claims_first_days_and_what_is_fixed(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail"})
    path = stored(tmp_path, 2, {"OKTA-01": "pass"})
    (path.parent / "report.html").write_text("x")

    made = page(tmp_path)

    assert "2 runs of 1 bridge" in made
    assert re.search(r"OKTA-01.*fixed.*2026-03-01 08:00.*2026-03-02 08:00", made, re.DOTALL)
    assert 'href="./run-2/report.html"' in made
    assert "./run-1/report.html" not in made


def test_hostile_names_stay_text_and_nothing_is_fetched(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail"}, target=HOSTILE)
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

    Tags().feed(made := page(tmp_path))

    assert not {"script", "img"} & set(tags)
    assert "\u202e" not in made
    assert "default-src 'none'" in made
    assert href("javascript:alert(1)") == "./javascript%3Aalert%281%29"


def test_a_year_of_nightly_runs_is_a_page(tmp_path: Path) -> None:
    broken = {f"OKTA-{number:02}": "fail" for number in range(1, 30)}
    for day in range(1, 29):
        stored(tmp_path / "march", day, broken if day % 2 else {})
    runs = read_runs(tmp_path) * 13

    assert len(render_history(runs).encode()) < 700_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n "schema": "bridgecheck/report/1",\n "suite": {', r"conformance.json, line 3: .*cut short"),
        (b"\xff\xfe", r"conformance.json, line 1: .*UTF-8"),
        (b'{"schema": "bridgecheck/report/9"}', r"conformance.json is of another version: .*bridgecheck/report/9"),
        (b'{"schema": "bridgecheck/report/1"}', r"conformance.json is no whole report of bridgecheck: .*suite"),
        (b"[1]", r"conformance.json holds no JSON object"),
    ],
)
def test_a_report_that_cannot_be_read_is_named_and_nothing_is_written_over(
    tmp_path: Path, content: bytes, said: str
) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail"})
    stored(tmp_path, 2, {}).write_bytes(content)
    (tmp_path / "history.html").write_text("of before")

    done = CliRunner().invoke(cli, ["report", str(tmp_path)])

    assert isinstance(done.exception, UsageError)
    assert re.search(said, str(done.exception))
    assert (tmp_path / "history.html").read_text() == "of before"


def test_a_folder_without_reports_and_one_that_is_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"have no conformance\.json: give the folder"):
        read_runs(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        read_runs(tmp_path / "missing")


def test_the_command_writes_where_it_is_told_to(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail"})

    done = CliRunner().invoke(cli, ["report", str(tmp_path), "--output", str(tmp_path / "out.html")])

    assert done.exit_code == 0
    assert done.output == f"1 run in {tmp_path / 'out.html'}\n"
    assert (tmp_path / "out.html").stat().st_size > 5_000
