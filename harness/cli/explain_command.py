"""`bridgecheck explain`: says what a requirement, check, story or dialect is about, and how to go on from there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import click

from harness.catalogue.facets import Facet
from harness.catalogue.reactions import next_steps, why_it_matters
from harness.catalogue.requirement import Requirement, load_catalogue
from harness.cli.answer import ANSWER
from harness.cli.names import complete_name
from harness.cli.output import say
from harness.errors import UsageError, nearest
from harness.idp.dialects import ALIASES, DIALECTS
from harness.judge.coverage import all_checks, judges_of, stories

_WIDTH = 14


@click.command(name="explain")
@click.argument("name", metavar="NAME", shell_complete=complete_name)
def command(name: str) -> int:
    """Explain NAME: a requirement, a check, a story or a dialect, in any letter case.

    For a requirement: its meaning and source, why it matters, what judges it, and the command that judges it alone.
    """
    found = _find(name)
    if found is None:
        known = [*load_catalogue(), *(check for check, _, _ in all_checks()), *_stories(), *DIALECTS, *ALIASES]
        raise UsageError(f"there is no requirement, check, story or dialect {name!r}{nearest(name, known)}")
    row = next((row for row in load_catalogue().values() if row.id.casefold() == name.casefold()), None)
    if row:
        ANSWER.add(requirement=_as_json(row))
    for line in found():
        say(line)
    return 0


def _facet(facet: Facet) -> str:
    """A part with what excuses it."""
    only = [f"where {' and '.join(facet.when)}"] if facet.when else []
    only += [f"with {' or '.join(facet.dialects)}"] if facet.dialects else []
    only += [f"never judged: {facet.unjudgeable}"] if facet.unjudgeable else []
    return f"{facet.name} ({'; '.join(only)})" if only else facet.name


def _find(name: str) -> Callable[[], Iterable[str]] | None:
    """What explains the thing of that name; None when nothing has it."""
    wanted = name.casefold()
    for row in load_catalogue().values():
        if row.id.casefold() == wanted:
            return lambda row=row: _requirement(row)  # type: ignore[misc]
    for check, sentence, declared in all_checks():
        if check.casefold() == wanted:
            return lambda: _check(check, sentence, declared)
    for story in _stories():
        if wanted in (story.casefold(), story.rpartition("::")[2].casefold()):
            return lambda: _story(story)
    for dialect in (*DIALECTS, *ALIASES):
        if dialect.casefold() == wanted:
            return lambda: _dialect(ALIASES.get(dialect, dialect))
    return None


def _requirement(requirement: Requirement) -> Iterable[str]:
    yield f"{requirement.id}  {requirement.level}  claim {requirement.claim}  ({requirement.source})"
    yield f"\n  {requirement.statement}\n"
    judges = judges_of(requirement.id, load_catalogue())
    unjudged = requirement.unjudgeable or "nothing yet: counted as `not run` in every report"
    facts: list[tuple[str, str]] = [
        ("applies when", " and ".join(requirement.when)),
        ("needs", ", ".join(requirement.needs)),
        ("parts", "; ".join(_facet(facet) for facet in requirement.facets)),
        ("readings", ", ".join(requirement.readings)),
        ("restates", requirement.restates or ""),
        ("why", why_it_matters(requirement)),
        *(("next", step) for step in next_steps(requirement)),
        ("to fix", f"look for this fault: {requirement.defect}" if requirement.defect else ""),
        ("to check", requirement.check_hint),
        *(("judged by", judge) for judge in judges or [unjudged]),
        ("again", f"bridgecheck run --requirement {requirement.id}, with your other options" if judges else ""),
    ]
    yield from _told(facts)


def _as_json(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": requirement.level.value,
        "claim": requirement.claim,
        "source": requirement.source,
        "statement": requirement.statement,
        "applies_when": list(requirement.when),
        "needs": list(requirement.needs),
        "parts": [facet.name for facet in requirement.facets],
        "judged_by": judges_of(requirement.id, load_catalogue()),
        "why_not": requirement.unjudgeable,
    }


def _check(name: str, sentence: str, declared: Iterable[str]) -> Iterable[str]:
    yield f"{name}  a check"
    yield f"\n  {sentence}\n"
    yield from _told([*_judged(declared), ("again", _again(declared))])


def _story(name: str) -> Iterable[str]:
    story = next(each for each in stories() if each.name == name)
    yield f"{name}  a story of the suite {story.suite}"
    yield f"\n  {story.sentence}\n"
    again = f"bridgecheck run --only {name.rpartition('::')[2]}, with your other options"
    yield from _told([*_judged(story.requirements), ("again", again)])


def _dialect(name: str) -> Iterable[str]:
    cls = DIALECTS[name]
    yield f"{name}  a dialect" + (f", also {', '.join(cls.aliases)}" if cls.aliases else "")
    yield f"\n  {(inspect.getdoc(cls) or '').splitlines()[0]}\n"
    claim = cls.claim
    rows = load_catalogue().of_claims([claim])
    facts = [("claim", f"{claim}, {len(rows)} requirements; `bridgecheck list --claim {claim}` shows them")]
    facts += [("next", step) for step in next_steps(rows[0])]
    again = "" if cls.is_pulled else f"bridgecheck run --idp {name}, with your other options"
    yield from _told([*facts, ("again", again)])


def _judged(ids: Iterable[str]) -> list[tuple[str, str]]:
    catalogue = load_catalogue()
    return [("judges", f"{rid}  {catalogue.get(rid).statement}") for rid in ids]


def _again(ids: Iterable[str]) -> str:
    first = next(iter(ids), "")
    return f"bridgecheck run --requirement {first}, with your other options" if first else ""


def _told(facts: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Facts in a column; the name of a fact stands once where several follow each other."""
    last = ""
    for name, text in facts:
        if text:
            shown = "" if name == last else f"{name}:"
            yield f"  {shown:<{_WIDTH}} {text}"
            last = name


def _stories() -> list[str]:
    return [story.name for story in stories()]
