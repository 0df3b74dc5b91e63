"""The operations of a benchmark, each as its table: who takes part, and which goal stands beside it."""

from collections.abc import Callable, Sequence
from functools import partial

from loadtests.peers import asks
from loadtests.peers.asks import Script
from loadtests.peers.exchange import read
from loadtests.peers.figures import (
    Goal,
    cost_ratio,
    cost_spread,
    p99_ms,
    rate,
    rate_ratio,
    ratio_to_best,
    speed_ratio,
)
from loadtests.peers.people import group_id, is_gone, user_id
from loadtests.peers.postgres import CONNECTIONS, BareContender
from loadtests.peers.rounds import Contender, HttpContender, Operation
from loadtests.peers.servers import Server
from loadtests.peers.stage import PEERS, SPARE, Stage, answer_for_bare

BRIDGE = "bridge"
BARE = "bare uvicorn"
SINGLY = "a commit each"
FEW, MANY = 16, 64
# Peers need seconds for some requests: over many connections a run would never end.
ONE = 1
# How many users are looked at after they were changed.
_LOOKED_AT = 25


def get_by_id(stage: Stage) -> Operation:
    """GET of one user."""
    bridge, users = stage.bridge(), stage.scale.users
    bare = stage.bare(answer_for_bare(bridge, f"/Users/{user_id(users // 2)}"))
    contenders = [
        _contender(stage, BRIDGE, bridge, asks.get_users(bridge.address, range(users)), FEW),
        _contender(stage, BARE, bare, asks.get_anything(bare.address), FEW),
        *_peers(stage, lambda peer: asks.get_users(peer.address, range(stage.scale.peer_users)), FEW),
    ]
    goals = [
        Goal("bridge / bare uvicorn", rate_ratio(BRIDGE, BARE), "at least", 0.5),
        Goal("bridge / best peer", ratio_to_best(BRIDGE, PEERS), "at least", 10),
    ]
    return Operation("get", f"GET a user by id, authenticated, {users:,} users", contenders, goals, _about_peers(stage))


def filter_user_name(stage: Stage) -> Operation:
    """GET with a filter for one userName."""
    bridge, users, growth = stage.bridge(), stage.scale.users, stage.scale.growth
    contenders = [
        _contender(stage, BRIDGE, bridge, asks.find_users(bridge.address, range(users)), FEW),
        *_peers(stage, lambda peer: asks.find_users(peer.address, range(stage.scale.peer_users)), FEW),
    ]
    for size in growth:
        grown = stage.grown(size)
        contenders.append(_contender(stage, _of(size), grown, asks.find_users(grown.address, range(size)), FEW))
    goals = [
        Goal("bridge / best peer", ratio_to_best(BRIDGE, PEERS), "at least", 15),
        Goal(
            f"cost at {growth[-1]:,} users / at {growth[0]:,}",
            cost_ratio(_of(growth[-1]), _of(growth[0])),
            "at most",
            1.3,
        ),
    ]
    title = f"filter userName eq, never the same text twice, {users:,} users"
    notes = ["“n users” are bridges of other sizes, without groups.", *_about_peers(stage)]
    return Operation("filter", title, contenders, goals, notes)


def create(stage: Stage) -> Operation:
    """POST of users, beside memory-only peers."""
    bridge = stage.bridge()
    script = asks.create_users(bridge.address)
    contenders = [
        _contender(stage, BRIDGE, bridge, script, FEW),
        *_peers(stage, lambda peer: asks.create_users(peer.address), FEW),
    ]
    goals = [Goal("bridge / best memory-only peer", ratio_to_best(BRIDGE, PEERS), "at least", 6)]
    before = read(bridge.address, "/Users?count=0")["totalResults"]
    checks = [lambda: _has_users(bridge, before + script.position)]
    return Operation("post", "POST a user, 16 connections", contenders, goals, _about_writes(stage), checks)


def switch(stage: Stage) -> Operation:
    """PATCH of active, beside memory-only peers."""
    # One half of the directory; the other is for `switch_many`, so that no request finds its work done.
    bridge, users = stage.bridge(), stage.scale.users // 2
    script = asks.switch_users(bridge.address, range(users))
    contenders = [
        _contender(stage, BRIDGE, bridge, script, FEW),
        *_peers(stage, lambda peer: asks.switch_users(peer.address, range(stage.scale.peer_users)), FEW),
    ]
    goals = [Goal("bridge / best memory-only peer", ratio_to_best(BRIDGE, PEERS), "at least", 8)]
    checks = [lambda: _is_switched(bridge, script, users)]
    return Operation("patch", "PATCH active, 16 connections", contenders, goals, _about_writes(stage), checks)


def create_many(stage: Stage) -> Operation:
    """POST over many connections, with shared commits and without."""
    title = "POST a user, 64 connections"
    return _many(stage, "post64", title, lambda server: asks.create_users(server.address, "m"))


def switch_many(stage: Stage) -> Operation:
    """PATCH over many connections, with shared commits and without."""
    numbers = range(stage.scale.users // 2, stage.scale.users)
    title = "PATCH active, 64 connections"
    return _many(stage, "patch64", title, lambda server: asks.switch_users(server.address, numbers))


def _many(stage: Stage, key: str, title: str, script: Callable[[Server], Script]) -> Operation:
    bridge, singly = stage.bridge(), stage.single_commits()
    contenders = [
        _contender(stage, BRIDGE, bridge, script(bridge), MANY),
        _contender(stage, SINGLY, singly, script(singly), MANY),
    ]
    goals = [
        Goal("p99 of the bridge in ms", p99_ms(BRIDGE), "at most", 40),
        Goal("bridge / a commit each, by the clock", speed_ratio(BRIDGE, SINGLY), "at least", 2),
    ]
    notes = [
        "“A commit each” is our bridge with a commit after every change set, which is no option of the product.",
        "Waiting for the disk takes no processor time, so this ratio is one of requests per second of the clock.",
    ]
    return Operation(key, title, contenders, goals, notes)


def members(stage: Stage) -> Operation:
    """PATCH that adds or removes one member."""
    bridge, scale = stage.bridge(), stage.scale
    spare = range(scale.users, scale.users + SPARE)
    contenders: list[Contender] = []
    checks = []
    for size in scale.groups:
        script = asks.move_members(bridge.address, size, spare)
        contenders.append(_contender(stage, _among(BRIDGE, size), bridge, script, FEW))
        if size <= 1000:
            checks.append(_group_check(bridge, size, script))
    for size in scale.peer_groups:
        contenders += _peers(stage, partial(_peer_members, stage, size), ONE, size)
    least, most, common = scale.groups[0], scale.groups[-1], scale.peer_groups[-1]
    peers = [_among(name, common) for name in PEERS]
    goals = [
        Goal(
            f"cost at {most:,} members / at {least}",
            cost_ratio(_among(BRIDGE, most), _among(BRIDGE, least)),
            "at most",
            1.2,
        ),
        Goal(
            f"bridge / best peer at {common:,} members{_meant(common, 10_000)}",
            ratio_to_best(_among(BRIDGE, common), peers),
            "at least",
            1000,
        ),
    ]
    notes = ["Peers are asked over one connection.", *_about_peers(stage)]
    return Operation("members", "PATCH that adds or removes one member", contenders, goals, notes, checks)


def pages(stage: Stage) -> Operation:
    """GET of 100 users from a random position."""
    contenders = [_pages(stage, _of(size), stage.grown(size), 1, size - 99) for size in stage.scale.growth]
    largest = stage.scale.growth[-1]
    big, thin = stage.grown(largest), stage.thinned(largest)
    left = sum(not is_gone(number) for number in range(largest))
    contenders += [
        _pages(stage, "its first page", big, 1, 1),
        _pages(stage, "its last page", big, largest - 99, largest - 99),
        _pages(stage, "a third deleted", thin, 1, left - 99),
    ]
    ours = [each.name for each in contenders]
    total = stage.scale.peer_users
    contenders += _peers(stage, lambda peer: asks.read_pages(peer.address, 1, total - 99), ONE)
    goals = [
        Goal("dearest / cheapest of ours", cost_spread(ours), "at most", 1.5),
        Goal(f"pages per processor second at {largest:,} users", rate(_of(largest)), "at least", 500),
        Goal("the same after a third was deleted", rate("a third deleted"), "at least", 500),
    ]
    notes = [
        "Positions are random unless the row says which.",
        "Peers are asked over one connection.",
        *_about_peers(stage),
    ]
    return Operation("page", "page of 100 users by startIndex", contenders, goals, notes)


def group_without_members(stage: Stage) -> Operation:
    """GET of a group without its members."""
    bridge, scale = stage.bridge(), stage.scale
    largest = scale.groups[-1]
    group = f"group of {largest:,}"
    contenders = [
        _contender(stage, "a user by id", bridge, asks.get_users(bridge.address, range(scale.users)), FEW),
        _contender(stage, group, bridge, asks.get_group_without_members(bridge.address, largest), FEW),
    ]
    common = scale.peer_groups[-1]
    contenders += _peers(stage, lambda peer: asks.get_group_without_members(peer.address, common), ONE)
    goals = [Goal("cost of the group / of a user", cost_ratio(group, "a user by id"), "at most", 1.3)]
    notes = [f"Peers hold a group of {common:,} and are asked over one connection.", *_about_peers(stage)]
    return Operation("group", "GET a group with excludedAttributes=members", contenders, goals, notes)


def postgres_reads(stage: Stage) -> Operation:
    """GET of one user on PostgreSQL, beside lookups without a bridge."""
    return _on_postgres(stage, "pgget", "PostgreSQL: GET a user by id", "lookups")


def postgres_writes(stage: Stage) -> Operation:
    """PATCH of active on PostgreSQL, beside commits without a bridge."""
    return _on_postgres(stage, "pgpatch", "PostgreSQL: PATCH active", "commits")


def _on_postgres(stage: Stage, key: str, title: str, act: str) -> Operation:
    postgres, bare = stage.postgres(), f"asyncpg {act}"
    if postgres is None:
        return Operation(key, title, [], [])
    bridge, numbers = postgres.bridge, range(stage.scale.postgres_users)
    script = (asks.get_users if act == "lookups" else asks.switch_users)(bridge.address, numbers)
    contenders = [_contender(stage, BRIDGE, bridge, script, FEW), BareContender(bare, postgres.bare, act)]
    goals = [
        Goal(f"bridge / {bare}", rate_ratio(BRIDGE, bare), "at least", 0.5),
        Goal(f"bridge / {bare}, by the clock", speed_ratio(BRIDGE, bare), "at least", 0.5),
    ]
    notes = [
        f"PostgreSQL {postgres.version}, {CONNECTIONS} connections to it each; {len(numbers):,} users.",
        "Processor time is that of the bridge, or of asyncpg's process; PostgreSQL's own is in neither.",
    ]
    if act == "commits":
        notes.append("A commit of asyncpg puts one row of a kilobyte with two unique indexes.")
    return Operation(key, title, contenders, goals, notes)


# In the order in which they run: what only reads comes first.
OPERATIONS: dict[str, Callable[[Stage], Operation]] = {
    "get": get_by_id,
    "filter": filter_user_name,
    "page": pages,
    "group": group_without_members,
    "members": members,
    "patch": switch,
    "patch64": switch_many,
    "post": create,
    "post64": create_many,
    "pgget": postgres_reads,
    "pgpatch": postgres_writes,
}


def _contender(stage: Stage, name: str, server: Server, script: Script, connections: int) -> Contender:
    return HttpContender(name, server, script, connections, stage.generator)


def _peers(
    stage: Stage, script: Callable[[Server], Script], connections: int, size: int | None = None
) -> list[Contender]:
    return [
        _contender(stage, name if size is None else _among(name, size), server, script(server), connections)
        for name, server in stage.peers().items()
    ]


def _peer_members(stage: Stage, size: int, peer: Server) -> Script:
    users = stage.scale.peer_users
    return asks.move_members(peer.address, size, range(users, users + SPARE))


def _pages(stage: Stage, name: str, server: Server, first: int, last: int) -> Contender:
    return _contender(stage, name, server, asks.read_pages(server.address, first, last), FEW)


def _meant(size: int, wanted: int) -> str:
    return "" if size == wanted else f" (the goal is for {wanted:,})"


def _of(users: int) -> str:
    return f"{users:,} users"


def _among(name: str, size: int) -> str:
    return f"{name}, {size:,} members"


def _about_peers(stage: Stage) -> Sequence[str]:
    return [f"Peers hold {stage.scale.peer_users:,} users, in memory: the fewer, the better for them."]


def _about_writes(stage: Stage) -> Sequence[str]:
    return ["Each 2xx of the bridge is on the disk; peers keep nothing.", *_about_peers(stage)]


def _has_users(server: Server, expected: int) -> str | None:
    total = read(server.address, "/Users?count=0")["totalResults"]
    return None if total == expected else f"{expected} users were to be there, and {total} are"


def _is_switched(server: Server, script: Script, users: int) -> str | None:
    last = range(max(0, script.position - _LOOKED_AT), script.position)
    for number in last:
        expected = asks.is_active_after(number, users)
        user = read(server.address, f"/Users/{user_id(number % users)}")
        if user["active"] is not expected:
            return f"user {number % users} was to be active={expected} and is not"
    return None


def _group_check(server: Server, size: int, script: Script) -> Callable[[], str | None]:
    def check() -> str | None:
        expected = size + asks.members_beyond(script.position)
        found = len(read(server.address, f"/Groups/{group_id(size)}")["members"])
        return None if found == expected else f"{expected} members were to be in {group_id(size)}, and {found} are"

    return check
