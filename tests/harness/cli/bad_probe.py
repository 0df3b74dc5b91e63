"""A reference bridge whose probe is wrong in one way: `python bad_probe.py FAULT serve --port …`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bridge_ref.cli.main import main
from bridge_ref.endpoints import probe
from bridge_ref.endpoints.probe import ProbeEndpoints
from bridge_ref.http.message import RequestHeaders, Response

_JSON = (("content-type", "application/json"),)
NONSENSE = Response(200, (("content-type", "text/html"),), b"<h1>Welcome</h1>")


def refusing(status: int) -> Response:
    """A refusal with a reason."""
    return Response(status, _JSON, b'{"error": "not today"}')


# By fault: the part of a path, and what is answered there.
FAULTS: dict[str, tuple[str, Response]] = {
    "sign-up-409": ("/sign-up", refusing(409)),
    "sign-up-500": ("/sign-up", refusing(500)),
    "sign-up-nonsense": ("/sign-up", NONSENSE),
    "no-clock": ("/clock/advance", refusing(500)),
    "clock-lost": ("/clock/advance", refusing(500)),
    "members-nonsense": ("/members", NONSENSE),
    "mail-500": ("/mail", refusing(500)),
    "reset-409": ("/reset", refusing(409)),
}
GOOD_BEFORE = {"clock-lost": 1}  # so often it works
fault = sys.argv.pop(1)
asked = [0]
answer: Callable[..., object] = ProbeEndpoints.handle


async def answer_wrongly(
    self: ProbeEndpoints, method: str, path: str, query: str, headers: RequestHeaders, body: bytes
) -> Response:
    """Answer, but where the fault is."""
    place, wrong = FAULTS[fault]
    if path.endswith(place):
        asked[0] += 1
        if asked[0] > GOOD_BEFORE.get(fault, 0):
            return wrong
    return await answer(self, method, path, query, headers, body)  # type: ignore[misc, no-any-return]


if fault == "half":
    probe.READS = ("members",)  # type: ignore[assignment]
    probe.ACTS = ("reset",)  # type: ignore[assignment]
else:
    ProbeEndpoints.handle = answer_wrongly  # type: ignore[method-assign]
main()
