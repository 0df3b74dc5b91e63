"""The scripts in the files for GitHub and GitLab, run as these servers run them, against bridges that we start."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.deploy.files import ACTION, GITLAB, read
from tests.harness.cli.runs import REFERENCE, lab

pytestmark = pytest.mark.slow

STORY = "lifecycle/test_group_moves.py::test_moving_between_groups_never_suspends[okta-oin]"
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # as GitHub calls it


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with a profile, and a `python` that notes what pip is asked to install."""
    (tmp_path / "bin").mkdir()
    pip = tmp_path / "bin" / "python"
    pip.write_text('#!/bin/sh\necho "$@" >> "$NOTES"\n', encoding="utf-8")
    pip.chmod(0o755)
    return tmp_path


def write_profile(place: Path, start: str) -> None:
    text = f"start = '''{start}'''\nclaim = ['rfc', 'bridge']\nidp = ['okta']\nonly = ['{STORY}']\n"
    (place / "vendor.toml").write_text(text, encoding="utf-8")


def run(
    place: Path, script: str, variables: Mapping[str, str], shell: tuple[str, ...] = BASH
) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}", "NOTES": str(place / "notes"), **variables}
    (place / "script.sh").write_text(script, encoding="utf-8")
    words = [*shell, str(place / "script.sh")]
    return subprocess.run(words, cwd=place, env=known, capture_output=True, text=True, timeout=600, check=False)


def judged_on_github(place: Path, start: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The action's step that judges, with its inputs as they come by default."""
    write_profile(place, start)
    step = next(step for step in read(ACTION)["runs"]["steps"] if step.get("id") == "run")
    given = {name: str(value["default"]) for name, value in read(ACTION)["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    variables = {
        name: given[value.removeprefix("${{ inputs.").removesuffix(" }}")] for name, value in step["env"].items()
    }
    places = {"GITHUB_OUTPUT": str(place / "output"), "GITHUB_STEP_SUMMARY": str(place / "summary")}
    return run(place, step["run"], {**variables, **places})


def test_a_green_bridge_passes_on_github_with_a_notice_and_a_summary(place: Path) -> None:
    done = judged_on_github(place, REFERENCE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (place / "output").read_text() == "exit-code=0\n"
    assert (place / "summary").read_text("utf-8").lstrip().startswith("## Nothing broken")
    assert "\n::notice title=bridgecheck::Nothing broken" in done.stdout
    assert (place / "bridgecheck-report" / "bridgecheck.sarif").is_file()


def test_a_red_bridge_fails_on_github_with_annotations(place: Path) -> None:
    done = judged_on_github(place, lab("created-without-location"), args="--gate should --seed 11")

    lines = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert done.returncode == 1
    assert (place / "output").read_text() == "exit-code=1\n"
    assert 2 <= len(lines) <= 10
    assert any("RFC7644-3.3-12" in line for line in lines)
    assert "seed 11" in (place / "summary").read_text("utf-8")


def test_an_input_is_a_word_and_never_a_command(place: Path) -> None:
    done = judged_on_github(place, REFERENCE, args="--claim $(touch${IFS}owned) ;touch owned")

    assert done.returncode == 2
    assert not (place / "owned").exists()


def test_the_action_installs_what_it_is_told_to(place: Path) -> None:
    step = next(step for step in read(ACTION)["runs"]["steps"] if step["name"] == "Install bridgecheck")

    done = run(place, step["run"], {"PACKAGE": "bridgecheck==0.1.0"})

    assert done.returncode == 0
    assert (place / "notes").read_text().split()[:3] == ["-m", "pip", "install"]
    assert (place / "notes").read_text().split()[-2:] == ["--", "bridgecheck==0.1.0"]


@pytest.mark.parametrize(("start", "code"), [(REFERENCE, 0), (lab("created-without-location"), 1)])
def test_gitlab_gets_the_exit_code_and_the_reports_that_the_job_names(place: Path, start: str, code: int) -> None:
    write_profile(place, start)
    job = read(GITLAB)["bridgecheck"]
    script = "\n".join([*job["before_script"], *job["script"]])

    done = run(place, script, job["variables"], ("sh", "-e"))

    assert done.returncode == code, done.stdout + done.stderr
    assert "\x1b[0Ksection_start:" in done.stdout
    assert all((place / report).is_file() for report in job["artifacts"]["reports"].values())


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_scripts_are_clean_to_shellcheck(tmp_path: Path) -> None:
    job = read(GITLAB)["bridgecheck"]
    scripts = {"bash": [step["run"] for step in read(ACTION)["runs"]["steps"] if "run" in step]}
    scripts["sh"] = ["\n".join([*job["before_script"], *job["script"]])]

    for shell, texts in scripts.items():
        for text in texts:
            # SC2086: what is split on purpose; the YAML file says so.
            words = ["shellcheck", f"--shell={shell}", "--exclude=SC2086,SC2154", "-"]
            done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout
