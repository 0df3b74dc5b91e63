"""The bridge as a process, over loopback: the ready line, both listeners, an orderly end, refusals."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bridge_ref.world import USER

SERVE = [sys.executable, "-m", "bridge_ref", "serve"]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("right-token\n")
    return path


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


def refusal(*options: str) -> str:
    ended = subprocess.run([*SERVE, *options], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr


def test_a_bridge_from_ready_to_sigterm(tmp_path: Path, token_file: Path) -> None:
    control_token = tmp_path / "control-token"
    control_token.write_text("control-token")
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
        path.write_text(content)

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
