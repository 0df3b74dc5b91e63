"""How a server answers over HTTP: framing, labels, load, what is open without a token."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from msgspec.structs import replace

from bridge_ref.decisions.router import Router
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import Headers, RequestHeaders, Response
from bridge_ref.http.negotiation import SCIM_JSON, Negotiation
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.rewriting import dressed
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.errors import ScimError

_OPEN = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")
_EVERY = 300  # requests, of which the last is put off


def _in_chunks(response: Response) -> Response:
    if not response.body or response.status in (204, 304):
        return response
    return replace(response, headers=(*response.headers, ("transfer-encoding", "chunked")))


def _headers_in_capitals(response: Response) -> Response:
    return replace(response, headers=tuple((name.upper(), value) for name, value in response.headers))


def _in_english(response: Response) -> Response:
    return replace(response, headers=(*response.headers, ("content-language", "en-GB"), ("allow", "GET")))


class MediaTypeWithParameters(Negotiation):
    """Writes the media type with a parameter that is not its own, and the encoding after it."""

    def content_type(self) -> str:
        """The label of an answer."""
        return f'{SCIM_JSON} ; profile="urn:example:scim" ; charset=UTF-8'


class ChallengeInSmallLetters(Negotiation):
    """Names the scheme of authentication in small letters, and a scope."""

    def challenge(self) -> Headers:
        """What a client without a token is told."""
        return (("www-authenticate", 'bearer realm="example", scope="scim"'),)


class DiscoveryIsOpen(ScimEndpoints):
    """Shows the three discovery documents without a token."""

    def authorize(self, method: str, path: str, headers: RequestHeaders) -> None:
        """Ask for a token where it is not about discovery."""
        if not any(open_path in path for open_path in _OPEN):
            super().authorize(method, path, headers)


def _put_off(status: int, retry_after: Callable[[], str]) -> type[ScimEndpoints]:
    class PutOff(ScimEndpoints):
        """Puts off every so many requests, and says when to come again."""

        count = 0

        async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
            """The answer, or the wish to be asked again."""
            self.count += 1
            if self.count % _EVERY:
                return await super().handle(method, path, query, headers, body)
            refused = self.refuse(ScimError(status, "There is too much to do; come again."))
            kept = tuple(each for each in refused.headers if each[0] != "retry-after")
            return replace(refused, headers=(*kept, ("retry-after", retry_after())))

    return PutOff


def _in_a_second() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)


class MeIsForbidden(Router):
    """Has no user behind the token, and says that /Me is not for it."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 403 for /Me."""
        if segments[:1] == ("Me",):
            raise ScimError(403, "This token stands for no user.")
        return super().allowed(segments)


variant("answers-in-chunks", "Sends bodies in chunks, without their length.", "RFC9112 7.1", dressed(_in_chunks))
variant("headers-in-capitals", "Writes the names of headers in capitals.", "RFC9110 5.1", dressed(_headers_in_capitals))
variant("headers-beside", "Tells the language of answers and a method.", "RFC9110 8.5, 10.2.1", dressed(_in_english))
variant(
    "media-type-with-parameters",
    "Writes the media type with parameters of its own.",
    "RFC9110 8.3.1",
    MediaTypeWithParameters,
)
variant(
    "challenge-in-small-letters",
    "Names the scheme of authentication in small letters.",
    "RFC9110 11.1, 11.6.1",
    ChallengeInSmallLetters,
)
variant("discovery-is-open", "Shows the discovery documents without a token.", "RFC7644 2, 4", DiscoveryIsOpen)
variant("me-is-forbidden", "Answers /Me with 403.", "RFC7644 3.11, 3.12", MeIsForbidden)
variant(
    "put-off-for-a-second",
    "Puts off one of three hundred requests by 429, for a second.",
    "RFC6585 4; RFC9110 10.2.3",
    _put_off(429, lambda: "1"),
    reach=VENDORS,
)
variant(
    "put-off-until-a-time",
    "Puts off one of three hundred requests by 429, until a time of day.",
    "RFC6585 4; RFC9110 10.2.3",
    _put_off(429, _in_a_second),
    reach=VENDORS,
)
variant(
    "now-and-then-not-available",
    "Is not available to one of three hundred requests: 503, for a second.",
    "RFC9110 15.6.4, 10.2.3",
    _put_off(503, lambda: "1"),
    reach=VENDORS,
)
