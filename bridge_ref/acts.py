"""What people do on the account outside SCIM: sign up, and what an administrator or a test bench may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge_ref.account.changes import (
    AddGroup,
    AddMember,
    ChangeSet,
    Join,
    RestsOn,
    change,
    resting_on,
)
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.mail import LINK_BASE
from bridge_ref.account.members import Member, MemberType, identity_key
from bridge_ref.account.rules import Account
from bridge_ref.account.states import State, is_suspended
from bridge_ref.answer import Moment
from bridge_ref.find import FindGroupByName, FindMember, FindMemberByAddress, FindUser, Looking, ask
from bridge_ref.records import AddUser, ChangeUser, Document, User


class ActError(Exception):
    """An act that cannot be done: the status says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class FixtureMember:
    """A member to put in place."""

    email: str
    name: str
    type: MemberType
    state: State


@dataclass(frozen=True, slots=True)
class FixtureGroup:
    """A group to put in place, or members to put into it."""

    name: str
    members: tuple[str, ...]
    managed: bool


class Acts:
    """Decides acts on members. Each gives a change set."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.by_name: dict[str, Callable[[str, Moment], Looking[ChangeSet]]] = {
            "confirm": self.confirm,
            "suspend": self.suspend,
            "reactivate": self.reactivate,
            "delete": self.delete,
            "recover": self.recover,
        }

    def sign_up(self, member_id: str, link: str | None, moment: Moment) -> Looking[ChangeSet]:
        """The person follows an invitation link: the one given, or the newest."""
        member = yield from self._get(member_id)
        _expect(member, State.INVITED)
        if link is not None and (member.invitation is None or link != LINK_BASE + member.invitation):
            raise ActError(409, "This invitation link is dead.")
        return _seen(member) + self.account.sign_up(member, moment.now_ms)

    def confirm(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator lets somebody in who has signed up."""
        member = yield from self._get(member_id)
        _expect(member, State.PENDING)
        return _seen(member) + self.account.confirm(member, moment.now_ms)

    def suspend(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator takes access away; nothing happens to a member who has none."""
        member = yield from self._get(member_id)
        shown = yield from self._show(member, is_active=False, moment=moment)
        return _seen(member) + self.account.suspend(member, moment.now_ms) + shown

    def reactivate(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator gives access back; nothing happens to a member who has it."""
        member = yield from self._get(member_id)
        shown = yield from self._show(member, is_active=True, moment=moment)
        secret = moment.ids.new_secret()
        return _seen(member) + self.account.reactivate(member, secret, moment.now_ms) + shown

    def delete(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator deletes a member for good."""
        member = yield from self._get(member_id)
        return _seen(member) + self.account.delete(member, moment.now_ms)

    def recover(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator begins the recovery of a member's account."""
        member = yield from self._get(member_id)
        _expect(member, State.ACTIVE)
        return _seen(member) + self.account.recover(member, moment.now_ms)

    def _get(self, member_id: str) -> Looking[Member]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            raise ActError(404, "There is no such member.")
        return member

    def _show(self, member: Member, is_active: bool, moment: Moment) -> Looking[ChangeSet]:
        """What the act makes SCIM say about the member."""
        user = None if member.scim_id is None else (yield from ask(FindUser(member.scim_id)))
        if user is None or user.document["active"] is is_active:
            return ChangeSet()
        return change(ChangeUser(user.id, {**user.document, "active": is_active}, moment.now_ms))


def put_member(fixture: FixtureMember, moment: Moment) -> Looking[ChangeSet]:
    """Put a member in place that provisioning did not make, without mail; SCIM lists it, but no guest."""
    if (yield from ask(FindMemberByAddress(identity_key(fixture.email)))) is not None:
        raise ActError(409, f"{fixture.email} is a member already.")
    invitation = moment.ids.new_secret() if fixture.state is State.INVITED else None
    member = Member(
        moment.ids.new_id(),
        fixture.email,
        fixture.name,
        fixture.type,
        fixture.state,
        False,
        invitation,
        moment.now_ms,
        moment.now_ms,
    )
    added = change(AddMember(member))
    if fixture.type is not MemberType.MEMBER:
        return added
    user = User(moment.ids.new_id(), member, _document(fixture), moment.now_ms, moment.now_ms)
    return added + change(AddUser(user))


def put_group(fixture: FixtureGroup, moment: Moment) -> Looking[ChangeSet]:
    """Put a group in place, or members into one that is there; managed ones are shown over SCIM."""
    group = yield from ask(FindGroupByName(identity_key(fixture.name)))
    change_set = ChangeSet()
    if group is None:
        group = _group(fixture, moment)
        change_set = change(AddGroup(group))
    for email in fixture.members:
        member = yield from ask(FindMemberByAddress(identity_key(email)))
        if member is None:
            raise ActError(404, f"{email} is no member.")
        change_set += change(Join(group.id, member.id))
    return change_set


def _group(fixture: FixtureGroup, moment: Moment) -> Group:
    scim_id = moment.ids.new_id().lower() if fixture.managed else None
    return Group(
        moment.ids.new_id(),
        fixture.name,
        GroupType.USER_DEFINED,
        fixture.managed,
        scim_id,
        None,
        moment.now_ms,
        moment.now_ms,
    )


def _document(fixture: FixtureMember) -> Document:
    document: dict[str, Any] = {
        "userName": fixture.email,
        "displayName": fixture.name,
        "emails": [{"value": fixture.email, "type": "work", "primary": True}],
        "active": not is_suspended(fixture.state),
    }
    return document


def _expect(member: Member, state: State) -> None:
    if member.state is not state:
        raise ActError(409, f"The member is {member.state}; only {state} allows this.")


def _seen(member: Member) -> ChangeSet:
    return resting_on(RestsOn("member", member.id, member.version))
