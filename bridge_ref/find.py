"""What a decision may ask: questions that it yields, and the rows that it is sent for each."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from bridge_ref.account.changes import Message
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member
from bridge_ref.account.standing import Standing
from bridge_ref.account.vaults import Vault
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.records import GroupMember, Membership, User

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Term:
    """One field of a user or a group compared with a value: a key for names and addresses, milliseconds for moments.

    `address` and `member` have several values, of which one has to do. `sw` is for names and addresses alone.
    """

    field: Literal["id", "external_id", "name", "display", "address", "active", "modified", "member"]
    operator: Literal["eq", "sw", "gt", "ge", "lt", "le"]
    value: str | int | bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """What meets all of these."""

    terms: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What meets at least one of these."""

    terms: tuple["Condition", ...]


# What an index can answer.
Condition = Term | AllOf | AnyOf


class Find(Generic[T]):
    """A question whose answer has the type `T`."""

    __slots__ = ()


Looking = Generator[Find[Any], Any, T]


def ask(find: Find[T]) -> Looking[T]:
    """Put one question, inside a decision: `row = yield from ask(FindUser(id))`."""
    row: T = yield find
    return row


@dataclass(frozen=True, slots=True)
class FindUser(Find[User | None]):
    """The SCIM user of this id."""

    scim_id: str


@dataclass(frozen=True, slots=True)
class FindUserAndGroups(Find[tuple[User, list[Membership]] | None]):
    """The SCIM user of this id, with the managed groups that it is in."""

    scim_id: str


@dataclass(frozen=True, slots=True)
class FindUserByName(Find[User | None]):
    """The SCIM user whose userName has this key."""

    name_key: str


@dataclass(frozen=True, slots=True)
class FindUsersWhere(Find[list[User]]):
    """SCIM users who meet a condition, in the order of their creation: those after an ordinal, some skipped."""

    condition: Condition
    after: int = 0
    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CountUsersWhere(Find[int]):
    """How many SCIM users meet a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class FindUsersAt(Find[list[User]]):
    """The SCIM users with these ordinals, as far as there are any, in the order of their creation."""

    ordinals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FindUserPage(Find[list[User]]):
    """SCIM users in the order of their creation; all of them if `count` is None."""

    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FindUsersAfter(Find[list[User]]):
    """The SCIM users who were created after the one of this ordinal, at most `count` of them."""

    ordinal: int
    count: int


@dataclass(frozen=True, slots=True)
class CountUsers(Find[int]):
    """How many SCIM users there are."""


@dataclass(frozen=True, slots=True)
class FindGroup(Find[Group | None]):
    """The managed group of this SCIM id."""

    scim_id: str


@dataclass(frozen=True, slots=True)
class FindGroupByName(Find[Group | None]):
    """The group of the account, managed or not, whose name has this key."""

    name_key: str


@dataclass(frozen=True, slots=True)
class FindGroupsWhere(Find[list[Group]]):
    """Managed groups that meet a condition, in the order of their creation: those after an ordinal, some skipped."""

    condition: Condition
    after: int = 0
    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CountGroupsWhere(Find[int]):
    """How many managed groups meet a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class FindGroupsAt(Find[list[Group]]):
    """The managed groups with these ordinals, as far as there are any, in the order of their creation."""

    ordinals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FindGroupPage(Find[list[Group]]):
    """Managed groups in the order of their creation; all of them if `count` is None."""

    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FindGroupsAfter(Find[list[Group]]):
    """The managed groups that were created after the one of this ordinal, at most `count` of them."""

    ordinal: int
    count: int


@dataclass(frozen=True, slots=True)
class CountGroups(Find[int]):
    """How many managed groups there are."""


@dataclass(frozen=True, slots=True)
class FindGroupUsers(Find[list[Membership]]):
    """The members of a group who are SCIM users."""

    group_id: str


@dataclass(frozen=True, slots=True)
class FindGroupsOf(Find[Mapping[str, list[Membership]]]):
    """The managed groups of each of these members, by member id."""

    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindMembersByScimId(Find[Mapping[str, Member]]):
    """The members behind these SCIM ids, as far as there are any."""

    scim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindJoined(Find[frozenset[str]]):
    """Which of these members are in the group."""

    group_id: str
    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindMember(Find[Member | None]):
    """The member of this account id."""

    member_id: str


@dataclass(frozen=True, slots=True)
class FindMemberByAddress(Find[Member | None]):
    """The member, guests included, whose address has this key, or who has been asked to accept it."""

    email_key: str


@dataclass(frozen=True, slots=True)
class FindMembers(Find[list[Member]]):
    """All members of the account, guests included."""


@dataclass(frozen=True, slots=True)
class FindPending(Find[list[Member]]):
    """The members who have signed up and await confirmation."""


@dataclass(frozen=True, slots=True)
class FindRecovering(Find[list[Member]]):
    """The members whose account is being recovered."""


@dataclass(frozen=True, slots=True)
class FindOwners(Find[list[Member]]):
    """The owners of the account, in whatever state they are."""


@dataclass(frozen=True, slots=True)
class FindSuspendedBefore(Find[list[Member]]):
    """The members who were suspended before a moment and still are, the longest first."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class FindIsInSso(Find[bool]):
    """Whether a member is in a group that unlocks with the identity provider's credentials."""

    member_id: str


@dataclass(frozen=True, slots=True)
class FindStanding(Find[Standing]):
    """What the account's administrators have switched."""


@dataclass(frozen=True, slots=True)
class FindVaults(Find[list[Vault]]):
    """All vaults of the account, with their grants."""


@dataclass(frozen=True, slots=True)
class FindAccountGroups(Find[list[Group]]):
    """All groups of the account."""


@dataclass(frozen=True, slots=True)
class FindAccountGroup(Find[Group | None]):
    """The group of this account id."""

    group_id: str


@dataclass(frozen=True, slots=True)
class FindGroupIdsOf(Find[Mapping[str, list[str]]]):
    """The account ids of all groups of one member, or of every member, by member id."""

    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class FindGroupMembers(Find[list[GroupMember]]):
    """The members of a group, as the account shows them."""

    group_id: str


@dataclass(frozen=True, slots=True)
class FindEvents(Find[list[Event]]):
    """The journal after an entry."""

    since: int


@dataclass(frozen=True, slots=True)
class FindMail(Find[list[Message]]):
    """The outbox after a message, to one address or to all."""

    since: int
    to: str | None = None


@dataclass(frozen=True, slots=True)
class FindMailDue(Find[bool]):
    """Whether there is a message that should be on its way to the mail server by now."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class CountMailToSend(Find[Mapping[str, int]]):
    """How many messages no server has taken yet, by how far they have come."""


@dataclass(frozen=True, slots=True)
class FindTokens(Find[list[TokenGrant]]):
    """All tokens that are known, expired ones included."""
