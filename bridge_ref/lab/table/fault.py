"""The door of the bridge with a fault in it: what a row of a table of defects may do to requests and responses."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import RequestHeaders, Response
from bridge_ref.lab.registry import defect
from bridge_ref.lab.table.messages import Ask, Reply, read_ask, read_reply, write_ask, write_reply
from bridge_ref.lab.variants.rewriting import with_resources
from bridge_ref.runtime.service import Service
from bridge_ref.scim.catalogue import GROUP_URN, USER_URN

Fault = Callable[[Ask, "Inside"], Awaitable[Reply]]
Places = str | tuple[str, ...]
ANYWHERE = "*"
_REACH = Path(__file__).parent / "reach.toml"


class Inside:
    """The bridge behind the door: answers a request as the reference bridge does, and remembers for the fault."""

    def __init__(self, answer: Callable[[Ask], Awaitable[Reply]], memory: dict[str, Any]) -> None:
        self.answer = answer
        self.memory = memory

    async def read(self, ask: Ask, path: str = "") -> Any:
        """What a GET shows, of the resource that a request names or of another path; none where it is refused."""
        headers = tuple(pair for pair in ask.headers if pair[0] in ("authorization", "host"))
        reply = await self.answer(Ask("GET", path or ask.path, (), headers, None))
        return reply.body if reply.status == 200 else None


@lru_cache(maxsize=1)
def known_reach() -> dict[str, list[str]]:
    """What each defect may turn red beside what it breaks, by its name; with a reason where that is not plain."""
    return {name: row["rows"] for name, row in tomllib.loads(_REACH.read_text(encoding="utf-8")).items()}


def faulty(name: str, breaks: tuple[str, ...], sentence: str, on: Places, fault: Fault) -> None:
    """Register a defect at the door. `on` are patterns of `METHOD /path`, the path as below the base address."""
    places = (on,) if isinstance(on, str) else on

    class Door(ScimEndpoints):
        def __init__(self, service: Service) -> None:
            super().__init__(service)
            self._memory: dict[str, Any] = {}

        async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
            """The answer, past the fault where it is at home."""
            kept: dict[int, tuple[Reply, Response]] = {}
            asked = read_ask(method, path, query, tuple(headers), body)

            async def answer(ask: Ask) -> Reply:
                parts = (method, path, query, headers, body) if ask is asked else write_ask(ask)
                response = await super(Door, self).handle(*parts)
                reply = read_reply(response)
                kept[id(reply)] = (reply, response)
                return reply

            if not any(fnmatchcase(f"{method} {asked.path}", place) for place in places):
                return await super().handle(method, path, query, headers, body)
            reply = await fault(asked, Inside(answer, self._memory))
            return kept[id(reply)][1] if id(reply) in kept else write_reply(reply)

    Door.__doc__ = sentence
    defect(name, breaks=breaks, reach=tuple(known_reach().get(name, ())))(Door)


def door(name: str, *breaks: str, on: Places = ANYWHERE) -> Callable[[Fault], Fault]:
    """Register what stands between a request and its answer; its docstring is the fault's sentence."""

    def register(fault: Fault) -> Fault:
        faulty(name, breaks, str(fault.__doc__), on, fault)
        return fault

    return register


def asks(name: str, *breaks: str, on: Places = ANYWHERE) -> Callable[[Callable[[Ask], Ask]], Callable[[Ask], Ask]]:
    """Register a request that is read as another."""

    def register(change: Callable[[Ask], Ask]) -> Callable[[Ask], Ask]:
        async def fault(ask: Ask, inside: Inside) -> Reply:
            return await inside.answer(change(ask))

        faulty(name, breaks, str(change.__doc__), on, fault)
        return change

    return register


def replies(
    name: str,
    *breaks: str,
    on: Places = ANYWHERE,
    status: int | tuple[int, ...] | None = None,
) -> Callable[[Callable[[Ask, Reply], Reply]], Callable[[Ask, Reply], Reply]]:
    """Register an answer that is given otherwise, where it has this status."""
    wanted = (status,) if isinstance(status, int) else status

    def register(change: Callable[[Ask, Reply], Reply]) -> Callable[[Ask, Reply], Reply]:
        async def fault(ask: Ask, inside: Inside) -> Reply:
            reply = await inside.answer(ask)
            return change(ask, reply) if wanted is None or reply.status in wanted else reply

        faulty(name, breaks, str(change.__doc__), on, fault)
        return change

    return register


def shown(
    name: str,
    sentence: str,
    breaks: str | tuple[str, ...],
    change: Callable[[Any], Any],
    *,
    on: Places = ANYWHERE,
) -> None:
    """Register a body that is shown otherwise: of good answers, as a JSON value."""

    async def fault(ask: Ask, inside: Inside) -> Reply:
        reply = await inside.answer(ask)
        if not reply.is_good or reply.body is None:
            return reply
        body = change(reply.body)
        return reply if repr(body) == repr(reply.body) else reply.with_body(body)  # 1 is no true

    faulty(name, (breaks,) if isinstance(breaks, str) else breaks, sentence, on, fault)


def of_users(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """A change of every user, wherever in a body it stands."""
    return with_resources(lambda each: change(each) if USER_URN in each["schemas"] else each)


def of_groups(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """A change of every group, wherever in a body it stands."""
    return with_resources(lambda each: change(each) if GROUP_URN in each["schemas"] else each)


def of_both(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """A change of every user and every group."""
    return with_resources(change)
