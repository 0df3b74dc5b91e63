"""A client for protocol stories, which sends requests that the story builds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from harness.raw import PLAIN, Wire
from harness.record.exchange import Json, Request, get_attribute
from harness.record.journal import Entry, exchange_of
from harness.record.message import WRITE_HEADERS, equals, patch_body, path_of, read, remove, render_query, write
from harness.record.pages import Page, read_pages
from harness.stories.run import Run
from harness.target.probe import NotOffered

_SECOND_S = 1.0
_TRIES = 3
WALKS = 3  # ours: how often a list is read that changes meanwhile


class Client:
    """Sends requests of a story's own making; for protocol stories."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def send(self, request: Request) -> Entry:
        """Send and record; returns the entry, for `expect.answer`."""
        return self._run.send(request)

    def send_raw(self, request: Request, wire: Wire = PLAIN) -> Entry:
        """Send exactly these headers and this body, as `complete` makes them or as the story does, and record."""
        return self._run.send_raw(request, wire)

    def send_together(self, requests: Sequence[Request]) -> list[Entry]:
        """Send all at once. What the bridge puts off is sent once more, alone, as every identity provider does.

        Returns the last exchange of each. Putting off is 409, 412, 429 or a 5xx: the bridge has done nothing then.
        """
        entries = zip(requests, self._run.send_together(requests), strict=True)
        return [self._run.send(request) if _is_put_off(entry) else entry for request, entry in entries]

    def burst(self, requests: Sequence[Request], batches: int = 5) -> None:
        """Send them within a second, in so many batches, after a second of silence: a rate, and no flood.

        Where that took longer, as on a busy machine, once more, up to three times in all.
        """
        size = -(-len(requests) // batches)
        for _ in range(_TRIES):
            self._run.clock.sleep(_SECOND_S)
            first = self._run.clock.now()
            for start in range(0, len(requests), size):
                begun = self._run.clock.now()
                self._run.send_together(requests[start : start + size])
                took_s = self._run.clock.now() - first
                self._run.clock.sleep(max(0.0, _SECOND_S / batches - (self._run.clock.now() - begun)))
            if took_s < _SECOND_S:
                return

    def create_user(self, body: Json, name: str = "create user") -> Entry:
        """POST of a user."""
        return self.send(write("POST", "/Users", name, body))

    def read_user(self, user_id: str, name: str = "read user", query: str = "") -> Entry:
        """GET of a user by id."""
        return self.send(read(path_of("Users", user_id), name, query))

    def find_users(self, condition: str, name: str = "find user") -> Entry:
        """GET of the users whom a filter matches."""
        return self.send(read("/Users", name, render_query((("filter", condition),))))

    def replace_user(self, user_id: str, body: Json, name: str = "replace user") -> Entry:
        """PUT of a user."""
        return self.send(write("PUT", path_of("Users", user_id), name, body))

    def patch_user(self, user_id: str, *operations: Json, name: str = "patch user") -> Entry:
        """PATCH of a user with these operations."""
        return self.send(write("PATCH", path_of("Users", user_id), name, patch_body(*operations)))

    def delete_user(self, user_id: str, name: str = "delete user") -> Entry:
        """DELETE of a user."""
        return self.send(remove(path_of("Users", user_id), name))

    def create_group(self, body: Json, name: str = "create group") -> Entry:
        """POST of a group."""
        return self.send(write("POST", "/Groups", name, body))

    def read_group(self, group_id: str, name: str = "read group", query: str = "") -> Entry:
        """GET of a group by id."""
        return self.send(read(path_of("Groups", group_id), name, query))

    def patch_group(self, group_id: str, *operations: Json, name: str = "change group members") -> Entry:
        """PATCH of a group with these operations."""
        return self.send(write("PATCH", path_of("Groups", group_id), name, patch_body(*operations)))

    def delete_group(self, group_id: str, name: str = "delete group") -> Entry:
        """DELETE of a group."""
        return self.send(remove(path_of("Groups", group_id), name))

    def id_from(self, created: Entry) -> str:
        """The id that a create gave. Raises NotOffered where it gave none: what follows needs the resource."""
        exchange = exchange_of(created)
        made = exchange.json.get("id")
        if not isinstance(made, str) or not 200 <= exchange.status < 300:
            raise NotOffered(f"`{exchange.request.name}` made nothing, so the story can't go on")
        return made

    def id_of_user(self, user_name: str) -> str:
        """The id of the one user of that name. Raises NotOffered where the bridge finds none, or several."""
        return _only_id(self.find_users(equals("userName", user_name)), user_name)

    def id_of_group(self, name: str) -> str:
        """The id of the one group of that name. Raises NotOffered where the bridge finds none, or several."""
        query = render_query((("filter", equals("displayName", name)),))
        return _only_id(self.send(read("/Groups", "find group", query)), name)

    def gave(self, entry: Entry) -> bool:
        """Whether an answer is a 200: a story asks on only where the bridge gives what it asks for."""
        return exchange_of(entry).status == 200

    def raw(self, method: str, path: str, body: bytes, name: str) -> Request:
        """A request with exactly these bytes as its body."""
        return Request(method, path, name, WRITE_HEADERS, body)

    def anonymous(self, request: Request) -> Request:
        """The same request without a token."""
        return replace(request, credential=None)

    def stranger(self, request: Request) -> Request:
        """The same request with a token that was never issued."""
        return replace(request, credential="wrong")

    def malformed(self, request: Request) -> Request:
        """The same request with an Authorization header that names no scheme and holds no token."""
        return replace(request, headers=(*request.headers, ("Authorization", "non-token")), credential=None)

    def without_token(self, request: Request) -> Request:
        """The same request with an Authorization header that names the scheme and holds no token."""
        return replace(request, headers=(*request.headers, ("Authorization", "Bearer ")), credential=None)

    def pause(self, seconds: float) -> None:
        """Let time pass on the bridge, for real where its clock can't be moved."""
        self._run.advance(seconds)

    def walk(self, path: str, count: int, at_most: int) -> None:
        """Read a list in pages of `count`, until a page is empty or `at_most` pages were read.

        A list that contradicts itself is read again, up to `WALKS` times, until it is twice the same: somebody else may
        write to the account meanwhile.
        """
        name = f"walk {path.strip('/').lower()}"
        before: list[Page] = []
        for _ in range(WALKS):
            page_by_page = read_pages(lambda query: self._run.exchange(read(path, name, query)).json, count)
            pages = list(islice(page_by_page, at_most))
            if pages == before or pages[-1].entries or _agree(pages):
                return
            before = pages

    def observe(self) -> None:
        """Look at everything that can be seen."""
        self._run.observe()


def _only_id(found: Entry, name: str) -> str:
    listed = exchange_of(found).json.get("Resources")
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0].get("id"), str):
        raise NotOffered(f"the bridge does not find {name}, so the story can't go on")
    return str(listed[0]["id"])


def _agree(pages: list[Page]) -> bool:
    """Whether all pages state the number of resources that they hold together, each once."""
    ids = [str(get_attribute(each, "id")) for page in pages for each in page.entries]
    return len(set(ids)) == len(ids) and {str(page.total) for page in pages} == {str(len(ids))}


def _is_put_off(entry: Entry) -> bool:
    status = exchange_of(entry).status
    return status in (409, 412, 429) or status >= 500
