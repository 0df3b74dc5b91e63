from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.report.files import around, check_formats, write_reports
from harness.report.formats.github import LIMIT, VARIABLE, annotations_of, render_step_summary
from harness.report.model import Report
from tests.harness.report.formats.worlds import hostile_report, timed_report
from tests.harness.report.samples import judged, story

COMMAND = re.compile(r"::(error|warning|notice) title=([^:,]*)::([^\r\n]*)")


class Tags(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.found.add(tag)


def rendered(markdown: str) -> set[str]:
    tags = Tags()
    tags.feed(MarkdownIt("commonmark").enable("table").render(markdown))
    return tags.found


def conforming() -> Report:
    return judged(story(), ExitCode.PASS)


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a step's summary goes to."""
    place = tmp_path / "step-summary"
    monkeypatch.setenv(VARIABLE, str(place))
    return place


def test_there_are_ten_annotations_at_most_and_the_last_counts_the_rest() -> None:
    report = hostile_report()
    report = replace(report, causes=report.causes * 2)

    lines = annotations_of(report)

    assert len(lines) == 10
    assert f"and {len(report.causes) - 8} more causes" in lines[-1]


def test_a_passing_run_is_one_notice() -> None:
    (line,) = annotations_of(conforming())

    assert line.startswith("::notice title=bridgecheck::Nothing broken")


def test_each_annotation_is_one_command_whatever_a_bridge_says() -> None:
    for line in annotations_of(hostile_report()):
        assert COMMAND.fullmatch(line)
        assert len(line.splitlines()) == 1


def test_commands_are_stopped_around_the_summary_by_a_word_nobody_knows() -> None:
    before, after = around(hostile_report(), ("github",))

    stop = before.removeprefix("::stop-commands::")
    first, *rest = after.split("\n")
    assert re.fullmatch(r"[0-9a-f]{32}", stop)
    assert first == f"::{stop}::"
    assert tuple(rest) == annotations_of(hostile_report())


def test_nothing_that_a_bridge_says_becomes_markup_in_the_summary() -> None:
    found = rendered(render_step_summary(hostile_report()))

    assert found & {"script", "img", "a", "iframe", "svg"} == set()
    assert {"h2", "table", "code", "pre", "details"} <= found


def test_the_summary_tells_verdict_claims_and_causes() -> None:
    text = render_step_summary(timed_report())

    assert text.startswith("## Does not conform")
    assert "| ❌ | SCIM 2.0 |" in text
    assert "RFC7644-3.3-12 MUST" in text
    assert "- was ` none `" in text


@pytest.mark.parametrize("limit", [0, 500, 2_000, 20_000, 900_000])
def test_a_summary_keeps_to_its_room(limit: int) -> None:
    assert len(render_step_summary(hostile_report(), limit).encode()) <= limit


def test_the_summary_is_appended_to_that_of_the_step(step: Path, tmp_path: Path) -> None:
    step.write_text("what an earlier command said\n")

    write_reports(timed_report(), tmp_path / "r", ("github",))

    text = step.read_text("utf-8")
    assert text.startswith("what an earlier command said\n\n## Does not conform")


@pytest.mark.parametrize("used", [LIMIT - 5_000, LIMIT - 100, LIMIT, LIMIT + 10])
def test_the_summaries_of_a_step_are_never_over_their_limit_together(used: int, step: Path, tmp_path: Path) -> None:
    step.write_bytes(b"x" * used)

    write_reports(hostile_report(), tmp_path / "r", ("github",))

    assert step.stat().st_size <= max(LIMIT, used)


def test_a_summary_that_cannot_be_written_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere" / "summary"))

    with pytest.raises(UsageError, match=r"writes to \$GITHUB_STEP_SUMMARY, and .*nowhere/summary can't be written"):
        check_formats(("github",))
