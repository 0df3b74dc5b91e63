"""`bridgecheck simulate`, as a user starts it."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from harness.cli.simulate_command import command
from harness.cli.simulation_view import render_span
from harness.errors import UsageError
from harness.record.exchange import Exchange
from harness.record.journal import RunEnd, read_journal
from harness.record.journal_file import journal_in
from harness.schema.validate import validate
from harness.target.target import free_port
from tests.harness.cli.runs import REFERENCE, bridgecheck, lab
from tests.servers import answering

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def reference(folder: Path) -> Iterator[tuple[str, str]]:
    """A reference bridge that runs: its SCIM base address, and the file with its token."""
    port, token = free_port(), folder / "token"
    token.touch(mode=0o600)
    token.write_text("a-token-of-this-test", encoding="utf-8")
    words = ("serve", "--port", str(port), "--data", str(folder / "data"), "--token-file", str(token))
    bridge = subprocess.Popen([sys.executable, "-m", "bridge_ref", *words], stdout=subprocess.PIPE)
    try:
        assert bridge.stdout is not None
        assert json.loads(bridge.stdout.readline())["event"] == "ready"
        yield f"http://127.0.0.1:{port}/scim/v2", str(token)
    finally:
        bridge.terminate()
        bridge.wait(20)


def simulated(*words: str) -> int:
    """Run in this process; returns the exit code."""
    return int(command.main([*words, "--quiet"], standalone_mode=False))


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    """A file with a token."""
    path = tmp_path / "token"
    path.write_text("secret-of-a-desk", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("dialect", ["okta", "entra", "google"])
def test_a_company_and_the_reference_bridge_are_equal_at_the_end(dialect: str, tmp_path: Path) -> None:
    done = bridgecheck(
        *("simulate", dialect, "--people", "30", "--groups", "3", "--awkward", "40%", "--lose", "5%"),
        *("--parallel", "1", "--start", REFERENCE),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal: directory and bridge are the same" in done.stdout
    assert "injected faults: lost-answer" in done.stdout
    assert "step 1" in done.stderr


def test_a_bridge_that_empties_a_group_is_not_equal(tmp_path: Path) -> None:
    script = tmp_path / "acts.ndjson"
    script.write_text('{"do": "leave", "person": "s7-p1", "group": "s7-g1"}\n', encoding="utf-8")
    start = lab("member-remove-empties-the-group")

    done = bridgecheck(
        *("simulate", "entra", "--people", "3", "--groups", "1", "--script", str(script), "--start", start)
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT EQUAL: 2 differences" in done.stdout
    assert "not in it" in done.stdout


def test_a_state_of_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = bridgecheck("simulate", "google", "--people", "4", "--state", str(state), "--start", REFERENCE)
    before = state.read_bytes()

    second = bridgecheck("simulate", "google", "--state", str(state), "--people", "5", "--start", REFERENCE)
    third = bridgecheck("simulate", "okta", "--state", str(state), "--start", REFERENCE)

    assert first.returncode == 0, first.stderr
    assert (second.returncode, third.returncode) == (2, 2)
    assert "another company: people is 4 there and 5 here" in second.stderr
    assert "belongs to google-push, not to okta-oin" in third.stderr
    assert state.read_bytes() == before


def test_a_dry_run_sends_nothing_and_shows_no_secret(token_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = simulated("okta", "--people", "2", "--groups", "1", "--dry-run", "--token-file", token_file)

    told = capsys.readouterr().out
    assert code == 0
    assert told.count("POST /Users") == 2
    assert "POST /Groups" in told
    assert '"password":"‹password›"' in told
    assert "secret-of-a-desk" not in told
    assert set(re.findall("Authorization: .*", told)) == {"Authorization: Bearer ‹token›"}
    assert "User-Agent: Okta SCIM Client 1.0.0" in told


def test_a_dry_run_is_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    simulated("entra", "--people", "5", "--groups", "2", "--cycles", "2", "--churn", "50%", "--dry-run")
    first = capsys.readouterr().out
    simulated("entra", "--people", "5", "--groups", "2", "--cycles", "2", "--churn", "50%", "--dry-run")

    assert capsys.readouterr().out == first
    assert len(first.splitlines()) > 20


ADA = '{"do": "hire", "given": "Ada", "assign": true}\n{"do": "cycle"}\n'
GONE = '{"do": "delete", "person": "Ada"}\n{"do": "cycle"}\n'
MONTH = '{"do": "wait", "seconds": 2592000}\n{"do": "cycle"}\n'


def admin(act: str, **about: str) -> str:
    return json.dumps({"do": "admin", "act": act, **about}) + "\n"


@pytest.mark.parametrize(
    ("dialect", "knobs", "acts", "last"),
    [
        # What is sent about Ada after she was created; `find` is the probe of each cycle (ENTRA-01).
        ("entra", (), GONE + MONTH, "find,read,active,find,DELETE"),
        ("entra", (), GONE + admin("purge", person="Ada") + '{"do": "cycle"}\n', "find,read,active,find,DELETE"),
        ("entra", ("keep_alive=false",), admin("restart") + '{"do": "cycle"}\n', "read,change"),
        ("entra", ("keep_alive=false", "deletion_threshold=0"), GONE, ""),
        (
            "entra",
            ("keep_alive=false", "deletion_threshold=0"),
            GONE + admin("allow-deletions") + '{"do": "cycle"}\n',
            "read,active",
        ),
        ("entra", ("keep_alive=false", "deletion_threshold=0"), GONE + admin("reject-deletions") + MONTH, ""),
        ("entra", (), admin("provision-on-demand", person="Ada"), "find,read,change,find"),
        ("okta", (), admin("change-password", person="Ada"), "password"),
        ("okta", (), admin("remove-application") + GONE, ""),
        (
            "okta",
            ("reactivation_race=true", "filter_before_reactivation=false", "update_users=false"),
            '{"do": "disable", "person": "Ada"}\n{"do": "cycle"}\n{"do": "enable", "person": "Ada"}\n'
            + admin("assign-again", person="Ada"),
            "active,active,read,PUT",
        ),
        ("okta", ("duplicate_jobs=true",), GONE, "active,active"),
    ],
)
def test_knobs_and_administrators_are_reached(
    dialect: str,
    knobs: tuple[str, ...],
    acts: str,
    last: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "acts.ndjson").write_text(ADA + acts, encoding="utf-8")
    words = [word for knob in knobs for word in ("--set", knob)]

    simulated(dialect, "--people", "0", "--dry-run", "--script", str(tmp_path / "acts.ndjson"), *words)

    told = capsys.readouterr().out.replace("\n    ", " ").splitlines()
    created = max(number for number, line in enumerate(told) if line.startswith("POST /Users"))
    assert ",".join(filter(None, map(kind_of, told[created + 1 :]))) == last


def test_what_the_guard_holds_is_told(tmp_path: Path) -> None:
    (tmp_path / "acts.ndjson").write_text(ADA + GONE, encoding="utf-8")

    done = bridgecheck(
        *("simulate", "entra", "--people", "0", "--set", "deletion_threshold=0", "--settle", "2"),
        *("--script", str(tmp_path / "acts.ndjson"), "--start", REFERENCE),
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "standing: 1 removals are held, to be allowed or rejected" in done.stdout
    assert "expected no access any more; was active" in done.stdout
    assert "standing in quarantine for 0.0 days: 1 removals; 0 are allowed in one cycle" in done.stderr


def kind_of(line: str) -> str:
    """What one line of a dry run is about."""
    marks = {"GET /Users?": "find", "GET /Users/": "read", "DELETE /Users/": "DELETE", "PUT /Users/": "PUT"}
    marks |= {"PATCH /Users/": next((word for word in ("active", "password") if word in line), "change")}
    return next((kind for mark, kind in marks.items() if line.startswith(mark)), "")


@contextlib.contextmanager
def a_bridge_that_only_lists() -> Iterator[str]:
    """Passes for SCIM at the door, and then answers every read alike and refuses every write."""
    with answering(200, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 9}) as url:
        yield url


@pytest.mark.parametrize("dialect", ["okta", "entra", "google"])
def test_a_bad_bridge_ends_with_1(dialect: str, token_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    with a_bridge_that_only_lists() as url:
        code = simulated(dialect, "--people", "3", "--url", url, "--token-file", token_file, "--settle", "2")

    told = capsys.readouterr().out
    assert code == 1
    assert "/Users: totalResults is 9, and 0 resources were listed" in told
    assert "secret-of-a-desk" not in told


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("okto", "--dry-run"), "did you mean 'okta'"),
        (("okta", "--dry-run", "--lose", "many"), "--lose 'many' must be a share"),
        (("okta", "--dry-run", "--fault", "restart"), "must be NAME=SHARE"),
        (("okta", "--dry-run", "--fault", "restrat=5%"), "did you mean restart"),
        (("okta", "--dry-run", "--awkward-person", "tall"), "there is no kind of unusual name 'tall'"),
        (("okta", "--dry-run", "--set", "gaps=1"), "did you mean gap_s"),
        (("okta", "--dry-run", "--script", "no-such-file.toml"), "can't be read"),
        (("okta",), "no bridge given"),
        (("okta", "--url", "http://127.0.0.1:1"), "needs the bridge's token"),
        (("okta", "--dry-run", "--patience", "nan"), "numbers of seconds"),
        (("okta", "--dry-run", "--pace", "nan"), "numbers of seconds"),
        (("okta", "--dry-run", "--mail-domain", ""), "is not a domain"),
        (("okta", "--dry-run", "--mail-domain", 'a b"c'), "is not a domain"),
        (("okta", "--url", "http://127.0.0.1:1", "--state", "no-such-folder/x.json"), "can't be written"),
        (("okta", "--url", "http://127.0.0.1:1", "--state", "."), "can't be read"),
    ],
)
def test_what_can_not_be_done_is_refused(words: tuple[str, ...], refusal: str) -> None:
    with pytest.raises((UsageError, click.ClickException), match=refusal):
        simulated(*words)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (2_400, "40 min"), (5_400, "1.5 h"), (2_592_000, "30 d")]
)
def test_simulated_time_is_told_as_people_say_it(seconds: float, text: str) -> None:
    assert render_span(seconds) == text


def test_a_bridge_that_pulls_is_equal_at_the_end(tmp_path: Path) -> None:
    """Every notice is lost, so what has happened is found by the pull of everything an hour later (GOOGLE-17)."""
    done = bridgecheck(
        *("simulate", "google-pull", "--people", "40", "--groups", "3", "--awkward", "40%"),
        *("--awkward-person", "apostrophe", "--cycles", "3", "--churn", "20%", "--lose", "100%", "--start", REFERENCE),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal: directory and bridge are the same" in done.stdout
    assert "injected faults: lost-notice" in done.stdout
    assert "asked: " in done.stdout
    assert "simulated time 1 h" in done.stdout


def test_notices_bring_a_pull_about(tmp_path: Path) -> None:
    """Nothing is lost: two steps after the first, eleven seconds each, and everything has arrived (GOOGLE-18)."""
    done = bridgecheck(
        *("simulate", "google-pull", "--people", "40", "--groups", "3", "--cycles", "3", "--churn", "20%"),
        *("--start", REFERENCE),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "google-pull: 3 steps" in done.stdout
    assert "simulated time 22 s" in done.stdout


def test_a_bridge_whose_pull_suspends_nobody_is_not_equal(tmp_path: Path) -> None:
    script = tmp_path / "acts.ndjson"
    script.write_text('{"do": "disable", "person": "s7-p1"}\n', encoding="utf-8")

    done = bridgecheck(
        *("simulate", "google-pull", "--people", "3", "--script", str(script)),
        *("--start", lab("pull-suspends-nobody")),
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT EQUAL: 1 differences" in done.stdout
    assert "expected no access any more; was active" in done.stdout


def test_a_pull_goes_on_from_a_state(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    words = ("simulate", "google-pull", "--state", state, "--start", REFERENCE)

    first = bridgecheck(*words, "--people", "6", "--groups", "2")
    second = bridgecheck(*words, "--churn", "50%")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stdout + second.stderr
    assert "google-pull: 2 steps" in second.stdout


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--dry-run",), "sends no SCIM requests"),
        (("--parallel", "4"), "sends no SCIM requests"),
        (("--groups", "0"), "gives access only through groups"),
        (("--fault", "restart=5%"), "google-pull has no fault 'restart'"),
    ],
)
def test_what_a_pull_can_not_do_is_refused(words: tuple[str, ...], refusal: str) -> None:
    with pytest.raises(UsageError, match=refusal):
        simulated("google-pull", *words)


def test_a_bridge_that_can_not_be_told_to_pull_is_refused(token_file: str) -> None:
    with (
        a_bridge_that_only_lists() as url,
        pytest.raises(UsageError, match="a probe that offers the act workspace/attach"),
    ):
        simulated("google-pull", "--url", url, "--token-file", token_file, "--declare-disposable")


def test_a_pull_needs_an_account_that_may_be_changed_whole(token_file: str) -> None:
    with pytest.raises(UsageError, match="start one with --start, or confirm with --declare-disposable"):
        simulated("google-pull", "--url", "http://127.0.0.1:9", "--token-file", token_file)


def test_delays_of_google_run_while_a_script_waits(tmp_path: Path) -> None:
    script = tmp_path / "acts.ndjson"
    acts = ('{"do": "delete", "person": "s7-p1"}', '{"do": "cycle"}', '{"do": "wait", "seconds": 86400}')
    script.write_text("\n".join(acts), encoding="utf-8")

    done = bridgecheck("simulate", "google", "--people", "3", "--script", str(script), "--start", REFERENCE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "set user active 1" in done.stdout
    assert "simulated time 1.9 d" in done.stdout


def test_each_difference_stands_with_the_write_that_made_it(tmp_path: Path) -> None:
    script = tmp_path / "acts.ndjson"
    script.write_text('{"do": "leave", "person": "s7-p1", "group": "s7-g1"}\n', encoding="utf-8")
    folder = tmp_path / "r"

    done = bridgecheck(
        *("simulate", "entra", "--people", "3", "--groups", "1", "--script", str(script)),
        *("--start", lab("member-remove-empties-the-group"), "--report-dir", str(folder)),
    )

    assert done.returncode == 1, done.stdout + done.stderr
    document = json.loads((folder / "simulation.json").read_text(encoding="utf-8"))
    assert validate(document, "report/simulation") == []
    assert document["differences"] == 2
    entries = {entry.id: entry.event for entry in read_journal(journal_in(folder))}
    for shown in document["shown"]:
        write = entries[shown["entry"]]
        assert isinstance(write, Exchange)
        assert shown["request"] == f"{write.request.method} {write.request.target}"
        assert write.request.method == "PATCH"
    page = (folder / "simulation.html").read_text(encoding="utf-8")
    assert "The write that touched it last, entry" in page
    har = json.loads((folder / "traffic.har").read_text(encoding="utf-8"))
    sent = [f"{each['request']['method']} {each['request']['url']}" for each in har["log"]["entries"]]
    assert sent == [f"{e.request.method} {e.url}" for e in entries.values() if isinstance(e, Exchange)]
    assert list(entries.values())[-1] == RunEnd()
    assert "not equal" in page


def test_what_was_made_is_taken_away_on_wish(tmp_path: Path) -> None:
    with reference(tmp_path) as (url, token):
        done = bridgecheck(
            *("simulate", "okta", "--people", "5", "--groups", "2", "--url", url, "--token-file", token),
            *("--clean-up", "--report-dir", str(tmp_path / "r")),
        )
        again = bridgecheck("cleanup", str(tmp_path / "r"), "--token-file", token)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "cleaned up: 7 removed, 0 remaining" in done.stdout
    assert "The run left nothing behind." in again.stdout


def test_a_script_is_checked_before_the_first_request(tmp_path: Path) -> None:
    script = tmp_path / "acts.ndjson"
    script.write_text(
        '{"do": "hire", "given": "Zoe"}\n{"do": "disable", "person": "Zoe"}\n{"do": "disable", "person": "Zoo"}\n',
        encoding="utf-8",
    )

    done = bridgecheck("simulate", "okta", "--people", "3", "--dry-run", "--script", str(script))

    assert done.returncode == 2
    assert "the directory has no person 'Zoo'; did you mean Zoe?" in done.stderr
    assert done.stdout == ""


def test_a_vendor_that_pushes_no_groups_says_so() -> None:
    done = bridgecheck("simulate", "google", "--people", "2", "--groups", "3", "--start", REFERENCE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "google-push pushes no groups: the 3 that were asked for stand in the directory alone" in done.stdout


def test_whoever_was_there_before_is_hinted_at(tmp_path: Path) -> None:
    with reference(tmp_path) as (url, token):
        words = ("simulate", "okta", "--people", "2", "--url", url, "--token-file", token)
        first = bridgecheck(*words, "--report-dir", str(tmp_path / "a"))
        other = bridgecheck(*words, "--seed", "8", "--report-dir", str(tmp_path / "b"))

    assert first.returncode == 0, first.stdout + first.stderr
    assert other.returncode == 1
    assert "hint: 2 resources are not of this simulation; --shared leaves those of others out" in other.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--clean-up", "--start", "x"), "--clean-up is for a bridge at --url"),
        (("--clean-up", "--url", "http://b", "--state", "s"), "--clean-up takes away what --state is to go on from"),
    ],
)
def test_a_clean_up_that_makes_no_sense_is_refused(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        command.main(["okta", *words], standalone_mode=False)
