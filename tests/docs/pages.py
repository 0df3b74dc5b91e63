"""The documents as tests see them: their text, their code blocks and the command lines in these."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "deploy" / "README.md")
GENERATED = (
    "cli",
    "requirements",
    "stories",
    "checks",
    "defects",
    "variants",
    "exit-codes",
    "profile",
    "dialects",
    "seed",
    "machine",
    "observers",
)
BY_HAND = tuple(p for p in PAGES if not (p.parent.name == "reference" and p.stem in GENERATED))

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"[A-Z_]+=")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command as it stands in a document, split into words."""

    page: str
    words: tuple[str, ...]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_blocks(text: str) -> str:
    return _BLOCK.sub("", text)


def blocks(path: Path, language: str) -> list[str]:
    return [body for found, body in _BLOCK.findall(text_of(path)) if found == language]


def command_lines() -> list[CommandLine]:
    return [CommandLine(name_of(path), words) for path in PAGES for words in _commands_in(path)]


def _commands_in(path: Path) -> Iterator[tuple[str, ...]]:
    for block in blocks(path, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            yield from _commands_of(line)


def _commands_of(line: str) -> Iterator[tuple[str, ...]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    command: list[str] = []
    words = iter((*lexer, "|"))
    for word in words:
        if word == ">":
            next(words)  # where the output goes is no part of the command
        elif word in ("|", "||", "&&", ";", "&"):
            if command:
                yield tuple(command)
            command = []
        elif command or not _SETTING.match(word):
            command.append(word)


def write_profiles(page: str, folder: Path) -> None:
    """Write the TOML files that a page shows, each under the name in its first line."""
    for body in blocks(ROOT / page, "toml"):
        (folder / body.splitlines()[0].removeprefix("# ")).write_text(body, encoding="utf-8")
