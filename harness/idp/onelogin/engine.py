"""OneLogin's engine: each user is looked up and written by a template; roles become groups, which are never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.direct_push import DirectPush, Move, called, with_agent
from harness.idp.onelogin import requests
from harness.idp.onelogin.knobs import OneLoginKnobs
from harness.idp.provider import Conversation, Reading, Wait, body_of
from harness.record.exchange import Request, Response, get_attribute


class OneLogin(DirectPush):
    """A SCIM provisioner of OneLogin (SCIM v2 Enterprise): PUT for users, PATCH for groups, a look-up before each."""

    dialect = "onelogin"
    claim = "onelogin"
    patches = False
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deleted in OneLogin, and the application suspends whom it loses",
        "deactivate": "the user is suspended in OneLogin",
        "unassign": "the user loses the last role that gives the application",
    }

    def __init__(self, directory: Directory, knobs: OneLoginKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or OneLoginKnobs()

    def prepared(self, request: Request) -> Request:
        """The request under the agent of the settings; by default it names none."""
        return with_agent(request, self.knobs.user_agent) if self.knobs.user_agent else request

    def test_requests(self) -> Iterator[Request]:
        """A look-up of a name that nobody has."""
        if self.knobs.probe_config:
            yield requests.read_config()
        yield requests.test_connection(self.knobs)

    def fault_of_test(self, response: Response) -> str:
        """An empty list and 404 are both taken for a bridge that works (IDP-ONELOGIN-API)."""
        if response.status == 404:
            return ""
        if fault := super().fault_of_test(response):
            return fault
        total = get_attribute(body_of(response), "totalResults")
        return f"the name of the test is taken: totalResults is {total!r}" if total else ""

    def read_match(self, response: Response) -> Reading:
        """404 is nobody, as in the connection test; two users are a fault."""
        found = Reading() if response.status == 404 else super().read_match(response)
        return Reading(fault="several users match") if found.total > 1 else found

    def find_request(self, person: Person) -> Request:
        """By userName."""
        return requests.find_user(person.address, self.knobs)

    def create_request(self, person: Person) -> Request:
        """The template in a POST."""
        return requests.create_user(person, self.knobs)

    def update(self, person: Person) -> Conversation[None]:
        """A look-up, then the PUT. A user who is gone is an error, and nobody is created (IDP-ONELOGIN-PAGERDUTY)."""
        sent = self.links.sent.get(person.key)
        if self.knobs.find_before_update and sent is not None:
            answer = yield from self.ask(requests.find_user(sent.address, self.knobs))
            found = self.read_match(answer)
            if found.fault or not found.resources:
                self.fail(person.key, found.fault or "the user is gone", answer)
                return
            yield Wait(self.knobs.gap_s, "idp")
        yield from super().update(person)

    def update_requests(self, person: Person) -> Iterator[Request]:
        """The whole template, whatever has changed."""
        yield requests.replace_user(self.id_of(person), person, self.knobs)

    def active_request(self, person: Person, active: bool) -> Request:
        """A guess, marked as one."""
        scim_id = self.id_of(person)
        if self.knobs.set_active == "patch":
            return requests.patch_active(scim_id, active)
        return requests.put_active(scim_id, person, self.knobs, active)

    def delete_request(self, scim_id: str) -> Request:
        """DELETE."""
        return requests.delete_user(scim_id)

    def find_group(self, group: Group) -> Conversation[Reading]:
        """All groups are read, and the one of that name is taken."""
        listed = yield from self.read_pages(lambda start: requests.list_groups(start, self.knobs.groups_page))
        return called(listed, "displayName", group.name)

    def create_group_request(self, group: Group) -> Request:
        """POST of the role's name."""
        return requests.create_group(group)

    def rename_group_request(self, group_id: str, name: str) -> Request:
        """A guess: roles are mapped by name, and nothing is published about a new one."""
        return requests.rename_group(group_id, name)

    def moves(self, group: Group, joiners: list[str], leavers: list[str]) -> Iterator[Move]:
        """One PATCH for each user."""
        group_id = self.links.groups[group.key]
        for scim_id in leavers:
            yield Move(requests.remove_member(group_id, scim_id, self.knobs), leavers=[scim_id])
        for scim_id in joiners:
            yield Move(requests.add_member(group_id, scim_id), joiners=[scim_id])

    def delete_group_request(self, group: Group | None, group_id: str) -> Request | None:
        """None: OneLogin deletes no groups over SCIM (IDP-ONELOGIN-HARNESS)."""
        return None

    def _is_due(self, group: Group) -> bool:
        if not self.knobs.rename_groups and self.links.names.get(group.key, group.name) != group.name:
            for known in (self.links.groups, self.links.names, self.links.members):
                known.pop(group.key)
        return super()._is_due(group)
