"""A bridge that keeps nothing and accepts everything, for dry runs and benchmarks."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable

from harness.record.exchange import Exchange, Request, Response
from harness.record.message import LIST_RESPONSE

_PASSWORD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"')
_NOBODY = Response(
    200,
    (("Content-Type", "application/scim+json"),),
    json.dumps({"schemas": [LIST_RESPONSE], "totalResults": 0, "Resources": []}).encode(),
)
_FILLED = {"authorization": "Bearer ‹token›", "host": "‹bridge›"}  # what the transport puts in
_DONE = Response(204)


class NullBridge:
    """Finds no resource, creates everything, and accepts every change; `show` gets a line for each request."""

    def __init__(self, show: Callable[[str], None] | None = None) -> None:
        self._show = show
        self._numbers = itertools.count(1)

    def send(self, request: Request) -> Exchange:
        """Answer without sending."""
        if self._show:
            self._show(render_request(request))
        return Exchange("", request, self._answer(request))

    def _answer(self, request: Request) -> Response:
        path, _, _ = request.target.partition("?")
        if request.method == "POST":
            # As long as a UUID, which most bridges give.
            return Response(201, (), b'{"id":"%s"}' % f"00000000-0000-4000-8000-{next(self._numbers):012d}".encode())
        if request.method != "GET":
            return _DONE
        if path.count("/") > 1:
            return Response(200, (), json.dumps({"id": path.rsplit("/", 1)[1], "active": True}).encode())
        return _NOBODY


def render_request(request: Request) -> str:
    """A request as a dry run shows it: method, path, headers and body; neither token nor password."""
    body = (request.body or b"").decode("utf-8", "backslashreplace")
    shown = _PASSWORD.sub(r'\1"‹password›"', body)
    headers = [f"{name}: {value or _FILLED.get(name.lower(), '')}".rstrip() for name, value in request.headers]
    if request.credential and not any(name.lower() == "authorization" for name, _ in request.headers):
        headers.append(f"Authorization: {_FILLED['authorization']}")
    return "\n    ".join((f"{request.method} {request.target}", *headers, *([shown] if shown else [])))
