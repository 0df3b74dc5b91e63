"""The session file: encrypted with the token that goes to the identity provider.

Only the matching token opens it, so neither of the two is worth anything alone, and a mixed-up pair is noticed.
"""

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from msgspec import Struct

from bridge_ref.credentials.files import CredentialsError, read_secret

_VERSION = 1


class SealedSession(Struct, frozen=True):
    """A session file as it lies there: which pair it is of, and what only the token opens."""

    pair: str
    salt: bytes
    nonce: bytes
    sealed: bytes

    def is_opened_by(self, token: str) -> bool:
        """Whether this token and this file were made together."""
        # Here, since a bridge without a session file does without the library of ciphers.
        from bridge_ref.credentials.cipher import unseal

        opened = unseal(token, self.salt, self.nonce, self.sealed, self.pair.encode())
        if opened is None:
            return False
        content = json.loads(opened)
        return isinstance(content, dict) and content.get("pair") == self.pair

    def render(self) -> bytes:
        """The file. `domain` is empty, as in every set-up that no marketplace has made."""
        fields = {"salt": self.salt, "nonce": self.nonce, "sealed": self.sealed}
        shown = {name: base64.b64encode(value).decode() for name, value in fields.items()}
        return (json.dumps({"version": _VERSION, "domain": "", "pair": self.pair, **shown}, indent=1) + "\n").encode()


def make_session(pair: str, token: str, created_ms: int) -> SealedSession:
    """The session file of a new pair."""
    from bridge_ref.credentials.cipher import seal

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    content = json.dumps({"pair": pair, "created_ms": created_ms}).encode()
    return SealedSession(pair, salt, nonce, seal(token, salt, nonce, content, pair.encode()))


def parse_session(content: bytes) -> SealedSession:
    """The session of a file. Raises ValueError."""
    shown: Any = json.loads(content)
    if not isinstance(shown, dict) or shown.get("version") != _VERSION or not isinstance(shown.get("pair"), str):
        raise ValueError("not a session file of this bridge")
    fields = [base64.b64decode(shown[name], validate=True) for name in ("salt", "nonce", "sealed") if name in shown]
    if len(fields) != 3 or len(fields[1]) != 12:
        raise ValueError("not a session file of this bridge")
    return SealedSession(shown["pair"], *fields)


class SessionFile:
    """A session file that can be replaced while the bridge runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> SealedSession:
        """The session that is there now. Raises CredentialsError."""
        try:
            return parse_session(read_secret(self.path, "--session"))
        except (ValueError, TypeError):
            raise CredentialsError(f"--session {self.path}: not a session file of this bridge") from None

    def is_opened_by(self, token: str, pair: str) -> bool:
        """Whether the file belongs to this pair and the token decrypts it; false if the file is gone."""
        try:
            session = self.load()
        except CredentialsError:
            return False
        return session.pair == pair and session.is_opened_by(token)

    def signing_key(self) -> str:
        """A secret that all bridges with this file share. Raises CredentialsError."""
        return hashlib.sha256(b"signing\0" + self.load().render()).hexdigest()
