"""Answers to the questions of decisions, by SQL."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bridge_ref import find
from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, identity_key
from bridge_ref.account.states import State
from bridge_ref.records import GroupMember, Membership, User

_MEMBER = """m.id, m.email, m.name, m.type, m.state, m.managed, m.invitation, m.created_ms, m.updated_ms,
    m.version, u.id"""
_MEMBERS = f"SELECT {_MEMBER} FROM members m LEFT JOIN users u ON u.member_id = m.id"
_USERS = f"""SELECT {_MEMBER}, u.document, u.created_ms, u.modified_ms, u.version, u.ordinal
    FROM users u JOIN members m ON m.id = u.member_id"""
_GROUPS = """SELECT id, name, type, managed, scim_id, external_id, created_ms, modified_ms, version,
    ordinal FROM groups"""
# SQLite takes 32,766 parameters at most in one statement; smaller pieces keep its plans simple.
_PIECE = 500

_decode = msgspec.json.Decoder().decode
Answer = Callable[[sqlite3.Connection, Any], Any]


def read(connection: sqlite3.Connection, question: find.Find[Any]) -> Any:
    """The rows that answer one question."""
    return _ANSWERS[type(question)](connection, question)


def _member(row: tuple[Any, ...]) -> Member:
    return Member(
        row[0],
        row[1],
        row[2],
        MemberType(row[3]),
        State(row[4]),
        bool(row[5]),
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
    )


def _user(row: tuple[Any, ...]) -> User:
    return User(row[10], _member(row), _decode(row[11]), row[12], row[13], row[14], row[15])


def _group(row: tuple[Any, ...]) -> Group:
    return Group(row[0], row[1], GroupType(row[2]), bool(row[3]), *row[4:])


def _users(connection: sqlite3.Connection, where: str, *values: Any) -> list[User]:
    return [_user(row) for row in connection.execute(f"{_USERS} {where}", values)]


def _groups(connection: sqlite3.Connection, where: str, *values: Any) -> list[Group]:
    return [_group(row) for row in connection.execute(f"{_GROUPS} {where}", values)]


def _members(connection: sqlite3.Connection, where: str, *values: Any) -> list[Member]:
    return [_member(row) for row in connection.execute(f"{_MEMBERS} {where}", values)]


def _first(rows: list[Any]) -> Any:
    return rows[0] if rows else None


def _pieces(values: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for start in range(0, len(values), _PIECE):
        piece = values[start : start + _PIECE]
        yield ", ".join("?" * len(piece)), piece


def _user_page(connection: sqlite3.Connection, question: find.FindUserPage) -> list[User]:
    if question.count is None:
        return _users(connection, "ORDER BY u.ordinal")
    # Skipped on the narrow index alone: no document of an earlier page is touched.
    chosen = "SELECT ordinal FROM users ORDER BY ordinal LIMIT ? OFFSET ?"
    where = f"WHERE u.ordinal IN ({chosen}) ORDER BY u.ordinal"
    return _users(connection, where, question.count, question.skip)


def _group_page(connection: sqlite3.Connection, question: find.FindGroupPage) -> list[Group]:
    count = -1 if question.count is None else question.count
    where = "WHERE scim_id IS NOT NULL ORDER BY ordinal LIMIT ? OFFSET ?"
    return _groups(connection, where, count, question.skip)


def _group_users(connection: sqlite3.Connection, question: find.FindGroupUsers) -> list[Membership]:
    rows = connection.execute(
        """SELECT u.id, m.name, m.id FROM memberships g JOIN users u ON u.member_id = g.member_id
           JOIN members m ON m.id = g.member_id WHERE g.group_id = ? ORDER BY g.member_id""",
        (question.group_id,),
    )
    return [Membership(*row) for row in rows]


def _groups_of(connection: sqlite3.Connection, question: find.FindGroupsOf) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for marks, piece in _pieces(question.member_ids):
        rows = connection.execute(
            f"""SELECT s.member_id, g.scim_id, g.name, g.id
                FROM memberships s JOIN groups g ON g.id = s.group_id
                WHERE s.member_id IN ({marks}) AND g.scim_id IS NOT NULL ORDER BY g.ordinal""",
            piece,
        )
        for member_id, *group in rows:
            found.setdefault(member_id, []).append(Membership(*group))
    return found


def _members_by_scim_id(connection: sqlite3.Connection, question: find.FindMembersByScimId) -> dict[str, Member]:
    found = {}
    for marks, piece in _pieces(question.scim_ids):
        for member in _members(connection, f"WHERE u.id IN ({marks})", *piece):
            found[str(member.scim_id)] = member
    return found


def _joined(connection: sqlite3.Connection, question: find.FindJoined) -> frozenset[str]:
    found: set[str] = set()
    for marks, piece in _pieces(question.member_ids):
        rows = connection.execute(
            f"SELECT member_id FROM memberships WHERE group_id = ? AND member_id IN ({marks})",
            (question.group_id, *piece),
        )
        found.update(row[0] for row in rows)
    return frozenset(found)


def _group_ids_of(connection: sqlite3.Connection, question: find.FindGroupIdsOf) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "SELECT member_id, group_id FROM memberships WHERE ? IS NULL OR member_id = ? ORDER BY group_id",
        (question.member_id, question.member_id),
    )
    for member_id, group_id in rows:
        found.setdefault(member_id, []).append(group_id)
    return found


def _group_members(connection: sqlite3.Connection, question: find.FindGroupMembers) -> list[GroupMember]:
    where = "JOIN memberships g ON g.member_id = m.id WHERE g.group_id = ? ORDER BY m.ordinal"
    return [GroupMember(member) for member in _members(connection, where, question.group_id)]


def _events(connection: sqlite3.Connection, question: find.FindEvents) -> list[Event]:
    rows = connection.execute(
        "SELECT event, at_ms, member_id, group_id, state, seq FROM events WHERE seq > ? ORDER BY seq",
        (question.since,),
    )
    return [
        Event(name, at, who, group, State(state) if state else None, seq) for name, at, who, group, state, seq in rows
    ]


def _mail(connection: sqlite3.Connection, question: find.FindMail) -> list[Message]:
    key = None if question.to is None else identity_key(question.to)
    rows = connection.execute(
        """SELECT recipient, kind, subject, at_ms, links, seq FROM mail
           WHERE seq > ? AND (? IS NULL OR recipient_key = ?) ORDER BY seq""",
        (question.since, key, key),
    )
    return [Message(to, kind, subject, at, tuple(links.split()), seq) for to, kind, subject, at, links, seq in rows]


_ANSWERS: dict[type[find.Find[Any]], Answer] = {
    find.FindUser: lambda c, q: _first(_users(c, "WHERE u.id = ?", q.scim_id)),
    find.FindUserByName: lambda c, q: _first(_users(c, "WHERE u.user_name_key = ?", q.name_key)),
    find.FindUsersBy: lambda c, q: _users(c, f"WHERE u.{q.column} = ? ORDER BY u.ordinal", q.key),
    find.FindUserPage: _user_page,
    find.FindUsersAfter: lambda c, q: _users(c, "WHERE u.ordinal > ? ORDER BY u.ordinal LIMIT ?", q.ordinal, q.count),
    find.CountUsers: lambda c, q: c.execute("SELECT count(*) FROM users").fetchone()[0],
    find.FindGroup: lambda c, q: _first(_groups(c, "WHERE scim_id = ?", q.scim_id)),
    find.FindGroupByName: lambda c, q: _first(_groups(c, "WHERE name_key = ?", q.name_key)),
    find.FindGroupsBy: lambda c, q: _groups(c, f"WHERE {q.column} = ? AND scim_id IS NOT NULL ORDER BY ordinal", q.key),
    find.FindGroupPage: _group_page,
    find.FindGroupsAfter: lambda c, q: _groups(
        c, "WHERE ordinal > ? AND scim_id IS NOT NULL ORDER BY ordinal LIMIT ?", q.ordinal, q.count
    ),
    find.CountGroups: lambda c, q: c.execute("SELECT count(*) FROM groups WHERE scim_id IS NOT NULL").fetchone()[0],
    find.FindGroupUsers: _group_users,
    find.FindGroupsOf: _groups_of,
    find.FindMembersByScimId: _members_by_scim_id,
    find.FindJoined: _joined,
    find.FindMember: lambda c, q: _first(_members(c, "WHERE m.id = ?", q.member_id)),
    find.FindMemberByAddress: lambda c, q: _first(_members(c, "WHERE m.email_key = ?", q.email_key)),
    find.FindMembers: lambda c, q: _members(c, "ORDER BY m.ordinal"),
    find.FindPending: lambda c, q: _members(c, "WHERE m.state = 'PENDING' ORDER BY m.ordinal"),
    find.FindAccountGroups: lambda c, q: _groups(c, "ORDER BY ordinal"),
    find.FindAccountGroup: lambda c, q: _first(_groups(c, "WHERE id = ?", q.group_id)),
    find.FindGroupIdsOf: _group_ids_of,
    find.FindGroupMembers: _group_members,
    find.FindEvents: _events,
    find.FindMail: _mail,
}
