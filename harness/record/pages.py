"""The pages of a list, one after the other, until one is empty (RFC 7644 section 3.4.2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.record.exchange import Json


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `body` is None where no list could be read."""

    body: Json | None

    @property
    def entries(self) -> list[Any]:
        """What the page lists; nothing where Resources is absent, or no array."""
        listed = self.body.get("Resources") if self.body is not None else None
        return listed if isinstance(listed, list) else []

    @property
    def is_list(self) -> bool:
        """Whether it can be read as a list; Resources may be absent, which is the same as empty."""
        return self.body is not None and isinstance(self.body.get("Resources"), list | None)

    @property
    def total(self) -> Any:
        """`totalResults`, whatever it is; None when absent."""
        return self.body.get("totalResults") if self.body is not None else None


def read_pages(get: Callable[[str], Json | None], count: int) -> Iterator[Page]:
    """Page after page of `count` until one is empty; `get` takes the query. The caller decides when to stop earlier.

    A page may hold less than was asked for, so the next one begins where it ended.
    """
    start = 1
    while True:
        page = Page(get(f"startIndex={start}&count={count}"))
        yield page
        if not page.entries:
            return
        start += len(page.entries)
