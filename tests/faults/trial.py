"""One fault, run: what the report names first, and whether that is what it should be."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.judge.refusal import shape_of, words_in
from harness.record.exchange import Exchange, Json
from harness.record.journal import read_journal
from tests.faults.behind import ALL
from tests.faults.expected_conditional import EXPECTED

TIMEOUT_S = 600.0
_OPTIONS = (
    "--port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
_PLACE = re.compile(r"http://127\.0\.0\.1:\d+")
_ENTRY = re.compile(r"entry \d+:\d+")
_SHOWN = 110


@dataclass(frozen=True, slots=True)
class Trial:
    """What a report says of a fault. `rows` are those that are red, whichever cause they belong to."""

    name: str
    findings: int
    causes: int
    row: str
    level: str
    sentence: str
    exchange: str
    finding: str
    is_right: bool
    rows: dict[str, str]

    @property
    def summary(self) -> str:
        """What a bridge with this fault does."""
        return " ".join((ALL[self.name].__doc__ or "").split())


def try_fault(name: str, report_dir: Path) -> Trial:
    """Run all stories against the reference bridge behind the fault. Raises RuntimeError where there is no report."""
    command = shlex.join([sys.executable, "-m", "tests.faults.behind", name, "serve"])
    words = [sys.executable, "-m", "harness.cli.main", "run", "--start", f"{command} {_OPTIONS}"]
    words += ["--report-dir", str(report_dir), "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    report = report_dir / "conformance.json"
    if not report.exists():
        raise RuntimeError(f"{name}: exit {done.returncode}: {done.stderr.strip()[-500:]}")
    return read_trial(name, json.loads(report.read_text(encoding="utf-8")), report_dir / "journal.ndjson.gz")


def read_trial(name: str, report: Json, journal: Path) -> Trial:
    """What a report of a fault says."""
    causes, rows = report["causes"], {str(row["id"]): str(row["verdict"]) for row in report["requirements"]}
    found = sum(int(cause["findings"]) for cause in causes)
    if not causes:
        return Trial(name, found, 0, "none", "", "nothing was found", "", "", is_right=False, rows=rows)
    first = causes[0]
    event = next(entry.event for entry in read_journal(journal) if entry.id == first["entry"])
    exchange = event if isinstance(event, Exchange) else None
    expected = EXPECTED[name]
    return Trial(
        name,
        found,
        len(causes),
        str(first["requirement"]),
        str(first["level"]),
        str(first["statement"]),
        _shown(exchange) if exchange else str(first["request"]),
        _without_places(f"expected {_cut(first['expected'])}, was {_cut(first['actual'])}"),
        expected.has(str(first["requirement"])) and exchange is not None and expected.is_it(exchange),
        rows,
    )


def _shown(exchange: Exchange) -> str:
    """The request without ids, and the bridge's words."""
    method, place, *steps = shape_of(exchange)
    asked = re.sub(r"%22.*?%22", '"…"', exchange.route.query) if "filter=" in exchange.route.query else ""
    done = f" ({'; '.join(steps)})" if steps else ""
    return f"`{method} {place}{'?' if asked else ''}{asked}`{done} → {_cut(str(words_in(exchange)))}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _without_places(text: str) -> str:
    """The text without what differs from run to run: ports, and numbers of entries."""
    return _ENTRY.sub("an earlier entry", _PLACE.sub("…", text))
