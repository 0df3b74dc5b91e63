"""Bridges with nonsensical answers, and a driver that fails when a conversation with one does not end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.idp.provider import Barrier, Job, Lost, Wait
from harness.record.exchange import Request, Response
from tests.harness.idp.steps import answer

Bridge = Callable[[Request], Response | Lost]

HTML = Response(200, (("Content-Type", "text/html"),), b"<html><h1>Sign in</h1></html>")
ERROR_IN_200 = answer(200, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "500", "id": "1"})
DEEP = Response(200, (), b'{"id":"1","x":' + b"[" * 900 + b"]" * 900 + b"}")


def drive(plan: Iterable[Job | Barrier], bridge: Bridge, limit: int) -> list[Request | Wait]:
    """Play every job of a plan against a bridge; fails when one does not end within so many steps."""
    seen: list[Request | Wait] = []
    for job in plan:
        if isinstance(job, Job):
            seen += _drive(job, bridge, limit)
    return seen


def _drive(job: Job, bridge: Bridge, limit: int) -> list[Request | Wait]:
    seen: list[Request | Wait] = []
    try:
        step = next(job.conversation)
        while True:
            seen.append(step)
            assert len(seen) <= limit, "the conversation does not end"
            if isinstance(step, Wait):
                step = next(job.conversation)
                continue
            given = bridge(step)
            step = job.conversation.throw(given) if isinstance(given, Lost) else job.conversation.send(given)
    except StopIteration:
        return seen


NONSENSE: dict[str, Bridge] = {
    "html": lambda request: HTML,
    "error-in-200": lambda request: ERROR_IN_200,
    "empty": lambda request: Response(200),
    "empty-object": lambda request: answer(200, {}),
    "a-list": lambda request: Response(200, (), b"[]"),
    "a-number": lambda request: Response(200, (), b"7"),
    "no-id": lambda request: answer(201, {"userName": "x"}),
    "id-is-a-number": lambda request: answer(200, {"id": 7}),
    "id-is-no-text": lambda request: Response(
        200, (), b'{"id":"\\ud800","totalResults":1,"Resources":[{"id":"\\udc00"}]}'
    ),
    "deep": lambda request: DEEP,
    "huge-number": lambda request: Response(200, (), b'{"id":"1","totalResults":' + b"9" * 5000 + b"}"),
    "nothing-listed": lambda request: answer(200, {"totalResults": 3, "Resources": []}),
    "resources-are-words": lambda request: answer(200, {"totalResults": 1, "Resources": ["ada"]}),
    "resources-are-null": lambda request: answer(200, {"totalResults": 1, "Resources": None}),
    "redirect": lambda request: answer(302, None, Location="https://elsewhere.example/scim/Users"),
    "server-error": lambda request: answer(500, {"detail": "oops"}),
    "proxy": lambda request: Response(502, (), b"<html>Bad Gateway</html>"),
    "unauthorized": lambda request: answer(401, {"detail": "who are you"}),
    "throttled": lambda request: answer(429),
    "throttled-for-ever": lambda request: answer(429, None, Retry_After="9" * 400),
    "lost": lambda request: Lost("timed out"),
}
