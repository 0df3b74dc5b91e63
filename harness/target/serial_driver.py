"""Runs the plans of a provider one request at a time, in a seeded order; for stories."""

from __future__ import annotations

import random
from collections.abc import Iterable

from harness.clock import Clock
from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Request
from harness.target.transport import Send


class SerialDriver:
    """Runs plans: serial, in an order that the seed shuffles where the provider leaves it free."""

    def __init__(self, send: Send, clock: Clock, seed: int) -> None:
        self._send = send
        self._clock = clock
        self._random = random.Random(seed)
        self.idp_waited_s = 0.0

    def run(self, plan: Iterable[Job | Barrier]) -> None:
        """Run all jobs of a plan; `idp_waited_s` grows by the longest wait between two barriers, since jobs overlap."""
        batch: list[Job] = []
        for item in plan:
            if isinstance(item, Barrier):
                self._run_batch(batch)
                batch = []
            else:
                batch.append(item)
        self._run_batch(batch)

    def _run_batch(self, jobs: list[Job]) -> None:
        queues: dict[str, list[Job]] = {}
        for job in jobs:
            queues.setdefault(job.key, []).append(job)
        keys = list(queues)
        self._random.shuffle(keys)
        waited = [sum(self.drive(job.conversation) for job in queues[key]) for key in keys]
        self.idp_waited_s += max(waited, default=0.0)

    def drive(self, conversation: Conversation[None]) -> float:
        """Run one conversation to its end and return how long the identity provider waited in it, in seconds."""
        waited = 0.0
        try:
            wanted = next(conversation)
            while True:
                if isinstance(wanted, Wait):
                    waited += self._wait(wanted)
                    wanted = next(conversation)
                else:
                    wanted = self._exchange(conversation, wanted)
        except StopIteration:
            return waited

    def _exchange(self, conversation: Conversation[None], request: Request) -> Request | Wait:
        exchange = self._send(request)
        if exchange.response is None:
            return conversation.throw(Lost(exchange.lost))
        return conversation.send(exchange.response)

    def _wait(self, wait: Wait) -> float:
        if wait.on == "idp":
            return wait.seconds
        self._clock.sleep(wait.seconds)
        return 0.0
