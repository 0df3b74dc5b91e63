"""The vendors' own gates: what each asserts, and which of our requirements judges that (existing-tools.md 1.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assertion:
    """One assertion of a vendor's gate, in our words, and the requirement that judges the same.

    `wrong` says why a bridge that fails it may be right; without a requirement the assertion is about the vendor's own
    tenant, or it is wrong altogether.
    """

    what: str
    requirement: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class GateStep:
    """One request of a gate with its assertions, and the story in which ours is told."""

    request: str
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A vendor's gate: its requests in their order."""

    name: str
    story: str
    steps: tuple[GateStep, ...]

    @property
    def count(self) -> int:
        """How many assertions there are."""
        return sum(len(step.assertions) for step in self.steps)
