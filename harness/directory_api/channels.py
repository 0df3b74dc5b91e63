"""The watch channels, and the audit log, which follows from comparing the directory with its former state."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from harness.clock import render_time
from harness.directory_api.company import Company, Resource, google_id

# Posts a notice; returns False if it was not accepted.
Post = Callable[[str, Mapping[str, str], bytes], bool]
_DEFAULT_TTL_S = 21_600


@dataclass(slots=True)
class Channel:
    """Where somebody wants to hear of changes, until when, and how many notices have gone there."""

    id: str
    resource_id: str
    resource_uri: str
    address: str
    token: str | None
    event: str | None
    expires: float
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was done in the directory: as the audit log calls it, and as watchers of users hear of it."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    user: Resource | None = None
    watched_as: str | None = None
    at: float = 0.0

    def as_activity(self, number: int, actor: str, customer: str) -> Resource:
        """The entry of the Reports API."""
        return {
            "kind": "admin#reports#activity",
            "id": {
                "time": render_time(self.at),
                "uniqueQualifier": str(number),
                "applicationName": "admin",
                "customerId": customer,
            },
            "actor": {"callerType": "USER", "email": actor},
            "events": [
                {
                    "type": "USER_SETTINGS" if self.user is not None else "GROUP_SETTINGS",
                    "name": self.name,
                    "parameters": [{"name": name, "value": value} for name, value in self.parameters],
                }
            ],
        }


@dataclass(slots=True)
class Channels:
    """The open channels."""

    open: dict[str, Channel] = field(default_factory=dict)

    def watch(self, body: Mapping[str, Any], uri: str, event: str | None, now: float) -> Channel:
        """Open a channel. Raises ValueError for one that cannot be; notices never leave this machine."""
        channel_id, address = body.get("id"), str(body.get("address", ""))
        if not isinstance(channel_id, str) or not channel_id or channel_id in self.open:
            raise ValueError("channelIdNotUnique")
        if body.get("type") != "web_hook" or not is_loopback(address):
            raise ValueError("webhookUrlUnauthorized")
        ttl_s = float(str(body.get("params", {}).get("ttl", _DEFAULT_TTL_S)))
        channel = Channel(
            channel_id, google_id("resource " + uri)[-16:], uri, address, body.get("token"), event, now + ttl_s
        )
        self.open[channel_id] = channel
        return channel

    def stop(self, body: Mapping[str, Any]) -> bool:
        """Close a channel; false if there is no such one."""
        channel = self.open.get(str(body.get("id")))
        if channel is None or channel.resource_id != body.get("resourceId"):
            return False
        del self.open[channel.id]
        return True

    def interested(self, happening: Happening, now: float) -> list[Channel]:
        """The channels that are to hear of it."""
        return [each for each in self.open.values() if each.expires > now and _concerns(each, happening)]


def _concerns(channel: Channel, happening: Happening) -> bool:
    is_of_users = "/directory/" in channel.resource_uri
    word = happening.watched_as if is_of_users else happening.name
    return word is not None and channel.event in (None, word)


def notice_headers(channel: Channel, state: str) -> dict[str, str]:
    """The headers of the next notice on a channel."""
    channel.messages += 1
    return {
        "X-Goog-Channel-ID": channel.id,
        **({} if channel.token is None else {"X-Goog-Channel-Token": channel.token}),
        "X-Goog-Message-Number": str(channel.messages),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": channel.resource_uri,
        "Content-Type": "application/json; charset=utf-8",
    }


def is_loopback(address: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Observer:
    """Remembers a company as it was and says what has happened since."""

    company: Company
    _users: dict[str, Resource] = field(default_factory=dict)
    _groups: dict[str, Resource] = field(default_factory=dict)
    _members: dict[str, dict[str, Resource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._remember()

    def look(self, now: float) -> list[Happening]:
        """What has happened since the last look: people first, then groups, then memberships."""
        users, groups, members = self._users, self._groups, self._members
        self._remember()
        found = [*self._of_users(users), *self._of_groups(groups), *self._of_members(members)]
        return [Happening(each.name, each.parameters, each.user, each.watched_as, now) for each in found]

    def _remember(self) -> None:
        company = self.company
        self._users = {user["id"]: user for _, user in company.users()}
        self._groups = {group["id"]: group for _, group in company.groups()}
        self._members = {
            company.email_of(group): {member["email"]: member for _, member in company.members(group)}
            for group in company.directory.groups.values()
        }

    def _of_users(self, before: Mapping[str, Resource]) -> Iterator[Happening]:
        for user_id, user in self._users.items():
            was = before.get(user_id)
            name = "CREATE_USER" if was is None else _change_of(was, user)
            if name is not None:
                yield _of_user(name, user, "add" if was is None else "update")
        for user_id in before.keys() - self._users.keys():
            yield _of_user("DELETE_USER", before[user_id], "delete")

    def _of_groups(self, before: Mapping[str, Resource]) -> Iterator[Happening]:
        for group_id, group in self._groups.items():
            was = before.get(group_id)
            if was is None:
                yield Happening("CREATE_GROUP", (("GROUP_EMAIL", group["email"]),))
            elif was["name"] != group["name"]:
                yield Happening("CHANGE_GROUP_NAME", (("GROUP_EMAIL", group["email"]),))
        for group_id in before.keys() - self._groups.keys():
            yield Happening("DELETE_GROUP", (("GROUP_EMAIL", before[group_id]["email"]),))

    def _of_members(self, before: Mapping[str, Mapping[str, Resource]]) -> Iterator[Happening]:
        for email in {**before, **self._members}:
            was, now = before.get(email, {}), self._members.get(email, {})
            for name, addresses in (("ADD_GROUP_MEMBER", now.keys() - was), ("REMOVE_GROUP_MEMBER", was.keys() - now)):
                for address in sorted(addresses):
                    yield Happening(name, (("GROUP_EMAIL", email), ("USER_EMAIL", address)))


def _change_of(was: Resource, user: Resource) -> str | None:
    if was["suspended"] != user["suspended"]:
        return "SUSPEND_USER" if user["suspended"] else "UNSUSPEND_USER"
    if was["archived"] != user["archived"]:
        return "ARCHIVE_USER" if user["archived"] else "UNARCHIVE_USER"
    if was["primaryEmail"] != user["primaryEmail"]:
        return "RENAME_USER"
    return "CHANGE_FIRST_NAME" if was["name"] != user["name"] else None


def _of_user(name: str, user: Resource, watched_as: str) -> Happening:
    return Happening(name, (("USER_EMAIL", user["primaryEmail"]),), user, watched_as)
