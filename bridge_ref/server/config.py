"""The configuration of a server: bridge, store, listeners, mail, workspace and tenants."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bridge_ref.clock import Clock
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.runtime.health import Reporter
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.storage.location import StoreLocation
from bridge_ref.storage.store import Store
from bridge_ref.workspace.settings import WorkspaceConfig


class Sender(Reporter, Protocol):
    """The sender of mail."""

    async def run(self) -> None:
        """Run until `stop`."""

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """Stop; a delivery under way may finish if it is quick."""


# Given a store and the clock of its bridges.
MakeSender = Callable[[Store, Clock], Sender]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The addresses of a bridge; port 0 picks a free one. `tls` is a certificate with its key."""

    host: str = "127.0.0.1"
    port: int
    control_port: int | None = None
    control_token: str | None = None
    ping_port: int | None = None
    tls: tuple[Path, Path] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantConfig:
    """A further account behind the same address, with a store and tokens of its own."""

    store: StoreLocation
    grants: tuple[TokenGrant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """The configuration of a server. Several workers need a store in a database."""

    store: StoreLocation
    bridge: BridgeSettings
    listeners: Listeners
    workers: int = 1
    mail: MakeSender | None = None
    workspace: WorkspaceConfig | None = None
    tenants: tuple[TenantConfig, ...] = ()

    def bridges(self, url: str) -> Iterator[tuple[StoreLocation, BridgeSettings]]:
        """The store and the settings of each bridge, given the address that they listen on; the main one first."""
        main = replace(self.bridge, base_url=self.bridge.base_url or f"{url}/scim/v2")
        yield self.store, main
        # One tenant's cursors are worth nothing to another, since they hang on the account's ids.
        key = main.signing_key or main.token
        further = replace(main, token="", session_file=None, signing_key=key, opens=None, notify=None, is_lab=False)
        for tenant in self.tenants:
            yield tenant.store, replace(further, grants=tenant.grants)
