"""`badge.svg` and `badge.json`: the verdict as a badge, and as the document of which badge services draw one."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

from harness.judge.exit_code import ExitCode
from harness.report.format import Format, write_whole
from harness.report.model import Report
from harness.report.readiness import Ready

LABEL = "SCIM"
_GREEN, _YELLOW, _RED, _GREY = "#2e7d32", "#8a6d00", "#b3261e", "#5f6368"
_OTHERWISE = {ExitCode.WAIVERS_STALE: "waivers stale", ExitCode.CLEANUP_INCOMPLETE: "passes, left things behind"}
_WIDE = 7.0  # ours: the width of a letter in 11 px, on the generous side
_PADDING = 12


def badge_of(report: Report) -> tuple[str, str]:
    """The words of the badge and its colour; nothing of what a bridge says stands in them."""
    totals = report.totals
    waived = f", {totals.waived} waived" if totals.waived else ""
    if report.exit_code is ExitCode.CONFORMANCE_FAILURE:
        return f"{_broken(report)} broken of {totals.judged} judged{waived}", _RED
    if report.exit_code in _OTHERWISE:
        return f"{_OTHERWISE[report.exit_code]}, {totals.judged} judged{waived}", _YELLOW
    if report.exit_code is not ExitCode.PASS:
        return f"no verdict: {report.exit_code.label}", _GREY
    is_excused = bool(report.gate and report.gate.excused)
    if not is_excused and report.readiness and all(each.verdict is Ready.READY for each in report.readiness):
        return f"conforms, {totals.judged} judged{waived}", _GREEN
    if is_excused:
        return f"passes its gate, {totals.judged} judged, some excused{waived}", _YELLOW
    return f"nothing broken, {totals.judged} of {totals.requirements} judged{waived}", _YELLOW


def _broken(report: Report) -> int:
    """How many requirements fail the gate."""
    if report.gate:
        return len(report.gate.broken)
    return report.totals.failed + (report.totals.warned if report.header.gate == "should" else 0)


def render_svg(report: Report) -> bytes:
    """The badge as a picture that needs no font and no network, and that a screen reader reads."""
    words, colour = badge_of(report)
    left, right = (round(len(text) * _WIDE) + _PADDING for text in (LABEL, words))
    width, said = left + right, escape(f"{LABEL}: {words}")
    text = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{said}">
<title>{said}</title>
<rect width="{width}" height="20" rx="3" fill="#333"/>
<path fill="{colour}" d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left / 2}" y="14">{LABEL}</text>
<text x="{left + right / 2}" y="14">{escape(words)}</text>
</g>
</svg>
"""
    return text.encode()


def _endpoint(report: Report) -> bytes:
    words, colour = badge_of(report)
    document = {"schemaVersion": 1, "label": LABEL, "message": words, "color": colour}
    return json.dumps(document, indent=1).encode() + b"\n"


def _write(report: Report, folder: Path) -> list[Path]:
    return [
        write_whole(folder / "badge.svg", render_svg(report)),
        write_whole(folder / "badge.json", _endpoint(report)),
    ]


FORMAT = Format(("badge.svg", "badge.json"), "the verdict as a badge", _write)
