"""`bridgecheck run`, as a user types it."""

from __future__ import annotations

import json
import shlex
from base64 import b64encode
from pathlib import Path

import pytest

from harness.report.files import FORMATS
from harness.target.target import free_port
from tests.harness.cli.runs import FILES, OPTIONS, PYTHON, REFERENCE, bridgecheck, lab, left_in, texts_in
from tests.servers import answering

pytestmark = pytest.mark.slow


def verdict_in(folder: Path) -> dict[str, object]:
    report = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return {"exit_code": report["verdict"]["exit_code"], **report["totals"]}


def test_a_defect_fails_the_run_and_names_the_requirement(tmp_path: Path) -> None:
    done = bridgecheck(
        *("run", "--start", lab("created-without-location"), "--report-dir", str(tmp_path)),
        *("--only", "protocol/test_users.py*"),
    )

    assert done.returncode == 1
    assert "RFC7644-3.3-12" in done.stdout
    assert "a Location header" in done.stdout


def test_a_bridge_that_dies_ends_the_run_with_one_line(tmp_path: Path) -> None:
    mortal = shlex.quote(str(Path(__file__).with_name("mortal.py")))

    done = bridgecheck("run", "--start", f"{PYTHON} {mortal} 90 serve {OPTIONS}", "--report-dir", str(tmp_path))

    assert done.returncode == 3
    assert "the bridge ended with exit code 9: out of memory" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert left_in(tmp_path) == FILES
    assert verdict_in(tmp_path)["exit_code"] == 3


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, None, "refuses the token"),
        (404, None, "answers, but not as a SCIM service"),
        (200, b"<html>", "answers, but not as a SCIM service"),
    ],
)
def test_what_cannot_be_judged_is_exit_3_with_reports(
    tmp_path: Path, status: int, body: bytes | None, words: str
) -> None:
    (tmp_path / "token").write_text("canary-token-77", encoding="utf-8")

    with answering(status, body) as url:
        done = bridgecheck(
            "run", "--url", url, "--token-file", str(tmp_path / "token"), "--report-dir", str(tmp_path / "r")
        )

    assert done.returncode == 3
    assert words in done.stdout
    assert left_in(tmp_path / "r") == FILES
    assert "canary-token-77" not in done.stdout + done.stderr + texts_in(tmp_path / "r")


def test_no_secret_stands_in_what_a_run_leaves(tmp_path: Path) -> None:
    token = "canary-token-0123456789"
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text(token, encoding="utf-8")

    done = bridgecheck(
        *("run", "--start", REFERENCE, "--token-file", str(tmp_path / "token"), "--report-dir", str(tmp_path / "r")),
        *("--format", ",".join(FORMATS), "--only", "protocol/test_users.py*"),
    )

    everything = done.stdout + done.stderr + texts_in(tmp_path / "r")
    assert done.returncode in (0, 4)
    assert "‹credential:scim›" in everything
    for form in (token, token.encode().hex(), b64encode(token.encode()).decode().rstrip("=")):
        assert form not in everything


def test_nobody_at_the_address_is_exit_3_with_reports(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("canary-token-77", encoding="utf-8")
    url = f"http://127.0.0.1:{free_port()}/scim"

    done = bridgecheck(
        *("run", "--url", url, "--token-file", str(tmp_path / "token"), "--wait-for", "0.2"),
        *("--report-dir", str(tmp_path / "r")),
    )

    assert done.returncode == 3
    assert f"{url} does not answer" in done.stdout
    assert left_in(tmp_path / "r") == FILES


def test_a_run_that_judges_nothing_is_exit_4(tmp_path: Path) -> None:
    done = bridgecheck(
        *("run", "--start", REFERENCE, "--report-dir", str(tmp_path)),
        *("--claim", "okta", "--only", "protocol/test_users.py*"),
    )

    assert done.returncode == 4
    assert "nothing judged" in done.stdout.lower()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--tokn-file", "x"), "--token-file"),
        (
            ("run", "--url", "http://x.example", "--token-file", "/none/at/all"),
            "--token-file /none/at/all can't be read",
        ),
        (("run", "--start", "x", "--idp", "okto"), "did you mean 'okta'"),
        (("run", "--start", "x", "--claim", "rcf"), "did you mean 'rfc'"),
        (("run", "--profile", "/none/at/all.toml"), "profile /none/at/all.toml can't be read"),
        (("run",), "no bridge given: use --url URL"),
        (("run", "--start", "x", "--only", "no_such_story"), "--only 'no_such_story' names no story"),
        (("run", "--start", "x", "--only", "test_staged_rollot"), "did you mean"),
        (("run", "--start", "x", "--skip", "test_s[okta]"), "--skip 'test_s[okta]' names no story"),
        (("run", "--start", "x", "--skip", "*", "--only", "*"), "no story is left to run: --only, --skip"),
        (("run", "--start", "x", "--requirement", "okta-06", "--suite", "protocol"), "no story is left to run"),
        (("run", "--start", "x", "--requirement", "SEED-461"), "did you mean SEED-"),
        (("run", "--start", "x", "--requirement", "okta-06", "--claim", "rfc"), "belongs to claim okta"),
        (("run", "--failed", "/none/at/all"), "--failed /none/at/all is no report of a run"),
        (("run", "--failed", "/none", "--only", "x"), "--failed chooses the stories itself"),
        (("rnu",), "did you mean run"),
        (("explain", "SEED-461"), "did you mean SEED-"),
        (("replay", "/none/at/all"), "/none/at/all"),
    ],
)
def test_usage_is_refused_in_one_line_with_exit_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    extra = ("--report-dir", str(tmp_path / "r")) if words[0] == "run" else ()

    done = bridgecheck(*words, *extra)

    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert said in lines[-1]
    assert "Traceback" not in done.stderr
    assert len([line for line in lines if line.startswith("bridgecheck:")]) == 1
    assert not (tmp_path / "r").exists()
