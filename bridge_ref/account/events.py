"""The event journal of the account."""

from typing import Literal

from msgspec import Struct

from bridge_ref.account.members import State

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
    "address_change_requested",
    "address_change_cancelled",
    "recovery_begun",
    "recovered",
    "joined",
    "left",
    "group_created",
    "group_renamed",
    "group_deleted",
    "group_managed",
    "group_unmanaged",
    "deleted",
    "provisioning_on",
    "provisioning_off",
    "settings_changed",
    "refused",
]


class Event(Struct, frozen=True):
    """One entry of the journal; `state` is the member's state after it, `detail` says what a word cannot."""

    event: EventName
    at_ms: int
    member_id: str | None = None
    group_id: str | None = None
    state: State | None = None
    seq: int = 0
    detail: str | None = None
