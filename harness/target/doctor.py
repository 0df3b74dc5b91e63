"""Looks at the way to a bridge step by step, and says of each step whether it is good and what to do if not."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from harness.errors import TargetError
from harness.target.connection import FirstLook, Trouble, ask, find_better
from harness.target.options import Options
from harness.target.target import Target, open_target, running_target
from harness.target.trouble import say_trouble
from harness.target.trust import trusting_context

SKEW_S = 60.0  # ours: tokens and certificates are often valid for minutes, and a Date header has whole seconds
EXPIRY_DAYS = 14
_TIMEOUT_S = 10.0


class Health(Enum):
    """How a step went."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class StepHealth:
    """One step on the way to a bridge, and a sentence on it."""

    step: str
    health: Health
    said: str


def examine(options: Options) -> Iterator[StepHealth]:
    """The steps up to the first that makes the rest pointless. A bridge that the options start is ended afterwards.

    Raises UsageError for options that make no sense.
    """
    if not options.start:
        yield from _examine(running_target(options), options)
        return
    try:
        target = open_target(options)
    except TargetError as error:
        yield StepHealth("start", Health.BAD, str(error))
        return
    try:
        yield StepHealth("start", Health.GOOD, f"the command starts a bridge that answers at {target.url}")
        yield from _examine(target, options)
    finally:
        target.stop()


def _examine(target: Target, options: Options) -> Iterator[StepHealth]:
    for step in _way_to(target.url, options.ca_file):
        yield step
        if step.health is Health.BAD:
            return
    answer = ask(target.url, target.token, options.ca_file)
    yield from _service(answer, target.token, options.ca_file)
    if answer.trouble is Trouble.NONE:
        yield from _probe(target)


def _way_to(url: str, ca_file: str | None) -> Iterator[StepHealth]:
    """Name, connection and TLS."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
        yield StepHealth("name", Health.GOOD, f"{host} is {addresses}")
        with socket.create_connection((host, port), _TIMEOUT_S) as plain:
            yield StepHealth("connection", Health.GOOD, f"{host}:{port} takes connections")
            if parts.scheme == "https":
                yield _tls(plain, host, ca_file)
    except OSError as error:
        named = "name" if isinstance(error, socket.gaierror) else "TLS" if isinstance(error, ssl.SSLError) else ""
        yield StepHealth(named or "connection", Health.BAD, say_trouble(error, url))


def _tls(plain: socket.socket, host: str, ca_file: str | None) -> StepHealth:
    with trusting_context(ca_file).wrap_socket(plain, server_hostname=host) as secure:
        certificate: Any = secure.getpeercert() or {}
        ends = str(certificate.get("notAfter", ""))
        days = (ssl.cert_time_to_seconds(ends) - time.time()) / 86_400 if ends else EXPIRY_DAYS
        said = f"{secure.version()}, the certificate is good until {ends or 'an unknown day'}"
    return StepHealth("TLS", Health.GOOD if days >= EXPIRY_DAYS else Health.DOUBTFUL, said)


def _service(answer: FirstLook, token: str, ca_file: str | None) -> Iterator[StepHealth]:
    """HTTP, SCIM, token, time."""
    if answer.trouble in (Trouble.NO_ANSWER, Trouble.STARTING, Trouble.REDIRECT):
        yield StepHealth("answer", Health.BAD, answer.said)
        return
    took = f" in {answer.elapsed_s * 1000:.0f} ms" if answer.elapsed_s is not None else ""
    yield StepHealth("answer", Health.GOOD, f"{answer.url} answers{took}")
    yield _clock(answer.skew_s)
    if answer.trouble in (Trouble.TOKEN_REFUSED, Trouble.FORBIDDEN):
        yield StepHealth("token", Health.BAD, answer.said)
        return
    yield StepHealth("token", Health.GOOD, "the token is accepted")
    if answer.trouble is Trouble.NOT_SCIM:
        better = find_better(answer.url, token, ca_file)
        hint = f"; SCIM answers at {better}: use that as --url" if better else "; check the path of --url"
        yield StepHealth("SCIM", Health.BAD, f"{answer.said}: this is not a SCIM service{hint}")
        return
    yield StepHealth("SCIM", Health.GOOD, "the first reads are SCIM")


def _clock(skew_s: float | None) -> StepHealth:
    if skew_s is None:
        return StepHealth("clock", Health.DOUBTFUL, "the answers have no Date header, so clocks can't be compared")
    if abs(skew_s) > SKEW_S:
        which = "before" if skew_s > 0 else "behind"
        return StepHealth(
            "clock", Health.DOUBTFUL, f"the bridge's clock is {abs(skew_s):.0f} s {which} ours: set both by NTP"
        )
    return StepHealth("clock", Health.GOOD, "the clocks agree")


def _probe(target: Target) -> Iterator[StepHealth]:
    if not target.probe_url:
        said = "no --probe-url: the account behind the bridge stays unseen, and what needs it is not judged"
        yield StepHealth("probe", Health.DOUBTFUL, said)
        return
    try:
        probe = target.probe()
    except TargetError as error:
        yield StepHealth("probe", Health.BAD, str(error))
        return
    yield StepHealth("probe", Health.GOOD, f"it offers {len(probe.reads)} reads and {len(probe.acts)} acts")
