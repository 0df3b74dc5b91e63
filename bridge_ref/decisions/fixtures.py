"""Fixtures: put members, groups and vaults on the account for a test."""

from msgspec import Struct

from bridge_ref.account.changes import AddGroup, AddMember, AddVault, ChangeSet, Join, change
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, State, identity_key, is_suspended
from bridge_ref.account.rules import refusal
from bridge_ref.account.vaults import Grant, Vault
from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import Decision, FindGroupByName, FindMemberByAddress, ask
from bridge_ref.scim.stored_user import AddUser, Document, User, encode_document


class FixtureMember(Struct, frozen=True):
    """A member to put in place."""

    email: str
    name: str
    type: MemberType
    state: State
    owner: bool = False


class FixtureGroup(Struct, frozen=True):
    """A group to put in place, or members to put into it."""

    name: str
    members: tuple[str, ...]
    managed: bool
    type: GroupType = GroupType.USER_DEFINED
    description: str = ""
    permissions: tuple[str, ...] = ()
    sso: bool = False


class FixtureVault(Struct, frozen=True):
    """A vault to put in place; its grants name groups."""

    name: str
    grants: tuple[Grant, ...]


class Fixtures(Struct, frozen=True):
    """The fixtures of one request."""

    members: tuple[FixtureMember, ...] = ()
    groups: tuple[FixtureGroup, ...] = ()
    vaults: tuple[FixtureVault, ...] = ()


def put_fixtures(fixtures: Fixtures, context: DecisionContext) -> Decision[tuple[ChangeSet, tuple[str, ...]]]:
    """Put all of them in place, or none, without mail and without journal entries.

    The ids are those of the vaults: names do not tell them apart.
    """
    members, groups = fixtures.members, fixtures.groups
    placed: dict[str, Member] = {}
    made: dict[str, Group] = {}
    parts = []
    for fixture in members:
        key = identity_key(fixture.email)
        if key in placed or (yield from ask(FindMemberByAddress(key))) is not None:
            raise ActionRefused(409, f"{fixture.email} is a member already.")
        placed[key] = _member(fixture, context)
        parts.append(_put_member(placed[key], context))
    for group in groups:
        put = yield from _put_group(group, placed, made, context)
        parts.append(put)
    vaults = []
    for vault in fixtures.vaults:
        put_vault = yield from _make_vault(vault, made, context)
        vaults.append(put_vault)
    parts += [change(AddVault(vault)) for vault in vaults]
    return ChangeSet.total(parts), tuple(vault.id for vault in vaults)


def _make_vault(fixture: FixtureVault, made: dict[str, Group], context: DecisionContext) -> Decision[Vault]:
    grants = []
    for grant in fixture.grants:
        key = identity_key(grant.group_id)
        group = made.get(key) or (yield from ask(FindGroupByName(key)))
        if group is None:
            raise ActionRefused(404, f"There is no group {grant.group_id!r}.")
        grants.append(Grant(group.id, grant.permissions))
    return Vault(context.ids.new_id(), fixture.name, context.now_ms, tuple(grants))


def _put_member(member: Member, context: DecisionContext) -> ChangeSet:
    if member.type is not MemberType.MEMBER:
        return change(AddMember(member))
    stored, now_ms = encode_document(_document(member)), context.now_ms
    user = User(context.ids.new_id(), member.id, stored, now_ms, now_ms, member=member)
    return change(AddMember(member), AddUser(user))


def _put_group(
    fixture: FixtureGroup, placed: dict[str, Member], made: dict[str, Group], context: DecisionContext
) -> Decision[ChangeSet]:
    key = identity_key(fixture.name)
    group = made.get(key) or (yield from ask(FindGroupByName(key)))
    parts = []
    if group is None:
        group = _group(fixture, context)
        parts.append(change(AddGroup(group)))
    elif group.is_system and fixture.managed:
        journal = refusal(f"managing of {group.name}", context.now_ms, None, group.id)
        raise ActionRefused(409, f"{group.name} is a group of the account itself.", journal)
    made[key] = group
    for email in fixture.members:
        key = identity_key(email)
        member = placed.get(key) or (yield from ask(FindMemberByAddress(key)))
        if member is None:
            raise ActionRefused(404, f"{email} is not a member.")
        parts.append(change(Join(group.id, member.id)))
    return ChangeSet.total(parts)


def _member(fixture: FixtureMember, context: DecisionContext) -> Member:
    return Member(
        id=context.ids.new_id(),
        email=fixture.email,
        name=fixture.name,
        type=fixture.type,
        state=fixture.state,
        managed=False,
        invitation=context.ids.new_secret() if fixture.state is State.INVITED else None,
        created_ms=context.now_ms,
        updated_ms=context.now_ms,
        owner=fixture.owner,
        invited_ms=context.now_ms if fixture.state is State.INVITED else None,
        suspended_ms=context.now_ms if is_suspended(fixture.state) else None,
    )


def _group(fixture: FixtureGroup, context: DecisionContext) -> Group:
    if fixture.managed and fixture.type is not GroupType.USER_DEFINED:
        raise ActionRefused(409, f"{fixture.type} is a group of the account itself, which is never managed.")
    return Group(
        id=context.ids.new_id(),
        name=fixture.name,
        type=fixture.type,
        managed=fixture.managed,
        scim_id=context.ids.new_id().lower() if fixture.managed else None,
        external_id=None,
        created_ms=context.now_ms,
        modified_ms=context.now_ms,
        description=fixture.description,
        permissions=fixture.permissions,
        sso=fixture.sso,
    )


def _document(member: Member) -> Document:
    return {
        "userName": member.email,
        "displayName": member.name,
        "emails": [{"value": member.email, "type": "work", "primary": True}],
        "active": not is_suspended(member.state),
    }
