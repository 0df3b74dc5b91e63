"""`bridgecheck list`: lists requirements, stories, dialects, claims, checks and defects."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import Requirement, load_catalogue
from harness.cli.output import say
from harness.cli.reference import lab_list
from harness.errors import UsageError
from harness.idp.dialects import ALIASES, DIALECTS
from harness.judge.coverage import all_checks, judges_of, stories
from harness.stories.selection import is_named

KINDS = ("requirements", "stories", "dialects", "claims", "checks", "defects", "variants")


@click.command(name="list")
@click.argument("kind", type=click.Choice(KINDS), default="requirements")
@click.option("--claim", help="Only requirements of this claim.")
@click.option("--level", type=click.Choice(["MUST", "SHOULD", "MAY"]), help="Only requirements of this level.")
@click.option("--unjudged", is_flag=True, help="Only requirements that no check, schema or story can judge yet.")
@click.option(
    "--only",
    metavar="PATTERN",
    help="Only entries whose name or id matches, in any letter case; * and ? stand for any characters.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(kind: str, claim: str | None, level: str | None, unjudged: bool, only: str | None, as_json: bool) -> int:
    """List all entries of one KIND: requirements (the default), stories, dialects, claims, checks, defects
    or variants."""
    if kind != "requirements" and (claim or level or unjudged):
        raise UsageError(f"--claim, --level and --unjudged choose requirements; {kind} have none of these")
    sources: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "requirements": lambda: _requirements(claim, level, unjudged),
        "stories": lambda: [(story.name, story.sentence) for story in stories()],
        "dialects": _dialects,
        "claims": lambda: [(name, f"{len(load_catalogue().of_claims([name]))} requirements") for name in CLAIMS],
        "checks": lambda: [(name, sentence) for name, sentence, _ in all_checks()],
        "defects": lambda: _bridges("defect"),
        "variants": lambda: _bridges("variant"),
    }
    rows = [(name, text) for name, text in sources[kind]() if only is None or _is_wanted(name, only)]
    if not rows and only is not None:
        raise UsageError(f"--only {only!r} matches none of the {kind}")
    if as_json:
        say(json.dumps([{"name": name, "text": text} for name, text in rows], indent=1, ensure_ascii=False))
    else:
        width = max((len(name) for name, _ in rows), default=0)
        say("\n".join(f"{name:<{width}}  {text}" for name, text in rows) or "nothing to list")
    return 0


def _bridges(kind: str) -> list[tuple[str, str]]:
    return [(str(row["name"]), str(row["summary"])) for row in lab_list() if row["kind"] == kind]


def _is_wanted(name: str, pattern: str) -> bool:
    return is_named(name.lower(), [pattern.lower()])


def _requirements(claim: str | None, level: str | None, unjudged: bool) -> list[tuple[str, str]]:
    catalogue = load_catalogue()
    found = [r for r in catalogue.of_claims([claim] if claim else CLAIMS) if level in (None, r.level)]
    if unjudged:
        found = [r for r in found if not r.unjudgeable and not judges_of(r.id, catalogue)]
    return [(r.id, f"{r.level:<6} {r.statement}{_parts(r)}") for r in found]


def _parts(requirement: Requirement) -> str:
    """The parts that a requirement has, where it has several."""
    return f" (parts: {', '.join(facet.name for facet in requirement.facets)})" if requirement.facets else ""


def _dialects() -> list[tuple[str, str]]:
    names = {dialect: [alias for alias, of in ALIASES.items() if of == dialect] for dialect in DIALECTS}
    return [
        (
            name,
            (DIALECTS[name].__doc__ or "").strip() + (f" (also: {', '.join(also)})" if (also := names[name]) else ""),
        )
        for name in DIALECTS
    ]
