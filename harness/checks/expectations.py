"""Judges what stories state: each kind of expectation, over SCIM, account, mail and event journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.catalogue.verdict import Finding, SkipReason, Unjudged
from harness.checks.registry import Case, History, Outcome
from harness.checks.selectors import object_in, resources_in, turned_away
from harness.model.comparing import is_same_text
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, Expectation, Observation

Kind = Callable[["View", dict[str, Any]], Iterator[Outcome]]
KINDS: dict[str, Kind] = {}

_MEMBERS = "account.members"


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register the judge of one kind of expectation."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


class View:
    """What had been observed in a scenario up to a point."""

    def __init__(self, entries: History) -> None:
        self.entries = entries
        self._last: dict[str, Observation] = {}
        for entry in entries:
            if isinstance(entry.event, Observation) and not entry.event.digest:
                self._last.pop(entry.event.kind, None)
            elif isinstance(entry.event, Observation) and entry.event.data is not None:
                self._last[entry.event.kind] = entry.event

    def until(self, entry_id: str) -> View:
        """What had been observed up to an entry."""
        return View(_up_to(self.entries, entry_id))

    def find(self, name: str) -> Any:
        """The newest observation of that kind, None when nothing of it could be seen."""
        seen = self._last.get(name)
        return seen.data if seen else None

    def members(self, address: str) -> list[Json] | None:
        """The account's members of that address, letter case aside; None when members can't be read."""
        members = self.find("account.members")
        return None if members is None else [m for m in members if same(m["email"], address)]

    def ids(self, address: str) -> set[str]:
        """The ids of all members who ever had that address: who is gone by now counts too."""
        seen = (e.event.data for e in self.entries if isinstance(e.event, Observation) and e.event.kind == _MEMBERS)
        return {member["id"] for members in seen for member in members or () if same(member["email"], address)}

    def users(self, address: str) -> list[Json] | None:
        """The SCIM users of that name, letter case aside; None when the list can't be read."""
        users = self.find("scim.users")
        return None if users is None else [u for u in users if same(get_attribute(u, "userName"), address)]


def same(one: Any, other: str) -> bool:
    """Whether two addresses are one, letter case aside."""
    return isinstance(one, str) and one.casefold() == other.casefold()


def unseen(what: str) -> Unjudged:
    """The outcome where a read is missing."""
    return Unjudged(SkipReason.NOT_OBSERVABLE, f"{what} can't be read")


def no_answer(exchange: Exchange) -> Unjudged:
    """The outcome where the answer was lost, or where the bridge turned the request away for its load."""
    said = (
        f"the bridge turned it away with {exchange.status}" if exchange.response else f"no answer came: {exchange.lost}"
    )
    return Unjudged(SkipReason.NOT_OBSERVABLE, said)


def _is_unanswered(exchange: Exchange) -> bool:
    return exchange.response is None or turned_away(exchange)


def judge_expectation(case: Case[Expectation]) -> Iterator[Outcome]:
    """What a story states holds."""
    yield from KINDS[case.event.kind](View(case.entries), case.event.params)


def expectations(entries: History) -> Iterable[Case[Expectation]]:
    """Every expectation of a scenario, each with the entries up to it."""
    for index, entry in enumerate(entries):
        if isinstance(entry.event, Expectation):
            yield Case(entry, entry.event, entries[:index])


@kind("answer")
def _answer(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    exchange = _exchange(view.entries, params["entry"])
    statuses, scim_types = params["statuses"], params["scim_types"]
    wanted = " or ".join(map(str, statuses))
    if _is_unanswered(exchange):
        yield no_answer(exchange)
    elif exchange.status not in statuses:
        yield Finding(f"status {wanted}", f"status {exchange.status}")
    elif scim_types and exchange.status >= 400:
        given = exchange.json.get("scimType")
        if given not in scim_types:
            yield Finding(
                f"status {wanted} with scimType {' or '.join(scim_types)}", f"scimType {given!r}", "/scimType"
            )


@kind("shows")
def _shows(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    exchange = _exchange(view.entries, params["entry"])
    if _is_unanswered(exchange):
        yield no_answer(exchange)
        return
    for name, wanted in params["attributes"].items():
        shown = get_attribute(exchange.json, name)
        if shown != wanted:
            yield Finding(f"{name} {wanted!r}", f"{shown!r} (HTTP {exchange.status})", f"/{name}")


# What a bridge need not have: that it is missing says nothing of how its values are written.
_OPTIONAL = frozenset(
    {"profileUrl", "preferredLanguage", "locale", "timezone", "addresses", "ims", "photos", "nickName"}
)


@kind("shows-one-of")
def _shows_one_of(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    exchange = _exchange(view.entries, params["entry"])
    if _is_unanswered(exchange):
        yield no_answer(exchange)
        return
    if not 200 <= exchange.status < 300 or not exchange.has_json:
        yield Unjudged(SkipReason.NOT_OBSERVABLE, f"no resource is shown (HTTP {exchange.status})")
        return
    for name, permitted in params["attributes"].items():
        shown = get_attribute(exchange.json, name)
        if shown in permitted:
            continue
        if shown is None and name in _OPTIONAL:
            yield Unjudged(SkipReason.NOT_OBSERVABLE, f"the bridge does not keep {name}")
        else:
            yield Finding(f"{name} {' or '.join(map(repr, permitted))}", repr(shown), f"/{name}")


@kind("listed")
def _listed(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    exchange = _exchange(view.entries, params["entry"])
    count = len(resources_in(exchange))
    if _is_unanswered(exchange):
        yield no_answer(exchange)
    elif exchange.status != 200:
        yield Finding("status 200 and a list", f"status {exchange.status}")
    elif not params["at_least"] <= count <= params["at_most"]:
        yield Finding(f"{params['at_least']} to {params['at_most']} resources", f"{count}", "/Resources")
    elif "total" in params:
        total = exchange.json.get("totalResults")
        if not isinstance(total, int) or total < params["total"]:
            yield Finding(f"totalResults {params['total']} or more", repr(total), "/totalResults")


@kind("state")
def _state(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members, states = view.members(params["address"]), params["states"]
    if members is None:
        yield unseen("the account's members")
    elif not members or any(member["state"] not in states for member in members):
        seen = ", ".join(m["state"] for m in members) or "no such member"
        yield Finding(f"{params['address']} is {' or '.join(states)}", seen)


@kind("guest")
def _guest(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members = view.members(params["address"])
    if members is None:
        yield unseen("the account's members")
        return
    seen = [(m["type"], m["state"], len(m["groups"])) for m in members]
    if seen != [("GUEST", "ACTIVE", 0)]:
        yield Finding(f"{params['address']} is one guest, active, in no group", f"{seen or 'no such member'}")


@kind("never")
def _never(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members, events = view.members(params["address"]), view.find("account.journal")
    ids = view.ids(params["address"])
    if members is None or events is None:
        yield from _never_over_scim(view, params)
        return
    if not ids:
        yield unseen(f"a member {params['address']}")
    for event in events:
        if event["seq"] > params["since"] and event["member_id"] in ids and event["state"] in params["states"]:
            yield Finding(
                f"{params['address']} never {' or '.join(params['states'])}",
                f"{event['event']} made it {event['state']} at {event['at']} (event {event['seq']})",
            )


def _never_over_scim(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    users, is_about_suspension = view.users(params["address"]), any("SUSPENDED" in s for s in params["states"])
    if users and is_about_suspension and any(get_attribute(user, "active") is False for user in users):
        yield Finding(f"{params['address']} never suspended", "SCIM shows active false", "/active")
    else:
        yield unseen("the account's event journal")


@kind("account")
def _account(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members = view.find("account.members")
    if members is None:
        yield unseen("the account's members")
        return
    addresses = {m["email"].casefold() for m in members}
    for address in params["addresses"]:
        if address.casefold() not in addresses:
            yield Finding(f"{address} is a member of the account", "no such member")
    for address in params["absent"]:
        if address.casefold() in addresses:
            yield Finding(f"{address} is no member of the account", "is one")


@kind("mail")
def _mail(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    messages = _mail_since(view, params["since"])
    if messages is None:
        yield unseen("mail")
        return
    to_them = [m for m in messages if same(m["to"], params["address"])]
    if any(m["kind"] == "other" for m in to_them):
        yield unseen("the kind of a mail")
        return
    count = sum(m["kind"] == params["mail"] for m in to_them)
    if count != params["times"]:
        yield Finding(f"{params['times']} {params['mail']} mail to {params['address']}", f"{count}")


@kind("no-mail")
def _no_mail(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    messages = _mail_since(view, params["since"])
    if messages is None:
        yield unseen("mail")
        return
    for message in messages:
        if params["addresses"] is None or any(same(message["to"], a) for a in params["addresses"]):
            yield Finding("no mail", f"{message['kind']} mail {message['subject']!r} to {message['to']}")


@kind("groups")
def _groups(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    if not params["applicable"]:
        yield Unjudged(SkipReason.NOT_APPLICABLE, "this identity provider sends no groups")
        return
    users, groups = view.users(params["address"]), view.find("scim.groups")
    if users is None or groups is None:
        yield unseen("the lists of users and groups")
        return
    ids = {user.get("id") for user in users}
    names = sorted(str(get_attribute(g, "displayName")) for g in groups if ids & _member_ids(g))
    if names != params["groups"]:
        yield Finding(f"{params['address']} in {params['groups']}", f"over SCIM in {names}", "/members")
    yield from _groups_on_account(view, params)


def _groups_on_account(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members, groups = view.members(params["address"]), view.find("account.groups")
    if members is None or groups is None:
        return
    managed = {g["id"]: g["name"] for g in groups if g["managed"]}
    names = sorted(managed[i] for member in members for i in member["groups"] if i in managed)
    if names != params["groups"]:
        yield Finding(f"{params['address']} in {params['groups']}", f"on the account in {names}")


@kind("opens")
def _opens(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    members, vaults = view.members(params["address"]), view.find("account.vaults")
    if members is None or vaults is None:
        yield unseen("members and vaults")
        return
    groups = {str(group) for vault in vaults if vault["name"] == params["vault"] for group in vault["groups"]}
    with_access = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
    is_open = any(groups & {*map(str, m["groups"])} and m["state"] in with_access for m in members)
    if is_open is not params["open"]:
        word = "access" if params["open"] else "no access"
        yield Finding(f"{params['address']} has {word} to {params['vault']}", "none" if params["open"] else "access")


@kind("group")
def _group(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    groups = view.find("scim.groups")
    if groups is None:
        yield unseen("the list of groups")
        return
    number = sum(same(get_attribute(group, "displayName"), params["name"]) for group in groups)
    if number != int(params["listed"]):
        yield Finding(f"SCIM lists {params['name']} {'once' if params['listed'] else 'not at all'}", f"{number} times")


@kind("active")
def _active(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    users = view.users(params["address"])
    if users is None:
        yield unseen("the list of users")
    elif len(users) != 1:
        yield Finding(f"one user {params['address']}", f"{len(users)} users of that name")
    elif get_attribute(users[0], "active") is not params["active"]:
        seen = get_attribute(users[0], "active")
        yield Finding(f"active {str(params['active']).lower()}", f"active {seen!r}", "/active")


@kind("gone")
def _gone(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    users = view.users(params["address"])
    if users is None:
        yield unseen("the list of users")
    elif users:
        yield Finding(f"no user {params['address']}", f"{len(users)} listed, active {users[0].get('active')!r}")


@kind("one-user")
def _one_user(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    users, members = view.users(params["address"]), view.members(params["address"])
    if users is None and members is None:
        yield unseen("users and members")
    if users is not None and len(users) != 1:
        yield Finding(f"one user {params['address']}", f"{len(users)} users of that name")
    if members is not None and len(members) != 1:
        yield Finding(f"one member {params['address']}", f"{len(members)} members of that address")
    if users and params["id"] and users[0].get("id") != params["id"]:
        yield Finding(f"the same id {params['id']!r}", f"id {users[0].get('id')!r}", "/id")


@kind("name")
def _name(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    users, members = view.users(params["address"]), view.members(params["address"])
    if users is None:
        yield unseen("the list of users")
    elif not users:
        yield Finding(f"displayName {params['name']!r}", "no such user", "/displayName")
    elif (shown := _name_shown(users[0])) is None:
        # Over SCIM a bridge may show no name at all: no attribute but userName is required (RFC 7643 section 4.1).
        if not members:
            yield unseen("a name")
    elif not is_same_text(params["name"], str(shown)):
        yield Finding(f"displayName {params['name']!r}", repr(shown), "/displayName")
    if members and not is_same_text(params["name"], members[0]["name"]):
        yield Finding(f"the account shows {params['name']!r}", repr(members[0]["name"]))


def _name_shown(user: Json) -> str | None:
    """A user's name as SCIM shows it: displayName, or what stands in its place; None when it shows none."""
    name = object_in(user, "name")
    parts = [name[part] for part in ("givenName", "familyName") if isinstance(name.get(part), str)]
    shown = get_attribute(user, "displayName") or name.get("formatted") or " ".join(parts)
    return str(shown) if shown else None


@kind("silent")
def _silent(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    before, after = View(_up_to(view.entries, params["since"])), view
    if after.find("scim.users") is None and after.find("account.members") is None:
        yield unseen("users and members")
        return
    for name in ("account.members", "account.groups", "account.journal", "scim.users", "scim.groups"):
        one, other = before.find(name), after.find(name)
        if one is not None and other is not None and _in_order(one) != _in_order(other):
            yield Finding(f"{name} as before", "changed, though only reading requests were sent")


def _in_order(items: list[Json]) -> list[Json]:
    # A list has no order of its own (RFC 7644 section 3.4.2.3): another order is no change.
    return sorted(items, key=lambda item: str(item.get("id", item.get("seq"))))


def _mail_since(view: View, since: int) -> list[Json] | None:
    messages = view.find("account.mail")
    return None if messages is None else [m for m in messages if m["seq"] > since]


def _member_ids(group: Json) -> set[str]:
    members = get_attribute(group, "members")
    return (
        {m["value"] for m in members if isinstance(m, dict) and isinstance(m.get("value"), str)} if members else set()
    )


def _exchange(entries: History, entry_id: str) -> Exchange:
    found: list[Entry] = [entry for entry in entries if entry.id == entry_id]
    assert found
    assert isinstance(found[0].event, Exchange)
    return found[0].event


def _up_to(entries: History, entry_id: str) -> History:
    index = next(i for i, entry in enumerate(entries) if entry.id == entry_id)
    return entries[: index + 1]
