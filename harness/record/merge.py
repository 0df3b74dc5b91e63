"""Puts the journals of several jobs together, in the order of a run with one job."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import JournalError
from harness.record.exchange import Json
from harness.record.journal import CRASHED, Entry, ScenarioEnd, render_entry
from harness.record.journal_file import read_lines


@dataclass(frozen=True, slots=True)
class Part:
    """The journal of one job. From its entry at `ending` on it holds the end of the run; None: it never got there."""

    path: Path
    ending: int | None


@dataclass(slots=True)
class _Block:
    """The lines of one story, the clean-up after it included."""

    story: str = ""
    lines: list[str] = field(default_factory=list)


def merge(parts: Iterable[Part], names: Sequence[str]) -> Iterator[str]:
    """The lines of all parts without their headers: the stories in the order of `names`, then the ends of the jobs.

    A story in the middle of which its job ended is closed as crashed.
    """
    places = {name: place for place, name in enumerate(names)}
    blocks: list[_Block] = []
    ends: list[str] = []
    for part in parts:
        lines = _lines(part.path)
        stories = lines[: part.ending]
        ends += lines[len(stories) :]
        blocks += _blocks(stories[1:], is_whole=part.ending is not None)
    for block in sorted(blocks, key=lambda block: places.get(block.story, -1)):
        yield from block.lines
    yield from ends


def _lines(path: Path) -> list[str]:
    """The whole lines; what a kill has cut short is left out."""
    try:
        return [line.decode("utf-8") for line in read_lines(path)][:-1]
    except JournalError:  # the job ended before it wrote anything
        return []


def _blocks(lines: Sequence[str], *, is_whole: bool) -> list[_Block]:
    blocks = [_Block()]
    last: Json = {}
    is_open = False
    for line in lines:
        last = json.loads(line)
        if last["kind"] == "scenario":
            blocks.append(_Block(last["scenario"]))
            is_open = True
        elif last["kind"] == "scenario-end":
            is_open = False
        blocks[-1].lines.append(line)
    if is_open and not is_whole:
        event = ScenarioEnd(CRASHED, "the job that told this story ended here")
        end = Entry(f"{last['id']}+", blocks[-1].story, last["dialect"], last["step"], event)
        blocks[-1].lines.append(render_entry(end))
    return blocks
