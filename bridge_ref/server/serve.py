"""Serve a bridge: bind the sockets, start the listeners, print the ready line, shut down in order."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop

from bridge_ref import __version__
from bridge_ref.clock import ShiftedClock, SystemClock
from bridge_ref.credentials.files import CredentialsError
from bridge_ref.credentials.session import SessionFile
from bridge_ref.decisions.queries import FindTokens
from bridge_ref.endpoints.access import AccessLog
from bridge_ref.endpoints.google_notices import GoogleNotices
from bridge_ref.endpoints.outage import Outage
from bridge_ref.endpoints.probe import BASE, ProbeEndpoints
from bridge_ref.endpoints.status import PingEndpoint
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.http.app import App, Handler
from bridge_ref.http.protocol import Protocol
from bridge_ref.monitor.account_watch import AccountWatch
from bridge_ref.runtime.service import OFFSET, Service
from bridge_ref.runtime.wiring import BridgeSettings, Parts, make_parts
from bridge_ref.server.config import Sender, ServerConfig
from bridge_ref.server.workers import run_workers
from bridge_ref.storage.store import Store, StoreUnavailableError
from bridge_ref.workspace.settings import WorkspaceConfig

log = logging.getLogger("bridge_ref")

# How often the clock is looked at for work that has become due.
_TICK_S = 1.0
_DRAIN_S = 10


MakeParts = Callable[[BridgeSettings], Parts]


def serve(config: ServerConfig, make: MakeParts = make_parts) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered.

    Raises StoreUnreadableError for a store that cannot be used, CredentialsError for a session file that does not fit,
    and OSError for a port or a folder that is not available.
    """
    listeners = config.listeners
    scim = _bind(listeners.host, listeners.port)
    control = None if listeners.control_port is None else _bind(listeners.host, listeners.control_port)
    ping = None if listeners.ping_port is None else _bind(listeners.host, listeners.ping_port)
    urls = _url(scim, listeners.tls), None if control is None else _url(control, listeners.tls)
    if config.workers == 1:
        uvloop.run(_serve(config, _Sockets(scim, control, ping), make, lambda: _print_ready(*urls)))
        return
    # An unusable store is reported once, before any worker starts.
    uvloop.run(_try_store(config))

    def work(tell: Callable[[], None]) -> None:
        uvloop.run(_serve(config, _Sockets(scim, None, ping), make, tell))

    run_workers(config.workers, work, lambda: _print_ready(*urls))


async def _try_store(config: ServerConfig) -> None:
    store = await config.store.open()
    try:
        await _check_pair(config, store)
    finally:
        await store.close()


async def _serve(config: ServerConfig, sockets: "_Sockets", make: MakeParts, tell_ready: Callable[[], None]) -> None:
    async with AsyncExitStack() as stores:
        services: list[Service] = []
        for location, settings in config.bridges(_url(sockets.scim, config.listeners.tls)):
            store = await location.open()
            stores.push_async_callback(store.close)
            services.append(Service(make(settings), store, SystemClock()))
        # A test bench may attach a pull while the bridge runs.
        handler = Outage(GoogleNotices(AccessLog(TenantRouter(services)), services[0]), services[0])
        services[0].health_watch = services[0].parts.pick(AccountWatch)(services[0])
        if config.workspace is not None:
            _attach_workspace(services[0], config.workspace)
        for service in services:
            await service.start()
        await _check_pair(config, services[0].store)
        await _serve_services(config, services, handler, sockets, tell_ready)


async def _check_pair(config: ServerConfig, store: Store) -> None:
    """Refuse to serve a session file that no token of the store belongs to. Raises CredentialsError."""
    session_file = config.bridge.session_file
    if config.bridge.token or session_file is None:
        return
    pair = SessionFile(session_file).load().pair
    now_ms = ShiftedClock(SystemClock(), await store.get_setting(OFFSET, 0)).now_ms()
    if not any(grant.pair == pair and grant.is_valid_at(now_ms) for grant in await store.find(FindTokens())):
        raise CredentialsError(
            f"--session {session_file} is not of the credentials of this store, or has been replaced; "
            "bridge-ref setup makes a pair, bridge-ref rotate another"
        )


async def _serve_services(
    config: ServerConfig,
    services: list[Service],
    handler: Handler,
    sockets: "_Sockets",
    tell_ready: Callable[[], None],
) -> None:
    sender = _make_sender(config, services[0])
    # All objects so far live as long as the process; requests leave little to collect.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    limit = config.bridge.limits.max_body_bytes
    servers = [_Server(handler, sockets.scim, limit, config.listeners.tls)]
    if sockets.control is not None:
        probe = services[0].parts.pick(ProbeEndpoints)
        control = probe(services[0], str(config.listeners.control_token))
        servers.append(_Server(control, sockets.control, limit, config.listeners.tls))
    if sockets.ping is not None:
        servers.append(_Server(PingEndpoint(), sockets.ping, limit))
    _stop_on_signals(servers)
    running = [asyncio.create_task(server.run_until_stopped()) for server in servers]
    # The pull has a task of its own: it waits for Google and must not delay confirmations.
    works = [*(service.tick for service in services), services[0].tick_pull]
    ticking = [asyncio.create_task(_tick(each)) for each in works]
    sending = None if sender is None else asyncio.create_task(sender.run())
    for server in servers:
        await server.ready.wait()
    tell_ready()
    await asyncio.gather(*running)
    if sender is not None and sending is not None:
        await sender.stop(sending)
    if services[0].pull is not None:
        services[0].pull.stop()
    for task in ticking:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _make_sender(config: ServerConfig, service: Service) -> Sender | None:
    if config.mail is None:
        return None
    sender = config.mail(service.store, service.clock)
    service.reporters.append(sender)
    return sender


@dataclass(frozen=True, slots=True)
class _Sockets:
    """The sockets of a bridge, bound before anything else is done."""

    scim: socket.socket
    control: socket.socket | None = None
    ping: socket.socket | None = None


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to us and says when it listens."""

    def __init__(
        self,
        handler: Handler,
        listener: socket.socket,
        max_body_bytes: int,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        cert, key = tls or (None, None)
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
                ssl_certfile=cert,
                ssl_keyfile=key,
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


def _attach_workspace(service: Service, workspace: WorkspaceConfig) -> None:
    # Here, since google-auth takes longer to load than all the rest.
    from bridge_ref.workspace.attach import attach_workspace

    attach_workspace(service, workspace.settings, workspace.key)


async def _tick(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await work()
        except StoreUnavailableError as error:
            log.warning("scheduled work waits for the store: %s", error)


def _stop_on_signals(servers: list[_Server]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def _url(listener: socket.socket, tls: tuple[Path, Path] | None) -> str:
    host, port = listener.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{'https' if tls else 'http'}://{name}:{port}"


def _print_ready(scim: str, control: str | None) -> None:
    line = {
        "event": "ready",
        "scim": f"{scim}/scim/v2",
        "control": None if control is None else control + BASE,
        "pid": os.getpid(),
        "version": __version__,
    }
    print(json.dumps(line), flush=True)
