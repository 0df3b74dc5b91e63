"""The `op` command line as a probe: the members and groups of a real 1Password account (OBS-01 to 06, ACT-03 to 06).

Only what 1Password documents of it is used (1P-CLI): JSON output, and no secret in an argument list. `op` has its own
sign-in, which this never sees. Words that no source confirms are settings of the profile.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from harness.errors import TargetError
from harness.record.exchange import Json
from harness.target.probe import NotOffered, ProbeRefused, act_name
from harness.target.tables import OnePassword

SAID = 200
_STATES = {
    "TRANSFER_STARTED": "INVITED",
    "TRANSFER_SUSPENDED": "INVITED_SUSPENDED",
    "RECOVERY_STARTED": "RECOVERING",
    "RECOVERY_ACCEPTED": "RECOVERING",
}
_GROUP_TYPES = {
    "ADMINISTRATORS": "ADMINISTRATORS",
    "OWNERS": "OWNERS",
    "RECOVERY": "RECOVERY",
    "TEAM_MEMBERS": "TEAM_MEMBERS",
    "SECURITY": "SECURITY",
    "USER_DEFINED": "USER_DEFINED",
}
_PROVISION_MANAGERS = "Provision Managers"
# Words in what `op` says on its error output: nobody of that id, and a state that does not allow the act.
_NOBODY = ("not found", "isn't a user", "no user")
_NOT_NOW = ("already", "transfer_pending", "transfer_started", "not allowed", "can't", "cannot", "invalid")
_ACTS = {
    "confirm": ("user", "confirm"),
    "suspend": ("user", "suspend"),
    "reactivate": ("user", "reactivate"),
    "delete": ("user", "delete"),
    "recover": ("user", "recovery", "begin"),
}
_UNKNOWN_TIME = "1970-01-01T00:00:00Z"

Run = Callable[[list[str], float], "subprocess.CompletedProcess[str]"]


class OpProbe:
    """An account probe over `op`. Raises TargetError where it can't be run, and ProbeRefused where it refuses an act.

    `scim_id` is unknown to `op`, and so is who is managed: everybody counts as managed. A state that nobody has
    documented is kept as it stands.
    """

    def __init__(self, settings: OnePassword, run: Run | None = None) -> None:
        self._settings = settings
        self._run = run or run_op
        self._calls = 0
        self._types: dict[str, str] = {}
        self.confirmation_interval_s = settings.confirmation_interval_s
        self.acts = frozenset(_ACTS)
        groups = {"groups", "group_members"} if settings.groups else set[str]()
        self.reads = frozenset({"members", "member", *groups})

    def read(self, name: str, **query: str | list[str]) -> Json:
        """One of the reads, as the contract has it; `email` is not asked for: all members are shown."""
        if name not in self.reads:
            raise NotOffered(f"`op` does not show {name}")
        if name == "members":
            return {"members": self._members()}
        if name == "groups":
            return {"groups": [self._group(each) for each in self._json("group", "list")]}
        if name == "group_members":
            return {"members": [_listed(each) for each in self._members_of(str(query["id"]))]}
        return self._member(self._one(str(query["id"])), None)

    def act(self, path: str, body: Json) -> Json:
        """Confirm, suspend, reactivate, delete, or begin a recovery; the member afterwards, of a deletion before."""
        name = act_name(path)
        if name not in self.acts:
            raise NotOffered(f"`op` can't do {name!r}")
        member_id = unquote(path.split("/")[1])
        before = self._member(self._one(member_id), None)
        self._call(*_ACTS[name], member_id, act=path)
        return before if name == "delete" else self._member(self._one(member_id), None)

    def _members(self) -> list[Json]:
        listed = self._json("user", "list")
        groups: dict[str, list[str]] = {}
        for group in self._json("group", "list") if self._settings.groups else ():
            for member in self._members_of(str(group["id"])):
                groups.setdefault(str(member["id"]), []).append(str(group["id"]))
        return [self._member(each, groups) for each in listed]

    def _one(self, member_id: str) -> Json:
        found: Any = self._read_json("user", "get", member_id)
        if not isinstance(found, dict):
            raise TargetError("`op user get` shows no object")
        return found

    def _members_of(self, group_id: str) -> list[Json]:
        return self._json("group", "user", "list", group_id)

    def _member(self, shown: Json, groups: Mapping[str, list[str]] | None) -> Json:
        kind, key = str(shown.get("type", "MEMBER")), str(shown.get("id"))
        created = str(shown.get("created_at") or _UNKNOWN_TIME)
        return {
            "id": key,
            "scim_id": None,
            "email": str(shown.get("email", "")),
            "name": str(shown.get("name", "")),
            "type": kind if kind in ("GUEST", "SERVICE_ACCOUNT") else "MEMBER",
            "state": self._state(str(shown.get("state", ""))),
            "managed": True,
            "groups": sorted((groups or {}).get(key, ())),
            "created_at": created,
            "updated_at": str(shown.get("updated_at") or created),
        }

    def _state(self, word: str) -> str:
        return "PENDING" if word in self._settings.pending else _STATES.get(word, word or "OTHER")

    def _group(self, shown: Json) -> Json:
        key, name = str(shown.get("id")), str(shown.get("name", ""))
        kind = self._type_of(key, name)
        return {"id": key, "scim_id": None, "name": name, "type": kind, "managed": kind == "USER_DEFINED"}

    def _type_of(self, key: str, name: str) -> str:
        """The type of a group, which is asked for once: it never changes."""
        if key not in self._types:
            found: Any = self._read_json("group", "get", key)
            word = str(found.get("type", "")) if isinstance(found, dict) else ""
            self._types[key] = "PROVISION_MANAGERS" if name == _PROVISION_MANAGERS else _GROUP_TYPES.get(word, word)
        return self._types[key] or "USER_DEFINED"

    def _json(self, *words: str) -> list[Json]:
        found = self._read_json(*words)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise TargetError(f"`op {' '.join(words)}` shows no list of objects")
        return found

    def _read_json(self, *words: str) -> Any:
        text = self._call(*words, "--format", "json")
        try:
            return json.loads(text or "[]")
        except ValueError as error:
            raise TargetError(f"`op {' '.join(words)}` does not answer with JSON") from error

    def _call(self, *words: str, act: str = "") -> str:
        if self._calls >= self._settings.max_calls:
            raise TargetError(f"`op` was called {self._calls} times: [op] max_calls in the profile allows no more")
        self._calls += 1
        account = ("--account", self._settings.account) if self._settings.account else ()
        line = [self._settings.command, *words, *account]
        try:
            done = self._run(line, self._settings.timeout_s)
        except subprocess.TimeoutExpired as error:
            limit = self._settings.timeout_s
            raise TargetError(f"`op {' '.join(words[:2])}` has not answered in {limit:g} s") from error
        except (OSError, ValueError) as error:
            raise TargetError(f"`{self._settings.command}` can't be run: {type(error).__name__}") from error
        if done.returncode:
            raise _trouble(words, done.stderr, act)
        return done.stdout


def run_op(line: list[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    """Run `op` without a shell and without a terminal, which it would ask for a password. Raises as subprocess does."""
    quiet = {**os.environ, "OP_FORMAT": "json", "NO_COLOR": "1"}
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False, env=quiet
    )


def _listed(member: Json) -> Json:
    return {"id": str(member["id"]), "email": str(member.get("email", "")), "role": str(member.get("role", "MEMBER"))}


def _trouble(words: tuple[str, ...], stderr: str, act: str) -> TargetError:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    said = (lines[-1] if lines else "no reason given")[:SAID]
    reason, lower = f"`op {' '.join(words[:2])}` failed: {said}", said.lower()
    if any(word in lower for word in _NOBODY):
        return ProbeRefused(reason, 404)
    if act and any(word in lower for word in _NOT_NOW):
        return ProbeRefused(reason, 409)
    return TargetError(reason)
