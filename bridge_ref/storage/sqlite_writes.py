"""Write change sets to SQLite: one function for each kind of change."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from bridge_ref.account import changes
from bridge_ref.account.events import Event
from bridge_ref.account.members import identity_key
from bridge_ref.scim.stored_user import AddUser, ChangeUser, DropUser
from bridge_ref.storage.columns import USER_COLUMNS, check_fields, user_columns, with_keys
from bridge_ref.storage.store import StaleError

_TABLES = {"member": "members", "user": "users", "group": "groups"}
_KEYS = {"member": "email_key", "user": "user_name_key", "group": "name_key"}

Writer = Callable[[sqlite3.Connection, Any], None]


def write(connection: sqlite3.Connection, change_set: changes.ChangeSet) -> None:
    """Write all changes of a set, after checking its preconditions."""
    for seen in change_set.preconditions:
        if isinstance(seen, changes.NameIsFree):
            _check_free(connection, seen)
        else:
            _check_version(connection, seen)
    for change in change_set.changes:
        _WRITERS[type(change)](connection, change)


def _check_version(connection: sqlite3.Connection, seen: changes.VersionIs) -> None:
    row = connection.execute(f"SELECT version FROM {_TABLES[seen.kind]} WHERE id = ?", (seen.id,)).fetchone()
    if row is None or row[0] != seen.version:
        raise StaleError(f"{seen.kind} {seen.id} is no longer as it was seen")


def _check_free(connection: sqlite3.Connection, seen: changes.NameIsFree) -> None:
    query = f"SELECT 1 FROM {_TABLES[seen.kind]} WHERE {_KEYS[seen.kind]} = ?1"
    if seen.kind == "member":
        query += " OR new_email_key = ?1"
    if connection.execute(query, (seen.key,)).fetchone() is not None:
        raise StaleError(f"this {seen.kind} is no longer free")


def _add_member(connection: sqlite3.Connection, change: changes.AddMember) -> None:
    member = change.member
    connection.execute(
        """INSERT INTO members
           (id, email, email_key, name, type, state, managed, invitation, created_ms, updated_ms,
            owner, invited_ms, suspended_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            member.id,
            member.email,
            identity_key(member.email),
            member.name,
            member.type,
            member.state,
            member.managed,
            member.invitation,
            member.created_ms,
            member.updated_ms,
            member.owner,
            member.invited_ms,
            member.suspended_ms,
        ),
    )


def _change_member(connection: sqlite3.Connection, change: changes.ChangeMember) -> None:
    values = with_keys(check_fields("member", change.values), "email", "new_email")
    _update(connection, "members", "updated_ms", change.member_id, values, change.at_ms)


def _change_group(connection: sqlite3.Connection, change: changes.ChangeGroup) -> None:
    values = with_keys(check_fields("group", change.values), "name")
    _update(connection, "groups", "modified_ms", change.group_id, values, change.at_ms)


def _update(
    connection: sqlite3.Connection, table: str, date: str, row_id: str, values: Mapping[str, Any], at_ms: int
) -> None:
    # A change is always later than the one before it, even within the same millisecond.
    assignments = "".join(f"{name} = ?, " for name in values)
    cursor = connection.execute(
        f"UPDATE {table} SET {assignments}{date} = max(?, {date} + 1), version = version + 1 WHERE id = ?",
        (*values.values(), at_ms, row_id),
    )
    if cursor.rowcount != 1:
        raise StaleError(f"{table} has no {row_id} any more")


def _add_group(connection: sqlite3.Connection, change: changes.AddGroup) -> None:
    group = change.group
    connection.execute(
        """INSERT INTO groups
           (id, scim_id, name, name_key, external_id, type, managed, created_ms, modified_ms,
            description, permissions, sso)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            group.id,
            group.scim_id,
            group.name,
            identity_key(group.name),
            group.external_id,
            group.type,
            group.managed,
            group.created_ms,
            group.modified_ms,
            group.description,
            "\n".join(group.permissions),
            group.sso,
        ),
    )


def _add_user(connection: sqlite3.Connection, change: AddUser) -> None:
    user = change.user
    connection.execute(
        f"""INSERT INTO users (id, member_id, {", ".join(USER_COLUMNS)}, created_ms, modified_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (user.id, user.member.id, *user_columns(user.document), user.created_ms, user.modified_ms),
    )


def _change_user(connection: sqlite3.Connection, change: ChangeUser) -> None:
    # Only what differs: SQLite writes the entry of an index anew for each column that is named, changed or not.
    columns = zip(USER_COLUMNS, user_columns(change.before), user_columns(change.document), strict=True)
    values = {name: value for name, before, value in columns if value != before}
    _update(connection, "users", "modified_ms", change.user_id, values, change.at_ms)


def _delete(table: str, field: str) -> Writer:
    def writer(connection: sqlite3.Connection, change: Any) -> None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (getattr(change, field),))

    return writer


def _join(connection: sqlite3.Connection, change: changes.Join) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO memberships (group_id, member_id) VALUES (?, ?)",
        (change.group_id, change.member_id),
    )


def _leave(connection: sqlite3.Connection, change: changes.Leave) -> None:
    connection.execute(
        "DELETE FROM memberships WHERE group_id = ? AND member_id = ?", (change.group_id, change.member_id)
    )


def _record(connection: sqlite3.Connection, event: Event) -> None:
    connection.execute(
        "INSERT INTO events (at_ms, event, member_id, group_id, state, detail) VALUES (?, ?, ?, ?, ?, ?)",
        (event.at_ms, event.event, event.member_id, event.group_id, event.state, event.detail),
    )


def _post(connection: sqlite3.Connection, message: changes.Message) -> None:
    connection.execute(
        """INSERT INTO mail (at_ms, recipient, recipient_key, kind, subject, links, body)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            message.at_ms,
            message.to,
            identity_key(message.to),
            message.kind,
            message.subject,
            " ".join(message.links),
            message.body,
        ),
    )


def _add_vault(connection: sqlite3.Connection, change: changes.AddVault) -> None:
    vault = change.vault
    values = (vault.id, vault.name, vault.created_ms)
    connection.execute("INSERT INTO vaults (id, name, created_ms) VALUES (?, ?, ?)", values)
    for grant in vault.grants:
        granted = (vault.id, grant.group_id, "\n".join(grant.permissions))
        connection.execute("INSERT INTO grants (vault_id, group_id, permissions) VALUES (?, ?, ?)", granted)


def _put_text(connection: sqlite3.Connection, change: changes.PutText) -> None:
    if change.text is None:
        connection.execute("DELETE FROM texts WHERE name = ?", (change.name,))
    else:
        connection.execute("INSERT OR REPLACE INTO texts (name, value) VALUES (?, ?)", (change.name, change.text))


_WRITERS: dict[type[Any], Writer] = {
    changes.AddMember: _add_member,
    changes.ChangeMember: _change_member,
    changes.DropMember: _delete("members", "member_id"),
    changes.AddGroup: _add_group,
    changes.ChangeGroup: _change_group,
    changes.DropGroup: _delete("groups", "group_id"),
    changes.Join: _join,
    changes.Leave: _leave,
    changes.AddVault: _add_vault,
    changes.PutText: _put_text,
    changes.Message: _post,
    Event: _record,
    AddUser: _add_user,
    ChangeUser: _change_user,
    DropUser: _delete("users", "user_id"),
}
