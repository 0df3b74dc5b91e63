"""The account probe: observes the account behind a bridge, and acts on it, outside SCIM."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

import urllib3

from harness.errors import TargetError
from harness.record.exchange import Json
from harness.schema.registry import is_valid
from harness.schema.validate import validate
from harness.target.secrets import Secrets
from harness.target.trouble import say_trouble
from harness.target.trust import trusting_context
from harness.target.watch import Watch

TIMEOUT_S = 60.0
# Ours: how long an answer may take as a whole, and how long it may be.
ANSWER_S = 120.0
BODY_LIMIT = 32 * 1024 * 1024
EMAILS = 90  # the contract: at most so many addresses in one question for members


class NotOffered(Exception):
    """The target does not offer this read or act, or the guard does not let it happen there."""


class NotOurs(NotOffered):
    """It would change somebody or something on the target that this run did not make."""


class NotThere(NotOurs):
    """The account has nobody and nothing under this id."""


class ProbeRefused(TargetError):
    """The probe answered with an error; `status` is its HTTP status."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class NeedsDisposable(NotOffered):
    """It reaches the whole account, which is neither ours nor declared disposable."""


class AccountProbe(Protocol):
    """What a story may see and do. Each call raises NotOffered where the target lacks it."""

    reads: frozenset[str]
    acts: frozenset[str]
    confirmation_interval_s: float

    def read(self, name: str, **query: str | list[str]) -> Json:
        """One of the reads of the contract, by name."""
        ...

    def act(self, path: str, body: Json) -> Json:
        """One of the acts of the contract, by path."""
        ...


class NoProbe:
    """A target that shows SCIM and nothing else."""

    reads: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    confirmation_interval_s = 300.0

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Raises NotOffered."""
        raise NotOffered(f"the target offers no account probe, so {name} can't be read")

    def act(self, path: str, body: Json) -> Json:
        """Raises NotOffered."""
        raise NotOffered(f"the target offers no account probe, so {act_name(path)} can't be done")


# Reads of one thing: where it is, by its id. Every other read is at its own name.
_PATHS = {"member": "members/{id}", "group_members": "groups/{id}/members"}

# The schema of each answer, in `schemas/probe/`.
READ_SCHEMAS = {
    "capabilities": "capabilities",
    "members": "members",
    "member": "member",
    "groups": "groups",
    "group_members": "group-members",
    "vaults": "vaults",
    "settings": "settings",
    "journal": "journal",
    "mail": "mail",
    "health": "health",
}
ACT_SCHEMAS = {
    "fixtures": "fixtures",
    "sign-up": "member",
    "accept-address": "member",
    "confirm": "member",
    "suspend": "member",
    "reactivate": "member",
    "delete": "member",
    "recover": "member",
    "delete-group": "groups",
    "provisioning": "settings",
    "managed-groups": "settings",
    "credentials/rotate": "credentials-rotate",
    "bridge/stop": "now",
    "bridge/start": "now",
    "clock/advance": "now",
    "reset": "now",
    "workspace/attach": "workspace",
    "workspace/sync": "workspace",
    "workspace/forget": "workspace",
}


class HttpProbe:
    """The probe contract over HTTP. Raises TargetError when the listener does not keep it."""

    def __init__(self, base: str, token: str, ca_file: str | None = None, secrets: Secrets | None = None) -> None:
        self._base = base.rstrip("/")
        if not re.match(r"https?://[^/]+", self._base, re.IGNORECASE):
            raise TargetError(f"the probe's address {self._base!r} is not an http or https address")
        # Not requests: a run looks at the account thousands of times, and half of each look would be spent in it.
        self._secrets = secrets or Secrets({"probe": token})
        self._watch = Watch()
        self._pool = urllib3.PoolManager(
            headers={"Authorization": f"Bearer {token}"},
            retries=False,
            timeout=TIMEOUT_S,
            ssl_context=trusting_context(ca_file),
        )
        self._pool.pool_classes_by_scheme = self._watch.pool_classes()
        offered = self._call("GET", "capabilities", READ_SCHEMAS["capabilities"])
        self.reads = frozenset(offered.get("reads", ()))
        self.acts = frozenset(offered.get("acts", ()))
        self.confirmation_interval_s = float(offered.get("confirmation_interval_s", 300.0))

    def read(self, name: str, **query: str | list[str]) -> Json:
        """GET of a read by its name; `member` and `group_members` take `id`."""
        if name not in self.reads:
            raise NotOffered(f"the target's probe does not offer the read {name!r}")
        path = _PATHS[name].format(id=quote(str(query.pop("id")), safe="")) if name in _PATHS else name
        return self._call("GET", path, READ_SCHEMAS.get(name), query=query)

    def act(self, path: str, body: Json) -> Json:
        """POST of an act."""
        if act_name(path) not in self.acts:
            raise NotOffered(f"the target's probe does not offer the act {act_name(path)!r}")
        return self._call("POST", path, ACT_SCHEMAS.get(act_name(path)), body=body)

    def _call(
        self,
        method: str,
        path: str,
        schema: str | None,
        query: Mapping[str, str | list[str]] | None = None,
        body: Json | None = None,
    ) -> Json:
        url = f"{self._base}/{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        try:
            sent = None if body is None else json.dumps(body, allow_nan=False).encode()
            headers = {**self._pool.headers, **({"Content-Type": "application/json"} if sent else {})}
            with self._watch.limit(ANSWER_S):
                answer = self._pool.request(
                    method, url, redirect=False, body=sent, headers=headers, preload_content=False
                )
                status, data = answer.status, answer.read(BODY_LIMIT + 1, decode_content=True)
            self._check_whole(answer, data, f"{method} {path}")
        except urllib3.exceptions.HTTPError as error:
            raise TargetError(f"the probe at {self._base}/{path} does not answer: {say_trouble(error, url)}") from error
        except ValueError as error:  # its text may hold the token
            raise TargetError(
                f"the request to the probe at {self._base}/{path} can't be written: the token, or a value in it, holds "
                "what has no place there"
            ) from error
        try:
            said = json.loads(self._secrets.redact_bytes(data))
        except (ValueError, RecursionError) as error:
            raise TargetError(f"the probe's answer to {method} {path} is not JSON (HTTP {status})") from error
        if status >= 400 or not isinstance(said, dict):
            reason = said.get("error", "no reason given") if isinstance(said, dict) else "the body is no object"
            raise ProbeRefused(f"the probe refused {method} {path}: HTTP {status}, {reason}", status)
        if schema is not None and not is_valid(said, f"probe/{schema}"):
            broken = validate(said, f"probe/{schema}")[0]
            raise TargetError(f"the probe's answer to {method} {path} is wrong at {broken.pointer!r}: {broken.message}")
        return said

    def _check_whole(self, answer: urllib3.BaseHTTPResponse, data: bytes, call: str) -> None:
        """Raises TargetError for an answer that was cut: a part of it says nothing."""
        if len(data) > BODY_LIMIT:
            answer.close()
            raise TargetError(f"the probe's answer to {call} is longer than {BODY_LIMIT // 2**20} MB")
        if self._watch.has_ended:
            raise TargetError(f"the probe's answer to {call} was not complete after {ANSWER_S:g} s")
        answer.release_conn()


def act_name(path: str) -> str:
    """The name in `acts` that a path belongs to: `members/7/sign-up` is `sign-up`, `groups/7/delete` `delete-group`."""
    act = path.rsplit("/", 1)[-1]
    return act if path.startswith("members/") else f"{act}-group" if path.startswith("groups/") else path
