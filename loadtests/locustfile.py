"""Load on a SCIM bridge: `locust -f locustfile.py --host URL`, headless, with the web UI, or distributed.

The bearer token comes from the environment variable BRIDGECHECK_TOKEN only. The master, or a single process, writes
`load.json` and ends with 0 (pass), 6 (objective missed) or 7 (measurement void).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import locust.stats
from locust import events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # we are found by path: in a checkout and in a wheel

from harness.errors import UsageError
from harness.idp.dialects import MAIN_DIALECTS
from loadtests.objectives import round_ms
from loadtests.record import CpuMeter, Run, exit_code, make_load, write_load
from loadtests.shapes import P99_MS, SMOKE, get_shape, parse_dialects
from loadtests.user import TOKEN_VARIABLE, Connector, fill_pools, make_connectors

REPORT_KEY = "bridgecheck_cpu_share"
T = TypeVar("T")

logger = logging.getLogger("bridgecheck")
locust.stats.bucket_response_time = round_ms  # type: ignore[assignment]  # ours keeps three digits
vars().update(make_connectors())  # locust takes the user classes from this module's names


def add_options(parser: Any) -> None:
    """Add our options; the web UI shows those that may change between two runs."""

    def add(name: str, default: Any, kind: Callable[[str], Any], text: str, shown: bool = True) -> None:
        variable = "BRIDGECHECK_LOAD_" + name.upper().replace("-", "_")
        parser.add_argument(
            f"--scim-{name}", default=default, type=kind, help=text, env_var=variable, include_in_web_ui=shown
        )

    add("dialects", ",".join(MAIN_DIALECTS), _checked(parse_dialects), "dialects to play (a,b)", shown=False)
    add("shape", SMOKE.name, _checked(get_shape), "load shape: pace and objectives", shown=False)
    add("seed", 1, int, "seed of the people who are hired")
    add("domain", "example.com", str, "mail domain of the people who are hired")
    add("pace-s", 0.0, float, "seconds between two people of one connector (0: as the shape says)")
    add("idp-wait-scale", 0.0, float, "share of the identity providers' own waits to wait in real time (0: none)")
    add("p99-ms", P99_MS, float, "limit in ms for the p99 of every request of the hot path")
    add("json", "", str, "file to write load.json to", shown=False)
    add("made", "", str, "folder to write made.ndjson to: what bridgecheck cleanup removes", shown=False)
    add("only-own", "no", str, "yes: send no change of a user or group that this run did not make", shown=False)


def _checked(parse: Callable[[str], object]) -> Callable[[str], str]:
    # The value stays text: a master sends its options to its workers.
    def check(text: str) -> str:
        try:
            parse(text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return text

    return check


class Recorder:
    """Follows the load runs of one process and writes the result of each."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.options: Any = environment.parsed_options
        self.cpu = CpuMeter()
        self.users = 0
        self.shares: dict[str, float] = {}
        self.problems: list[str] = []
        self.has_started = False

    def start(self, **_: Any) -> None:
        """A run begins."""
        self.users, self.shares, self.problems, self.has_started = 0, {}, [], True
        self.cpu.start()

    def stop(self, **_: Any) -> None:
        """The load ends; figures of workers may still arrive."""
        self.cpu.stop()

    def count_users(self, user_count: int, **_: Any) -> None:
        """All users have been started."""
        self.users = max(self.users, user_count)

    def warn(self, cpu_usage: float, **_: Any) -> None:
        """Locust has found this process saturated."""
        self.problems.append(f"locust warned that a generator process used {cpu_usage:.0f} % of a core")

    def report(self, data: dict[str, Any], **_: Any) -> None:
        """A worker tells its master."""
        data[REPORT_KEY] = self.cpu.share

    def hear(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        """The master hears a worker."""
        self.shares[client_id] = float(data.get(REPORT_KEY, 0.0))

    def look_for_lost_workers(self, **_: Any) -> None:
        """The run ends: count the workers that are gone, since their figures are lost."""
        runner = self.environment.runner
        if isinstance(runner, MasterRunner):
            present = {client.id for client in runner.clients.all} - {client.id for client in runner.clients.missing}
            if lost := len(self.shares.keys() - present):
                self.problems.append(f"{lost} of {len(self.shares)} workers were lost")

    def write(self, **_: Any) -> None:
        """Judge the run, write `load.json`, and set the exit code."""
        if not self.has_started:
            return
        document = self._make()
        if self.options.scim_json:
            write_load(Path(self.options.scim_json), document)
        total = document["total"]
        logger.info(f"verdict {document['verdict']}: {total['count']} requests, {total['failures']} failed")
        self.environment.process_exit_code = exit_code(document["verdict"])

    def _make(self) -> dict[str, Any]:
        runner, options = self.environment.runner, self.options
        stats: Any = self.environment.stats
        assert runner is not None
        problems = list(dict.fromkeys(self.problems))
        if runner.worker_cpu_warning_emitted:
            problems.append("locust warned that a worker was saturated")
        if runner.exceptions:
            problems.append(f"{len(runner.exceptions)} kinds of exceptions were raised in the load users: see the log")
        dialects = played_dialects(self.environment)
        run = Run(
            target=str(self.environment.host or ""),
            duration_s=self.cpu.seconds,
            users=self.users or runner.target_user_count,
            seed=options.scim_seed,
            dialects=dialects,
            processes=max(1, len(self.shares)),
            cpu_share=max(self.shares.values(), default=self.cpu.share),
            problems=problems,
        )
        shape = get_shape(options.scim_shape).for_dialects(dialects).with_p99(options.scim_p99_ms)
        return make_load(run, shape, list(stats.entries.values()), list(stats.errors.values()))


def played_dialects(environment: Environment) -> tuple[str, ...]:
    """The dialects of the user classes that this run plays."""
    return tuple(c.provider.dialect for c in environment.user_classes if issubclass(c, Connector))


def prepare(environment: Environment, **_: Any) -> None:
    """Refuse unusable options, choose the dialects, and follow the runs."""
    is_worker = isinstance(environment.runner, WorkerRunner)
    if not isinstance(environment.runner, MasterRunner):
        if not os.environ.get(TOKEN_VARIABLE):
            _refuse(f"the environment variable {TOKEN_VARIABLE} must hold the bridge's bearer token")
        fill_pools()
    recorder = Recorder(environment)
    hooks: Any = environment.events
    hooks.test_start.add_listener(recorder.start)
    hooks.test_stopping.add_listener(recorder.stop)
    hooks.cpu_warning.add_listener(recorder.warn)
    if is_worker:
        hooks.report_to_master.add_listener(recorder.report)
        return
    wanted = parse_dialects(str(recorder.options.scim_dialects))
    chosen = [c for c in environment.user_classes if issubclass(c, Connector) and c.provider.dialect in wanted]
    if not chosen:
        _refuse(f"none of the chosen user classes plays {', '.join(wanted)}")
    environment.user_classes = list(chosen)
    hooks.spawning_complete.add_listener(recorder.count_users)
    hooks.worker_report.add_listener(recorder.hear)
    hooks.test_stop.add_listener(recorder.look_for_lost_workers)
    if environment.parsed_options and not environment.parsed_options.headless:
        hooks.test_stop.add_listener(recorder.write)  # the web UI's stop button: workers have reported by then
    hooks.quitting.add_listener(recorder.write)  # headless workers report once more after the stop


def _refuse(what: str) -> None:
    logger.error(what)
    sys.exit(2)


_hooks: Any = events
_hooks.init_command_line_parser.add_listener(add_options)
_hooks.init.add_listener(prepare)
