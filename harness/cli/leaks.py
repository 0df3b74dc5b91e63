"""Looks for secrets in what a run has written: the last look before the files leave our hands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from harness.errors import BridgecheckError
from harness.record.journal_file import read_lines
from harness.target.secrets import Secrets


class SecretLeaked(BridgecheckError):
    """A file that we wrote shows a secret: no verdict is worth handing that on."""

    exit_code: ClassVar[int] = 70


def refuse_leaks(files: Iterable[Path], secrets: Iterable[Secrets]) -> None:
    """Raises SecretLeaked, which names the files and never the secret."""
    held = tuple(secrets)
    leaks = [f"{path.name} ({name})" for path in files if (name := _name_in(path, held))]
    if leaks:
        raise SecretLeaked(
            f"a secret stands in {', '.join(leaks)}: delete the report folder and make the token anew; this is an "
            "error of bridgecheck, please report it"
        )


def _name_in(path: Path, secrets: tuple[Secrets, ...]) -> str:
    return next((name for part in _parts_of(path) for each in secrets if (name := each.found_in(part))), "")


def _parts_of(path: Path) -> Iterator[bytes]:
    """The whole of a file, or a journal line by line, unpacked."""
    if path.name.endswith(".ndjson.gz"):
        yield from read_lines(path)
    elif path.is_file():
        yield path.read_bytes()
