"""`python -m tests.mutants`: faults in the reference bridge's source, each before the conformance suite.

A seeded sample over the rooms of the bridge that decide what a client sees. What was tried stands in `--record`, a file
of one line each: the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.mutants.operators import Site, sites_of
from tests.mutants.trial import ROOT, try_mutant

# What does not run behind the command that is judged: the other store.
ASLEEP = ("postgres.py", "postgres_writes.py", "postgres_reads.py", "postgres_queries.py", "postgres_schema.py")
ROOMS = ("scim", "decisions", "account", "storage", "http")


def main() -> int:
    """Try the sample; 1 when the harness itself stumbled over a mutant."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which sample [1]")
    parser.add_argument("--count", type=int, default=100, help="how many mutants [100]")
    parser.add_argument("--rooms", nargs="*", default=list(ROOMS), help=f"rooms of bridge_ref [{' '.join(ROOMS)}]")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once [2]")
    parser.add_argument("--record", type=Path, default=Path("mutants.ndjson"), help="where it is kept [mutants.ndjson]")
    parser.add_argument("--name", action="append", default=[], help="only this mutant, by the name in the record")
    words = parser.parse_args()
    record = _read(words.record)
    chosen = [each for each in draw(words.seed, words.count, words.rooms) if each.name not in record or words.name]
    if words.name:
        chosen = [each for room in words.rooms for each in _sites(room) if each.name in words.name]
    with (
        tempfile.TemporaryDirectory(prefix="bridgecheck-mutants-") as folder,
        ThreadPoolExecutor(words.jobs) as pool,
        words.record.open("a", encoding="utf-8") as kept,
    ):
        flying = [pool.submit(try_mutant, site, Path(folder) / f"m{n}") for n, site in enumerate(chosen)]
        for number, each in enumerate(as_completed(flying), 1):
            fate = each.result()
            kept.write(f"{fate.line()}\n")
            kept.flush()
            record[fate.name] = json.loads(fate.line())
            print(
                f"{number}/{len(chosen)} {fate.outcome:<9} {fate.name}: {fate.said}  {' '.join(fate.rows[:2])}",
                flush=True,
            )
    wanted = {each.name for each in draw(words.seed, words.count, words.rooms)} | set(words.name)
    return _tell([fate for name, fate in record.items() if name in wanted])


def draw(seed: int, count: int, rooms: list[str]) -> list[Site]:
    """The sample of a seed: from each room its share of the sites, but every room at least one in twenty."""
    drawn = random.Random(seed)
    by_room = {room: _sites(room) for room in rooms}
    total = sum(map(len, by_room.values()))
    shares = {room: max(count // 20, round(count * len(sites) / total)) for room, sites in by_room.items()}
    sample = [site for room, sites in by_room.items() for site in drawn.sample(sites, min(shares[room], len(sites)))]
    drawn.shuffle(sample)
    return sample[:count]


def _sites(room: str) -> list[Site]:
    paths = sorted(path for path in (ROOT / "bridge_ref" / room).rglob("*.py") if path.name not in ASLEEP)
    return [site for path in paths for site in sites_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))]


def _read(path: Path) -> dict[str, dict[str, object]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {each["name"]: each for each in map(json.loads, lines)}


def _tell(fates: list[dict[str, object]]) -> int:
    by_room: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        by_room[str(fate["name"]).split("/")[1]][str(fate["outcome"])] += 1
    for room, counts in sorted(by_room.items()):
        caught = sum(counts.values()) - counts["survived"] - counts["stumbled"]
        print(f"{room:<10} {caught} of {sum(counts.values())} noticed  ({dict(counts)})")
    caught = sum(fate["outcome"] not in ("survived", "stumbled") for fate in fates)
    print(f"{'all':<10} {caught} of {len(fates)} noticed")
    return 1 if any(fate["outcome"] == "stumbled" for fate in fates) else 0


if __name__ == "__main__":
    sys.exit(main())
