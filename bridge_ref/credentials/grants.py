"""Token grants: the digest, scope and expiry of a token."""

import hashlib
import secrets
from enum import StrEnum

from msgspec import Struct

MIN_TOKEN_LENGTH = 8


class Scope(StrEnum):
    """The permissions of a token."""

    FULL = "full"
    READ_ONLY = "read-only"
    MONITORING = "monitoring"


class TokenGrant(Struct, frozen=True):
    """One token, as the store knows it: never the token itself.

    `pair` names the session file that it belongs to; `expires_ms` is a moment of the bridge's clock.
    """

    digest: str
    name: str
    scope: Scope
    created_ms: int
    expires_ms: int | None = None
    pair: str | None = None

    def is_valid_at(self, now_ms: int) -> bool:
        """Whether the token still opens anything."""
        return self.expires_ms is None or now_ms < self.expires_ms


def digest_of(token: str | bytes) -> str:
    """The digest by which a token is known.

    Tokens are long and random, so a plain digest cannot be turned round by trying.
    """
    return hashlib.sha256(token if isinstance(token, bytes) else token.encode(errors="replace")).hexdigest()


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)
