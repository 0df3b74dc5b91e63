"""Serving a bridge: sockets, the two listeners, the ready line, and an orderly end."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from bridge_ref import __version__
from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.clock import SystemClock
from bridge_ref.http.app import App, Handler
from bridge_ref.http.control import BASE, Control
from bridge_ref.http.protocol import Protocol
from bridge_ref.parts import Parts, Settings, make_parts
from bridge_ref.scim.capabilities import EVERY_CAPABILITY, Capabilities
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.service import Service
from bridge_ref.storage.sqlite import SqliteStore
from bridge_ref.storage.store import Store, StoreUnavailableError
from bridge_ref.workers import run_workers
from bridge_ref.workspace.settings import WorkspaceSettings

log = logging.getLogger("bridge_ref")

# How often the clock is looked at for work that has become due.
_TICK_S = 1.0
_DRAIN_S = 10


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and with what a bridge is to be served; port 0 means any that is free.

    The store is a folder or the URL of a PostgreSQL database; only the latter can have several workers.
    """

    host: str
    port: int
    token: str
    store: Path | str
    control_port: int | None = None
    control_token: str | None = None
    public_url: str | None = None
    is_strict: bool = False
    confirmation_interval_s: int = 300
    workers: int = 1
    capabilities: Capabilities = EVERY_CAPABILITY
    me: str | None = None
    limits: Limits = DEFAULT_LIMITS
    # Of a Google Workspace: the settings and the key, as they were read.
    workspace: tuple[WorkspaceSettings, Mapping[str, Any]] | None = None
    policy: Policy = DEFAULT_POLICY


MakeParts = Callable[[Settings], Parts]


def serve(listening: Listening, make: MakeParts = make_parts) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered.

    Raises StoreUnreadableError where there is no store of ours, and OSError where a port or a folder cannot be had.
    """
    scim = _bind(listening.host, listening.port)
    control = None if listening.control_port is None else _bind(listening.host, listening.control_port)
    urls = _url(scim), None if control is None else _url(control)
    if listening.workers == 1:
        uvloop.run(_serve(listening, scim, control, make, lambda: _print_ready(*urls)))
        return
    # A store that cannot be served is told before anybody is started, and once.
    uvloop.run(_try_store(listening))

    def work(tell: Callable[[], None]) -> None:
        uvloop.run(_serve(listening, scim, None, make, tell))

    run_workers(listening.workers, work, lambda: _print_ready(*urls))


async def _try_store(listening: Listening) -> None:
    await (await open_store(listening.store)).close()


async def open_store(place: Path | str) -> Store:
    """The store in a folder, or in the database of a URL. Raises StoreUnreadableError."""
    if isinstance(place, Path):
        return SqliteStore.open(place)
    # Here, since asyncpg comes with an extra; `check_database_url` has looked whether it is there.
    from bridge_ref.storage.postgres import PostgresStore

    return await PostgresStore.open(place)


async def _serve(
    listening: Listening,
    scim: socket.socket,
    control: socket.socket | None,
    make: MakeParts,
    tell_ready: Callable[[], None],
) -> None:
    store = await open_store(listening.store)
    try:
        await _serve_store(listening, store, scim, control, make, tell_ready)
    finally:
        await store.close()


async def _serve_store(
    listening: Listening,
    store: Store,
    scim: socket.socket,
    control: socket.socket | None,
    make: MakeParts,
    tell_ready: Callable[[], None],
) -> None:
    base_url = listening.public_url or f"{_url(scim)}/scim/v2"
    settings = Settings(
        base_url,
        listening.token,
        listening.is_strict,
        listening.confirmation_interval_s,
        capabilities=listening.capabilities,
        me=listening.me,
        limits=listening.limits,
        is_scim_read_only=listening.workspace is not None and listening.workspace[0].scim == "read-only",
        policy=listening.policy,
    )
    service = Service(make(settings), store, SystemClock())
    handler = service if listening.workspace is None else _with_workspace(service, *listening.workspace)
    await service.start()
    # What has been made so far stays; requests leave little behind that needs collecting.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    servers = [_Server(handler, scim, settings.limits.max_body_bytes)]
    if control is not None:
        servers.append(_Server(Control(service, str(listening.control_token)), control, settings.limits.max_body_bytes))
    _stop_on_signals(servers)
    running = [asyncio.create_task(server.run_until_stopped()) for server in servers]
    # The pull beside the rest: it waits for Google, and nobody is to be confirmed later for that.
    ticking = [asyncio.create_task(_tick(each)) for each in (service.tick, service.tick_pull)]
    for server in servers:
        await server.ready.wait()
    tell_ready()
    await asyncio.gather(*running)
    if service.pull is not None:
        service.pull.stop()
    for task in ticking:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to us and says when it listens."""

    def __init__(self, handler: Handler, listener: socket.socket, max_body_bytes: int) -> None:
        super().__init__(
            uvicorn.Config(
                App(handler, max_body_bytes),
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_DRAIN_S,
            )
        )
        self._listener = listener
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for the process as a whole."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def run_until_stopped(self) -> None:
        """Serve the socket until `should_exit`."""
        await self.serve([self._listener])


def _with_workspace(service: Service, settings: WorkspaceSettings, key: Mapping[str, Any]) -> Handler:
    # Here, since google-auth takes longer to load than all the rest.
    from bridge_ref.workspace.attaching import attach_workspace
    from bridge_ref.workspace.notices import WithNotices

    return WithNotices(service, attach_workspace(service, settings, key))


async def _tick(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await work()
        except StoreUnavailableError as error:
            log.warning("what is due waits for the store: %s", error)


def _stop_on_signals(servers: list[_Server]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _print_ready(scim: str, control: str | None) -> None:
    line = {
        "event": "ready",
        "scim": f"{scim}/scim/v2",
        "control": None if control is None else control + BASE,
        "pid": os.getpid(),
        "version": __version__,
    }
    print(json.dumps(line), flush=True)
