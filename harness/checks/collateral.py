"""Collateral damage: changes of people and groups that no request of the step named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.named import Named
from harness.checks.patching import members_shown
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, Observation

_VOLATILE = {"updated_at", "meta", "new_email"}


@dataclass(frozen=True, slots=True)
class Looks:
    """Two observations of one kind, one after the other; the second has no data where it saw the same."""

    before: Observation
    after: Observation


def _between_observations(kind: str) -> CaseSelector[Looks]:
    def over(entries: History) -> Iterator[Case[Looks]]:
        """Each pair of observations of that kind, one after the other, with the entries in between."""
        whole: tuple[Entry, Observation] | None = None  # the last one with data: those without it saw the same
        last = 0
        for index, entry in enumerate(entries):
            event = entry.event
            if not isinstance(event, Observation) or event.kind != kind:
                continue
            if not event.digest:
                whole = None  # the look failed: what comes next can't be compared with what was before
            if whole is not None:
                first, before = whole
                yield Case(entry, Looks(before, event), (first, *entries[last + 1 : index + 1]))
            if event.data is not None:
                whole = (entry, event)
            last = index

    return over


@history_check("SEED-18", over=_between_observations("account.members"))
def only_named_members_change(case: Case[Looks]) -> Iterator[Outcome]:
    """Between two looks at the account only those members change whom a request, an act or due work names."""
    yield from (finding for _, finding, _ in _unexplained(case))


def _with_unmanaged_members(entries: History) -> Iterable[Case[Looks]]:
    for case in _between_observations("account.members")(entries):
        before, _ = _before_and_after(case)
        if any(member.get("managed") is False for member in before.values()):
            yield case


@history_check("SEED-57", over=_with_unmanaged_members)
def members_who_are_not_assigned_stay_as_they_are(case: Case[Looks]) -> Iterator[Outcome]:
    """A member who existed before provisioning and whom no request names is never touched."""
    for before, finding, is_named in _unexplained(case):
        if before.get("managed") is False and not is_named:
            yield finding


def _unexplained(case: Case[Looks]) -> Iterator[tuple[Json, Finding, bool]]:
    """Members who changed otherwise than was asked for: as they were, what is said, and whether they are named."""
    before, after = _before_and_after(case)
    named = Named(case.entries[1:-1])
    for member_id in sorted(before.keys() | after.keys()):
        one, other = before.get(member_id), after.get(member_id)
        changed = _changed(one, other)
        member = other or one or {}
        if changed and not named.explains(member, one, changed):
            yield (
                one or {},
                Finding(
                    f"{member.get('email')} untouched: nobody asked for it",
                    f"{', '.join(sorted(changed))} changed from {_shown(one, changed)} to {_shown(other, changed)}",
                ),
                any(map(named.speaks_of, filter(None, (one, other)))),
            )


@history_check("SEED-18", over=_between_observations("scim.users"))
def only_named_users_change(case: Case[Looks]) -> Iterator[Outcome]:
    """Between two looks over SCIM only those users change whom a request, an act or due work names."""
    before, after = _before_and_after(case)
    named = Named(case.entries[1:-1])
    for user_id in sorted(before.keys() | after.keys()):
        one, other = before.get(user_id), after.get(user_id)
        changed = _changed(one, other)
        user = other or one or {}
        then, now = _as_person(user_id, one), _as_person(user_id, other)
        if changed and not named.explains(now or then or {}, then, changed):
            yield Finding(
                f"user {get_attribute(user, 'userName')} untouched: nobody asked for it",
                f"{', '.join(sorted(changed))} changed from {_shown(one, changed)} to {_shown(other, changed)}",
            )


def _as_person(scim_id: str, user: Json | None) -> Json | None:
    """A user as a member is told: by id and address, with access and groups."""
    if user is None:
        return None
    told = {name: value for name, value in user.items() if _OWN_NAMES.get(name.lower(), name) not in _OWN_NAMES}
    groups = list(get_attribute(user, "groups") or ())
    own = {"scim_id": scim_id, "email": get_attribute(user, "userName"), "groups": groups}
    return {**told, **own, "active": get_attribute(user, "active")}


def _before_and_after(case: Case[Looks]) -> tuple[dict[str, Json], dict[str, Json]]:
    before, after = case.event.before.data, case.event.after.data
    return _by_id(before), _by_id(before if after is None else after)


def _by_id(items: Any) -> dict[str, Json]:
    return {str(item["id"]): item for item in items}


# Names that are told apart here, however a bridge writes them (RFC 7643 section 2.1).
_OWN_NAMES = {"groups": "groups", "active": "active"}


def _changed(one: Json | None, other: Json | None) -> set[str]:
    before, after = (
        {_OWN_NAMES.get(name.lower(), name): item[name] for name in item} for item in (one or {}, other or {})
    )
    names = before.keys() | after.keys()
    return {name for name in names if _told(name, before.get(name)) != _told(name, after.get(name))} - _VOLATILE


def _told(name: str, value: Any) -> Any:
    """A value as it is compared: of a user's groups only which they are, since a renamed group changes nobody in it."""
    if name != "groups" or not isinstance(value, list):
        return value
    return [entry.get("value", entry) if isinstance(entry, dict) else entry for entry in value]


def _shown(item: Json | None, names: set[str]) -> str:
    return "nothing" if item is None else ", ".join(repr(get_attribute(item, name)) for name in sorted(names))


def _around_activation(entries: History) -> Iterable[Case[Looks]]:
    for case in _between_observations("scim.groups")(entries):
        if any(isinstance(e.event, Exchange) and e.event.request.name == "set user active" for e in case.entries):
            yield case


@history_check("ENTRA-31", over=_around_activation, facets=always("the memberships stay"))
def members_stay_unless_named(case: Case[Looks]) -> Iterator[Outcome]:
    """A group keeps every member whom no request removes: suspending and reactivating a person changes no group."""
    before, after = _before_and_after(case)
    named = Named(tuple(entry for entry in case.entries[1:-1] if _may_end_memberships(entry)))
    for group_id in sorted(before.keys() & after.keys()):
        for lost in sorted(members_shown(before[group_id]) - members_shown(after[group_id])):
            member = {"scim_id": lost, "groups": []}
            if not named.explains(member, None, {"groups"}):
                yield Finding(f"member {lost} stays in {before[group_id].get('displayName')!r}", "gone", "/members")


def _may_end_memberships(entry: Entry) -> bool:
    """Whether a request may take people out of groups by right: a write to a user does not, unless it deletes them."""
    exchange = entry.event
    is_of_user = isinstance(exchange, Exchange) and exchange.route.endpoint == "Users"
    return not (is_of_user and isinstance(exchange, Exchange) and exchange.request.method != "DELETE")
