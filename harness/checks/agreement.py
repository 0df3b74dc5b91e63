"""SCIM and the account behind it agree on everybody: access, name, address, groups (docs/reference/machine.md).

A disagreement is told at the look at which it begins, with what happened since the look before. What somebody did on
the account itself is no fault of the bridge, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.catalogue.capabilities import objects_in
from harness.catalogue.verdict import Finding
from harness.checks.ledger import addresses_in
from harness.checks.looks import Glance, looks_of
from harness.checks.registry import Case, History, Outcome, history_check
from harness.checks.selectors import PULL_ACTS, object_in
from harness.record.exchange import Json, get_attribute

_WITH_ACCESS = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
_WITHOUT = ("SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one look lets compare: by requirement, the disagreements that begin there."""

    begun: Mapping[str, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class _Said:
    """One comparison: the requirement, who or what it is about, and what differs, if anything."""

    row: str
    about: str
    finding: Finding | None


class _Sight:
    """The users, groups and members of one look, brought together."""

    def __init__(self, look: Glance) -> None:
        self.users = look.find("scim.users") or []
        self.groups = look.find("scim.groups")
        self.account_groups = look.find("account.groups")
        self.members = look.find("account.members") or []
        self._by_scim_id = {str(m["scim_id"]): m for m in self.members if m.get("scim_id")}

    def member_of(self, user: Json) -> Json | None:
        """The member whom a user stands for: by id, else the one of that address whom no id names."""
        found = self._by_scim_id.get(str(user.get("id")))
        if found is not None:
            return found
        name = _folded(get_attribute(user, "userName"))
        alone = [m for m in self.members if not m.get("scim_id") and _folded(m["email"]) == name]
        return alone[0] if len(alone) == 1 else None

    @property
    def knows_scim_ids(self) -> bool:
        """Whether the account tells which user is which member."""
        return bool(self._by_scim_id)


def _compared(entries: History) -> Iterator[Case[Agreement]]:
    open_before: set[tuple[str, str]] = set()
    told: set[tuple[str, str]] = set()
    left_out: set[str] = set()
    met: set[str] = set()  # whom the story has to do with: of others the account may not have been asked
    is_pulling = False  # a bridge that pulls a directory may change something between two reads of one look
    for look in looks_of(entries):
        is_pulling = is_pulling or any(act.name in PULL_ACTS for act in look.acts)
        left_out |= {act.address.casefold() for act in look.acts if act.name in _BY_HAND}
        met |= {act.address.casefold() for act in look.acts}
        met.update(each.casefold() for exchange in look.writes for each in addresses_in(exchange.sent_json))
        met |= {_folded(member["email"]) for member in look.find("account.members") or ()}
        said = list(_comparisons(_Sight(look), left_out, met)) if _is_whole(look) else []
        begun: dict[str, list[Finding]] = {each.row: [] for each in said}
        differing = {(each.row, each.about) for each in said if each.finding}
        sure = differing & open_before if is_pulling else differing
        for each in said:
            if each.finding and (each.row, each.about) in sure - told:
                begun[each.row].append(each.finding)
        told, open_before = told & differing | sure, differing
        if begun:
            yield Case(look.at, Agreement({row: tuple(found) for row, found in begun.items()}), look.since)


_BY_HAND = ("suspend", "reactivate", "delete", "recover")  # what an administrator did to somebody on the account


def _is_whole(look: Glance) -> bool:
    return look.find("scim.users") is not None and look.find("account.members") is not None


def _comparisons(sight: _Sight, left_out: set[str], met: set[str]) -> Iterator[_Said]:
    for user in sight.users:
        member = sight.member_of(user)
        name = str(get_attribute(user, "userName"))
        if member is None:
            is_ours = _folded(name) in met and _folded(name) not in left_out
            if sight.knows_scim_ids and get_attribute(user, "active") is True and is_ours:
                yield _Said("SEED-13", name, Finding(f"{name} is a member of the account", "SCIM alone has the user"))
            continue
        if member.get("type") == "GUEST" or _folded(member["email"]) in left_out:
            continue
        yield _Said("SEED-13", name, None)
        for compare in _OF_A_PERSON:
            yield from compare(user, member)
    if sight.groups is not None and sight.account_groups is not None:
        yield from _of_groups(sight, left_out)


def _access(user: Json, member: Json) -> Iterator[_Said]:
    active, state, name = get_attribute(user, "active"), str(member["state"]), str(member["email"])
    if active is False and state in (*_WITH_ACCESS, *_WITHOUT):
        wrong = Finding(f"{name} is suspended on the account, as SCIM shows active false", f"the member is {state}")
        yield _Said("SEED-16", name, wrong if state in _WITH_ACCESS else None)
    if active is True and state in (*_WITH_ACCESS, *_WITHOUT):
        wrong = Finding(f"{name} has access to the account, as SCIM shows active true", f"the member is {state}")
        yield _Said("SEED-59", name, wrong if state in _WITHOUT else None)


def _address(user: Json, member: Json) -> Iterator[_Said]:
    name = get_attribute(user, "userName")
    if not isinstance(name, str) or "@" not in name:
        return
    shown = {_folded(get_attribute(each, "value")) for each in objects_in(get_attribute(user, "emails"))}
    shown.add(_folded(name))
    known = {_folded(member["email"]), _folded(member.get("new_email"))} - {""}
    wrong = Finding(f"the account knows {name}, as SCIM does", f"it knows {member['email']}", "/userName")
    yield _Said("SEED-15", f"address of {member['id']}", None if shown & known else wrong)


def _name(user: Json, member: Json) -> Iterator[_Said]:
    name = object_in(user, "name")
    parts = [name[part] for part in ("givenName", "familyName") if isinstance(name.get(part), str)]
    shown = [get_attribute(user, "displayName"), name.get("formatted"), " ".join(parts)]
    names = [_plain(each) for each in shown if isinstance(each, str) and each.strip()]
    if not names:
        return
    wrong = Finding(f"the account shows {names[0]!r}, as SCIM does", repr(member["name"]), "/displayName")
    yield _Said("SEED-15", f"name of {member['id']}", None if _plain(member["name"]) in names else wrong)


_OF_A_PERSON: tuple[Callable[[Json, Json], Iterator[_Said]], ...] = (_access, _address, _name)


def _of_groups(sight: _Sight, left_out: set[str]) -> Iterator[_Said]:
    shows_members = any(get_attribute(group, "members") for group in sight.groups or ())
    by_scim_id = {str(group["scim_id"]): group for group in sight.account_groups or () if group.get("scim_id")}
    people = {str(user.get("id")): sight.member_of(user) for user in sight.users}
    for group in sight.groups or ():
        name, own = str(get_attribute(group, "displayName")), by_scim_id.get(str(group.get("id")))
        if own is None:
            if by_scim_id:
                yield _Said("SEED-11", name, Finding(f"{name} is a group of the account", "SCIM alone has the group"))
            continue
        wrong = Finding(f"the account knows the group as {name!r}", repr(own["name"]), "/displayName")
        yield _Said("SEED-11", str(own["id"]), None if _folded(_plain(own["name"])) == _folded(_plain(name)) else wrong)
        if shows_members:
            yield from _of_members(group, own, people, left_out)


def _of_members(group: Json, own: Json, people: Mapping[str, Json | None], left_out: set[str]) -> Iterator[_Said]:
    name = str(get_attribute(group, "displayName"))
    shown = {str(get_attribute(each, "value")) for each in objects_in(get_attribute(group, "members"))}
    for scim_id, member in people.items():
        if member is None or _folded(member["email"]) in left_out or member["state"] in _WITHOUT:
            continue
        is_in, is_shown = own["id"] in member["groups"], scim_id in shown
        where = "the account has them out of it" if is_shown else "the account alone has them in"
        wrong = Finding(f"SCIM and account agree: {member['email']} in {name!r}", where, "/members")
        if is_in or is_shown:
            yield _Said("SEED-12", f"{member['id']} in {own['id']}", None if is_in is is_shown else wrong)


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""


def _plain(value: Any) -> str:
    return " ".join(str(value).split())


def _rows_of(case: Case[Agreement]) -> tuple[str, ...]:
    return tuple(case.event.begun)


@history_check("SEED-11", "SEED-12", "SEED-13", "SEED-15", "SEED-16", "SEED-59", over=_compared, rows_of=_rows_of)
def scim_and_account_agree(case: Case[Agreement]) -> Iterator[Outcome]:
    """At every look SCIM and the account say the same of everybody's access, name, address and groups."""
    for row, findings in case.event.begun.items():
        for each in findings:
            yield Finding(each.expected, each.actual, each.pointer, row)
