"""HTTP messages as the bridge sees them, before and after the wire."""

from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body, ready to be sent."""

    status: int
    headers: Headers
    body: bytes = b""


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of a header, or none; `name` in lower case, as ASGI hands names over."""
    return next((value for each, value in headers if each == name), None)
