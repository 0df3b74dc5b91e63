"""`report.html`: a single self-contained file, safe to open whatever the bridge sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.catalogue.verdict import Verdict
from harness.record.journal_file import JOURNAL
from harness.report.again import run_command
from harness.report.areas import claim_name
from harness.report.causes import ReportedCause
from harness.report.evidence import Evidence
from harness.report.matrix import Cell, Line
from harness.report.model import Report, Row
from harness.report.readiness import Ready

_TEMPLATES = Path(__file__).parent / "templates"
_BUDGET = 300 * 1024  # characters of bodies; beyond it they are cut short, since a page of megabytes is not read
_SHORT = 2 * 1024
_CARDS = 100

MARKS = {
    Verdict.PASS: "✓",
    Verdict.PARTLY: "◐",
    Verdict.WARN: "!",
    Verdict.FAIL: "✗",
    Verdict.ERROR: "E",
    Verdict.SKIP: "–",
}
READY_MARKS = {Ready.READY: "✓", Ready.NOT_READY: "✗", Ready.NOT_ENOUGH: "◐", Ready.NOT_JUDGED: "–"}


@dataclass(frozen=True, slots=True)
class Card:
    """A cause: `evidence` where its exchange is shown first, `see` where it has been shown already."""

    cause: ReportedCause
    evidence: Evidence | None
    see: str


@dataclass(frozen=True, slots=True)
class Block:
    """One area of the requirement list."""

    line: Line
    rows: tuple[Row, ...]
    is_open: bool


def render_html(report: Report) -> str:
    """The report as one HTML page."""
    page = make_environment().get_template("report.html")
    style, script = _text("style.css"), _text("filter.js")
    cards = tuple(_cards(report.causes[:_CARDS]))
    return page.render(
        report=report,
        cards=cards,
        hidden=len(report.causes) - _CARDS,
        blocks=tuple(_blocks(report)),
        by_claim=[(claim, list(lines)) for claim, lines in groupby(report.matrix.lines, key=lambda line: line.claim)],
        sections=_sections(report, cards),
        started=datetime.fromtimestamp(report.header.started_at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        command=run_command(report.header),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        marks=MARKS,
        ready_marks=READY_MARKS,
        describe=describe,
        brief=brief,
        anchor=anchor,
        coded=coded,
        claim_name=claim_name,
        verdicts=list(reversed(Verdict)),
    )


def describe(cell: Cell) -> str:
    """A cell of the matrix in words, for pointers and screen readers."""
    counts = (
        (cell.failed, "broken"),
        (cell.warned, "not as recommended"),
        (cell.errors, "errors"),
        (cell.partly, "judged in part"),
    )
    bad = ", ".join(f"{count} {word}" for count, word in counts if count)
    if not cell.touched:
        return "not judged"
    return f"{cell.judged} judged, {bad}" if bad else f"{cell.judged} judged, all pass"


def brief(cell: Cell) -> str:
    """A cell of the matrix in figures: how many of the judged are not in order, or how many are."""
    bad = {
        Verdict.FAIL: cell.failed,
        Verdict.WARN: cell.warned,
        Verdict.ERROR: cell.errors,
        Verdict.PARTLY: cell.partly,
    }.get(cell.verdict)
    if not cell.touched:
        return MARKS[Verdict.SKIP]
    return f"{MARKS[cell.verdict]} {cell.touched}" if bad is None else f"{MARKS[cell.verdict]} {bad}/{cell.touched}"


def anchor(entry: str) -> str:
    """The place of an exchange on the page."""
    return "x-" + entry.replace(":", "-")


def coded(statement: str) -> Markup:
    """A statement of the catalogue, with what stands between backticks as code."""
    parts = statement.split("`")
    whole = len(parts) % 2 == 1
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if whole and index % 2 else part for index, part in enumerate(parts)
    )


def _cards(causes: Iterable[ReportedCause]) -> Iterator[Card]:
    """Each exchange is shown once, and short ones when the page gets long."""
    shown: set[str] = set()
    spent = 0
    for cause in causes:
        evidence = cause.evidence
        if evidence is None or evidence.entry in shown:
            yield Card(cause, None, evidence.entry if evidence else "")
            continue
        shown.add(evidence.entry)
        fitted = evidence if spent + _size(evidence) <= _BUDGET else _short(evidence)
        spent += _size(fitted)
        yield Card(cause, fitted, "")


def _size(evidence: Evidence) -> int:
    """How many characters its bodies take on the page, where a quote takes five."""
    return sum(len(escape(text)) for text in (evidence.request_body, evidence.response_body, evidence.curl))


def _short(evidence: Evidence) -> Evidence:
    curl = evidence.curl if len(evidence.curl) <= _SHORT else "# long, and this page is long: see conformance.json"
    return replace(
        evidence,
        request_body=_cut(evidence.request_body),
        response_body=_cut(evidence.response_body),
        curl=curl,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}\n… cut here, since the page is long: see {JOURNAL}"


def _blocks(report: Report) -> Iterator[Block]:
    by_id = {row.requirement.id: row for row in report.rows}
    for line in report.matrix.lines:
        rows = tuple(by_id[name] for name in line.requirements)
        yield Block(line, rows, line.overall.verdict in (Verdict.FAIL, Verdict.ERROR))


def _sections(report: Report, cards: tuple[Card, ...]) -> dict[tuple[int, str], str]:
    """Where the cells of the matrix lead: to the first cause of that area and dialect, else to the area."""
    made: dict[tuple[int, str], str] = {}
    for line in report.matrix.lines:
        inside = [card.cause for card in cards if set(line.requirements) & set(card.cause.requirements)]
        for dialect in ("", *report.matrix.dialects):
            first = next((cause for cause in inside if not dialect or dialect in cause.dialects), None)
            made[line.number, dialect] = f"c-{first.number}" if first else f"a-{line.number}"
    return made


@lru_cache(maxsize=1)
def make_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """How the content security policy names an inline block."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
