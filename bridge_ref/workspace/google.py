"""A client of Google: token exchange, requests with back-off, complete lists, channels."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import requests
from google.auth import exceptions
from google.oauth2 import service_account
from msgspec import Struct

from bridge_ref.workspace.settings import WorkspaceSettings

SCOPES = tuple(
    f"https://www.googleapis.com/auth/admin.{each}.readonly"
    for each in ("directory.user", "directory.group", "directory.group.member", "reports.audit")
)
# Google says 403 for "too fast" as well as for "not allowed"; only these are worth another try.
_RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
# A page of 500 users has some hundred KiB.
_MAX_ANSWER_BYTES = 64 * 1024 * 1024


class GoogleError(Exception):
    """A failed request, in words for the operator. `status` is Google's, if Google answered."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Channel(Struct, frozen=True):
    """A channel that Google has opened, and how long it will last."""

    id: str
    lasts_s: float


class Directory(Protocol):
    """The directory API that a pull needs."""

    def get(self, path: str, what: str, **parameters: str) -> dict[str, Any]:
        """One resource."""
        ...

    def pages(self, path: str, name: str, what: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """All entries of a list, over all its pages."""
        ...


class Google:
    """Google's APIs for one service account. Every method raises GoogleError, and none waits without bound."""

    def __init__(
        self,
        key: Mapping[str, Any],
        settings: WorkspaceSettings,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait
        self._session = requests.Session()
        self._session.trust_env = False
        self._secret = hashlib.sha256(b"channels of " + str(key["private_key"]).encode()).digest()
        self._credentials = _make_credentials(key, settings.actor)

    def stop(self) -> None:
        """Wait for nothing any more: the bridge is to end."""
        self._stopping.set()

    def get(self, path: str, what: str, **parameters: str) -> dict[str, Any]:
        """One answer, after as many tries as the settings allow; `what` is its kind."""
        content = self._ask("GET", path, parameters)
        if content.get("kind") != what:
            raise GoogleError(f"{path}: the answer is not a {what}")
        return content

    def pages(self, path: str, name: str, what: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """All entries of a list; a page that is missing is an error, and never an end."""
        seen: set[str] = set()
        token: str | None = None
        for _ in range(self._settings.max_pages):
            page = self.get(path, what, **parameters, **({} if token is None else {"pageToken": token}))
            entries = page.get(name, [])  # An empty list comes without its key.
            if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
                raise GoogleError(f"{path}: {name} is not a list of objects")
            yield from entries
            token = page.get("nextPageToken")
            if not token:
                return
            if not isinstance(token, str) or token in seen:
                raise GoogleError(f"{path}: the pages go in a circle")
            seen.add(token)
        raise GoogleError(f"{path}: more than {self._settings.max_pages} pages")

    def watch(self, path: str, channel_id: str, lasts_s: int, **parameters: str) -> Channel:
        """Open a channel for notices to the address in the settings."""
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": f"{str(self._settings.bridge_address).rstrip('/')}/google/notices",
            "token": self.channel_token(channel_id),
            "params": {"ttl": str(lasts_s)},
        }
        content = self._ask("POST", path, parameters, body)
        try:
            ends_s = int(content["expiration"]) / 1000
        except (KeyError, TypeError, ValueError):
            raise GoogleError(f"{path}: the answer is not a channel") from None
        return Channel(channel_id, min(float(lasts_s), ends_s - time.time()))

    def channel_token(self, channel_id: str) -> str:
        """The token of a channel, derived from the key: all bridges with the key can check it."""
        return hmac.new(self._secret, channel_id.encode(), hashlib.sha256).hexdigest()

    def is_from_google(self, channel_id: str, token: str) -> bool:
        """Whether a notice carries the token of its channel, in constant time."""
        return hmac.compare_digest(self.channel_token(channel_id).encode(), token.encode(errors="replace"))

    def _ask(
        self, method: str, path: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        has_renewed = False
        wait_s, failure = _WAIT_S, GoogleError(f"{path}: not asked")
        for attempt in range(self._settings.tries):
            if attempt:
                self._sleep(wait_s)
            if self._stopping.is_set():
                raise GoogleError(f"{path}: the bridge is stopping")
            try:
                response = self._send(method, path, parameters, body)
                status, content = response.status_code, _read(response)
            except (requests.RequestException, exceptions.TransportError) as error:
                failure = GoogleError(f"{path}: no answer ({type(error).__name__})")
                wait_s = min(_WAIT_S * 2**attempt, _LONGEST_WAIT_S)
                continue
            if status == 401 and not has_renewed:
                # The token may have ended early; a new one is asked for once, and without waiting.
                has_renewed, self._credentials.token, wait_s = True, None, 0.0
                failure = GoogleError(f"{path}: Google does not accept our token", 401)
                continue
            if status == 200 and isinstance(content, dict) and "error" not in content:
                return content
            failure = _failure(path, status, content)
            if not _is_passing(status, content):
                break
            wait_s = _wait_s(response.headers.get("Retry-After"), attempt)
        raise failure

    def _send(
        self, method: str, path: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> requests.Response:
        if not self._credentials.valid:
            self._renew()
        return self._session.request(
            method,
            self._settings.api_url.rstrip("/") + path,
            params=dict(parameters),
            json=body,
            headers={"Authorization": f"Bearer {self._credentials.token}"},
            timeout=self._settings.timeout_s,
            allow_redirects=False,
            stream=True,
        )

    def _renew(self) -> None:
        try:
            self._credentials.refresh(self._exchange)
        except exceptions.RefreshError as error:
            raise GoogleError(f"no token from Google: {_words_of(error)}") from None
        except ValueError:
            raise GoogleError("no token from Google: the key cannot be used") from None

    def _exchange(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **further: Any,
    ) -> "_TokenAnswer":
        """Send google-auth's request by our session, without its own retries."""
        response = self._session.request(
            method, url, data=body, headers=dict(headers or {}), timeout=self._settings.timeout_s, allow_redirects=False
        )
        if response.status_code == 429 or response.status_code >= 500:
            failed: Any = exceptions.TransportError
            raise failed(f"{response.status_code} from the token endpoint")
        return _TokenAnswer(response.status_code, dict(response.headers), response.content)


class _TokenAnswer(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    data: bytes


def _make_credentials(key: Mapping[str, Any], actor: str) -> Any:
    make: Any = service_account.Credentials.from_service_account_info
    try:
        return make(dict(key), scopes=SCOPES, subject=actor)
    except ValueError:
        # Without the error's text, which may hold parts of the key.
        raise GoogleError("the private key in the key file cannot be read") from None


def _read(response: requests.Response) -> Any:
    """The body as JSON; none if it is none, or too large."""
    collected = bytearray()
    for chunk in response.iter_content(65_536):
        collected += chunk
        if len(collected) > _MAX_ANSWER_BYTES:
            return None
    try:
        return json.loads(collected)
    except ValueError:
        return None


def _is_passing(status: int, content: Any) -> bool:
    """Whether another try can help: too fast, down, or an answer that broke off."""
    if status == 403:
        return _reason_of(content) in _RATE_REASONS
    return status in (408, 429) or status >= 500 or (status == 200 and not isinstance(content, dict))


def _failure(path: str, status: int, content: Any) -> GoogleError:
    if status == 200 and not isinstance(content, dict):
        return GoogleError(f"{path}: the answer is cut short or not JSON", status)
    return GoogleError(f"{path}: {status} {_reason_of(content)}".rstrip(), status)


def _reason_of(content: Any) -> str:
    """Google's own word for an error; never more than a word, since it is shown."""
    try:
        return str(content["error"]["errors"][0]["reason"])[:80]
    except (KeyError, IndexError, TypeError):
        return ""


def _wait_s(retry_after: str | None, attempt: int) -> float:
    wait_s = float(retry_after) if retry_after is not None and retry_after.isdecimal() else _WAIT_S * 2**attempt
    return min(wait_s, _LONGEST_WAIT_S)


def _words_of(error: exceptions.RefreshError) -> str:
    # google-auth puts its message first and the whole answer behind it.
    return str(error.args[0])[:200] if error.args else "refused"
