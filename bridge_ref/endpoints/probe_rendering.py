"""Render the account in the form of the probe contract, and parse fixtures."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, State
from bridge_ref.account.settings import AccountSettings
from bridge_ref.account.vaults import Grant, Vault
from bridge_ref.clock import render_time
from bridge_ref.decisions.fixtures import FixtureGroup, FixtureMember, Fixtures, FixtureVault
from bridge_ref.decisions.member_actions import ActionRefused

W = TypeVar("W", MemberType, State, GroupType)


def render_member(member: Member, group_ids: Iterable[str]) -> dict[str, Any]:
    """A member."""
    return {
        "id": member.id,
        "scim_id": member.scim_id,
        "email": member.email,
        "name": member.name,
        "type": member.type,
        "state": member.state,
        "managed": member.managed,
        "owner": member.owner,
        "new_email": member.new_email,
        "groups": list(group_ids),
        "created_at": render_time(member.created_ms),
        "updated_at": render_time(member.updated_ms),
        "suspended_at": None if member.suspended_ms is None else render_time(member.suspended_ms),
    }


def render_group(group: Group) -> dict[str, Any]:
    """A group of the account."""
    return {
        "id": group.id,
        "scim_id": group.scim_id,
        "name": group.name,
        "type": group.type,
        "managed": group.managed,
        "description": group.description,
        "permissions": list(group.permissions),
        "sso": group.sso,
    }


def render_vault(vault: Vault) -> dict[str, Any]:
    """A vault, with what each group may do."""
    return {
        "id": vault.id,
        "name": vault.name,
        "groups": [grant.group_id for grant in vault.grants],
        "grants": [{"group_id": grant.group_id, "permissions": list(grant.permissions)} for grant in vault.grants],
    }


def render_settings(settings: AccountSettings, groups: Iterable[Group]) -> dict[str, Any]:
    """The settings of the account and the list of managed groups."""
    return {
        "provisioning": settings.is_provisioning,
        "managed_groups": [group.id for group in groups if group.managed],
        "notification_address": settings.notification_address,
        "allowed_domains": sorted(settings.allowed_domains),
    }


def render_event(event: Event) -> dict[str, Any]:
    """An entry of the journal."""
    return {
        "seq": event.seq,
        "at": render_time(event.at_ms),
        "event": event.event,
        "member_id": event.member_id,
        "group_id": event.group_id,
        "state": event.state,
        "detail": event.detail,
    }


def render_message(message: Message) -> dict[str, Any]:
    """A mail."""
    return {
        "seq": message.seq,
        "at": render_time(message.at_ms),
        "to": message.to,
        "kind": message.kind,
        "subject": message.subject,
        "links": list(message.links),
        "body": message.body,
        "delivery": message.delivery,
        "attempts": message.attempts,
        "doubts": message.doubts,
        "error": message.error,
        "handed_at": None if message.handed_ms is None else render_time(message.handed_ms),
    }


def parse_fixtures(body: Mapping[str, Any]) -> Fixtures:
    """The fixtures in a request body."""
    return Fixtures(
        tuple(parse_fixture_members(body)), tuple(parse_fixture_groups(body)), tuple(parse_fixture_vaults(body))
    )


def parse_fixture_members(body: Mapping[str, Any]) -> list[FixtureMember]:
    """The members of a fixture."""
    return [
        FixtureMember(
            _text(each, "email"),
            str(each.get("name") or each["email"]),
            _word(MemberType, each.get("type", "MEMBER")),
            _word(State, each.get("state", "ACTIVE")),
            parse_flag(each, "owner"),
        )
        for each in _objects(body, "members")
    ]


def parse_fixture_groups(body: Mapping[str, Any]) -> list[FixtureGroup]:
    """The groups of a fixture."""
    groups = []
    for each in _objects(body, "groups"):
        group = FixtureGroup(
            name=_text(each, "name"),
            members=parse_texts(each, "members"),
            managed=parse_flag(each, "managed"),
            type=_word(GroupType, each.get("type", "USER_DEFINED")),
            description=str(each.get("description", "")),
            permissions=parse_words(each, "permissions"),
            sso=parse_flag(each, "sso"),
        )
        groups.append(group)
    return groups


def parse_fixture_vaults(body: Mapping[str, Any]) -> list[FixtureVault]:
    """The vaults of a fixture; a grant names a group, alone or with what it may do."""
    vaults = []
    for each in _objects(body, "vaults"):
        named = each.get("groups", [])
        if not isinstance(named, list) or not all(isinstance(grant, str | Mapping) for grant in named):
            raise ActionRefused(400, "groups of a vault must be a list of names or grants.")
        grants = [{"group": grant} if isinstance(grant, str) else grant for grant in named]
        parsed = [Grant(_text(grant, "group"), parse_words(grant, "permissions")) for grant in grants]
        if len({grant.group_id.casefold() for grant in parsed}) < len(parsed):
            raise ActionRefused(400, "groups of a vault names a group twice.")
        vaults.append(FixtureVault(_text(each, "name"), tuple(parsed)))
    return vaults


def parse_texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of strings that are not empty; absent means none."""
    texts = fields.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ActionRefused(400, f"{name} must be a list of strings.")
    return tuple(texts)


def parse_words(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of strings, each on one line."""
    words = parse_texts(fields, name)
    if any(len(word.splitlines()) != 1 for word in words):
        raise ActionRefused(400, f"{name} must be a list of strings of one line.")
    return words


def parse_flag(fields: Mapping[str, Any], name: str) -> bool:
    """True or false; absent means false."""
    flag = fields.get(name, False)
    if not isinstance(flag, bool):
        raise ActionRefused(400, f"{name} must be true or false.")
    return flag


def _objects(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    objects = body.get(name, [])
    if not isinstance(objects, list) or not all(isinstance(each, Mapping) for each in objects):
        raise ActionRefused(400, f"{name} must be a list of objects.")
    return objects


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        raise ActionRefused(400, f"{name} must be a string that is not empty.")
    return text


def _word(words: type[W], word: Any) -> W:
    try:
        return words(word)
    except ValueError:
        raise ActionRefused(400, f"{word!r} is none of {', '.join(words)}.") from None
