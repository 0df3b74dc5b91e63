"""A bridge that a test bench has taken offline: what stands before it answers 503, and the account goes on."""

from bridge_ref.http.app import Handler
from bridge_ref.http.message import RequestHeaders, Response
from bridge_ref.runtime.service import Service

_DOWN = Response(
    503, (("content-type", "text/plain; charset=utf-8"), ("connection", "close")), b"There is no bridge.\n"
)


class Outage:
    """Hands requests on while the bridge is online."""

    def __init__(self, handler: Handler, service: Service) -> None:
        self._handler = handler
        self._service = service

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        if self._service.is_offline:
            return _DOWN
        return await self._handler.handle(method, path, query, headers, body)

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return self._handler.refuse_body()
