"""Names that a shell completes: dialects, claims, requirements, stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(names: Callable[[], Iterable[str]]) -> Complete:
    """Completes one name, or the last of several that are separated by commas."""

    def complete(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        before, comma, last = incomplete.rpartition(",")
        wanted = last.casefold()
        return [CompletionItem(f"{before}{comma}{name}") for name in names() if name.casefold().startswith(wanted)]

    return complete


def _dialects() -> Iterable[str]:
    from harness.idp.dialects import ALIASES, DIALECTS

    return (*DIALECTS, *ALIASES)


def _claims() -> Iterable[str]:
    from harness.catalogue.claims import CLAIMS
    from harness.catalogue.readings import load_check_lists

    return (*CLAIMS, *load_check_lists())


def _requirements() -> Iterable[str]:
    from harness.catalogue.requirement import load_catalogue

    return load_catalogue()


def _stories() -> Iterable[str]:
    from harness.judge.coverage import stories

    return (name for story in stories() for name in (story.name, story.name.rsplit("::", 1)[-1]))


complete_dialect = _completing(_dialects)
complete_claim = _completing(_claims)
complete_requirement = _completing(_requirements)
complete_story = _completing(_stories)
complete_name = _completing(lambda: (*_requirements(), *_stories(), *_dialects()))
