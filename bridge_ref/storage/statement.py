"""A query as one SQL statement, or as several where each depends on the rows before."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

Row = Sequence[Any]
Rows = Sequence[Row]


class Statement(Struct, frozen=True):
    """One statement with its parameters, and what its rows mean: the answer, or the statement that comes next."""

    sql: str
    values: tuple[Any, ...]
    read: Callable[[Rows], Any]
