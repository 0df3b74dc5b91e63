"""A bridge in a process that pulls the fake over loopback: options, notices, preview, orderly end."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from harness.directory_api import DirectoryApi
from tests.bridge_ref.google import account, company
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.process import BRIDGE_REF, refusal, secret, serving

pytestmark = pytest.mark.slow

CONTROL = {"Authorization": "Bearer control-token"}


@pytest.fixture
def api() -> Iterator[DirectoryApi]:
    with DirectoryApi(company(), account=account()) as served:
        yield served


@pytest.fixture
def google_options(api: DirectoryApi, tmp_path: Path) -> list[str]:
    settings = {
        "actor": api.actor,
        "api_url": api.url,
        "notice_gap_s": 1,
        "groups": [api.group_address(each) for each in api.directory.groups],
    }
    (tmp_path / "google.json").write_text(json.dumps(settings))
    api.write_key_file(tmp_path / "key.json")
    return ["--google-settings", str(tmp_path / "google.json"), "--google-key", str(tmp_path / "key.json")]


@pytest.fixture
def options(tmp_path: Path, google_options: list[str]) -> list[str]:
    secret(tmp_path / "token", "right-token")
    secret(tmp_path / "control-token", "control-token")
    served = ["--port", "0", "--token-file", str(tmp_path / "token"), "--control-port", "0"]
    return [*served, "--control-token-file", str(tmp_path / "control-token"), *google_options]


def until(looks_right: Callable[[], bool], seconds: float = 15) -> None:
    """Look again and again; the time is bounded."""
    ends = time.monotonic() + seconds
    while not looks_right():
        assert time.monotonic() < ends, "nothing came of it"
        time.sleep(0.05)


def states(ready: dict[str, Any]) -> dict[str, str]:
    members = requests.get(f"{ready['control']}/members", headers=CONTROL, timeout=5).json()["members"]
    return {member["email"]: member["state"] for member in members}


def set_address(options: list[str], scim: str) -> None:
    """Tell the bridge, before its next start, where notices reach it."""
    path = Path(options[options.index("--google-settings") + 1])
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "bridge_address": scim.removesuffix("/scim/v2")}))


def test_people_come_and_a_notice_hastens_what_follows(api: DirectoryApi, options: list[str], tmp_path: Path) -> None:
    """GOOGLE-18, GOOGLE-19."""
    options += ["--data", str(tmp_path / "data")]
    with serving(*options) as (_, first):
        until(lambda: len(states(first)) == 3)
    set_address(options, first["scim"])
    options[1] = first["scim"].split(":")[2].split("/")[0]
    with serving(*options) as (_, ready):
        until(lambda: len(api.api.channels.open) == 5)
        ada = next(each for each in api.directory.people.values() if each.given_name == "Ada")
        api.directory.disable(ada)

        taken = api.publish()

        assert taken == 2, "one channel for users, one for what administrators do"
        until(lambda: states(ready)[ada.address] == "INVITED_SUSPENDED", 20)


def test_a_preview_before_the_first_sync(api: DirectoryApi, google_options: list[str], tmp_path: Path) -> None:
    """SEED-21."""
    data = tmp_path / "data"
    made = subprocess.run([*BRIDGE_REF, "migrate", "--data", str(data)], capture_output=True, timeout=30)
    assert made.returncode == 0
    command = [*BRIDGE_REF, "workspace-preview", "--data", str(data), *google_options]

    shown = subprocess.run(command, capture_output=True, text=True, timeout=30)
    api.fail("groups.get", group="Design t", status=403)
    partial = subprocess.run(command, capture_output=True, text=True, timeout=30)

    assert (shown.returncode, json.loads(shown.stdout)["would_be_suspended"]) == (0, [])
    assert len(json.loads(shown.stdout)["would_be_done"]) == 7
    assert (partial.returncode, len(json.loads(partial.stdout)["missing"])) == (1, 1)


def test_several_workers_pull_once(api: DirectoryApi, options: list[str]) -> None:
    plain = [each for each in options if each not in ("--control-port", "--control-token-file")]
    plain.remove(options[options.index("--control-token-file") + 1])
    del plain[plain.index("0", 2)]
    headers = {"Authorization": "Bearer right-token"}
    with serving(*plain, "--database", new_database(), "--workers", "2") as (_, ready):

        def count() -> int:
            return int(requests.get(f"{ready['scim']}/Users", headers=headers, timeout=5).json()["totalResults"])

        until(lambda: count() == 3)
        time.sleep(1.5)  # a tick and a half: the other worker has had its chance

    assert api.count("users.list") == 1


def test_a_bridge_that_waits_for_google_stops_at_once(api: DirectoryApi, options: list[str], tmp_path: Path) -> None:
    fault = api.fail("users.list", status=429, retry_after_s=60)
    with serving(*options, "--data", str(tmp_path / "data")) as (process, _):
        until(lambda: fault.happened > 0)
        began = time.monotonic()
        process.terminate()
        process.communicate(timeout=20)

    assert time.monotonic() - began < 10


def test_scim_that_is_closed_for_writing(api: DirectoryApi, options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "google.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "scim": "read-only"}))
    headers = {"Authorization": "Bearer right-token", "Content-Type": "application/scim+json"}
    with serving(*options, "--data", str(tmp_path / "data")) as (_, ready):
        until(lambda: len(states(ready)) == 3)

        answer = requests.post(
            f"{ready['scim']}/Users", data='{"userName": "eve@a.example"}', headers=headers, timeout=5
        )

    assert answer.status_code == 403


def test_options_that_do_not_fit(options: list[str], tmp_path: Path) -> None:
    without_key = options[:-2]
    gone = [*options[:-1], str(tmp_path / "nothing.json")]

    assert "--google-settings and --google-key must be given together" in refusal(*without_key)
    assert "nothing.json: No such file" in refusal(*gone)
