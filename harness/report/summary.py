"""The summary of a run for a terminal or a log: plain lines, verdict first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from harness.catalogue.verdict import Verdict
from harness.report.findings import FindingGroup
from harness.report.model import Report
from harness.report.readiness import Ready
from harness.report.text import visible_line

FINDINGS = 10
PER_REQUIREMENT = 3
_WIDTH = 200
_MARKS = {Ready.READY: "✓", Ready.NOT_READY: "✗", Ready.NOT_JUDGED: "·"}
_STYLES = (("✓", "green"), ("✗", "red"), ("!", "yellow"), ("E ", "magenta"), ("·", "dim"))


def render_summary(report: Report, files: tuple[str, ...] = ()) -> str:
    """The report as lines of text, ending in a line feed; `files` are the places of the other reports."""
    return "\n".join(_lines(report, files)) + "\n"


def print_summary(report: Report, console: Console, files: tuple[str, ...] = ()) -> None:
    """The same lines with colour where the console has any. Text from a bridge is never read as markup."""
    for line in _lines(report, files):
        style = next((style for mark, style in _STYLES if line.lstrip().startswith(mark)), "")
        console.print(Text(line, style=style), soft_wrap=True)


def _lines(report: Report, files: tuple[str, ...]) -> Iterator[str]:
    yield report.sentence
    if report.message:
        yield report.message
    if report.changes:
        yield ""
        yield "Since the run before:"
        yield from (f"  {line}" for line in report.changes.lines())
    yield ""
    for readiness in report.readiness:
        yield f"{_MARKS[readiness.verdict]} {readiness.sentence}"
    yield ""
    yield _counts(report)
    if report.skips:
        yield "Not judged: " + ", ".join(f"{count} {reason}" for reason, count in report.skips)
    yield from _errors(report)
    yield from _findings(report)
    if report.guesses:
        sent = sum(guess.count for guess in report.guesses)
        yield ""
        yield f"Guesses about vendors: {sent} sent, listed in the report."
    yield ""
    for name, value in report.figures:
        yield f"{name}: {value}"
    if report.header.start:
        yield f"started by: {report.header.start}"
    yield f"seed {report.header.seed}, mode {report.header.mode}, bridgecheck {report.version}"
    for place in files:
        yield f"written: {place}"
    yield f"exit {report.exit_code.value}: {report.exit_code.label}"


def _counts(report: Report) -> str:
    totals = report.totals
    return (
        f"{totals.requirements} requirements, {totals.judged} judged: {totals.passed} pass, {totals.warned} warn, "
        f"{totals.failed} fail, {totals.errors} error; {report.exchanges} exchanges in {report.duration_s:.1f} s"
    )


def _errors(report: Report) -> Iterator[str]:
    if report.errors:
        yield ""
        yield "Errors of the harness:"
    for error in report.errors[:FINDINGS]:
        yield f"  E {_cut(error)}"
    if len(report.errors) > FINDINGS:
        yield f"  … and {len(report.errors) - FINDINGS} more"


def _findings(report: Report) -> Iterator[str]:
    shown = list(_chosen(report.groups))[:FINDINGS]
    for group in shown:
        yield ""
        yield from _finding(group)
    if len(report.groups) > len(shown):
        yield ""
        yield f"… and {len(report.groups) - len(shown)} more findings, in the report"


def _chosen(groups: Iterable[FindingGroup]) -> Iterator[FindingGroup]:
    """The findings in their order, but no requirement more often than it takes to see what is wrong."""
    seen: Counter[str] = Counter()
    for group in groups:
        seen[group.requirement.id] += 1
        if seen[group.requirement.id] <= PER_REQUIREMENT:
            yield group


def _finding(group: FindingGroup) -> Iterator[str]:
    """As h2spec prints it: the rule, what was expected, what was."""
    mark = {Verdict.FAIL: "✗", Verdict.ERROR: "E"}.get(group.verdict, "!")
    where = f" [{', '.join(group.dialects)}]" if group.dialects else ""
    times = f", {group.count} times" if group.count > 1 else ""
    yield f"{mark} {group.requirement.id} {group.requirement.level}{where} {group.requirement.statement}"
    yield f"    expected {_cut(group.expected)}"
    yield f"         was {_cut(group.actual)}"
    at = f" at {group.pointer}" if group.pointer else ""
    yield f"    entry {group.entries[0]}{_cut(at)}{times} ({', '.join(group.checks)})"


def _cut(text: str) -> str:
    line = visible_line(text)
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
