"""The cost of a simulated initial cycle, time per person and memory: `python3 -m loadtests.simulate_cost`.

The requests go to a bridge that accepts everything and keeps nothing, so the figures are those of the harness:
directory, plan, conversations and links. Building requests and reading answers is measured separately and subtracted,
since every client has to do that. Times are processor times, and each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness.directory.directory import Directory
from harness.idp.dialects import get_dialect
from harness.idp.entra import Entra
from harness.record.exchange import Exchange, Request, parse_body
from harness.simulate.simulation import Simulation
from harness.target.null_bridge import NullBridge

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LIMIT_MB = 250.0  # issue 5, speed and size
LIMIT_US = 60.0
SAMPLE = 20_000


def anonymous_mb() -> float:
    """Anonymous memory of this process at its highest, in MB; where the system does not tell, nothing is printed."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Meter:
    """Sends to the null bridge, takes that time apart, and looks at memory now and then."""

    def __init__(self) -> None:
        self.bridge = NullBridge()
        self.spent_s = 0.0
        self.requests = 0
        self.highest_mb = 0.0

    def send(self, request: Request) -> Exchange:
        """One request, timed."""
        started = time.process_time()
        exchange = self.bridge.send(request)
        self.requests += 1
        if self.requests % 20_000 == 0:
            self.highest_mb = max(self.highest_mb, anonymous_mb())
        self.spent_s += time.process_time() - started
        return exchange


def measure(dialect: str, people: int, groups: int) -> str:
    """One initial cycle; a row of the table."""
    # What a process does once, such as drawing the pools of names, is no matter of size.
    Simulation(get_dialect(dialect)(Directory.of(people=500, seed=8)), lambda: NullBridge().send, parallel=1).cycle()
    provider = get_dialect(dialect)(Directory.of(people=people, groups=groups))
    meter = Meter()
    simulation = Simulation(provider, lambda: meter.send, parallel=1)
    gc.collect()
    started = time.process_time()
    simulation.cycle()
    whole = time.process_time() - started
    highest = max(meter.highest_mb, anonymous_mb())
    own = (whole - meter.spent_s) / people * 1e6
    requests_us = request_cost(dialect)
    planning = own - requests_us
    linked = len(provider.links.people)
    verdict = "ok" if planning <= LIMIT_US and highest <= LIMIT_MB and linked == people else "MISSED"
    return (
        f"{dialect:<15} {people:>9,} {groups:>7,} {meter.requests:>10,} {whole:>8.1f} {own:>9.1f} {requests_us:>9.1f} "
        f"{planning:>9.1f} {highest:>8.0f}  {verdict}"
    )


def request_cost(dialect: str) -> float:
    """Microseconds to build the requests of a new person and to read an answer, which every client has to do.

    That is the match, the create and, at Entra, the manager. Requests about groups are left in what planning costs.
    """
    directory = Directory.of(people=SAMPLE)
    people = list(directory.people.values())
    provider = get_dialect(dialect)(directory)
    started = time.process_time()
    for person in people:
        conversation = provider.provision(person)
        next(conversation)
        conversation.close()
        provider.create_request(person)
        if isinstance(provider, Entra):
            provider.links.people[person.key] = person.key
            next(provider.set_manager(person.key, person.manager))
        parse_body(b'{"id":"%s"}' % person.key.encode())
    return (time.process_time() - started) / SAMPLE * 1e6


def main() -> int:
    """Print the table; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description="What a simulated initial cycle costs, beside the bridge.")
    parser.add_argument("--dialect", default="entra-default", help="who provisions")
    parser.add_argument("--groups", type=int, default=0, help="groups of the company; each membership is a request")
    parser.add_argument("--people", type=int, nargs="*", default=SIZES, help="sizes to measure")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(measure(given.dialect, given.one, given.groups), flush=True)
        return 0
    print(
        f"{'dialect':<15} {'people':>9} {'groups':>7} {'requests':>10} {'s':>8} {'us each':>9} {'requests':>9} "
        f"{'planning':>9} {'anon MB':>8}  limits {LIMIT_US:.0f} us, {LIMIT_MB:.0f} MB",
        flush=True,
    )
    rows = []
    for people in given.people:
        command = [sys.executable, __file__, "--dialect", given.dialect, "--groups", str(given.groups)]
        row = subprocess.run(
            [*command, "--one", str(people)], capture_output=True, text=True, check=True
        ).stdout.strip()
        print(row, flush=True)
        rows.append(row)
    return int(any(row.endswith("MISSED") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
