"""Runs the plans of a provider with several jobs at once, in bounded memory and time, against bridges of any size.

All conversations are stepped in one thread, so providers know nothing of threads; only requests are sent in others.
With `parallel=1` there are no others, and requests always keep the order of the plan.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from harness.clock import Clock, SystemClock, VirtualClock
from harness.idp.provider import Barrier, Conversation, Job, Lost, Wait
from harness.record.exchange import Exchange, Request, Response
from harness.target.transport import Send

PATIENCE_S = 120.0  # ours: how long one plan waits for a bridge that answers 429, all waits together
REQUESTS_PER_JOB = 10_000  # ours: a push of two million members in Okta's batches stays below it
LOST_IN_A_ROW = 10  # ours: after this many, the bridge counts as gone
PARKED_JOBS = 1_000  # jobs that wait for an earlier one of the same key
LONG_WAIT_S = 60.0  # a job that waits longer gives its place to another
LONG_WAITERS = 10_000


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A job, or a whole plan (`key` is empty), that was ended because the bridge would not let it come to an end."""

    key: str
    why: str


@dataclass(slots=True, eq=False)
class _Running:
    key: str
    conversation: Conversation[None]
    requests: int = 0
    has_place: bool = True


_Heard = Response | Lost | None


class ParallelDriver:
    """Runs jobs side by side, serial per key. `make_send` is called once for each sender: one connection each.

    Waits of the identity provider move `clock`; waits for the bridge are spent on `real`, and bounded. What a bridge
    makes impossible ends in `given_up`, never in an exception.
    """

    def __init__(
        self,
        make_send: Callable[[], Send],
        clock: VirtualClock,
        *,
        parallel: int = 1,
        patience_s: float = PATIENCE_S,
        real: Clock | None = None,
        watch: Callable[[Exchange], None] = lambda exchange: None,
    ) -> None:
        self.given_up: list[GivenUp] = []
        self.clock = clock
        self.waited_for_bridge_s = 0.0
        self._parallel = max(1, parallel)
        self._patience_s = patience_s
        self._real = real or SystemClock()
        self._watch = watch
        self._senders = _Senders(make_send)
        self._pool = ThreadPoolExecutor(self._parallel, "sender") if self._parallel > 1 else None
        self._lost_in_a_row = 0
        self._reset(iter(()))

    @property
    def waiting_jobs(self) -> int:
        """How many jobs are under way or parked: the queue as a live view shows it."""
        return self._running + self._parked

    def run(self, plan: Iterable[Job | Barrier]) -> None:
        """Run a plan to its end, or to where the bridge makes going on pointless (`given_up` tells)."""
        self._reset(iter(plan))
        while not self._stopped:
            self._start_jobs()
            if self._ready:
                self._step(*self._ready.popleft())
            elif self._flying:
                self._land()
            elif not self._let_time_pass():
                break
        self._abandon()

    def close(self) -> None:
        """End the senders. What is under way after an interruption is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=not self._flying, cancel_futures=True)

    @property
    def _is_alone(self) -> bool:
        # Nobody else could do anything meanwhile: then a short wait of the provider is time that simply passes.
        return self._pool is None and self._running == 1 and not self._parked

    def _reset(self, items: Iterator[Job | Barrier]) -> None:
        self._items = items
        self._is_exhausted = self._is_at_barrier = False
        self._stopped = ""
        self._running = self._places = self._parked = self._count = 0
        self._waited = 0.0
        self._ready: deque[tuple[_Running, _Heard]] = deque()
        self._flying: dict[Future[Exchange], _Running] = {}
        self._idp_sleepers: list[tuple[float, int, _Running]] = []
        self._bridge_sleepers: list[tuple[float, int, _Running]] = []
        self._queues: dict[str, deque[Job] | None] = {}

    def _start_jobs(self) -> None:
        while self._places < self._parallel and self._parked < PARKED_JOBS and not self._is_exhausted:
            if self._is_at_barrier and self._running:
                return
            if self._running - self._places >= LONG_WAITERS:
                return
            self._is_at_barrier = False
            item = next(self._items, None)
            if item is None:
                self._is_exhausted = True
            elif isinstance(item, Barrier):
                self._is_at_barrier = True
            elif item.key in self._queues:
                self._queues[item.key] = queue = self._queues[item.key] or deque()
                queue.append(item)
                self._parked += 1
            else:
                self._queues[item.key] = None
                self._begin(item)

    def _begin(self, job: Job) -> None:
        self._running += 1
        self._places += 1
        self._ready.append((_Running(job.key, job.conversation), None))

    def _step(self, task: _Running, answer: _Heard) -> None:
        """Go on with a job until it ends or waits; when nothing happens beside it, right through its requests."""
        while True:
            try:
                if answer is None:
                    wanted = next(task.conversation)
                elif isinstance(answer, Lost):
                    wanted = task.conversation.throw(answer)
                else:
                    wanted = task.conversation.send(answer)
            except StopIteration:
                self._end(task)
                return
            if isinstance(wanted, Wait):
                if self._is_alone and wanted.on == "idp" and wanted.seconds <= LONG_WAIT_S:
                    self.clock.sleep(wanted.seconds)
                    answer = None
                    continue
                (self._sleep_on_idp if wanted.on == "idp" else self._sleep_on_bridge)(task, wanted)
                return
            task.requests += 1
            if task.requests > REQUESTS_PER_JOB:
                self._give_up(task, f"more than {REQUESTS_PER_JOB:,} requests in one job")
                return
            if self._pool is not None:
                self._flying[self._pool.submit(self._senders.send, wanted)] = task
                return
            answer = self._heard(self._senders.send(wanted))
            if self._stopped:
                self._ready.append((task, answer))
                return

    def _heard(self, exchange: Exchange) -> Response | Lost:
        self._watch(exchange)
        if exchange.response is not None:
            self._lost_in_a_row = 0
            return exchange.response
        # A fault that we made ourselves says nothing about the bridge.
        self._lost_in_a_row += 0 if exchange.fault else 1
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            self._stop(f"{LOST_IN_A_ROW} answers in a row did not come: {exchange.lost}")
        return Lost(exchange.lost)

    def _land(self) -> None:
        timeout = None
        if self._bridge_sleepers:
            timeout = max(0.0, self._bridge_sleepers[0][0] - self._real.now())
        done, _ = wait(self._flying, timeout, FIRST_COMPLETED)
        for future in sorted(done, key=lambda each: self._flying[each].key):
            self._ready.append((self._flying.pop(future), self._heard(future.result())))
        self._wake_for_bridge()

    def _sleep_on_idp(self, task: _Running, wanted: Wait) -> None:
        self._count += 1
        if wanted.seconds > LONG_WAIT_S and task.has_place:
            task.has_place = False
            self._places -= 1
        heapq.heappush(self._idp_sleepers, (self.clock.now() + wanted.seconds, self._count, task))

    def _sleep_on_bridge(self, task: _Running, wanted: Wait) -> None:
        if self._waited + wanted.seconds > self._patience_s:
            self._give_up(
                task, f"the bridge asks for {wanted.seconds:.0f} s more; {self._patience_s:.0f} s are allowed"
            )
            self._stop(f"the bridge keeps us waiting: {self._waited:.0f} s in this cycle, and asks for more")
            return
        self._count += 1
        heapq.heappush(self._bridge_sleepers, (self._real.now() + wanted.seconds, self._count, task))

    def _let_time_pass(self) -> bool:
        """Move on to what comes next: the bridge's time first, since it is real. False when nothing is left."""
        if self._bridge_sleepers:
            pause = max(0.0, self._bridge_sleepers[0][0] - self._real.now())
            self._real.sleep(pause)
            self._waited += pause
            self.waited_for_bridge_s += pause
            self._wake_for_bridge(at_least_one=True)
            return True
        if self._idp_sleepers:
            at = self._idp_sleepers[0][0]
            self.clock.sleep(at - self.clock.now())
            while self._idp_sleepers and self._idp_sleepers[0][0] <= at:
                self._ready.append((heapq.heappop(self._idp_sleepers)[2], None))
            return True
        return not (self._is_exhausted and self._running == 0)

    def _wake_for_bridge(self, at_least_one: bool = False) -> None:
        now = self._real.now()
        while self._bridge_sleepers and (at_least_one or self._bridge_sleepers[0][0] <= now):
            self._ready.append((heapq.heappop(self._bridge_sleepers)[2], None))
            at_least_one = False

    def _end(self, task: _Running) -> None:
        self._running -= 1
        self._places -= task.has_place
        queue = self._queues[task.key]
        if queue:
            self._parked -= 1
            self._begin(queue.popleft())
        else:
            del self._queues[task.key]

    def _give_up(self, task: _Running, why: str) -> None:
        task.conversation.close()
        self.given_up.append(GivenUp(task.key, why))
        self._end(task)

    def _stop(self, why: str) -> None:
        if not self._stopped:
            self._stopped = why
            self.given_up.append(GivenUp("", why))

    def _abandon(self) -> None:
        # What is still under way is waited for, so that no request of this plan runs into the next one.
        wait(self._flying)
        for future in self._flying:
            self._watch(future.result())
        left = [*self._flying.values(), *(task for task, _ in self._ready)]
        left += [task for _, _, task in (*self._idp_sleepers, *self._bridge_sleepers)]
        for task in left:
            task.conversation.close()
        for queue in self._queues.values():
            for job in queue or ():
                job.conversation.close()
        self._reset(iter(()))


class _Senders:
    """One sender for each thread, made when it first sends."""

    def __init__(self, make_send: Callable[[], Send]) -> None:
        self._make = make_send
        self._own = threading.local()

    def send(self, request: Request) -> Exchange:
        """Send by this thread's own sender."""
        try:
            send: Send = self._own.send
        except AttributeError:
            send = self._own.send = self._make()
        return send(request)
