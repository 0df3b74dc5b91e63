"""Which part of a result a page shows, by index: RFC 7644 section 3.4.2.4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PageWindow:
    """What a page may be: it begins at `start`, counted from 1, and shows `most` resources at most.

    `fewest` is 1 where something is left to show: a server may give fewer than it was asked for, and not none.
    """

    start: int
    fewest: int
    most: int
    total: int


@dataclass(frozen=True, slots=True)
class PageFault:
    """A number in a list answer that does not hold, with the requirement that it breaks."""

    attribute: str
    expected: str
    shown: Any
    because: str


def window(total: int, start_index: int | None = None, count: int | None = None) -> PageWindow:
    """The part of `total` results that a request asks for; values below the least are taken as the least."""
    start = max(start_index if start_index is not None else 1, 1)
    left = max(total - start + 1, 0)
    most = left if count is None else min(max(count, 0), left)
    return PageWindow(start, min(most, 1), most, total)


def page_faults(answer: Mapping[str, Any], wanted: PageWindow, *, total_is_known: bool = True) -> list[PageFault]:
    """What is wrong with the numbers of a list answer. `total_is_known`: nobody else adds or removes resources."""
    listed = answer.get("Resources")
    shown = len(listed) if isinstance(listed, list) else 0
    total = answer.get("totalResults")
    found: list[PageFault] = []
    if total_is_known and total != wanted.total:
        found.append(PageFault("totalResults", str(wanted.total), total, "RFC7644-3.4.2-06"))
    if shown > wanted.most:
        row = "RFC7644-3.4.2.4-05" if wanted.most == 0 and wanted.total else "RFC7644-3.4.2.4-06"
        found.append(PageFault("Resources", f"at most {wanted.most}", shown, row))
    if shown < wanted.fewest and (total_is_known or wanted.start == 1):
        found.append(PageFault("Resources", "at least one", shown, "RFC7644-3.4.2.4-12"))
    return [*found, *_stated_faults(answer, wanted, shown)]


def _stated_faults(answer: Mapping[str, Any], wanted: PageWindow, shown: int) -> list[PageFault]:
    """startIndex and itemsPerPage have to be there on a part of the result; where they stand, they have to hold."""
    found: list[PageFault] = []
    is_partial = shown < wanted.total
    start, per_page = answer.get("startIndex"), answer.get("itemsPerPage")
    # Of an empty page there is no first result.
    if (start is not None or (is_partial and shown)) and start != wanted.start and shown:
        found.append(PageFault("startIndex", str(wanted.start), start, "RFC7644-3.4.2.4-10"))
    if (per_page is not None or (is_partial and shown)) and per_page != shown:
        found.append(PageFault("itemsPerPage", str(shown), per_page, "RFC7644-3.4.2.4-09"))
    return found
