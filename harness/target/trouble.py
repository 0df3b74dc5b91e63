"""Says in one sentence why there is no connection to a bridge, and what to do about it."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine
from urllib.parse import urlsplit

import requests
import urllib3

_HANDSHAKE_S = 5.0
_CA_HINT = "give the authority's certificate with --ca-file"
# OpenSSL's verify codes (X509_V_ERR_*), by what is wrong with the certificate.
_CERTIFICATES = {
    9: "is not valid yet: compare the clocks of this machine and of the bridge",
    10: "has expired: renew it",
    18: f"is signed by itself and not trusted here: {_CA_HINT}",
    19: f"comes from an authority that is not trusted here: {_CA_HINT}",
    20: f"comes from an authority that is not trusted here: {_CA_HINT}",
    21: f"comes without the certificates between it and a trusted authority: {_CA_HINT}, or send the whole chain",
    62: "is for another name: use the name in the certificate as the address",
    64: "is for another address: use the name in the certificate as the address",
}


def say_trouble(error: Exception, url: str) -> str:
    """The sentence for an error of a connection to this address; it names no exception class and no secret."""
    host, port, place = _parts(url)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            wrong = _CERTIFICATES.get(cause.verify_code, f"is not accepted ({cause.verify_message})")
            return f"the certificate of {place} {wrong}"
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _say_tls(cause, place)
        if isinstance(cause, socket.gaierror):
            return (
                f"the name {host} is not known here: check the address, and whether it needs a VPN or another resolver"
            )
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens at {place}: check that the bridge runs, and its port"
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return f"there is no way from here to {place}: check the network, and whether it needs a VPN"
    if any(isinstance(cause, requests.ConnectTimeout | urllib3.exceptions.ConnectTimeoutError) for cause in causes):
        return f"{place} takes no connection: a firewall may drop it, or the address is another machine's"
    if any(isinstance(cause, requests.Timeout | TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return f"{place} takes the connection and then says nothing: look at the log of the bridge"
    if urlsplit(url).scheme == "http" and speaks_tls(host, port):
        return f"{place} speaks TLS, and the address says http: use https"
    if any(isinstance(cause, BadStatusLine) and not isinstance(cause, ConnectionResetError) for cause in causes):
        return f"{place} does not answer in HTTP: check the port"
    return f"{place} closes the connection without an answer: look at the log of the bridge, and check the port"


def speaks_tls(host: str, port: int) -> bool:
    """Whether a TLS server listens there, trusted or not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, port), _HANDSHAKE_S) as plain,
        context.wrap_socket(plain, server_hostname=host),
    ):
        return True
    return False


def _say_tls(error: ssl.SSLError, place: str) -> str:
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return f"{place} speaks plain HTTP, and the address says https: use http, or the port that speaks TLS"
    if error.reason and "PROTOCOL" in error.reason:
        return f"{place} speaks only versions of TLS that are too old: let it offer TLS 1.2 or 1.3"
    reason = (error.reason or "no reason given").lower().replace("_", " ")
    return f"{place} and this machine can't agree on TLS ({reason})"


def _parts(url: str) -> tuple[str, int, str]:
    parts = urlsplit(url)
    host = parts.hostname or url
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return host, port, f"{f'[{host}]' if ':' in host else host}:{port}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it came from; urllib3 and requests keep some of it only in their arguments."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = [part for part in (*each.args, getattr(each, "reason", None)) if isinstance(part, BaseException)]
        waiting += [*inner, each.__cause__, each.__context__]
