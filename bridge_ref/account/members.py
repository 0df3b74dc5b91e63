"""Members of the account, and the address that tells them apart."""

import re
import unicodedata
from enum import StrEnum

from msgspec import Struct

from bridge_ref.account.states import State, is_suspended

# Stricter than mail systems: what these read differently among themselves is refused (two recipients in
# one address, options, header injection).
_ADDRESS = re.compile(r"""(?!-)[^\s@,;:<>()\[\]\\"]{1,64}@(?!-)[^\s@,;:<>()\[\]\\"]{1,253}""")

# What nobody sees, or what has no meaning yet: two addresses that look alike must not be two members. PRECIS keeps
# these out of names too (RFC 8264 section 9.13).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


class MemberType(StrEnum):
    """What kind of member; provisioning sees and touches only `MEMBER`."""

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


def fold(text: str) -> str:
    """Text as it is compared where letter case does not matter.

    Names that PRECIS prepares to one form (RFC 8265 section 3.3: width, case, composition) have one form here too, and
    names that it would refuse, such as those with blanks, have one as well.

    Source: RFC7644-5-01, RFC7644-5-02, RFC7644-5-03, RFC7644-7.8-01
    """
    # Taken apart first: a mark that folds to a letter must not get between another letter and its mark.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())


def identity_key(name: str) -> str:
    """The form in which addresses and names are told apart: two spellings of one name give one key."""
    return fold(name).strip()


def is_address(text: str) -> bool:
    """Whether mail to this text reaches exactly one mailbox."""
    return _ADDRESS.fullmatch(text) is not None and all(unicodedata.category(each) not in _UNSEEN for each in text)
