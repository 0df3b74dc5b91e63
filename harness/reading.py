"""Reads files that people give us: bounded, UTF-8, and with one clear line where they can't be read."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from harness.errors import UsageError

TINY = 16_384  # bytes, ours: a token is shorter than any header that a server takes
SMALL = 4_000_000  # bytes, ours: what is written and reviewed by people
LARGE = 64_000_000  # bytes, ours: the report of the worst of our targets has a tenth of it
_AT_LINE = re.compile(r"\(at line (\d+)")


def read_text(path: Path, told: str, limit: int) -> str:
    """The text of a file that may have so many bytes. `told` names it in errors. Raises UsageError."""
    try:
        raw = read_bytes(path, told, limit)
    except FileNotFoundError as error:
        raise UsageError(f"{told} can't be read: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{told}, line {line}: this is not UTF-8; save the file as UTF-8") from error


def _excess(error: Exception) -> str:
    return "it nests too deep" if isinstance(error, RecursionError) else "a number in it is too long"


def read_bytes(path: Path, told: str, limit: int) -> bytes:
    """What a file holds that may have so many bytes. Raises UsageError, and FileNotFoundError where there is none."""
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UsageError(f"{told} can't be read: {error.strerror}") from error
    if len(raw) > limit:
        raise UsageError(f"{told} is larger than {_size(limit)}: give the right file")
    return raw


def _size(limit: int) -> str:
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1024} KiB"


def read_toml(path: Path, told: str) -> tuple[dict[str, Any], str]:
    """A TOML document, and its text. Raises UsageError with the line."""
    text = read_text(path, told, SMALL)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        said = str(error).partition(" (at ")[0]
        raise UsageError(f"{told}, line {line}: this is not TOML: {said}") from error
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{told} is not TOML that can be read: {_excess(error)}") from error


def read_json(path: Path, told: str, limit: int) -> dict[str, Any]:
    """A JSON object. Raises UsageError with the line."""
    text = read_text(path, told, limit)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        cut = " (the file seems to be cut short)" if is_cut else ""
        raise UsageError(f"{told}, line {error.lineno}: this is not JSON: {error.msg}{cut}") from error
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{told} is not JSON that can be read: {_excess(error)}") from error
    if not isinstance(document, dict):
        raise UsageError(f"{told} holds no JSON object")
    return document


def check_schema(document: dict[str, Any], wanted: str, told: str, remedy: str) -> None:
    """Raises UsageError unless the document says that it is of this form and version."""
    found = document.get("schema")
    if found == wanted:
        return
    family = wanted.rpartition("/")[0]
    if isinstance(found, str) and found.rpartition("/")[0] == family:
        raise UsageError(f"{told} is of another version: its schema is {found[:80]!r}, and not {wanted!r}; {remedy}")
    raise UsageError(f"{told} is of another kind: its schema is {str(found)[:80]!r}, and not {wanted!r}; {remedy}")
