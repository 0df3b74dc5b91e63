"""SCIM users as they are stored, each linked to a member of the account."""

from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from bridge_ref.account.members import Member

Document = dict[str, Any]

_decode, _encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode


class StoredUser(Struct, frozen=True, dict=True):
    """A SCIM user as it is read to be shown: the attributes as they were sent, and whose they are.

    `stored` is the document as JSON: most users are read to be shown, and go out as they lie in the store. The document
    holds neither `id`, `schemas`, `meta` nor `groups`: these follow from the rest.
    """

    id: str
    member_id: str
    stored: bytes
    created_ms: int
    modified_ms: int
    version: int = 1
    ordinal: int = 0

    @cached_property
    def document(self) -> Document:
        """The attributes; not to be changed in place."""
        document: Document = _decode(self.stored)
        return document


class User(StoredUser, frozen=True, dict=True, kw_only=True):
    """A SCIM user as it is read to be changed: with the member behind it."""

    member: Member


def encode_document(document: Document) -> bytes:
    """A document as it is stored."""
    return _encode(document)


class Membership(Struct, frozen=True):
    """One member of a group, or one group of a user: its SCIM id, its name, its id on the account."""

    scim_id: str
    name: str
    id: str


class GroupMember(Struct, frozen=True):
    """One member of a group, as the account shows it."""

    member: Member
    role: str = "MEMBER"


class AddUser(Struct, frozen=True):
    """A change: a new SCIM user for a member."""

    user: User


class ChangeUser(Struct, frozen=True):
    """A change: another document for a SCIM user, in the place of the one before."""

    user_id: str
    document: Document
    at_ms: int
    before: Document


class DropUser(Struct, frozen=True):
    """A change: the SCIM user is gone; the member is another matter."""

    user_id: str
