"""With `--json`: what a command says, kept until its end and then written as one JSON object."""

from __future__ import annotations

import json
from typing import Any


class CommandAnswer:
    """What a command has said and found so far; only with `--json`."""

    def __init__(self) -> None:
        self.is_wanted = False
        self._lines: list[str] = []
        self._data: dict[str, Any] = {}

    def begin(self) -> None:
        """From now on nothing is said before the end."""
        self.is_wanted, self._lines, self._data = True, [], {}

    def keep(self, text: str) -> None:
        """Lines that would have been said."""
        self._lines.extend(text.splitlines())

    def add(self, **data: Any) -> None:
        """What the command found; without `--json` nothing happens."""
        if self.is_wanted:
            self._data.update(data)

    def take(self, command: str, exit_code: int, error: str = "") -> str:
        """The JSON object: the command, its exit code, what it found, what it said, and the error that ended it."""
        self.is_wanted = False
        made = {"command": command, "exit_code": exit_code, **self._data, "lines": self._lines}
        return json.dumps({**made, "error": error} if error else made, ensure_ascii=False, indent=1)


ANSWER = CommandAnswer()
"""That of this process: a process runs one command."""
