"""`bridgecheck cleanup` after a run that was killed, a simulation and a load run: nobody else is touched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.load import is_installed
from tests.harness.cli.accounts import PopulatedAccount, populated_account
from tests.harness.cli.runs import REFERENCE, bridgecheck
from tests.harness.cli.signals import heed_interrupts
from tests.harness.cli.small_server import SmallServer, small_server

pytestmark = pytest.mark.slow
STORY = ("--only", "*test_a_password_never_comes_back*")


@pytest.fixture(scope="module")
def account() -> Iterator[PopulatedAccount]:
    with populated_account() as made:
        yield made


def scim_words(account: PopulatedAccount) -> tuple[str, ...]:
    return account.words[:4]


def stopped(server: SmallServer, folder: Path, number: signal.Signals) -> int:
    """A run that gets a signal when it has made somebody and waits for the next answer; its exit code."""
    argv = [sys.executable, "-m", "harness.cli.main", "run", *server.words, "--report-dir", str(folder), *STORY]
    quiet = dict.fromkeys(("stdout", "stderr", "stdin"), subprocess.DEVNULL)
    process = subprocess.Popen(argv, **quiet, preexec_fn=heed_interrupts)  # type: ignore[call-overload]
    assert server.held.wait(60)
    process.send_signal(number)
    return int(process.wait(60))


def test_a_run_that_was_killed_is_cleaned_up_after(tmp_path: Path) -> None:
    with small_server(tmp_path, holds=True) as server:
        code = stopped(server, tmp_path, signal.SIGKILL)
        left = list(server.users)
        replayed = bridgecheck("replay", str(tmp_path / "journal.ndjson.gz"))

        done = bridgecheck("cleanup", str(tmp_path), *server.words)
        again = bridgecheck("cleanup", str(tmp_path), *server.words)

    assert (code, len(left)) == (-signal.SIGKILL, 2)
    assert "the run ended before it could be deleted" in replayed.stdout
    assert "`bridgecheck cleanup REPORT-DIR` removes" in replayed.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 removed, 0 gone already, 0 left alone, not ours, 0 remaining" in done.stdout
    assert server.users == ["bob@corp.example"]
    assert (again.returncode, again.stdout) == (0, "The run left nothing behind.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_cleans_up_by_itself(tmp_path: Path, number: signal.Signals) -> None:
    with small_server(tmp_path, holds=True) as server:
        code = stopped(server, tmp_path, number)

        done = bridgecheck("cleanup", str(tmp_path), *server.words)

    assert code == 128 + number
    assert server.users == ["bob@corp.example"]
    assert (done.returncode, done.stdout) == (0, "The run left nothing behind.\n")


def test_a_simulation_is_taken_away(account: PopulatedAccount, tmp_path: Path) -> None:
    before = account.everything()
    folder, words = str(tmp_path / "report"), scim_words(account)
    state = ("--state", str(tmp_path / "state"), "--report-dir", folder, "--quiet")
    first = bridgecheck("simulate", "okta", "--people", "12", "--groups", "2", *words, *state, "--shared")
    second = bridgecheck("simulate", "okta", "--churn", "30%", "--cycles", "2", *words, *state, "--shared")

    done = bridgecheck("cleanup", folder, *account.words)

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert done.returncode == 0, done.stdout
    assert account.everything() == before


def test_a_load_run_is_taken_away(account: PopulatedAccount, tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("locust is not installed")
    before = account.everything()
    words = ("--users", "3", "--duration", "3", "--report-dir", str(tmp_path))
    load = bridgecheck("load", *scim_words(account), *words)

    # The address stands in the folder, so only the token is needed.
    done = bridgecheck("cleanup", str(tmp_path), *account.words[2:])

    assert load.returncode == 0, load.stdout + load.stderr
    assert done.returncode == 0, done.stdout
    assert account.everything() == before


def test_what_another_process_has_made_of_it_is_left_alone(account: PopulatedAccount, tmp_path: Path) -> None:
    strangers = account.everything()["Users"]["Resources"]
    lines = [{"made": f"/Users/{strangers[0]['id']}", "name": "ada@example.com"}, {"made": "/Users/none", "name": "x"}]
    (tmp_path / "made.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    done = bridgecheck("cleanup", str(tmp_path), *scim_words(account))

    assert done.returncode == 0
    assert f"left alone, not ours: /Users/{strangers[0]['id']} ada@example.com" in done.stdout
    assert "gone already: /Users/none x" in done.stdout
    assert account.everything()["Users"]["Resources"] == strangers


def test_what_resists_is_named_and_ends_with_8(tmp_path: Path) -> None:
    with small_server(tmp_path, deletes=False) as server:
        bridgecheck("simulate", "google-push", "--people", "2", *server.words, "--report-dir", str(tmp_path), "--quiet")

        done = bridgecheck("cleanup", str(tmp_path), *server.words)

    assert done.returncode == 8, done.stdout + done.stderr
    assert done.stdout.count("remaining: /Users/") == 2
    assert done.stdout.count("DELETE gives 500") == 2
    assert "2 remaining" in done.stdout


def test_a_run_that_could_not_clean_up_names_what_it_left(tmp_path: Path) -> None:
    with small_server(tmp_path, deletes=False) as server:
        done = bridgecheck(
            "run", *server.words, "--only", "*test_a_password_never_comes_back*", "--report-dir", str(tmp_path)
        )

    report = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    (left,) = report["leftovers"]
    assert (left["path"], left["reason"]) == ("/Users/1", "DELETE gives 500")
    assert f"/Users/1 ({left['name']}): DELETE gives 500" in done.stdout
    assert "nothing was left behind" in (tmp_path / "junit.xml").read_text(encoding="utf-8")


def test_what_another_bridge_lacks_is_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with small_server(tmp_path) as server, small_server(tmp_path / "other") as other:
        bridgecheck("simulate", "google-push", "--people", "1", *server.words, "--report-dir", str(tmp_path), "--quiet")

        elsewhere = bridgecheck("cleanup", str(tmp_path), *other.words)
        done = bridgecheck("cleanup", str(tmp_path), *server.words)

    assert f"The report is about {server.words[1]}; this is {other.words[1]}." in elsewhere.stdout
    assert "1 gone already" in elsewhere.stdout
    assert "1 removed" in done.stdout
    assert server.users == other.users == ["bob@corp.example"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "it is no report folder of bridgecheck"),
        (("--url", "http://127.0.0.1:9", "--wait-for", "0"), 2, "--url needs the bridge's token"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    if words:
        (tmp_path / "made.ndjson").write_text('{"made":"/Users/1","name":"x"}\n', encoding="utf-8")

    done = bridgecheck("cleanup", str(tmp_path), *words)

    assert done.returncode == code
    assert says in done.stderr


def test_a_bridge_that_does_not_answer_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "made.ndjson").write_text('{"made":"/Users/1","name":"x"}\n', encoding="utf-8")
    (tmp_path / "token").write_text("token-of-a-small-bridge", encoding="utf-8")
    words = ("--url", "http://127.0.0.1:9", "--wait-for", "0", "--token-file", str(tmp_path / "token"))

    assert bridgecheck("cleanup", str(tmp_path), *words).returncode == 3


def test_a_run_that_started_its_bridge_left_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    bridgecheck("run", "--start", REFERENCE, "--only", "*test_one_person*", "--report-dir", str(folder))

    done = bridgecheck("cleanup", str(folder))

    assert done.returncode == 0
    assert "what it made ended with it" in done.stdout
