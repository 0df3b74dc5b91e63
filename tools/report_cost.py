"""The seconds and bytes of each report format: `python -m tools.report_cost JOURNAL`, or of a run by its folder.

Seconds are those of the processor, so that other work on the host does not count. The journal is judged first, which is
not counted; making the report that all formats share is.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from harness.cli.suite import judge_entries
from harness.record.journal import read_journal
from harness.record.journal_file import JOURNAL
from harness.report.files import FORMATS, write_reports
from harness.report.model import make_report


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each format and one for all of them."""
    parser = argparse.ArgumentParser(prog="python -m tools.report_cost", description=__doc__)
    parser.add_argument("journal", type=Path)
    place: Path = parser.parse_args(arguments).journal
    entries = tuple(read_journal(place / JOURNAL if place.is_dir() else place))
    verdicts, exit_code = judge_entries(entries)
    started = time.process_time()
    report = make_report(verdicts, entries, exit_code, 0.0)
    shared_s = time.process_time() - started
    print(f"{report.exchanges} exchanges, {len(report.causes)} causes; the report itself {shared_s:.2f} s")
    total_s = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            started = time.process_time()
            paths = write_reports(report, Path(folder), (name,))
            total_s += (seconds := time.process_time() - started)
            print(f"{name:14} {seconds:6.2f} s  {sum(map(_size, paths)) / 1024:9,.0f} KiB")
    print(f"{'all':14} {total_s:6.2f} s, with the report itself {total_s + shared_s:.2f} s")
    return 0


def _size(path: Path) -> int:
    """The bytes of a file, or of all files of a folder."""
    return sum(each.stat().st_size for each in ([path] if path.is_file() else path.rglob("*")))


if __name__ == "__main__":
    raise SystemExit(main())
