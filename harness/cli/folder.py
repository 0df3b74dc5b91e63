"""The folder of the reports."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from harness.errors import UsageError

_HELD: dict[Path, int] = {}
"""The folders that this process writes to, each with the descriptor that holds it until the process ends."""


def make_folder(folder: Path) -> Path:
    """Create the folder of the reports where it is missing, and hold it until this process ends.

    Raises UsageError, also where another run writes there: each would spoil what the other one writes.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--report-dir {folder} can't be created: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise UsageError(f"--report-dir {folder} is not writable")
    _hold(folder)
    return folder


def _hold(folder: Path) -> None:
    place = folder.resolve()
    if place in _HELD:
        return
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise UsageError(
            f"--report-dir {folder}: another run writes there just now; wait for its end, or take another folder"
        ) from error
    except OSError:  # a file system that knows no locks
        os.close(descriptor)
        return
    _HELD[place] = descriptor
