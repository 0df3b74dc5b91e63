"""What a report folder tells of things that its run made and that may still be on the bridge."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.errors import JournalError, UsageError
from harness.record.exchange import Exchange
from harness.record.journal import Act, Entry, Leftover, Making, RunHeader, read_journal
from harness.record.journal_file import JOURNAL, PLAIN, journal_in
from harness.record.made import Inventory, Made
from harness.record.made_log import MADE_LOG, MadeLog, read_made_log

PART = "job-"
"""What the folders begin with in which the jobs of a run keep their journals, until these are put together."""

REPEAT = "repeat-"
"""What the folders begin with in which a run tells broken stories again, each with a journal of its own."""


@dataclass(frozen=True, slots=True)
class Remains:
    """The things, and the address of the bridge; `is_started` says that the run had started it, so it is gone."""

    inventory: Inventory
    url: str
    is_started: bool = False


def read_remains(folder: Path) -> Remains:
    """Everything that a run, a simulation or a load run has left according to its folder. Raises UsageError."""
    inventory, url, is_started = Inventory(), "", False
    journals, log = _journals(folder), folder / MADE_LOG
    if not journals and not log.is_file():
        raise UsageError(f"{folder} holds neither {JOURNAL} nor {MADE_LOG}: it is no report folder of bridgecheck")
    try:
        for journal in journals:
            url, is_started = _read_journal(journal, inventory)
        if log.is_file():
            url = read_made_log(log, inventory) or url
    except (OSError, UnicodeDecodeError, JournalError) as error:
        raise UsageError(f"{folder} can't be read: {error}") from error
    return Remains(inventory, url, is_started and inventory.is_empty)


def keep_remains(folder: Path) -> None:
    """Note in made.ndjson what an earlier run has left according to its journal, before that is overwritten."""
    _keep_remains(folder)
    (folder / PLAIN).unlink(missing_ok=True)  # it would be taken for the journal of the run that begins


def _keep_remains(folder: Path) -> None:
    inventory, url, is_started = Inventory(), "", True
    try:
        for journal in _journals(folder):
            url, is_started = _read_journal(journal, inventory)
        if (folder / MADE_LOG).is_file():
            read_made_log(folder / MADE_LOG, inventory)
    except (OSError, UnicodeDecodeError, JournalError):
        return  # there is none, or none that could be cleaned up from
    if not is_started and not inventory.is_empty:
        log = MadeLog(folder, url)
        log.note(inventory)
        log.close()
    for part in (*folder.glob(f"{PART}*"), *folder.glob(f"{REPEAT}*")):
        shutil.rmtree(part, ignore_errors=True)


def left_in_part(path: Path) -> list[Made]:
    """What a job that ended too early has left; nothing on a bridge that it started, which has ended as well."""
    inventory = Inventory()
    try:
        _read_journal(path, inventory)
    except JournalError:
        return []  # it ended before it wrote anything
    placed = [Made(f"members/{name}", name, scenario) for name, scenario in inventory.placed.items()]
    return [*inventory.things.values(), *placed]


def _journals(folder: Path) -> list[Path]:
    """The journal of the run, those of its jobs where it was killed before it put them together, and its repeats'."""
    parts = sorted([*folder.glob(f"{PART}*/{JOURNAL}"), *folder.glob(f"{REPEAT}*/{JOURNAL}")])
    return [path for path in (journal_in(folder), *parts) if path.is_file()]


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
