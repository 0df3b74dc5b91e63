"""A bridge that an operator runs: hooks restart it, stop it, replace its token; its monitor mails to a Mailpit."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.target.target import free_port
from tests.bridge_ref.mail_server import Received, mail_server
from tests.harness.cli.operated import start, stop
from tests.harness.cli.runs import PYTHON, rows_in, texts_in
from tests.mail_servers import Pit, mailpit

pytestmark = [pytest.mark.slow, pytest.mark.long]

SCRIPT = shlex.quote(str(Path(__file__).with_name("operated.py")))
PING_S = 0.5


@pytest.fixture
def mails() -> Iterator[tuple[str, int]]:
    """A Mailpit's address, and the port of the mail server whose mail lies in it."""
    is_over = threading.Event()
    with mail_server() as (received, smtp), mailpit() as (mailbox, pit):
        carrier = threading.Thread(target=_deliver, args=(received, pit, is_over), daemon=True)
        carrier.start()
        yield mailbox, smtp
        is_over.set()
        carrier.join(10)


def _deliver(received: Received, pit: Pit, is_over: threading.Event) -> None:
    while not is_over.wait(0.05):
        pit.messages += received.mails[len(pit.messages) :]


@pytest.fixture
def folder(tmp_path: Path, mails: tuple[str, int]) -> Iterator[Path]:
    """The folder of a bridge that runs, with secrets that nobody else can read."""
    ports = {"scim": free_port(), "probe": free_port(), "smtp": mails[1]}
    (tmp_path / "ports.json").write_text(json.dumps(ports))
    for name in ("token", "probe-token", "monitoring-token"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(f"first-{name}-of-this-test")
    start(tmp_path)
    yield tmp_path
    stop(tmp_path)


def profile(folder: Path, mailbox: str) -> Path:
    """The profile of an operator."""
    ports = json.loads((folder / "ports.json").read_text())
    hook = f"{PYTHON} {SCRIPT} {shlex.quote(str(folder))}"
    tables: dict[str, dict[str, Any]] = {
        "": {
            "url": f"http://127.0.0.1:{ports['scim']}/scim/v2",
            "token_file": str(folder / "token"),
            "probe_url": f"http://127.0.0.1:{ports['probe']}/probe/v1",
            "probe_token_file": str(folder / "probe-token"),
            "declare_disposable": True,
        },
        "hooks": {name: f"{hook} {name}" for name in ("restart", "stop", "start", "rotate")}
        | {"notify": f"{hook} notify {{address}}"},
        "monitoring": {"ping_s": PING_S},
        "mail": {"mailpit": mailbox, "delay_s": 2.0, "invitation": "invited", "start": "account is ready"},
    }
    lines = []
    for name, table in tables.items():
        lines += [f"[{name}]"] if name else []
        lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    path = folder / "operated.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def monitor(folder: Path, smtp: int) -> subprocess.Popen[bytes]:
    """The monitor, which watches the bridge from outside."""
    ports = json.loads((folder / "ports.json").read_text())
    words = ["monitor", "--url", f"http://127.0.0.1:{ports['scim']}", "--token-file", str(folder / "monitoring-token")]
    words += ["--state", str(folder / "monitor.state"), "--notify-file", str(folder / "notify")]
    words += ["--interval", str(PING_S * 0.8), "--smtp-url", f"smtp://127.0.0.1:{smtp}"]
    words += ["--mail-from", "monitor@example.com"]
    return subprocess.Popen([sys.executable, "-m", "bridge_ref", *words], stdout=subprocess.DEVNULL)


def test_a_bridge_in_the_hands_of_an_operator(folder: Path, mails: tuple[str, int]) -> None:
    mailbox, smtp = mails
    watching = monitor(folder, smtp)
    words = ["run", "--profile", str(profile(folder, mailbox)), "--claim", "bridge", "--idp", "okta"]
    words += ["--only", "*test_operation*", "--skip", "*pull*", "--report-dir", str(folder / "report")]
    try:
        argv = [sys.executable, "-m", "harness.cli.main", *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    finally:
        watching.terminate()
        watching.wait(10)

    rows = rows_in(folder / "report")
    said = {row: rows[row][0] for row in ("SEED-25", "SEED-26", "SEED-28", "SEED-29", "SEED-30", "SEED-32")}
    assert said == dict.fromkeys(said, "pass"), done.stdout + done.stderr
    assert done.returncode == 0, done.stdout
    left = texts_in(folder / "report")
    assert "first-token-of-this-test" not in left
    assert (folder / "token").read_text() not in left
