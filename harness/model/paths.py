"""Paths of PATCH operations: RFC 7644 section 3.5.2, figure 7."""

from __future__ import annotations


class BadPath(ValueError):
    """The text is no path; the argument says why. `in_filter` tells that what stands between the brackets is wrong."""

    def __init__(self, reason: str, in_filter: bool = False) -> None:
        super().__init__(reason)
        self.in_filter = in_filter
