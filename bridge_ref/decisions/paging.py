"""Pages of a list, by index and by cursor. RFC 7644 section 3.4.2.4, RFC 9865."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from bridge_ref.account.groups import Group
from bridge_ref.scim.cursor import Cursors, Position
from bridge_ref.scim.errors import invalid_value
from bridge_ref.scim.query import Query
from bridge_ref.scim.stored_user import StoredUser

T = TypeVar("T")


class Placed(Struct, Generic[T], frozen=True):
    """A resource and where it stands."""

    position: Position
    resource: T


class Page(Struct, Generic[T], frozen=True):
    """The resources of one page, with its index or with the cursor of the next page."""

    resources: tuple[T, ...]
    total: int
    start_index: int | None = None
    next_cursor: str | None = None


class Paging:
    """Decides which part of a list is answered."""

    def __init__(self, cursors: Cursors | None, max_results: int) -> None:
        self.cursors = cursors
        self.max_results = max_results

    def count(self, query: Query) -> int:
        """The size of a page."""
        return self.max_results if query.count is None else min(query.count, self.max_results)

    def is_by_cursor(self, query: Query) -> bool:
        """Which method a query asks for; without a word about it, by index."""
        if self.cursors is None or query.cursor is None:
            return False
        if query.has_start_index:
            raise invalid_value("startIndex and cursor cannot be used together.")
        return True

    def start(self, query: Query, endpoint: str, now_ms: int) -> Position | None:
        """After which position a page begins that is asked for by cursor; none for the first page."""
        if self.cursors is None or not query.cursor:
            return None
        return self.cursors.parse(query.cursor, _question(query, endpoint), now_ms)

    def by_index(self, found: Sequence[T], total: int, query: Query) -> Page[T]:
        """The page of these resources, which begins at the index that was asked for."""
        return Page(tuple(found), total, query.start_index)

    def by_cursor(
        self, following: Sequence[Placed[T]], total: int, query: Query, endpoint: str, now_ms: int
    ) -> Page[T]:
        """The page with the first of these resources, and with a cursor if there are more of them."""
        shown = following[: self.count(query)]
        cursor = None
        if self.cursors is not None and shown and len(shown) < len(following):
            cursor = self.cursors.render(shown[-1].position, _question(query, endpoint), now_ms)
        return Page(tuple(each.resource for each in shown), total, None, cursor)


def place(resource: StoredUser | Group, rank: tuple[Any, ...] = ()) -> Placed[Any]:
    """A resource at its position: all users, by their age, come before all groups."""
    return Placed(Position(rank, 0 if isinstance(resource, StoredUser) else 1, resource.ordinal), resource)


def _question(query: Query, endpoint: str) -> str:
    return repr((endpoint, query.filter, query.sort_by, query.sort_order))
