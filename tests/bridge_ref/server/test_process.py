"""The bridge as a process, over loopback: the ready line, both listeners, an orderly end, refusals."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
import requests
from alembic.script import ScriptDirectory

from bridge_ref.storage import migrations
from bridge_ref.storage.migrate import HEAD, VERSIONS
from bridge_ref.storage.sqlite import SqliteStore
from tests.bridge_ref.postgres import execute, new_database
from tests.bridge_ref.process import BRIDGE_REF, refusal, secret, serving
from tests.bridge_ref.world import USER

pytestmark = pytest.mark.slow


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    return secret(tmp_path / "token", "right-token\n")


def test_a_bridge_from_ready_to_sigterm(tmp_path: Path, token_file: Path) -> None:
    control_token = secret(tmp_path / "control-token", "control-token")
    options = ["--port", "0", "--token-file", str(token_file), "--data", str(tmp_path / "new" / "data")]
    options += ["--control-port", "0", "--control-token-file", str(control_token)]

    with serving(*options) as (process, ready):
        session = requests.Session()
        session.headers.update({"Authorization": "Bearer right-token", "Content-Type": "application/scim+json"})
        body = json.dumps({"schemas": [USER], "userName": "ada@example.com"})
        created = session.post(ready["scim"] + "/Users", data=body, timeout=10)
        control = {"Authorization": "Bearer control-token"}
        members = requests.get(ready["control"] + "/members", headers=control, timeout=10).json()["members"]
        head = session.head(created.headers["Location"], timeout=10)
        deleted = session.delete(created.headers["Location"], timeout=10)
        process.terminate()
        _, stderr = process.communicate(timeout=10)

    assert ready["event"] == "ready"
    assert ready["pid"] == process.pid
    assert created.status_code == 201
    assert created.headers["Location"].startswith(ready["scim"] + "/Users/")
    assert [member["state"] for member in members] == ["INVITED"]
    assert (head.status_code, head.content) == (200, b"")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert process.returncode == 0
    assert stderr == ""


def test_without_a_control_port_there_is_no_control_listener(token_file: Path) -> None:
    with serving("--port", "0", "--token-file", str(token_file)) as (_, ready):
        assert ready["control"] is None


def test_a_port_that_is_in_use_is_refused_in_one_line(token_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert "in use" in refusal("--port", str(port), "--token-file", str(token_file))


@pytest.mark.parametrize("content", ["", "short", "two words here", None])
def test_a_token_file_without_a_token_is_refused_in_one_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "token-of-a-kind"
    if content is not None:
        secret(path, content)

    line = refusal("--port", "0", "--token-file", str(path))

    assert "--token-file" in line
    assert content is None or content == "" or content not in line


def test_a_misspelt_option_is_told_the_nearest(token_file: Path) -> None:
    assert "--token-file" in refusal("--port", "0", "--tokenfile", str(token_file))


def test_what_is_switched_off_is_told_and_a_misspelt_name_refused(token_file: Path) -> None:
    options = ("--port", "0", "--token-file", str(token_file), "--without", "bulk", "--without", "sort")
    with serving(*options) as (_, ready):
        config = requests.get(
            ready["scim"] + "/ServiceProviderConfig",
            headers={"Authorization": f"Bearer {token_file.read_text().strip()}"},
            timeout=10,
        ).json()

    assert [name for name in ("patch", "bulk", "filter", "sort", "etag") if not config[name]["supported"]] == [
        "bulk",
        "sort",
    ]
    assert "did you mean cursor?" in refusal("--port", "0", "--token-file", str(token_file), "--without", "cursors")


def test_wherever_it_stands_it_speaks_of_itself_by_the_address_it_is_given(token_file: Path) -> None:
    """SEED-25"""
    options = ("--port", "0", "--token-file", str(token_file), "--public-url", "https://bridge.example/x/scim/v2/")
    with serving(*options) as (_, ready):
        body = {"schemas": [USER], "userName": "ada@example.com"}
        headers = {"Authorization": "Bearer right-token"}
        made = requests.post(ready["scim"] + "/Users", json=body, headers=headers, timeout=10)

    assert made.headers["Location"] == f"https://bridge.example/x/scim/v2/Users/{made.json()['id']}"


def test_choices_of_the_account_and_a_misspelt_one(token_file: Path) -> None:
    options = ("--port", "0", "--token-file", str(token_file))
    with serving(*options, "--policy", "inactive_create=refuse", "--policy", "existing_user=adopt") as (_, ready):
        body = {"schemas": [USER], "userName": "ada@example.com"}
        headers = {"Authorization": "Bearer right-token"}
        statuses = [
            requests.post(ready["scim"] + "/Users", json={**body, **more}, headers=headers, timeout=10).status_code
            for more in ({"active": False}, {}, {})
        ]

    assert statuses == [400, 201, 200]
    assert "did you mean last_owner?" in refusal(*options, "--policy", "last_owners=suspend")
    assert "one of refuse, suspend" in refusal(*options, "--policy", "last_owner=shoot")


@pytest.mark.parametrize("interval", ["29", "0", "-1"])
def test_an_interval_below_half_a_minute_is_refused(token_file: Path, interval: str) -> None:
    assert "30" in refusal("--port", "0", "--token-file", str(token_file), "--confirmation-interval", interval)


@pytest.mark.parametrize("length", [20_000, 100_000])
def test_a_filter_of_any_length_is_answered_in_scim(token_file: Path, length: int) -> None:
    """RFC7644-3.12-01."""
    with serving("--port", "0", "--token-file", str(token_file)) as (_, ready):
        refused = requests.get(
            ready["scim"] + "/Users",
            params={"filter": f'userName eq "{"a" * length}"'},
            headers={"Authorization": "Bearer right-token"},
            timeout=10,
        )
        alive = requests.get(ready["scim"].removesuffix("/scim/v2") + "/ping", timeout=10)

    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/scim+json")
    assert refused.json()["status"] == "400"
    assert alive.status_code == 200


def test_a_folder_that_has_lost_its_store_is_refused_in_one_line(tmp_path: Path, token_file: Path) -> None:
    data = tmp_path / "data"
    with serving("--port", "0", "--token-file", str(token_file), "--data", str(data)):
        pass
    (data / "bridge-ref.sqlite3").unlink()

    assert "missing" in refusal("--port", "0", "--token-file", str(token_file), "--data", str(data))


def post(url: str, user_name: str) -> int:
    headers = {"Authorization": "Bearer right-token", "Content-Type": "application/scim+json"}
    body = json.dumps({"schemas": [USER], "userName": user_name})
    return requests.post(url + "/Users", data=body, headers=headers, timeout=10).status_code


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


def test_workers_share_a_port_and_a_database_and_are_replaced(token_file: Path) -> None:
    options = ["--port", "0", "--token-file", str(token_file), "--database", new_database(), "--workers", "2"]

    with serving(*options) as (process, ready):
        before = workers_of(process)
        first = [post(ready["scim"], f"person{number}@example.com") for number in range(10)]
        again = [post(ready["scim"], f"person{number}@example.com") for number in range(10)]
        os.kill(min(before), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(workers_of(process) - {min(before)}) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        after = workers_of(process)
        later = [post(ready["scim"], f"late{number}@example.com") for number in range(10)]
        process.terminate()
        _, stderr = process.communicate(timeout=20)

    assert (first, again, later) == ([201] * 10, [409] * 10, [201] * 10)
    assert len(before) == len(after) == 2
    assert before != after
    assert process.returncode == 0
    assert "ended with code -9" in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "2"], "--workers above 1 needs --database"),
        (["--database", "postgresql://ada:secret@localhost/x"], "takes no password"),
        (["--database", "mysql://localhost/x"], "takes a URL such as postgresql://"),
        (["--database", "postgresql://localhost/x", "--data", "d"], "exclude each other"),
        (["--database", "postgresql://127.0.0.1:1/x"], "the database cannot be reached"),
    ],
)
def test_a_store_that_cannot_be_meant_or_had_is_refused_in_one_line(
    token_file: Path, options: list[str], words: str
) -> None:
    said = refusal("--port", "0", "--token-file", str(token_file), *options)

    assert words in said
    assert "secret" not in said


def test_an_empty_database_is_not_taken_for_a_new_bridge(token_file: Path) -> None:
    url = new_database(is_empty=True)
    options = ["--port", "0", "--token-file", str(token_file), "--database", url]

    assert "holds no store of a bridge: run `bridge-ref migrate`" in refusal(*options)
    migrated = subprocess.run([*BRIDGE_REF, "migrate", "--database", url], capture_output=True, text=True, timeout=30)
    with serving(*options) as (_, ready):
        assert post(ready["scim"], "ada@example.com") == 201

    assert (migrated.returncode, migrated.stdout) == (0, f"the store has version {HEAD}\n")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_newer_store_is_refused_in_one_line(engine: str, tmp_path: Path, token_file: Path) -> None:
    statement = "UPDATE alembic_version SET version_num = '9999'"
    if engine == "sqlite":
        asyncio.run(SqliteStore.open(tmp_path / "data").close())
        place = ["--data", str(tmp_path / "data")]
        with closing(sqlite3.connect(tmp_path / "data" / "bridge-ref.sqlite3", isolation_level=None)) as connection:
            connection.execute(statement)
    else:
        url = new_database()
        place = ["--database", url]
        execute(url, statement)

    assert "has version 9999, which is newer than this bridge" in refusal(
        "--port", "0", "--token-file", str(token_file), *place
    )


def test_the_version_that_is_read_is_the_newest_there_is() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))

    assert script.get_current_head() == HEAD
    assert [each.revision for each in script.walk_revisions()][::-1] == list(VERSIONS)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_request_that_has_begun_is_answered_after_sigterm(engine: str, tmp_path: Path, token_file: Path) -> None:
    place = ["--data", str(tmp_path / "data")] if engine == "sqlite" else ["--database", new_database()]
    body = json.dumps({"schemas": [USER], "userName": "ada@example.com"}).encode()
    head = (
        f"POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right-token\r\n"
        f"Content-Type: application/scim+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving("--port", "0", "--token-file", str(token_file), *place) as (process, ready):
        port = int(ready["scim"].split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(head.encode() + body[:10])
            time.sleep(0.3)
            process.terminate()
            time.sleep(0.3)
            connection.sendall(body[10:])
            answered = connection.recv(65536)
        process.communicate(timeout=20)

    assert answered.startswith(b"HTTP/1.1 201")
    assert process.returncode == 0
    with serving("--port", "0", "--token-file", str(token_file), *place) as (_, ready):
        assert post(ready["scim"], "ada@example.com") == 409  # what was acknowledged is there
