"""Groups of the account, and the one that set-up makes."""

from enum import StrEnum

from msgspec import Struct


class GroupType(StrEnum):
    """Who made a group: a person or provisioning, or the account itself."""

    USER_DEFINED = "USER_DEFINED"
    OWNERS = "OWNERS"
    ADMINISTRATORS = "ADMINISTRATORS"
    TEAM_MEMBERS = "TEAM_MEMBERS"
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


# Made when provisioning is set up; it must not be deleted, and nobody is to be added to it.
PROVISION_MANAGERS = "Provision Managers"
