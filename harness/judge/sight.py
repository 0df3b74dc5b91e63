"""What a run could see beside SCIM. A row that needs more is not passed by what was seen without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.facets import Unseen
from harness.catalogue.requirement import Requirement
from harness.catalogue.verdict import SkipReason
from harness.record.journal import Entry, Observation

# The words of `needs` that a probe brings, each with the look that shows it and how a report calls what is missing.
_SIGHTS = {
    "account": ("account.members", "what the account shows", "the account behind the bridge can't be read"),
    "mail": ("account.mail", "what the mails show", "mail can't be read"),
}
PROBED = frozenset(_SIGHTS)
"""The words of `needs` that an observer of the account brings."""


def seen_in(entries: Iterable[Entry]) -> frozenset[str]:
    """The words of `needs` that the looks of a run satisfy."""
    kinds = {entry.event.kind for entry in entries if isinstance(entry.event, Observation) and entry.event.digest}
    return frozenset(word for word, (kind, _, _) in _SIGHTS.items() if kind in kinds)


def unseen_of(requirement: Requirement, seen: frozenset[str]) -> Iterator[Unseen]:
    """What of a row can't have been judged, since nothing showed it."""
    for word, (_, name, why) in _SIGHTS.items():
        if word in requirement.needs and word not in seen:
            yield Unseen(name, f"{SkipReason.NOT_OBSERVABLE}: {why}", False)
