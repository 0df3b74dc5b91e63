"""Sequences of HTTP requests for the servers of a benchmark, as bytes, with the right answer of each."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from loadtests.peers.people import PATCH, group_id, user_document, user_id, user_name

# More than are ever in flight at once, so that no member is removed before it was added.
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class ExpectedRequest:
    """One request and how to recognise a right answer: its statuses, and `wanted` in its body `times` times.

    With `times` 0 it is there once or more. A 204 has no body to look at.
    """

    payload: bytes
    statuses: tuple[int, ...] = (200,)
    wanted: bytes = b""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """The port, base path and token of a server's SCIM endpoints."""

    port: int
    base: str
    token: str

    def headers(self) -> dict[str, str]:
        """The headers of every request."""
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/scim+json"}

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        """A request to this server as bytes."""
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        lines = [
            f"{method} {self.base}{path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            *(f"{name}: {value}" for name, value in self.headers().items()),
        ]
        if content:
            lines += ["Content-Type: application/scim+json", f"Content-Length: {len(content)}"]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass
class RequestSequence:
    """An endless sequence of requests, each computed from its number; a run continues where the last one ended."""

    make: Callable[[int], ExpectedRequest]
    position: int = 0
    # After this many requests the sequence repeats: reads change nothing.
    period: int | None = None
    _kept: list[ExpectedRequest] = field(default_factory=list)

    def take(self, count: int) -> list[ExpectedRequest]:
        """The next requests; none occurs twice unless the sequence has a period."""
        if self.period is None:
            return [self.make(number) for number in range(self.position, self.position + count)]
        if not self._kept:
            self._kept = [self.make(number) for number in range(self.period)]
        return self._kept

    def advance(self, count: int) -> None:
        """Skip requests that were sent."""
        self.position += count


def get_users(address: Address, numbers: Sequence[int]) -> RequestSequence:
    """Read single users by id."""

    def make(number: int) -> ExpectedRequest:
        user = user_id(numbers[number % len(numbers)])
        return ExpectedRequest(address.request("GET", f"/Users/{user}"), (200,), f'"{user}"'.encode())

    return RequestSequence(make, period=min(4096, len(numbers)))


def find_users(address: Address, numbers: Sequence[int]) -> RequestSequence:
    """Find users by userName; after the last name they start again in another letter case."""

    def make(number: int) -> ExpectedRequest:
        lap, place = divmod(number, len(numbers))
        name = respell(user_name(numbers[place]), lap)
        path = "/Users?filter=" + quote(f'userName eq "{name}"')
        return ExpectedRequest(address.request("GET", path), (200,), f'"{user_id(numbers[place])}"'.encode())

    return RequestSequence(make)


def respell(name: str, lap: int) -> str:
    """The n-th spelling of a name by letter case; the 0-th is the name as given."""
    letters = [i for i, each in enumerate(name) if each.isalpha()]
    upper = {place for bit, place in enumerate(letters) if lap >> bit & 1}
    return "".join(each.upper() if i in upper else each for i, each in enumerate(name))


def create_users(address: Address, prefix: str = "n") -> RequestSequence:
    """Create new users; each sequence on one server needs its own prefix."""

    def make(number: int) -> ExpectedRequest:
        name = f"{prefix}{number}@example.com"
        body = user_document(10_000_000 + number, name)
        return ExpectedRequest(address.request("POST", "/Users", body), (201,), name.encode())

    return RequestSequence(make)


def is_active_after(number: int, users: int) -> bool:
    """Whether the n-th request of `switch_users` makes its user active: the first lap suspends."""
    return number // users % 2 == 1


def switch_users(address: Address, numbers: Sequence[int]) -> RequestSequence:
    """Suspend each user in turn, then reactivate each, and so on: every request changes something."""

    def make(number: int) -> ExpectedRequest:
        user = user_id(numbers[number % len(numbers)])
        operation = {"op": "replace", "path": "active", "value": is_active_after(number, len(numbers))}
        payload = address.request("PATCH", f"/Users/{user}", {"schemas": [PATCH], "Operations": [operation]})
        return ExpectedRequest(payload, (200, 204), f'"{user}"'.encode())

    return RequestSequence(make)


def move_members(address: Address, size: int, spare: range) -> RequestSequence:
    """Add members to a group and remove them, one per request; the group keeps about its size."""

    def make(number: int) -> ExpectedRequest:
        block, place = divmod(number, _BLOCK)
        user = user_id(spare[(block // 2 * _BLOCK + place) % len(spare)])
        added = {"op": "add", "path": "members", "value": [{"value": user}]}
        removed = {"op": "remove", "path": f'members[value eq "{user}"]'}
        body = {"schemas": [PATCH], "Operations": [removed if block % 2 else added]}
        return ExpectedRequest(address.request("PATCH", f"/Groups/{group_id(size)}", body), (200, 204))

    return RequestSequence(make)


def members_beyond(position: int) -> int:
    """The number of members that a group has gained after that many requests of `move_members`."""
    block, place = divmod(position, _BLOCK)
    return _BLOCK - place if block % 2 else place


def read_pages(address: Address, first: int, last: int, seed: int = 1) -> RequestSequence:
    """Read pages of 100 users, each from a random position between `first` and `last`."""

    def make(number: int) -> ExpectedRequest:
        start = random.Random(f"{seed} {number}").randint(first, last)
        return ExpectedRequest(
            address.request("GET", f"/Users?startIndex={start}&count=100"), (200,), b'"userName"', 100
        )

    return RequestSequence(make)


def get_group_without_members(address: Address, size: int) -> RequestSequence:
    """Read a group with excludedAttributes=members."""
    path = f"/Groups/{group_id(size)}?excludedAttributes=members"
    request = ExpectedRequest(address.request("GET", path), (200,), f'"{group_id(size)}"'.encode())
    return RequestSequence(lambda number: request, period=1)


def get_anything(address: Address) -> RequestSequence:
    """The same GET again and again, for a server that gives one answer to everything."""
    request = ExpectedRequest(address.request("GET", "/Users/anybody"))
    return RequestSequence(lambda number: request, period=1)
