"""Text from a bridge in Markdown, where it must stay text: no heading, no link, no mention, no HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from harness.report.text import visible, visible_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]#!|~>@:<&$])")
_RUN = re.compile(r"`+")


def plain(text: str) -> str:
    """The text on one line, every sign escaped that Markdown could read within it: for words of ours."""
    return _SPECIAL.sub(r"\\\1", visible_line(text))


def code(text: str) -> str:
    """The text on one line as a code span, in which nothing is read."""
    line = visible_line(text)
    fence = "`" * (max((len(run) for run in _RUN.findall(line)), default=0) + 1)
    return f"{fence} {line} {fence}" if line.strip() else "` `"


def cell(text: str) -> str:
    """A code span in a cell of a table."""
    return code(text).replace("|", "\\|")


def block(text: str) -> str:
    """Lines of text as they are, in a block that no line of them can end."""
    return f"<pre>\n{html.escape(visible(text))}\n</pre>"


def folded(title: str, inside: str) -> str:
    """A part that opens on a click. The title is Markdown of ours."""
    return f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already, and hold no `|` unescaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
