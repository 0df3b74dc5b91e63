"""Fingerprints of causes and findings: the same from run to run, whatever the seed, the port and the machine.

Each begins with the id of its requirement, so that it tells by itself what it is about.
"""

from __future__ import annotations

import hashlib
import re

from harness.judge.attribution import Deciding
from harness.judge.cause import Cause
from harness.judge.clusters import Blame
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange
from harness.record.journal import Entry, Expectation

_LENGTH = 10  # hexadecimal digits, ours: a thousand causes collide once in a million runs
_NUMBER = re.compile(r"\d+")
_FILTERED = re.compile(r"\[.*?\]")
FORM = re.compile(rf"^(?P<row>\S{{1,80}})/[0-9a-f]{{{_LENGTH}}}$")


def fingerprint_of_cause(cause: Cause) -> str:
    """The requirement that bears it, and in which way the bridge broke it: by which answer or refusal to what.

    It holds no word of the bridge, no status, no name and no id: those change with a build, a seed or a clock.
    """
    first = cause.judgements[0]
    if first.finding is None:
        return _made(cause.requirement.id, "stumbled", first.check)
    kind = Blame(first, Deciding(cause.entry, cause.entry.id != first.entry.id)).kind
    place = _place(cause.entry) if kind in ("refused", "written") else ()
    return _made(cause.requirement.id, kind, *place)


def fingerprint_of_finding(judgement: Judgement) -> str:
    """The requirement, the check that complained, the kind of request, and the place in its body."""
    finding = judgement.finding
    pointer = _NUMBER.sub("0", _FILTERED.sub("[]", finding.pointer)) if finding else ""
    return _made(judgement.requirement, "finding", judgement.check, *_place(judgement.entry), pointer)


def row_of(fingerprint: str) -> str:
    """The id of the requirement in a fingerprint; empty where it is none."""
    found = FORM.match(fingerprint)
    return found["row"] if found else ""


def _place(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    if isinstance(event, Exchange):
        route = event.route
        return event.request.method, route.endpoint, "id" if route.id else ""
    return (event.kind,) if isinstance(event, Expectation) else (type(event).__name__,)


def _made(row: str, *parts: str) -> str:
    digest = hashlib.sha256("\x1f".join((row, *parts)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{row}/{digest[:_LENGTH]}"
