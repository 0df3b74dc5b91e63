"""Which certificates are trusted: the system's, those that come with Python's libraries, and a file of the user's."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter

from harness.errors import UsageError


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


def make_session(ca_file: str | None) -> requests.Session:
    """A session that trusts so. No proxy and no netrc: a token goes to the address that was given."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Trusting(trusting_context(ca_file)))
    return session


class _Trusting(HTTPAdapter):
    """Connects with a context of its own: requests would take a file instead of the authorities it knows."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools of connections, with the context."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
