"""Faults of Google's side: set for each kind of request, and counted."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field

# What can be asked of the API; `fail` takes one of these, or `*` for any.
OPERATIONS = (
    "token",
    "users.list",
    "users.get",
    "users.watch",
    "groups.list",
    "groups.get",
    "members.list",
    "members.get",
    "channels.stop",
    "activities.list",
    "activities.watch",
    "notice",
)
# What Google says beside each status, where it says anything of its own.
_REASONS = {401: "authError", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded", 503: "backendError"}
KINDS = ("status", "truncated", "cut", "empty", "lost_token", "dropped", "html", "twice", "late", "forged")


@dataclass(slots=True)
class ApiFault:
    """One way in which a request goes wrong.

    `status`: an error with that status and reason. `truncated`: JSON that ends in the middle. `cut`: a page with half
    of what is on it, and no token for the next. `empty`: a page without its list, and without a token. `lost_token`:
    all of the page, but no token for the next. `dropped`: no answer at all; a notice is lost. `html`: a page that is
    no JSON, with status 200. `twice`: a notice that comes twice; `late`: behind those of the next time; `forged`: with
    a token that nobody gave. With a `chance` below 1 it happens to that share only.
    """

    operation: str
    kind: str = "status"
    group: str | None = None
    page: int | None = None
    status: int = 503
    reason: str | None = None
    retry_after_s: int | None = None
    times: int | None = None
    chance: float = 1.0
    happened: int = 0

    def __post_init__(self) -> None:
        if self.operation not in (*OPERATIONS, "*"):
            raise ValueError(f"operation {self.operation!r} is none of {', '.join(OPERATIONS)}, *")
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(KINDS)}")

    @property
    def word(self) -> str:
        """What Google calls the error."""
        return self.reason or _REASONS.get(self.status, "backendError")


@dataclass(slots=True)
class ApiFaults:
    """The configured faults; each ends after its number of times, and stays in the list with its count."""

    set: list[ApiFault] = field(default_factory=list)
    seed: int = 0
    _random: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(f"faults of the directory:{self.seed}")

    def add(self, fault: ApiFault) -> ApiFault:
        """Set one more; the first that fits a request wins."""
        with self._lock:
            self.set.append(fault)
        return fault

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self.set.clear()

    def take(self, operation: str, groups: tuple[str, ...] = (), page: int = 1) -> ApiFault | None:
        """The fault that this request meets, now counted; `groups` are the names by which its group goes."""
        with self._lock:
            for fault in self.set:
                if _fits(fault, operation, groups, page) and self._strikes(fault):
                    fault.happened += 1
                    return fault
        return None

    def _strikes(self, fault: ApiFault) -> bool:
        return fault.chance >= 1 or self._random.random() < fault.chance


def _fits(fault: ApiFault, operation: str, groups: tuple[str, ...], page: int) -> bool:
    return (
        fault.operation in (operation, "*")
        and (fault.times is None or fault.happened < fault.times)
        and (fault.group is None or fault.group in groups)
        and (fault.page is None or fault.page == page)
    )
