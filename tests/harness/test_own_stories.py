"""Stories of somebody's own: in a run, and in their own pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.cli.runs import OPTIONS, PYTHON, REFERENCE, bridgecheck

HELPER = 'WHO = "Ada"\n'
STORY = '''
from helper import WHO


def test_ada_comes(scim_idp, scim_expect):
    """Ada is assigned: she is invited."""
    (design,) = scim_idp.assign_groups("Design")
    ada = scim_idp.hire(WHO, design)
    scim_idp.sync()
    scim_expect.state(ada, "INVITED", proves="SEED-45")


def test_of_a_vendor():
    """Has nothing to do with any bridge."""
'''
MISSPELT = '''

def test_misspelt(scim_idp):
    """A verb that is not there."""
    scim_idp.hier("Ada")
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of somebody's own with one story, which imports what stands beside it."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "helper.py").write_text(HELPER, encoding="utf-8")
    (mine / "test_coming.py").write_text(STORY, encoding="utf-8")
    return mine


def told_by_pytest(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What pytest says in a shell of somebody's own, who has nothing but bridgecheck and pytest."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SCIM_"))}
    argv = [sys.executable, "-m", "pytest", "mine", "-q", "-p", "no:locust", "-p", "no:cacheprovider", *words]
    argv += ["-o", "pythonpath=mine"]
    return subprocess.run(argv, cwd=folder.parent, env=kept, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_a_run_tells_them_beside_its_own(folder: Path) -> None:
    done = bridgecheck(
        *("run", "--start", REFERENCE, "--stories", str(folder), "--only", "mine/*", "--idp", "okta"),
        *("--report-dir", str(folder.parent / "r")),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder.parent / "r" / "conformance.json").read_text(encoding="utf-8"))
    (row,) = [each for each in report["requirements"] if each["id"] == "SEED-45"]
    assert row["judged_by"]


@pytest.mark.slow
def test_a_story_that_is_wrong_is_exit_2_and_blames_no_bridge(folder: Path) -> None:
    with (folder / "test_coming.py").open("a", encoding="utf-8") as file:
        file.write(MISSPELT)

    done = bridgecheck(
        *("run", "--start", REFERENCE, "--stories", str(folder), "--only", "mine/*", "--idp", "okta"),
        *("--report-dir", str(folder.parent / "r")),
    )

    assert done.returncode == 2
    assert "mine/test_coming.py:19: AttributeError: 'DrivenIdp' object has no attribute 'hier'; did you mean hire" in (
        done.stdout
    )
    report = json.loads((folder.parent / "r" / "conformance.json").read_text(encoding="utf-8"))
    assert len(report["story_faults"]) == 1
    assert report["totals"]["fail"] == report["totals"]["error"] == 0


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("test_x.py", "import nowhere_at_all\n", "test_x.py can't be read: "),
        ("test_x.py", "def test_x(:\n", "test_x.py can't be read: "),
        ("x.txt", "no story", "holds no story: there is no file test_*.py in it"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_told_is_refused_before_the_run(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text(text, encoding="utf-8")

    done = bridgecheck("run", "--start", REFERENCE, "--stories", str(tmp_path / "mine"), "--report-dir", str(tmp_path))

    assert done.returncode == 2
    assert words in done.stderr
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.slow
def test_pytest_opens_a_run_and_reports_it(folder: Path) -> None:
    done = told_by_pytest(folder, "--scim-start", REFERENCE, "--scim-idp", "okta,entra")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert "exit 0: pass" in done.stdout
    report = json.loads((folder.parent / "bridgecheck-report" / "conformance.json").read_text(encoding="utf-8"))
    assert report["totals"]["fail"] == 0
    assert report["totals"]["judged"] > 50


@pytest.mark.slow
def test_what_a_story_finds_broken_fails_its_test_with_the_cause(folder: Path) -> None:
    defect = f"{PYTHON} -m bridge_ref lab {OPTIONS} --defect created-without-location"

    done = told_by_pytest(folder, "--scim-start", defect, "--scim-idp", "okta")

    assert done.returncode == 1
    assert "RFC7644-3.3-12" in done.stdout.partition("= bridgecheck =")[0]
    assert "1 failed, 1 passed" in done.stdout


@pytest.mark.slow
def test_a_bridge_that_is_not_there_fails_the_stories_alone(folder: Path) -> None:
    (folder / "token").write_text("t", encoding="utf-8")

    done = told_by_pytest(
        folder, "--scim-url", "http://127.0.0.1:9/scim", "--scim-token-file", "mine/token", "--scim-wait-for", "0"
    )

    assert "1 passed" in done.stdout
    assert "127.0.0.1:9" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scim-url", "http://b/scim"), "--scim-url needs the bridge's token: give --scim-token-file"),
        (("--scim-start", "x", "--scim-idp", "oktaa"), "oktaa"),
        (("--scim-start", "x", "--scim-seed", "many"), "'many' is not a valid integer"),
    ],
)
@pytest.mark.slow
def test_wrong_options_are_refused_in_one_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = told_by_pytest(folder, *words)

    assert done.returncode == 4
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_allure_pytest_gets_labels_steps_and_exchanges_of_each_story(folder: Path) -> None:
    pytest.importorskip("allure_pytest")
    results = folder.parent / "allure"

    done = told_by_pytest(folder, "--scim-start", REFERENCE, "--scim-idp", "okta", f"--alluredir={results}")

    made = [json.loads(path.read_text("utf-8")) for path in results.glob("*-result.json")]
    (story,) = [each for each in made if each["name"].startswith("test_ada_comes")]
    labels = {(label["name"], label["value"]) for label in story["labels"]}
    assert done.returncode == 0, done.stdout + done.stderr
    assert {("epic", "bridge"), ("story", "SEED-45"), ("tag", "okta-oin"), ("severity", "critical")} <= labels
    assert story["description"] == "Ada is assigned: she is invited."
    sent = [inner for step in story["steps"] for inner in step.get("steps", ())]
    assert any(inner["name"].startswith("POST /Users → 201") for inner in sent)
    assert "‹credential:scim›" in (results / sent[0]["attachments"][0]["source"]).read_text("utf-8")
    assert len({each["historyId"] for each in made}) == len(made)


@pytest.mark.slow
def test_a_misspelt_format_is_refused_before_any_story(folder: Path) -> None:
    done = told_by_pytest(folder, "--scim-start", REFERENCE, "--scim-format", "json,sariff")

    assert done.returncode == 4
    assert "did you mean 'sarif'?" in done.stderr
    assert not (folder.parent / "bridgecheck-report").exists()
