"""Steps conversations by hand: sends answers, collects requests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.directory.directory import Directory
from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Json, Request, Response, parse_body

NOBODY: Json = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}


def answer(status: int, body: Json | None = None, **headers: str) -> Response:
    """A literal answer."""
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, fields, json.dumps(body).encode() if body is not None else b"")


def found(*resources: Json) -> Response:
    """A list of these resources."""
    return answer(200, {**NOBODY, "totalResults": len(resources), "Resources": list(resources)})


def play(conversation: Conversation[Any], *answers: Response | Lost) -> list[Request | Wait]:
    """Run a conversation to its end with these answers; returns everything that it yielded."""
    waiting = list(answers)
    seen: list[Request | Wait] = []
    try:
        step = next(conversation)
        while True:
            seen.append(step)
            if isinstance(step, Wait):
                step = next(conversation)
            else:
                given = waiting.pop(0)
                step = conversation.throw(given) if isinstance(given, Lost) else conversation.send(given)
    except StopIteration:
        assert not waiting, f"answers left over: {waiting}"
        return seen


def requests_of(seen: Iterable[Request | Wait]) -> list[Request]:
    """The requests among what was yielded."""
    return [step for step in seen if isinstance(step, Request)]


def lines(seen: Iterable[Request | Wait]) -> list[str]:
    """Method and target of each request."""
    return [f"{request.method} {request.target}" for request in requests_of(seen)]


def body(request: Request) -> Json:
    """The body of a request."""
    value = parse_body(request.body or b"").value
    assert isinstance(value, dict)
    return value


def jobs(plan: Iterable[Job | Barrier]) -> list[str]:
    """The keys of a plan, barriers as bars."""
    return [item.key if isinstance(item, Job) else "|" for item in plan]


def company() -> Directory:
    """An empty directory with readable addresses."""
    return Directory(seed=1, domain="marigold.example", run_id="t")
