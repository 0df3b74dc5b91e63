"""Compares directory and bridge: reads users and groups in pages, within bounds, and names the differences.

These requests are bridgecheck's own, not a vendor's. No answer of a bridge makes them raise or run for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.clock import Clock
from harness.directory.values import Group, Person
from harness.directory_api.company import google_id
from harness.idp.provider import IdentityProvider
from harness.record.exchange import Exchange, Json, Request, get_attribute
from harness.record.message import path_of, read
from harness.record.pages import read_pages
from harness.target.transport import Send

PAGE = 100
TRIES = 3
PUT_OFF = (0, 429, 502, 503, 504)  # 0: no answer at all
LONGEST_PAUSE_S = 10.0  # ours: Retry-After is honoured up to here
PATIENCE_S = 120.0  # ours: all pauses together
LOST_IN_A_ROW = 3  # ours: after this many refused requests in a row, no more are sent
KEPT = 1_000  # differences that are kept by name; all are counted
SPARE = 1_000  # how many resources more than twice the expected ones are read before a list counts as endless
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which directory and bridge are not equal."""

    who: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.who}: expected {self.expected}; was {self.actual}"


@dataclass(slots=True)
class Comparison:
    """What was read and what differs. `problems` says what could not be read: nothing is equal then."""

    users: int = 0
    groups: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    strange: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs, and everything could be read."""
        return not self.count and not self.problems

    def add(self, who: str, expected: str, actual: str) -> None:
        """Note a difference."""
        self.count += 1
        if len(self.differences) < KEPT:
            self.differences.append(Difference(who[:SHOWN], expected[:SHOWN], actual[:SHOWN]))

    def add_stranger(self, what: str) -> None:
        """Note a resource that the directory knows nothing of."""
        self.strange += 1
        if len(self.strangers) < KEPT:
            self.strangers.append(what)


def compare(
    provider: IdentityProvider, send: Send, clock: Clock, *, shared: bool = False, patience_s: float = PATIENCE_S
) -> Comparison:
    """Read the bridge and compare. In a `shared` directory, resources of others are counted and are no difference.

    A bridge may keep us waiting for `patience_s` seconds in all; after a few questions in a row without an answer
    nothing more is asked.
    """
    found = Comparison()
    reader = _Reader(send, clock, found, patience_s)
    if provider.is_pulled:
        _recognise(provider, reader)
    _compare_users(provider, reader, found)
    if provider.pushes_groups:
        _compare_groups(provider, reader, found)
    _judge_strangers(provider, found, shared=shared)
    return found


def _recognise(provider: IdentityProvider, reader: _Reader) -> None:
    """Nothing was sent by a provider that is pulled, so no id is known: groups by name, people by address.

    Who was suspended before the bridge had heard of a new address keeps the old one: there the id of the directory
    tells, where the bridge shows it (docs/sources.md, row 4).
    """
    directory, links = provider.directory, provider.links
    people = {google_id(person.key): person.key for person in directory.people.values()}
    people |= {person.address.casefold(): person.key for person in directory.people.values()}
    groups = {group.name.casefold(): group.key for group in provider.pushed_groups()}
    links.people.clear()
    links.groups.clear()
    for scim_id, user in reader.walk("/Users", len(directory.people)):
        external_id = _text(user, "externalId").rpartition(":")[2]
        key = people.get(external_id) or people.get(_text(user, "userName").casefold(), "")
        if key and key not in links.people:
            links.people[key] = scim_id
    for scim_id, group in reader.walk("/Groups", len(groups), "&excludedAttributes=members"):
        key = groups.pop(_text(group, "displayName").casefold(), "")
        if key:
            links.groups[key] = scim_id


def _judge_strangers(provider: IdentityProvider, found: Comparison, *, shared: bool) -> None:
    """Users of nobody's: left by others, or by a create whose answer was lost before the person went out of scope."""
    names = {stranger.removeprefix("user ").casefold() for stranger in found.strangers}
    people = provider.directory.people.values() if names else ()
    ours = {f"user {person.address}".casefold() for person in people if person.address.casefold() in names}
    for stranger in found.strangers:
        if stranger.casefold() in ours:
            found.add(stranger, "to be linked, or not to be there", "there, and never linked: a lost create?")
        elif not shared:
            found.add(stranger, "nothing: no link leads here", "there")
    if not shared:
        found.count += found.strange - len(found.strangers)


def _compare_users(provider: IdentityProvider, reader: _Reader, found: Comparison) -> None:
    owner = {scim_id: key for key, scim_id in provider.links.people.items()}
    seen: set[str] = set()
    for scim_id, user in reader.walk("/Users", len(owner)):
        found.users += 1
        key = owner.get(scim_id)
        person = provider.directory.people.get(key) if key else None
        if key is None or person is None:
            found.add_stranger(f"user {_text(user, 'userName') or scim_id}")
        else:
            seen.add(key)
            _compare_user(provider, person, user, found)
    if found.problems:
        return  # a list that broke off says nothing about who is missing
    for person in provider.directory.people.values():
        if person.key not in seen and provider.has_application(person):
            is_linked = person.key in provider.links.people
            found.add(_called(person), "an active user", "a link to nobody" if is_linked else "nobody")


def _compare_user(provider: IdentityProvider, person: Person, user: Json, found: Comparison) -> None:
    is_active = str(get_attribute(user, "active")).lower() != "false"
    if not provider.has_application(person):
        if is_active:
            found.add(_called(person), "no access any more", "active")
        return
    if not is_active:
        found.add(_called(person), "active", "inactive")
    name = get_attribute(user, "name")
    parts = name if isinstance(name, dict) else {}
    shown = {
        "userName": (provider.user_name_of(person).casefold(), _text(user, "userName").casefold()),
        "displayName": (person.full_name, _text(user, "displayName") or person.full_name),
        "givenName": (person.given_name, _text(parts, "givenName") or person.given_name),
        "familyName": (person.family_name, _text(parts, "familyName") or person.family_name),
    }
    for attribute, (expected, actual) in shown.items():
        if expected != actual:
            found.add(_called(person), f"{attribute} {expected!r}", repr(actual))


def _compare_groups(provider: IdentityProvider, reader: _Reader, found: Comparison) -> None:
    owner = {scim_id: key for key, scim_id in provider.links.groups.items()}
    pushed = {group.key: group for group in provider.pushed_groups()}
    seen: set[str] = set()
    for scim_id, resource in reader.walk("/Groups", len(owner), "&excludedAttributes=members"):
        found.groups += 1
        key = owner.get(scim_id)
        if key is None:
            found.add_stranger(f"group {_text(resource, 'displayName') or scim_id}")
        elif key in pushed:
            seen.add(key)
            if _text(resource, "displayName") != pushed[key].name:
                found.add(f"group {pushed[key].name}", "this name", repr(_text(resource, "displayName")))
            _compare_members(provider, pushed[key], scim_id, reader, found)
    for key, group in pushed.items():
        if key not in seen:
            found.add(f"group {group.name}", "a group", "nothing")


def _compare_members(
    provider: IdentityProvider, group: Group, scim_id: str, reader: _Reader, found: Comparison
) -> None:
    resource = reader.get(path_of("Groups", scim_id), "compare group")
    listed = get_attribute(resource, "members") if resource is not None else None
    actual = {str(m.get("value")) for m in listed if isinstance(m, dict)} if isinstance(listed, list) else set()
    links = provider.links
    wanted = {
        links.people.get(person.key, "")
        for person in provider.directory.members_in_scope(group)
        if provider.has_application(person)
    }
    # Who is in the group and out of scope may have been left where they are (MS-HOW, ENTRA-31).
    allowed = {links.people.get(key, "") for key in provider.directory.members[group.key]}
    for missing in sorted(wanted - actual):
        found.add(f"group {group.name}", f"member {missing or 'that was never created'}", "not in it")
    for stray in sorted(actual - wanted - allowed):
        found.add(f"group {group.name}", "only its members", f"{stray} in it")


class _Reader:
    """Reads lists and resources; what goes wrong is a problem of the comparison."""

    def __init__(self, send: Send, clock: Clock, found: Comparison, patience_s: float) -> None:
        self._send = send
        self._patience_s = patience_s
        self._clock = clock
        self._found = found
        self._paused_s = 0.0
        self._lost_in_a_row = 0

    def walk(self, path: str, expected: int, further: str = "") -> Iterator[tuple[str, Json]]:
        """Every resource of a list, once, by id; bounded by what can be expected."""
        most, shown, total = 2 * expected + SPARE, 0, -1
        ids: set[str] = set()
        name = f"compare {path.strip('/').lower()}"
        for page in read_pages(lambda query: self.get(path, name, query + further), PAGE):
            if page.body is None:
                return
            if not page.is_list:
                self._found.problems.append(f"{path}: Resources is no array")
                return
            total = page.body.get("totalResults", -1)
            fresh = list(self._fresh(path, page.entries, ids))
            yield from fresh
            shown += len(page.entries)
            if not page.entries or (shown == total and len(page.entries) < PAGE):
                break
            if not fresh:
                self._found.problems.append(f"{path}: the page from {shown} on has nothing new: the list has no end")
                return
            if shown > most:
                break
        if shown > most:
            self._found.problems.append(f"{path}: more than {most:,} resources where {expected:,} were expected")
        elif total != shown:
            self._found.problems.append(f"{path}: totalResults is {total!r}, and {shown:,} resources were listed")

    def get(self, path: str, name: str, query: str = "") -> Json | None:
        """The JSON object at a path; None, and a problem, where there is none."""
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            self._note(f"GET {path}: not asked, since the last {LOST_IN_A_ROW} questions had no answer")
            return None
        exchange = self._ask(read(path, name, query))
        is_put_off = exchange.status in PUT_OFF
        self._lost_in_a_row = self._lost_in_a_row + 1 if is_put_off else 0
        if exchange.status == 200 and exchange.has_json:
            return exchange.json
        said = exchange.lost or f"HTTP {exchange.status}"
        if exchange.status == 200:
            said = "HTTP 200 with a body that is no JSON object"
        self._note(f"GET {path}: {said}")
        return None

    def _note(self, problem: str) -> None:
        if len(self._found.problems) < KEPT:
            self._found.problems.append(problem)

    def _ask(self, request: Request) -> Exchange:
        exchange = self._send(request)
        for _ in range(TRIES - 1):
            if exchange.status not in PUT_OFF or self._lost_in_a_row:
                break
            said = exchange.header("Retry-After") or "1"
            pause = min(float(said), LONGEST_PAUSE_S) if said.isascii() and said.isdigit() else 1.0
            if self._paused_s + pause > self._patience_s:
                break
            self._paused_s += pause
            self._clock.sleep(pause)
            exchange = self._send(request)
        return exchange

    def _fresh(self, path: str, listed: list[Any], ids: set[str]) -> Iterator[tuple[str, Json]]:
        for resource in listed:
            scim_id = resource.get("id") if isinstance(resource, dict) else None
            if not isinstance(scim_id, str) or not scim_id:
                if len(self._found.problems) < KEPT:
                    self._found.problems.append(f"{path}: a resource without an id")
            elif scim_id not in ids:
                ids.add(scim_id)
                yield scim_id, resource


def _text(resource: Mapping[str, Any], name: str) -> str:
    value = get_attribute(resource, name)
    return value if isinstance(value, str) else ""


def _called(person: Person) -> str:
    return f"user {person.address}"
