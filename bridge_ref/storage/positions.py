"""Find the n-th user quickly, by counts per block of ordinals that the database keeps.

A page costs the same wherever it is, and whatever was deleted before it (`startIndex`, RFC 7644 section 3.4.2.4): the
coarse blocks before it are added up, then the fine ones of one coarse block, and fewer than one fine block of users is
passed over. With a million users that is 123 coarse blocks, 64 fine ones and 127 users at most.
"""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

from bridge_ref.storage.statement import Rows, Statement

FINE = 128
COARSE = 64 * FINE

# Level 0 counts fine blocks, level 1 coarse ones.
USER_COUNT = "SELECT CAST(coalesce(sum(live), 0) AS BIGINT) FROM user_blocks WHERE level = 1"

# A block may have several rows, which add up.
_BLOCKS = "SELECT block, live FROM user_blocks WHERE level = ? AND block >= ? AND block < ? ORDER BY block"
_EVERY_BLOCK = (0, 2**62)

Page = Callable[[int, int], Statement]


def seek(skip: int, page: Page) -> Statement:
    """The statements that lead to the user before whom there are `skip` others.

    `page` makes the last of them: from an ordinal on, and how many users to pass over from there.
    """
    return Statement(_BLOCKS, (1, *_EVERY_BLOCK), lambda rows: _seek_fine(rows, skip, page))


def _seek_fine(rows: Rows, skip: int, page: Page) -> Any:
    coarse, skip = _pass_over(rows, skip)
    if coarse is None:
        return []
    first = coarse * (COARSE // FINE)
    return Statement(_BLOCKS, (0, first, first + COARSE // FINE), lambda rows: _seek_page(rows, skip, page))


def _seek_page(rows: Rows, skip: int, page: Page) -> Any:
    fine, skip = _pass_over(rows, skip)
    return [] if fine is None else page(fine * FINE, skip)


def _pass_over(rows: Rows, skip: int) -> tuple[int | None, int]:
    """The block that holds the next one after so many, and how many of its own come before that one."""
    for block, counts in groupby(rows, itemgetter(0)):
        live = sum([count for _, count in counts])
        if skip < live:
            return block, skip
        skip -= live
    return None, skip
