"""Anonymous memory: with many users in the store, and for each connection that is open and idle."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection

from loadtests.peers import asks
from loadtests.peers.figures import Figure, figure
from loadtests.peers.generator import Job
from loadtests.peers.rounds import VoidError
from loadtests.peers.servers import Server
from loadtests.peers.stage import Stage

_ROUNDS = 3
_WARM_UP = 300
_LIMIT_MB = 150
_LIMIT_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes by number of users, kilobytes for each idle connection, and the ratio of the latter."""

    megabytes: dict[int, float]
    bridge_kb: Figure
    bare_kb: Figure
    ratio: Figure


def measure_memory(stage: Stage) -> Memory:
    """Both measurements. Raises VoidError."""
    megabytes = {users: _megabytes(stage, users) for users in stage.scale.growth}
    pairs = [
        (_per_connection(stage, stage.fresh_bridge), _per_connection(stage, stage.fresh_bare)) for _ in range(_ROUNDS)
    ]
    bridge, bare = figure(a for a, _ in pairs), figure(b for _, b in pairs)
    ratio = figure(a / b for a, b in pairs if b > 0)
    if bridge is None or bare is None or ratio is None:
        raise VoidError("idle connections took no memory that could be seen")
    return Memory(megabytes, bridge, bare, ratio)


def is_met(memory: Memory) -> tuple[bool, bool]:
    """Whether the goals are met: at the largest number of users, and for idle connections."""
    return memory.megabytes[max(memory.megabytes)] <= _LIMIT_MB, memory.ratio.middle <= _LIMIT_RATIO


def _megabytes(stage: Stage, users: int) -> float:
    """After reads of every kind: what a bridge has never looked at takes no memory."""
    server = stage.grown(users)
    scripts = [
        asks.get_users(server.address, range(users)),
        asks.find_users(server.address, range(users)),
        asks.read_pages(server.address, 1, users - 99),
    ]
    for script in scripts:
        job = Job(server.address.port, 64, stage.scale.seconds, script.take(5000), script.period is not None)
        outcome = stage.generator.run(job)
        if outcome.problem is not None:
            raise VoidError(outcome.problem)
    return server.anonymous_kb() / 1024


def _per_connection(stage: Stage, start: Callable[[], Server]) -> float:
    """Kilobytes for each connection that has asked once and stays, on a server that was used before."""
    server = start()
    _hold(server, 1, _WARM_UP)
    before_kb = server.anonymous_kb()
    held = _hold(server, stage.scale.idle, 1)
    grown_kb = server.anonymous_kb() - before_kb
    for connection in held:
        connection.close()
    server.close()
    return grown_kb / stage.scale.idle


def _hold(server: Server, connections: int, requests: int) -> list[HTTPConnection]:
    held = [HTTPConnection("127.0.0.1", server.address.port, timeout=30) for _ in range(connections)]
    for connection in held:
        for _ in range(requests):
            connection.request("GET", f"{server.address.base}/ServiceProviderConfig", headers=server.address.headers())
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise VoidError(f"status {response.status} on a connection that was to stay open")
    return held
