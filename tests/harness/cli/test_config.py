"""Settings: command line, environment, profile, default; one JSON object on wish; what a shell completes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROFILE = """
start = "bridge-ref serve --port {port} --data {data} --token-file {token_file}"
idp = ["okta"]
gate = "should"
[simulate]
people = 4
groups = 2
"""


def bridgecheck(*words: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness.cli.main", *words],
        env={**os.environ, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """A vendor's profile."""
    path = tmp_path / "vendor.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return str(path)


def settings(*words: str, **variables: str) -> dict[str, tuple[Any, str]]:
    done = bridgecheck("config", "show", *words, "--json", folder=None, **variables)
    assert done.returncode == 0, done.stderr
    return {row["name"]: (row["value"], row["origin"]) for row in json.loads(done.stdout)["settings"]}


@pytest.mark.slow
def test_each_setting_says_where_it_comes_from(profile: str) -> None:
    shown = settings("--profile", profile, "--mode", "safe", BRIDGECHECK_SEED="9", BRIDGECHECK_GATE="must")

    assert shown["idp"] == (["okta-oin"], profile)
    assert shown["mode"] == ("safe", "--mode")
    assert shown["seed"] == (9, "BRIDGECHECK_SEED")
    assert shown["gate"] == ("must", "BRIDGECHECK_GATE")
    assert "jobs" not in shown
    assert settings("--profile", profile, "--all")["jobs"] == (1, "default")


@pytest.mark.slow
def test_it_reads_as_a_profile_does(profile: str) -> None:
    done = bridgecheck("config", "show", "--profile", profile, "--origin")

    assert f'idp   = ["okta-oin"]   # {profile}' in done.stdout.splitlines()


@pytest.mark.slow
def test_the_table_of_a_command_holds_its_options(profile: str, tmp_path: Path) -> None:
    words = ("simulate", "okta", "--profile", profile, "--dry-run", "--people", "1")

    told = bridgecheck(*words).stdout

    assert told.count("POST /Users") == 1
    assert told.count("POST /Groups") == 2


@pytest.mark.slow
def test_an_unknown_name_in_the_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.toml").write_text("[simulate]\npeple = 4\n", encoding="utf-8")

    done = bridgecheck("simulate", "okta", "--profile", "v.toml", "--dry-run", folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("bridgecheck: --profile v.toml: [simulate] has no 'peple'; did you mean people")


@pytest.mark.slow
def test_every_command_answers_in_json(tmp_path: Path) -> None:
    explained = json.loads(bridgecheck("explain", "seed-46", "--json").stdout)
    refused = json.loads(bridgecheck("explain", "nothing-of-this-name", "--json").stdout)
    examined = json.loads(
        bridgecheck(
            "doctor", "--json", BRIDGECHECK_URL="http://127.0.0.1:9/scim", BRIDGECHECK_TOKEN_COMMAND="echo t",
            BRIDGECHECK_WAIT_FOR="0",
        ).stdout
    )  # fmt: skip

    assert explained["requirement"]["id"] == "SEED-46"
    assert (refused["exit_code"], refused["error"][:20]) == (2, "there is no requirem")
    assert examined["exit_code"] == 3
    assert "bad" in [step["health"] for step in examined["steps"]]


@pytest.mark.slow
def test_the_answer_of_a_judgement_is_its_report(tmp_path: Path) -> None:
    log = {"method": "GET", "path": "/Users", "status": 200, "response": {}, "response_headers": {}}
    (tmp_path / "x.ndjson").write_text(json.dumps(log), encoding="utf-8")

    done = bridgecheck("judge", "x.ndjson", "--json", folder=tmp_path)

    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == 1
    assert document["report"]["verdict"]["exit_code"] == 1


@pytest.mark.slow
def test_the_published_schema_is_the_one_that_is_applied() -> None:
    shown = json.loads(bridgecheck("config", "schema").stdout)

    assert {"url", "stories", "simulate", "load"} <= set(shown["properties"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("bridgecheck run --idp okta-a", ["okta-aiw"]),
        ("bridgecheck run --idp okta,entra-f", ["okta,entra-flag"]),
        ("bridgecheck run --requirement SEED-6", [f"SEED-{number}" for number in range(60, 69)]),
        ("bridgecheck verify", ["verify-bundle"]),
    ],
)
def test_a_shell_completes_names(words: str, wanted: list[str]) -> None:
    place = str(len(words.split()) - 1)

    done = bridgecheck(_BRIDGECHECK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=place)

    assert [line.removeprefix("plain,") for line in done.stdout.splitlines()] == wanted


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    done = bridgecheck("completion", shell)

    assert done.returncode == 0
    assert "_BRIDGECHECK_COMPLETE" in done.stdout
