"""Encryption with a key derived from a token: AES-GCM."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"bridge-ref session"


def seal(token: str, salt: bytes, nonce: bytes, content: bytes, label: bytes) -> bytes:
    """Encrypt the content with the token; the label is authenticated with it."""
    return AESGCM(_key(token, salt)).encrypt(nonce, content, label)


def unseal(token: str, salt: bytes, nonce: bytes, sealed: bytes, label: bytes) -> bytes | None:
    """The content, or none if this is not the token, or anything has been changed."""
    try:
        return AESGCM(_key(token, salt)).decrypt(nonce, sealed, label)
    except (InvalidTag, ValueError):
        return None


def _key(token: str, salt: bytes) -> bytes:
    # The token is long and random: a slow derivation would add nothing but time.
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=_PURPOSE).derive(token.encode(errors="replace"))
