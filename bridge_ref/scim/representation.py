"""Resources as they are shown: RFC 7643 sections 3 and 4."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Raw

from bridge_ref.account.groups import Group
from bridge_ref.clock import render_time
from bridge_ref.records import Document, Membership, User
from bridge_ref.scim.catalogue import ENTERPRISE_URN, GROUP, GROUP_URN, USER, USER_URN
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.projection import EVERYTHING, Projection

_encode = msgspec.json.Encoder().encode
# How an extension begins in a stored document; inside a string its quotation marks would be escaped.
_EXTENSIONS = tuple((each.id, f'"{each.id}":'.encode()) for each in USER.extensions)
LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


class Representation:
    """Writes resources and lists of them; locations never start with what the Host header says."""

    def __init__(self, base_url: str, etags: Etags) -> None:
        self.base_url = base_url
        self.etags = etags
        # A part that shows users in another way is asked for each.
        self._is_plain = all(getattr(type(self), name) is getattr(Representation, name) for name in _OF_USERS)

    def user(self, user: User, groups: Iterable[Membership], projection: Projection) -> dict[str, Any] | Raw:
        """A user, as far as the projection shows it."""
        if projection is EVERYTHING and self._is_plain and b'"manager"' not in user.stored:
            return self._user_as_stored(user, tuple(groups))
        return projection.apply(USER, self.whole_user(user, groups))

    def _user_as_stored(self, user: User, groups: tuple[Membership, ...]) -> Raw:
        """What `whole_user` says, with the document as it lies in the store: neither read nor written anew."""
        extensions = [urn for urn, mark in _EXTENSIONS if mark in user.stored]
        location = self.user_location(user.id)
        head = {
            "schemas": [USER_URN, *extensions],
            "id": user.id,
            "meta": self.meta("User", location, user.created_ms, user.modified_ms, self.etags.user(user, groups)),
        }
        parts = [_encode(head)[:-1], b",", user.stored[1:-1]]
        if groups:
            parts += [b',"groups":', _encode([self.group_of_user(group) for group in groups])]
        return Raw(b"".join((*parts, b"}")))

    def group(self, group: Group, members: Iterable[Membership], projection: Projection) -> dict[str, Any]:
        """A group, as far as the projection shows it."""
        return projection.apply(GROUP, self.whole_group(group, members))

    def whole_user(self, user: User, groups: Iterable[Membership]) -> dict[str, Any]:
        """All of a user.

        Source: RFC7643-2.1-01, RFC7643-3-01, RFC7643-3-03, RFC7643-3-04, RFC7643-3-05, RFC7643-3-06, RFC7643-3.1-01,
        RFC7643-3.1-02, RFC7643-3.1-03, RFC7643-3.1-13, RFC7643-3.1-20, RFC7643-3.3-02, RFC7643-3.3-08,
        RFC7643-4.1.2-19, RFC7644-3.3.1-01, RFC7644-3.4-02, RFC7644-3.9-01
        """
        memberships = tuple(groups)
        extensions = [schema.id for schema in USER.extensions if schema.id in user.document]
        resource: dict[str, Any] = {
            "schemas": [USER_URN, *extensions],
            "id": user.id,
            "meta": self.meta(
                "User",
                self.user_location(user.id),
                user.created_ms,
                user.modified_ms,
                self.etags.user(user, memberships),
            ),
            **self.with_references(user.document),
        }
        shown = [self.group_of_user(group) for group in memberships]
        if shown:
            resource["groups"] = shown
        return resource

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """All of a group.

        Source: RFC7643-2.1-01, RFC7643-3-03, RFC7643-3.1-01, RFC7643-3.3-02, RFC7643-4.2-08, RFC7644-3.3.1-02
        """
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
        """What is said about a resource itself.

        Source: RFC7643-3.1-21, RFC7643-3.1-25, RFC7643-3.1-27, RFC7644-3.14-03
        """
        meta = {
            "resourceType": resource_type,
            "created": render_time(created_ms),
            "lastModified": render_time(modified_ms),
            "location": location,
        }
        return meta if version is None else meta | {"version": version}

    def group_of_user(self, group: Membership) -> dict[str, Any]:
        """One entry of a user's groups.

        Source: RFC7643-2.3.7-02, RFC7643-2.3.7-04, RFC7643-2.3.7-05, RFC7643-4.1.2-15, RFC7643-4.1.2-16,
        RFC7643-4.1.2-20
        """
        location = self.group_location(group.scim_id)
        return {"value": group.scim_id, "$ref": location, "display": group.name, "type": "direct"}

    def member_of_group(self, member: Membership) -> dict[str, Any]:
        """One entry of a group's members.

        Source: RFC7643-2.3.7-02, RFC7643-2.3.7-05, RFC7643-4.2-04, RFC7643-4.2-05
        """
        return {"value": member.scim_id, "$ref": self.user_location(member.scim_id), "type": "User"}

    def with_references(self, document: Document) -> Document:
        """The document, with the address of the manager's user beside its id.

        Source: RFC7643-4.3-02, RFC7643-4.3-03
        """
        extension = document.get(ENTERPRISE_URN, {})
        manager = extension.get("manager", {})
        if "value" not in manager:
            return document
        location = self.user_location(quote(manager["value"], safe=""))
        return document | {ENTERPRISE_URN: extension | {"manager": manager | {"$ref": location}}}

    def user_location(self, scim_id: str) -> str:
        """The address of a user.

        Source: RFC7644-1.2-02, RFC7644-1.3-01, RFC7644-3.12-20, RFC7644-3.13-02
        """
        return f"{self.base_url}/Users/{scim_id}"

    def group_location(self, scim_id: str) -> str:
        """The address of a group."""
        return f"{self.base_url}/Groups/{scim_id}"

    def page(
        self, resources: list[Any], total: int, start_index: int | None, next_cursor: str | None = None
    ) -> dict[str, Any]:
        """One page of a list; where it stands is told by index or by cursor, never by both.

        Source: RFC7643-2.3.4-01, RFC7644-3.1-04, RFC7644-3.4.2-04, RFC7644-3.4.2-05, RFC7644-3.4.2-07,
        RFC7644-3.4.2-09, RFC7644-3.4.2-10, RFC7644-3.4.2-11, RFC7644-3.4.2.4-09, RFC7644-3.4.2.4-10, RFC7644-3.4.3-13,
        RFC7644-8.2-01, ENTRA-01, ENTRA-06, OKTA-01, OKTA-04, RFC9865-2-11
        """
        page: dict[str, Any] = {"schemas": [LIST_URN], "totalResults": self.total(resources, total)}
        if start_index is not None:
            page["startIndex"] = start_index
        page["itemsPerPage"] = len(resources)
        if next_cursor is not None:
            page["nextCursor"] = next_cursor
        page["Resources"] = resources
        return page

    def total(self, resources: list[Any], total: int) -> int:
        """The number of all results, on whatever page.

        Source: RFC7644-3.4.2-06, RFC7644-3.4.2.4-11, OKTA-02
        """
        return total


_OF_USERS = ("user", "whole_user", "meta", "group_of_user", "user_location", "group_location", "with_references")
