"""`gl-code-quality-report.json`, and sections of the log that fold, for GitLab.

A section begins with an escape sequence and a carriage return (GitLab docs, "CI/CD job logs"); neither is ever in a
text of ours unescaped, so no answer of a bridge can begin or end one.
"""

from __future__ import annotations

import json

from harness.catalogue.requirement import Level
from harness.catalogue.verdict import Verdict
from harness.record.exchange import Json
from harness.report.details import exchange_text
from harness.report.format import Format, write_whole
from harness.report.marks import CauseMark, marks_of
from harness.report.model import Report

NAME = "gl-code-quality-report.json"
SECTIONS = 10
_SEVERITY = {Level.MUST: "critical", Level.SHOULD: "minor", Level.MAY: "info"}
_LONGEST = 1_000


def render_code_quality(report: Report) -> bytes:
    """The causes as GitLab's code quality issues, which a merge request compares with those of its target branch."""
    issues = [_issue(mark) for mark in marks_of(report.causes)]
    return json.dumps(issues, ensure_ascii=False, indent=1).encode() + b"\n"


def _issue(mark: CauseMark) -> Json:
    cause = mark.cause
    said = f" → {cause.said}" if cause.said else ""
    row = cause.requirement
    excuse = f"{mark.excuse}. " if mark.excuse else ""
    description = f"{excuse}{row.statement} {cause.request}{said}: expected {cause.expected}; was {cause.actual}"
    return {
        "description": description[:_LONGEST],
        "check_name": row.id,
        "fingerprint": mark.mark,
        "severity": _severity(mark),
        "location": {"path": mark.place, "lines": {"begin": 1}},
    }


def _severity(mark: CauseMark) -> str:
    if mark.excuse:
        return "info"
    return "major" if mark.cause.verdict is Verdict.ERROR else _SEVERITY[mark.cause.requirement.level]


def _begin(report: Report) -> str:
    return _start("bridgecheck_summary", f"bridgecheck: {report.sentence}", report)


def _end(report: Report) -> str:
    """The end of the summary, and a folded section for each of the first causes."""
    lines = [_stop("bridgecheck_summary", report)]
    for cause in report.causes[:SECTIONS]:
        name = f"bridgecheck_cause_{cause.number}"
        title = f"{cause.number}. {cause.requirement.id} {cause.requirement.statement}"
        lines.append(_start(name, title, report, "[collapsed=true]"))
        lines += [f"expected {cause.expected}", f"     was {cause.actual}", f"   again {cause.rerun}"]
        lines += [exchange_text(cause.evidence)] if cause.evidence else []
        lines.append(_stop(name, report))
    return "\n".join(lines)


def _start(name: str, title: str, report: Report, options: str = "") -> str:
    return f"\x1b[0Ksection_start:{_moment(report)}:{name}{options}\r\x1b[0K{title}"


def _stop(name: str, report: Report) -> str:
    return f"\x1b[0Ksection_end:{_moment(report)}:{name}\r\x1b[0K"


def _moment(report: Report) -> int:
    return int(report.header.started_at + report.duration_s)


FORMAT = Format(
    (NAME,),
    "for GitLab: code quality, and sections of the job's log that fold",
    lambda report, folder: [write_whole(folder / NAME, render_code_quality(report))],
    before=_begin,
    after=_end,
)
