"""Which certificates are trusted: the system's, those that come with Python's libraries, and a file of the user's."""

from __future__ import annotations

import ssl
import time
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter

from harness.errors import UsageError
from harness.target.watch import Watch

# Ours: the most that is read of an answer that is wanted at once, such as the first look at a target, and for how long.
AT_ONCE = 8 * 1024 * 1024
AT_ONCE_S = 30.0


@cache
def trusting_context(ca_file: str | None) -> ssl.SSLContext:
    """A context that trusts the file besides the default authorities. Raises UsageError for an unusable file."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except ssl.SSLError as error:
            raise UsageError(f"--ca-file {ca_file} holds no certificate in PEM form") from error
        except OSError as error:
            raise UsageError(f"--ca-file {ca_file} can't be read: {error.strerror}") from error
    return context


def make_session(ca_file: str | None, watch: Watch | None = None) -> BoundedSession:
    """A session that trusts so. No proxy, no netrc and no cookie: a token goes to the address that was given,
    and nowhere else, and no request knows of an earlier one.

    `watch` is told of the connections that the session opens.
    """
    session = BoundedSession()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _Trusting(trusting_context(ca_file), watch))
    session.mount("http://", _Trusting(None, watch))
    return session


class BoundedSession(requests.Session):
    """Follows no redirect, and reads no body to its end to be able to. A body that is read at once is cut at a size."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: `requests` would read the whole body of a redirect before it asks whether it is to be followed."""
        return None

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send; where the caller wants the body at once, no more than `AT_ONCE` bytes of it, and for no longer than
        `AT_ONCE_S`.
        """
        is_streamed = kwargs.pop("stream", False)
        answer = super().send(request, stream=True, **kwargs)
        if not is_streamed:
            answer._content = _read_at_once(answer)
            answer.close()
        return answer


def _read_at_once(answer: requests.Response) -> bytes:
    body, until = bytearray(), time.monotonic() + AT_ONCE_S
    while len(body) < AT_ONCE and (part := answer.raw.read1(AT_ONCE - len(body), decode_content=True)):
        body += part
        if time.monotonic() > until:
            raise requests.ReadTimeout(f"the body was not complete after {AT_ONCE_S:.0f} s")
    return bytes(body)


class _Trusting(HTTPAdapter):
    """Connects with a context of its own: requests would take a file instead of the authorities it knows."""

    def __init__(self, context: ssl.SSLContext | None, watch: Watch | None) -> None:
        self._context = context
        self._watch = watch
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools of connections, with the context, and with connections that the watch knows."""
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        if self._watch is not None:
            self.poolmanager.pool_classes_by_scheme = self._watch.pool_classes()
