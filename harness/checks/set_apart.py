"""What provisioning never touches: Provision Managers, types and owners, permissions, vaults, guests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.looks import Glance, looks_of
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.record.exchange import Json

_GROUPS, _MEMBERS, _VAULTS = "account.groups", "account.members", "account.vaults"
_MANAGERS = "Provision Managers"
_OWN_TYPE = "USER_DEFINED"
STAYS = always("nobody comes or goes")


def _seeing(*kinds: str) -> CaseSelector[Glance]:
    """Looks at which all these kinds can be read."""

    def over(entries: History) -> Iterator[Case[Glance]]:
        for look in looks_of(entries):
            if all(look.find(kind) is not None for kind in kinds):
                yield Case(look.at, look, look.since)

    return over


def _comparing(*kinds: str) -> CaseSelector[Glance]:
    """The same of looks before which another one has seen these kinds too."""

    def over(entries: History) -> Iterator[Case[Glance]]:
        for case in _seeing(*kinds)(entries):
            if all(case.event.found_before(kind) is not None for kind in kinds):
                yield case

    return over


def _managers(groups: Iterable[Json]) -> list[Json]:
    listed = list(groups)
    typed = [group for group in listed if group.get("type") == "PROVISION_MANAGERS"]
    return typed or [group for group in listed if group["name"] == _MANAGERS]


@history_check("SEED-33", over=_seeing(_GROUPS))
def provision_managers_exist(case: Case[Glance]) -> Iterator[Outcome]:
    """The account has the group Provision Managers, which the set-up makes, and has it once."""
    number = len(_managers(case.event.find(_GROUPS) or ()))
    before = case.event.found_before(_GROUPS)
    if number != 1 and (before is None or len(_managers(before)) == 1):
        yield Finding(f"one group {_MANAGERS!r} on the account", f"{number}")


@history_check("SEED-34", over=_comparing(_GROUPS), facets=always("every step"))
def provision_managers_stay(case: Case[Glance]) -> Iterator[Outcome]:
    """Provisioning neither deletes nor renames Provision Managers."""
    before, after = (_managers(seen or ()) for seen in (case.event.found_before(_GROUPS), case.event.find(_GROUPS)))
    now = {str(group["id"]): group for group in after}
    for group in before:
        other = now.get(str(group["id"]))
        if other is None or other["name"] != group["name"]:
            yield Finding(f"the group {group['name']!r} stays", "gone" if other is None else f"now {other['name']!r}")


@history_check("SEED-34", over=_seeing(_GROUPS, "scim.groups"), facets=always("not over SCIM"))
def provision_managers_are_not_over_scim(case: Case[Glance]) -> Iterator[Outcome]:
    """SCIM does not show Provision Managers, so that nobody can change or delete it there."""
    shown = {str(group.get("id")) for group in case.event.find("scim.groups") or ()}
    for group in _managers(case.event.find(_GROUPS) or ()):
        if str(group.get("scim_id")) in shown:
            yield Finding(f"{group['name']!r} is no group of SCIM", "it is listed", "/Resources")


@history_check("SEED-35", "P-20", over=_comparing(_GROUPS, _MEMBERS), facets={"SEED-35": STAYS})
def nobody_joins_provision_managers(case: Case[Glance]) -> Iterator[Outcome]:
    """Nobody gets into Provision Managers, or out of it, by provisioning."""
    managers = {str(group["id"]) for group in _managers(case.event.find(_GROUPS) or ())}
    for one, other in _same_members(case.event):
        if managers & {*one["groups"]} != managers & {*other["groups"]}:
            yield Finding(f"{other['email']} neither joins nor leaves {_MANAGERS}", "did")


def _same_members(look: Glance) -> Iterator[tuple[Json, Json]]:
    """Each member before and after whom no administrator touched; somebody new stands in no group before."""
    touched = {act.address.casefold() for act in look.acts}
    before = {str(member["id"]): member for member in look.found_before(_MEMBERS) or ()}
    for other in look.find(_MEMBERS) or ():
        if str(other["email"]).casefold() not in touched:
            yield before.get(str(other["id"]), {**other, "groups": []}), other


@history_check("SEED-48", over=_comparing(_MEMBERS), facets=always("every step"))
def nobody_gets_a_role(case: Case[Glance]) -> Iterator[Outcome]:
    """Provisioning makes nobody owner, guest, or member of a group of the account's own, and takes that from nobody."""
    own = {str(g["id"]): str(g["name"]) for g in case.event.find(_GROUPS) or () if g.get("type") != _OWN_TYPE}
    managers = {str(group["id"]) for group in _managers(case.event.find(_GROUPS) or ())}
    for one, other in _same_members(case.event):
        for name in ("type", "owner"):
            if one.get(name) != other.get(name):
                yield Finding(f"{other['email']} stays {name} {_told(one.get(name))}", _told(other.get(name)))
        for group in sorted(({*one["groups"]} ^ {*other["groups"]}) & (own.keys() - managers)):
            yield Finding(f"{other['email']} neither joins nor leaves {own[group]}", "did")


@history_check("SEED-48", over=_comparing(_MEMBERS), facets=always("newcomers"))
def newcomers_are_plain_members(case: Case[Glance]) -> Iterator[Outcome]:
    """Who is invited is a plain member: no owner, no guest, no service account."""
    known = {str(member["id"]) for member in case.event.found_before(_MEMBERS) or ()}
    touched = {act.address.casefold() for act in case.event.acts}
    for member in case.event.find(_MEMBERS) or ():
        if str(member["id"]) in known or str(member["email"]).casefold() in touched:
            continue
        if member["type"] != "MEMBER" or member.get("owner"):
            kind = "an owner" if member.get("owner") else member["type"]
            yield Finding(f"{member['email']} is a plain member", str(kind))


def _with_guests(entries: History) -> Iterator[Case[Glance]]:
    for case in _comparing(_MEMBERS)(entries):
        if any(member["type"] == "GUEST" for member in case.event.found_before(_MEMBERS) or ()):
            yield case


@history_check("SEED-06", over=_with_guests, facets=always("guests"))
def guests_stay_as_they_are(case: Case[Glance]) -> Iterator[Outcome]:
    """Of a guest no request over SCIM changes state, name, address, type or groups."""
    now = {str(member["id"]): member for member in case.event.find(_MEMBERS) or ()}
    touched = {act.address.casefold() for act in case.event.acts}
    for guest in case.event.found_before(_MEMBERS) or ():
        if guest["type"] != "GUEST" or str(guest["email"]).casefold() in touched:
            continue
        other = now.get(str(guest["id"]))
        if other is None:
            yield Finding(f"the guest {guest['email']} stays", "no such member")
            continue
        for name in ("state", "name", "email", "type", "groups", "new_email"):
            if guest.get(name) != other.get(name):
                told = f"{name} {_told(guest.get(name))}"
                yield Finding(f"the guest {guest['email']} keeps {told}", _told(other.get(name)))


_SETTINGS = ("permissions", "type", "description")


@history_check("SEED-39", over=_comparing(_GROUPS), facets=always("permissions"))
def permissions_of_groups_stay(case: Case[Glance]) -> Iterator[Outcome]:
    """What a group may do on the account changes on the account alone, whoever joins, leaves or is renamed."""
    if any(act.name == "fixtures" for act in case.event.acts):
        return
    before = {str(group["id"]): group for group in case.event.found_before(_GROUPS) or ()}
    for group in case.event.find(_GROUPS) or ():
        old = before.get(str(group["id"]))
        if old is None:
            if group.get("permissions"):
                yield Finding(f"the new group {group['name']!r} may do nothing", _told(group["permissions"]))
            continue
        for name in _SETTINGS:
            if old.get(name) != group.get(name):
                yield Finding(f"{group['name']!r} keeps {name} {_told(old.get(name))}", _told(group.get(name)))


@history_check("SEED-04", over=_comparing(_GROUPS))
def single_sign_on_stays(case: Case[Glance]) -> Iterator[Outcome]:
    """No request over SCIM alters who unlocks with the identity provider's credentials."""
    if any(act.name == "fixtures" for act in case.event.acts):
        return
    before = {str(group["id"]): group for group in case.event.found_before(_GROUPS) or ()}
    for group in case.event.find(_GROUPS) or ():
        old = before.get(str(group["id"]))
        if old is None and group.get("sso"):
            yield Finding(f"the new group {group['name']!r} does not change who unlocks with SSO", "it does")
        if old is not None and old.get("sso") != group.get("sso"):
            yield Finding(f"{group['name']!r} keeps sso {_told(old.get('sso'))}", _told(group.get("sso")))


@history_check("SEED-39", over=_comparing(_VAULTS, _GROUPS), facets=always("vaults"))
def vaults_keep_their_groups(case: Case[Glance]) -> Iterator[Outcome]:
    """A vault is open to the same groups as before, with the same rights, except to a group that is gone."""
    if any(act.name in ("fixtures", "delete-group") for act in case.event.acts):
        return
    there = {str(group["id"]) for group in case.event.find(_GROUPS) or ()}
    now = {str(vault["id"]): _grants(vault) for vault in case.event.find(_VAULTS) or ()}
    for vault in case.event.found_before(_VAULTS) or ():
        before = {group: rights for group, rights in _grants(vault).items() if group in there}
        after = now.get(str(vault["id"]))
        if after is None:
            yield Finding(f"the vault {vault['name']!r} stays", "gone")
        elif before != after:
            yield Finding(f"the vault {vault['name']!r} is open to {_told(before)}", _told(after))


def _grants(vault: Json) -> dict[str, Any]:
    rights = {str(each["group_id"]): sorted(each["permissions"]) for each in vault.get("grants") or ()}
    return {str(group): rights.get(str(group)) for group in vault["groups"]}


def _told(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without_writes(entries: History) -> Iterator[Case[Glance]]:
    for case in _comparing(_MEMBERS)(entries):
        look = case.event
        if not look.acts and not look.passed_s and not look.writes and _may_be_quiet(look):
            yield case


def _may_be_quiet(look: Glance) -> bool:
    """Whether nobody waits for something that the bridge does by itself."""
    return all(member["state"] in ("INVITED", "ACTIVE", "SUSPENDED") for member in look.found_before(_MEMBERS) or ())


@history_check("SEED-17", over=_without_writes)
def looking_changes_nothing(case: Case[Glance]) -> Iterator[Outcome]:
    """What is only read changes nobody, no group and sends no mail."""
    for kind, what in ((_MEMBERS, "members"), (_GROUPS, "groups"), ("account.mail", "mails")):
        one, other = case.event.found_before(kind), case.event.find(kind)
        if one is not None and other is not None and _sorted(one) != _sorted(other):
            yield Finding(f"the {what} of the account as before, since nothing was written", "changed")


def _sorted(items: list[Json]) -> list[Json]:
    """In order, without what moves by itself: how far a mail has got, and in which order groups are told."""
    if items and "seq" in items[0]:
        return [{"seq": each["seq"]} for each in items]
    parts = ({**item, "groups": sorted(item.get("groups") or ())} for item in items)
    return sorted(parts, key=lambda item: str(item["id"]))


@history_check("SEED-58", over=_seeing(_MEMBERS))
def one_member_per_address(case: Case[Glance]) -> Iterator[Outcome]:
    """No two members have one address, letter case aside."""
    shared = _twice(case.event.find(_MEMBERS) or ()) - _twice(case.event.found_before(_MEMBERS) or ())
    for address in sorted(shared):
        yield Finding(f"one member {address}", "several")


def _twice(members: Iterable[Json]) -> set[str]:
    seen: set[str] = set()
    found: set[str] = set()
    for member in members:
        address = str(member["email"]).casefold()
        (found if address in seen else seen).add(address)
    return found
