"""Keeps a simulated provider from people and groups of others, where it plays a whole company by its own names."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.record.exchange import Exchange, Json, Request, resources_of
from harness.record.identity import NAMES, address_of, id_of, members_sent, name_of, names_sent, segments_of
from harness.record.made_log import MadeLog
from harness.record.message import read
from harness.target.guard import LOOK, READING

Send = Callable[[Request], Exchange]
NOT_OURS = "not ours"
KEPT = 10
_WANTED = re.compile(r'\s+eq\s+("(?:[^"\\]|\\.)*"|\S+)\s*$', re.IGNORECASE)


class Strangers:
    """Sends for a provider, and stops what would change somebody whom a bridge gave instead of the one asked for.

    A simulated company has millions of people, so only strangers are kept in mind: who is shown by a search for a name
    without having it, and the id that a create got back under another name. With a `mark`, which every name of the
    company carries, each resource is looked at before the first change of it, too; a measurement does without.
    A request that is stopped has no answer; `refused` counts them, and `reasons` holds the first. What is made is
    written to `log`.
    """

    def __init__(self, *, is_on: bool, log: MadeLog | None = None, mark: str = "") -> None:
        self.refused = 0
        self.reasons: list[str] = []
        self._is_on = is_on
        self._log = log
        self._mark = (
            re.compile(rf"(?:^|[^a-z0-9]){re.escape(mark.casefold().rstrip('-'))}(?![a-z0-9])") if mark else None
        )
        self._names: set[str] = set()
        self._known: dict[tuple[str, str], str] = {}
        self._looked: set[int] = set()
        self._lock = threading.Lock()

    def wrap(self, send: Send, tell: Callable[[Request, str], None] = lambda request, reason: None) -> Send:
        """The same sender behind the guard; `tell` hears of each request that is stopped."""

        def guarded(request: Request) -> Exchange:
            if self._is_on and (put_off := self._look(request, send)):
                return put_off
            if reason := self.reason_against(request):
                tell(request, reason)
                return self._refuse(request, reason)
            self._names.update(self._other_names(request))
            if self._log:
                self._log.announce(request)
            exchange = send(request)
            self.learn(exchange)
            if self._log:
                self._log.take(exchange)
            return exchange

        return guarded

    def reason_against(self, request: Request) -> str:
        """Why a request must not leave; empty where it may."""
        segments = segments_of(request.target)
        if not self._is_on or request.method in READING or segments[-1] == ".search":
            return ""
        endpoint, scim_id = address_of(request.target)
        line = f"{request.method} {request.target}"
        if endpoint not in NAMES or len(segments) > 2 or any(each in (".", "..") for each in segments):
            return f"{line} may change more than what was made here"
        if not scim_id.strip() and request.method != "POST":
            return f"{line} would change all {endpoint.lower()}"
        if name := self._known.get((endpoint, scim_id)):
            return f"{line} would change {name}, which was not made here"
        joining = members_sent(request) if endpoint == "Groups" and self._known else ()
        named = next((self._known[key] for each in joining if (key := ("Users", each)) in self._known), "")
        return f"{line} would put {named}, which was not made here, into a group" if named else ""

    def _look(self, request: Request, send: Send) -> Exchange | None:
        """Look at a resource before the first change of it. Returns the answer of a bridge that does not tell now."""
        endpoint, scim_id = address_of(request.target)
        key = hash((endpoint, scim_id))
        if (
            self._mark is None
            or request.method in READING
            or endpoint not in NAMES
            or not scim_id
            or key in self._looked
        ):
            return None
        shown = send(read(urlsplit(request.target).path, LOOK))
        if shown.response is None or shown.status == 429 or shown.status >= 500:
            return replace(shown, request=request)
        if 200 <= shown.status < 300 and not self._is_own(name_of(endpoint, shown.json)):
            self._known[endpoint, scim_id] = name_of(endpoint, shown.json) or scim_id
        elif shown.status < 300:
            self._looked.add(key)
        return None

    def _is_own(self, name: str) -> bool:
        return name in self._names or (self._mark is not None and self._mark.search(name.casefold()) is not None)

    def _other_names(self, request: Request) -> Iterator[str]:
        """Names that are given here and do not carry the mark, such as one that a script gives to a group."""
        endpoint, _ = address_of(request.target)
        if self._mark is not None and request.method not in READING and endpoint in NAMES:
            yield from (name for name in names_sent(endpoint, request) if not self._is_own(name))

    def learn(self, exchange: Exchange) -> None:
        """Take an answer into account."""
        if not self._is_on or not 200 <= exchange.status < 300:
            return
        endpoint, scim_id = address_of(exchange.request.target)
        if endpoint not in NAMES or scim_id:
            return
        if exchange.request.method == "POST":
            sent = name_of(endpoint, exchange.sent_json)
            self._compare(endpoint, exchange.json, sent, [name_of(endpoint, exchange.json) or sent])
        elif wanted := _wanted(exchange.request):
            for _, resource in resources_of(exchange):
                self._compare(endpoint, resource, wanted, list(_identities(resource)))

    def _compare(self, endpoint: str, resource: Json, wanted: str, shown: list[str]) -> None:
        if _plain(wanted) not in {_plain(each) for each in shown} and (scim_id := id_of(resource)):
            self._known[endpoint, scim_id] = name_of(endpoint, resource) or scim_id

    def _refuse(self, request: Request, reason: str) -> Exchange:
        with self._lock:
            self.refused += 1
            if len(self.reasons) < KEPT:
                self.reasons.append(reason)
        return Exchange("", request, None, f"not sent: {reason}", fault=NOT_OURS)


def _wanted(request: Request) -> str:
    """The value that a search by one attribute asks for; empty for any other request, and where names are left out."""
    query = parse_qs(urlsplit(request.target).query)
    found = _WANTED.search(query.get("filter", [""])[0])
    if found is None or "attributes" in query:
        return ""
    try:
        value = json.loads(found[1])
    except ValueError:
        return found[1]  # some identity providers can be set to leave the quotes out
    return value if isinstance(value, str) else found[1]


def _plain(name: str) -> str:
    """A name as bridges compare it: letter case and the form of its characters do not count."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _identities(resource: Json) -> Iterator[str]:
    """Every text in a resource by which it may be searched."""
    yield from _texts([value for name, value in resource.items() if name not in ("schemas", "meta")])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
