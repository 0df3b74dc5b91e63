"""Who may speak to the bridge: one bearer token. RFC 6750, RFC 7644 section 2."""

import hmac

from bridge_ref.http.message import RequestHeaders, header
from bridge_ref.scim.errors import ScimError

MIN_TOKEN_LENGTH = 8


class Auth:
    """Compares bearer tokens, in a time that tells nothing about them."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def check(self, headers: RequestHeaders) -> None:
        """Refuse a request without the right token.

        Source: RFC7644-2-04, RFC7644-3.12-09, OKTA-27
        """
        if not self.is_right(header(headers, "authorization")):
            raise ScimError(401, "A valid bearer token is required.")

    def is_right(self, authorization: str | None) -> bool:
        """Whether an Authorization header carries the token."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(token.strip().encode(errors="replace"), self._token)
