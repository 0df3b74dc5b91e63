"""`python -m tests.mutants`: faults in the reference bridge's source, each before the conformance suite.

A seeded sample over the rooms of the bridge that decide what a client sees. What was tried stands in `--record`, a file
of one line each: the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from harness.target.options import Options
from tests.mutants.operators import Site
from tests.mutants.reach import read_reach, record_reach, write_reach
from tests.mutants.record import keep, read_fates
from tests.mutants.sample import ROOMS, draw, sites_in
from tests.mutants.telling import Trials, tell
from tests.mutants.trial import Bench, Fate


def main() -> int:
    """Try the sample; 1 when the harness itself stumbled over a mutant."""
    words = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    sample = draw(words.seed, words.count, words.rooms)
    record = read_fates(words.record)
    chosen = [each for each in sample if each.name not in record]
    if words.name:
        chosen = sample = [each for room in words.rooms for each in sites_in(room) if each.name in words.name]
    if words.again:
        chosen = [each for each in sample if each.name in record and record[each.name].outcome in words.again]
    if chosen:
        with tempfile.TemporaryDirectory(prefix="bridgecheck-mutants-") as folder:
            tell(
                Options(start="…", gate="should"),
                Path(folder),
                lambda trials: _drive(trials, words, chosen, Path(folder)),
            )
    record = read_fates(words.record)
    keep(record.values(), words.record)
    return _tell([record[each.name] for each in sample if each.name in record])


def _drive(trials: Trials, words: argparse.Namespace, chosen: list[Site], folder: Path) -> None:
    kept = words.record.with_suffix(".reach.json") if words.reach is None else words.reach
    if not kept.exists():
        reach = record_reach(trials, folder)
        if trials.is_trial:
            return
        write_reach(reach, kept)
    known = read_fates(words.record).values()
    bench, began = Bench(trials, read_reach(kept), folder, words.jobs, words.budget, known), time.monotonic()
    for number, fate in enumerate(bench.try_all(chosen), 1):
        with words.record.open("a", encoding="utf-8") as record:
            record.write(f"{fate.line()}\n")
        took = time.monotonic() - began
        seen = f"{fate.outcome:<9} {fate.name}: {fate.said}  {' '.join(fate.rows[:2])}"
        print(f"{number}/{len(chosen)} {took:5.0f} s {seen}", file=sys.__stdout__, flush=True)


def _interrupt(*_: object) -> None:
    """What flies is ended, as after Ctrl-C."""
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which sample [1]")
    parser.add_argument("--count", type=int, default=100, help="how many mutants [100]")
    parser.add_argument("--rooms", nargs="*", default=list(ROOMS), help=f"rooms of bridge_ref [{' '.join(ROOMS)}]")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once [2]")
    parser.add_argument("--record", type=Path, default=Path("mutants.ndjson"), help="where it is kept [mutants.ndjson]")
    parser.add_argument(
        "--reach", type=Path, help="which story runs which line; made where missing [beside the record]"
    )
    parser.add_argument(
        "--budget", type=float, help="seconds of stories for one mutant, by the clean run [all stories]"
    )
    parser.add_argument("--name", action="append", default=[], help="only this mutant, by the name in the record")
    parser.add_argument(
        "--again", action="append", default=[], help="try again what had this outcome, such as survived"
    )
    return parser


def _tell(fates: list[Fate]) -> int:
    by_room: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        by_room[fate.name.split("/")[1]][fate.outcome] += 1
        by_room["all"][fate.outcome] += 1
    for room, counts in sorted(by_room.items(), key=lambda each: (each[0] == "all", each[0])):
        print(f"{room:<10} {counts['killed']} of {sum(counts.values())} noticed  ({dict(counts)})")
    return 1 if by_room["all"]["stumbled"] else 0


if __name__ == "__main__":
    sys.exit(main())
