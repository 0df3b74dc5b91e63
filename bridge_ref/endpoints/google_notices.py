"""The endpoint for Google's push notices, which carry no SCIM token and only hasten the next sync."""

from bridge_ref.http.app import Handler
from bridge_ref.http.message import RequestHeaders, Response, header
from bridge_ref.runtime.service import Service
from bridge_ref.storage.store import StoreUnavailableError

PATH = "/google/notices"
_PLAIN = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))


class GoogleNotices:
    """A handler of requests, with the endpoint for notices beside it while the service has a pull."""

    def __init__(self, handler: Handler, service: Service) -> None:
        self._handler = handler
        self._service = service

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request; of a notice nothing but its headers is looked at."""
        pull = self._service.pull
        if path != PATH or pull is None:
            return await self._handler.handle(method, path, query, headers, body)
        if method != "POST":
            return Response(405, (*_PLAIN, ("allow", "POST")))
        channel_id, token, state = (header(headers, f"x-goog-{each}") or "" for each in _NAMES)
        try:
            is_known = await pull.notice(channel_id, token, state)
        except StoreUnavailableError:
            return Response(503, (*_PLAIN, ("retry-after", "5")))
        return Response(200 if is_known else 403, _PLAIN)

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return self._handler.refuse_body()


_NAMES = ("channel-id", "channel-token", "resource-state")
