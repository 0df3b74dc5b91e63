"""The health monitor: one notice per change to each channel, and whole processes including a killed bridge."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.headerregistry import Address
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.clock import ManualClock
from bridge_ref.credentials.files import CredentialsError, write_secret
from bridge_ref.mailing.server import MailServer, SmtpSession
from bridge_ref.monitor.rounds import Monitor, Watched, poll
from bridge_ref.monitor.watch import MonitorState, Poll, after_poll, doubt, load_state, save_state, settle
from harness.target.target import free_port
from tests.bridge_ref.mail_server import Received, mail_server
from tests.bridge_ref.world import START_MS

pytestmark = pytest.mark.slow

UP, DOWN = Poll(True), Poll(False, "It is away.")
BRIDGE_REF = [sys.executable, "-m", "bridge_ref"]


def after(*looks: Poll, threshold: int = 3) -> list[tuple[str, str]]:
    """What is owed after these looks."""
    watch = MonitorState()
    for number, look in enumerate(looks):
        watch = after_poll(watch, look, START_MS + number, threshold)
    return [(notice.kind, notice.reason) for notice in watch.owed]


def test_a_bridge_that_fails_often_enough_is_told_once_and_once_when_it_is_back() -> None:
    """SEED-29."""
    assert after(UP, DOWN, DOWN) == []
    assert after(UP, DOWN, DOWN, DOWN) == [("offline", "It is away.")]
    assert after(UP, DOWN, DOWN, DOWN, DOWN, DOWN) == [("offline", "It is away.")]
    assert after(DOWN, DOWN, UP, DOWN, DOWN, UP) == []
    assert after(DOWN, DOWN, DOWN, UP, UP) == [("offline", "It is away."), ("recovery", "")]
    assert after(DOWN, UP, DOWN, threshold=1) == [
        ("offline", "It is away."),
        ("recovery", ""),
        ("offline", "It is away."),
    ]


def test_the_address_is_the_last_that_the_bridge_has_told() -> None:
    """SEED-32."""
    watch = after_poll(MonitorState(), Poll(True, "", "old@example.com"), 0, 3)
    away = after_poll(watch, DOWN, 0, 3)
    changed = after_poll(away, Poll(True, "", "new@example.com"), 0, 3)

    assert [each.notify for each in (watch, away, changed)] == ["old@example.com", "old@example.com", "new@example.com"]


def test_what_has_been_sent_is_owed_no_more_and_a_doubt_is_kept() -> None:
    watch = after_poll(MonitorState(), DOWN, 5, 1)
    (notice,) = watch.owed
    doubtful = doubt(watch, notice)

    assert settle(watch, notice).owed == ()
    assert [each.doubts for each in doubtful.owed] == [1]
    assert settle(doubtful, notice).owed == ()
    assert after_poll(settle(watch, notice), UP, 6, 1).owed[0].number == 2


def test_a_monitor_goes_on_where_the_last_one_was(tmp_path: Path) -> None:
    watch = after_poll(MonitorState(), DOWN, 5, 1)
    save_state(tmp_path / "state", watch)

    assert load_state(tmp_path / "state") == watch
    assert load_state(tmp_path / "none") == MonitorState()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"failures": "x"}', b"\xff"])
def test_a_state_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    write_secret(tmp_path / "state", content)

    with pytest.raises(CredentialsError, match="no state file"):
        load_state(tmp_path / "state")


@contextlib.contextmanager
def answering(answer: Callable[[], tuple[int, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything so, and the paths and tokens that it was asked with."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers['Authorization']}")
            status, body = answer()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


DEGRADED = json.dumps(
    {"status": "degraded", "notify": "a@x.example", "reports": [{"source": "Store", "state": "unhealthy"}]}
).encode()


@pytest.mark.parametrize(
    ("status", "body", "look"),
    [
        (200, b'{"status": "ok", "notify": "a@x.example"}', Poll(True, "", "a@x.example")),
        (200, b'{"status": "ok", "notify": null}', Poll(True)),
        (200, b"<html>", Poll(False, "What answers there is no bridge.")),
        (503, DEGRADED, Poll(False, "It is up, and not well: Store.", "a@x.example")),
        (503, b"", Poll(False, "It answers with status 503.")),
        (401, b"", Poll(False, "It answers with status 401.")),
        (302, b"", Poll(False, "It answers with status 302.")),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, look: Poll) -> None:
    with answering(lambda: (status, body)) as (url, asked):
        seen = poll(Watched(url, "monitor-token", 5))

    assert seen == look
    assert asked == ["/monitoring Bearer monitor-token"]  # and nobody followed a redirect with the token


def test_a_degraded_bridge_can_be_taken_as_well() -> None:
    with answering(lambda: (503, DEGRADED)) as (url, _):
        assert poll(Watched(url, "monitor-token", 5, ignores_degraded=True)).is_up


def test_a_bridge_that_is_away_cannot_be_reached() -> None:
    seen = poll(Watched(f"http://127.0.0.1:{free_port()}", "monitor-token", 5))

    assert seen == Poll(False, "It cannot be reached (ConnectionRefusedError).")


class Bench:
    """A monitor with a threshold of one, by hand: each round is a call."""

    def __init__(self, folder: Path, url: str, port: int, **options: Any) -> None:
        self.clock = ManualClock(START_MS)
        session = SmtpSession(MailServer("127.0.0.1", port))
        sender = Address("", "monitor", "x.example")
        watched = Watched(url, "monitor-token", 5)
        self.monitor = Monitor(
            watched=watched,
            session=session,
            sender=sender,
            state=folder / "state",
            threshold=1,
            clock=self.clock,
            **options,
        )

    def go_round(self) -> None:
        self.monitor.go_round()


def test_a_notice_waits_for_the_mail_server_and_for_an_address(tmp_path: Path) -> None:
    answers = [(500, b"")]
    file, port = tmp_path / "address", free_port()
    with answering(lambda: answers[0]) as (url, _):
        nobody = Bench(tmp_path, url, port, notify_file=file)
        nobody.go_round()
        file.write_text("file@example.com\n")
        nobody.go_round()
        with mail_server(port) as (received, _port):
            nobody.go_round()
            answers[0] = (200, b'{"notify": "told@example.com"}')
            nobody.go_round()
            # Another process, on the same state.
            Bench(tmp_path, url, port, notify="line@example.com").go_round()

    assert received.recipients == ["file@example.com", "told@example.com"]
    assert [mail["Subject"] for mail in received.mails] == [
        "Your provisioning bridge is offline",
        "Your provisioning bridge is back",
    ]


@pytest.mark.parametrize("answer", ["451 later", "550 never"])
def test_a_notice_that_is_refused_is_tried_with_the_next_round(tmp_path: Path, answer: str) -> None:
    with answering(lambda: (500, b"")) as (url, _), mail_server() as (received, port):
        received.data_answers.append(answer)
        bench = Bench(tmp_path, url, port, notify="a@x.example")
        bench.go_round()
        bench.go_round()
        bench.go_round()

    assert len(received.mails) == 1


def test_a_notice_in_doubt_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    with answering(lambda: (500, b"")) as (url, _), mail_server() as (received, port):
        received.drops = 1
        bench = Bench(tmp_path, url, port, notify="a@x.example")
        bench.go_round()
        doubts = [notice.doubts for notice in load_state(tmp_path / "state").owed]
        bench.go_round()

    assert doubts == [1]
    assert len(received.mails) == 2
    assert received.mails[0]["Message-ID"] == received.mails[1]["Message-ID"]


def secret(path: Path, content: str) -> str:
    write_secret(path, content.encode())
    return str(path)


def start(*words: str) -> subprocess.Popen[str]:
    """A process of ours that has said that it is ready."""
    process = subprocess.Popen([*BRIDGE_REF, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "ready"
    return process


def wait_for(mails: int, received: Received) -> list[tuple[str, str]]:
    """Who was written to about what, once there are so many mails."""
    deadline = time.monotonic() + 20
    while len(received.envelopes) < mails and time.monotonic() < deadline:
        time.sleep(0.02)
    return [(str(mail["To"]), str(mail["Subject"])) for mail in received.mails]


def test_a_bridge_is_killed_and_comes_back_and_somebody_is_told_both(tmp_path: Path) -> None:
    """SEED-29, SEED-32."""
    port = str(free_port())
    serve = ["serve", "--port", port, "--token-file", secret(tmp_path / "token", "right-token")]
    serve += ["--data", str(tmp_path / "data")]
    serve += ["--monitoring-token-file", secret(tmp_path / "monitoring", "monitor-token")]
    running: list[subprocess.Popen[str]] = []
    try:
        with mail_server() as (received, smtp_port):
            running.append(start(*serve, "--notify", "old@example.com"))
            watch = ["monitor", "--url", f"http://127.0.0.1:{port}", "--token-file", str(tmp_path / "monitoring")]
            watch += ["--smtp-url", f"smtp://127.0.0.1:{smtp_port}", "--mail-from", "Monitor <monitor@x.example>"]
            watch += ["--state", str(tmp_path / "state"), "--interval", "0.1", "--failures", "2"]
            running.append(start(*watch))
            while load_state(tmp_path / "state").notify is None:
                time.sleep(0.02)
            running[0].kill()
            offline = wait_for(1, received)
            # A monitor that is started again knows what it has told.
            running[1].send_signal(signal.SIGTERM)
            ended = running[1].wait(timeout=10)
            running.append(start(*watch))
            running.append(start(*serve, "--notify", "new@example.com"))
            back = wait_for(2, received)
    finally:
        for process in running:
            process.kill()
            process.communicate(timeout=10)

    assert ended == 0
    assert offline == [("old@example.com", "Your provisioning bridge is offline")]
    assert back == [*offline, ("new@example.com", "Your provisioning bridge is back")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--smtp-url is needed"),
        (["--smtp-url", "smtp://x"], "--smtp-url needs --mail-from"),
        (["--smtp-url", "http://x", "--mail-from", "a@x.example"], "takes a URL such as smtp://"),
        (["--smtp-url", "smtp://x", "--mail-from", "nobody"], "--mail-from: this is no address"),
        (["--smtp-url", "smtp://x", "--mail-from", "a@x.example", "--notify", "a, b"], "--notify: this is no address"),
        (["--smtp-url", "smtp://x", "--mail-from", "a@x.example", "--url", "ftp://x"], "--url must be an address"),
        (["--smtp-url", "smtp://x", "--mail-from", "a@x.example", "--token-file", "no"], "No such file"),
    ],
)
def test_a_monitor_that_cannot_be_meant_is_refused_in_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    given = [
        "--url",
        "http://x",
        "--token-file",
        secret(tmp_path / "t", "monitor-token"),
        "--state",
        str(tmp_path / "s"),
    ]

    ended = subprocess.run([*BRIDGE_REF, "monitor", *given, *options], capture_output=True, text=True, timeout=20)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert words in ended.stderr
    assert not (tmp_path / "s").exists()
