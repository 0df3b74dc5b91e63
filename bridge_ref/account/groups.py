"""Groups of the account."""

from enum import StrEnum

from msgspec import Struct


class GroupType(StrEnum):
    """The origin of a group: a person or provisioning, or the account itself."""

    USER_DEFINED = "USER_DEFINED"
    OWNERS = "OWNERS"
    ADMINISTRATORS = "ADMINISTRATORS"
    TEAM_MEMBERS = "TEAM_MEMBERS"
    RECOVERY = "RECOVERY"
    SECURITY = "SECURITY"
    PROVISION_MANAGERS = "PROVISION_MANAGERS"


class Group(Struct, frozen=True):
    """A group of the account. It is managed, and has a SCIM id, once provisioning is in charge of it."""

    id: str
    name: str
    type: GroupType
    managed: bool
    scim_id: str | None
    external_id: str | None
    created_ms: int
    modified_ms: int
    version: int = 1
    ordinal: int = 0
    description: str = ""
    # Permissions of the group, in the account's own words; SCIM never changes them.
    permissions: tuple[str, ...] = ()
    # Whether its members unlock with the identity provider's credentials: no business of provisioning.
    sso: bool = False

    @property
    def is_system(self) -> bool:
        """Whether the account itself has made it: never managed, never deleted, never adopted."""
        return self.type is not GroupType.USER_DEFINED


# Made when provisioning is set up; it cannot be deleted, and gets no members.
PROVISION_MANAGERS = "Provision Managers"
