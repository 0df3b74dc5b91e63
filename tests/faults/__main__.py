"""`python -m tests.faults [NAME …]`: each fault before the reference bridge, and the first cause that the report names.

`--markdown` writes the rows of `docs/reference/faults.md`. `--report-dir` keeps the reports.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.expected_conditional import EXPECTED
from tests.faults.trial import Trial, try_fault

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
INTRODUCTION = """# Faults, and the first cause that a report names

Each fault is taken from a public report about a SCIM server, and put before the reference bridge by a proxy in
`tests/faults`. The table shows what stands first in the report: the requirement, and the exchange that decided.
Written by `python -m tests.faults --markdown`, which fails where the first cause is not what
[the list of expectations](../../tests/faults/expected.py) asks for.

| fault | what the bridge does | findings → causes | first cause | the exchange, and what was wrong | right |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Run the faults that are named, or all; 1 when a first cause is another than it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a fault; without one, all")
    parser.add_argument("--markdown", action="store_true", help=f"write the rows of these faults into {PAGE.name}")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="bridges at the same time (default: 2)")
    parser.add_argument("--report-dir", type=Path, help="where the reports are kept")
    words = parser.parse_args()
    unknown = sorted(set(words.names) - set(EXPECTED))
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="bridgecheck-faults-") as folder, ThreadPoolExecutor(words.jobs) as pool:
        under = words.report_dir or Path(folder)
        tried = pool.map(lambda name: try_fault(name, under / name), words.names or list(EXPECTED))
        trials = [_printed(trial) for trial in tried]
    if words.markdown:
        rows = _rows_of_page() | {trial.name: _row(trial) for trial in trials}
        shown = "".join(f"{rows[name]}\n" for name in EXPECTED if name in rows)
        PAGE.write_text(INTRODUCTION + shown, encoding="utf-8")
    return 0 if all(trial.is_right for trial in trials) else 1


def _rows_of_page() -> dict[str, str]:
    """The rows that the page has, by the name of the fault."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {line.split("`")[1]: line for line in lines if line.startswith("| `")}


def _printed(trial: Trial) -> Trial:
    print(
        f"{'right' if trial.is_right else 'WRONG'}  {trial.name:<32} {trial.findings} findings → {trial.causes} causes"
    )
    print(f"       {trial.row} {trial.level}: {trial.sentence}")
    print(f"       {trial.exchange}; {trial.finding}")
    if not trial.is_right:
        expected = EXPECTED[trial.name]
        print(f"       should be {' or '.join(expected.rows)} on {expected.words}")
    sys.stdout.flush()
    return trial


def _row(trial: Trial) -> str:
    cells = [
        f"`{trial.name}`",
        trial.summary,
        f"{trial.findings} → {trial.causes}",
        f"{trial.row} {trial.level}: {trial.sentence}",
        f"{trial.exchange}; {trial.finding}",
        "yes" if trial.is_right else "**no**",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
