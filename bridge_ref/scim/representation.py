"""Render users, groups and lists as SCIM resources: RFC 7643 sections 3 and 4."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Raw

from bridge_ref.account.groups import Group
from bridge_ref.clock import render_time
from bridge_ref.scim.catalogue import ENTERPRISE_URN, GROUP, GROUP_URN, USER, USER_URN
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.projection import EVERYTHING, Projection
from bridge_ref.scim.stored_user import Document, Membership, StoredUser

_encode = msgspec.json.Encoder().encode
# How the extension begins in a stored document; inside a string its quotation marks would be escaped. No other
# attribute of a user has a reference that is ours to write.
_ENTERPRISE, _MANAGER = f'"{ENTERPRISE_URN}":'.encode(), b'"manager":'
_PLAIN, _EXTENDED = (_encode(schemas).decode() for schemas in ([USER_URN], [USER_URN, ENTERPRISE_URN]))
_QUOTE, _ESCAPED = '"', '\\"'
LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


class Representation:
    """Writes resources and lists of them; locations never start with what the Host header says."""

    def __init__(self, base_url: str, etags: Etags) -> None:
        self.base_url = base_url
        self._users_url = msgspec.json.encode(f"{base_url}/Users/").decode()[1:-1]
        self.etags = etags
        # Most groups are shown again and again.
        self._group_as_shown = lru_cache(maxsize=4096)(self._show_group)
        # A part that shows users in another way is asked for each.
        self._is_plain = all(getattr(type(self), name) is getattr(Representation, name) for name in _OF_USERS)

    def user(self, user: StoredUser, groups: Sequence[Membership], projection: Projection) -> dict[str, Any] | Raw:
        """A user, as far as the projection shows it."""
        if projection is EVERYTHING and self._is_plain and not USER.on_request:
            extension = user.stored.find(_ENTERPRISE)
            if extension < 0 or user.stored.find(_MANAGER, extension) < 0:
                return Raw(self._user_as_stored(user, groups, _PLAIN if extension < 0 else _EXTENDED))
        return projection.apply(USER, self.whole_user(user, groups))

    def _user_as_stored(self, user: StoredUser, groups: Sequence[Membership], schemas: str) -> bytes:
        """The same as `whole_user`, from the stored JSON without decoding it.

        The prefix is ours and needs no escapes but for the quotation marks of the tag.
        """
        scim_id, etag, created_ms, modified_ms = (
            user.id,
            self.etags.user(user, groups),
            user.created_ms,
            user.modified_ms,
        )
        created = render_time(created_ms)
        modified = created if modified_ms == created_ms else render_time(modified_ms)
        version = "" if etag is None else f',"version":"{etag.replace(_QUOTE, _ESCAPED)}"'
        head = (
            f'{{"schemas":{schemas},"id":"{scim_id}","meta":{{"resourceType":"User","created":"{created}",'
            f'"lastModified":"{modified}","location":"{self._users_url}{scim_id}"{version}}},'
        )
        if not groups:
            return head.encode() + user.stored[1:]
        shown = b",".join([self._group_as_shown(group.scim_id, group.name) for group in groups])
        return b"".join((head.encode(), user.stored[1:-1], b',"groups":[', shown, b"]}"))

    def group(self, group: Group, members: Iterable[Membership], projection: Projection) -> dict[str, Any]:
        """A group, as far as the projection shows it."""
        return projection.apply(GROUP, self.whole_group(group, members))

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """A user with all its attributes."""
        extensions = [schema.id for schema in USER.extensions if schema.id in user.document]
        resource: dict[str, Any] = {
            "schemas": [USER_URN, *extensions],
            "id": user.id,
            "meta": self.meta(
                "User",
                self.user_location(user.id),
                user.created_ms,
                user.modified_ms,
                self.etags.user(user, groups),
            ),
            **self.with_references(user.document),
        }
        shown = [self.group_of_user(group) for group in groups]
        if shown:
            resource["groups"] = shown
        return resource

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """A group with all its attributes."""
        scim_id = str(group.scim_id)
        resource: dict[str, Any] = {
            "schemas": [GROUP_URN],
            "id": scim_id,
            "meta": self.meta(
                "Group",
                self.group_location(scim_id),
                group.created_ms,
                group.modified_ms,
                self.etags.group(group),
            ),
            "displayName": group.name,
        }
        if group.external_id is not None:
            resource["externalId"] = group.external_id
        shown = [self.member_of_group(member) for member in members]
        if shown:
            resource["members"] = shown
        return resource

    def meta(
        self, resource_type: str, location: str, created_ms: int, modified_ms: int, version: str | None
    ) -> dict[str, Any]:
        """The `meta` of a resource."""
        meta = {
            "resourceType": resource_type,
            "created": render_time(created_ms),
            "lastModified": render_time(modified_ms),
            "location": location,
        }
        return meta if version is None else meta | {"version": version}

    def group_of_user(self, group: Membership) -> dict[str, Any]:
        """One entry of a user's groups."""
        location = self.group_location(group.scim_id)
        return {"value": group.scim_id, "$ref": location, "display": group.name, "type": "direct"}

    def _show_group(self, scim_id: str, name: str) -> bytes:
        return _encode(self.group_of_user(Membership(scim_id, name, "")))

    def member_of_group(self, member: Membership) -> dict[str, Any]:
        """One entry of a group's members."""
        return {"value": member.scim_id, "$ref": self.user_location(member.scim_id), "type": "User"}

    def with_references(self, document: Document) -> Document:
        """The document, with the address of the manager's user beside its id."""
        extension = document.get(ENTERPRISE_URN, {})
        manager = extension.get("manager", {})
        if "value" not in manager:
            return document
        location = self.user_location(quote(manager["value"], safe=""))
        return document | {ENTERPRISE_URN: extension | {"manager": manager | {"$ref": location}}}

    def user_location(self, scim_id: str) -> str:
        """The address of a user."""
        return f"{self.base_url}/Users/{scim_id}"

    def group_location(self, scim_id: str) -> str:
        """The address of a group."""
        return f"{self.base_url}/Groups/{scim_id}"

    def page(
        self, resources: list[Any], total: int, start_index: int | None, next_cursor: str | None = None
    ) -> dict[str, Any]:
        """One page of a list, with its index or its cursor, never both."""
        page: dict[str, Any] = {"schemas": [LIST_URN], "totalResults": self.total(resources, total)}
        if start_index is not None:
            page["startIndex"] = start_index
        page["itemsPerPage"] = len(resources)
        if next_cursor is not None:
            page["nextCursor"] = next_cursor
        page["Resources"] = resources
        return page

    def total(self, resources: list[Any], total: int) -> int:
        """The number of all results, on whatever page."""
        return total


_OF_USERS = ("user", "whole_user", "meta", "group_of_user", "user_location", "group_location", "with_references")
