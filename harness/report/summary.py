"""The summary of a run for a terminal or a log: plain lines, verdict first."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from harness.catalogue.verdict import Verdict
from harness.report.causes import ReportedCause
from harness.report.leftovers import HINT
from harness.report.model import Report
from harness.report.readiness import Ready
from harness.report.text import visible_line

CAUSES = 10
ERRORS = 10
ROWS = 6
LEFTOVERS = 20
_WIDTH = 200
_MARKS = {Ready.READY: "✓", Ready.NOT_READY: "✗", Ready.NOT_ENOUGH: "◐", Ready.NOT_JUDGED: "·"}
_STYLES = (("✓", "green"), ("✗", "red"), ("!", "yellow"), ("◐", "yellow"), ("E ", "magenta"), ("·", "dim"))


def render_summary(report: Report, files: tuple[str, ...] = ()) -> str:
    """The report as lines of text, ending in a line feed; `files` are the places of the other reports."""
    return "\n".join(_lines(report, files)) + "\n"


def render_causes(report: Report) -> str:
    """The causes alone, as lines of text."""
    return "\n".join(_causes(report)).strip()


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
    if report.gate_lines:
        yield ""
        yield "At the gate:"
        yield from (f"  {line}" for line in report.gate_lines)
    yield ""
    for readiness in report.readiness:
        yield f"{_MARKS[readiness.verdict]} {readiness.sentence}"
    yield ""
    yield _counts(report)
    if report.skips:
        yield "Not judged: " + ", ".join(f"{count} {reason}" for reason, count in report.skips)
    yield from _partly(report)
    yield from _errors(report)
    yield from _faults(report)
    yield from _causes(report)
    yield from _leftovers(report)
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
        f"{totals.failed} fail, {totals.errors} error; {totals.partly} judged in part; "
        f"{report.exchanges} exchanges in {report.duration_s:.1f} s"
    )


def _partly(report: Report) -> Iterator[str]:
    """The requirements of which a part was not seen, each with the missing facets."""
    rows = [row for row in report.rows if row.verdict is Verdict.PARTLY]
    if rows:
        yield ""
        yield "Judged in part, nothing broken; missing:"
    for row in rows[:ERRORS]:
        yield f"◐ {row.requirement.id} {row.requirement.level} {_cut('; '.join(row.missing))}"
    if len(rows) > ERRORS:
        yield f"  … and {len(rows) - ERRORS} more, in the report"


def _errors(report: Report) -> Iterator[str]:
    if report.errors:
        yield ""
        yield "Errors of the harness:"
    for error in report.errors[:ERRORS]:
        yield f"  E {_cut(error)}"
    if len(report.errors) > ERRORS:
        yield f"  … and {len(report.errors) - ERRORS} more"


def _faults(report: Report) -> Iterator[str]:
    if report.faults:
        yield ""
        yield "Stories that are wrong themselves; what they state was not judged:"
    yield from (f"  ! {_cut(fault)}" for fault in report.faults[:ERRORS])
    if len(report.faults) > ERRORS:
        yield f"  … and {len(report.faults) - ERRORS} more"


def _leftovers(report: Report) -> Iterator[str]:
    if not report.leftovers:
        return
    yield ""
    yield f"Left on the target ({len(report.leftovers)}); {HINT}:"
    for leftover in report.leftovers[:LEFTOVERS]:
        yield f"  {_cut(str(leftover))}"
    if len(report.leftovers) > LEFTOVERS:
        yield f"  … and {len(report.leftovers) - LEFTOVERS} more, in the report"


def _causes(report: Report) -> Iterator[str]:
    if report.causes:
        found = sum(cause.count for cause in report.causes)
        yield ""
        yield f"{_counted(len(report.causes), 'cause')} of {_counted(found, 'finding')}:"
    for cause in report.causes[:CAUSES]:
        yield ""
        yield from _cause(cause)
    if len(report.causes) > CAUSES:
        yield ""
        yield f"… and {_counted(len(report.causes) - CAUSES, 'more cause')}, in the report"


def _cause(cause: ReportedCause) -> Iterator[str]:
    """The rule, the request that decided with the bridge's own words, what was expected, and how much follows."""
    mark = {Verdict.FAIL: "✗", Verdict.ERROR: "E"}.get(cause.verdict, "!")
    where = f" [{', '.join(cause.dialects)}]" if cause.dialects else ""
    row = cause.requirement
    yield f"{mark} {cause.number}. {row.id} {row.level}{where} {row.statement}"
    yield f"    {_cut(cause.request)}" + (f" → {_cut(cause.said)}" if cause.said else "")
    yield from (f"      also: {_cut(words)}" for words in cause.also_said)
    yield from (f"     probe: {_cut(words)}" for words in cause.probes)
    yield f"    expected {_cut(cause.expected)}"
    yield f"         was {_cut(cause.actual)}"
    at = f" at {cause.pointer}" if cause.pointer else ""
    yield f"    entry {cause.entry}{_cut(at)} ({_cut(', '.join(cause.checks))})"
    yield f"    fingerprint {cause.fingerprint}" + (f" ({cause.standing})" if cause.standing else "")
    for kind, follows, count in cause.kinds():
        rows = list(dict.fromkeys(follow.requirement.id for follow in follows))
        more = f" and {len(rows) - ROWS} more" if len(rows) > ROWS else ""
        yield f"    follows: {count} × {kind} ({', '.join(rows[:ROWS])}{more})"
    for follow in cause.acquitted:
        yield f"    no finding: {follow.count} × {follow.requirement.id} ({follow.kind.partition(',')[0]})"
    yield f"    again: bridgecheck run … --requirement {row.id} (whole in the report)"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _cut(text: str) -> str:
    line = visible_line(text)
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
