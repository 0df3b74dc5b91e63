"""Sign-in sessions of the pages: a signed cookie bound to a token.

The key changes at each start and is the same in all processes of a bridge. Of a session only its end is stored.
"""

import hmac
import secrets
from hashlib import sha256

from msgspec import Struct

from bridge_ref.clock import Clock
from bridge_ref.credentials.grants import Scope, TokenGrant
from bridge_ref.http.auth import Auth
from bridge_ref.http.message import RequestHeaders, header
from bridge_ref.storage.store import Store

COOKIE = "bridge_session"
# A working day.
LIFETIME_S = 8 * 3600
_ENDED = "page_session_ended:"
_LONGEST_COOKIE = 400


class Session(Struct, frozen=True):
    """One sign-in: its random name, its end by the bridge's clock, and what its token opens."""

    id: str
    expires_ms: int
    grant: TokenGrant

    @property
    def is_full(self) -> bool:
        """Whether acts are open to it."""
        return self.grant.scope is Scope.FULL

    @property
    def reads_account(self) -> bool:
        """Whether the account is open to it, and not only how the bridge is."""
        return self.grant.scope is not Scope.MONITORING


class Sessions:
    """Opens sessions and knows them again. One ends by time, by log-out, with its token, and with the bridge."""

    def __init__(self, auth: Auth, store: Store, clock: Clock, secret: str, boot: str) -> None:
        self._auth = auth
        self._store = store
        self._clock = clock
        self._key = sha256(f"pages\0{secret}\0{boot}".encode()).digest()

    def open(self, token: str) -> Session | None:
        """A session for a token, or none if the token is not valid."""
        # A browser sends text; a token must fit into a header.
        grant = self._auth.find(f"Bearer {token}", self._clock.now_ms) if token.isascii() else None
        return None if grant is None else self._make(secrets.token_urlsafe(16), grant)

    def renewed(self, session: Session) -> Session:
        """The session with its full lifetime again, after the clock was moved."""
        return self._make(session.id, session.grant)

    def find(self, headers: RequestHeaders) -> Session | None:
        """The session of a request, as far as its cookie and the tokens say; `has_ended` says the rest."""
        parts = _cookie(headers).split(".")
        if len(parts) != 4:
            return None
        id_, expires, of, mac = parts
        signed = hmac.compare_digest(mac, self._sign("session", id_, expires, of))
        if not signed or self._clock.now_ms() >= int(expires):
            return None
        return next((Session(id_, int(expires), grant) for grant in self._auth.known() if self._is_of(grant, of)), None)

    async def has_ended(self, session: Session) -> bool:
        """Whether the session was logged out, here or at another bridge on the store."""
        return bool(await self._store.get_setting(_ENDED + session.id, 0))

    async def end(self, session: Session) -> None:
        """Log out."""
        await self._store.put_setting(_ENDED + session.id, session.expires_ms)
        await self._store.committed()

    def cookie(self, session: Session) -> str:
        """The value of the session cookie."""
        expires, of = str(session.expires_ms), self._reference(session.grant)
        return ".".join((session.id, expires, of, self._sign("session", session.id, expires, of)))

    def form_token(self, session: Session) -> str:
        """The secret form token of this session, against forged forms."""
        return self._sign("form", session.id)

    def is_form_token(self, session: Session, given: str) -> bool:
        """Whether a form is one of ours."""
        return hmac.compare_digest(given.encode(errors="replace"), self.form_token(session).encode())

    def _make(self, id_: str, grant: TokenGrant) -> Session:
        return Session(id_, self._clock.now_ms() + LIFETIME_S * 1000, grant)

    def _is_of(self, grant: TokenGrant, of: str) -> bool:
        is_open = self._auth.is_in_time(grant, self._clock.now_ms())
        return is_open and hmac.compare_digest(of, self._reference(grant))

    def _reference(self, grant: TokenGrant) -> str:
        # With the end of the token in it: rotation gives it another, and that ends the session.
        return self._sign("grant", grant.digest, str(grant.expires_ms), grant.scope)

    def _sign(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(errors="replace"), sha256).hexdigest()[:40]


def _cookie(headers: RequestHeaders) -> str:
    """The value of our cookie; an empty one if there is none, or one that cannot be ours."""
    for each in (header(headers, "cookie") or "").split(";"):
        name, _, value = each.strip().partition("=")
        if name == COOKIE and value.isascii() and len(value) < _LONGEST_COOKIE:
            return value
    return ""
