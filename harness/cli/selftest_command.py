"""`bridgecheck selftest`: the clean reference bridge is green, each defect is caught, each variant is green."""

from __future__ import annotations

import fnmatch
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from harness.catalogue.claims import IDP_CLAIMS
from harness.catalogue.requirement import load_catalogue
from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.cli.reference import PYTHON, lab_command, lab_list
from harness.errors import UsageError
from harness.idp.dialects import MAIN_CLAIMS
from harness.judge.exit_code import ExitCode
from harness.judge.selftest import KINDS, Bridge, Trial, parse_bridges, parse_trial, sampled, told

TIMEOUT_S = 600.0
CLEANUP_S = 60.0  # ours: what a run that had to be ended may take to end its bridge and write its report


@click.command(name="selftest")
@click.option(
    "--only",
    default="*",
    metavar="GLOB",
    help="Only defects and variants whose name matches; the clean bridge always runs.",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only defects, or only variants. [default: both]")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    help="Only this many bridges, half of each kind, spread evenly over the list.",
)
@click.option(
    "--jobs",
    default=2,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of bridges to judge at the same time.",
)
@click.option("--seed", default=7, show_default=True, help="Seed of every run.")
@click.option(
    "--record",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep in FILE which bridges were judged as expected, and leave these out: the same command goes on where it "
    "was stopped. After a change of the checks begin a new one.",
)
def command(only: str, kind: str | None, sample: int | None, jobs: int, seed: int, record: Path | None) -> int:
    """Test bridgecheck itself: the clean reference bridge must pass, each known defect must be found, and each variant,
    a correct bridge that chooses otherwise, must be green.

    Runs the whole suite against every bridge of the lab. Prints for a defect whether it was caught, and located, which
    means that the first cause in the report is what the defect breaks; and for a variant what is red without right."""
    clean, *others = parse_bridges(lab_list())
    chosen = [each for each in others if fnmatch.fnmatchcase(each.name, only) and kind in (None, each.kind)]
    if not chosen:
        wanted = kind or "defect or variant"
        raise UsageError(
            f"--only {only!r} matches no {wanted}; `bridgecheck list defects` and `list variants` show their names"
        )
    if sample:
        chosen = sampled(chosen, sample)
    done = read_record(record) if record else frozenset[str]()
    waiting = [each for each in chosen if _key(each) not in done]
    with ThreadPoolExecutor(jobs) as pool:
        trials = list(pool.map(lambda bridge: _kept(_printed(_try(bridge, seed)), record), [clean, *waiting]))
    wrong = [trial for trial in trials if not trial.is_right]
    ANSWER.add(bridges=[_told(trial) for trial in trials])
    before = len(chosen) - len(waiting)
    said = f"; {before} more were before, by {record}" if before else ""
    say(f"\n{len(trials) - len(wrong)} of {len(trials)} bridges judged as expected; {told(trials)}{said}")
    return int(ExitCode.CONFORMANCE_FAILURE if wrong else ExitCode.PASS)


def _told(trial: Trial) -> dict[str, Any]:
    """A trial, as `--json` tells it."""
    return {
        "kind": trial.bridge.kind,
        "name": trial.bridge.name,
        "is_right": trial.is_right,
        "judged": trial.judged,
        "red": list(trial.red),
        "first_cause": trial.causes[0] if trial.causes else None,
        "misled": trial.misled or None,
        "missed": list(trial.missed),
        "unexpected": list(trial.surplus),
        "error": trial.error or None,
    }


def _key(bridge: Bridge) -> str:
    return f"{bridge.kind} {bridge.name}"


def read_record(path: Path) -> frozenset[str]:
    """The bridges that stand in a record, by kind and name; none where there is no such file. Raises UsageError."""
    try:
        return frozenset(path.read_text(encoding="utf-8").splitlines()) if path.exists() else frozenset()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--record {path} can't be read: {error}") from error


def _kept(trial: Trial, record: Path | None) -> Trial:
    """The trial; in the record where it was as expected. One short write each: those of two jobs do not mix."""
    if record and trial.is_right and trial.bridge.name:
        with record.open("a", encoding="utf-8") as kept:
            kept.write(f"{_key(trial.bridge)}\n")
    return trial


def _try(bridge: Bridge, seed: int) -> Trial:
    with tempfile.TemporaryDirectory(prefix="bridgecheck-selftest-") as folder:
        words = [*PYTHON, "-m", "harness.cli.main", "run", "--start", lab_command(bridge.name, bridge.kind)]
        words += ["--report-dir", folder, "--format", "json", "--seed", str(seed), *_claims_of(bridge)]
        done = run_within(TIMEOUT_S, words)
        report = Path(folder) / "conformance.json"
        if not report.exists():
            words_left = (done.stderr or done.stdout).strip()[-300:]
            return Trial(bridge, (), 0, f"exit {done.returncode}: {words_left}")
        trial = parse_trial(bridge, json.loads(report.read_text(encoding="utf-8")))
        is_broken = done.returncode not in (ExitCode.PASS, ExitCode.CONFORMANCE_FAILURE)
        said = " ".join(done.stdout.split("\n")[:2])
        return replace(trial, error=f"exit {done.returncode}: {said}") if is_broken else trial


def run_within(timeout_s: float, words: list[str]) -> subprocess.CompletedProcess[str]:
    """The run, which is ended as Ctrl-C ends it once its time is over: it ends its bridge, and the others go on."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.terminate()
            out, err = _last_words(process)
            out = f"did not end within {timeout_s:g} s\n{out}"
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def _last_words(process: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return process.communicate(timeout=CLEANUP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def _claims_of(bridge: Bridge) -> tuple[str, ...]:
    """The option for a defect that breaks rows of an identity provider which a run leaves out unless it is named."""
    catalogue = load_catalogue()
    broken = dict.fromkeys(catalogue.get(rid).claim for rid in bridge.breaks)
    named = [claim for claim in broken if claim in IDP_CLAIMS and claim not in MAIN_CLAIMS]
    return ("--claim", ",".join(("rfc", "bridge", *named))) if named else ()


def _printed(trial: Trial) -> Trial:
    name = trial.bridge.name or "(clean)"
    word = "right" if trial.is_right else "WRONG"
    caught = [rid for rid in trial.bridge.breaks if rid in trial.red]
    beside = [rid for rid in trial.red if rid not in (*caught, *trial.surplus)]
    say(f"{word}  {name:<34} {trial.judged} judged; red: {', '.join(caught) or 'none'}")
    if trial.causes and trial.bridge.breaks:
        say(f"       first cause: {trial.causes[0]}; {len(trial.causes)} of {trial.findings} findings")
    if trial.misled:
        say(f"       misled: the first cause is headed by {trial.misled}, which this defect does not break")
    if beside:
        say(f"       also red, as expected: {', '.join(beside)}")
    for label, ids in (("missed: broken, but green", trial.missed), ("unexpected red", trial.surplus)):
        if ids:
            say(f"       {label}: {', '.join(ids)}")
    if trial.error:
        say(f"       {trial.error}")
    return trial
