"""The adapter in docs/reference/probe.md, which vendors copy, runs as written and keeps the contract."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from harness.errors import TargetError
from harness.schema.validate import validate
from harness.target.probe import HttpProbe, NotOffered
from tests.docs.pages import ROOT, blocks

(SOURCE,) = blocks(ROOT / "docs" / "reference" / "probe.md", "python")


@pytest.fixture
def base() -> Iterator[str]:
    """The adapter, served."""
    adapter: dict[str, Any] = {}
    exec(compile(SOURCE, "docs/reference/probe.md", "exec"), adapter)
    server = adapter["make_server"](adapter["Product"](), "probe-token")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/probe/v1"
    server.shutdown()
    server.server_close()


def test_bridgecheck_understands_it(base: str) -> None:
    probe = HttpProbe(base, "probe-token")

    before = probe.read("members")["members"][0]
    after = probe.act("members/7/sign-up", {})

    assert (before["state"], after["state"]) == ("INVITED", "PENDING")
    with pytest.raises(TargetError, match="HTTP 409, The member is PENDING"):
        probe.act("members/7/sign-up", {})
    with pytest.raises(NotOffered):
        probe.read("mail")


@pytest.mark.parametrize(
    ("method", "path", "token", "body", "status"),
    [
        ("GET", "members", "wrong", "", 401),
        ("GET", "nothing", "probe-token", "", 404),
        ("POST", "members/8/sign-up", "probe-token", "{}", 404),
        ("POST", "members/7/sign-up", "probe-token", "{", 400),
    ],
)
def test_it_refuses_as_the_contract_says(base: str, method: str, path: str, token: str, body: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    refused = requests.request(method, f"{base}/{path}", headers=headers, data=body, timeout=10)

    assert refused.status_code == status
    assert validate(refused.json(), "probe/error") == []


def test_it_is_short_enough_to_copy() -> None:
    assert len([line for line in SOURCE.splitlines() if line.strip()]) <= 70
