"""A cause: one fault of a bridge, with the exchange that decided it and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.catalogue.requirement import Requirement
from harness.catalogue.verdict import Verdict
from harness.judge.refusal import Words, words_in
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange
from harness.record.journal import Entry


class FollowKind(StrEnum):
    """In which way a finding follows from a cause."""

    SAME_EXCHANGE = "other requirements by the same exchange"
    LATER_LOOK = "later looks at what it left behind"
    OTHER_STORIES = "the same fault in other stories"
    OTHER_DIALECTS = "the same fault by other dialects"
    ACQUITTED = "refused for another trait, so no finding"


@dataclass(frozen=True, slots=True)
class Follow:
    """Findings of one requirement that follow from a cause in one way."""

    kind: FollowKind
    requirement: Requirement
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault of a bridge: what bears it, and what follows from it.

    `requirement` is the most exact row that it breaks; `entry` the deciding exchange, or what was done outside SCIM
    where no request decided. `judgements` are the findings of that row that were made there; `also_said` is what
    the bridge said to other requests that met the same, as far as it differs. `probes` tells of the refused request
    with one trait changed back, and `acquitted` are the complaints of rows whose own trait was not refused.
    """

    number: int
    requirement: Requirement
    verdict: Verdict
    entry: Entry
    judgements: tuple[Judgement, ...]
    follows: tuple[Follow, ...]
    dialects: tuple[str, ...]
    also_said: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    acquitted: tuple[Follow, ...] = ()

    @property
    def count(self) -> int:
        """How many findings it explains."""
        return len(self.judgements) + sum(len(follow.judgements) for follow in self.follows)

    @property
    def all_judgements(self) -> tuple[Judgement, ...]:
        """All findings that it explains, its own first."""
        return (*self.judgements, *(judgement for follow in self.follows for judgement in follow.judgements))

    @property
    def exchange(self) -> Exchange | None:
        """The deciding exchange; None where no request decided."""
        return self.entry.event if isinstance(self.entry.event, Exchange) else None

    @property
    def words(self) -> Words | None:
        """The bridge's own words in the deciding exchange."""
        return words_in(self.exchange) if self.exchange else None

    @property
    def requirements(self) -> tuple[str, ...]:
        """The ids of all rows that it turns red, the one that bears it first."""
        return tuple(dict.fromkeys([self.requirement.id, *(follow.requirement.id for follow in self.follows)]))
