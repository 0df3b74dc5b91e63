"""`bridgecheck list`: lists requirements, stories, dialects, claims and checks."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import load_catalogue
from harness.cli.output import say
from harness.idp.dialects import ALIASES, DIALECTS
from harness.judge.coverage import all_checks, stories

KINDS = ("requirements", "stories", "dialects", "claims", "checks")


@click.command(name="list")
@click.argument("kind", type=click.Choice(KINDS), default="requirements")
@click.option("--claim", help="Only requirements of this claim.")
@click.option("--level", type=click.Choice(["MUST", "SHOULD", "MAY"]), help="Only requirements of this level.")
@click.option("--only", default="*", metavar="GLOB", help="Only requirements whose id matches this pattern.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(kind: str, claim: str | None, level: str | None, only: str, as_json: bool) -> int:
    """List all entries of one KIND: requirements (the default), stories, dialects, claims or checks."""
    sources: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "requirements": lambda: _requirements(claim, level, only),
        "stories": lambda: [(story.name, story.sentence) for story in stories()],
        "dialects": _dialects,
        "claims": lambda: [(name, f"{len(load_catalogue().of_claims([name]))} requirements") for name in CLAIMS],
        "checks": lambda: [(name, sentence) for name, sentence, _ in all_checks()],
    }
    rows = sources[kind]()
    if as_json:
        say(json.dumps([{"name": name, "text": text} for name, text in rows], indent=1, ensure_ascii=False))
    else:
        width = max((len(name) for name, _ in rows), default=0)
        say("\n".join(f"{name:<{width}}  {text}" for name, text in rows) or "nothing matches")
    return 0


def _requirements(claim: str | None, level: str | None, only: str) -> list[tuple[str, str]]:
    catalogue = load_catalogue()
    chosen = {r.id for r in catalogue.of_claims([claim] if claim else CLAIMS)}
    found = [r for r in catalogue.find(only) if r.id in chosen and level in (None, r.level)]
    return [(r.id, f"{r.level:<6} {r.statement}") for r in found]


def _dialects() -> list[tuple[str, str]]:
    names = {dialect: [alias for alias, of in ALIASES.items() if of == dialect] for dialect in DIALECTS}
    return [
        (
            name,
            (DIALECTS[name].__doc__ or "").strip() + (f" (also: {', '.join(also)})" if (also := names[name]) else ""),
        )
        for name in DIALECTS
    ]
