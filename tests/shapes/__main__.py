"""`python -m tests.shapes [NAME …]`: each recorded shape, refused by a proxy, and the first cause of the report.

`--markdown` writes the rows of `docs/reference/shapes.md`. `--whole` plays all stories, not the vendor's alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.shapes.shapes import SHAPES
from tests.shapes.trial import Trial, try_shape

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "shapes.md"
INTRODUCTION = """# Recorded shapes, and the first cause of a bridge that refuses them

Requests that recordings of Okta and Entra ID have, and that neither sends by default in `bridgecheck`. `--set` sends
them in `bridgecheck simulate` ([dialects](dialects.md) lists the settings); stories in `scenarios/idp` do in a run.
A proxy in `tests/shapes` stands before the reference bridge, refuses one of them with 400 (or 409 where said), and
passes all else on. The table shows what then stands first in the report. `python -m tests.shapes --markdown` writes it,
and fails where the first cause is not the row named here, on a request of that shape. [Sources](../sources.md) says
where each was seen.

| shape | vendor | row | first cause | the exchange, and what was wrong | right |
|---|---|---|---|---|---|
"""
_TITLES = {"entra": "Entra ID", "okta": "Okta"}


def main() -> int:
    """Try the shapes that are named, or all; 1 when one is not red with the right cause."""
    parser = argparse.ArgumentParser(prog="python -m tests.shapes", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a shape; without one, all")
    parser.add_argument("--markdown", action="store_true", help=f"write the rows of these shapes into {PAGE.name}")
    parser.add_argument("--whole", action="store_true", help="play all stories, not those of the vendor alone")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="bridges at the same time (default: 2)")
    parser.add_argument("--report-dir", type=Path, help="where the reports are kept")
    words = parser.parse_args()
    if unknown := sorted(set(words.names) - set(SHAPES)):
        parser.error(f"no such shape: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="bridgecheck-shapes-") as folder, ThreadPoolExecutor(words.jobs) as pool:
        under = words.report_dir or Path(folder)
        names = words.names or list(SHAPES)
        trials = [_printed(t) for t in pool.map(lambda n: try_shape(n, under / n, whole=words.whole), names)]
    if words.markdown:
        rows = _rows_of_page() | {trial.shape.name: _row(trial) for trial in trials}
        PAGE.write_text(INTRODUCTION + "".join(f"{rows[n]}\n" for n in SHAPES if n in rows), encoding="utf-8")
    return 0 if all(trial.is_right for trial in trials) else 1


def _rows_of_page() -> dict[str, str]:
    """The rows that the page has, by the name of the shape."""
    lines = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    return {line.split("`")[1]: line for line in lines if line.startswith("| `")}


def _printed(trial: Trial) -> Trial:
    word = "right" if trial.is_right else "WRONG"
    print(f"{word}  {trial.shape.name:<28} {trial.row} {trial.level}, {trial.causes} causes")
    print(f"       {trial.exchange}; {trial.finding}")
    sys.stdout.flush()
    return trial


def _row(trial: Trial) -> str:
    shape = trial.shape
    cells = [
        f"`{shape.name}`: {shape.sentence}",
        _TITLES[shape.vendor],
        " or ".join(shape.rows),
        f"{trial.row} {trial.level}",
        f"{trial.exchange}; {trial.finding}",
        "yes" if trial.is_right else "**no**",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
