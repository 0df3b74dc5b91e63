"""Run a decision: answer its queries, commit its changes, and retry when its preconditions have changed."""

from collections.abc import Callable
from typing import Any, TypeVar

from bridge_ref.account.changes import ChangeSet
from bridge_ref.decisions.queries import Decision
from bridge_ref.storage.store import StaleError, Store, StoreUnavailableError

T = TypeVar("T")

# Each failed try means that another change went through.
MAX_TRIES = 5


async def run_read_only(store: Store, looking: Decision[T]) -> T:
    """Run a decision to its end, answering its queries from the store; nothing is written."""
    rows: Any = None
    try:
        while True:
            rows = await store.find(looking.send(rows))
    except StopIteration as end:
        value: T = end.value
        return value


async def transact(store: Store, make: Callable[[], Decision[T]], changes_of: Callable[[T], ChangeSet]) -> T:
    """Run a decision and apply its changes, again if a precondition fails; durable once `committed()` returns."""
    for _ in range(MAX_TRIES):
        outcome = await run_read_only(store, make())
        change_set = changes_of(outcome)
        if not change_set:
            return outcome
        try:
            await store.apply(change_set)
        except StaleError:
            continue
        return outcome
    raise StoreUnavailableError("others changed the same resource at every retry")
