"""`bridgecheck explain`: shows one requirement, its source, and what judges it."""

from __future__ import annotations

import click

from harness.catalogue.facets import Facet
from harness.catalogue.requirement import Requirement, load_catalogue
from harness.cli.output import say
from harness.judge.coverage import judges_of


@click.command(name="explain")
@click.argument("requirement_id", metavar="ID")
def command(requirement_id: str) -> int:
    """Show the requirement ID: its meaning and source, when it applies, and the checks and stories that judge it."""
    catalogue = load_catalogue()
    requirement = catalogue.get(requirement_id)
    say(f"{requirement.id}  {requirement.level}  claim {requirement.claim}  ({requirement.source})")
    say(f"\n  {requirement.statement}\n")
    for name, text in _facts(requirement):
        if text:
            say(f"  {name + ':':<14} {text}")
    judges = judges_of(requirement.id, catalogue)
    judged = judges or [requirement.unjudgeable or "nothing yet: counted as `not run` in every report"]
    say(f"  {'judged by:':<14} " + f"\n  {'':<14} ".join(judged))
    return 0


def _facet(facet: Facet) -> str:
    """A part with what excuses it."""
    only = [f"where {' and '.join(facet.when)}"] if facet.when else []
    only += [f"with {' or '.join(facet.dialects)}"] if facet.dialects else []
    only += [f"never judged: {facet.unjudgeable}"] if facet.unjudgeable else []
    return f"{facet.name} ({'; '.join(only)})" if only else facet.name


def _facts(requirement: Requirement) -> list[tuple[str, str]]:
    return [
        ("applies when", " and ".join(requirement.when)),
        ("needs", ", ".join(requirement.needs)),
        ("parts", "; ".join(_facet(facet) for facet in requirement.facets)),
        ("readings", ", ".join(requirement.readings)),
        ("restates", requirement.restates or ""),
        ("to check", requirement.check_hint),
        ("broken by", requirement.defect),
    ]
