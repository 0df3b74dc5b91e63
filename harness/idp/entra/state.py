"""The state of Entra ID's engine beside its links, as plain values: watermark, escrows, quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from harness.idp.entra.knobs import EntraKnobs

INITIAL = -1  # the watermark before the first cycle, and after a restart
Scope = Literal["assigned", "all"]


@dataclass(slots=True)
class Escrow:
    """An object that failed: tried again in the next cycle, then less and less often (MS-QUAR)."""

    failures: int
    due_in_cycle: int
    what: str


@dataclass(slots=True)
class Quarantine:
    """Why the job is slowed down, since when, and how often it was tried meanwhile (MS-QUAR)."""

    reason: str
    since_s: float
    tries: int = 0


@dataclass(slots=True)
class Tally:
    """What one cycle did: what failed, references (managers, members) apart."""

    events: int = 0
    failures: int = 0
    reference_failures: int = 0
    fatal: str = ""


@dataclass(slots=True)
class EntraState:
    """All of it. `pending` names what was planned and not brought to an end; `unmanaged` who was let go (MS-HOW),
    `unsure` whose addition to a group was not answered."""

    now_s: float = 0.0
    cycles: int = 0
    watermark: int = INITIAL
    looks_again: bool = False
    scope: Scope = "assigned"
    next_scope: Scope = "assigned"
    escrows: dict[str, Escrow] = field(default_factory=dict)
    quarantine: Quarantine | None = None
    is_disabled: bool = False
    is_removed: bool = False
    is_stopped: bool = False
    deleted_at: dict[str, float] = field(default_factory=dict)
    unmanaged: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    managers_due: set[str] = field(default_factory=set)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    unsure: dict[str, set[str]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    removals_allowed: bool = False


def reason_to_quarantine(tally: Tally, knobs: EntraKnobs) -> str:
    """Why a cycle like this one ends in quarantine; empty when it does not (MS-QUAR)."""
    if tally.fatal:
        return tally.fatal
    if tally.failures + tally.reference_failures >= knobs.quarantine_cap:
        return "too many failures, references included"
    if tally.failures < knobs.quarantine_from:
        return ""
    if tally.failures > knobs.quarantine_failures:
        return "too many failures"
    return "too large a share of failures" if tally.failures > knobs.quarantine_share * tally.events else ""


def pause_before_try(quarantine: Quarantine, now_s: float, knobs: EntraKnobs) -> float:
    """How long until the next try: 6, 12 and 24 hours after the first failure, then once a day (MS-QUAR)."""
    moments = knobs.quarantine_tries_s
    if quarantine.tries < len(moments):
        due_s = quarantine.since_s + moments[quarantine.tries]
    else:
        due_s = quarantine.since_s + moments[-1] + (quarantine.tries - len(moments) + 1) * knobs.quarantine_pace_s
    return max(0.0, due_s - now_s)


def cycles_to_wait(failures: int, knobs: EntraKnobs) -> int:
    """In how many cycles an object is tried again that failed so often: 1, 2, 4 and on."""
    return int(min(2 ** min(failures - 1, 16), knobs.longest_escrow))
