"""Malformed requests and URLs over 64 KiB get a SCIM error instead of uvicorn's plain text."""

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bridge_ref.http.negotiation import SCIM_JSON
from bridge_ref.scim.errors import Errors, ScimError

_ANSWER = ScimError(
    400, "The HTTP request is malformed, or its URL is too long; a long query can go to .search.", "invalidSyntax"
)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn reads it, with an Error body where it would send plain text."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser refused, and end the connection."""
        body = msgspec.json.encode(Errors().render(_ANSWER))
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            f"content-type: {SCIM_JSON}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
