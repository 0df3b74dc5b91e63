"""`bridgecheck cleanup`: takes away what an earlier run, simulation or load run has left on a bridge."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.clock import SystemClock
from harness.judge.exit_code import ExitCode
from harness.record.exchange import Exchange, Request
from harness.record.made_log import MadeLog
from harness.record.remains import Remains, read_remains
from harness.report.text import visible_line
from harness.target.cleaning import Cleaning
from harness.target.options import Options, make_options
from harness.target.removal import Removed
from harness.target.target import Target, check_secrets, open_target
from harness.target.transport import Transport

SHOWN = 20
_WORDS = {"removed": "removed", "gone": "gone already", "not ours": "left alone, not ours", "remains": "remaining"}


@click.command(name="cleanup")
@click.argument("folder", metavar="REPORT-DIR", type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", help="SCIM base address of the bridge. Default: the one in the report.")
@click.option("--token-file", metavar="FILE", help="File that holds the bearer token.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--token-command", metavar="CMD", help="Command that prints the bearer token.")
@click.option("--probe-url", metavar="URL", help="Base address of the account probe, ending in /probe/v1.")
@click.option("--probe-token-file", metavar="FILE", help="File that holds the account probe's token.")
@click.option("--ca-file", metavar="FILE", help="PEM file of certificates to trust besides the system's.")
@click.option(
    "--max-rps", type=click.FloatRange(min=0, min_open=True), help="Limit of requests per second. Default: none."
)
@click.option("--wait-for", type=click.FloatRange(min=0), help="Seconds to wait until the bridge answers. Default: 30.")
def command(folder: Path, **given: str | float | None) -> int:
    """Remove what the run in REPORT-DIR made and left on the bridge: also a run that was killed.

    Works for the report folders of run, simulate and load. Each thing is read first, and removed only while the bridge
    shows it under the name that the run gave it. The exit code is 0 when nothing remains, and 8 when something does.
    """
    remains = read_remains(folder)
    if remains.is_started:
        say("The run started its bridge itself: what it made ended with it.")
        return int(ExitCode.PASS)
    if remains.inventory.is_empty:
        say("The run left nothing behind.")
        return int(ExitCode.PASS)
    options = make_options({**given, "url": given["url"] or remains.url or None}, {})
    check_secrets(options)
    with contextlib.ExitStack() as stack:
        target = open_target(options)
        stack.callback(target.stop)
        log = MadeLog(folder)
        stack.callback(log.close)
        return _clean(remains, options, target, log)


def _clean(remains: Remains, options: Options, target: Target, log: MadeLog) -> int:
    send = _paced(Transport(target.url, target.secrets, SystemClock(), options.ca_file).send, options)
    counts: Counter[str] = Counter()
    things: list[dict[str, str]] = []
    is_same = remains.url in ("", target.url)
    if not is_same:
        say(f"The report is about {visible_line(remains.url)}; this is {visible_line(target.url)}.")
    for done in Cleaning(remains.inventory, options, send, target.probe(), SystemClock()).run():
        counts[done.became] += 1
        things.append({"path": done.made.path, "name": done.made.name, "became": done.became})
        # Another bridge knows none of the ids; what it lacks may be there still on the one of the report.
        if done.became == "removed" or (is_same and done.became != "remains"):
            log.gone(done.made.path)
        if counts[done.became] <= SHOWN or done.became == "remains":
            say(_line(done))
    ANSWER.add(things=things)
    say(", ".join(f"{counts[became]} {words}" for became, words in _WORDS.items()))
    return int(ExitCode.CLEANUP_INCOMPLETE if counts["remains"] else ExitCode.PASS)


def _line(done: Removed) -> str:
    reason = f": {done.made.reason}" if done.became in ("remains", "not ours") else ""
    return visible_line(f"{_WORDS[done.became]}: {done.made.path} {done.made.name}{reason}")


def _paced(send: Callable[[Request], Exchange], options: Options) -> Callable[[Request], Exchange]:
    if not options.max_rps:
        return send
    pause_s, next_at = 1 / options.max_rps, 0.0

    def paced(request: Request) -> Exchange:
        nonlocal next_at
        time.sleep(max(0.0, next_at - time.monotonic()))
        next_at = time.monotonic() + pause_s
        return send(request)

    return paced
