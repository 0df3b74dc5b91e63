"""The reference bridge in the circumstances of other people: each starts it, and says how a run reaches it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from harness.target.target import free_port
from tests.faults.proxy import Ask, Call, Fault, Reply, Upstream, make_server
from tests.tls import write_pair

ROOT = Path(__file__).parents[2]
USERS, GROUPS = 50_000, 2_000
BASE = "/scim/v2"
CORE = "urn:ietf:params:scim:schemas:core:2.0"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Words = list[str]
Serve = Callable[[Path], AbstractContextManager[Words]]


@contextmanager
def bridge(folder: Path, *extra: str, port: int = 0, scheme: str = "http", url: str = "") -> Iterator[Words]:
    """A reference bridge with a probe; yields the words by which a run reaches it, at `url` where one is given."""
    port, probe = port or free_port(), free_port()
    for name in ("token", "probe-token"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(f"{name}-of-a-test-bridge", encoding="utf-8")
    argv = [
        *(sys.executable, "-m", "bridge_ref", "serve", "--port", str(port), "--data", str(folder / "data")),
        *("--token-file", str(folder / "token"), "--control-port", str(probe)),
        *("--control-token-file", str(folder / "probe-token"), *extra),
    ]
    with (folder / "bridge.log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log, cwd=ROOT)
    host = "localhost" if scheme == "https" else "127.0.0.1"
    try:
        yield [
            *("--url", url or f"{scheme}://{host}:{port}{BASE}", "--token-file", str(folder / "token")),
            *("--probe-url", f"{scheme}://{host}:{probe}/probe/v1"),
            *("--probe-token-file", str(folder / "probe-token")),
        ]
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def behind(folder: Path, fault: Fault, *, prefix: str = BASE) -> Iterator[Words]:
    """A reference bridge behind a proxy that listens below `prefix`."""
    inner, outer = free_port(), free_port()
    server = make_server(outer, Upstream(inner, BASE), fault, prefix)
    server.daemon_threads = True
    url = f"http://127.0.0.1:{outer}{prefix}"
    with bridge(folder, "--public-url", url, port=inner, url=url) as words:
        _wait_for(inner)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield words
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError("the bridge behind the proxy did not start")


def plain(folder: Path) -> AbstractContextManager[Words]:
    """An empty account, and nobody else."""
    return bridge(folder)


def populated(folder: Path) -> AbstractContextManager[Words]:
    """An account with 50,000 users and 2,000 groups."""
    return filled(folder, USERS, GROUPS)


@contextmanager
def filled(folder: Path, users: int, groups: int) -> Iterator[Words]:
    """An account with so many users, and so many groups with one of them in each."""
    fill = [sys.executable, "-m", "tools.bench_bridge", "fill", "--data", str(folder / "data"), "--users", str(users)]
    subprocess.run(fill, cwd=ROOT, check=True, capture_output=True)
    with bridge(folder) as words:
        _wait_for(int(words[1].split(":")[2].split("/")[0]))
        first = _send(words, "GET", "/Users?startIndex=1&count=1")["Resources"]
        for number in range(groups):
            members = [{"value": user["id"]} for user in first]
            group = {"schemas": [f"{CORE}:Group"], "displayName": f"Team {number}", "members": members}
            _send(words, "POST", "/Groups", group)
        yield words


class Limit(Fault):
    """So many requests in a second; more get 429 with Retry-After."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._lock = threading.Lock()
        self._second, self._count = 0, 0

    def answer(self, call: Call, ask: Ask) -> Reply:
        """429 above the limit."""
        with self._lock:
            second = int(time.monotonic())
            self._count = self._count + 1 if second == self._second else 1
            self._second = second
            is_over = self._count > self._per_second
        if is_over:
            return Reply(429, {"Retry-After": "1", "Content-Type": "text/plain"}, b"Too Many Requests")
        return ask(call)


class Delay(Fault):
    """Every answer takes so many seconds more."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def answer(self, call: Call, ask: Ask) -> Reply:
        """Wait, then pass on."""
        time.sleep(self._seconds)
        return ask(call)


class MoreHeaders(Fault):
    """A gateway that adds what gateways add, and writes names in lower case."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        """The same with more headers."""
        reply = ask(call)
        added = {
            "via": "1.1 gateway.example",
            "x-request-id": "7e1f",
            "set-cookie": "route=3; Path=/; HttpOnly",
            "strict-transport-security": "max-age=63072000",
            "x-cache": "MISS",
            "vary": "Accept-Encoding, Authorization",
        }
        headers = {name.lower(): value for name, value in reply.headers.items()}
        if "content-type" in headers and "charset" not in headers["content-type"]:
            headers["content-type"] += "; charset=utf-8"
        return Reply(reply.status, {**headers, **added}, reply.body)


def limited(folder: Path) -> AbstractContextManager[Words]:
    """At most 30 requests in a second (25 are what Entra ID asks for), more get 429 with Retry-After."""
    return behind(folder, Limit(30))


def slow(folder: Path) -> AbstractContextManager[Words]:
    """Each answer takes a second."""
    return behind(folder, Delay(1.0))


def prefixed(folder: Path) -> AbstractContextManager[Words]:
    """SCIM lies below a path of several parts."""
    return behind(folder, Fault(), prefix="/api/tenants/7/provisioning/scim")


def more_headers(folder: Path) -> AbstractContextManager[Words]:
    """A gateway adds headers."""
    return behind(folder, MoreHeaders())


@contextmanager
def private_ca(folder: Path) -> Iterator[Words]:
    """TLS with a certificate of a private authority."""
    certificate, key = write_pair(folder)
    port = free_port()
    url = f"https://localhost:{port}{BASE}"  # the name on the certificate, which the bridge's own addresses bear too
    extra = ("--tls-cert", str(certificate), "--tls-key", str(key), "--public-url", url)
    with bridge(folder, *extra, scheme="https", port=port, url=url) as words:
        yield [*words, "--ca-file", str(certificate)]


@contextmanager
def busy(folder: Path) -> Iterator[Words]:
    """Another client creates, changes and deletes people and groups all the time."""
    with bridge(folder) as words:
        is_over = threading.Event()
        thread = threading.Thread(target=_write_until, args=(words, is_over), daemon=True)
        thread.start()
        try:
            yield words
        finally:
            is_over.set()
            thread.join(30)


def _write_until(words: Words, is_over: threading.Event) -> None:
    off = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "active", "value": False}]}
    number = 0
    while not is_over.wait(0.05):
        number += 1
        name = f"other.{number}@elsewhere.example"
        user = _send(words, "POST", "/Users", {"schemas": [f"{CORE}:User"], "userName": name}).get("id")
        group = {"schemas": [f"{CORE}:Group"], "displayName": f"Others {number}", "members": [{"value": user}]}
        made = _send(words, "POST", "/Groups", group).get("id")
        _send(words, "PATCH", f"/Users/{user}", off)
        if number % 2:
            _send(words, "DELETE", f"/Groups/{made}")
            _send(words, "DELETE", f"/Users/{user}")


def _send(words: Words, method: str, path: str, body: object = None) -> Any:
    """What another client gets; an empty object where that is no JSON."""
    token = Path(words[3]).read_text(encoding="utf-8")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(words[1] + path, data, headers, method=method)
    with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"{}")
    return {}


@contextmanager
def twice(folder: Path) -> Iterator[Words]:
    """Another run plays its stories on the same account at the same time, again and again."""
    with bridge(folder) as words:
        is_over = threading.Event()
        thread = threading.Thread(target=_run_until, args=(words, folder, is_over), daemon=True)
        thread.start()
        try:
            yield words
        finally:
            is_over.set()
            thread.join(600)


def _run_until(words: Words, folder: Path, is_over: threading.Event) -> None:
    argv = [sys.executable, "-m", "harness.cli.main", "run", *words, "--report-dir", str(folder / "other")]
    while not is_over.is_set():
        process = subprocess.Popen([*argv, "--format", "json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not is_over.wait(0.2):
            continue
        if process.poll() is None:
            process.terminate()
            process.wait(60)


CIRCUMSTANCES: dict[str, Serve] = {
    "plain": plain,
    "populated": populated,
    "limited": limited,
    "slow": slow,
    "prefixed": prefixed,
    "private-ca": private_ca,
    "busy": busy,
    "twice": twice,
    "more-headers": more_headers,
}
