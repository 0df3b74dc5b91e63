"""`github-summary.md` and `github-annotations.txt`: for a job of GitHub Actions.

The summary is appended to the file that `$GITHUB_STEP_SUMMARY` names, at most 1 MiB in all, beyond which GitHub shows
nothing of it. Of annotations it shows ten of each kind and step, so there are no more. A line of the log that begins
with two colons is a command there, and `##[` is one anywhere in a line: around the summary of a run commands are
stopped by a word that nobody knows before (GitHub docs, "Workflow commands").
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.report.causes import ReportedCause
from harness.report.details import exchange_text
from harness.report.excuses import say_excuse
from harness.report.format import Format, write_whole
from harness.report.markdown import block, cell, code, folded, plain, table
from harness.report.model import Report
from harness.report.readiness import Ready

VARIABLE = "GITHUB_STEP_SUMMARY"
LIMIT = 1024 * 1024  # bytes of all summaries of a step
ROOM = 900 * 1024  # ours: bytes of one summary, so that other commands of the step have some as well
ANNOTATIONS = 10
_LONGEST = 2_000
_STOP = secrets.token_hex(16)
_MARKS = {Ready.READY: "✅", Ready.NOT_READY: "❌", Ready.NOT_ENOUGH: "◐", Ready.NOT_JUDGED: "·"}


def render_step_summary(report: Report, limit: int = ROOM) -> str:
    """The verdict, its claims, and as many causes as `limit` bytes have room for; nothing where it is too small."""
    more = "\n\nMore causes are in the report; they have no room here.\n"
    made = f"## {plain(report.sentence)}\n\n{_claims(report)}\n\n{_counts(report)}\n"
    if len(made.encode()) + len(more) > limit:
        return ""
    for cause in report.causes:
        part = f"\n{_cause(cause)}\n"
        if len(made.encode()) + len(part.encode()) + len(more) > limit:
            return made + more
        made += part
    return made


def _claims(report: Report) -> str:
    rows = [
        (_MARKS[each.verdict], plain(each.name), f"{each.judged} of {each.total}", cell(each.sentence))
        for each in report.readiness
    ]
    return table(("", "claim", "judged", "verdict"), rows)


def _counts(report: Report) -> str:
    totals = report.totals
    figures = {
        "passed": totals.passed,
        "warned": totals.warned,
        "failed": totals.failed,
        "errors": totals.errors,
        "in part": totals.partly,
        "not judged": totals.skipped,
        "waived": totals.waived,
        "exchanges": report.exchanges,
    }
    row = [str(number) for number in figures.values()]
    told = [line for line in (report.message, *report.gate_lines, *report.faults) if line]
    said = f"\n\n{block(chr(10).join(told))}" if told else ""
    errors = f"\n\nErrors of the harness:\n\n{block(chr(10).join(report.errors[:10]))}" if report.errors else ""
    code_said = f"exit {report.exit_code.value}, {report.exit_code.label}; seed {report.header.seed}"
    return f"{table(list(figures), [row])}\n\n{code_said}{said}{errors}"


def _cause(cause: ReportedCause) -> str:
    row = cause.requirement
    said = f" → {code(cause.said)}" if cause.said else ""
    lines = [
        f"- {code(cause.request)}{said}",
        f"- expected {code(cause.expected)}",
        f"- was {code(cause.actual)}",
        f"- again: {code(cause.rerun)}",
    ]
    excuse = f" ({say_excuse(cause.excuse)})" if say_excuse(cause.excuse) else ""
    parts = [f"### {cause.number}. {row.id} {row.level.value}{excuse}: {plain(row.statement)}", "\n".join(lines)]
    if cause.evidence:
        parts.append(folded(f"The exchange; {cause.count} findings in all", block(exchange_text(cause.evidence))))
    return "\n\n".join(parts)


def annotations_of(report: Report) -> tuple[str, ...]:
    """The workflow commands: the verdict, and the first causes that count; the last one says how many are beyond."""
    level = "notice" if report.exit_code is ExitCode.PASS else "error"
    lines = [_command(level, "bridgecheck", report.sentence)]
    room = ANNOTATIONS - len(lines)
    counted = [cause for cause in report.causes if not say_excuse(cause.excuse)]
    is_whole = len(counted) <= room
    lines += [_of_cause(cause) for cause in counted[: room if is_whole else room - 1]]
    if not is_whole:
        said = f"and {len(counted) - room + 1} more causes, in the summary and in the report"
        lines.append(_command("notice", "bridgecheck", said))
    return tuple(lines)


def _of_cause(cause: ReportedCause) -> str:
    level = "warning" if cause.verdict is Verdict.WARN else "error"
    said = f" → {cause.said}" if cause.said else ""
    message = f"{cause.request}{said}\nexpected {cause.expected}\nwas {cause.actual}"
    return _command(level, f"{cause.requirement.id} {cause.requirement.statement}", message)


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title[:200])}::{_data(message[:_LONGEST])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _before(_: Report) -> str:
    return f"::stop-commands::{_STOP}"


def _after(report: Report) -> str:
    return "\n".join([f"::{_STOP}::", *annotations_of(report)])


def _check() -> None:
    """Refuse a summary file that can't be written, before the run."""
    place = os.environ.get(VARIABLE)
    if place and not os.access(place if Path(place).exists() else Path(place).parent, os.W_OK):
        raise UsageError(f"the format 'github' writes to ${VARIABLE}, and {place} can't be written")


def _write(report: Report, folder: Path) -> list[Path]:
    _append(report)
    lines: Iterator[str] = (f"{line}\n" for line in annotations_of(report))
    return [
        write_whole(folder / "github-summary.md", render_step_summary(report).encode()),
        write_whole(folder / "github-annotations.txt", "".join(lines).encode()),
    ]


def _append(report: Report) -> None:
    """Append the summary to that of the step, within what is left of its room."""
    place = os.environ.get(VARIABLE)
    if not place:
        return
    path = Path(place)
    used = path.stat().st_size if path.exists() else 0
    text = render_step_summary(report, min(ROOM, LIMIT - used - 1))
    with path.open("ab") as stream:
        stream.write(f"\n{text}".encode() if text else b"")


FORMAT = Format(
    ("github-summary.md", "github-annotations.txt"),
    "for GitHub Actions: the summary of the step, and at most ten annotations",
    _write,
    _check,
    _before,
    _after,
)
