"""Vaults of the account and the permissions that groups have on them."""

from msgspec import Struct


class Grant(Struct, frozen=True):
    """The permissions of one group on a vault, in the account's own words."""

    group_id: str
    permissions: tuple[str, ...] = ()


class Vault(Struct, frozen=True):
    """A vault. Nothing that comes over SCIM makes, changes or removes one: access follows membership alone."""

    id: str
    name: str
    created_ms: int
    grants: tuple[Grant, ...] = ()
