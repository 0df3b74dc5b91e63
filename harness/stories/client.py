"""A client for protocol stories: it sends requests that the story builds itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from harness.record.exchange import Exchange, Request
from harness.record.journal import (
    Entry,
)
from harness.record.message import WRITE_HEADERS, read
from harness.record.pages import read_pages
from harness.stories.run import Run
from harness.target.probe import NotOffered


class Client:
    """Sends requests of a story's own making; for protocol stories."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def send(self, request: Request) -> Entry:
        """Send and record; returns the entry, for `expect.answer`."""
        return self._run.send(request)

    def send_together(self, requests: Sequence[Request]) -> list[Entry]:
        """Send all at once. What the bridge puts off is sent once more, alone, as every identity provider does.

        Returns the last exchange of each. Putting off is 409, 412, 429 or a 5xx: the bridge has done nothing then.
        """
        entries = zip(requests, self._run.send_together(requests), strict=True)
        return [self._run.send(request) if _is_put_off(entry) else entry for request, entry in entries]

    def id_from(self, created: Entry) -> str:
        """The id that a create gave. Raises NotOffered where it gave none: what follows needs the resource."""
        assert isinstance(created.event, Exchange)
        made = created.event.json.get("id")
        if not isinstance(made, str) or not 200 <= created.event.status < 300:
            raise NotOffered(f"`{created.event.request.name}` made nothing, so the story can't go on")
        return made

    def raw(self, method: str, path: str, body: bytes, name: str) -> Request:
        """A request with exactly these bytes as its body."""
        return Request(method, path, name, WRITE_HEADERS, body)

    def anonymous(self, request: Request) -> Request:
        """The same request without a token."""
        return replace(request, credential=None)

    def stranger(self, request: Request) -> Request:
        """The same request with a token that nobody has been given."""
        return replace(request, credential="wrong")

    def pause(self, seconds: float) -> None:
        """Let time pass on the bridge, for real where its clock can't be moved."""
        self._run.advance(seconds)

    def walk(self, path: str, count: int, at_most: int) -> None:
        """Read a list in pages of `count`, until a page is empty or `at_most` pages were read."""
        name = f"walk {path.strip('/').lower()}"
        deque(islice(read_pages(lambda query: self._run.exchange(read(path, name, query)).json, count), at_most), 0)

    def observe(self) -> None:
        """Look at everything that can be seen."""
        self._run.observe()


def _is_put_off(entry: Entry) -> bool:
    assert isinstance(entry.event, Exchange)
    return entry.event.status in (409, 412, 429) or entry.event.status >= 500
