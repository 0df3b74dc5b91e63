"""A SCIM answer, before it is an HTTP response."""

from typing import Any

from msgspec import Struct


class Answer(Struct, frozen=True):
    """An answer before it is bytes."""

    status: int
    body: Any = None
    location: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
