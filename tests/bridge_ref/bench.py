"""A test bench for the pages: a directory to pull, and reads of the account."""

from __future__ import annotations

from typing import Any

from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.runtime.pull_protocol import PullError
from tests.bridge_ref.world import START_MS, World

GIVEN = (
    TokenGrant(digest_of("reading-token"), "file", Scope.READ_ONLY, 0),
    TokenGrant(digest_of("monitor-token"), "file", Scope.MONITORING, 0),
    TokenGrant(digest_of("expired-token"), "file", Scope.FULL, 0, START_MS - 1),
    TokenGrant(digest_of("second-token"), "file", Scope.FULL, 0, START_MS + 3_600_000),
)
PAGES = ("status", "members", "pending", "groups", "mail", "requests", "settings", "credentials", "clock", "google")


class Directory:
    """A pull that somebody else has written."""

    def __init__(self) -> None:
        self.groups: tuple[str, ...] = ("staff@example.com",)
        self.confirmed: list[int] = []
        self.asked: list[tuple[str, ...] | None] = []
        self.is_down = False
        self.plan: dict[str, Any] = {
            "outcome": "preview",
            "groups": ["staff@example.com"],
            "would_be_suspended": [{"address": "ada@example.com", "why": "in none of the groups"}],
            "would_leave_groups": ["ada@example.com leaves Design"],
            "held": ["one of one member would be suspended"],
            "missing": [],
            "digest": "4711",
            "would_be_done": ["grace@example.com is invited"],
            "conflicts": [],
            "notes": ["olga@example.com is an owner"],
        }

    async def start(self) -> None: ...

    def stop(self) -> None: ...

    async def next_due_ms(self) -> int | None:
        return None

    async def run_due(self, until_ms: int) -> bool:
        return False

    async def status(self) -> dict[str, Any]:
        return {"source": "Workspace", "state": "unhealthy", "detail": "suspensions wait"}

    async def chosen(self) -> tuple[str, ...]:
        return self.groups

    async def choose(self, groups: tuple[str, ...]) -> None:
        self.groups = groups

    async def offered(self) -> list[dict[str, str]]:
        if self.is_down:
            raise PullError("the directory is not there")
        names = {"staff@example.com": "Staff", "sales@example.com": "Sales"}
        return [{"id": f"g-{email}", "email": email, "name": name} for email, name in names.items()]

    async def preview(self, groups: tuple[str, ...] | None = None) -> dict[str, Any]:
        self.asked.append(groups)
        return {"outcome": "failed", "reason": "page 2 was missing"} if self.is_down else self.plan

    async def confirm(self, digest: int) -> None:
        self.confirmed.append(digest)

    async def hasten(self, wait_ms: int) -> None: ...

    async def notice(self, channel_id: str, token: str, state: str) -> bool:
        return False

    async def forget(self) -> None: ...


def member_path(world: World, email: str, act: str = "") -> str:
    return f"members/{world.member(email)['id']}" + (f"/{act}" if act else "")


def group_id(world: World, name: str) -> str:
    return next(str(each["id"]) for each in world.control("GET", "groups").body["groups"] if each["name"] == name)


def everything(world: World) -> list[Any]:
    """The whole account but the journal."""
    reads = ("members", "groups", "vaults", "settings", "mail")
    return [world.control("GET", each).body for each in reads]


def refusals(world: World) -> list[str]:
    found = world.control("GET", "journal").body["events"]
    return [each["detail"] for each in found if each["event"] == "refused"]


def seq_of(world: World, email: str) -> int:
    """The newest mail to somebody."""
    return int(world.control("GET", "mail", query=f"to={email}").body["messages"][-1]["seq"])
