"""A preview from the command line, on a store that no bridge is serving or that several share."""

from collections.abc import Mapping
from typing import Any

from bridge_ref.clock import SystemClock
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import Settings, make_parts
from bridge_ref.storage.location import StoreLocation
from bridge_ref.workspace.attach import attach_workspace
from bridge_ref.workspace.settings import WorkspaceSettings


async def preview(location: StoreLocation, settings: WorkspaceSettings, key: Mapping[str, Any]) -> dict[str, Any]:
    """What a sync would do. Raises StoreUnreadableError."""
    store = await location.open()
    try:
        # Nothing is served, so the address and the token are nobody's.
        service = Service(make_parts(Settings("http://127.0.0.1/scim/v2", "no-token")), store, SystemClock())
        workspace = attach_workspace(service, settings, key)
        return await workspace.preview(settings.groups)
    finally:
        await store.close()
