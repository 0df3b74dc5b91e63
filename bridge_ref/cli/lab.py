"""`bridge-ref lab`: serve the reference bridge with one defect, or list the defects."""

import json
from typing import Any

import click

import bridge_ref.lab.bulk_jobs
import bridge_ref.lab.declared
import bridge_ref.lab.encoding
import bridge_ref.lab.filters
import bridge_ref.lab.intolerance
import bridge_ref.lab.lifecycle
import bridge_ref.lab.membership
import bridge_ref.lab.pull
import bridge_ref.lab.queries
import bridge_ref.lab.server_errors
import bridge_ref.lab.shape
import bridge_ref.lab.versions
import bridge_ref.lab.wire
import bridge_ref.lab.writes  # noqa: F401  (importing a module of defects registers them)
from bridge_ref.cli.serve_options import listening_options, run
from bridge_ref.lab.registry import DEFECTS, get_defect
from bridge_ref.runtime.wiring import make_parts


def _list_defects(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(json.dumps([defect.describe() for defect in DEFECTS.values()], indent=1))
        context.exit()


@click.command("lab")
@listening_options
@click.option("--defect", "name", metavar="NAME", help="Name of the defect. [none: a correct bridge]")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_defects,
    help="Print the defects as JSON and exit.",
)
def lab(name: str | None, **options: Any) -> None:
    """Serve the reference bridge with one named defect."""
    if name is None:
        run(options, make=make_parts)
        return
    try:
        defect = get_defect(name)
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    run(options, make=defect.make_parts)
