"""The state of Google's engine beside its links, as plain values: time, people who are leaving, the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from harness.idp.google.knobs import DAY_S, GoogleKnobs

Trigger = Literal["off", "suspended", "deleted"]
Triggers = dict[Trigger, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry of the console's list of failures; `key` is the person's, or names the connection test."""

    at_s: float
    key: str
    what: str


@dataclass(slots=True)
class GoogleState:
    """All of it. `leaving` has the triggers of who is linked and out of scope, each with the moment it was noticed;
    `gone` is whom the bridge knows no more; `unsure` whose DELETE was not answered; `days` counts by day."""

    now_s: float = 0.0
    syncs: int = 0
    is_removed: bool = False
    leaving: dict[str, Triggers] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    days: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, what: str, knobs: GoogleKnobs) -> None:
        """Count something that went well, and forget the days that the console does not show any more."""
        today = self.days.setdefault(str(int(self.now_s // DAY_S)), {})
        today[what] = today.get(what, 0) + 1
        for day in [each for each in self.days if int(each) * DAY_S < self.now_s - knobs.shown_s - DAY_S]:
            del self.days[day]

    def list_failure(self, failure: Failure, knobs: GoogleKnobs) -> None:
        """Add to the list of failures, which is bounded in time and in number."""
        shown = [each for each in self.failures[1 - knobs.failures_shown :] if self.is_shown(each, knobs)]
        self.failures = [*shown, failure] if knobs.failures_shown > 1 else [failure]

    def is_shown(self, failure: Failure, knobs: GoogleKnobs) -> bool:
        """Whether the console still shows a failure (G-MON)."""
        return failure.at_s >= self.now_s - knobs.shown_s


def moments_of(triggers: Triggers, knobs: GoogleKnobs, longest: int = 30) -> tuple[float | None, float | None]:
    """When somebody is to be suspended, and when deleted: each by the trigger that wants it first.

    Delays of more days than `longest` are left out.
    """
    suspend: list[float] = []
    delete: list[float] = []
    for trigger, since_s in triggers.items():
        start_s = since_s + (knobs.switch_off_s if trigger == "off" else 0.0)
        for days, moments in zip(choice_of(trigger, knobs), (suspend, delete), strict=True):
            if days is not None and days <= longest:
                moments.append(start_s + (days * DAY_S if days else knobs.within_s))
    return min(suspend, default=None), min(delete, default=None)


def choice_of(trigger: Trigger, knobs: GoogleKnobs) -> tuple[int | None, int | None]:
    """After how many days the administrator lets a trigger suspend, and delete; None is never."""
    if trigger == "off":
        return knobs.off_suspend_days, knobs.off_delete_days
    if trigger == "suspended":
        return knobs.suspended_suspend_days, None
    return knobs.deleted_suspend_days, knobs.deleted_delete_days
