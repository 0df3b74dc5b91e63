"""Shows a directory in Google's form: users, groups and members, and how each is looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from harness.clock import render_time
from harness.directory.directory import Directory
from harness.directory.values import Group, Person

Resource = dict[str, Any]
CUSTOMER_ID = "C0bridgecheck"
_DAY_S = 86_400
_USER_FIELDS = {"email": "primaryEmail", "givenname": "givenName", "familyname": "familyName"}


class Company:
    """Everybody and everything in a directory, in Google's form; nothing is kept that the directory would not say.

    The administrator is a user of every company, in no group: a directory that somebody reads is never empty.
    """

    def __init__(self, directory: Directory, actor: str) -> None:
        self.directory = directory
        self.actor = actor

    def users(self, after: int = -1, are_deleted: bool = False) -> Iterator[tuple[int, Resource]]:
        """The users after a place in the one order that there is: the administrator, then by hiring."""
        if not are_deleted and after < 0:
            yield 0, self._administrator()
        for place, person in enumerate(self.directory.people.values(), 1):
            if place > after and person.is_deleted is are_deleted:
                yield place, render_user(person)

    def find_user(self, key: str) -> Resource | None:
        """The user of that id or address, in whatever letter case."""
        if key.lower() in (self.actor.lower(), google_id("administrator")):
            return self._administrator()
        for person in self.directory.people.values():
            if not person.is_deleted and key.lower() in (google_id(person.key), person.address.lower()):
                return render_user(person)
        return None

    def groups(self, after: int = -1) -> Iterator[tuple[int, Resource]]:
        """The groups after a place, in the order of forming."""
        for place, group in enumerate(self.directory.groups.values()):
            if place > after:
                yield place, self.render_group(group)

    def find_group(self, key: str) -> Group | None:
        """The group of that id or address."""
        for group in self.directory.groups.values():
            if key.lower() in (group_id(group.key), self.email_of(group).lower()):
                return group
        return None

    def members(self, group: Group, after: int = -1) -> Iterator[tuple[int, Resource]]:
        """The direct members of a group after a place: people, then groups in it, which are not opened."""
        keys = self.directory.members[group.key]
        for place, person in enumerate(self.directory.people.values()):
            if place > after and person.key in keys and not person.is_deleted:
                yield place, render_member(person)
        for place, each in enumerate(self.directory.groups.values(), len(self.directory.people)):
            if place > after and each.key in self.directory.nested.get(group.key, ()):
                yield place, self._render_inner(each)

    def email_of(self, group: Group) -> str:
        """The address of a group; a new name does not change it."""
        return f"{group.key}@{self.directory.domain}"

    def _administrator(self) -> Resource:
        return render_user(Person("administrator", "Account", "Administrator", self.actor))

    def render_group(self, group: Group) -> Resource:
        """A group, with the number of its direct members."""
        alive = sum(not self.directory.people[key].is_deleted for key in self.directory.members[group.key])
        shown = {
            "kind": "admin#directory#group",
            "id": group_id(group.key),
            "email": self.email_of(group),
            "name": group.name,
            # A 64-bit number, and these are strings in Google's JSON.
            "directMembersCount": str(alive + len(self.directory.nested.get(group.key, ()))),
            "adminCreated": True,
        }
        return {**shown, "etag": etag_of(shown)}

    def _render_inner(self, group: Group) -> Resource:
        shown = {
            "kind": "admin#directory#member",
            "id": group_id(group.key),
            "email": self.email_of(group),
            "role": "MEMBER",
            "type": "GROUP",
            "status": "ACTIVE",
        }
        return {**shown, "etag": etag_of(shown)}


def render_user(person: Person) -> Resource:
    """A person as a user."""
    shown: Resource = {
        "kind": "admin#directory#user",
        "id": google_id(person.key),
        "primaryEmail": person.address,
        "name": {
            "givenName": person.given_name,
            "familyName": person.family_name,
            "fullName": person.full_name,
        },
        "suspended": not person.is_enabled,
        "archived": person.is_archived,
        "customerId": CUSTOMER_ID,
        "orgUnitPath": "/",
        "lastLoginTime": render_time(person.sign_ins * _DAY_S),
    }
    if person.sign_ins:
        picture = _digest(f"picture {person.key} {person.sign_ins}")
        shown["thumbnailPhotoUrl"] = f"https://lh3.googleusercontent.invalid/{picture}=s96-c"
        shown["thumbnailPhotoEtag"] = f'"{picture[:27]}"'
    if not person.is_enabled:
        shown["suspensionReason"] = "ADMIN"
    if person.is_deleted:
        shown["deletionTime"] = render_time(0)
    return {**shown, "etag": etag_of(shown)}


def render_member(person: Person) -> Resource:
    """A person as a member of a group."""
    shown = {
        "kind": "admin#directory#member",
        "id": google_id(person.key),
        "email": person.address,
        "role": "MEMBER",
        "type": "USER",
        "status": "ACTIVE" if person.is_enabled else "SUSPENDED",
    }
    return {**shown, "etag": etag_of(shown)}


def google_id(key: str) -> str:
    """The id that Google would give: 21 digits, the same for the same key."""
    return f"1{int(_digest(key), 16) % 10**20:020}"


def group_id(key: str) -> str:
    """The id of a group: a zero, then letters and digits."""
    return f"0{_digest('group ' + key)[:14]}"


def etag_of(content: Any) -> str:
    """A tag that changes with the content."""
    return f'"{_digest(repr(content))[:27]}"'


def matches_query(user: Resource, query: str) -> bool:
    """Whether a user meets all terms of a query: `email:ada*`, `isSuspended=true`, `familyName='Adams'`, or a word."""
    return all(_meets(user, term) for term in query.split())


def select_fields(content: Any, fields: str) -> Any:
    """The content with only the fields that a mask names: `nextPageToken,users(id,name/givenName)`."""
    return _select(content, _parse_mask(fields))


def _meets(user: Resource, term: str) -> bool:
    name, separator, value = next(
        ((left, mark, right) for mark in (":", "=") for left, _, right in [term.partition(mark)] if right), ("", "", "")
    )
    value = value.strip("'\"").lower()
    if not separator:
        return term.lower() in f"{user['primaryEmail']} {user['name']['fullName']}".lower()
    if name.lower() in ("issuspended", "isarchived"):
        return bool(user[name.lower().removeprefix("is")]) is (value == "true")
    field = _USER_FIELDS.get(name.lower(), name)
    found = str(user.get(field, user["name"].get(field, ""))).lower()
    if separator == ":":
        return found.startswith(value.removesuffix("*")) if value.endswith("*") else value in found
    return found == value


def _parse_mask(text: str) -> dict[str, Any]:
    """A mask as a tree; a field without anything below it is wanted as a whole."""
    tree: dict[str, Any] = {}
    for part in _split(text):
        head, _, inner = part.partition("(")
        path = [*(each for each in head.split("/") if each)]
        node = tree
        for name in path:
            node = node.setdefault(name, {})
        if inner:
            node.update(_parse_mask(inner.removesuffix(")")))
    return tree


def _split(text: str) -> Iterable[str]:
    """The parts between commas that stand in no parentheses."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _select(content: Any, tree: dict[str, Any]) -> Any:
    if not tree or "*" in tree:
        return content
    if isinstance(content, list):
        return [_select(each, tree) for each in content]
    if not isinstance(content, dict):
        return content
    return {name: _select(content[name], below) for name, below in tree.items() if name in content}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
