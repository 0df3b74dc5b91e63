"""The token endpoint: exchanges a service account's signed JWT for an access token, verified as Google does."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from harness.clock import Clock

USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
GROUPS = "https://www.googleapis.com/auth/admin.directory.group.readonly"
MEMBERS = "https://www.googleapis.com/auth/admin.directory.group.member.readonly"
REPORTS = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
SCOPES = (USERS, GROUPS, MEMBERS, REPORTS)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME_S = 3600
# google-auth names Google's endpoint whatever `token_uri` says; other clients name the address that they post to.
_GOOGLE = "https://oauth2.googleapis.com/token"
# Google's clocks and ours need not agree to the second.
_LEEWAY_S = 300


class TokenRefusal(Exception):
    """No token, with Google's word for why."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account with a key pair made for it; nothing of it is known anywhere else."""

    email: str
    key: rsa.RSAPrivateKey
    key_id: str

    @classmethod
    def make(cls, email: str = "bridge@project.invalid") -> ServiceAccount:
        """A new one."""
        return cls(email, rsa.generate_private_key(65_537, 2048), secrets.token_hex(20))

    def key_file(self, token_uri: str) -> dict[str, Any]:
        """What Google's console hands out as the key file."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "bridgecheck",
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": "100000000000000000001",
            "token_uri": token_uri,
        }

    def write_key_file(self, path: Path, token_uri: str) -> Path:
        """Write the key file, for its owner's eyes only."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self.key_file(token_uri), file)
        return path


@dataclass(slots=True)
class Tokens:
    """Gives tokens out and knows them again. `scopes` is what the administrator has delegated to the account."""

    account: ServiceAccount
    actor: str
    audience: str
    clock: Clock
    scopes: tuple[str, ...] = SCOPES
    is_actor_suspended: bool = False
    lifetime_s: int = _LIFETIME_S
    _given: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)

    def exchange(self, grant_type: str, assertion: str) -> dict[str, Any]:
        """An access token for an assertion. Raises TokenRefusal."""
        if grant_type != GRANT:
            raise TokenRefusal("unsupported_grant_type", "Invalid grant type")
        claims = self._verify(assertion)
        self._check_times(claims)
        if claims.get("iss") != self.account.email:
            raise TokenRefusal("invalid_grant", "Invalid issuer")
        if claims.get("aud") not in (self.audience, _GOOGLE):
            raise TokenRefusal("invalid_grant", "Invalid audience")
        if claims.get("sub") != self.actor or self.is_actor_suspended:
            raise TokenRefusal("invalid_grant", "Invalid email or User ID")
        wanted = frozenset(str(claims.get("scope", "")).split())
        if not wanted or not wanted <= frozenset(self.scopes):
            raise TokenRefusal("unauthorized_client", "Client is unauthorized for the scopes requested")
        token = "ya29.fake-" + secrets.token_urlsafe(24)
        self._given[token] = (self.clock.now() + self.lifetime_s, wanted)
        return {"access_token": token, "expires_in": self.lifetime_s - 1, "token_type": "Bearer"}

    def scopes_of(self, authorization: str) -> frozenset[str] | None:
        """The scopes of the token in an Authorization header; none if it is unknown or has expired."""
        scheme, _, token = authorization.partition(" ")
        expires, scopes = self._given.get(token, (0.0, frozenset()))
        return scopes if scheme.lower() == "bearer" and self.clock.now() < expires else None

    def expire_all(self) -> None:
        """Every token that was given out is worth nothing any more."""
        self._given.clear()

    def _verify(self, assertion: str) -> dict[str, Any]:
        head, _, signature = assertion.rpartition(".")
        parts = head.split(".")
        try:
            header, claims = (json.loads(_decode(part)) for part in parts)
            signed = _decode(signature)
        except ValueError:
            raise TokenRefusal("invalid_grant", "Invalid JWT: it cannot be read") from None
        if not isinstance(header, dict) or header.get("alg") != "RS256" or not isinstance(claims, dict):
            raise TokenRefusal("invalid_grant", "Invalid JWT: algorithm")
        try:
            self.account.key.public_key().verify(signed, head.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise TokenRefusal("invalid_grant", "Invalid JWT Signature.") from None
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        issued, expires, now = claims.get("iat"), claims.get("exp"), self.clock.now()
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise TokenRefusal("invalid_grant", "Invalid JWT: iat and exp are needed")
        in_time = issued - _LEEWAY_S <= now <= expires + _LEEWAY_S
        if not in_time or not 0 < expires - issued <= _LIFETIME_S:
            raise TokenRefusal(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe",
            )


def _decode(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
