"""The account probe behind the guard: an act reaches only members and groups that this run made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from harness.record.exchange import Json
from harness.target.guard import GONE, Guard
from harness.target.probe import AccountProbe, NotOurs, NotThere, ProbeRefused, act_name

MEMBER_ACTS = frozenset({"sign-up", "accept-address", "confirm", "suspend", "reactivate", "delete", "recover"})
# What a fixture may be without reaching further than itself.
ORDINARY = "USER_DEFINED"


class GuardedProbe:
    """Reads everything; acts only where the guard allows it.

    Raises NotOurs and NeedsDisposable besides NotOffered, and TargetError where the probe does not tell whose it is.
    """

    def __init__(self, probe: AccountProbe, guard: Guard) -> None:
        self._probe = probe
        self._guard = guard
        self.reads = probe.reads
        self.acts = probe.acts
        self.confirmation_interval_s = probe.confirmation_interval_s

    def read(self, name: str, **query: str | list[str]) -> Json:
        """One of the reads of the contract, by name."""
        return self._probe.read(name, **query)

    def act(self, path: str, body: Json) -> Json:
        """One of the acts of the contract, by path; an act that the target lacks is told first."""
        name = act_name(path)
        if self._guard.is_on and name in self.acts:
            self._check(name, path, body)
        return self._probe.act(path, body)

    def _check(self, name: str, path: str, body: Json) -> None:
        if name in MEMBER_ACTS:
            self._check_one("members", "email", path, name)
        elif name == "delete-group":
            self._check_one("groups", "name", path, "delete")
        elif name == "fixtures":
            self._check_fixtures(body)
        else:
            self._guard.need_disposable(f"the probe's act {name!r}")

    def _check_one(self, kind: str, by: str, path: str, act: str) -> None:
        wanted = unquote(path.split("/")[1])
        found = [each for each in self._those(kind, wanted) if str(each.get("id")) == wanted]
        if not found:
            raise NotThere(f"the act {act!r} would change {kind[:-1]} {wanted}, which the account does not have")
        name = str(found[0].get(by, ""))
        if not self._guard.owned.is_invented(name):
            raise NotOurs(f"the act {act!r} would change {kind[:-1]} {name or wanted}, which this run did not make")

    def _those(self, kind: str, wanted: str) -> list[Json]:
        """The members or groups among which one is looked for; of a large account not all, where the probe can."""
        if kind == "members" and "member" in self.reads:
            try:
                return [self._probe.read("member", id=wanted)]
            except ProbeRefused as error:
                if error.status not in GONE:
                    raise
                return []
        listed: list[Json] = self._probe.read(kind)[kind] if kind in self.reads else []
        return listed

    def _check_fixtures(self, body: Json) -> None:
        members, groups, vaults = (body.get(kind, []) for kind in ("members", "groups", "vaults"))
        if any(each.get("owner") for each in members) or any(each.get("type", ORDINARY) != ORDINARY for each in groups):
            self._guard.need_disposable("putting owners or groups of the account itself in place")
        for name in _names_in(members, groups, vaults):
            if not self._guard.owned.is_invented(name):
                raise NotOurs(f"the act 'fixtures' would touch {name}, which this run did not invent")


def _names_in(members: Iterable[Json], groups: Iterable[Json], vaults: Iterable[Json]) -> Iterable[str]:
    """Every member, group and vault that a fixture makes or names."""
    yield from (str(each.get("email", "")) for each in members)
    for group in groups:
        yield str(group.get("name", ""))
        yield from map(str, group.get("members", ()))
    for vault in vaults:
        yield str(vault.get("name", ""))
        yield from (_group_of(each) for each in vault.get("groups", ()))


def _group_of(entry: Any) -> str:
    return str(entry.get("group", "")) if isinstance(entry, dict) else str(entry)
