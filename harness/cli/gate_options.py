"""The options of the gate, the same for `run`, `replay` and `judge`."""

from __future__ import annotations

import click

WAIVERS = click.option(
    "--waivers",
    metavar="FILE",
    help="TOML file that says what may stay broken, why, who answers for it and until when. One that has expired, or "
    "waives nothing any more, ends the run with 5. Verdicts stay as they are. Not with --mode certify.",
)

BASELINE = click.option(
    "--baseline",
    metavar="FILE",
    help="File of known causes, as `bridgecheck baseline write` makes it: only causes that are not in it fail the "
    "gate, and those that are fixed are told. Not with --mode certify.",
)

MIN_JUDGED = click.option(
    "--min-judged",
    metavar="N",
    multiple=True,
    help="Exit with 4 unless so many requirements are judged: 400 of all, okta=30 of one claim; may be repeated. "
    "Default: one of each claim.",
)

REPEAT_FAILED = click.option(
    "--repeat-failed",
    metavar="N",
    type=click.IntRange(0, 10),
    help="Tell stories in which something broke again, up to N times: a cause that does not come again is flaky, and "
    "told apart. Default: 0.",
)
FLAKY = click.option(
    "--flaky",
    type=click.Choice(["pass", "fail"]),
    help="Whether a flaky cause lets the build pass or fails it as any other. Default: pass.",
)
