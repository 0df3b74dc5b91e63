"""Change sets: the changes that a decision wants committed, and the preconditions that they rest on."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Literal

from msgspec import Struct

from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.vaults import Vault


class AddMember(Struct, frozen=True):
    """A new member."""

    member: Member


class ChangeMember(Struct, frozen=True):
    """New values for some fields of a member; the others stay."""

    member_id: str
    values: Mapping[str, Any]
    at_ms: int


class DropMember(Struct, frozen=True):
    """The member is gone for good, and out of every group."""

    member_id: str


class AddGroup(Struct, frozen=True):
    """A new group, without members."""

    group: Group


class ChangeGroup(Struct, frozen=True):
    """New values for some fields of a group; an empty mapping only dates the change."""

    group_id: str
    values: Mapping[str, Any]
    at_ms: int


class DropGroup(Struct, frozen=True):
    """The group is gone; its members stay on the account."""

    group_id: str


class Join(Struct, frozen=True):
    """A member joins a group; nothing happens to one who is in it."""

    group_id: str
    member_id: str


class Leave(Struct, frozen=True):
    """A member leaves a group; nothing happens to one who is not in it."""

    group_id: str
    member_id: str


class AddVault(Struct, frozen=True):
    """A new vault with its grants."""

    vault: Vault


class PutText(Struct, frozen=True):
    """A setting of the account; none puts it back to what a new account has."""

    name: Literal["provisioning", "allowed_domains", "notification_address"]
    text: str | None


class Message(Struct, frozen=True):
    """One mail in the outbox, and how far it has come on its way to a mail server.

    `delivery` is `waiting`, `taken` by a bridge, in `handing_over`, `sent`, `refused` for now, or `uncertain`: tried
    again though the server may have it. `doubts` counts how often that was so, and stays when it has been sent.
    """

    to: str
    kind: Literal["invitation", "start", "address_change", "other"]
    subject: str
    at_ms: int
    links: tuple[str, ...] = ()
    seq: int = 0
    body: str = ""
    delivery: str = "waiting"
    attempts: int = 0
    due_ms: int = 0
    error: str | None = None
    handed_ms: int | None = None
    doubts: int = 0


class VersionIs(Struct, frozen=True):
    """The version of a row that a decision has seen; the commit is stale if it is another by then."""

    kind: Literal["member", "user", "group"]
    id: str
    version: int


class NameIsFree(Struct, frozen=True):
    """A name that a decision has found unused; the commit is stale if it has been taken by then."""

    kind: Literal["member", "user", "group"]
    key: str


Precondition = VersionIs | NameIsFree

# Events, messages and changes of SCIM users too: the store knows every kind and refuses any other.
Change = object


class ChangeSet(Struct, frozen=True):
    """The changes of one decision, in order, and its preconditions."""

    changes: tuple[Change, ...] = ()
    preconditions: tuple[Precondition, ...] = ()

    def __add__(self, other: "ChangeSet") -> "ChangeSet":
        return ChangeSet(self.changes + other.changes, self.preconditions + other.preconditions)

    @classmethod
    def total(cls, parts: Iterable["ChangeSet"]) -> "ChangeSet":
        """Many change sets as one."""
        collected = tuple(parts)
        return cls(
            tuple(chain.from_iterable(part.changes for part in collected)),
            tuple(chain.from_iterable(part.preconditions for part in collected)),
        )

    def __bool__(self) -> bool:
        return bool(self.changes)


NO_CHANGE = ChangeSet()


def change(*changes: Change) -> ChangeSet:
    """A change set of these changes."""
    return ChangeSet(changes)


def require(*preconditions: Precondition) -> ChangeSet:
    """A change set that changes nothing and holds only while these rows and names are as they were seen."""
    return ChangeSet((), preconditions)


def require_unchanged(row: Member | Group) -> ChangeSet:
    """The precondition that a member or a group still has the version that was seen."""
    return require(VersionIs("member" if isinstance(row, Member) else "group", row.id, row.version))
