"""`bridge-ref workspace-preview`: show what a pull would do, without a running bridge."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from bridge_ref.cli.google_options import google_files, google_options
from bridge_ref.cli.store_options import find_location
from bridge_ref.clock import SystemClock
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import BridgeSettings, make_parts
from bridge_ref.storage.location import StoreLocation
from bridge_ref.storage.store import StoreUnreadableError
from bridge_ref.workspace.attach import attach_workspace
from bridge_ref.workspace.settings import WorkspaceConfig


@click.command("workspace-preview")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of a bridge that is not running.")
@click.option("--database", metavar="URL", help="PostgreSQL database of a bridge.")
@google_options
def workspace_preview(data: Path | None, database: str | None, **options: Any) -> None:
    """Show what a pull of Google Workspace would do, suspensions first. Nothing changes.

    The output is JSON. The exit code is 1 if the directory could not be read completely.
    """
    location = find_location(data, database)
    workspace = google_files(options)
    if workspace is None:
        raise click.UsageError("--google-settings and --google-key are needed")
    try:
        shown = asyncio.run(preview(location, workspace))
    except StoreUnreadableError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    if shown["outcome"] != "preview" or shown["missing"]:
        raise click.exceptions.Exit(1)


async def preview(location: StoreLocation, workspace: WorkspaceConfig) -> dict[str, Any]:
    """What a sync would do. Raises StoreUnreadableError."""
    store = await location.open()
    try:
        # Nothing is served, so the address and the token are placeholders.
        settings = BridgeSettings(base_url="http://127.0.0.1/scim/v2", token="no-token")
        service = Service(make_parts(settings), store, SystemClock())
        return await attach_workspace(service, workspace.settings, workspace.key).preview(workspace.settings.groups)
    finally:
        await store.close()
