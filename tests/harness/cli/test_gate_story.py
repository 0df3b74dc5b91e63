"""The life of a gate: from a build that fails to a baseline, a regression, a waiver, and the day on which that ends."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from harness.schema.validate import validate
from tests.harness.cli.runs import OPTIONS, PYTHON, REFERENCE, bridgecheck, lab

pytestmark = pytest.mark.slow

STORY = "test_a_user_name_is_taken_once"
OLD, REGRESSION = "RFC7644-3.3-12", "RFC7644-3.12-03"
TODAY_BUILD, NEXT_BUILD = lab("created-without-location"), lab("error-status-is-a-number")


def report_in(folder: Path) -> Any:
    return json.loads((folder / "conformance.json").read_text(encoding="utf-8"))


def annotations_in(folder: Path) -> list[str]:
    return (folder / "github-annotations.txt").read_text(encoding="utf-8").splitlines()


def waiver_file(path: Path, row: str, expires: str) -> str:
    text = (
        f'[[waiver]]\nrequirement = "{row}"\nreason = "mended in 2.4"\nowner = "ada@example.com"\nexpires = {expires}\n'
    )
    path.write_text(text, encoding="utf-8")
    return str(path)


class Pipeline:
    """Runs builds with the same options, each into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    @property
    def report(self) -> Path:
        """The folder of the last run."""
        return self._folder / f"run-{self._number}"

    def gate(self, build: str, *words: str) -> CompletedProcess[str]:
        self._number += 1
        fixed = ("--claim", "rfc", "--only", STORY, "--report-dir", str(self.report), "--format", "json,junit,github")
        return bridgecheck("run", "--start", build, *fixed, *words)


def test_a_gate_from_its_first_day_to_an_expired_waiver(tmp_path: Path) -> None:
    builds, baseline = Pipeline(tmp_path), str(tmp_path / "baseline.json")

    assert builds.gate(TODAY_BUILD).returncode == 1

    written = bridgecheck("baseline", "write", str(builds.report), "--to", baseline)
    assert (written.returncode, written.stdout.split(": ")[1]) == (0, "1 cause known\n")

    green = builds.gate(TODAY_BUILD, "--baseline", baseline)
    assert green.returncode == 0
    assert "Passes the gate: nothing broken but 1 known cause;" in green.stdout

    red = builds.gate(NEXT_BUILD, "--baseline", baseline)
    assert red.returncode == 1
    (cause,) = report_in(builds.report)["causes"]
    assert (cause["requirement"], cause["standing"]) == (REGRESSION, "new")
    assert f"new: {cause['fingerprint']}" in red.stdout
    assert [line[: line.index(" ")] for line in annotations_in(builds.report)] == ["::error", "::error"]
    assert f"title={REGRESSION} status is given" in annotations_in(builds.report)[1]

    waived = waiver_file(tmp_path / "waivers.toml", REGRESSION, "2999-12-31")
    green = builds.gate(NEXT_BUILD, "--baseline", baseline, "--waivers", waived)
    assert green.returncode == 0
    assert "until 2999-12-31, by ada@example.com: mended in 2.4" in green.stdout
    assert report_in(builds.report)["gate"]["broken"] == []
    assert [line[: line.index(" ")] for line in annotations_in(builds.report)] == ["::notice"]
    assert "<failure" not in (builds.report / "junit.xml").read_text(encoding="utf-8")

    expired = waiver_file(tmp_path / "waivers.toml", REGRESSION, "2026-01-31")
    stale = builds.gate(NEXT_BUILD, "--baseline", baseline, "--waivers", expired)
    assert stale.returncode == 5
    assert f"waiver expired: {REGRESSION}, still broken" in stale.stdout
    assert "exit 5: waivers stale" in stale.stdout


def test_a_stored_journal_is_judged_at_the_same_gate(tmp_path: Path) -> None:
    builds = Pipeline(tmp_path)
    builds.gate(TODAY_BUILD)
    journal = str(builds.report / "journal.ndjson.gz")
    waived = waiver_file(tmp_path / "waivers.toml", OLD, "2999-12-31")

    codes = [
        bridgecheck("replay", journal).returncode,
        bridgecheck("replay", journal, "--waivers", waived).returncode,
        bridgecheck("judge", journal, "--waivers", waived, "--min-judged", "900").returncode,
    ]

    assert codes == [1, 0, 4]


def test_what_is_wrong_with_the_files_is_told_before_the_bridge_is_started(tmp_path: Path) -> None:
    waived = waiver_file(tmp_path / "waivers.toml", "RFC7644-3.3-99", "2999-12-31")
    builds = Pipeline(tmp_path)

    wrong = builds.gate(REFERENCE, "--waivers", waived)
    certified = builds.gate(REFERENCE, "--waivers", waived, "--mode", "certify")

    assert (wrong.returncode, certified.returncode) == (2, 2)
    assert "waivers.toml, line 1: there is no requirement 'RFC7644-3.3-99'" in wrong.stderr
    assert "--mode certify excuses nothing: leave out --waivers" in certified.stderr
    assert not builds.report.exists()


def test_a_waiver_that_is_not_needed_any_more_ends_a_run_with_5(tmp_path: Path) -> None:
    waived = waiver_file(tmp_path / "waivers.toml", "RFC7644-3.12-08", "2999-12-31")
    profile = tmp_path / "vendor.toml"
    profile.write_text(f'waivers = "{waived}"\n', encoding="utf-8")
    fixed = ("--requirement", "RFC7644-3.12-08", "--only", "test_what_is_no_user_is_refused")

    done = bridgecheck(
        *("run", "--start", REFERENCE, "--profile", str(profile), *fixed, "--report-dir", str(tmp_path / "r"))
    )

    assert done.returncode == 5
    assert (
        "waiver not needed: RFC7644-3.12-08 waives nothing any more (RFC7644-3.12-08: pass); remove it" in done.stdout
    )


FLAKY = """
import os, sys
from pathlib import Path
count = Path(sys.argv[1])
number = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(number))
words = ["lab", *sys.argv[3:], *(["--defect", "created-without-location"] if number <= int(sys.argv[2]) else [])]
os.execv(sys.executable, [sys.executable, "-m", "bridge_ref", *words])
"""


def flaky_build(folder: Path, faulty_starts: int) -> str:
    """A bridge that is faulty the first times that it is started."""
    script = folder / f"flaky-{faulty_starts}.py"
    script.write_text(FLAKY, encoding="utf-8")
    return f"{PYTHON} {script} {folder / f'count-{faulty_starts}'} {faulty_starts} {OPTIONS}"


def test_a_cause_that_does_not_come_again_is_flaky_and_shown_apart(tmp_path: Path) -> None:
    builds = Pipeline(tmp_path)

    flaky = builds.gate(flaky_build(tmp_path, 2), "--repeat-failed", "2")
    journal = str(builds.report / "journal.ndjson.gz")
    replayed = [bridgecheck("replay", journal, *words).returncode for words in ((), ("--flaky", "fail"))]

    assert flaky.returncode == 0
    assert "Passes the gate: nothing broken but 1 flaky cause;" in flaky.stdout
    document = report_in(builds.report)
    assert document["gate"]["repeats"] == {
        "times": 2,
        "flaky": [document["causes"][0]["fingerprint"]],
        "fails_the_gate": False,
    }
    assert [row["verdict"] for row in document["requirements"] if row["id"] == OLD] == ["fail"]
    assert replayed == [0, 1]


def test_a_cause_that_comes_again_fails_the_gate(tmp_path: Path) -> None:
    steady = Pipeline(tmp_path).gate(TODAY_BUILD, "--repeat-failed", "1")

    assert steady.returncode == 1
    assert "broken stories told again 1 time: every cause came again, none is flaky" in steady.stdout


def test_a_baseline_is_never_written_over_by_chance(tmp_path: Path) -> None:
    builds, baseline = Pipeline(tmp_path), tmp_path / "baseline.json"
    builds.gate(TODAY_BUILD)
    baseline.write_text("mine", encoding="utf-8")

    kept = bridgecheck("baseline", "write", str(builds.report), "--to", str(baseline))
    pruned = bridgecheck("baseline", "prune", str(builds.report), "--to", str(baseline))

    assert (kept.returncode, pruned.returncode) == (2, 2)
    assert "is there already" in kept.stderr
    assert "line 1: this is not JSON" in pruned.stderr
    assert baseline.read_text(encoding="utf-8") == "mine"


def test_two_builds_are_compared_by_causes_and_by_answers(tmp_path: Path) -> None:
    builds = Pipeline(tmp_path)
    builds.gate(TODAY_BUILD)
    before = str(builds.report)
    builds.gate(NEXT_BUILD)
    after = str(builds.report)

    told = bridgecheck("diff", before, after)
    found = json.loads(bridgecheck("diff", before, after, "--json").stdout)

    assert told.returncode == found["exit_code"] == 1
    assert f"✗ new: 1 cause\n  {REGRESSION}/" in told.stdout
    assert validate(found["diff"], "report/diff") == []
    assert [cause["requirement"] for cause in found["diff"]["causes"]["new"]] == [REGRESSION]
    places = [place for way in found["diff"]["answers"]["ways"] for place in way["places"]]
    assert {"at": "headers", "a": "absent", "b": '"location"'} in places
    assert {"at": "/status", "a": '"409"', "b": "409"} in places
    assert bridgecheck("diff", before, before).returncode == 0
