"""A story that is wrong itself: told as the story's fault, with file and line, and never as the bridge's."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from harness.errors import StoryError, nearest
from harness.record.exchange import Exchange
from harness.record.journal import Act, Entry, Expectation, StoryFault
from harness.resources import find_folder

_OUR_CODE = Path(__file__).resolve().parents[1]
_BY_HAND = (AttributeError, TypeError)
_OF_SOMEBODY = frozenset({"state", "guest", "active", "one-user", "name"})


def fault_in(story: str, path: Path, line: int, error: Exception) -> StoryFault | None:
    """The fault of the story at that line of its file, where an error is one; None where it is ours.

    It is the story's where the story could not be judged whatever the bridge does (StoryError), and, in a story of
    somebody's own, where its own code stumbled or called us wrongly.
    """
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [number for number, frame in enumerate(frames) if _is_theirs(Path(frame.filename), path)]
    at, number = (Path(frames[theirs[-1]].filename), frames[theirs[-1]].lineno) if theirs else (path, line)
    place = f"{at.parent.name}/{at.name}:{number}"
    if isinstance(error, StoryError):
        return StoryFault(story, place, str(error))
    depth = len(frames) - 1 - theirs[-1] if theirs else 0
    is_call_of_ours = depth == 1 and isinstance(error, _BY_HAND)
    if not theirs or _is_ours(path) or not (depth == 0 or is_call_of_ours):
        return None
    if isinstance(error, AssertionError):
        said = f"its own assert failed: {error} (what scim_expect states is judged by a requirement)"
        return StoryFault(story, place, " ".join(said.split()))
    return StoryFault(story, place, f"{type(error).__name__}: {_in_words(error)}")


def never_assigned(entries: Iterable[Entry], provided: Iterable[str]) -> str:
    """What is wrong with a story that expects somebody whom no identity provider ever had to provide; empty if nothing.

    `provided` are the addresses that were in scope at a sync of the story. Whom a request or an act names is somebody
    whom the story has brought by hand.
    """
    told = list(entries)
    known = {address.casefold() for address in provided}
    known |= {entry.event.address.casefold() for entry in told if isinstance(entry.event, Act)}
    missing = [address for entry in told for address in _expected(entry) if address.casefold() not in known]
    if not missing:
        return ""
    sent = " ".join(_sent(entry.event) for entry in told if isinstance(entry.event, Exchange)).casefold()
    lost = next((address for address in missing if address.casefold() not in sent), "")
    if not lost:
        return ""
    return (
        f"{lost} was in no assigned group at any sync, so that nobody sends them to the bridge: assign them first, "
        "as in hire(name, group) with a group of assign_groups"
    )


def _expected(entry: Entry) -> list[str]:
    """The addresses of people whose presence an expectation states."""
    stated = entry.event
    if not isinstance(stated, Expectation):
        return []
    if stated.kind == "account":
        return list(stated.params["addresses"])
    is_there = stated.kind in _OF_SOMEBODY or (stated.kind == "mail" and stated.params["times"] > 0)
    return [stated.params["address"]] if is_there else []


def _sent(exchange: Exchange) -> str:
    body = exchange.request.body or b""
    return f"{unquote(exchange.request.target)} {body.decode('utf-8', 'replace')}"


def _in_words(error: Exception) -> str:
    """The error's text; of a name that is misspelt, with the nearest right ones."""
    if not isinstance(error, AttributeError) or not error.name:
        return str(error)
    return f"{error}{nearest(error.name, [name for name in dir(error.obj) if not name.startswith('_')])}"


def _is_theirs(frame: Path, story: Path) -> bool:
    return frame == story or (frame.parent == story.parent and not _is_ours(frame))


def _is_ours(path: Path) -> bool:
    places = (_OUR_CODE, find_folder("scenarios").resolve())
    return any(path.resolve().is_relative_to(place) for place in places)
