"""Memory benchmarks: a bridge with many users, and the cost of an open, idle connection."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection

from loadtests.peers import sequences
from loadtests.peers.figures import Figure, figure
from loadtests.peers.fleet import Fleet
from loadtests.peers.generator import Job
from loadtests.peers.rounds import VoidError
from loadtests.peers.servers import Server

_ROUNDS = 3
_WARM_UP = 300
_LIMIT_MB = 150
_LIMIT_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes by number of users, kilobytes per idle connection of both servers, and the ratio of the latter."""

    megabytes: dict[int, float]
    bridge_kb: Figure
    bare_kb: Figure
    ratio: Figure


def measure_memory(fleet: Fleet) -> Memory:
    """Both measurements. Raises VoidError."""
    megabytes = {users: _megabytes(fleet, users) for users in fleet.scale.growth}
    pairs = [
        (_per_connection(fleet, fleet.fresh_bridge), _per_connection(fleet, fleet.fresh_bare)) for _ in range(_ROUNDS)
    ]
    bridge, bare = figure(a for a, _ in pairs), figure(b for _, b in pairs)
    ratio = figure(a / b for a, b in pairs if b > 0)
    if bridge is None or bare is None or ratio is None:
        raise VoidError("idle connections took no memory that could be seen")
    return Memory(megabytes, bridge, bare, ratio)


def is_met(memory: Memory) -> tuple[bool, bool]:
    """Whether the goals are met: at the largest number of users, and for idle connections."""
    return memory.megabytes[max(memory.megabytes)] <= _LIMIT_MB, memory.ratio.middle <= _LIMIT_RATIO


def _megabytes(fleet: Fleet, users: int) -> float:
    """Memory after reads of every kind, since unread users take none."""
    server = fleet.grown(users)
    played = [
        sequences.get_users(server.address, range(users)),
        sequences.find_users(server.address, range(users)),
        sequences.read_pages(server.address, 1, users - 99),
    ]
    for sequence in played:
        job = Job(server.address.port, 64, fleet.scale.seconds, sequence.take(5000), sequence.period is not None)
        outcome = fleet.generator.run(job)
        if outcome.problem is not None:
            raise VoidError(outcome.problem)
    return server.anonymous_kb() / 1024


def _per_connection(fleet: Fleet, start: Callable[[], Server]) -> float:
    """Kilobytes per connection that has sent one request and stays open, on a server that is warm."""
    server = start()
    _hold(server, 1, _WARM_UP)
    before_kb = server.anonymous_kb()
    held = _hold(server, fleet.scale.idle, 1)
    grown_kb = server.anonymous_kb() - before_kb
    for connection in held:
        connection.close()
    server.close()
    return grown_kb / fleet.scale.idle


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
