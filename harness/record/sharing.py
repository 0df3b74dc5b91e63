"""What a journal says again and again, such as headers and members, is kept once when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from harness.record.exchange import Json

_encode = msgspec.json.Encoder().encode


class Sharing:
    """Keeps one of what is equal, in the lines of one journal as they are parsed. What is read is never changed."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._scenario = ""
        self._items: dict[bytes, Any] = {}

    def share(self, line: Json) -> None:
        """Put into one parsed line, in place, what an earlier one had already."""
        for name in ("scenario", "dialect"):
            line[name] = self._text(line[name])
        event = line["event"]
        for part in ("request", "response"):
            if event.get(part):
                headers: Iterable[list[str]] = event[part]["headers"]
                event[part]["headers"] = [[self._text(name), self._text(value)] for name, value in headers]
        if isinstance(data := event.get("data"), list):
            event["data"] = [self._item(item, line["scenario"]) for item in data]

    def _text(self, text: str) -> str:
        return self._texts.setdefault(text, text)

    def _item(self, item: Any, scenario: str) -> Any:
        """Stories have little in common, so what one has shown is let go of with it."""
        if scenario != self._scenario:
            self._scenario, self._items = scenario, {}
        try:
            return self._items.setdefault(_encode(item), item)
        except UnicodeEncodeError:  # half a surrogate pair, which has no UTF-8
            return item
