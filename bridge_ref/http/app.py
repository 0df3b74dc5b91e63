"""The ASGI application around any handler of requests."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from bridge_ref.http.message import RequestHeaders, Response, WireHeaders

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


class Handler(Protocol):
    """A handler of requests."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        ...

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        ...


class App:
    """An ASGI application for one handler; a body above the limit is not read to its end."""

    def __init__(self, handler: Handler, max_body_bytes: int) -> None:
        self._handler = handler
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            raise RuntimeError(f"a bridge speaks HTTP, not {scope['type']}")
        headers = WireHeaders(scope["headers"])
        is_read = scope["method"] in ("GET", "HEAD")  # what comes with these is not looked at
        body = b"" if is_read else await self._read(headers, receive)
        if body is None:
            response = self._handler.refuse_body()
        else:
            query = scope["query_string"].decode("utf-8", "surrogateescape")
            response = await self._handler.handle(scope["method"], scope["path"], query, headers, body)
        await self._send(scope["method"], response, send, is_last=body is None)

    async def _read(self, headers: WireHeaders, receive: _Receive) -> bytes | None:
        length = headers.first(b"content-length") or ""
        if length.isdigit() and int(length[:20]) > self._max_body_bytes:
            return None
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max_body_bytes:
                return None
            more = message.get("more_body", False)
        return b"".join(chunks)

    async def _send(self, method: str, response: Response, send: _Send, is_last: bool) -> None:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        is_chunked = any(name == b"transfer-encoding" for name, _ in headers)
        if response.status != 204 and not is_chunked:
            headers.append((b"content-length", str(len(response.body)).encode()))
        if is_last:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        body = b"" if method == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})
