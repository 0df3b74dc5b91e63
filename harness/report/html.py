"""`report.html`: one file that is read offline and without JavaScript, safe to open whatever the bridge sent."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.catalogue.verdict import Verdict
from harness.report.again import run_command
from harness.report.areas import claim_name
from harness.report.causes import ReportedCause
from harness.report.matrix import Cell
from harness.report.model import Report
from harness.report.page.cards import BESIDE, Card, make_cards, ranked
from harness.report.page.lane_plot import plot
from harness.report.page.listing import make_blocks, marks_of, open_groups, parts_of
from harness.report.page.next_steps import next_steps_of
from harness.report.readiness import Ready

_TEMPLATES = Path(__file__).parent / "templates"
PAGE = "report.html"
"""The name of the page in a folder of reports."""

LINES = 200  # ours: causes beyond these stand in conformance.json only
_PLAIN = re.compile(r"[\w.-]{1,40}")

MARKS = {
    Verdict.PASS: "✓",
    Verdict.PARTLY: "◐",
    Verdict.WARN: "!",
    Verdict.FAIL: "✗",
    Verdict.ERROR: "E",
    Verdict.SKIP: "–",
}
READY_MARKS = {Ready.READY: "✓", Ready.NOT_READY: "✗", Ready.NOT_ENOUGH: "◐", Ready.NOT_JUDGED: "–"}


def render_html(report: Report) -> str:
    """The report as one HTML page."""
    return render_files(report)[PAGE].decode("utf-8")


def render_files(report: Report) -> dict[str, bytes]:
    """The page by its file name and, where exchanges are too long for it, the file beside it that has them whole."""
    causes = ranked(report.causes)
    cards, beside = make_cards(causes)
    files = {PAGE: _render_page(report, causes, cards)}
    if beside:
        files[BESIDE] = _render_beside(report, beside)
    return {name: page.encode("utf-8") for name, page in files.items()}


def _render_page(report: Report, causes: Sequence[ReportedCause], cards: tuple[Card, ...]) -> str:
    return render(
        PAGE,
        _column_names(report.matrix.dialects),
        _text("page.js"),
        started=_moment(report),
        report=report,
        cards=cards,
        others=causes[len(cards) : len(cards) + LINES],
        hidden=len(causes) - len(cards) - LINES,
        blocks=make_blocks(report),
        open_groups=open_groups(report.rows),
        partly=[row for row in report.rows if row.verdict is Verdict.PARTLY],
        by_claim=[(claim, list(lines)) for claim, lines in groupby(report.matrix.lines, key=lambda line: line.claim)],
        sections=_sections(report, cards),
        next_steps={r.claim: next_steps_of(r.claim, causes) for r in report.readiness},
        command=run_command(report.header),
        ready_marks=READY_MARKS,
        marks_of=marks_of,
        parts_of=parts_of,
        describe=describe,
        brief=brief,
        claim_name=claim_name,
        verdicts=list(reversed(Verdict)),
    )


def _render_beside(report: Report, beside: tuple[Card, ...]) -> str:
    return render("exchanges.html", started=_moment(report), report=report, beside=beside)


def render(template: str, more_style: str = "", script: str = "", **values: Any) -> str:
    """A page from its template, in our style and with nothing in it that runs but this script."""
    style = _text("style.css") + more_style
    blocks = {
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }
    known = {"marks": MARKS, "anchor": anchor, "coded": coded, "file_beside": BESIDE, "plot": plot}
    return make_environment().get_template(template).render(**blocks, **known, **values)


def _moment(report: Report) -> str:
    return datetime.fromtimestamp(report.header.started_at, UTC).strftime("%Y-%m-%d %H:%M UTC")


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


def _column_names(dialects: Iterable[str]) -> str:
    """On a narrow screen a row is a block, and each of its marks says whose it is."""
    rule = '.area td:nth-child({})::before{{content:"{} "}}'
    named = "".join(rule.format(n, name) for n, name in enumerate(dialects, 5) if _PLAIN.fullmatch(name))
    return f"@media(max-width:46rem){{{named}}}\n"


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
