"""The form of a vendor's own test suite: each assertion, and the requirement of ours that judges the same."""

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
class SuiteStep:
    """One request, or case, of a gate with its assertions; `story` where it is told in one of its own."""

    request: str
    assertions: tuple[Assertion, ...]
    story: str = ""


@dataclass(frozen=True, slots=True)
class VendorSuite:
    """A vendor's gate: its requests in their order; `faults` are those of the gate as a whole, as reported."""

    name: str
    story: str
    steps: tuple[SuiteStep, ...]
    faults: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many assertions there are."""
        return sum(len(step.assertions) for step in self.steps)
