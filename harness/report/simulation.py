"""What a simulation leaves in its report folder: `simulation.json`, and a page with each difference's exchange."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import __version__
from harness.errors import SchemaError, UsageError
from harness.record.exchange import Json
from harness.report.files import write_whole
from harness.report.html import make_environment
from harness.report.passwords import masked_text
from harness.report.text import shorten, visible, visible_line
from harness.schema.validate import validate
from harness.simulate.comparison import Comparison, Difference
from harness.simulate.evidence import DecidingWrite

SCHEMA = "bridgecheck/simulation/1"
SIMULATION, PAGE = "simulation.json", "simulation.html"


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """A difference, and the write that touched last what differs; None where nothing was sent about it."""

    difference: Difference
    deciding: DecidingWrite | None

    @property
    def sentence(self) -> str:
        """The difference in one line."""
        return visible_line(str(self.difference))

    @property
    def request(self) -> str:
        """Method and target of the write; empty without one."""
        sent = self.deciding.exchange.request if self.deciding else None
        return visible_line(f"{sent.method} {sent.target}") if sent else ""

    @property
    def answer(self) -> str:
        """What came back."""
        exchange = self.deciding.exchange if self.deciding else None
        return str(exchange.status or visible_line(exchange.lost or exchange.fault or "no answer")) if exchange else ""

    @property
    def sent(self) -> str:
        """The body of the request, without passwords."""
        return _body(self.deciding.exchange.request.body) if self.deciding else ""

    @property
    def shown(self) -> str:
        """The body of the answer, without passwords."""
        response = self.deciding.exchange.response if self.deciding else None
        return _body(response.body) if response else ""


def write_simulation(
    folder: Path, lines: Sequence[str], found: Comparison, told: Sequence[ToldDifference], run: Mapping[str, Any]
) -> list[Path]:
    """Write both files. `lines` are those that the command prints, `run` what was asked for. Raises UsageError."""
    document = _document(found, told, run, lines)
    if violations := validate(document, "report/simulation"):
        raise SchemaError(f"{SIMULATION} does not keep its schema: {violations[0].message}")
    page = make_environment().get_template("simulation.html")
    text = page.render(
        run=run, lines=[visible_line(line) for line in lines], found=found, told=told, version=__version__
    )
    try:
        return [
            write_whole(folder / SIMULATION, json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"),
            write_whole(folder / PAGE, text.encode("utf-8", "backslashreplace")),
        ]
    except OSError as error:
        raise UsageError(f"the report can't be written to {folder}: {error}") from error


def _document(found: Comparison, told: Sequence[ToldDifference], run: Mapping[str, Any], lines: Sequence[str]) -> Json:
    return {
        "schema": SCHEMA,
        "version": __version__,
        "run": dict(run),
        "equal": found.is_equal,
        "users": found.users,
        "groups": found.groups,
        "differences": found.count,
        "shown": [
            {
                "who": visible_line(each.difference.who),
                "expected": visible_line(each.difference.expected),
                "actual": visible_line(each.difference.actual),
                "entry": each.deciding.entry if each.deciding else None,
                "request": each.request or None,
                "answer": each.answer or None,
            }
            for each in told
        ],
        "problems": [visible_line(each) for each in found.problems],
        "summary": [visible_line(line) for line in lines],
    }


def _body(body: bytes | None) -> str:
    return shorten(visible(masked_text(body))) if body else ""
