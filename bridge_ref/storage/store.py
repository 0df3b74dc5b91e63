"""The contract of stores, and how they fail."""

from typing import Protocol, TypeVar

from bridge_ref.account.changes import ChangeSet
from bridge_ref.decisions.queries import Find
from bridge_ref.storage.sql_commands import Do

T = TypeVar("T")


class StaleError(Exception):
    """A precondition of a decision no longer holds."""


class StoreUnavailableError(Exception):
    """The store could not keep what it was given: nothing of it may be reported as done."""


class StoreUnreadableError(Exception):
    """A store that should be there and is not, or cannot be read by this bridge."""


class Store(Protocol):
    """A store. All but `close` raise StoreUnavailableError while it cannot be reached or cannot keep anything."""

    async def find(self, question: Find[T]) -> T:
        """The rows that answer a question, with all that has been applied."""
        ...

    async def apply(self, change_set: ChangeSet) -> None:
        """Write a change set: all of it, or `StaleError` and nothing."""
        ...

    async def committed(self) -> None:
        """Return once all that was read and applied is durable; before that no answer may leave."""
        ...

    async def do(self, command: Do[T]) -> T:
        """Carry out one command that is no part of a decision; it counts once `committed()` has returned."""
        ...

    async def get_setting(self, name: str, default: int) -> int:
        """A number that is kept beside the account."""
        ...

    async def put_setting(self, name: str, value: int) -> None:
        """Keep a number."""
        ...

    async def swap_setting(self, name: str, old: int, new: int) -> bool:
        """Keep a number if it still is `old` (0 if there was none); of several at once, one succeeds."""
        ...

    async def empty(self) -> None:
        """Forget everything."""
        ...

    async def tidy(self) -> None:
        """Periodic housekeeping, such as adding up counts."""
        ...

    async def close(self) -> None:
        """Keep what was applied and let go of the rest."""
        ...
