"""The seeded sample: spread over the rooms of the bridge and over the operators."""

from __future__ import annotations

import random
from collections import defaultdict

from tests.mutants.operators import Site, sites_of
from tests.mutants.telling import ROOT

# What does not run behind the command that is judged: the other store.
ASLEEP = ("postgres.py", "postgres_writes.py", "postgres_reads.py", "postgres_queries.py", "postgres_schema.py")
ROOMS = ("scim", "decisions", "account", "storage", "http")
# Every room has at least one of so many mutants.
LEAST = 12


def draw(seed: int, count: int, rooms: list[str]) -> list[Site]:
    """The sample of a seed: each room has its share of the sites, and in a room the operators take turns.

    A larger sample of the same seed begins with the smaller one.
    """
    drawn = random.Random(seed)
    by_room = {room: sites_in(room) for room in rooms}
    total = sum(map(len, by_room.values()))
    shares = {room: max(1 / LEAST, len(sites) / total) for room, sites in by_room.items()}
    ordered = {room: _in_turn(sites, drawn) for room, sites in by_room.items()}
    places = sorted(((place + 1) / shares[room], room, place) for room in rooms for place in range(len(ordered[room])))
    chosen = [ordered[room][place] for _, room, place in places[:count]]
    return [site for site in chosen if "/migrations/" not in site.path]  # which are not imported, so not replaced


def sites_in(room: str) -> list[Site]:
    """Every site of a room, in the order of its files."""
    paths = sorted(path for path in (ROOT / "bridge_ref" / room).rglob("*.py") if path.name not in ASLEEP)
    return [site for path in paths for site in sites_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))]


def _in_turn(sites: list[Site], drawn: random.Random) -> list[Site]:
    by_operator: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_operator[site.operator].append(site)
    for each in by_operator.values():
        drawn.shuffle(each)
    taken: list[Site] = []
    while any(by_operator.values()):
        turn = [by_operator[name].pop() for name in sorted(by_operator) if by_operator[name]]
        drawn.shuffle(turn)
        taken += turn
    return taken
