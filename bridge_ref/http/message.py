"""HTTP messages: headers, parameters, responses."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from msgspec import Struct

from bridge_ref.scim.errors import invalid_value

Headers = tuple[tuple[str, str], ...]


class Response(Struct, frozen=True):
    """Status, headers and body, ready to be sent."""

    status: int
    headers: Headers
    body: bytes = b""


class WireHeaders:
    """The headers of a request as bytes, decoded only when asked for."""

    __slots__ = ("_first", "_raw")

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw
        self._first = dict(raw[::-1])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """All headers, as text."""
        return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._raw)

    def first(self, name: bytes) -> str | None:
        """The first of that name."""
        value = self._first.get(name)
        return None if value is None else value.decode("latin-1")


RequestHeaders = Headers | WireHeaders


def header(headers: RequestHeaders, name: str) -> str | None:
    """The value of a header, or none; `name` in lower case, as ASGI hands names over."""
    if type(headers) is WireHeaders:
        return headers.first(name.encode())
    for each, value in headers:
        if each == name:
            return value
    return None


def parse_parameters(query: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a query string, bare keys included; refused if it is not UTF-8, in whatever form."""
    if not query:
        return ()
    try:
        query.encode()
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise invalid_value("The query string cannot be decoded.") from None
    return tuple(pairs)
