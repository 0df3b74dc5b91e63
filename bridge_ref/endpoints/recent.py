"""A bounded ring of recent requests without personal data, for the requests page."""

from collections import deque
from time import time

from msgspec import Struct
from msgspec.structs import replace

# Enough for a sync of a small company; older ones are in the log, if there is one.
MOST = 500


class Seen(Struct, frozen=True):
    """One request: when it was answered by the machine's time, and how; `idp` is a guess."""

    at_s: float
    method: str
    path: str
    status: int
    duration_s: float
    idp: str | None
    request_id: str | None


class Recent:
    """The last requests of one process."""

    def __init__(self) -> None:
        self._ring: deque[tuple[float, str, str, int, float, str | None, str | None]] = deque(maxlen=MOST)

    def note(
        self,
        method: str,
        template: str,
        status: int,
        duration_s: float,
        idp: str | None,
        request_id: str | None = None,
    ) -> None:
        """Note one answered request; on the hot path, so it only appends."""
        self._ring.append((time(), method, template, status, duration_s, idp, request_id))

    def newest(self) -> list[Seen]:
        """All requests, newest first, without those for pages."""
        found = [Seen(*each) for each in reversed(self._ring) if not each[2].startswith("/app")]
        return [each if _is_sane(each.method) else replace(each, method="other") for each in found]


def _is_sane(method: str) -> bool:
    return method.isascii() and method.isalpha() and len(method) < 16
