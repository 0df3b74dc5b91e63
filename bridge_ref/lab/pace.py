"""Defects of a bridge that is asked much in a short time."""

import time
from collections import deque
from typing import Any

from msgspec.structs import replace

from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import RequestHeaders, Response
from bridge_ref.lab.registry import defect
from bridge_ref.scim.errors import ScimError

_LOOK_UPS = 20


@defect("twenty-look-ups-a-second", breaks=("ENTRA-33",))
class TwentyLookUpsASecond(ScimEndpoints):
    """Turns away whoever looks for the same person more than twenty times within a second."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._asked: dict[str, deque[float]] = {}

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """The answer; 429 to one look-up too many."""
        if method != "GET" or "filter=" not in query:
            return await super().handle(method, path, query, headers, body)
        now = time.monotonic()
        asked = self._asked.setdefault(query, deque(maxlen=_LOOK_UPS))
        if len(asked) == _LOOK_UPS and asked[0] > now - 1.0:
            refusal = self.refuse(ScimError(429, "Too many look-ups in this second."))
            return replace(refusal, headers=(*refusal.headers, ("retry-after", "1")))
        asked.append(now)
        return await super().handle(method, path, query, headers, body)
