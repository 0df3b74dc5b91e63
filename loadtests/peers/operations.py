"""The operations of a benchmark: for each the subjects that are compared and the goals of the bridge."""

from collections.abc import Callable, Sequence
from functools import partial

from loadtests.peers import sequences
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
from loadtests.peers.fleet import PEERS, SPARE, Fleet, answer_for_bare
from loadtests.peers.people import group_id, is_gone, user_id
from loadtests.peers.postgres import CONNECTIONS, AsyncpgSubject
from loadtests.peers.rounds import HttpSubject, Operation, Subject
from loadtests.peers.sequences import RequestSequence
from loadtests.peers.servers import Server

BRIDGE = "bridge"
BARE = "bare uvicorn"
SINGLY = "a commit each"
FEW, MANY = 16, 64
# Peers need seconds for some requests: over many connections a run would never end.
ONE = 1
# How many users are looked at after they were changed.
_LOOKED_AT = 25


def get_by_id(fleet: Fleet) -> Operation:
    """GET of one user."""
    bridge, users = fleet.bridge(), fleet.scale.users
    bare = fleet.bare(answer_for_bare(bridge, f"/Users/{user_id(users // 2)}"))
    subjects = [
        _subject(fleet, BRIDGE, bridge, sequences.get_users(bridge.address, range(users)), FEW),
        _subject(fleet, BARE, bare, sequences.get_anything(bare.address), FEW),
        *_peers(fleet, lambda peer: sequences.get_users(peer.address, range(fleet.scale.peer_users)), FEW),
    ]
    goals = [
        Goal("bridge / bare uvicorn", rate_ratio(BRIDGE, BARE), "at least", 0.5),
        Goal("bridge / best peer", ratio_to_best(BRIDGE, PEERS), "at least", 10),
    ]
    return Operation("get", f"GET a user by id, authenticated, {users:,} users", subjects, goals, _about_peers(fleet))


def filter_user_name(fleet: Fleet) -> Operation:
    """GET with a filter for one userName."""
    bridge, users, growth = fleet.bridge(), fleet.scale.users, fleet.scale.growth
    subjects = [
        _subject(fleet, BRIDGE, bridge, sequences.find_users(bridge.address, range(users)), FEW),
        *_peers(fleet, lambda peer: sequences.find_users(peer.address, range(fleet.scale.peer_users)), FEW),
    ]
    for size in growth:
        grown = fleet.grown(size)
        subjects.append(_subject(fleet, _of(size), grown, sequences.find_users(grown.address, range(size)), FEW))
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
    notes = ["“n users” are bridges of other sizes, without groups.", *_about_peers(fleet)]
    return Operation("filter", title, subjects, goals, notes)


def create(fleet: Fleet) -> Operation:
    """POST of users, beside memory-only peers."""
    bridge = fleet.bridge()
    sequence = sequences.create_users(bridge.address)
    subjects = [
        _subject(fleet, BRIDGE, bridge, sequence, FEW),
        *_peers(fleet, lambda peer: sequences.create_users(peer.address), FEW),
    ]
    goals = [Goal("bridge / best memory-only peer", ratio_to_best(BRIDGE, PEERS), "at least", 6)]
    before = read(bridge.address, "/Users?count=0")["totalResults"]
    checks = [lambda: _has_users(bridge, before + sequence.position)]
    return Operation("post", "POST a user, 16 connections", subjects, goals, _about_writes(fleet), checks)


def switch(fleet: Fleet) -> Operation:
    """PATCH of active, beside memory-only peers."""
    # One half of the directory; the other is for `switch_many`, so that no request finds its work done.
    bridge, users = fleet.bridge(), fleet.scale.users // 2
    sequence = sequences.switch_users(bridge.address, range(users))
    subjects = [
        _subject(fleet, BRIDGE, bridge, sequence, FEW),
        *_peers(fleet, lambda peer: sequences.switch_users(peer.address, range(fleet.scale.peer_users)), FEW),
    ]
    goals = [Goal("bridge / best memory-only peer", ratio_to_best(BRIDGE, PEERS), "at least", 8)]
    checks = [lambda: _is_switched(bridge, sequence, users)]
    return Operation("patch", "PATCH active, 16 connections", subjects, goals, _about_writes(fleet), checks)


def create_many(fleet: Fleet) -> Operation:
    """POST over many connections, with shared commits and without."""
    title = "POST a user, 64 connections"
    return _many(fleet, "post64", title, lambda server: sequences.create_users(server.address, "m"))


def switch_many(fleet: Fleet) -> Operation:
    """PATCH over many connections, with shared commits and without."""
    numbers = range(fleet.scale.users // 2, fleet.scale.users)
    title = "PATCH active, 64 connections"
    return _many(fleet, "patch64", title, lambda server: sequences.switch_users(server.address, numbers))


def _many(fleet: Fleet, key: str, title: str, sequence: Callable[[Server], RequestSequence]) -> Operation:
    bridge, singly = fleet.bridge(), fleet.single_commits()
    subjects = [
        _subject(fleet, BRIDGE, bridge, sequence(bridge), MANY),
        _subject(fleet, SINGLY, singly, sequence(singly), MANY),
    ]
    goals = [
        Goal("p99 of the bridge in ms", p99_ms(BRIDGE), "at most", 40),
        Goal("bridge / a commit each, by the clock", speed_ratio(BRIDGE, SINGLY), "at least", 2),
    ]
    notes = [
        "“A commit each” is our bridge with a commit after every change set, which is no option of the product.",
        "Waiting for the disk takes no processor time, so this ratio is one of requests per second of the clock.",
    ]
    return Operation(key, title, subjects, goals, notes)


def members(fleet: Fleet) -> Operation:
    """PATCH that adds or removes one member."""
    bridge, scale = fleet.bridge(), fleet.scale
    spare = range(scale.users, scale.users + SPARE)
    subjects: list[Subject] = []
    checks = []
    for size in scale.groups:
        sequence = sequences.move_members(bridge.address, size, spare)
        subjects.append(_subject(fleet, _among(BRIDGE, size), bridge, sequence, FEW))
        if size <= 1000:
            checks.append(_group_check(bridge, size, sequence))
    for size in scale.peer_groups:
        subjects += _peers(fleet, partial(_peer_members, fleet, size), ONE, size)
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
    notes = ["Peers are asked over one connection.", *_about_peers(fleet)]
    return Operation("members", "PATCH that adds or removes one member", subjects, goals, notes, checks)


def pages(fleet: Fleet) -> Operation:
    """GET of 100 users from a random position."""
    subjects = [_pages(fleet, _of(size), fleet.grown(size), 1, size - 99) for size in fleet.scale.growth]
    largest = fleet.scale.growth[-1]
    big, thin = fleet.grown(largest), fleet.thinned(largest)
    left = sum(not is_gone(number) for number in range(largest))
    subjects += [
        _pages(fleet, "its first page", big, 1, 1),
        _pages(fleet, "its last page", big, largest - 99, largest - 99),
        _pages(fleet, "a third deleted", thin, 1, left - 99),
    ]
    ours = [each.name for each in subjects]
    total = fleet.scale.peer_users
    subjects += _peers(fleet, lambda peer: sequences.read_pages(peer.address, 1, total - 99), ONE)
    goals = [
        Goal("dearest / cheapest of ours", cost_spread(ours), "at most", 1.5),
        Goal(f"pages per processor second at {largest:,} users", rate(_of(largest)), "at least", 500),
        Goal("the same after a third was deleted", rate("a third deleted"), "at least", 500),
    ]
    notes = [
        "Positions are random unless the row says which.",
        "Peers are asked over one connection.",
        *_about_peers(fleet),
    ]
    return Operation("page", "page of 100 users by startIndex", subjects, goals, notes)


def group_without_members(fleet: Fleet) -> Operation:
    """GET of a group without its members."""
    bridge, scale = fleet.bridge(), fleet.scale
    largest = scale.groups[-1]
    group = f"group of {largest:,}"
    subjects = [
        _subject(fleet, "a user by id", bridge, sequences.get_users(bridge.address, range(scale.users)), FEW),
        _subject(fleet, group, bridge, sequences.get_group_without_members(bridge.address, largest), FEW),
    ]
    common = scale.peer_groups[-1]
    subjects += _peers(fleet, lambda peer: sequences.get_group_without_members(peer.address, common), ONE)
    goals = [Goal("cost of the group / of a user", cost_ratio(group, "a user by id"), "at most", 1.3)]
    notes = [f"Peers hold a group of {common:,} and are asked over one connection.", *_about_peers(fleet)]
    return Operation("group", "GET a group with excludedAttributes=members", subjects, goals, notes)


def postgres_reads(fleet: Fleet) -> Operation:
    """GET of one user on PostgreSQL, beside lookups without a bridge."""
    return _on_postgres(fleet, "pgget", "PostgreSQL: GET a user by id", "lookups")


def postgres_writes(fleet: Fleet) -> Operation:
    """PATCH of active on PostgreSQL, beside commits without a bridge."""
    return _on_postgres(fleet, "pgpatch", "PostgreSQL: PATCH active", "commits")


def _on_postgres(fleet: Fleet, key: str, title: str, act: str) -> Operation:
    postgres, bare = fleet.postgres(), f"asyncpg {act}"
    if postgres is None:
        return Operation(key, title, [], [])
    bridge, numbers = postgres.bridge, range(fleet.scale.postgres_users)
    sequence = (sequences.get_users if act == "lookups" else sequences.switch_users)(bridge.address, numbers)
    subjects = [_subject(fleet, BRIDGE, bridge, sequence, FEW), AsyncpgSubject(bare, postgres.bare, act)]
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
    return Operation(key, title, subjects, goals, notes)


# In the order in which they run: what only reads comes first.
OPERATIONS: dict[str, Callable[[Fleet], Operation]] = {
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


def _subject(fleet: Fleet, name: str, server: Server, sequence: RequestSequence, connections: int) -> Subject:
    return HttpSubject(name, server, sequence, connections, fleet.generator)


def _peers(
    fleet: Fleet, sequence: Callable[[Server], RequestSequence], connections: int, size: int | None = None
) -> list[Subject]:
    return [
        _subject(fleet, name if size is None else _among(name, size), server, sequence(server), connections)
        for name, server in fleet.peers().items()
    ]


def _peer_members(fleet: Fleet, size: int, peer: Server) -> RequestSequence:
    users = fleet.scale.peer_users
    return sequences.move_members(peer.address, size, range(users, users + SPARE))


def _pages(fleet: Fleet, name: str, server: Server, first: int, last: int) -> Subject:
    return _subject(fleet, name, server, sequences.read_pages(server.address, first, last), FEW)


def _meant(size: int, wanted: int) -> str:
    return "" if size == wanted else f" (the goal is for {wanted:,})"


def _of(users: int) -> str:
    return f"{users:,} users"


def _among(name: str, size: int) -> str:
    return f"{name}, {size:,} members"


def _about_peers(fleet: Fleet) -> Sequence[str]:
    return [f"Peers hold {fleet.scale.peer_users:,} users, in memory: the fewer, the better for them."]


def _about_writes(fleet: Fleet) -> Sequence[str]:
    return ["Each 2xx of the bridge is on the disk; peers keep nothing.", *_about_peers(fleet)]


def _has_users(server: Server, expected: int) -> str | None:
    total = read(server.address, "/Users?count=0")["totalResults"]
    return None if total == expected else f"{expected} users were to be there, and {total} are"


def _is_switched(server: Server, sequence: RequestSequence, users: int) -> str | None:
    last = range(max(0, sequence.position - _LOOKED_AT), sequence.position)
    for number in last:
        expected = sequences.is_active_after(number, users)
        user = read(server.address, f"/Users/{user_id(number % users)}")
        if user["active"] is not expected:
            return f"user {number % users} was to be active={expected} and is not"
    return None


def _group_check(server: Server, size: int, sequence: RequestSequence) -> Callable[[], str | None]:
    def check() -> str | None:
        expected = size + sequences.members_beyond(sequence.position)
        found = len(read(server.address, f"/Groups/{group_id(size)}")["members"])
        return None if found == expected else f"{expected} members were to be in {group_id(size)}, and {found} are"

    return check
