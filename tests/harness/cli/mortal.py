"""A reference bridge that dies after a number of requests: `python mortal.py 60 serve --port …`."""

from __future__ import annotations

import os
import sys
from typing import Any

from bridge_ref.cli.main import main
from bridge_ref.http.app import App

left = int(sys.argv.pop(1))
answer = App.__call__


async def answer_while_alive(self: App, scope: Any, receive: Any, send: Any) -> None:
    """Answer, and count down."""
    global left
    left -= 1
    if left < 0:
        print("out of memory", file=sys.stderr, flush=True)
        os._exit(9)
    await answer(self, scope, receive, send)


App.__call__ = answer_while_alive  # type: ignore[method-assign]
main()
