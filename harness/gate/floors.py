"""The floor of coverage: how many requirements a run must judge before its gate may turn green."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.catalogue.claims import CLAIMS
from harness.catalogue.verdict import Verdict
from harness.errors import UsageError, nearest
from harness.judge.judge import Verdicts


@dataclass(frozen=True, slots=True)
class Floor:
    """At least so many judged requirements; of one claim, or of all where `claim` is empty."""

    least: int
    claim: str = ""

    @property
    def option(self) -> str:
        """As it was given."""
        return f"--min-judged {self.claim}={self.least}" if self.claim else f"--min-judged {self.least}"


@dataclass(frozen=True, slots=True)
class FloorResult:
    """A floor, and how many requirements were judged."""

    floor: Floor
    judged: int

    @property
    def is_missed(self) -> bool:
        """Whether too few were judged."""
        return self.judged < self.floor.least


def parse_floors(given: Iterable[str], claims: Collection[str]) -> tuple[Floor, ...]:
    """The floors of `--min-judged`, such as 400 and okta=30. Raises UsageError."""
    floors = tuple(_floor(text, claims) for text in given)
    for floor in floors:
        if sum(other.claim == floor.claim for other in floors) > 1:
            raise UsageError(f"--min-judged is given twice for {floor.claim or 'all claims'}; keep one")
    return floors


def _floor(text: str, claims: Collection[str]) -> Floor:
    name, sign, number = text.rpartition("=")
    claim, count = name.strip(), number.strip()
    if not (count.isascii() and count.isdigit() and len(count) < 7 and int(count)) or (sign and not claim):
        raise UsageError(f"--min-judged {text[:80]!r} is no number; write 400, or okta=30 for one claim")
    if claim and claim not in CLAIMS:
        raise UsageError(f"--min-judged {text[:80]!r}: there is no claim {claim[:60]!r}{nearest(claim[:60], CLAIMS)}")
    if claim and claim not in claims:
        raise UsageError(f"--min-judged {text}: this run does not judge {claim}, only {', '.join(claims)}")
    return Floor(int(count), claim)


def measure(floors: Iterable[Floor], verdicts: Verdicts) -> tuple[FloorResult, ...]:
    """How many requirements were judged, whole or far enough to find something wrong, beside each floor."""
    judged = [r.requirement.claim for r in verdicts.results if r.verdict not in (Verdict.SKIP, Verdict.PARTLY)]
    counts = ((floor, judged.count(floor.claim) if floor.claim else len(judged)) for floor in floors)
    return tuple(FloorResult(*each) for each in counts)
