"""Finds the SCIM base address of a bridge, and says what is wrong when there is none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from itertools import takewhile
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from harness.errors import AuthenticationRefused, NotScim, TargetError, Unreachable
from harness.record.exchange import parse_answer
from harness.target.trouble import say_trouble, speaks_tls
from harness.target.trust import make_session

# Where bridges put SCIM below their address (C-01); the first that answers is taken.
CANDIDATES = ("/scim/v2", "/v2", "/scim", "")
FIRST_READ = "/ServiceProviderConfig"
SECOND_READ = "/Users?startIndex=1&count=1"
_CONNECT_S, _ANSWER_S = 10.0, 30.0
_GATEWAY = (502, 503, 504)


class Trouble(Enum):
    """What an address lacks to be a SCIM service for us."""

    NONE = auto()
    NO_ANSWER = auto()
    STARTING = auto()
    TOKEN_REFUSED = auto()
    FORBIDDEN = auto()
    REDIRECT = auto()
    NOT_SCIM = auto()


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What an address said to a first look.

    `skew_s` is how far its clock is before ours, in seconds, `elapsed_s` how long the second read took; None: not told.
    """

    url: str
    trouble: Trouble
    said: str = ""
    skew_s: float | None = None
    elapsed_s: float | None = None

    @property
    def is_heard(self) -> bool:
        """Whether there is more than silence, or a gateway that says that nothing is behind it yet."""
        return self.trouble not in (Trouble.NO_ANSWER, Trouble.STARTING)


def find_base(
    url: str,
    token: str,
    *,
    is_given: bool,
    wait_s: float,
    is_started: bool,
    ca_file: str | None,
    death: Callable[[], str],
) -> FirstLook:
    """The look at the SCIM base address: as given, or the first candidate of a started bridge that answers SCIM.

    Raises Unreachable, AuthenticationRefused or NotScim, with a sentence that says what to do.
    """
    candidates = ("",) if is_given else CANDIDATES
    deadline = time.monotonic() + wait_s
    while True:
        answers = [ask(url + base, token, ca_file) for base in candidates]
        is_last = not (is_started or wait_s > 0) or time.monotonic() > deadline
        # A bridge may start between two candidates: a later one counts only in a round in which all earlier ones were
        # answered, and "no candidate" only in a round in which all were.
        heard = answers if is_last else list(takewhile(lambda answer: answer.is_heard, answers))
        found = next((answer for answer in heard if answer.trouble is Trouble.NONE), None)
        if found is not None:
            return found
        if reason := death():
            raise Unreachable(reason)
        if is_last or len(heard) == len(answers):
            raise _refusal(answers, token, ca_file, is_given=is_given)
        time.sleep(0.1)


def ask(base: str, token: str, ca_file: str | None) -> FirstLook:
    """A first look at an address: two reads, and what they say of it."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/scim+json"}
    before = time.time()
    try:
        with make_session(ca_file) as session:
            answers = [
                session.get(base + target, headers=headers, timeout=(_CONNECT_S, _ANSWER_S), allow_redirects=False)
                for target in (FIRST_READ, SECOND_READ)
            ]
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return FirstLook(base, Trouble.NO_ANSWER, f"{base} does not answer: {say_trouble(error, base)}")
    trouble, said = _read(base, *answers)
    return FirstLook(base, trouble, said, _skew(answers[-1], before), answers[-1].elapsed.total_seconds())


def _read(base: str, config: requests.Response, users: requests.Response) -> tuple[Trouble, str]:
    both = (config, users)
    if 401 in (config.status_code, users.status_code):
        return Trouble.TOKEN_REFUSED, (
            f"{base} refuses the token (401): check --token-file, --token-env or --token-command"
        )
    if users.status_code == 403:
        return Trouble.FORBIDDEN, (
            f"{base} knows the token, but does not let it read users (403): give it the scope or role for SCIM"
        )
    if any(a.status_code == 200 and "schemas" in _object(a.content) for a in both):
        return Trouble.NONE, ""
    if moved := next((a for a in both if a.is_redirect and "Location" in a.headers), None):
        goal = urljoin(moved.url, moved.headers["Location"])
        return Trouble.REDIRECT, f"{base} redirects ({moved.status_code}) to {_base_of(goal)}: use that as the address"
    if users.status_code in _GATEWAY:
        return Trouble.STARTING, (
            f"{base} is behind a gateway that has no bridge behind it ({users.status_code}): "
            "wait until it has started, or give more time with --wait-for"
        )
    parts = urlsplit(base)
    if parts.scheme == "http" and users.status_code == 400 and speaks_tls(parts.hostname or "", parts.port or 80):
        return Trouble.NOT_SCIM, f"{parts.netloc} speaks TLS, and the address says http: use https"
    kind = users.headers.get("Content-Type", "no media type").split(";")[0]
    return Trouble.NOT_SCIM, f"GET {base}/Users gives {users.status_code} ({kind})"


def _refusal(answers: list[FirstLook], token: str, ca_file: str | None, *, is_given: bool) -> TargetError:
    by_trouble = {answer.trouble: answer for answer in reversed(answers)}
    for trouble in (Trouble.TOKEN_REFUSED, Trouble.FORBIDDEN):
        if trouble in by_trouble:
            return AuthenticationRefused(by_trouble[trouble].said)
    if Trouble.REDIRECT in by_trouble:
        return NotScim(by_trouble[Trouble.REDIRECT].said)
    if Trouble.NOT_SCIM in by_trouble:
        first = by_trouble[Trouble.NOT_SCIM]
        said = "; ".join(answer.said for answer in answers if answer.trouble is Trouble.NOT_SCIM)
        hint = _say_better(first.url, token, ca_file) if is_given else "; if SCIM lies elsewhere, add --url"
        return NotScim(f"{first.url} answers, but not as a SCIM service: {said}{hint}")
    return Unreachable(answers[0].said)


def _say_better(url: str, token: str, ca_file: str | None) -> str:
    """A hint at the base address that would be right: below the one given, or above it."""
    found = find_better(url, token, ca_file)
    return f"; SCIM answers at {found}: use that as --url" if found else "; check the path of --url"


def find_better(url: str, token: str, ca_file: str | None) -> str:
    """The base address, on the same server, at which SCIM answers; empty when none of the usual places does."""
    parts = urlsplit(url)
    server, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    above = path.rsplit("/", 1)[0]
    places = [path + candidate for candidate in CANDIDATES if candidate]
    places += [above, *(above + candidate for candidate in CANDIDATES), *CANDIDATES]
    for place in dict.fromkeys(places):
        if place != path and ask(server + place, token, ca_file).trouble is Trouble.NONE:
            return server + place
    return ""


def _base_of(goal: str) -> str:
    """The base address behind the target of a redirect."""
    plain = goal.split("?", 1)[0].split("#", 1)[0].rstrip("/")
    for end in ("/ServiceProviderConfig", "/Users"):
        plain = plain.removesuffix(end)
    parts = urlsplit(plain)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _skew(answer: requests.Response, before: float) -> float | None:
    """How far the bridge's clock is before ours, by its Date header: RFC 9110 6.6.1; the header has whole seconds."""
    with contextlib.suppress(TypeError, ValueError, KeyError):
        told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        after = time.time()
        if told + 1 < before:
            return told + 1 - before
        return max(0.0, told - after)
    return None


def _object(body: bytes) -> dict[str, object]:
    value = parse_answer(body).value
    return value if isinstance(value, dict) else {}
