"""What an answer shows by default: an attribute that is shown on request alone may be missing (RFC 7643 section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from harness.checks.registry import Case, CaseSelector, History, by_story
from harness.model.observed import schemas_in

E = TypeVar("E")


def shown_by_default(type_: str, name: str, over: Callable[[History], Iterable[Case[E]]]) -> CaseSelector[E]:
    """The cases of every story of a record; none where the bridge declares the attribute as shown on request.

    A check over them has `is_of_run`, since only some stories read what a bridge declares.
    """

    def cases(record: History) -> Iterable[Case[E]]:
        if not record or name in {path.rpartition(":")[2] for path in schemas_in(record)[type_].on_request}:
            return
        for entries in by_story(record):
            yield from over(entries)

    return cases
