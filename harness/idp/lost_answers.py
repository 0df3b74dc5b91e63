"""Plans that lose chosen answers on the way back: the bridge has acted, and the provider does not know.

Stories use them for the "lost answer after POST" of docs/sources.md, row 6; `harness/target/faults.py` loses answers by
chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Request, Response


def losing(plan: Iterator[Job | Barrier], *names: str, times: int = 1) -> Iterator[Job | Barrier]:
    """The same plan, but the answers to the first `times` requests with one of these names never arrive."""
    left = [*range(times)]

    def is_chosen(request: Request) -> bool:
        return request.name in names

    for item in plan:
        yield Job(item.key, _without_answers(item.conversation, is_chosen, left)) if isinstance(item, Job) else item


def losing_at(plan: Iterator[Job | Barrier], place: int) -> Iterator[Job | Barrier]:
    """The same plan, but the answer to its request number `place`, counted from 0, never arrives."""
    before = [*range(place)]
    left = [0]

    def is_lost(request: Request) -> bool:
        if before:
            before.pop()
            return False
        return True

    for item in plan:
        yield Job(item.key, _without_answers(item.conversation, is_lost, left)) if isinstance(item, Job) else item


def _without_answers(
    conversation: Conversation[None], is_lost: Callable[[Request], bool], left: list[int]
) -> Conversation[None]:
    try:
        step: Request | Wait = next(conversation)
        while True:
            if isinstance(step, Wait):
                yield step
                step = next(conversation)
                continue
            try:
                answer: Response | Lost = yield step
            except Lost as lost:
                answer = lost
            if left and is_lost(step):
                left.pop()
                answer = Lost("the answer was lost on purpose")
            step = conversation.throw(answer) if isinstance(answer, Lost) else conversation.send(answer)
    except StopIteration:
        return
