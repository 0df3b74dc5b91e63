"""What a report folder tells of things that its run made and that may still be on the bridge."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from harness.errors import JournalError, UsageError
from harness.record.exchange import Exchange
from harness.record.journal import Act, Entry, Leftover, Making, RunHeader, read_journal
from harness.record.made import Inventory, Made
from harness.record.made_log import MADE_LOG, MadeLog, read_made_log

JOURNAL = "journal.ndjson"


@dataclass(frozen=True, slots=True)
class Remains:
    """The things, and the address of the bridge; `is_started` says that the run had started it, so it is gone."""

    inventory: Inventory
    url: str
    is_started: bool = False


def read_remains(folder: Path) -> Remains:
    """Everything that a run, a simulation or a load run has left according to its folder. Raises UsageError."""
    inventory, url, is_started = Inventory(), "", False
    journal, log = folder / JOURNAL, folder / MADE_LOG
    if not journal.is_file() and not log.is_file():
        raise UsageError(f"{folder} holds neither {JOURNAL} nor {MADE_LOG}: it is no report folder of bridgecheck")
    try:
        if journal.is_file():
            url, is_started = _read_journal(journal, inventory)
        if log.is_file():
            url = read_made_log(log, inventory) or url
    except (OSError, UnicodeDecodeError, JournalError) as error:
        raise UsageError(f"{folder} can't be read: {error}") from error
    return Remains(inventory, url, is_started and inventory.is_empty)


def keep_remains(folder: Path) -> None:
    """Note in made.ndjson what an earlier run has left according to its journal, before that is overwritten."""
    inventory = Inventory()
    try:
        url, is_started = _read_journal(folder / JOURNAL, inventory)
        if (folder / MADE_LOG).is_file():
            read_made_log(folder / MADE_LOG, inventory)
    except (OSError, UnicodeDecodeError, JournalError):
        return  # there is none, or none that could be cleaned up from
    if is_started or inventory.is_empty:
        return
    log = MadeLog(folder, url)
    log.note(inventory)
    log.close()


def _read_journal(path: Path, inventory: Inventory) -> tuple[str, bool]:
    """The bridge's address, and whether the run had started it: then it has ended, and its data with it."""
    entries = read_journal(path)
    header = entries[0].event
    assert isinstance(header, RunHeader)
    for entry in () if header.start else entries:
        put_entry(entry, inventory)
    return header.target_url, bool(header.start)


def put_entry(entry: Entry, inventory: Inventory) -> None:
    """Note in an inventory what an entry of a journal tells of things that were made and taken away."""
    event = entry.event
    if isinstance(event, Making):
        inventory.announce(event.endpoint, event.name)
    elif isinstance(event, Exchange):
        inventory.take(event, entry.scenario)
    elif isinstance(event, Leftover):
        inventory.things[event.path] = Made(event.path, event.name, entry.scenario, event.reason)
        inventory.names.add(event.name.casefold())
    elif isinstance(event, Act) and event.name == "fixtures":
        inventory.put_in_place(event.address, entry.scenario)
    elif isinstance(event, Act) and event.name == "delete":
        with contextlib.suppress(KeyError):
            del inventory.placed[event.address]
