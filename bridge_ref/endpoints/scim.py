"""SCIM over HTTP: parse a request, have it decided, and render the answer or the error."""

import logging
from typing import Any

from msgspec.structs import replace

from bridge_ref.decisions.router import BULK, Request
from bridge_ref.http.body import parse_body
from bridge_ref.http.message import Headers, RequestHeaders, Response, header, parse_parameters
from bridge_ref.runtime.service import Service
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import MethodError, ScimError
from bridge_ref.storage.store import StoreUnavailableError

log = logging.getLogger("bridge_ref")

# Seconds, for an IdP to come back after; long enough for a database to be restarted.
RETRY_AFTER_S = "5"


class ScimEndpoints:
    """Answers every path under `/scim`."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._parts = service.parts

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request: load, decide, commit, and only then speak."""
        try:
            answer = await self._answer(method, path, query, headers, body)
        except ScimError as error:
            answer = self._refuse(error)
        except StoreUnavailableError as error:
            log.error("the store is not available: %s", error)
            answer = self._refuse(ScimError(503, "The store is not available; try again later."))
        except Exception:
            log.exception("a request failed")
            answer = self._refuse(ScimError(500, "Internal error; the log of the bridge has the details."))
        return self.respond(answer)

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        limit = self._parts.settings.limits.max_body_bytes
        return self.respond(self._refuse(ScimError(413, f"Bodies can have at most {limit} bytes.")))

    def authorize(self, method: str, path: str, headers: RequestHeaders) -> None:
        """Refuse a request without a token, or with one that does not open this."""
        auth = self._parts.auth
        auth.permit(auth.check(headers, self._service.clock.now_ms), method, path)

    async def _answer(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Answer:
        self.authorize(method, path, headers)
        self._service.check_open()
        return await self._service.answer(self._request(method, path, query, headers, body))

    def _request(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Request:
        self._parts.negotiation.check_accept(headers)
        segments = self._parts.router.resolve(_segments(path))
        if method == "HEAD" and "GET" in self._parts.router.allowed(segments):
            method = "GET"
        request = self._parts.router.make_request(method, segments)
        content: Any = None
        if method in ("POST", "PUT", "PATCH"):
            self._parts.negotiation.check_body(headers)
            if segments == BULK:
                self._parts.bulk.check_size(len(body))
            content = parse_body(body, self._parts.settings.limits)
        conditions = self._parts.etags.parse(header(headers, "if-match"), header(headers, "if-none-match"))
        return replace(request, parameters=parse_parameters(query), body=content, conditions=conditions)

    def refuse(self, error: ScimError) -> Response:
        """An error as a response."""
        return self.respond(self._refuse(error))

    def _refuse(self, error: ScimError) -> Answer:
        headers: Headers = ()
        if error.status == 401:
            headers = self._parts.negotiation.challenge()
        if error.status == 503:
            headers = (("retry-after", RETRY_AFTER_S),)
        if isinstance(error, MethodError):
            headers = (("allow", ", ".join(error.allowed)),)
        return Answer(error.status, self._parts.errors.render(error), None, headers)

    def respond(self, answer: Answer) -> Response:
        """The answer as an HTTP response."""
        headers = [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), *answer.headers]
        if answer.location is not None:
            headers += [("location", answer.location), ("content-location", answer.location)]
        if answer.etag is not None:
            headers.append(("etag", answer.etag))
        if answer.body is None:
            return Response(answer.status, tuple(headers))
        headers.append(("content-type", self._parts.negotiation.content_type()))
        return Response(answer.status, tuple(headers), self._parts.negotiation.encode(answer.body))


def _segments(path: str) -> tuple[str, ...]:
    parts = path.removesuffix("/").split("/")
    if parts[:2] == ["", "scim"]:
        return tuple(parts[3:] if parts[2:3] == ["v2"] else parts[2:])
    raise ScimError(404, "Not found; SCIM is served under /scim/v2.")
