"""The folder of the reports."""

from __future__ import annotations

import os
from pathlib import Path

from harness.errors import UsageError


def make_folder(folder: Path) -> Path:
    """Create the folder of the reports where it is missing. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--report-dir {folder} can't be created: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise UsageError(f"--report-dir {folder} is not writable")
    return folder
