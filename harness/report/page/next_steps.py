"""What each identity provider does next, by the causes that its own traffic met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.catalogue.claims import IDP_CLAIMS, concerns
from harness.catalogue.reactions import reaction_to
from harness.report.causes import ReportedCause

_SHOWN = 3  # ours: the gravest; the rest stands at the causes


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a vendor does next, and the cause that makes it do so."""

    says: str
    cause: int


def next_steps_of(claim: str, causes: Sequence[ReportedCause]) -> tuple[NextStep, ...]:
    """The first few things that this vendor does next; nothing for what is no identity provider's claim."""
    if claim not in IDP_CLAIMS:
        return ()
    told: dict[str, NextStep] = {}
    for cause in causes:
        for says in _reactions(claim, cause):
            told.setdefault(says, NextStep(says, cause.number))
    return tuple(told.values())[:_SHOWN]


def _reactions(claim: str, cause: ReportedCause) -> Iterator[str]:
    is_met = any(concerns(claim, dialect) for dialect in cause.dialects)
    if is_met and cause.deed[0] and (says := reaction_to(claim, *cause.deed)):
        yield says
