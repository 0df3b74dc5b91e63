"""Fixtures: members and groups that were on the account before provisioning, put in place for a test."""

from collections.abc import Iterable

from msgspec import Struct

from bridge_ref.account.changes import AddGroup, AddMember, ChangeSet, Join, change
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, identity_key
from bridge_ref.account.states import State, is_suspended
from bridge_ref.acts import ActError
from bridge_ref.answer import Moment
from bridge_ref.find import FindGroupByName, FindMemberByAddress, Looking, ask
from bridge_ref.records import AddUser, Document, User, encode_document


class FixtureMember(Struct, frozen=True):
    """A member to put in place."""

    email: str
    name: str
    type: MemberType
    state: State


class FixtureGroup(Struct, frozen=True):
    """A group to put in place, or members to put into it."""

    name: str
    members: tuple[str, ...]
    managed: bool


def put_fixtures(
    members: Iterable[FixtureMember], groups: Iterable[FixtureGroup], moment: Moment
) -> Looking[ChangeSet]:
    """Put all of them in place, or none; nobody gets mail, and nothing of it is in the journal."""
    placed: dict[str, Member] = {}
    parts = []
    for fixture in members:
        key = identity_key(fixture.email)
        if key in placed or (yield from ask(FindMemberByAddress(key))) is not None:
            raise ActError(409, f"{fixture.email} is a member already.")
        placed[key] = _member(fixture, moment)
        parts.append(_put_member(placed[key], moment))
    for group in groups:
        put = yield from _put_group(group, placed, moment)
        parts.append(put)
    return ChangeSet.total(parts)


def _put_member(member: Member, moment: Moment) -> ChangeSet:
    if member.type is not MemberType.MEMBER:
        return change(AddMember(member))
    stored, now_ms = encode_document(_document(member)), moment.now_ms
    user = User(moment.ids.new_id(), member.id, stored, now_ms, now_ms, member=member)
    return change(AddMember(member), AddUser(user))


def _put_group(fixture: FixtureGroup, placed: dict[str, Member], moment: Moment) -> Looking[ChangeSet]:
    group = yield from ask(FindGroupByName(identity_key(fixture.name)))
    parts = []
    if group is None:
        group = _group(fixture, moment)
        parts.append(change(AddGroup(group)))
    for email in fixture.members:
        key = identity_key(email)
        member = placed.get(key) or (yield from ask(FindMemberByAddress(key)))
        if member is None:
            raise ActError(404, f"{email} is no member.")
        parts.append(change(Join(group.id, member.id)))
    return ChangeSet.total(parts)


def _member(fixture: FixtureMember, moment: Moment) -> Member:
    return Member(
        moment.ids.new_id(),
        fixture.email,
        fixture.name,
        fixture.type,
        fixture.state,
        False,
        moment.ids.new_secret() if fixture.state is State.INVITED else None,
        moment.now_ms,
        moment.now_ms,
    )


def _group(fixture: FixtureGroup, moment: Moment) -> Group:
    return Group(
        moment.ids.new_id(),
        fixture.name,
        GroupType.USER_DEFINED,
        fixture.managed,
        moment.ids.new_id().lower() if fixture.managed else None,
        None,
        moment.now_ms,
        moment.now_ms,
    )


def _document(member: Member) -> Document:
    return {
        "userName": member.email,
        "displayName": member.name,
        "emails": [{"value": member.email, "type": "work", "primary": True}],
        "active": not is_suspended(member.state),
    }
