"""Queries of decisions as SQL for both engines.

What differs between engines has a mark: `?` stands for a parameter, `{in}` after a column for "is one of the values in
the next parameter", `{in_numbers}` likewise for numbers, and `{settled}` for "and no earlier row can still come".
"""

from collections.abc import Callable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, State, identity_key
from bridge_ref.account.settings import AccountSettings, read_account_settings
from bridge_ref.account.vaults import Grant, Vault
from bridge_ref.credentials.grants import Scope, TokenGrant
from bridge_ref.decisions import queries
from bridge_ref.scim.stored_user import GroupMember, Membership, StoredUser, User
from bridge_ref.storage.conditions import GROUP_FIELDS, USER_FIELDS, compile_condition
from bridge_ref.storage.positions import USER_COUNT, seek
from bridge_ref.storage.statement import Row, Rows, Statement

_MEMBER = """m.id, m.email, m.name, m.type, m.state, m.managed, m.invitation, m.created_ms, m.updated_ms,
    m.version, u.id, m.owner, m.invited_ms, m.suspended_ms, m.new_email, m.new_secret"""
_MEMBERS = f"SELECT {_MEMBER} FROM members m LEFT JOIN users u ON u.member_id = m.id"
_STORED = "u.id, u.member_id, u.document, u.created_ms, u.modified_ms, u.version, u.ordinal"
_STORED_USERS = f"SELECT {_STORED} FROM users u"
_USER = f"{_STORED}, {_MEMBER}"
_USERS = f"SELECT {_USER} FROM users u JOIN members m ON m.id = u.member_id"
# Beside a user: each managed group that it is in, or nothing once.
_WITH_GROUPS = """LEFT JOIN memberships s ON s.member_id = u.member_id
    LEFT JOIN groups g ON g.id = s.group_id AND g.scim_id IS NOT NULL"""
_GROUPS = """SELECT id, name, type, managed, scim_id, external_id, created_ms, modified_ms, version,
    ordinal, description, permissions, sso FROM groups"""
_SHOWN_USERS = f"SELECT {_STORED}, g.scim_id, g.name, g.id, g.ordinal FROM users u {_WITH_GROUPS}"
_SHOWN_USER = f"{_SHOWN_USERS} WHERE u.id = ?"
_USER_AND_GROUPS = f"""SELECT {_USER}, g.scim_id, g.name, g.id, g.ordinal
    FROM users u JOIN members m ON m.id = u.member_id {_WITH_GROUPS} WHERE u.id = ?"""
_GROUPS_OF = """SELECT s.member_id, g.scim_id, g.name, g.id, g.ordinal
    FROM memberships s JOIN groups g ON g.id = s.group_id WHERE s.member_id {among} AND g.scim_id IS NOT NULL"""
_LIKE = "m.email_key LIKE ? ESCAPE '!'"
_GROUP_IDS = "SELECT member_id, group_id FROM memberships"
_IN_SSO = """SELECT count(*) FROM memberships s JOIN groups g ON g.id = s.group_id
    WHERE s.member_id = ? AND g.sso"""
_VAULTS = """SELECT v.id, v.name, v.created_ms, g.group_id, g.permissions FROM vaults v
    LEFT JOIN grants g ON g.vault_id = v.id ORDER BY v.ordinal, g.group_id"""
_MESSAGES = """SELECT recipient, kind, subject, at_ms, links, seq, body, delivery, attempts, due_ms, error, handed_ms,
    doubts FROM mail"""
_MAIL = f"{_MESSAGES} WHERE seq > ?{{settled}}"
_EVENTS = "SELECT event, at_ms, member_id, group_id, state, seq, detail FROM events"

# Looked up, since calling an enumeration costs as much as all the rest of a row.
_TYPES = {each.value: each for each in MemberType}
_STATES = {each.value: each for each in State}


def make_statement(question: queries.Find[Any]) -> Statement:
    """The statement that answers a question, or the first of several."""
    return _QUERIES[type(question)](question)


_ordinal = itemgetter(6)


def _member(row: Row) -> Member:
    return Member(
        id=row[0],
        email=row[1],
        name=row[2],
        type=_TYPES[row[3]],
        state=_STATES[row[4]],
        managed=bool(row[5]),
        invitation=row[6],
        created_ms=row[7],
        updated_ms=row[8],
        version=row[9],
        scim_id=row[10],
        owner=bool(row[11]),
        invited_ms=row[12],
        suspended_ms=row[13],
        new_email=row[14],
        new_secret=row[15],
    )


def _stored_user(row: Row) -> StoredUser:
    return StoredUser(*row[:7])


def _user(row: Row) -> User:
    return User(*row[:7], member=_member(row[7:23]))


def _group(row: Row) -> Group:
    permissions = tuple(row[11].splitlines())
    return Group(
        id=row[0],
        name=row[1],
        type=GroupType(row[2]),
        managed=bool(row[3]),
        scim_id=row[4],
        external_id=row[5],
        created_ms=row[6],
        modified_ms=row[7],
        version=row[8],
        ordinal=row[9],
        description=row[10],
        permissions=permissions,
        sso=bool(row[12]),
    )


def _each(make: Callable[[Row], Any]) -> Callable[[Rows], Any]:
    return lambda rows: [make(row) for row in rows]


def _first(make: Callable[[Row], Any]) -> Callable[[Rows], Any]:
    return lambda rows: make(rows[0]) if rows else None


_one_user = _first(_user)
_one_group, _all_groups = _first(_group), _each(_group)
_one_member, _all_members = _first(_member), _each(_member)


def _all_users(rows: Rows) -> list[StoredUser]:
    return [StoredUser(*row) for row in rows]


def _number(rows: Rows) -> int:
    return int(rows[0][0])


def _user_and_groups(question: queries.FindUserAndGroups) -> Statement:
    return Statement(_USER_AND_GROUPS, (question.scim_id,), _read_user_and_groups)


def _read_user_and_groups(rows: Rows) -> tuple[User, list[Membership]] | None:
    return (_user(rows[0]), _groups_beside(rows)) if rows else None


def _shown_user(question: queries.FindShownUser) -> Statement:
    # The hottest path of all: one question, and nothing of the member.
    return Statement(_SHOWN_USER, (question.scim_id,), _read_shown_user)


def _shown_users_where(question: queries.FindShownUsersWhere) -> Statement:
    where, values = compile_condition(question.condition, USER_FIELDS)
    return Statement(f"{_SHOWN_USERS} WHERE {where}", values, _read_shown_users)


def _read_shown_users(rows: Rows) -> list[tuple[StoredUser, list[Membership]]]:
    by_user = groupby(sorted(rows, key=_ordinal), _ordinal)
    return [(_stored_user(beside[0]), _groups_beside(beside)) for beside in (list(each) for _, each in by_user)]


def _read_shown_user(rows: Rows) -> tuple[StoredUser, list[Membership]] | None:
    return (_stored_user(rows[0]), _groups_beside(rows)) if rows else None


def _groups_beside(rows: Rows) -> list[Membership]:
    """The groups in the last four columns; before them, in each row, is the same user."""
    if len(rows) == 1 and rows[0][-1] is None:
        return []
    found = sorted((row[-1], row[-4], row[-3], row[-2]) for row in rows if row[-1] is not None)
    return [Membership(scim_id, name, group_id) for _, scim_id, name, group_id in found]


def _users_where(question: queries.FindUsersWhere) -> Statement:
    where, values = compile_condition(question.condition, USER_FIELDS)
    sql = f"{_STORED_USERS} WHERE u.ordinal > ? AND {where} ORDER BY u.ordinal"
    return _some(sql, (question.after, *values), question.skip, question.count, _all_users)


def _count_users_where(question: queries.CountUsersWhere) -> Statement:
    where, values = compile_condition(question.condition, USER_FIELDS)
    return Statement(f"SELECT count(*) FROM users u WHERE {where}", values, _number)


def _groups_where(question: queries.FindGroupsWhere) -> Statement:
    where, values = compile_condition(question.condition, GROUP_FIELDS)
    sql = f"{_GROUPS} WHERE scim_id IS NOT NULL AND ordinal > ? AND {where} ORDER BY ordinal"
    return _some(sql, (question.after, *values), question.skip, question.count, _all_groups)


def _count_groups_where(question: queries.CountGroupsWhere) -> Statement:
    where, values = compile_condition(question.condition, GROUP_FIELDS)
    return Statement(f"SELECT count(*) FROM groups WHERE scim_id IS NOT NULL AND {where}", values, _number)


def _some(sql: str, values: tuple[Any, ...], skip: int, count: int | None, read: Callable[[Rows], Any]) -> Statement:
    if count is None:
        return Statement(sql, values, read)
    return Statement(f"{sql} LIMIT ? OFFSET ?", (*values, count, skip), read)


def _members_like(question: queries.FindMembersLike) -> Statement:
    sql = f"{_MEMBERS} WHERE {_LIKE} ORDER BY m.ordinal"
    return _some(sql, (_anywhere(question.key),), question.skip, question.count, _all_members)


def _count_members_like(question: queries.CountMembersLike) -> Statement:
    return Statement(f"SELECT count(*) FROM members m WHERE {_LIKE}", (_anywhere(question.key),), _number)


def _anywhere(key: str) -> str:
    escaped = "".join(f"!{each}" if each in "!%_" else each for each in key)
    return f"%{escaped}%"


def _user_page(question: queries.FindUserPage) -> Statement:
    if question.count is None:
        return Statement(f"{_STORED_USERS} ORDER BY u.ordinal", (), _all_users)
    sql, count = f"{_STORED_USERS} WHERE u.ordinal >= ? ORDER BY u.ordinal LIMIT ? OFFSET ?", question.count
    return seek(question.skip, lambda first, skip: Statement(sql, (first, count, skip), _all_users))


def _group_page(question: queries.FindGroupPage) -> Statement:
    sql = f"{_GROUPS} WHERE scim_id IS NOT NULL ORDER BY ordinal"
    if question.count is None:
        return Statement(sql, (), _all_groups)
    return Statement(f"{sql} LIMIT ? OFFSET ?", (question.count, question.skip), _all_groups)


def _group_users(question: queries.FindGroupUsers) -> Statement:
    sql = """SELECT u.id, m.name, m.id FROM memberships g JOIN users u ON u.member_id = g.member_id
        JOIN members m ON m.id = g.member_id WHERE g.group_id = ? ORDER BY g.member_id"""
    return Statement(sql, (question.group_id,), _each(lambda row: Membership(*row)))


def _groups_of(question: queries.FindGroupsOf) -> Statement:
    if len(question.member_ids) == 1:
        return Statement(_GROUPS_OF.format(among="= ?"), question.member_ids, _read_groups_of)
    return Statement(_GROUPS_OF.format(among="{in}"), (question.member_ids,), _read_groups_of)


def _read_groups_of(rows: Rows) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    # Sorted here: the rows are few, and their order would cost the database as much as finding them.
    for member_id, scim_id, name, group_id, _ in sorted(rows, key=itemgetter(4)):
        found.setdefault(member_id, []).append(Membership(scim_id, name, group_id))
    return found


def _members_by_scim_id(question: queries.FindMembersByScimId) -> Statement:
    def read(rows: Rows) -> dict[str, Member]:
        return {str(row[10]): _member(row) for row in rows}

    # From the users, not from all members: which of them have one is what is asked.
    sql = f"SELECT {_MEMBER} FROM users u JOIN members m ON m.id = u.member_id WHERE u.id {{in}}"
    return Statement(sql, (question.scim_ids,), read)


def _joined(question: queries.FindJoined) -> Statement:
    sql = "SELECT member_id FROM memberships WHERE group_id = ? AND member_id {in}"
    return Statement(sql, (question.group_id, question.member_ids), lambda rows: frozenset(row[0] for row in rows))


def _group_ids_of(question: queries.FindGroupIdsOf) -> Statement:
    if question.member_id is None:
        return Statement(f"{_GROUP_IDS} ORDER BY group_id", (), _read_group_ids)
    return Statement(f"{_GROUP_IDS} WHERE member_id = ? ORDER BY group_id", (question.member_id,), _read_group_ids)


def _read_group_ids(rows: Rows) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member_id, group_id in rows:
        found.setdefault(member_id, []).append(group_id)
    return found


def _group_members(question: queries.FindGroupMembers) -> Statement:
    sql = f"{_MEMBERS} JOIN memberships g ON g.member_id = m.id WHERE g.group_id = ? ORDER BY m.ordinal"
    return Statement(sql, (question.group_id,), _each(lambda row: GroupMember(_member(row))))


def _events(question: queries.FindEvents) -> Statement:
    return Statement(f"{_EVENTS} WHERE seq > ?{{settled}} ORDER BY seq", (question.since,), _each(_read_event))


def _latest_events(question: queries.FindLatestEvents) -> Statement:
    sql = f"{_EVENTS} WHERE member_id = ? ORDER BY seq DESC"
    return _some(sql, (question.member_id,), 0, question.count, _each(_read_event))


def _last_events(question: queries.FindLastEvents) -> Statement:
    newest = "SELECT max(seq) FROM events WHERE member_id {in} AND event {in} GROUP BY member_id"
    values = (question.member_ids, question.words)
    return Statement(f"{_EVENTS} WHERE seq IN ({newest})", values, _read_last_events)


def _read_last_events(rows: Rows) -> dict[str, Event]:
    return {str(row[2]): _read_event(row) for row in rows}


def _read_event(row: Row) -> Event:
    name, at_ms, member_id, group_id, state, seq, detail = row
    return Event(
        event=name,
        at_ms=at_ms,
        member_id=member_id,
        group_id=group_id,
        state=State(state) if state else None,
        seq=seq,
        detail=detail,
    )


def _mail(question: queries.FindMail) -> Statement:
    if question.to is None:
        return Statement(f"{_MAIL} ORDER BY seq", (question.since,), _each(_read_message))
    values = (question.since, identity_key(question.to))
    return Statement(f"{_MAIL} AND recipient_key = ? ORDER BY seq", values, _each(_read_message))


def _latest_mail(question: queries.FindLatestMail) -> Statement:
    sql = f"{_MESSAGES} WHERE seq < ? ORDER BY seq DESC"
    return _some(sql, (question.before,), 0, question.count, _each(_read_message))


def _read_message(row: Row) -> Message:
    to, kind, subject, at_ms, links, *further = row
    return Message(to, kind, subject, at_ms, tuple(links.split()), *further)


def _read_texts(rows: Rows) -> AccountSettings:
    return read_account_settings({str(row[0]): str(row[1]) for row in rows})


def _read_vaults(rows: Rows) -> list[Vault]:
    names: dict[str, tuple[str, int]] = {}
    grants: dict[str, list[Grant]] = {}
    for vault_id, name, created_ms, group_id, permissions in rows:
        names[vault_id] = (name, created_ms)
        if group_id is not None:
            grants.setdefault(vault_id, []).append(Grant(group_id, tuple(permissions.splitlines())))
    return [Vault(each, *named, tuple(grants.get(each, ()))) for each, named in names.items()]


def _settings(question: queries.FindSettings) -> Statement:
    def read(rows: Rows) -> dict[str, int]:
        return {str(name)[len(question.prefix) :]: int(value) for name, value in rows}

    sql = "SELECT name, value FROM settings WHERE substr(name, 1, length(?)) = ? ORDER BY name"
    return Statement(sql, (question.prefix, question.prefix), read)


def _mail_due(question: queries.FindMailDue) -> Statement:
    # Looked at each second: nothing is written while there is nothing to do.
    sql = "SELECT seq FROM mail WHERE delivery <> 'sent' AND due_ms <= ? LIMIT 1"
    return Statement(sql, (question.now_ms,), bool)


def _read_backlog(rows: Rows) -> Mapping[str, int]:
    return {str(delivery): int(count) for delivery, count in rows}


def _grant(row: Row) -> TokenGrant:
    digest, name, scope, created_ms, expires_ms, pair = row
    return TokenGrant(digest, name, Scope(scope), created_ms, expires_ms, pair)


_BACKLOG = "SELECT delivery, count(*) FROM mail WHERE delivery <> 'sent' GROUP BY delivery"
_TOKENS = "SELECT digest, name, scope, created_ms, expires_ms, pair FROM tokens ORDER BY created_ms, digest"
_COUNT_GROUPS = "SELECT count(*) FROM groups WHERE scim_id IS NOT NULL"
_QUERIES: dict[type[queries.Find[Any]], Callable[[Any], Statement]] = {
    queries.FindUser: lambda q: Statement(f"{_USERS} WHERE u.id = ?", (q.scim_id,), _one_user),
    queries.FindShownUser: _shown_user,
    queries.FindShownUsersWhere: _shown_users_where,
    queries.FindUserAndGroups: _user_and_groups,
    queries.FindUserByName: lambda q: Statement(f"{_USERS} WHERE u.user_name_key = ?", (q.name_key,), _one_user),
    queries.FindUsersWhere: _users_where,
    queries.CountUsersWhere: _count_users_where,
    queries.FindUsersAt: lambda q: Statement(
        f"{_STORED_USERS} WHERE u.ordinal {{in_numbers}} ORDER BY u.ordinal", (q.ordinals,), _all_users
    ),
    queries.FindUserPage: _user_page,
    queries.FindUsersAfter: lambda q: Statement(
        f"{_STORED_USERS} WHERE u.ordinal > ? ORDER BY u.ordinal LIMIT ?", (q.ordinal, q.count), _all_users
    ),
    queries.CountUsers: lambda q: Statement(USER_COUNT, (), _number),
    queries.FindGroup: lambda q: Statement(f"{_GROUPS} WHERE scim_id = ?", (q.scim_id,), _one_group),
    queries.FindGroupByName: lambda q: Statement(f"{_GROUPS} WHERE name_key = ?", (q.name_key,), _one_group),
    queries.FindGroupsWhere: _groups_where,
    queries.CountGroupsWhere: _count_groups_where,
    queries.FindGroupsAt: lambda q: Statement(
        f"{_GROUPS} WHERE scim_id IS NOT NULL AND ordinal {{in_numbers}} ORDER BY ordinal", (q.ordinals,), _all_groups
    ),
    queries.FindGroupPage: _group_page,
    queries.FindGroupsAfter: lambda q: Statement(
        f"{_GROUPS} WHERE ordinal > ? AND scim_id IS NOT NULL ORDER BY ordinal LIMIT ?",
        (q.ordinal, q.count),
        _all_groups,
    ),
    queries.CountGroups: lambda q: Statement(_COUNT_GROUPS, (), _number),
    queries.FindGroupUsers: _group_users,
    queries.FindGroupsOf: _groups_of,
    queries.FindMembersByScimId: _members_by_scim_id,
    queries.FindJoined: _joined,
    queries.FindMember: lambda q: Statement(f"{_MEMBERS} WHERE m.id = ?", (q.member_id,), _one_member),
    queries.FindMemberByAddress: lambda q: Statement(
        f"{_MEMBERS} WHERE m.email_key = ? OR m.new_email_key = ?", (q.email_key, q.email_key), _one_member
    ),
    queries.FindMembers: lambda q: Statement(f"{_MEMBERS} ORDER BY m.ordinal", (), _all_members),
    queries.FindMembersLike: _members_like,
    queries.CountMembersLike: _count_members_like,
    queries.FindPending: lambda q: Statement(
        f"{_MEMBERS} WHERE m.state = 'PENDING' ORDER BY m.ordinal", (), _all_members
    ),
    queries.FindRecovering: lambda q: Statement(
        f"{_MEMBERS} WHERE m.state = 'RECOVERING' ORDER BY m.ordinal", (), _all_members
    ),
    queries.FindOwners: lambda q: Statement(f"{_MEMBERS} WHERE m.owner ORDER BY m.ordinal", (), _all_members),
    queries.FindSuspendedBefore: lambda q: _some(
        f"{_MEMBERS} WHERE m.suspended_ms < ? ORDER BY m.suspended_ms, m.ordinal", (q.at_ms,), 0, q.count, _all_members
    ),
    queries.FindIsInSso: lambda q: Statement(_IN_SSO, (q.member_id,), lambda rows: bool(rows[0][0])),
    queries.FindAccountSettings: lambda q: Statement("SELECT name, value FROM texts", (), _read_texts),
    queries.FindVaults: lambda q: Statement(_VAULTS, (), _read_vaults),
    queries.FindAccountGroups: lambda q: Statement(f"{_GROUPS} ORDER BY ordinal", (), _all_groups),
    queries.FindAccountGroup: lambda q: Statement(f"{_GROUPS} WHERE id = ?", (q.group_id,), _one_group),
    queries.FindGroupIdsOf: _group_ids_of,
    queries.FindGroupMembers: _group_members,
    queries.FindEvents: _events,
    queries.FindLatestEvents: _latest_events,
    queries.FindLastEvents: _last_events,
    queries.FindLatestMail: _latest_mail,
    queries.FindMail: _mail,
    queries.FindMailDue: _mail_due,
    queries.CountMailToSend: lambda q: Statement(_BACKLOG, (), _read_backlog),
    queries.FindTokens: lambda q: Statement(_TOKENS, (), _each(_grant)),
    queries.FindSettings: _settings,
}
