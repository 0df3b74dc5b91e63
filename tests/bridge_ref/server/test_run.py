"""The bridge as an operator starts it, in processes: secrets, TLS, mail, logs, variables, tenants."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge_ref.credentials.files import write_secret
from harness.target.target import free_port
from tests.bridge_ref.mail_server import mail_server
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.process import BRIDGE_REF, refusal, serving
from tests.bridge_ref.world import USER
from tests.tls import write_pair

pytestmark = pytest.mark.slow


def secret(path: Path, content: str) -> str:
    write_secret(path, content.encode())
    return str(path)


def command(*words: str) -> str:
    """What a command prints, which is well."""
    ended = subprocess.run([*BRIDGE_REF, *words], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def get(url: str, token: str, **options: Any) -> int:
    return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10, **options).status_code


def invite(ready: dict[str, Any], token: str, user_name: str) -> int:
    body = {"schemas": [USER], "userName": user_name}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    return requests.post(ready["scim"] + "/Users", json=body, headers=headers, timeout=10).status_code


def test_from_setup_over_a_session_to_a_rotation_on_the_running_bridge(tmp_path: Path) -> None:
    """SEED-28."""
    data, session = tmp_path / "data", tmp_path / "scimsession"
    control_token = secret(tmp_path / "control", "control-token")
    old = command("setup", "--data", str(data), "--session", str(session))
    options = ["--port", "0", "--data", str(data), "--session", str(session)]
    options += ["--control-port", "0", "--control-token-file", control_token]

    with serving(*options) as (_, ready):
        before = [get(ready["scim"] + "/Users", token) for token in (old, "wrong-token")]
        rotate = ["rotate", "--control", ready["control"], "--control-token-file", control_token]
        new = command(*rotate, "--session", str(session), "--overlap", "0s")
        after = [get(ready["scim"] + "/Users", token) for token in (old, new)]
    with serving(*options) as (_, ready):
        again = [get(ready["scim"] + "/Users", token) for token in (old, new)]

    assert (before, after, again) == ([200, 401], [401, 200], [401, 200])
    assert session.stat().st_mode & 0o777 == 0o600


def test_a_rotation_of_the_database_reaches_a_running_bridge_within_seconds(tmp_path: Path) -> None:
    """SEED-28."""
    url, session = new_database(), tmp_path / "scimsession"
    old = command("setup", "--database", url, "--session", str(session))

    with serving("--port", "0", "--database", url, "--session", str(session)) as (_, ready):
        first = get(ready["scim"] + "/Users", old)
        new = command("rotate", "--database", url, "--session", str(session), "--overlap", "0s")
        deadline = time.monotonic() + 10
        while get(ready["scim"] + "/Users", new) == 401 and time.monotonic() < deadline:
            time.sleep(0.05)
        after = [get(ready["scim"] + "/Users", token) for token in (old, new)]

    assert (first, after) == (200, [401, 200])


def test_halves_that_do_not_fit_are_refused_in_one_line(tmp_path: Path) -> None:
    """SEED-28."""
    data, session, other = tmp_path / "data", tmp_path / "scimsession", tmp_path / "other"
    command("setup", "--data", str(data), "--session", str(session))
    foreign = command("setup", "--data", str(tmp_path / "second"), "--session", str(other))

    by_token = refusal("--port", "0", "--session", str(session), "--token-file", secret(tmp_path / "t", foreign))
    by_store = refusal("--port", "0", "--session", str(other), "--data", str(data))
    by_nobody = refusal("--port", "0", "--data", str(data))
    session.chmod(0o644)
    by_mode = refusal("--port", "0", "--session", str(session), "--data", str(data))

    assert "does not open it" in by_token
    assert "is not of the credentials of this store" in by_store
    assert "--token-file or --session is needed" in by_nobody
    assert "chmod 600" in by_mode
    assert foreign not in by_token


def test_a_token_that_others_can_read_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("right-token")
    path.chmod(0o644)

    said = refusal("--port", "0", "--token-file", str(path))

    assert f"chmod 600 {path}" in said
    assert "right-token" not in said


def test_tls_from_files_on_both_listeners(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path)
    token = secret(tmp_path / "token", "right-token")
    options = ["--port", "0", "--token-file", token, "--tls-cert", str(cert), "--tls-key", str(key)]
    options += ["--control-port", "0", "--control-token-file", token, "--ping-port", "0"]

    with serving(*options) as (_, ready):
        port = ready["scim"].split(":")[2].split("/")[0]
        status = get(f"https://localhost:{port}/health", "right-token", verify=str(cert))
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/ping", timeout=5)

    assert ready["scim"].startswith("https://")
    assert ready["control"].startswith("https://")
    assert status == 200


def test_tls_files_that_do_not_fit_are_refused_in_one_line(tmp_path: Path) -> None:
    token = secret(tmp_path / "token", "right-token")
    cert, key = write_pair(tmp_path)
    old, old_key = write_pair(tmp_path, "old", -2, -1)
    options = ("--port", "0", "--token-file", token)

    assert "must be given together" in refusal(*options, "--tls-cert", str(cert))
    assert "has expired" in refusal(*options, "--tls-cert", str(old), "--tls-key", str(old_key))
    assert "is not the key of" in refusal(*options, "--tls-cert", str(cert), "--tls-key", str(old_key))
    assert "No such file" in refusal(*options, "--tls-cert", str(tmp_path / "none"), "--tls-key", str(key))


def test_invitations_leave_a_running_bridge_by_mail(tmp_path: Path) -> None:
    password = secret(tmp_path / "password", "right-password")
    token = secret(tmp_path / "token", "right-token")
    with mail_server() as (received, port):
        options = ["--port", "0", "--token-file", token, "--smtp-url", f"smtp://bridge@127.0.0.1:{port}"]
        options += ["--smtp-password-file", password, "--mail-from", "Bridge <bridge@x.example>"]
        with serving(*options) as (process, ready):
            created = invite(ready, "right-token", "ada@example.com")
            deadline = time.monotonic() + 10
            while not received.envelopes and time.monotonic() < deadline:
                time.sleep(0.02)
            health = requests.get(
                ready["scim"].removesuffix("/scim/v2") + "/health",
                headers={"Authorization": "Bearer right-token"},
                timeout=10,
            ).json()
            process.terminate()
            _, stderr = process.communicate(timeout=20)

    assert created == 201
    assert received.recipients == ["ada@example.com"]
    assert received.logins == [b"bridge"]
    assert [each["state"] for each in health["reports"] if each["source"] == "MailSender"] == ["healthy"]
    assert (process.returncode, stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--smtp-url", "smtp://x"], "--smtp-url needs --mail-from"),
        (["--mail-from", "a@x.example"], "--mail-from needs --smtp-url"),
        (["--smtp-url", "smtp://u:pw-canary@x", "--mail-from", "a@x.example"], "takes no password"),
        (["--smtp-url", "smtp://u@x", "--mail-from", "a@x.example"], "belong together"),
        (["--tenant", "b"], "--tenant must be NAME=VALUE"),
        (["--tenant-token-file", "b=x"], "there is no --tenant b"),
        (["--read-only-token-file", "none"], "No such file"),
        (["--session", "none"], "--session none: No such file"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_in_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    said = refusal("--port", "0", "--token-file", secret(tmp_path / "token", "right-token"), *options)

    assert words in said
    assert "pw-canary" not in said


def run_with(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """A bridge that is told to end as soon as it is ready."""
    process = subprocess.Popen(
        [*BRIDGE_REF, "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if line:
        requests.get(json.loads(line)["scim"].removesuffix("/scim/v2") + "/ping", timeout=10)
        process.terminate()
    _, stderr = process.communicate(timeout=20)
    return subprocess.CompletedProcess([], process.returncode, line, stderr)


def test_the_environment_sets_what_no_flag_does(tmp_path: Path) -> None:
    token = secret(tmp_path / "token", "right-token")
    port = str(free_port())
    environment = {"OP_PORT": port, "OP_JSON_LOGS": "1", "OP_REDIS_URL": "redis://canary", "OP_TYPO": "canary"}

    done = run_with(environment, "--token-file", token)
    short = run_with({"OP_CONFIRMATION_INTERVAL": "29"}, "--port", "0", "--token-file", token)
    unreadable = run_with({"OP_DEBUG": "perhaps"}, "--port", "0", "--token-file", token)

    warning, request = (json.loads(line) for line in done.stderr.splitlines())
    assert json.loads(done.stdout)["scim"] == f"http://127.0.0.1:{port}/scim/v2"
    assert warning["message"] == "this bridge does not use OP_REDIS_URL, OP_TYPO"
    assert (request["method"], request["path"], request["status"]) == ("GET", "/ping", 200)
    assert "canary" not in done.stderr
    assert (short.returncode, short.stderr.count("\n")) == (2, 1)
    assert "29 is not in the range 30<=x" in short.stderr
    assert "OP_DEBUG must be one of" in unreadable.stderr


def test_two_tenants_behind_one_address(tmp_path: Path) -> None:
    """SEC-16."""
    token = secret(tmp_path / "token", "right-token")
    other = command("setup", "--data", str(tmp_path / "b"), "--session", str(tmp_path / "b.scimsession"))
    options = ["--port", "0", "--token-file", token, "--data", str(tmp_path / "a")]
    options += ["--tenant", f"b={tmp_path / 'b'}", "--tenant", f"c={tmp_path / 'c'}"]
    options += ["--tenant-token-file", f"c={secret(tmp_path / 'c-token', 'third-token')}"]

    with serving(*options) as (_, ready):
        created = [
            invite(ready, each, "ada@example.com") for each in ("right-token", other, "third-token", "right-token")
        ]

    assert created == [201, 201, 201, 409]
