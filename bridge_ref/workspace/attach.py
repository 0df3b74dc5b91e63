"""Attach a workspace pull to a running bridge."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge_ref.runtime.service import Service
from bridge_ref.workspace.directory_reader import DirectoryReader
from bridge_ref.workspace.engine import Workspace
from bridge_ref.workspace.execute import PlanExecutor
from bridge_ref.workspace.google import Google
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings


def attach_workspace(
    service: Service,
    settings: WorkspaceSettings,
    key: Mapping[str, Any],
    sleep: Callable[[float], object] | None = None,
) -> Workspace:
    """Let the service pull a Google Workspace from now on. Raises GoogleError if the key cannot be used."""
    parts = service.parts
    reconciler = parts.pick(Reconciler)()
    google = Google(key, settings, sleep)
    workspace = parts.pick(Workspace)(
        settings=settings,
        google=google,
        reading=parts.pick(DirectoryReader)(google, settings),
        reconciler=reconciler,
        carrying=parts.pick(PlanExecutor)(parts.users, parts.groups, reconciler),
        store=service.store,
        clock=service.clock,
        context=service.context,
    )
    service.pull = workspace
    return workspace
