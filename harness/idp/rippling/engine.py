"""Rippling's engine: employment changes become users, teams and departments become members of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.direct_push import DirectPush, Move, called, with_agent
from harness.idp.provider import Conversation, Reading
from harness.idp.rippling import requests
from harness.idp.rippling.knobs import RipplingKnobs
from harness.record.exchange import Request, Response


class Rippling(DirectPush):
    """A custom integration of Rippling with user management via SCIM; nearly all of its form is a guess."""

    dialect = "rippling"
    claim = "rippling"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the person is offboarded, and deleted in Rippling",
        "deactivate": "the person's account is suspended in Rippling",
        "unassign": "the person meets the access rules of the application no more",
    }

    def __init__(self, directory: Directory, knobs: RipplingKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or RipplingKnobs()

    def prepared(self, request: Request) -> Request:
        """The request under the settings' agent and media type."""
        media, agent = self.knobs.media_type, self.knobs.user_agent
        headers = tuple((name, media if name in ("Accept", "Content-Type") else text) for name, text in request.headers)
        request = replace(request, headers=headers)
        return with_agent(request, agent) if agent else request

    def test_requests(self) -> Iterator[Request]:
        """A guess: the configuration, or the first user."""
        yield requests.test_connection(self.knobs)

    def provision(self, person: Person) -> Conversation[None]:
        """As others do, or by a match in the list of all users."""
        if self.knobs.match_by == "filter":
            yield from super().provision(person)
            return
        listed = yield from self.read_pages(
            lambda start: requests.read_page("/Users", "list users", start, self.knobs.groups_page)
        )
        found = called(listed, "userName", person.address)
        if found.fault or found.total > 1:
            self.fail(person.key, found.fault or "several users match")
        else:
            yield from self.link_or_create(person, found)

    def read_match(self, response: Response) -> Reading:
        """Two users are a fault."""
        found = super().read_match(response)
        return Reading(fault="several users match") if found.total > 1 else found

    def find_request(self, person: Person) -> Request:
        """By userName."""
        return requests.find_user(person, self.knobs)

    def create_request(self, person: Person) -> Request:
        """The chosen attributes in a POST."""
        return requests.create_user(person, self.knobs)

    def update_requests(self, person: Person) -> Iterator[Request]:
        """A PUT, or a PATCH of what differs."""
        before = self.links.sent.get(person.key)
        if self.knobs.update == "put":
            yield requests.replace_user(self.id_of(person), person, self.knobs)
        elif before is None or requests.mapped(before) != requests.mapped(person):
            yield requests.change_user(self.id_of(person), person, before)

    def active_request(self, person: Person, active: bool) -> Request:
        """PATCH of `active`, or the PUT with it."""
        if self.knobs.set_active == "put":
            return requests.replace_user(self.id_of(person), person, self.knobs, active=active)
        return requests.set_active(self.id_of(person), active)

    def delete_request(self, scim_id: str) -> Request:
        """DELETE."""
        return requests.delete_user(scim_id)

    def find_group(self, group: Group) -> Conversation[Reading]:
        """All groups are read, page by page, and the one of that name is taken."""
        listed = yield from self.read_pages(
            lambda start: requests.read_page("/Groups", "list groups", start, self.knobs.groups_page)
        )
        found = called(listed, "displayName", group.name)
        if not found.fault and not found.resources and not self.knobs.create_groups:
            return Reading(fault="the group does not exist in the application")
        return found

    def create_group_request(self, group: Group) -> Request:
        """POST of the name."""
        return requests.create_group(group)

    def rename_group_request(self, group_id: str, name: str) -> Request:
        """A guess, marked as one."""
        return requests.rename_group(group_id, name)

    def moves(self, group: Group, joiners: list[str], leavers: list[str]) -> Iterator[Move]:
        """One PATCH, or a PUT with all members."""
        if not joiners and not leavers:
            return
        group_id = self.links.groups[group.key]
        if self.knobs.groups_by == "patch":
            request = requests.change_members(group_id, joiners, leavers, self.knobs)
        else:
            request = requests.replace_group(group_id, group.name, self.links.in_order(self.wanted_members(group)))
        yield Move(request, joiners, leavers)

    def delete_group_request(self, group: Group | None, group_id: str) -> Request | None:
        """DELETE of what Rippling may create and delete; else the group stays."""
        return requests.delete_group(group_id) if self.knobs.create_groups else None
