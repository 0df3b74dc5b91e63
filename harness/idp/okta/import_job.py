"""Okta's import: reads every page of a list, within bounds (1.a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.idp.okta.answers import parse_list
from harness.idp.okta.knobs import OktaKnobs
from harness.idp.okta.requests import read_page
from harness.idp.provider import Conversation, usable_id
from harness.record.exchange import Json, Request, Response, get_attribute

Ask = Callable[[Request], Conversation[Response]]


@dataclass(slots=True)
class Listing:
    """What the pages have shown: ids, ids by name, how many were active, and why reading stopped short."""

    ids: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    scanned: int = 0
    stopped: str = ""

    def take(self, resources: list[Json]) -> int:
        """Note a page; returns how many of its resources are new."""
        before = len(self.ids)
        for resource in resources:
            scim_id = usable_id(resource)
            if not scim_id or scim_id in self.ids:
                continue
            self.ids.add(scim_id)
            # OKTA-QA, LAB-OKTA: who is listed as inactive is not counted as scanned, and enters nothing.
            if resource.get("active") is False:
                continue
            self.scanned += 1
            name = get_attribute(resource, "userName") or get_attribute(resource, "displayName")
            if isinstance(name, str):
                self.names[name] = scim_id
        return len(self.ids) - before


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found: a link is proposed for `matched` (person to SCIM id), a new person for `unknown`.

    People in `removed` have lost the application. A proposal sends nothing: it waits for the administrator
    (LAB-OKTA). `stopped` says why nothing was removed.
    """

    scanned: int
    matched: dict[str, str]
    unknown: int
    removed: tuple[str, ...]
    stopped: str = ""


def read_all(ask: Ask, endpoint: str, name: str, knobs: OktaKnobs, at_most: int) -> Conversation[Listing]:
    """Pages of 100 from 1, 101, 201 on, for as long as `totalResults` is larger (OKTA-REF).

    A page without anything new ends it, so a bridge that shows the same page for ever is read twice and no more; one
    that goes on inventing users, on many pages or on large ones, is read up to `at_most`.
    """
    listing, start = Listing(), 1
    while True:
        answer = yield from ask(read_page(endpoint, start, knobs.import_page, name))
        listed = parse_list(answer)
        if listed.fault:
            listing.stopped = f"{name}: {listed.fault} (HTTP {answer.status})"
            return listing
        if listed.total <= 0:
            return listing
        if not listing.take(listed.resources):
            listing.stopped = f"{name}: totalResults is {listed.total}, but from {start} on nothing new is listed"
            return listing
        start += knobs.import_page
        if start > listed.total:
            return listing
        if max(start, len(listing.ids)) > at_most:
            listing.stopped = f"{name}: more than {at_most} are listed"
            return listing
