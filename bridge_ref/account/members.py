"""Members of the account: their states, and the address that identifies them."""

import re
import unicodedata
from enum import StrEnum

from msgspec import Struct

# Stricter than mail systems: what these read differently among themselves is refused (two recipients in
# one address, options, header injection).
_ADDRESS = re.compile(r"""(?!-)[^\s@,;:<>()\[\]\\"]{1,64}@(?!-)[^\s@,;:<>()\[\]\\"]{1,253}""")

# Invisible or unassigned characters: two addresses that look alike must not be two members. PRECIS keeps
# these out of names too (RFC 8264 section 9.13).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


class State(StrEnum):
    """The state of a member."""

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


class MemberType(StrEnum):
    """The kind of a member; provisioning sees and touches only `MEMBER`."""

    MEMBER = "MEMBER"
    GUEST = "GUEST"
    SERVICE_ACCOUNT = "SERVICE_ACCOUNT"


class Member(Struct, frozen=True):
    """One person's membership in the account.

    `invitation` is the secret of the link that still works, sent at `invited_ms`. `new_email` is an address that the
    person is to accept, by a link with `new_secret` once they have been asked; until then mail goes to the old one.
    """

    id: str
    email: str
    name: str
    type: MemberType
    state: State
    managed: bool
    invitation: str | None
    created_ms: int
    updated_ms: int
    version: int = 1
    scim_id: str | None = None
    owner: bool = False
    invited_ms: int | None = None
    suspended_ms: int | None = None
    new_email: str | None = None
    new_secret: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether provisioning has left the member its access: true before sign-up too."""
        return not is_suspended(self.state)


class Newcomer(Struct, frozen=True):
    """A person to be taken in; `secret` becomes the invitation link."""

    member_id: str
    email: str
    name: str
    secret: str

    def as_member(self, state: State, now_ms: int) -> Member:
        """The member that this person becomes; without access there is no invitation yet."""
        is_invited = state is State.INVITED
        return Member(
            id=self.member_id,
            email=self.email,
            name=self.name,
            type=MemberType.MEMBER,
            state=state,
            managed=True,
            invitation=self.secret if is_invited else None,
            created_ms=now_ms,
            updated_ms=now_ms,
            invited_ms=now_ms if is_invited else None,
            suspended_ms=None if is_invited else now_ms,
        )


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


def fold(text: str) -> str:
    """Text as it is compared where letter case does not matter.

    Names that PRECIS prepares to one form (RFC 8265 section 3.3: width, case, composition) have one form here too, and
    names that it would refuse, such as those with blanks, have one as well.
    """
    # Taken apart first: a mark that folds to a letter must not get between another letter and its mark.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())


def identity_key(name: str) -> str:
    """The key of an address or a name: two spellings of one name have one key."""
    return fold(name).strip()


def is_address(text: str) -> bool:
    """Whether mail to this text reaches exactly one mailbox."""
    return _ADDRESS.fullmatch(text) is not None and all(unicodedata.category(each) not in _UNSEEN for each in text)
