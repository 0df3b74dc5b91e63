"""Plays situations before nobody: what they would send to a bridge that makes whatever it is asked to make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.record.exchange import Exchange, Request, Response
from harness.situations.situation import Declared, Situation, unsent


def rehearse(situation: Situation, declared: Declared, *, accepts: bool = True) -> Iterator[Request]:
    """The requests in their order. A bridge that does not accept answers 400 to everything."""
    conversation = situation.play()
    made = 0
    answer: Any = None
    while True:
        try:
            wanted = conversation.send(answer)
        except StopIteration:
            return
        answers = []
        for request in wanted if isinstance(wanted, tuple) else (wanted,):
            if not declared.takes(request):
                answers.append(unsent(request))
                continue
            yield request
            made += 1
            body = json.dumps({"id": f"id-{made}"}).encode() if accepts else b""
            answers.append(Exchange("http://bridge.example", request, Response(201 if accepts else 400, (), body)))
        answer = tuple(answers) if isinstance(wanted, tuple) else answers[0]
