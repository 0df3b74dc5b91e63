"""One shape, refused: which row is red, and what the report names first."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harness.judge.refusal import shape_of, words_in
from harness.record.exchange import Exchange, Json
from harness.record.journal import read_journal
from tests.faults.proxy import Call
from tests.shapes.shapes import SHAPES, Shape

TIMEOUT_S = 900.0
_OPTIONS = (
    "--port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
_REFUSING = ("fail", "warn")
_SHOWN = 110


@dataclass(frozen=True, slots=True)
class Trial:
    """What a report says of a bridge that refuses one shape."""

    shape: Shape
    causes: int
    row: str
    level: str
    exchange: str
    finding: str
    is_red: bool
    is_right: bool


def try_shape(name: str, report_dir: Path, *, whole: bool = False) -> Trial:
    """Tell the vendor's stories, or all, to the bridge behind the proxy. Raises RuntimeError without a report."""
    chosen = SHAPES[name]
    command = shlex.join([sys.executable, "-m", "tests.shapes.behind", name, "serve"])
    words = [sys.executable, "-m", "harness.cli.main", "run", "--start", f"{command} {_OPTIONS}"]
    words += ["--report-dir", str(report_dir), "--format", "json"]
    words += [] if whole else ["--only", f"idp/test_{chosen.vendor}_*"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    report = report_dir / "conformance.json"
    if not report.exists():
        raise RuntimeError(f"{name}: exit {done.returncode}: {done.stderr.strip()[-500:]}")
    return read_trial(chosen, json.loads(report.read_text(encoding="utf-8")), report_dir / "journal.ndjson.gz")


def read_trial(chosen: Shape, report: Json, journal: Path) -> Trial:
    """What the report of a run behind the proxy says."""
    verdicts = {str(row["id"]): str(row["verdict"]) for row in report["requirements"]}
    is_red = verdicts.get(chosen.rows[0]) in _REFUSING
    causes = report["causes"]
    if not causes:
        return Trial(chosen, 0, "none", "", "", "nothing was found", is_red, is_right=False)
    first = causes[0]
    event = next(entry.event for entry in read_journal(journal) if entry.id == first["entry"])
    exchange = event if isinstance(event, Exchange) else None
    row = str(first["requirement"])
    return Trial(
        chosen,
        len(causes),
        row,
        str(first["level"]),
        _shown(exchange) if exchange else str(first["request"]),
        f"expected {_cut(str(first['expected']))}, was {_cut(str(first['actual']))}",
        is_red,
        is_red and row in chosen.rows and exchange is not None and _is_it(chosen, exchange),
    )


def _is_it(chosen: Shape, exchange: Exchange) -> bool:
    """Whether the exchange has the shape. What stands before it is not looked at again: its status tells the rest."""
    target, _, query = exchange.request.target.partition("?")
    path = urlsplit(target).path
    call = Call(exchange.request.method, path, query, dict(exchange.request.headers), exchange.request.body or b"")
    is_about_state = chosen.name in ("name-behind-the-members", "password-again")
    return exchange.status == chosen.status and (is_about_state or chosen.is_sent(call, {}))


def _shown(exchange: Exchange) -> str:
    """The request without ids, and the bridge's words."""
    method, place, *steps = shape_of(exchange)
    asked = re.sub(r"%22.*?%22", '"…"', exchange.route.query) if "filter=" in exchange.route.query else ""
    done = f" ({'; '.join(steps)})" if steps else ""
    return f"`{method} {place}{'?' if asked else ''}{asked}`{done} → {_cut(str(words_in(exchange)))}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
