"""A snapshot of a Google directory: complete, or with the groups that could not be read."""

from msgspec import Struct


class GooglePerson(Struct, frozen=True):
    """A user of the directory. The id stays; address and name may change."""

    id: str
    address: str
    given_name: str
    family_name: str
    full_name: str
    is_suspended: bool = False
    is_archived: bool = False


class GoogleGroup(Struct, frozen=True):
    """A chosen group that was read to its end, with the ids of the people who are direct members."""

    id: str
    address: str
    name: str
    people: frozenset[str]
    nested: int = 0


class Missing(Struct, frozen=True):
    """A chosen group that could not be read, or not to its end."""

    group: str
    reason: str


class Snapshot(Struct, frozen=True):
    """The people of a directory, and the chosen groups as far as they could be read."""

    people: dict[str, GooglePerson]
    groups: tuple[GoogleGroup, ...]
    missing: tuple[Missing, ...] = ()


class Incomplete(Struct, frozen=True):
    """The people themselves could not be read: nothing follows from that."""

    reason: str
