"""The pull on the control listener: its state, a preview, and what an operator may do about it."""

from typing import Any

from bridge_ref.acts import ActError
from bridge_ref.pull import Pull, PullError


async def answer_pull(pull: Pull | None, method: str, segments: list[str], body: dict[str, Any]) -> Any:
    """Answer a request below `workspace`. Raises ActError."""
    if pull is None:
        raise ActError(404, "This bridge pulls no directory.")
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
            case "POST", ["workspace", "sync"]:
                await pull.hasten(0)
            case "POST", ["workspace", "confirm"]:
                await pull.confirm(_digest(body))
            case "POST", ["workspace", "forget"]:
                await pull.forget()
            case _:
                raise ActError(404, f"There is nothing at {method} /{'/'.join(segments)}.")
    except PullError as error:
        raise ActError(409, str(error)) from None
    return {"groups": list(await pull.chosen())}


def _names(body: dict[str, Any]) -> tuple[str, ...]:
    groups = body.get("groups")
    if not isinstance(groups, list) or not all(isinstance(each, str) and each for each in groups):
        raise ActError(400, "groups has to be a list of addresses or ids.")
    return tuple(dict.fromkeys(groups))


def _digest(body: dict[str, Any]) -> int:
    digest = body.get("digest")
    if not isinstance(digest, str) or not (digest.isascii() and digest.isdigit() and len(digest) < 19):
        raise ActError(400, "digest has to be what a preview has shown.")
    return int(digest)
