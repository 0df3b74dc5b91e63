"""Whom the entries between two looks name, and what of them each kind of request may change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.checks.patching import operations_of
from harness.checks.registry import History
from harness.record.exchange import Exchange, Json, get_attribute, parse_body
from harness.record.journal import Act, Entry

_WITHIN_WORDS = re.compile(r"[\w.@+-]")
_ACCESS = {"state", "active", "suspended_at"}
_WITHOUT = ("SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED")
_WITH = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
_BOTH = frozenset({True, False})


class Named:
    """What the entries between two observations name, by what the requests may change of whom they name."""

    def __init__(self, entries: History) -> None:
        self.acts = {e.event.address.casefold() for e in entries if isinstance(e.event, Act)} - {""}
        self._acts_on_all = any(isinstance(e.event, Act) and not e.event.address for e in entries)
        written = [exchange for entry in entries if (exchange := _written(entry)) is not None]
        groups = [each for each in written if each.route.endpoint == "Groups"]
        self._people = [_Written.of(each) for each in written if each.route.endpoint != "Groups"]
        self._groups = text_of(groups)
        self._whole_groups = any(_speaks_for_all_members(each) for each in groups)

    def explains(self, member: Json, before: Json | None, changed: set[str]) -> bool:
        """Whether a change of these fields of that member follows from what was asked for.

        A request about a group changes who is in it, and nothing else of anybody: only who is left without any group
        may be out of scope (M14). A request about a person changes what it speaks of: access by `active`, in its
        direction, and groups only together with access. Who waits is let in when time passes. Where several things
        happened, each explains its own fields.
        """
        address = str(member.get("email") or "").casefold()
        scim_id = str(member.get("scim_id") or (before or {}).get("scim_id") or "").casefold()
        if address in self.acts or self._acts_on_all:
            return True
        names = (address, scim_id)
        by_group = self._whole_groups or any(_holds(self._groups, each) for each in names)
        if by_group and _is_left_without_a_group(before, member):
            return True
        left = self._without_confirmation(before, member, changed) - ({"groups"} if by_group else set())
        if not left:
            return True
        about = self._about(names)
        if not about or before is None or member is before:  # nobody, somebody new, or somebody who is gone
            return bool(about)
        left -= set().union(*(each.may_change(before, member) for each in about))
        return not left

    def speaks_of(self, member: Json) -> bool:
        """Whether a request about people names that member, whatever it asks for."""
        return bool(self._about(str(member.get(key) or "").casefold() for key in ("email", "scim_id")))

    def _about(self, names: Iterable[str]) -> list[_Written]:
        wanted = tuple(names)
        return [each for each in self._people if any(_holds(each.text, name) for name in wanted)]

    def _without_confirmation(self, before: Json | None, member: Json, changed: set[str]) -> set[str]:
        """The changed fields, without what a bridge does by itself in time: it confirms who waits (M9, M19).

        It may do so between any two looks: its clock goes on though nobody moves it, and a restart takes its time.
        """
        confirmed = (before or {}).get("state") in ("PENDING", "RECOVERING") and member.get("state") == "ACTIVE"
        return changed - {"state"} if confirmed else set(changed)


@dataclass(frozen=True, slots=True)
class _Written:
    """A request about people: all that it says, and what it may change."""

    text: str
    method: str
    says_active: frozenset[bool]
    names: frozenset[str]  # of the member's own fields, those that the request speaks of

    @classmethod
    def of(cls, exchange: Exchange) -> _Written:
        """The request as it is."""
        method, text = exchange.request.method, text_of([exchange])
        if exchange.route.endpoint != "Users":
            return cls(text, "", _BOTH, frozenset({"name", "email"}))
        spoken = (exchange.request.body or b"").decode("utf-8", "replace").casefold()
        names = {"name"} if "name" in spoken else set()
        names |= {"email"} if "username" in spoken or "mail" in spoken else set()
        return cls(text, method, _active_in(exchange), frozenset(names))

    def may_change(self, before: Json, member: Json) -> set[str]:
        """The fields of the account's member, or of the user, that this request may have changed so."""
        fields = (before.keys() | member.keys()) - _ACCESS - {"groups", "name", "email"} | self.names
        if self.method != "PATCH":
            fields |= {"name", "email"}
        if self._may_move(before, member):
            fields |= _ACCESS
        if self._may_regroup(before, member):
            fields |= {"groups"}
        return fields

    def _may_move(self, before: Json, member: Json) -> bool:
        had, has = _has_access(before), _has_access(member)
        if had is None or has is None:
            return bool(self.says_active)
        return has in self.says_active if had is not has else not has

    def _may_regroup(self, before: Json, member: Json) -> bool:
        one, other = ({str(each) for each in _ids(item)} for item in (before, member))
        if self.method in ("POST", "DELETE", ""):
            return True
        # Whether a suspended member keeps the groups is not documented: they may go, and they may come back.
        return (False in self.says_active and other < one) or (True in self.says_active and one < other)


def _ids(item: Json) -> Iterator[Any]:
    for each in get_attribute(item, "groups") or ():
        yield each.get("value", each) if isinstance(each, dict) else each


def _has_access(item: Json) -> bool | None:
    """Whether somebody may sign in, or will be, by the account's state or by `active`; None where neither tells."""
    state = item.get("state")
    if state is not None:
        return True if state in _WITH else False if state in _WITHOUT else None
    active = get_attribute(item, "active")
    return active if isinstance(active, bool) else None


def _active_in(exchange: Exchange) -> frozenset[bool]:
    """Which access a request asks for; both where it can't be told, and none where it does not speak of it."""
    if exchange.request.method == "DELETE":
        return frozenset({False})
    if exchange.request.method == "PATCH":
        said: set[bool] = set()
        for op in operations_of(exchange):
            said |= _active_of(op)
        return frozenset(said)
    value = get_attribute(exchange.sent_json, "active")
    if value is None:
        return frozenset({True}) if exchange.request.method == "POST" else _BOTH
    return _as_access(value)


def _active_of(op: Json) -> frozenset[bool]:
    path, value = get_attribute(op, "path"), get_attribute(op, "value")
    if isinstance(path, str) and path:
        return _as_access(value) if path.casefold().endswith("active") else frozenset()
    if isinstance(value, dict):
        found = [each for name, each in value.items() if str(name).casefold().endswith("active")]
        return frozenset().union(*map(_as_access, found))
    return frozenset()


def _as_access(value: Any) -> frozenset[bool]:
    word = str(value[0] if isinstance(value, list) and len(value) == 1 else value).casefold()
    return {"true": frozenset({True}), "false": frozenset({False})}.get(word, _BOTH)


def _written(entry: Entry) -> Exchange | None:
    exchange = entry.event
    if not isinstance(exchange, Exchange) or exchange.request.method in ("GET", "HEAD"):
        return None
    return None if 400 <= exchange.status < 500 else exchange  # refused: whomever it names, it may change nobody


def text_of(exchanges: Iterable[Exchange]) -> str:
    """All that these requests say, addresses and values, decoded and in small letters."""
    text: list[str] = []
    for exchange in exchanges:
        text += [unquote(exchange.request.target), *_texts_of(exchange.request.body or b"")]
    return "\n".join(text).casefold()


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
    """Whether a request means every member: a DELETE, a PUT, a create that adopts (200), a change of all members."""
    if exchange.request.method in ("DELETE", "PUT") or (exchange.request.method == "POST" and exchange.status == 200):
        return True
    for op in operations_of(exchange):
        word, path, value = str(op.get("op")).lower(), op.get("path"), op.get("value")
        if word == "replace" and (path == "members" or (isinstance(value, dict) and "members" in value)):
            return True
        if word == "remove" and path == "members" and value is None:
            return True
    return False
