"""The event journal: what happened on the account, in order."""

from typing import Literal

from msgspec import Struct

from bridge_ref.account.states import State

EventName = Literal[
    "invited",
    "signed_up",
    "confirmed",
    "suspended",
    "reactivated",
    "adopted",
    "unlinked",
    "renamed",
    "address_changed",
    "joined",
    "left",
    "group_created",
    "group_renamed",
    "group_deleted",
    "deleted",
]


class Event(Struct, frozen=True):
    """One entry of the journal; `state` is the member's state after it."""

    event: EventName
    at_ms: int
    member_id: str | None = None
    group_id: str | None = None
    state: State | None = None
    seq: int = 0
