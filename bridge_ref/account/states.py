"""The states of a member, and where suspension and return lead from each."""

from enum import StrEnum


class State(StrEnum):
    """What a member can do on the account just now."""

    INVITED = "INVITED"
    INVITED_SUSPENDED = "INVITED_SUSPENDED"
    PENDING = "PENDING"
    PENDING_SUSPENDED = "PENDING_SUSPENDED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    RECOVERING = "RECOVERING"


_SUSPENDED = {
    State.INVITED: State.INVITED_SUSPENDED,
    State.PENDING: State.PENDING_SUSPENDED,
    State.ACTIVE: State.SUSPENDED,
    State.RECOVERING: State.SUSPENDED,
}
_RETURNED = {
    State.INVITED_SUSPENDED: State.INVITED,
    State.PENDING_SUSPENDED: State.PENDING,
    State.SUSPENDED: State.ACTIVE,
}


def is_suspended(state: State) -> bool:
    """Whether access has been taken away, at whatever stage the member was."""
    return state in _RETURNED


def suspended(state: State) -> State:
    """The state that suspension leads to; a suspended member stays as it is."""
    return _SUSPENDED.get(state, state)


def returned(state: State) -> State:
    """The state that reactivation leads to: back to where suspension found the member."""
    return _RETURNED.get(state, state)


def has_signed_up(state: State) -> bool:
    """Whether the person has made keys of their own, which the address is part of."""
    return state not in (State.INVITED, State.INVITED_SUSPENDED)
