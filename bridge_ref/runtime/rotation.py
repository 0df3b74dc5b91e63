"""Credential rotation: new credentials, while the old ones stay valid for an overlap."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from msgspec import Struct

from bridge_ref.credentials.files import writing_secret
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of, new_token
from bridge_ref.credentials.session import SealedSession, make_session
from bridge_ref.storage.sql_commands import AddToken, RetireTokens
from bridge_ref.storage.store import Store

# Longer than this is no overlap but a second token.
LONGEST_OVERLAP_S = 30 * 86_400


class Issued(Struct, frozen=True):
    """New credentials: shown once, stored nowhere. `old_until_ms` is when the old ones expire."""

    token: str
    grant: TokenGrant
    session: SealedSession | None
    old_until_ms: int


def make_pair(scope: Scope, now_ms: int, old_until_ms: int = 0, expires_ms: int | None = None) -> Issued:
    """A new token of a scope; with a full one comes a session."""
    token = new_token()
    pair = secrets.token_hex(8) if scope is Scope.FULL else None
    session = None if pair is None else make_session(pair, token, now_ms)
    return Issued(
        token, TokenGrant(digest_of(token), scope.value, scope, now_ms, expires_ms, pair), session, old_until_ms
    )


async def issue(store: Store, issued: Issued, path: Path | None) -> None:
    """Let the first token in, and put its session file in place. Raises CredentialsError."""
    with _writing(issued, path, is_new=True) as put:
        await store.do(AddToken(issued.grant))
        await store.committed()
        put()


async def rotate(store: Store, issued: Issued, known: Iterable[TokenGrant], path: Path | None) -> None:
    """Accept a new token; all others of its scope, those from files included, expire at `old_until_ms`.

    If it fails half-way, a valid token remains. Raises CredentialsError.
    """
    scope = issued.grant.scope
    with _writing(issued, path) as put:
        await store.do(AddToken(issued.grant))
        for grant in known:
            if grant.scope is scope:
                await store.do(AddToken(grant))
        await store.do(RetireTokens(scope.value, issued.old_until_ms, issued.grant.digest))
        await store.committed()
        put()


def _writing(issued: Issued, path: Path | None, is_new: bool = False) -> AbstractContextManager[Callable[[], None]]:
    if path is None or issued.session is None:
        return nullcontext(lambda: None)
    return writing_secret(path, issued.session.render(), is_new)
