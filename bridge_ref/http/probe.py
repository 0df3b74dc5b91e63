"""The account in the form of the probe contract, and fixtures out of it."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member, MemberType
from bridge_ref.account.states import State
from bridge_ref.acts import ActError
from bridge_ref.clock import render_time
from bridge_ref.fixtures import FixtureGroup, FixtureMember

W = TypeVar("W", MemberType, State)


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
        "groups": list(group_ids),
        "created_at": render_time(member.created_ms),
        "updated_at": render_time(member.updated_ms),
    }


def render_group(group: Group) -> dict[str, Any]:
    """A group of the account."""
    return {
        "id": group.id,
        "scim_id": group.scim_id,
        "name": group.name,
        "type": group.type,
        "managed": group.managed,
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
        "delivery": message.delivery,
        "attempts": message.attempts,
        "doubts": message.doubts,
        "error": message.error,
        "handed_at": None if message.handed_ms is None else render_time(message.handed_ms),
    }


def parse_fixture_members(body: Mapping[str, Any]) -> list[FixtureMember]:
    """The members of a fixture."""
    return [
        FixtureMember(
            _text(each, "email"),
            str(each.get("name") or each["email"]),
            _word(MemberType, each.get("type", "MEMBER")),
            _word(State, each.get("state", "ACTIVE")),
        )
        for each in _objects(body, "members")
    ]


def parse_fixture_groups(body: Mapping[str, Any]) -> list[FixtureGroup]:
    """The groups of a fixture."""
    groups = []
    for each in _objects(body, "groups"):
        members = each.get("members", [])
        if not isinstance(members, list) or not all(isinstance(email, str) for email in members):
            raise ActError(400, "members of a group has to be a list of addresses.")
        groups.append(FixtureGroup(_text(each, "name"), tuple(members), bool(each.get("managed", False))))
    return groups


def _objects(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    objects = body.get(name, [])
    if not isinstance(objects, list) or not all(isinstance(each, Mapping) for each in objects):
        raise ActError(400, f"{name} has to be a list of objects.")
    return objects


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        raise ActError(400, f"{name} has to be a string that is not empty.")
    return text


def _word(words: type[W], word: Any) -> W:
    try:
        return words(word)
    except ValueError:
        raise ActError(400, f"{word!r} is none of {', '.join(words)}.") from None
