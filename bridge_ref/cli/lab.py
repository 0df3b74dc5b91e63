"""`bridge-ref lab`: serve the reference bridge with one defect, or list the defects."""

import json
from typing import Any

import click

from bridge_ref.cli.serve_options import listening_options, run
from bridge_ref.lab.everything import load_everything
from bridge_ref.lab.personas.persona import PERSONAS, describe, get_persona
from bridge_ref.lab.registry import DEFECTS, get_defect
from bridge_ref.lab.variants.variant import VARIANTS, combine, get_variant

load_everything()


def _list_bridges(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        listed = [each.describe() for each in DEFECTS.values()] + [each.describe() for each in VARIANTS.values()]
        listed += [describe(each) for each in PERSONAS.values()]
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
@click.option("--persona", metavar="NAME", help="Name of a bridge of others, as far as it was recorded.")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_bridges,
    help="Print the defects, the variants and the personas as JSON and exit.",
)
def lab(name: str | None, variants: tuple[str, ...], persona: str | None, **options: Any) -> None:
    """Serve the reference bridge with one named defect, as a correct bridge that chooses otherwise, or in the dress of
    somebody else's bridge as it was recorded."""
    if sum((name is not None, bool(variants), persona is not None)) > 1:
        raise click.UsageError("--defect, --variant and --persona exclude each other")
    try:
        chosen = [get_persona(persona)] if persona is not None else [get_variant(each) for each in variants]
        make = combine(chosen) if name is None else get_defect(name).make_parts
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    run(options, make=make)
