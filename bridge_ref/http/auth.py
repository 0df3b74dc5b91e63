"""Authentication and authorisation by bearer tokens with a scope: RFC 6750, RFC 7644 section 2."""

import hmac
from collections.abc import Callable, Iterable

from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.http.message import RequestHeaders, header
from bridge_ref.scim.errors import ScimError

MONITORING = "/monitoring"
HEALTH = "/health"
_READS = ("GET", "HEAD")
_LONGEST_TOKEN = 4_096
_MOST_SEEN = 100

# Whether a token opens the session file, given the name of the pair that it is of.
Opens = Callable[[str, str], bool]


class Auth:
    """Looks tokens up by digest, so that timing reveals nothing about them."""

    def __init__(self, token: str, further: Iterable[TokenGrant] = (), opens: Opens | None = None) -> None:
        self.given = [*further]
        if token:
            self.given.append(TokenGrant(digest_of(token), "file", Scope.FULL, 0))
        self._opens = opens
        self._seen: dict[str, TokenGrant] = {}
        self._known: dict[str, TokenGrant] = {}
        self.learn(())

    def learn(self, grants: Iterable[TokenGrant]) -> None:
        """From here on these are the tokens, beside those that came in files; what the store says of one wins."""
        known = {grant.digest: grant for grant in self.given}
        known.update((grant.digest, grant) for grant in grants)
        if known != self._known:
            self._known = known
            self._seen.clear()

    def known(self) -> Iterable[TokenGrant]:
        """All tokens that are or were valid."""
        return self._known.values()

    def check(self, headers: RequestHeaders, now: Callable[[], int]) -> TokenGrant:
        """Refuse a request without a right token; `now` is asked only where a token can expire."""
        grant = self.find(header(headers, "authorization"), now)
        if grant is None:
            raise ScimError(401, "A valid bearer token is required.")
        return grant

    def find(self, authorization: str | None, now: Callable[[], int]) -> TokenGrant | None:
        """The grant of an Authorization header, or none."""
        grant = self._seen.get(authorization or "") or self._look_up(authorization or "")
        if grant is None or (grant.expires_ms is not None and not self.is_in_time(grant, now())):
            return None
        return grant

    def _look_up(self, authorization: str) -> TokenGrant | None:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or len(token) > _LONGEST_TOKEN:
            return None
        digest = digest_of(token)
        grant = self._known.get(digest)
        if grant is None or not hmac.compare_digest(digest, grant.digest) or not self._fits(grant, token):
            return None
        # Only headers that open something are kept: each identity provider sends the same one all day.
        if len(self._seen) < _MOST_SEEN:
            self._seen[authorization] = grant
        return grant

    def is_in_time(self, grant: TokenGrant, now_ms: int) -> bool:
        """Whether a token has not expired."""
        return grant.is_valid_at(now_ms)

    def permit(self, grant: TokenGrant, method: str, path: str) -> None:
        """Refuse what is outside the scope of a token, whether or not it is there."""
        if not self.is_permitted(grant, method, path):
            raise ScimError(403, f"A {grant.scope} token has no access to this.")

    def is_permitted(self, grant: TokenGrant, method: str, path: str) -> bool:
        """Whether a scope covers a request."""
        if grant.scope is Scope.MONITORING:
            return path in (MONITORING, HEALTH)
        if path == MONITORING:
            return False
        return grant.scope is Scope.FULL or method in _READS or _is_search(method, path)

    def _fits(self, grant: TokenGrant, token: str) -> bool:
        """With a session file, a full token has to open it; one that is on its way out has been looked at before."""
        if self._opens is None or grant.pair is None or grant.expires_ms is not None:
            return True
        return self._opens(token, grant.pair)


def _is_search(method: str, path: str) -> bool:
    return method == "POST" and path.rstrip("/").endswith("/.search")
