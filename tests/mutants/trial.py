"""One mutant of the reference bridge before the conformance suite, and nothing but the suite."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutants.operators import Site, mutate

ROOT = Path(__file__).resolve().parents[2]
SERVE = (
    "serve --port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
# The first that kills ends the trial: the quick part of the suite comes first.
STAGES = (("--suite", "protocol"), ("--suite", "idp", "--suite", "lifecycle"))
TIMEOUT_S = 240


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant. `outcome` is killed, survived, dead (no bridge at all), timeout or stumbled (our error).

    `rows` are the requirements of the first causes, in the order of the report.
    """

    name: str
    said: str
    outcome: str
    rows: tuple[str, ...] = ()
    exit_code: int = 0

    def line(self) -> str:
        """As a line of the record."""
        return json.dumps(asdict(self))


def try_mutant(site: Site, folder: Path) -> Fate:
    """Put the mutant before the suite. `folder` is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "bridge_ref", folder / "bridge_ref", ignore=shutil.ignore_patterns("__pycache__"))
    mutant = folder / site.path
    mutant.write_text(mutate(mutant.read_text(encoding="utf-8"), site.number), encoding="utf-8")
    launcher = folder / "bridge"
    # The folder of a script stands first on its path, before whatever is installed.
    launcher.write_text(f"#!{sys.executable}\nfrom bridge_ref.cli.main import main\n\nmain()\n", encoding="utf-8")
    launcher.chmod(0o755)
    for stage in STAGES:
        fate = _judged(site, folder, launcher, stage)
        if fate.outcome != "survived":
            return fate
    return fate


def _judged(site: Site, folder: Path, launcher: Path, words: tuple[str, ...]) -> Fate:
    report = folder / "report"
    argv = [
        sys.executable, "-m", "harness.cli.main", "run", "--start", f"{launcher} {SERVE}", "--report-dir", str(report),
        "--format", "json", "--gate", "should", *words,
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return Fate(site.name, site.said, "timeout")
    outcome = {0: "survived", 4: "survived", 1: "killed", 3: "dead"}.get(done.returncode, "stumbled")
    return Fate(site.name, site.said, outcome, _rows(report), done.returncode)


def _rows(report: Path) -> tuple[str, ...]:
    try:
        told = json.loads((report / "conformance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    broken = [row["id"] for row in told["requirements"] if row["verdict"] in ("fail", "warn")]
    return tuple(broken[:6])
