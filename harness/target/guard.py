"""The guard: stops what would change somebody or something on the target that this run did not make (decision 13)."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from harness.model.bulk import BULK_ID, sent_in_bulk
from harness.record.exchange import Exchange, Request, get_attribute, parse_body
from harness.record.identity import NAMES, address_of, id_of, members_sent, names_sent, segments_of, shown_name
from harness.record.message import READ_HEADERS, equals, path_of, read, render_query
from harness.target.options import Options
from harness.target.owned import Owned, Standing
from harness.target.probe import NeedsDisposable, NotOurs

READING = frozenset({"GET", "HEAD", "OPTIONS"})
GONE = frozenset({404, 410})
LOOK = "look whose it is"
_PLAIN = re.compile(r"[A-Za-z0-9_~:@=+-][A-Za-z0-9._~:@=+-]*")
FOREIGN = "which this run did not make"
MORE = "may change more than what this run made"
_KINDS = {"Users": "user", "Groups": "group"}
# A refusal to look says nothing about who is there.
_NOT_TOLD = frozenset({401, 403, 429})


class Guard:
    """Checks each request before it leaves. `look` sends a reading request where the answers so far don't tell.

    It is on unless the whole account may be changed: in mode full or certify, on a bridge that we started or that was
    declared disposable.
    """

    def __init__(self, options: Options, look: Callable[[Request], Exchange]) -> None:
        self.owned = Owned()
        self.is_disposable = options.is_disposable
        self.is_on = not options.is_disposable or options.effective_mode in ("smoke", "safe")
        self._look = look
        self._looked: set[tuple[str, str]] = set()

    def check(self, request: Request) -> None:
        """Raises NotOurs for a request that may change what this run did not make."""
        if not self.is_on or request.method in READING:
            return
        segments = segments_of(request.target)
        if segments[-1] == ".search" and request.method == "POST":
            return
        if any(segment in (".", "..") for segment in segments):
            raise NotOurs(f"{_line(request)} leads out of its path, so nobody can tell what it would change")
        endpoint, scim_id = address_of(request.target)
        if endpoint == "Bulk" and request.method == "POST" and not scim_id:
            for part in sent_in_bulk(request):
                self._check_part(request, part)
            return
        if endpoint not in NAMES:
            raise NotOurs(f"needs a disposable account: {_line(request)} {MORE}")
        if len(segments) > 2:
            raise NotOurs(f"{_line(request)} {MORE}")
        if scim_id.strip():
            self._check_resource(request, endpoint, scim_id, urlsplit(request.target).path)
        elif request.method != "POST":
            raise NotOurs(f"{_line(request)} would change all {endpoint.lower()}, not one that this run made")
        body = parse_body(request.body or b"").value
        if isinstance(body, dict) and (named := id_of(body)) and named != scim_id:
            self._check_resource(request, endpoint, named, path_of(endpoint, named))
        self._check_names(request, endpoint)
        if endpoint == "Groups":
            self._check_members(request)

    def learn(self, exchange: Exchange) -> None:
        """Take an answer into account, of whatever request."""
        if self.is_on:
            self.owned.learn(exchange)

    def need_disposable(self, what: str) -> None:
        """Raises NeedsDisposable where the whole account may not be changed."""
        if not self.is_disposable:
            raise NeedsDisposable(f"needs a disposable account: {what} reaches all of it (--declare-disposable)")

    def absence(self, path: str, name: str) -> str:
        """Why what has this name and path can't be deleted: `gone`, or no answer that tells; empty where it can."""
        endpoint, scim_id = address_of(path)
        if not self.is_on or self.owned.standing(endpoint, scim_id) in (Standing.OURS, Standing.OTHERS):
            return ""
        shown = self._look(read(path, LOOK))
        if 200 <= shown.status < 300 or (shown.status in GONE and self._is_found(endpoint, scim_id, name)):
            return ""
        if shown.status in GONE:
            return "gone"
        return f"GET gives {shown.status}" if shown.response else f"GET gets no answer: {shown.lost}"

    def _check_part(self, request: Request, part: Request | None) -> None:
        """Raises NotOurs for an operation of a Bulk request as for a request of its own."""
        if part is None or not part.target.startswith("/") or address_of(part.target)[0] not in NAMES:
            raise NotOurs(f"needs a disposable account: {_line(request)} {MORE}")
        self.check(part)

    def _check_names(self, request: Request, endpoint: str) -> None:
        for name in names_sent(endpoint, request):
            if name and not self.owned.is_invented(name):
                raise NotOurs(f"{_line(request)} would take the name {name!r}, which this run did not invent")

    def _check_members(self, request: Request) -> None:
        for scim_id in members_sent(request):
            in_groups = self.owned.standing("Groups", scim_id) is not None
            endpoint = "Groups" if in_groups and self.owned.standing("Users", scim_id) is None else "Users"
            if why := self._why_not(endpoint, scim_id, path_of(endpoint, scim_id)):
                whom = self._words(endpoint, scim_id)
                raise NotOurs(f"{_line(request)} would put {whom}, {why}, into a group")

    def _check_resource(self, request: Request, endpoint: str, scim_id: str, path: str) -> None:
        if why := self._why_not(endpoint, scim_id, path):
            whom = self._words(endpoint, scim_id)
            raise NotOurs(f"{_line(request)} would change {whom}, {why}")

    def _words(self, endpoint: str, scim_id: str) -> str:
        name = self.owned.name_of(endpoint, scim_id)
        return f"{_KINDS[endpoint]} {name}" + (f" ({scim_id})" if name != scim_id else "")

    def _why_not(self, endpoint: str, scim_id: str, path: str) -> str:
        """Why this is not to be touched; empty where this run made it, or where nobody is, so that nothing changes."""
        if scim_id.startswith(BULK_ID):
            return ""  # what an operation of the same Bulk request makes
        key = endpoint, scim_id
        before = self.owned.standing(*key)
        is_plain = _PLAIN.fullmatch(scim_id) is not None
        if before is Standing.OTHERS:
            return FOREIGN
        if before is Standing.OURS and (is_plain or key in self._looked):
            return ""
        shown = self._look(read(path, LOOK, headers=READ_HEADERS))
        if 200 <= shown.status < 300:
            return "" if self._is_shown_as_ours(key, shown) else FOREIGN
        if before is Standing.CLAIMED and self._is_found(*key, self.owned.name_of(*key)):
            return ""
        # No answer has ever held this id, so it was invented here; or it was ours, and is seen to be gone.
        is_told = 400 <= shown.status < 500 and shown.status not in _NOT_TOLD
        if before is None or (before is Standing.GONE and is_plain and is_told):
            return ""
        said = f"GET gives {shown.status}" if shown.response else "GET gets no answer"
        return FOREIGN if is_told else f"of whom the bridge does not tell whether this run made them ({said})"

    def _is_shown_as_ours(self, key: tuple[str, str], shown: Exchange) -> bool:
        # The id in the body must be the one of the path: a path may lead somewhere else than it says.
        if id_of(shown.json) != key[1]:
            return False
        name = shown_name(key[0], shown.json)
        # A bridge that took a create without a name: what it shows has none either, and nobody in it yet.
        is_nameless = not name and self.owned.was_sent_nameless(*key) and not get_attribute(shown.json, "members")
        if is_nameless or (name and self.owned.standing(*key) is Standing.OURS):
            self._looked.add(key)
            return True
        return False

    def _is_found(self, endpoint: str, scim_id: str, name: str) -> bool:
        """Whether the bridge lists this id under the name that we sent, where it does not show it by its id."""
        query = render_query((("filter", equals(NAMES[endpoint], name)),))
        self._look(read(f"/{endpoint}", LOOK, query))
        return self.owned.standing(endpoint, scim_id) is Standing.OURS


def _line(request: Request) -> str:
    return f"{request.method} {request.target}"
