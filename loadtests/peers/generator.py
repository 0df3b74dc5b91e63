"""The load generator, a process of its own that sends requests as fast as one core can and checks the answers.

It reads jobs from its input and writes outcomes to its output, each as MessagePack behind four bytes of length.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter, process_time
from typing import IO, cast

import httptools
import msgspec
import uvloop

from loadtests.peers.figures import percentile
from loadtests.peers.sequences import ExpectedRequest

# The body of one answer in this many is checked; the status of all.
_SAMPLED = 16
_TOLD = 300
_ACCEPTING_S = 0.05
# How long an answer may take, in seconds; the slowest peers need most of it for one page.
PATIENCE_S = 90.0


class Job(msgspec.Struct, array_like=True):
    """A run against one server: until the time is over or the requests are used up."""

    port: int
    connections: int
    seconds: float
    requests: list[ExpectedRequest]
    comes_round: bool


class Outcome(msgspec.Struct, array_like=True):
    """The result of a run. A `problem` (a wrong answer, or none) makes its figures worthless."""

    count: int
    wall_s: float
    p50_ms: float
    p99_ms: float
    # The share of the time for which the generator's own processor was busy.
    busy: float
    problem: str | None = None


class _Run:
    """State that the connections of one run share."""

    def __init__(self, job: Job) -> None:
        self.requests: Iterator[ExpectedRequest] = iter(cycle(job.requests) if job.comes_round else job.requests)
        self.last_at = perf_counter()
        self.ends_at = self.last_at
        self.times: list[float] = []
        self.problem: str | None = None

    def start(self, seconds: float) -> float:
        """Start the time of the run, and return when it began."""
        self.last_at = perf_counter()
        self.ends_at = self.last_at + seconds
        return self.last_at

    def next(self) -> ExpectedRequest | None:
        if self.problem is not None or perf_counter() >= self.ends_at:
            return None
        return next(self.requests, None)


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.parser = httptools.HttpResponseParser(self)
        self.chunks: list[bytes] = []
        self.request = ExpectedRequest(b"")
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(f"no HTTP: {error}")

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._fail(f"the connection was closed: {error}")

    def on_body(self, body: bytes) -> None:
        self.chunks.append(body)

    def on_message_complete(self) -> None:
        run = self.run
        run.last_at = perf_counter()
        run.times.append(run.last_at - self.sent_at)
        problem = self._problem(self.parser.get_status_code(), len(run.times))
        if problem is not None:
            self._fail(problem)
            return
        self.chunks.clear()
        self.send()

    def _problem(self, status: int, number: int) -> str | None:
        request = self.request
        is_looked_at = bool(request.wanted) and status != 204 and number % _SAMPLED == 1
        if status in request.statuses and not is_looked_at:
            return None
        body = b"".join(self.chunks)
        if status not in request.statuses:
            return f"status {status} for {_line(request)}: {body[:_TOLD]!r}"
        times = body.count(request.wanted)
        if times == request.times if request.times else times:
            return None
        return f"{request.wanted!r} {times} times in the answer to {_line(request)}: {body[:_TOLD]!r}"

    def send(self) -> None:
        """Send the next request, or end."""
        request = self.run.next()
        if request is None:
            self._end()
            return
        self.request = request
        self.sent_at = perf_counter()
        self.transport.write(request.payload)

    def _fail(self, problem: str) -> None:
        self.run.problem = self.run.problem or problem
        self._end()

    def _end(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        self.transport.close()


def _line(request: ExpectedRequest) -> str:
    return request.payload.split(b"\r\n", 1)[0].decode()


async def carry_out(job: Job) -> Outcome:
    """One run, from the first connection to the last answer."""
    run, loop = _Run(job), asyncio.get_running_loop()
    started_at, busy_s = run.last_at, process_time()
    try:
        connections = [
            (await loop.create_connection(lambda: _Connection(run), "127.0.0.1", job.port))[1]
            for _ in range(job.connections)
        ]
        # A busy server accepts connections late; without this pause the late ones would count as slow.
        await asyncio.sleep(_ACCEPTING_S)
        started_at, busy_s = run.start(job.seconds), process_time()
        for connection in connections:
            connection.send()
        async with asyncio.timeout(job.seconds + PATIENCE_S):
            await asyncio.gather(*(connection.done for connection in connections))
    except OSError as error:
        # A time-out is one too.
        run.problem = run.problem or f"no answer: {type(error).__name__}"
    busy_s = process_time() - busy_s
    times = sorted(run.times)
    return Outcome(
        len(times),
        run.last_at - started_at,
        percentile(times, 0.5) * 1000,
        percentile(times, 0.99) * 1000,
        busy_s / max(run.last_at - started_at, 0.001),
        run.problem,
    )


class Generator:
    """The handle to a generator's process."""

    def __init__(self, words: list[str]) -> None:
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, job: Job) -> Outcome:
        """Do a job in the generator's process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _write(self._process.stdin, msgspec.msgpack.encode(job))
        return msgspec.msgpack.decode(_read(self._process.stdout), type=Outcome)

    @property
    def pid(self) -> int:
        """The process id of the generator."""
        return self._process.pid

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)


def _write(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(4, "big") + content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    return pipe.read(int.from_bytes(pipe.read(4), "big"))


def main() -> None:
    """Do jobs until stdin ends."""
    while content := _read(sys.stdin.buffer):
        job = msgspec.msgpack.decode(content, type=Job)
        _write(sys.stdout.buffer, msgspec.msgpack.encode(uvloop.run(carry_out(job))))


if __name__ == "__main__":
    main()
