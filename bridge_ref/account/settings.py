"""Settings of the account that its administrators change while the bridge runs."""

from msgspec import Struct

from bridge_ref.account.members import identity_key


class AccountSettings(Struct, frozen=True):
    """Settings that belong to the account and not to the operator of the bridge.

    `allowed_domains` is empty where every domain is allowed.
    """

    is_provisioning: bool = True
    allowed_domains: frozenset[str] = frozenset()
    notification_address: str | None = None

    def allows(self, address: str) -> bool:
        """Whether the account takes members with an address of this domain."""
        return not self.allowed_domains or domain_of(address) in self.allowed_domains


def domain_of(address: str) -> str:
    """The domain of an address, as domains are compared."""
    return identity_key(address).rpartition("@")[2]


def read_account_settings(texts: dict[str, str]) -> AccountSettings:
    """The settings out of the texts that the store keeps."""
    return AccountSettings(
        texts.get("provisioning", "on") == "on",
        frozenset(texts.get("allowed_domains", "").split()),
        texts.get("notification_address"),
    )
