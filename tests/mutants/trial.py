"""One mutant of the reference bridge before the conformance suite, and nothing but the suite."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutants.operators import Site, mutate
from tests.mutants.reach import Reach, command
from tests.mutants.telling import FIRST, PROCESS, ROOT, Task, Trials, fate_of

TIMEOUT_S = 200.0
BROAD = 4.0  # a family of situations notices as much, for a start, as so many that are known to notice
FIXED_S = 0.15  # what any story costs, however few requests it sends
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant.

    `outcome` is killed, survived, unreached (no story runs the line), dead (no bridge at all), timeout or stumbled (an
    error of ours). `story` is the one that noticed, `rows` what it broke first, `quiet` how many stories noticed
    nothing, `untold` how many that run the line were not told.
    """

    name: str
    said: str
    outcome: str
    story: str = ""
    rows: tuple[str, ...] = ()
    why: str = ""
    quiet: int = 0
    untold: int = 0

    def line(self) -> str:
        """As a line of the record, without what is empty."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)


class Bench:
    """Tries mutants, some at once; the stories that noticed most for what they cost come first.

    `budget_s` is how much the stories of one mutant may cost together, by the times of the reach; None: all are told.
    `known` are fates of former mutants, from which it is known what noticed much.
    """

    def __init__(
        self,
        trials: Trials,
        reach: Reach,
        folder: Path,
        jobs: int,
        budget_s: float | None = None,
        known: Iterable[Fate] = (),
    ) -> None:
        self._trials, self._reach, self._folder, self._jobs = trials, reach, folder, jobs
        self._budget_s = budget_s
        self._noticed = Counter(fate.story for fate in known if fate.outcome == "killed")
        self._quiet: Counter[str] = Counter()

    def try_all(self, sites: list[Site]) -> Iterator[Fate]:
        """Their fates, in the order in which they are known; what took too long is tried again alone.

        In a fork it ends at once: pytest goes on there with the stories of the mutant.
        """
        late: list[Site] = []
        for site, fate in self._try(sites, self._jobs):
            if fate.outcome == "timeout":
                late.append(site)
            else:
                yield fate
        if not self._trials.is_trial:
            yield from (fate for _, fate in self._try(late, 1))

    def _try(self, sites: list[Site], jobs: int) -> Iterator[tuple[Site, Fate]]:
        waiting, flying = list(sites), dict[int, tuple[Site, Path, float]]()
        try:
            while waiting or flying:
                while waiting and len(flying) < jobs:
                    site = waiting.pop(0)
                    process, folder = self._start(site)
                    if self._trials.is_trial:
                        flying.clear()
                        return
                    if process is None:
                        yield site, Fate(site.name, site.said, "unreached")
                    else:
                        flying[process] = site, folder, time.monotonic() + TIMEOUT_S
                time.sleep(_POLL_S)
                for process, (site, folder, until) in list(flying.items()):
                    if os.waitpid(process, os.WNOHANG)[0]:
                        del flying[process]
                        yield site, self._take(site, folder)
                    elif time.monotonic() > until:
                        del flying[process]
                        _end(process, folder)
                        yield site, Fate(site.name, site.said, "timeout")
        finally:
            for process, (_, folder, _) in flying.items():
                _end(process, folder)

    def _start(self, site: Site) -> tuple[int | None, Path]:
        """The process that tries a mutant, and its folder; no process where no story runs the line, and in the fork."""
        source = (ROOT / site.path).read_text(encoding="utf-8")
        folder = self._folder / site.name.replace("/", "_")
        stories = self._order(self._reach.stories_at(site, source))
        if not stories:
            return None, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "mutant.py").write_text(mutate(source, site.number), encoding="utf-8")
        return self._trials.fork(Task(command(_module(site), folder / "mutant.py"), stories, folder)), folder

    def _order(self, stories: tuple[str, ...]) -> tuple[str, ...]:
        """The first look of all, then by what a story has noticed so far for what it costs, within the budget."""

        def worth(name: str) -> float:
            likely = BROAD if "test_situations" in name else 0.5
            told = self._noticed[name] + self._quiet[name]
            return (self._noticed[name] + likely) / (told + 1) / (self._reach.cost[name] + FIXED_S)

        if not stories:
            return ()
        chosen, spent = [FIRST], 0.0
        for name in sorted((name for name in stories if name != FIRST), key=worth, reverse=True):
            if self._budget_s is None or spent + self._reach.cost[name] <= self._budget_s:
                chosen.append(name)
                spent += self._reach.cost[name] + FIXED_S
        return tuple(chosen)

    def _take(self, site: Site, folder: Path) -> Fate:
        try:
            told = fate_of(folder)
        except (OSError, ValueError):
            return Fate(site.name, site.said, "stumbled", why="the trial ended without a word")
        self._quiet.update(told["quiet"])
        if told["outcome"] == "killed":
            self._noticed[told["story"]] += 1
        shutil.rmtree(folder, ignore_errors=True)
        rows, quiet = tuple(told["rows"]), len(told["quiet"])
        reached = self._reach.stories_at(site, (ROOT / site.path).read_text(encoding="utf-8"))
        untold = len({FIRST, *reached}) - quiet if told["outcome"] == "survived" else 0
        return Fate(site.name, site.said, told["outcome"], told["story"], rows, told["why"], quiet, untold)


def _module(site: Site) -> str:
    return site.path.removesuffix(".py").replace("/", ".")


def _end(process: int, folder: Path) -> None:
    """End a trial and the bridge that it started."""
    with suppress(OSError, ValueError):
        os.killpg(int((folder / PROCESS).read_text(encoding="utf-8")), signal.SIGKILL)
    with suppress(OSError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
