"""The settings of the simulator of Google's auto-provisioning, with defaults from docs/sources.md, 3.d, 3.f and 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S

# G-ZEN: the delays that an administrator can choose from; 0 is "within 24 hours", and 21 is for some apps.
CHOICES = (0, 1, 7, 21, 30)


@dataclass(frozen=True, slots=True)
class GoogleKnobs:
    """Settings of one application in Google's admin console.

    `parallel_jobs` and `timeout_s` are for the driver of the conversations. Each trigger has its own choice of
    suspension and deletion after a number of days, or None; suspended users have only suspension (G-ZEN). 0 days is
    "within 24 hours" and happens after `within_s`: Google does not say when in that time.
    """

    blank: Literal["%20", "+"] = "%20"  # snipe-it#12642
    user_agent: str = "Google-Auto-Provisioning"  # scimitar#142
    sync_s: float = 3 * HOUR_S  # G-ABOUT: "every few hours"
    within_s: float = 12 * HOUR_S  # G-ZEN says "within 24 hours"; the middle of it is ours
    switch_off_s: float = 900.0  # G-ABOUT: switching an application off takes up to 15 minutes
    gap_s: float = 0.1  # unconfirmed
    parallel_jobs: int = 4  # unconfirmed
    timeout_s: float = 60.0  # unconfirmed
    update: Literal["put", "patch"] = "put"  # unconfirmed (3.c)
    set_active: Literal["patch", "put"] = "patch"  # unconfirmed (3.d)
    on_several_matches: Literal["fail", "first"] = "fail"  # unconfirmed (3.b)
    on_match_404: Literal["fail", "nobody"] = "fail"  # unconfirmed (section 4)
    update_on_link: bool = True  # unconfirmed (3.b): what the match shows otherwise is sent at once
    off_suspend_days: int | None = 0  # G-ZEN: turned off by org unit or group; the choice is ours
    off_delete_days: int | None = None  # G-ZEN; the choice is ours
    suspended_suspend_days: int | None = 0  # G-ZEN; the choice is ours
    deleted_suspend_days: int | None = 0  # G-ZEN; the choice is ours
    deleted_delete_days: int | None = None  # G-ZEN; the choice is ours
    shown_s: float = 30 * DAY_S  # G-MON: the console shows the last 30 days
    failures_shown: int = 1_000  # a bound of ours

    def __post_init__(self) -> None:
        for days in (
            self.off_suspend_days,
            self.off_delete_days,
            self.suspended_suspend_days,
            self.deleted_suspend_days,
            self.deleted_delete_days,
        ):
            if days is not None and days not in CHOICES:
                raise ValueError(f"none or one of {', '.join(map(str, CHOICES))} days")
