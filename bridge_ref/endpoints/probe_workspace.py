"""The workspace pull on the control listener: status, preview and actions."""

import asyncio
from typing import Any

from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.runtime.pull_protocol import Pull, PullError
from bridge_ref.runtime.service import Service
from bridge_ref.workspace.settings import WorkspaceError, check_key, parse_settings

# The acts that a test bench may do.
PULL_ACTS = ("workspace/attach", "workspace/sync", "workspace/forget")
_LOOK_EVERY_S = 0.05


async def answer_pull(service: Service, method: str, segments: list[str], body: dict[str, Any]) -> Any:
    """Answer a request below `workspace`. Raises ActionRefused."""
    if (method, segments) == ("POST", ["workspace", "attach"]):
        await _attach(service, body)
    pull = service.pull
    if pull is None:
        raise ActionRefused(404, "This bridge pulls no directory.")
    try:
        match method, segments:
            case "GET", ["workspace"]:
                return {**await pull.status(), "groups": list(await pull.chosen())}
            case "GET", ["workspace", "preview"]:
                return await pull.preview()
            case "GET", ["workspace", "groups"]:
                return {"groups": await pull.offered()}
            case "POST", ["workspace", "groups"]:
                await pull.choose(_names(body))
            case "POST", ["workspace", "attach"]:
                pass
            case "POST", ["workspace", "sync"]:
                await _sync(service, pull)
            case "POST", ["workspace", "confirm"]:
                await pull.confirm(_digest(body))
            case "POST", ["workspace", "forget"]:
                await pull.forget()
                service.pull = None
                return {"groups": []}
            case _:
                raise ActionRefused(404, f"There is nothing at {method} /{'/'.join(segments)}.")
    except PullError as error:
        raise ActionRefused(409, str(error)) from None
    return {"groups": list(await pull.chosen())}


async def _attach(service: Service, body: dict[str, Any]) -> None:
    """Pull this directory from now on, in the place of any other: for test benches, which start it after the bridge."""
    # Here, since google-auth takes longer to load than all the rest.
    from bridge_ref.workspace.attach import attach_workspace
    from bridge_ref.workspace.google import GoogleError

    settings, key = body.get("settings"), body.get("key")
    if not isinstance(settings, dict):
        raise ActionRefused(400, "settings must be an object.")
    try:
        workspace = attach_workspace(service, parse_settings(settings, "settings"), check_key(key, "key"))
    except (WorkspaceError, GoogleError) as error:
        raise ActionRefused(400, str(error)) from None
    await workspace.start()


async def _sync(service: Service, pull: Pull) -> None:
    """Sync now, and answer when it is done; a sync that is under way is waited for."""
    await pull.hasten(0)
    while (due := await pull.next_due_ms()) is not None and due <= service.clock.now_ms():
        await pull.run_due(service.clock.now_ms())
        if await pull.next_due_ms() == due:
            await asyncio.sleep(_LOOK_EVERY_S)


def _names(body: dict[str, Any]) -> tuple[str, ...]:
    groups = body.get("groups")
    if not isinstance(groups, list) or not all(isinstance(each, str) and each for each in groups):
        raise ActionRefused(400, "groups must be a list of addresses or ids.")
    return tuple(dict.fromkeys(groups))


def _digest(body: dict[str, Any]) -> int:
    digest = body.get("digest")
    if not isinstance(digest, str) or not (digest.isascii() and digest.isdigit() and len(digest) < 19):
        raise ActionRefused(400, "digest must be what a preview has shown.")
    return int(digest)
