"""`bridge-ref lab`: serve the reference bridge with one defect, or list the defects."""

import json
from typing import Any

import click

from bridge_ref.cli.serve_options import listening_options, run
from bridge_ref.lab.everything import load_everything
from bridge_ref.lab.registry import DEFECTS, get_defect
from bridge_ref.lab.variants.variant import VARIANTS, combine, get_variant

load_everything()


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
