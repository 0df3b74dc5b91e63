"""The report folder of `bridgecheck simulate`, and what it takes away at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.cli.folder import make_folder
from harness.clock import SystemClock
from harness.record.journal import read_journal
from harness.record.journal_file import JOURNAL
from harness.record.made_log import MadeLog
from harness.record.remains import keep_remains, read_remains
from harness.report.formats.har import write_har
from harness.report.simulation import ToldDifference, write_simulation
from harness.simulate.comparison import Comparison
from harness.simulate.evidence import SimulationEvidence, make_header
from harness.target.cleaning import Cleaning
from harness.target.options import Options
from harness.target.target import Target
from harness.target.transport import Send


def open_evidence(
    folder: str | None, dialect: str, seed: int, opened: tuple[Target, Options], stack: contextlib.ExitStack
) -> SimulationEvidence | None:
    """What keeps the exchanges, where a report folder was asked for. Raises UsageError."""
    if not folder:
        return None
    place = make_folder(Path(folder))
    target, options = opened
    keep_remains(place)
    header = make_header(dialect, seed, target.url, options.start or "", is_disposable=options.is_disposable)
    return stack.enter_context(SimulationEvidence(place, header))


def write_report(
    folder: Path, evidence: SimulationEvidence, lines: Sequence[str], found: Comparison, run: dict[str, Any]
) -> list[Path]:
    """Write the report of a simulation that has ended, and its traffic. Raises UsageError."""
    told = [ToldDifference(each, evidence.deciding(each)) for each in found.differences]
    written = write_simulation(folder, lines, found, told, run)
    evidence.finish()
    return [*written, write_har(folder, tuple(read_journal(folder / JOURNAL)), lines[0])]


def clean_up(folder: Path, opened: tuple[Target, Options], send: Send) -> tuple[int, list[str]]:
    """Take away what the simulation made; how much is gone, and what remains, in sentences."""
    target, options = opened
    log, gone, left = MadeLog(folder), 0, []
    with contextlib.closing(log):
        for done in Cleaning(read_remains(folder).inventory, options, send, target.probe(), SystemClock()).run():
            if done.became == "remains":
                left.append(f"{done.made.path} {done.made.name}: {done.made.reason}")
            else:
                log.gone(done.made.path)
                gone += done.became == "removed"
    return gone, left
