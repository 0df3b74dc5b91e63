"""Tokens: a service account gets one, and everybody else is refused."""

from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from google.auth.exceptions import RefreshError

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import USERS, ServiceAccount
from tests.harness.directory_api.calls import DIRECTORY, reason, times, token


def signed(api: DirectoryApi, **claims: Any) -> str:
    """An assertion that is right but for these claims."""
    now = int(time.time())
    right = {"iss": api.account.email, "sub": api.actor, "scope": USERS, "aud": api.token_uri}
    header, body = (encode(json.dumps(part).encode()) for part in ({"alg": "RS256"}, times(now) | right | claims))
    signature = api.account.key.sign(f"{header}.{body}".encode(), PKCS1v15(), SHA256())
    return f"{header}.{body}.{encode(signature)}"


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def exchange(api: DirectoryApi, assertion: str) -> requests.Response:
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return requests.post(api.token_uri, data={"grant_type": grant, "assertion": assertion}, timeout=5)


def test_a_service_account_gets_a_token(api: DirectoryApi) -> None:
    assert token(api).startswith("ya29.fake-")


def test_google_auth_of_a_foreign_key_is_refused(api: DirectoryApi) -> None:
    foreign = ServiceAccount.make().key_file(api.token_uri)

    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        token(api, info={"private_key": foreign["private_key"]})


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"subject": "somebody@marigold.example"}, "Invalid email"),
        ({"scopes": [USERS, "https://www.googleapis.com/auth/drive"]}, "unauthorized_client"),
        ({"info": {"client_email": "other@project.invalid"}}, "Invalid issuer"),
    ],
)
def test_who_asks_for_what_is_looked_at(api: DirectoryApi, changed: dict[str, Any], word: str) -> None:
    with pytest.raises(RefreshError, match=word):
        token(api, **changed)


@pytest.mark.parametrize("off_s", [-7200, 7200])
def test_a_clock_that_is_wrong_is_refused(directory: Directory, account: ServiceAccount, off_s: int) -> None:
    clock = ManualClock(time.time() + off_s)
    with DirectoryApi(directory, account=account, clock=clock) as api, pytest.raises(RefreshError, match="short-lived"):
        token(api)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"aud": "https://elsewhere.invalid/token"}, 400),
        ({"exp": int(time.time()) + 90_000}, 400),
        ({"iat": "now"}, 400),
        ({"scope": ""}, 400),
    ],
)
def test_each_claim_is_looked_at(api: DirectoryApi, claims: dict[str, Any], status: int) -> None:
    assert exchange(api, signed(api, **claims)).status_code == status


@pytest.mark.parametrize("assertion", ["", "a.b", "a.b.c", "e30.e30.e30", "!.!.!"])
def test_what_is_no_token_is_refused(api: DirectoryApi, assertion: str) -> None:
    answer = exchange(api, assertion)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_nothing_is_told_without_a_token(api: DirectoryApi) -> None:
    answer = requests.get(f"{api.url}{DIRECTORY}/users?customer=my_customer", timeout=5)

    assert (answer.status_code, reason(answer)) == (401, "authError")


def test_an_expired_token_is_refused(api: DirectoryApi) -> None:
    headers = {"Authorization": f"Bearer {token(api)}"}
    api.tokens.expire_all()

    assert requests.get(f"{api.url}{DIRECTORY}/users", headers=headers, timeout=5).status_code == 401


def test_a_token_opens_only_what_it_is_for(api: DirectoryApi) -> None:
    headers = {"Authorization": f"Bearer {token(api, scopes=[USERS])}"}

    answer = requests.get(f"{api.url}{DIRECTORY}/groups?customer=my_customer", headers=headers, timeout=5)

    assert (answer.status_code, reason(answer)) == (403, "insufficientPermissions")


def test_the_key_file_is_for_its_owner(api: DirectoryApi, tmp_path: Path) -> None:
    path = api.write_key_file(tmp_path / "key.json")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["token_uri"] == api.token_uri
