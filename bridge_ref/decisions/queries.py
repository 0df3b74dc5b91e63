"""Queries that a decision can yield; each names the type of the rows that answer it."""

from collections.abc import Generator, Mapping
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.settings import AccountSettings
from bridge_ref.account.vaults import Vault
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.scim.stored_user import GroupMember, Membership, StoredUser, User

T = TypeVar("T")


class Term(Struct, frozen=True):
    """One field of a user or a group compared with a value: a key for names and addresses, milliseconds for moments.

    `address` and `member` have several values, of which one has to do. `sw` is for names and addresses alone.
    """

    field: Literal["id", "external_id", "name", "display", "address", "active", "modified", "member"]
    operator: Literal["eq", "sw", "gt", "ge", "lt", "le"]
    value: str | int | bool


class AllOf(Struct, frozen=True):
    """All of these conditions hold."""

    terms: tuple["Condition", ...]


class AnyOf(Struct, frozen=True):
    """At least one of these conditions holds."""

    terms: tuple["Condition", ...]


# A condition that an index can answer.
Condition = Term | AllOf | AnyOf


class Find(Struct, Generic[T], frozen=True):
    """A question whose answer has the type `T`."""


Decision = Generator[Find[Any], Any, T]


def ask(find: Find[T]) -> Decision[T]:
    """Put one question, inside a decision: `row = yield from ask(FindUser(id))`."""
    row: T = yield find
    return row


class FindUser(Find[User | None], frozen=True):
    """The SCIM user of this id."""

    scim_id: str


class FindShownUser(Find[tuple[StoredUser, list[Membership]] | None], frozen=True):
    """The SCIM user of this id as it is shown, with the managed groups that it is in."""

    scim_id: str


class FindShownUsersWhere(Find[list[tuple[StoredUser, list[Membership]]]], frozen=True):
    """The few SCIM users who meet a condition, each with the managed groups that it is in, in the order of creation."""

    condition: Condition


class FindUserAndGroups(Find[tuple[User, list[Membership]] | None], frozen=True):
    """The SCIM user of this id, with the managed groups that it is in."""

    scim_id: str


class FindUserByName(Find[User | None], frozen=True):
    """The SCIM user whose userName has this key."""

    name_key: str


class FindUsersWhere(Find[list[StoredUser]], frozen=True):
    """SCIM users who meet a condition, in the order of their creation: those after an ordinal, some skipped."""

    condition: Condition
    after: int = 0
    skip: int = 0
    count: int | None = None


class CountUsersWhere(Find[int], frozen=True):
    """The number of SCIM users that meet a condition."""

    condition: Condition


class FindUsersAt(Find[list[StoredUser]], frozen=True):
    """The SCIM users with these ordinals, as far as there are any, in the order of their creation."""

    ordinals: tuple[int, ...]


class FindUserPage(Find[list[StoredUser]], frozen=True):
    """SCIM users in the order of their creation; all of them if `count` is None."""

    skip: int = 0
    count: int | None = None


class FindUsersAfter(Find[list[StoredUser]], frozen=True):
    """The SCIM users who were created after the one of this ordinal, at most `count` of them."""

    ordinal: int
    count: int


class CountUsers(Find[int], frozen=True):
    """The number of SCIM users."""


class FindGroup(Find[Group | None], frozen=True):
    """The managed group of this SCIM id."""

    scim_id: str


class FindGroupByName(Find[Group | None], frozen=True):
    """The group of the account, managed or not, whose name has this key."""

    name_key: str


class FindGroupsWhere(Find[list[Group]], frozen=True):
    """Managed groups that meet a condition, in the order of their creation: those after an ordinal, some skipped."""

    condition: Condition
    after: int = 0
    skip: int = 0
    count: int | None = None


class CountGroupsWhere(Find[int], frozen=True):
    """The number of managed groups that meet a condition."""

    condition: Condition


class FindGroupsAt(Find[list[Group]], frozen=True):
    """The managed groups with these ordinals, as far as there are any, in the order of their creation."""

    ordinals: tuple[int, ...]


class FindGroupPage(Find[list[Group]], frozen=True):
    """Managed groups in the order of their creation; all of them if `count` is None."""

    skip: int = 0
    count: int | None = None


class FindGroupsAfter(Find[list[Group]], frozen=True):
    """The managed groups that were created after the one of this ordinal, at most `count` of them."""

    ordinal: int
    count: int


class CountGroups(Find[int], frozen=True):
    """The number of managed groups."""


class FindGroupUsers(Find[list[Membership]], frozen=True):
    """The members of a group who are SCIM users."""

    group_id: str


class FindGroupsOf(Find[Mapping[str, list[Membership]]], frozen=True):
    """The managed groups of each of these members, by member id."""

    member_ids: tuple[str, ...]


class FindMembersByScimId(Find[Mapping[str, Member]], frozen=True):
    """The members behind these SCIM ids, as far as there are any."""

    scim_ids: tuple[str, ...]


class FindJoined(Find[frozenset[str]], frozen=True):
    """Which of these members are in the group."""

    group_id: str
    member_ids: tuple[str, ...]


class FindMember(Find[Member | None], frozen=True):
    """The member of this account id."""

    member_id: str


class FindMemberByAddress(Find[Member | None], frozen=True):
    """The member, guests included, whose address has this key, or who has been asked to accept it."""

    email_key: str


class FindMembers(Find[list[Member]], frozen=True):
    """All members of the account, guests included."""


class FindMembersLike(Find[list[Member]], frozen=True):
    """Members, guests included, with this key in their address, in the order of their coming; some skipped."""

    key: str
    skip: int
    count: int


class CountMembersLike(Find[int], frozen=True):
    """The number of members with this key in their address."""

    key: str


class FindPending(Find[list[Member]], frozen=True):
    """The members who have signed up and await confirmation."""


class FindRecovering(Find[list[Member]], frozen=True):
    """The members whose account is being recovered."""


class FindOwners(Find[list[Member]], frozen=True):
    """The owners of the account, in whatever state they are."""


class FindSuspendedBefore(Find[list[Member]], frozen=True):
    """Members suspended before a moment and still suspended, longest first; at most `count`."""

    at_ms: int
    count: int | None = None


class FindIsInSso(Find[bool], frozen=True):
    """Whether a member is in a group that unlocks with the identity provider's credentials."""

    member_id: str


class FindAccountSettings(Find[AccountSettings], frozen=True):
    """The settings of the account."""


class FindVaults(Find[list[Vault]], frozen=True):
    """All vaults of the account, with their grants."""


class FindAccountGroups(Find[list[Group]], frozen=True):
    """All groups of the account."""


class FindAccountGroup(Find[Group | None], frozen=True):
    """The group of this account id."""

    group_id: str


class FindGroupIdsOf(Find[Mapping[str, list[str]]], frozen=True):
    """The account ids of all groups of one member, or of every member, by member id."""

    member_id: str | None = None


class FindGroupMembers(Find[list[GroupMember]], frozen=True):
    """The members of a group, as the account shows them."""

    group_id: str


class FindEvents(Find[list[Event]], frozen=True):
    """The journal after an entry."""

    since: int


class FindLatestEvents(Find[list[Event]], frozen=True):
    """The latest journal entries of one member, newest first; at most `count`."""

    member_id: str
    count: int


class FindLastEvents(Find[Mapping[str, Event]], frozen=True):
    """For each of these members the newest entry with one of these words, by member id."""

    member_ids: tuple[str, ...]
    words: tuple[str, ...]


class FindMail(Find[list[Message]], frozen=True):
    """The outbox after a message, to one address or to all."""

    since: int
    to: str | None = None


class FindLatestMail(Find[list[Message]], frozen=True):
    """The outbox before a message, newest first; at most `count`."""

    before: int
    count: int


class FindMailDue(Find[bool], frozen=True):
    """Whether there is a message that should be on its way to the mail server by now."""

    now_ms: int


class CountMailToSend(Find[Mapping[str, int]], frozen=True):
    """The number of messages not yet sent, by delivery state."""


class FindTokens(Find[list[TokenGrant]], frozen=True):
    """All tokens that are known, expired ones included."""


class FindSettings(Find[Mapping[str, int]], frozen=True):
    """The numbers kept beside the account whose names begin so, by the rest of their names."""

    prefix: str
