"""Cursors: signed positions in a list. RFC 9865."""

import base64
import hashlib
import hmac
import json
from typing import Any

from msgspec import Struct

from bridge_ref.scim.errors import ScimError, bad_request
from bridge_ref.scim.sort import Rank

_SEAL_BYTES = 16


class Position(Struct, frozen=True, order=True):
    """The position of a resource in a list: its sort value, its kind, and its unique number in the store."""

    rank: Rank
    kind: int
    ordinal: int


class Cursors:
    """Writes and reads cursors.

    The seal hangs on the bridge's token: a cursor dies with the right that it was given under. What is inside can
    be read, and is no more than the client has just been sent.
    """

    def __init__(self, token: str, timeout_s: int) -> None:
        self.timeout_s = timeout_s
        self._key = hashlib.sha256(b"bridge-ref cursor\0" + token.encode()).digest()

    def render(self, position: Position, question: str, now_ms: int) -> str:
        """The cursor of what comes after a position, for one question and a limited time."""
        due_ms = now_ms + self.timeout_s * 1000
        return self._seal([due_ms, _digest(question), position.rank, position.kind, position.ordinal])

    def parse(self, text: str, question: str, now_ms: int) -> Position:
        """The position in a cursor."""
        due_ms, digest, rank, kind, ordinal = self._open(text)
        if digest != _digest(question):
            raise invalid_cursor("The cursor belongs to another query.")
        if now_ms > due_ms:
            raise bad_request(f"Cursors are good for {self.timeout_s} seconds.", "expiredCursor")
        return Position(tuple(rank), kind, ordinal)

    def _seal(self, content: list[Any]) -> str:
        plain = json.dumps(content, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mark(plain) + plain).decode().rstrip("=")

    def _open(self, text: str) -> Any:
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            raise invalid_cursor() from None
        seal, plain = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        # The text itself is compared too: base 64 has several spellings of the same bytes.
        if not hmac.compare_digest(seal, self._mark(plain)) or self._spelt(sealed) != text:
            raise invalid_cursor()
        return json.loads(plain)

    def _mark(self, plain: bytes) -> bytes:
        return hmac.digest(self._key, plain, "sha256")[:_SEAL_BYTES]

    def _spelt(self, sealed: bytes) -> str:
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def invalid_cursor(reason: str = "This bridge gave no such cursor.") -> ScimError:
    """A cursor that leads nowhere."""
    return bad_request(reason, "invalidCursor")


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode(errors="replace")).hexdigest()[:16]
