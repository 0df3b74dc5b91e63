"""Runs with one fault or another, and the causes in them, for the tests of the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from harness.catalogue.requirement import load_catalogue
from harness.gate.gate import Policy
from harness.gate.waivers import Waiver
from harness.judge.cause import Cause
from harness.judge.causes import make_causes
from harness.judge.judge import Verdicts, judge
from harness.record.exchange import Headers
from harness.record.journal import Entry, RunHeader
from tests.harness.report.samples import SCIM, exchange, story, user

TODAY = date(2026, 12, 1)
LATER = date(2027, 3, 31)
MADE = "2026-12-01T10:00:00Z"
LOCATION = "RFC7644-3.3-12"
"""The requirement that a create without a Location header breaks."""


def faulty(seed: int = 7, port: int = 8080, scim_id: str = "1", **header: Any) -> list[Entry]:
    """A run in which a create is answered without a Location header, and with nothing else wrong."""
    return _run(port, scim_id, (), seed=seed, **header)


def clean(**header: Any) -> list[Entry]:
    """A run in which the create is answered with one."""
    return _run(8080, "1", (("Location", "http://127.0.0.1:8080/scim/v2/Users/1"),), **header)


def _run(port: int, scim_id: str, more: Headers, **header: Any) -> list[Entry]:
    base = f"http://127.0.0.1:{port}/scim/v2"
    meta = {"resourceType": "User", "location": f"{base}/Users/{scim_id}", "created": MADE, "lastModified": MADE}
    create = exchange(sent=user(), received=user(id=scim_id, meta=meta), answer_headers=SCIM + more)
    first, *rest = story(replace(create, base=base), dialect="", claims=("rfc",))
    assert isinstance(first.event, RunHeader)
    return [replace(first, event=replace(first.event, **header)), *rest]


def judged(entries: Sequence[Entry]) -> tuple[Verdicts, tuple[Cause, ...]]:
    """Verdicts and causes."""
    verdicts = judge(entries, load_catalogue())
    return verdicts, make_causes(verdicts, entries)


def waiver(name: str, kind: str = "requirement", expires: date = LATER) -> Waiver:
    """A waiver of Ada's."""
    return Waiver(kind, name, "the proxy drops it", "ada@example.com", expires, "waivers.toml, line 1")


def policy(*waivers: Waiver, **more: Any) -> Policy:
    """What the owner of the gate asks for today."""
    return Policy(waivers, today=TODAY, **more)
