"""The servers of a benchmark: each starts when first needed, serves all operations, and ends with the benchmark."""

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtests.peers import servers
from loadtests.peers.exchange import exchange
from loadtests.peers.generator import Generator
from loadtests.peers.postgres import Postgres, start_postgres
from loadtests.peers.servers import MissingError, Server

SCIM2 = "scim2-server"
SCIMMY = "scimmy-routers"
PEERS = (SCIM2, SCIMMY)
POSTGRES = "postgresql"
# Users in no group at first; the benchmark adds them to groups and removes them.
SPARE = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the directories, the length of a run, and how many rounds there are."""

    name: str
    users: int
    groups: tuple[int, ...]
    growth: tuple[int, ...]
    peer_users: int
    peer_groups: tuple[int, ...]
    postgres_users: int
    idle: int
    seconds: float
    rounds: int = 5


QUICK = Scale("quick", 10_000, (10, 1_000, 10_000), (1_000, 10_000), 1_000, (10, 1_000), 1_000, 500, 0.4)
STANDARD = Scale(
    "standard", 100_000, (10, 10_000, 100_000), (1_000, 10_000, 100_000), 10_000, (10, 10_000), 10_000, 1_000, 1.0
)
FULL = Scale(
    "full",
    100_000,
    (10, 10_000, 100_000),
    (1_000, 10_000, 100_000, 1_000_000),
    10_000,
    (10, 10_000),
    100_000,
    2_000,
    1.5,
)


class Fleet:
    """All servers of a benchmark with their stores, and the load generator."""

    def __init__(self, scale: Scale, cache: Path, folder: Path | None, without: frozenset[str] = frozenset()) -> None:
        self.scale = scale
        self.cache = cache
        self.skipped: dict[str, str] = dict.fromkeys(sorted(without), "left out by --without")
        self._postgres: Postgres | None = None
        self._servers: dict[str, Server] = {}
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="bridgecheck-", dir=folder)))
        self.generator = Generator([sys.executable, "-m", "loadtests.peers.generator"])
        os.sched_setaffinity(self.generator.pid, servers.cores()[1])
        self._stack.callback(self.generator.close)

    def close(self) -> None:
        """End everything and leave nothing behind."""
        self._stack.close()

    def bridge(self) -> Server:
        """Our bridge, with users, groups and the spare users."""
        return self._once("bridge", lambda: self._bridge(self.main_store()))

    def main_users(self) -> int:
        """How many users it has from the start."""
        return self.scale.users + SPARE

    def single_commits(self) -> Server:
        """The same bridge with one commit per request."""

        def start() -> Server:
            copy = self._copied(self.main_store(), "singly")
            return servers.start_single_commits(self.folder, copy)

        return self._once("singly", start)

    def grown(self, users: int) -> Server:
        """Our bridge with that many users and no group."""
        return self._once(f"grown {users}", lambda: self._bridge(self._filled(f"grown-{users}", users, ())))

    def thinned(self, users: int) -> Server:
        """The same after a third of the users, scattered over the directory, was deleted."""

        def start() -> Server:
            data = self._copied(self._filled(f"grown-{users}", users, ()), f"thinned-{users}")
            servers.run_tool("thin", "--data", str(data), "--users", str(users))
            return self._bridge(data)

        return self._once(f"thinned {users}", start)

    def bare(self, answer: bytes) -> Server:
        """Bare uvicorn that gives this answer."""
        return self._once("bare", lambda: servers.start_bare(self.folder, answer))

    def peers(self) -> dict[str, Server]:
        """The peers that are installed here."""
        scale = self.scale
        users, groups = scale.peer_users + SPARE, scale.peer_groups
        starts: dict[str, Callable[[], Server]] = {
            SCIM2: lambda: servers.start_scim2(users, groups),
            SCIMMY: lambda: servers.start_scimmy(self.cache, users, groups),
        }
        found = {name: self._optional(name, start) for name, start in starts.items()}
        return {name: server for name, server in found.items() if server is not None}

    def postgres(self) -> Postgres | None:
        """PostgreSQL with our bridge on it; None where it is not installed."""
        if POSTGRES not in self.skipped and self._postgres is None:
            try:
                self._postgres = start_postgres(self.folder, self.scale.postgres_users, self._stack)
            except MissingError as error:
                self.skipped[POSTGRES] = str(error)
        return self._postgres

    def main_store(self) -> Path:
        """The store of `bridge()`; copy it before that bridge starts."""
        return self._filled("main", self.main_users(), self.scale.groups)

    def fresh_bridge(self) -> Server:
        """Our bridge on a new store; the caller closes it."""
        data = self.folder / "fresh"
        shutil.rmtree(data, ignore_errors=True)
        return servers.start_bridge(self.folder, ["--data", str(data)])

    def fresh_bare(self) -> Server:
        """A bare server that answers as briefly as the fresh bridge does; the caller closes it."""
        return servers.start_bare(self.folder, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    def _bridge(self, data: Path) -> Server:
        # Bridges change their stores, and others are copied from the same ones.
        return servers.start_bridge(self.folder, ["--data", str(self._copied(data, data.name + "-served"))])

    def _filled(self, name: str, users: int, groups: tuple[int, ...]) -> Path:
        data = self.folder / name
        if not data.exists():
            say(f"filling a store with {users:,} users")
            options = [word for size in groups for word in ("--group", str(size))]
            servers.run_tool("fill", "--data", str(data), "--users", str(users), *options)
        return data

    def _copied(self, data: Path, name: str) -> Path:
        return Path(shutil.copytree(data, self.folder / name))

    def _once(self, key: str, start: Callable[[], Server]) -> Server:
        if key not in self._servers:
            say(f"starting {key}")
            self._servers[key] = start()
            self._stack.callback(self._servers[key].close)
        return self._servers[key]

    def _optional(self, name: str, start: Callable[[], Server]) -> Server | None:
        if name in self.skipped:
            return None
        try:
            return self._once(name, start)
        except MissingError as error:
            self.skipped[name] = str(error)
            return None


def answer_for_bare(server: Server, path: str) -> bytes:
    """A server's answer to a GET as HTTP bytes, without the header that uvicorn adds by itself."""
    status, headers, body = exchange(server.address, "GET", path)
    kept = [f"{name}: {value}" for name, value in headers if name != "date"]
    return "\r\n".join([f"HTTP/1.1 {status} OK", *kept, "", ""]).encode() + body


def say(text: str) -> None:
    """Report progress on stderr."""
    print(f"… {text}", file=sys.stderr, flush=True)
