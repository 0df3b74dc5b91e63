"""Render change sets as the JSON that the SQL function `apply_change_set` takes."""

from collections.abc import Callable
from typing import Any

import msgspec

from bridge_ref.account import changes
from bridge_ref.account.events import Event
from bridge_ref.account.members import identity_key
from bridge_ref.scim.stored_user import AddUser, ChangeUser, Document, DropUser
from bridge_ref.storage.columns import USER_COLUMNS, check_fields, user_columns, with_keys

_encode = msgspec.json.Encoder().encode
JsonRow = dict[str, Any]


def render_change_set(change_set: changes.ChangeSet) -> str:
    """Render the set. Locks are always taken in one order, so that two sets cannot deadlock."""
    preconditions = dict.fromkeys(change_set.preconditions)
    free = sorted((each.kind, each.key) for each in preconditions if isinstance(each, changes.NameIsFree))
    seen = sorted((each.kind, each.id, each.version) for each in preconditions if isinstance(each, changes.VersionIs))
    rendered = {
        "free": [{"kind": kind, "key": key} for kind, key in free],
        "seen": [{"kind": kind, "id": row_id, "version": version} for kind, row_id, version in seen],
        "changes": [{"do": type(each).__name__, **_RENDER[type(each)](each)} for each in change_set.changes],
    }
    return _encode(rendered).decode()


def _add_member(change: changes.AddMember) -> JsonRow:
    member = change.member
    return {
        "id": member.id,
        "email": member.email,
        "email_key": identity_key(member.email),
        "name": member.name,
        "type": member.type,
        "state": member.state,
        "managed": member.managed,
        "invitation": member.invitation,
        "created_ms": member.created_ms,
        "updated_ms": member.updated_ms,
        "owner": member.owner,
        "invited_ms": member.invited_ms,
        "suspended_ms": member.suspended_ms,
    }


def _add_group(change: changes.AddGroup) -> JsonRow:
    group = change.group
    return {
        "id": group.id,
        "scim_id": group.scim_id,
        "name": group.name,
        "name_key": identity_key(group.name),
        "external_id": group.external_id,
        "type": group.type,
        "managed": group.managed,
        "created_ms": group.created_ms,
        "modified_ms": group.modified_ms,
        "description": group.description,
        "permissions": "\n".join(group.permissions),
        "sso": group.sso,
    }


def _change_member(change: changes.ChangeMember) -> JsonRow:
    values = check_fields("member", change.values)
    return {"id": change.member_id, "values": with_keys(values, "email", "new_email"), "at_ms": change.at_ms}


def _change_group(change: changes.ChangeGroup) -> JsonRow:
    values = check_fields("group", change.values)
    return {"id": change.group_id, "values": with_keys(values, "name"), "at_ms": change.at_ms}


def _columns(document: Document) -> JsonRow:
    columns: JsonRow = dict(zip(USER_COLUMNS, user_columns(document), strict=True))
    return {**columns, "document": columns["document"].decode()}


def _add_user(change: AddUser) -> JsonRow:
    user = change.user
    return {
        "id": user.id,
        "member_id": user.member.id,
        **_columns(user.document),
        "created_ms": user.created_ms,
        "modified_ms": user.modified_ms,
    }


def _change_user(change: ChangeUser) -> JsonRow:
    return {"id": change.user_id, **_columns(change.document), "at_ms": change.at_ms}


def _post(message: changes.Message) -> JsonRow:
    return {
        "at_ms": message.at_ms,
        "to": message.to,
        "recipient_key": identity_key(message.to),
        "kind": message.kind,
        "subject": message.subject,
        "links": " ".join(message.links),
        "body": message.body,
    }


def _add_vault(change: changes.AddVault) -> JsonRow:
    vault = change.vault
    grants = [{"group_id": each.group_id, "permissions": "\n".join(each.permissions)} for each in vault.grants]
    return {"id": vault.id, "name": vault.name, "created_ms": vault.created_ms, "grants": grants}


def _record(event: Event) -> JsonRow:
    return {
        "at_ms": event.at_ms,
        "event": event.event,
        "member_id": event.member_id,
        "group_id": event.group_id,
        "state": event.state,
        "detail": event.detail,
    }


def _membership(change: changes.Join | changes.Leave) -> JsonRow:
    return {"group_id": change.group_id, "member_id": change.member_id}


_RENDER: dict[type[Any], Callable[[Any], JsonRow]] = {
    changes.AddMember: _add_member,
    changes.ChangeMember: _change_member,
    changes.DropMember: lambda change: {"id": change.member_id},
    changes.AddGroup: _add_group,
    changes.ChangeGroup: _change_group,
    changes.DropGroup: lambda change: {"id": change.group_id},
    changes.Join: _membership,
    changes.Leave: _membership,
    changes.AddVault: _add_vault,
    changes.PutText: lambda change: {"name": change.name, "text": change.text},
    changes.Message: _post,
    Event: _record,
    AddUser: _add_user,
    ChangeUser: _change_user,
    DropUser: lambda change: {"id": change.user_id},
}
