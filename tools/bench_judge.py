"""How fast journals are judged: `python3 -m tools.bench_judge [JOURNAL]`, by default that of a new run.

Prints exchanges per second of processor time: for the whole judgement with its causes, as a run makes them before it
writes a report, for the judgement alone, and for the walk that compares every representation with what is known.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.catalogue.requirement import load_catalogue
from harness.checks.states import walk_over
from harness.judge.causes import make_causes
from harness.judge.judge import judge
from harness.record.exchange import Exchange
from harness.record.journal import read_journal

_START = (
    "bridge-ref serve --port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a journal and print how many exchanges a second that is."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with tempfile.TemporaryDirectory(prefix="bridgecheck-bench-") as folder:
        path = Path(words[0]) if words else _made_in(Path(folder))
        entries = tuple(read_journal(path))
    count = sum(isinstance(entry.event, Exchange) for entry in entries)
    print(f"{count} exchanges, {len(entries)} entries")
    _print("judged, with causes", count, lambda: make_causes(judge(entries, load_catalogue()), entries))
    _print("judged", count, lambda: judge(entries, load_catalogue()))
    _print("the walk alone", count, lambda: walk_over(entries))
    return 0


def _print(name: str, count: int, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    seconds = time.process_time() - started
    print(f"{name:<20} {seconds:6.2f} s  {count / seconds:8.0f} exchanges/s")


def _made_in(folder: Path) -> Path:
    """The journal of a default run on the reference bridge."""
    words = [sys.executable, "-m", "harness.cli.main", "run", "--start", _START, "--report-dir", str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    return next(folder.glob("journal*"))


if __name__ == "__main__":
    raise SystemExit(main())
