"""Collateral damage: changes of people and groups that no request of the step named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.patching import members_shown, operations_of
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.record.exchange import Exchange, Json, get_attribute, parse_body
from harness.record.journal import Act, ClockMove, Entry, Observation

_VOLATILE = {"updated_at", "meta", "new_email"}
_WITHIN_WORDS = re.compile(r"[\w.@+-]")


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
    yield from (finding for _, finding in _unexplained(case))


def _with_unmanaged_members(entries: History) -> Iterable[Case[Looks]]:
    for case in _between_observations("account.members")(entries):
        before, _ = _before_and_after(case)
        if any(member.get("managed") is False for member in before.values()):
            yield case


@history_check("SEED-57", over=_with_unmanaged_members)
def members_who_are_not_assigned_stay_as_they_are(case: Case[Looks]) -> Iterator[Outcome]:
    """A member who existed before provisioning and whom no request names is never touched."""
    yield from (finding for before, finding in _unexplained(case) if before.get("managed") is False)


def _unexplained(case: Case[Looks]) -> Iterator[tuple[Json, Finding]]:
    before, after = _before_and_after(case)
    named = _Named(case.entries[1:-1])
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
            )


@history_check("SEED-18", over=_between_observations("scim.users"))
def only_named_users_change(case: Case[Looks]) -> Iterator[Outcome]:
    """Between two looks over SCIM only those users change whom a request, an act or due work names."""
    before, after = _before_and_after(case)
    named = _Named(case.entries[1:-1])
    for user_id in sorted(before.keys() | after.keys()):
        one, other = before.get(user_id), after.get(user_id)
        changed = _changed(one, other)
        user = other or one or {}
        person = {"scim_id": user_id, "email": get_attribute(user, "userName"), "groups": _groups_of(other)}
        if changed and not named.explains(person, {"groups": _groups_of(one)}, changed):
            yield Finding(
                f"user {person['email']} untouched: nobody asked for it",
                f"{', '.join(sorted(changed))} changed from {_shown(one, changed)} to {_shown(other, changed)}",
            )


def _groups_of(user: Json | None) -> list[Any]:
    return list(get_attribute(user or {}, "groups") or ())


class _Named:
    """What the entries between two observations name, by what the requests may change of whom they name."""

    def __init__(self, entries: History) -> None:
        self.time_moved = any(isinstance(entry.event, ClockMove) for entry in entries)
        self.acts = {e.event.address.casefold() for e in entries if isinstance(e.event, Act)} - {""}
        self._acts_on_all = any(isinstance(e.event, Act) and not e.event.address for e in entries)
        written = [exchange for entry in entries if (exchange := _written(entry)) is not None]
        groups = [each for each in written if each.route.endpoint == "Groups"]
        people = [each for each in written if each.route.endpoint != "Groups"]
        self._people = _text_of(people)
        self._access = _text_of(each for each in people if _may_change_access(each))
        self._groups = _text_of(groups)
        self._whole_groups = any(_speaks_for_all_members(each) for each in groups)

    def explains(self, member: Json, before: Json | None, changed: set[str]) -> bool:
        """Whether a change of these fields of that member follows from what was asked for.

        A request about a group changes who is in it, and nothing else of anybody: only who is left without any group
        may be out of scope (M14). A PATCH that does not speak of `active` changes nobody's access.
        Where several things happened, each explains its own fields.
        """
        address = str(member.get("email") or "").casefold()
        scim_id = str(member.get("scim_id") or (before or {}).get("scim_id") or "").casefold()
        if address in self.acts or self._acts_on_all:
            return True
        names = (address, scim_id)
        if any(_holds(self._access, each) for each in names):
            return True
        left = set(changed)
        if any(_holds(self._people, each) for each in names):
            left &= _ACCESS
        if self._whole_groups or any(_holds(self._groups, each) for each in names):
            if _is_left_without_a_group(before, member):
                return True
            left -= {"groups"}
        if self.time_moved and (before or {}).get("state") == "PENDING" and member.get("state") == "ACTIVE":
            left -= {"state"}  # confirmed meanwhile
        return not left


_ACCESS = {"state", "active", "suspended_at"}


def _written(entry: Entry) -> Exchange | None:
    exchange = entry.event
    if not isinstance(exchange, Exchange) or exchange.request.method in ("GET", "HEAD"):
        return None
    return None if 400 <= exchange.status < 500 else exchange  # refused: whomever it names, it may change nobody


def _text_of(exchanges: Iterable[Exchange]) -> str:
    text: list[str] = []
    for exchange in exchanges:
        text += [unquote(exchange.request.target), *_texts_of(exchange.request.body or b"")]
    return "\n".join(text).casefold()


def _may_change_access(exchange: Exchange) -> bool:
    """Whether a request may let somebody in or out: every one but a PATCH that does not speak of `active`."""
    return exchange.request.method != "PATCH" or b"active" in (exchange.request.body or b"").lower()


def _is_left_without_a_group(before: Json | None, member: Json) -> bool:
    return bool((before or {}).get("groups")) and not member.get("groups")


def _holds(text: str, word: str) -> bool:
    # As a word of its own: 7 is not named by 17, nor ada@example.com by rada@example.com.
    at = text.find(word) if word else -1
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
        if not _WITHIN_WORDS.search(around):
            return True
        at = text.find(word, at + 1)
    return False


def _texts_of(body: bytes) -> Iterator[str]:
    parsed = parse_body(body)
    return iter([body.decode("utf-8", "replace")]) if parsed.error else _texts_in(parsed.value)


def _texts_in(value: Any) -> Iterator[str]:
    """All strings and numbers in a JSON value, decoded, so that no way of escaping hides a name."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(part)
    elif value is not None:
        yield str(value)


def _speaks_for_all_members(exchange: Exchange) -> bool:
    """A DELETE, a PUT, a replace of members, or a remove of members without any value: it means every member."""
    if exchange.request.method in ("DELETE", "PUT"):
        return True
    for op in operations_of(exchange):
        word, path, value = str(op.get("op")).lower(), op.get("path"), op.get("value")
        if word == "replace" and (path == "members" or (isinstance(value, dict) and "members" in value)):
            return True
        if word == "remove" and path == "members" and value is None:
            return True
    return False


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
    named = _Named(tuple(entry for entry in case.entries[1:-1] if _may_end_memberships(entry)))
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
