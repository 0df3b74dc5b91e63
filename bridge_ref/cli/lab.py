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
import bridge_ref.lab.people
import bridge_ref.lab.pull
import bridge_ref.lab.queries
import bridge_ref.lab.server_errors
import bridge_ref.lab.shape
import bridge_ref.lab.table.account
import bridge_ref.lab.table.answers
import bridge_ref.lab.table.conditional
import bridge_ref.lab.table.configuration
import bridge_ref.lab.table.creates
import bridge_ref.lab.table.discovery
import bridge_ref.lab.table.entra
import bridge_ref.lab.table.filters
import bridge_ref.lab.table.google
import bridge_ref.lab.table.identity
import bridge_ref.lab.table.lists
import bridge_ref.lab.table.names
import bridge_ref.lab.table.okta
import bridge_ref.lab.table.patch_answers
import bridge_ref.lab.table.patches
import bridge_ref.lab.table.pulls
import bridge_ref.lab.table.replaces
import bridge_ref.lab.table.values
import bridge_ref.lab.table.versions
import bridge_ref.lab.variants.capabilities
import bridge_ref.lab.variants.contents
import bridge_ref.lab.variants.documents
import bridge_ref.lab.variants.policies
import bridge_ref.lab.variants.searching
import bridge_ref.lab.variants.spelling
import bridge_ref.lab.variants.writing
import bridge_ref.lab.versions
import bridge_ref.lab.wire
import bridge_ref.lab.writes  # noqa: F401  (importing a module of defects or variants registers them)
from bridge_ref.cli.serve_options import listening_options, run
from bridge_ref.lab.registry import DEFECTS, get_defect
from bridge_ref.lab.variants.variant import VARIANTS, combine, get_variant


def _list_bridges(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        listed = [each.describe() for each in DEFECTS.values()] + [each.describe() for each in VARIANTS.values()]
        click.echo(json.dumps(listed, indent=1))
        context.exit()


@click.command("lab")
@listening_options
@click.option("--defect", "name", metavar="NAME", help="Name of the defect. [none: a correct bridge]")
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="NAME",
    help="Name of a choice that a correct bridge may make otherwise; repeatable, not together with --defect.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_bridges,
    help="Print the defects and the variants as JSON and exit.",
)
def lab(name: str | None, variants: tuple[str, ...], **options: Any) -> None:
    """Serve the reference bridge with one named defect, or as a correct bridge that chooses otherwise."""
    if name is not None and variants:
        raise click.UsageError("--defect and --variant exclude each other")
    try:
        make = combine(map(get_variant, variants)) if name is None else get_defect(name).make_parts
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    run(options, make=make)
