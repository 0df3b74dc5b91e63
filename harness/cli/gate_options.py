"""The options of the gate, the same for `run`, `replay` and `judge`."""

from __future__ import annotations

import click

WAIVERS = click.option(
    "--waivers",
    metavar="FILE",
    help="TOML file that says what may stay broken, why, who answers for it and until when. One that has expired, or "
    "waives nothing any more, ends the run with 5. Verdicts stay as they are. Not with --mode certify.",
)
