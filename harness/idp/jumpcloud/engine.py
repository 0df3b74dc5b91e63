"""JumpCloud: an activation that makes and deletes test objects, groups that are taken over by name, and imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.direct_push import REMOVE_APPLICATION, DirectPush, Move, called, read_created, read_list, with_agent
from harness.idp.jumpcloud import requests
from harness.idp.jumpcloud.knobs import JumpCloudKnobs
from harness.idp.provider import Control, Conversation, Job, Plan, Reading
from harness.record.exchange import Request, Response

_ACTIVATION = "activation"
TEST_GROUP = "JumpCloud test group"


class JumpCloud(DirectPush):
    """A custom SCIM integration of JumpCloud: PATCH with a path for each attribute, members by value."""

    dialect = "jumpcloud"
    claim = "jumpcloud"
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deleted in JumpCloud",
        "deactivate": "the user is suspended in JumpCloud",
        "unassign": "the user leaves the last user group that has the application",
    }
    console: ClassVar[Mapping[str, Control]] = {
        "activate": Control(
            "activates the integration: a test user and a test group are made, changed and deleted",
            lambda jumpcloud, who, _: jumpcloud.activate(who),
            "person",
        ),
        "import": Control("reads every user of the application", lambda jumpcloud, *_: jumpcloud.run_import()),
        **REMOVE_APPLICATION,
    }

    def __init__(self, directory: Directory, knobs: JumpCloudKnobs | None = None) -> None:
        super().__init__(directory)
        self.knobs = knobs or JumpCloudKnobs()
        self.imported: Reading | None = None

    def prepared(self, request: Request) -> Request:
        """The request under the settings' agent and media type."""
        media, agent = self.knobs.media_type, self.knobs.user_agent
        headers = tuple((name, media if name in ("Accept", "Content-Type") else text) for name, text in request.headers)
        request = replace(request, headers=headers)
        return with_agent(request, agent) if agent else request

    def test_requests(self) -> Iterator[Request]:
        """A guess: the first user, and the first group where groups are managed."""
        yield requests.read_page("/Users", "test connection", 1, 1)
        if self.knobs.manage_groups:
            yield requests.read_page("/Groups", "test connection", 1, 1)

    def activate(self, tester: Person) -> Plan:
        """The integration is activated with the address of a test user, who must be new to the application."""
        yield Job(_ACTIVATION, self._activate(tester))

    def run_import(self) -> Plan:
        """Users of the application are read and matched; nothing is written."""
        yield Job("import", self._import())

    def pushed_groups(self) -> list[Group]:
        """Those that are associated with the application, where groups are managed."""
        return super().pushed_groups() if self.knobs.manage_groups else []

    def read_match(self, response: Response) -> Reading:
        """Two users are a fault."""
        found = super().read_match(response)
        return Reading(fault="several users match") if found.total > 1 else found

    def find_request(self, person: Person) -> Request:
        """By userName."""
        return requests.find_user(person, self.knobs)

    def create_request(self, person: Person) -> Request:
        """The mapped attributes in a POST."""
        return requests.create_user(person, self.knobs)

    def update_requests(self, person: Person) -> Iterator[Request]:
        """A PATCH of what differs, or a PUT."""
        before = self.links.sent.get(person.key)
        if self.knobs.update == "put":
            yield requests.replace_user(self.id_of(person), person, self.knobs)
        elif before is None or requests.mapped(before) != requests.mapped(person):
            yield requests.change_user(self.id_of(person), person, before)

    def active_request(self, person: Person, active: bool) -> Request:
        """PATCH of `active`, or the PUT with it."""
        if self.knobs.update == "put":
            return requests.replace_user(self.id_of(person), person, self.knobs, active=active)
        return requests.set_active(self.id_of(person), active)

    def delete_request(self, scim_id: str) -> Request:
        """DELETE."""
        return requests.delete_user(scim_id)

    def find_group(self, group: Group) -> Conversation[Reading]:
        """A group of the same name is taken over."""
        answer = yield from self.ask(requests.find_group(group.name, self.knobs))
        return called(read_list(answer), "displayName", group.name)

    def create_group_request(self, group: Group) -> Request:
        """POST of the name."""
        return requests.create_group(group.name)

    def rename_group_request(self, group_id: str, name: str) -> Request:
        """A guess, marked as one."""
        return requests.rename_group(group_id, name)

    def moves(self, group: Group, joiners: list[str], leavers: list[str]) -> Iterator[Move]:
        """One PATCH for all who leave, one for all who join."""
        group_id = self.links.groups[group.key]
        if leavers:
            yield Move(requests.remove_members(group_id, leavers, self.knobs), leavers=leavers)
        if joiners:
            yield Move(requests.add_members(group_id, joiners), joiners=joiners)

    def delete_group_request(self, group: Group | None, group_id: str) -> Request | None:
        """A group that was deleted in JumpCloud; one that only lost the application is left as it is."""
        return requests.delete_group(group_id) if group is None else None

    def _is_due(self, group: Group) -> bool:
        is_empty = group.key not in self.links.groups and not self.wanted_members(group)
        return super()._is_due(group) and (self.knobs.empty_groups or not is_empty)

    def _activate(self, tester: Person) -> Conversation[None]:
        user_id, fault = read_created(
            (yield from self.ask(requests.create_user(tester, self.knobs, "create test user")))
        )
        if fault:
            self.fail(_ACTIVATION, f"the test user could not be created ({fault})")
            return
        renamed = requests.change_user(user_id, tester, None, "change test user")
        yield from self.do(renamed, _ACTIVATION, "the test user could not be changed")
        if self.knobs.manage_groups:
            yield from self._try_a_group(user_id, tester)
        if self.knobs.delete_test_user:
            request = requests.delete_user(user_id, "delete test user")
        else:
            request = requests.set_active(user_id, False, "deactivate test user")
        yield from self.do(request, _ACTIVATION, "the test user could not be deleted")

    def _try_a_group(self, user_id: str, tester: Person) -> Conversation[None]:
        # The name of the tester keeps two runs against one account apart; JumpCloud's own name is not published.
        name = f"{TEST_GROUP} {tester.key}"
        group_id, fault = read_created((yield from self.ask(requests.create_group(name, "create test group"))))
        if fault:
            self.fail(_ACTIVATION, f"the test group could not be created ({fault})")
            return
        for request in (
            requests.add_members(group_id, [user_id], "change test group"),
            requests.rename_group(group_id, f"{name} 2", "change test group"),
        ):
            yield from self.do(request, _ACTIVATION, "the test group could not be changed")
        yield from self.do(
            requests.delete_group(group_id, "delete test group"), _ACTIVATION, "the test group could not be deleted"
        )

    def _import(self) -> Conversation[None]:
        self.imported = yield from self.read_pages(
            lambda start: requests.read_page("/Users", "import users", start, self.knobs.import_page)
        )
        if self.imported.fault:
            self.fail("import", self.imported.fault)
