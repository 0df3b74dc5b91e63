"""The bare server: uvicorn with our bridge's settings, which answers every request with the content of a file.

`python -m loadtests.peers.serve_bare ANSWER` prints its port. The file holds status line, headers and body.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

_Message = MutableMapping[str, Any]
App = Callable[[_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]]


def make_app(answer: bytes) -> App:
    """An ASGI application with one answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = [tuple(line.split(b": ", 1)) for line in lines]
    start = {"type": "http.response.start", "status": int(status.split()[1]), "headers": headers}
    rest = {"type": "http.response.body", "body": body}

    async def app(
        scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        await send(start)
        await send(rest)

    return app


def serve(app: App) -> None:
    """Serve an application as our bridge is served, on a free port, which is printed, until SIGTERM."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
    )
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    uvloop.run(_serve(config, listener))


async def _serve(config: uvicorn.Config, listener: socket.socket) -> None:
    await asyncio.create_task(uvicorn.Server(config).serve([listener]))


if __name__ == "__main__":
    serve(make_app(Path(sys.argv[1]).read_bytes()))
