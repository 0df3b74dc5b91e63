"""Somebody whom the account does not know yet."""

from msgspec import Struct

from bridge_ref.account.members import Member, MemberType
from bridge_ref.account.states import State


class Newcomer(Struct, frozen=True):
    """A person to be taken in; `secret` becomes the invitation link."""

    member_id: str
    email: str
    name: str
    secret: str

    def as_member(self, state: State, now_ms: int) -> Member:
        """The member that this person becomes; whoever is not invited has no invitation."""
        is_invited = state is State.INVITED
        return Member(
            self.member_id,
            self.email,
            self.name,
            MemberType.MEMBER,
            state,
            True,
            self.secret if is_invited else None,
            now_ms,
            now_ms,
            invited_ms=now_ms if is_invited else None,
            suspended_ms=None if is_invited else now_ms,
        )
