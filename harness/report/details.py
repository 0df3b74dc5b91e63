"""What was found in a case, as plain text: its requirement, causes and findings, and the exchanges that show them."""

from __future__ import annotations

from harness.report.cases import RowCase, causes_of, said_of_cause
from harness.report.evidence import Evidence
from harness.report.findings import PER_REQUIREMENT, FindingGroup
from harness.report.model import Report

_BODY = 4 * 1024  # GitLab reads 30 MB at most, and a CI page shows no more than this anyway
_MESSAGE = 400


def message_of(case: RowCase, report: Report) -> str:
    """One line: the first cause, what was expected, and what was seen."""
    first = case.groups[0] if case.groups else None
    message = f"expected {first.expected}; was {first.actual}" if first else case.row.requirement.statement
    told = [said_of_cause(cause, case.row) for cause in causes_of(case, report)]
    return (f"{told[0]}: {message}" if told else message)[:_MESSAGE]


def details_of(case: RowCase, report: Report) -> str:
    """All of it, with the command that repeats it."""
    requirement = case.row.requirement
    parts = [f"{requirement.id} {requirement.level}: {requirement.statement}\nsource: {requirement.source}"]
    causes = causes_of(case, report)
    parts += [said_of_cause(cause, case.row) for cause in causes[:PER_REQUIREMENT]]
    parts += [f"again: {case.row.findings[0].rerun}"] if causes else []
    parts += [_finding(group, case.dialect) for group in case.groups[:PER_REQUIREMENT]]
    if len(case.groups) > PER_REQUIREMENT:
        parts.append(f"and {len(case.groups) - PER_REQUIREMENT} more, in conformance.json")
    return "\n\n".join(parts)


def _finding(group: FindingGroup, dialect: str) -> str:
    shown = [sighting for sighting in group.sightings if sighting.place.dialect == dialect] or list(group.sightings)
    lines = [
        f"expected: {group.expected}",
        f"     was: {group.actual}",
        f"   where: {group.pointer or '-'}, entry {group.entries[0]}, {group.count} in all",
        f"   check: {', '.join(group.checks)}",
    ]
    for sighting in shown[:1]:
        lines.append(f"   story: {sighting.place.sentence or sighting.place.scenario or '-'}")
        if sighting.evidence:
            lines.append(exchange_text(sighting.evidence))
    return "\n".join(lines)


def exchange_text(evidence: Evidence) -> str:
    """An exchange as it crossed the wire, bodies cut at 4 KiB, and the command that sends it again."""
    sent = [evidence.request_line, *(f"{name}: {value}" for name, value in evidence.request_headers)]
    got = [evidence.status_line, *(f"{name}: {value}" for name, value in evidence.response_headers)]
    return "\n".join(
        [
            f"\n{evidence.how} (entry {evidence.entry}):",
            *sent,
            "",
            evidence.request_body[:_BODY],
            "",
            *got,
            "",
            evidence.response_body[:_BODY],
            "",
            evidence.curl[:_BODY],
        ]
    )
