"""Calls to the fake Directory API, as a client makes them."""

from __future__ import annotations

from typing import Any

import google.auth.transport.requests
import requests
from google.oauth2 import service_account

from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import SCOPES

DIRECTORY = "/admin/directory/v1"


def credentials(api: DirectoryApi, **changed: Any) -> service_account.Credentials:
    info = api.account.key_file(api.token_uri) | changed.pop("info", {})
    options = {"scopes": SCOPES, "subject": api.actor} | changed
    make: Any = service_account.Credentials.from_service_account_info
    made: service_account.Credentials = make(info, **options)
    return made


def token(api: DirectoryApi, **changed: Any) -> str:
    made: Any = credentials(api, **changed)
    made.refresh(google.auth.transport.requests.Request())
    return str(made.token)


def times(now: int) -> dict[str, Any]:
    return {"iat": now, "exp": now + 3600}


def get(api: DirectoryApi, path: str, **parameters: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token(api)}"}
    return requests.get(api.url + path, params=parameters, headers=headers, timeout=5)


def reason(response: requests.Response) -> str:
    return str(response.json()["error"]["errors"][0]["reason"])
