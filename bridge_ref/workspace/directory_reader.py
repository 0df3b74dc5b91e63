"""Read a directory: first the members of the chosen groups, then all people; detect truncated lists."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from bridge_ref.workspace.google import Directory, GoogleError
from bridge_ref.workspace.settings import WorkspaceSettings
from bridge_ref.workspace.snapshot import GoogleGroup, GooglePerson, Incomplete, Missing, Snapshot

_BASE = "/admin/directory/v1"
_USER_FIELDS = "id,primaryEmail,name(givenName,familyName,fullName),suspended,archived"
# Members whom the list of people does not know are looked up one by one: people of other companies, mostly.
_MAX_STRANGERS = 200


class DirectoryReader:
    """Reads one directory for one company."""

    def __init__(self, google: Directory, settings: WorkspaceSettings) -> None:
        self._google = google
        self._settings = settings

    def snapshot(self, chosen: Iterable[str]) -> Snapshot | Incomplete:
        """A snapshot of the directory. Never raises GoogleError: the snapshot names what could not be read."""
        groups, missing = [], []
        for key in dict.fromkeys(chosen):
            try:
                groups.append(self._group(key))
            except GoogleError as error:
                missing.append(Missing(key, str(error)))
        try:
            people = self._people()
            strangers = self._strangers(groups, people)
        except GoogleError as error:
            return Incomplete(str(error))
        if not people:
            return Incomplete("the list of people is empty, and at least the administrator is one of them")
        return Snapshot(people, tuple(_without(group, people, strangers) for group in groups), tuple(missing))

    def offered(self) -> list[dict[str, str]]:
        """All groups that can be chosen. Raises GoogleError."""
        parameters = {**self._whose(), "maxResults": "200", "fields": "kind,nextPageToken,groups(id,email,name)"}
        entries = self._google.pages(f"{_BASE}/groups", "groups", "admin#directory#groups", **parameters)
        return [{name: _text(each, name) for name in ("id", "email", "name")} for each in entries]

    def _group(self, key: str) -> GoogleGroup:
        path = f"{_BASE}/groups/{quote(key, safe='@')}"
        group = self._google.get(path, "admin#directory#group")
        entries = list(
            self._google.pages(
                f"{path}/members",
                "members",
                "admin#directory#members",
                maxResults="200",
                fields="kind,nextPageToken,members(id,email,type)",
            )
        )
        self._check_count(path, group, len(entries))
        people = frozenset(_text(each, "id") for each in entries if each.get("type") == "USER")
        nested = sum(each.get("type") == "GROUP" for each in entries)
        if any(each.get("type") == "CUSTOMER" for each in entries):
            raise GoogleError(f"{path}: everybody of the company is a member; choose groups of people")
        return GoogleGroup(_text(group, "id"), _text(group, "email"), _text(group, "name"), people, nested)

    def _check_count(self, path: str, group: dict[str, Any], found: int) -> None:
        count = str(group.get("directMembersCount", ""))
        if self._settings.check_counts and count.isdecimal() and int(count) > found:
            raise GoogleError(f"{path}: {found} members came, but the group counts {count}")

    def _people(self) -> dict[str, GooglePerson]:
        parameters = {**self._whose(), "maxResults": "500", "fields": f"kind,nextPageToken,users({_USER_FIELDS})"}
        entries = self._google.pages(f"{_BASE}/users", "users", "admin#directory#users", **parameters)
        return {person.id: person for person in map(_person, entries)}

    def _strangers(self, groups: Iterable[GoogleGroup], people: dict[str, GooglePerson]) -> set[str]:
        """Group members outside the company. A colleague missing from the list shows that it was truncated."""
        unknown = sorted({each for group in groups for each in group.people if each not in people})
        if len(unknown) > _MAX_STRANGERS:
            raise GoogleError(f"{len(unknown)} members of chosen groups are not in the list of people")
        for each in unknown:
            try:
                user = self._google.get(f"{_BASE}/users/{quote(each, safe='')}", "admin#directory#user")
            except GoogleError as error:
                if error.status in (403, 404):
                    continue
                raise
            if self._is_listed(user):
                raise GoogleError("the list of people came without somebody who is in the directory")
        return set(unknown)

    def _is_listed(self, user: dict[str, Any]) -> bool:
        domain = self._settings.domain
        return domain is None or _text(user, "primaryEmail").lower().endswith(f"@{domain.lower()}")

    def _whose(self) -> dict[str, str]:
        if self._settings.domain is not None:
            return {"domain": self._settings.domain}
        return {"customer": self._settings.customer}


def _without(group: GoogleGroup, people: dict[str, GooglePerson], strangers: set[str]) -> GoogleGroup:
    known = frozenset(each for each in group.people if each in people and each not in strangers)
    return GoogleGroup(group.id, group.address, group.name, known, group.nested)


def _person(user: dict[str, Any]) -> GooglePerson:
    name = user.get("name") or {}
    address = _text(user, "primaryEmail")
    given, family = str(name.get("givenName") or ""), str(name.get("familyName") or "")
    full = str(name.get("fullName") or f"{given} {family}".strip() or address)
    return GooglePerson(
        id=_text(user, "id"),
        address=address,
        given_name=given,
        family_name=family,
        full_name=full,
        is_suspended=user.get("suspended") is True,
        is_archived=user.get("archived") is True,
    )


def _text(resource: dict[str, Any], name: str) -> str:
    value = resource.get(name)
    if not isinstance(value, str) or not value:
        raise GoogleError(f"an entry came without {name}")
    return value
