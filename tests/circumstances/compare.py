"""Judges the reference bridge in a circumstance, and compares the verdicts of two."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.circumstances.servers import CIRCUMSTANCES, ROOT, Serve


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run says: its first line, and the verdict of each requirement by id."""

    name: str
    sentence: str
    exit_code: int
    rows: dict[str, str]


def judged_in(name: str, folder: Path, options: list[str], serve: Serve | None = None) -> Judged:
    """The verdicts of a run in mode safe, on a bridge in that circumstance, or in the one that `serve` makes."""
    place = folder / name
    place.mkdir()
    with (serve or CIRCUMSTANCES[name])(place) as words:
        argv = [
            sys.executable,
            "-m",
            "harness.cli.main",
            "run",
            *words,
            "--report-dir",
            str(place / "report"),
            *options,
        ]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report = json.loads((place / "report" / "conformance.json").read_text(encoding="utf-8"))
    except OSError:
        raise SystemExit(f"{name}: the run wrote no report: {done.stderr[-2000:]}") from None
    if done.returncode in (2, 3):
        raise SystemExit(f"{name}: {done.stdout}")
    rows = {row["id"]: str(row["verdict"]) for row in report["requirements"]}
    return Judged(name, done.stdout.splitlines()[0], done.returncode, rows)


# A rule about 429 can be judged only where a bridge answers so, one about cookies where a gateway sets one, one about
# the version in addresses where there is one; one about 25 requests in a second only where so many can be sent.
JUDGED_THERE = {
    "limited": {"OKTA-28": "pass", "RFC7644-7.6-02": "pass", "ENTRA-33": "skip"},
    "slow": {"ENTRA-33": "skip"},
    "more-headers": {"RFC7644-7.4-02": "pass"},
    "prefixed": {"RFC7644-3.13-02": "skip"},
}


def differences(one: Judged, other: Judged) -> list[str]:
    """A line for each requirement whose verdict differs, and one for the exit code.

    What can be judged in the other circumstance alone is no difference (`JUDGED_THERE`).
    """
    only_there = JUDGED_THERE.get(other.name, {})
    found = [
        f"{rid}: {verdict} → {other.rows.get(rid, 'absent')}"
        for rid, verdict in one.rows.items()
        if other.rows.get(rid) not in (verdict, only_there.get(rid))
    ]
    if one.exit_code != other.exit_code:
        found.append(f"exit code: {one.exit_code} → {other.exit_code}")
    return found
