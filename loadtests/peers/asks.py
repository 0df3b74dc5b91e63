"""What is asked of the servers: HTTP requests as bytes, and how to know a right answer."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from loadtests.peers.people import PATCH, group_id, user_document, user_id, user_name

# More than are ever in flight at once, so that nobody is removed before being added.
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. A right answer has one of the statuses, and `wanted` in it that many times; 0: once or more.

    A 204 has nothing in it.
    """

    payload: bytes
    statuses: tuple[int, ...] = (200,)
    wanted: bytes = b""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server's SCIM endpoints begin."""

    port: int
    base: str
    token: str

    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/scim+json"}

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        """A request to it, as it goes over the wire."""
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
class Script:
    """An endless row of requests, the n-th of which follows from n; it goes on where the last run ended."""

    make: Callable[[int], Ask]
    position: int = 0
    # With more requests than this in a run, they come round again: reads change nothing.
    period: int | None = None
    _kept: list[Ask] = field(default_factory=list)

    def take(self, count: int) -> list[Ask]:
        """The next requests: never the same twice, unless the script has a period."""
        if self.period is None:
            return [self.make(number) for number in range(self.position, self.position + count)]
        if not self._kept:
            self._kept = [self.make(number) for number in range(self.period)]
        return self._kept

    def advance(self, count: int) -> None:
        """So many were sent."""
        self.position += count


def get_users(address: Address, numbers: Sequence[int]) -> Script:
    """Reading single users, in random order."""

    def make(number: int) -> Ask:
        user = user_id(numbers[number % len(numbers)])
        return Ask(address.request("GET", f"/Users/{user}"), (200,), f'"{user}"'.encode())

    return Script(make, period=min(4096, len(numbers)))


def find_users(address: Address, numbers: Sequence[int]) -> Script:
    """Finding users by userName: where the names run out, they come again in another letter case."""

    def make(number: int) -> Ask:
        lap, place = divmod(number, len(numbers))
        name = respell(user_name(numbers[place]), lap)
        path = "/Users?filter=" + quote(f'userName eq "{name}"')
        return Ask(address.request("GET", path), (200,), f'"{user_id(numbers[place])}"'.encode())

    return Script(make)


def respell(name: str, lap: int) -> str:
    """A name in the n-th of its spellings by letter case, the 0-th being the one given."""
    letters = [i for i, each in enumerate(name) if each.isalpha()]
    upper = {place for bit, place in enumerate(letters) if lap >> bit & 1}
    return "".join(each.upper() if i in upper else each for i, each in enumerate(name))


def create_users(address: Address, prefix: str = "n") -> Script:
    """Creating users whom nobody knows; each script on one server needs another prefix."""

    def make(number: int) -> Ask:
        name = f"{prefix}{number}@example.com"
        body = user_document(10_000_000 + number, name)
        return Ask(address.request("POST", "/Users", body), (201,), name.encode())

    return Script(make)


def is_active_after(number: int, users: int) -> bool:
    """Whether the n-th request of `switch_users` makes its user active: the first lap suspends."""
    return number // users % 2 == 1


def switch_users(address: Address, numbers: Sequence[int]) -> Script:
    """Suspending each user in turn, then taking each back, and so on: every request changes something."""

    def make(number: int) -> Ask:
        user = user_id(numbers[number % len(numbers)])
        operation = {"op": "replace", "path": "active", "value": is_active_after(number, len(numbers))}
        payload = address.request("PATCH", f"/Users/{user}", {"schemas": [PATCH], "Operations": [operation]})
        return Ask(payload, (200, 204), f'"{user}"'.encode())

    return Script(make)


def move_members(address: Address, size: int, spare: range) -> Script:
    """Adding members to a group and removing them, one by one: it stays about as large as it was."""

    def make(number: int) -> Ask:
        block, place = divmod(number, _BLOCK)
        user = user_id(spare[(block // 2 * _BLOCK + place) % len(spare)])
        added = {"op": "add", "path": "members", "value": [{"value": user}]}
        removed = {"op": "remove", "path": f'members[value eq "{user}"]'}
        body = {"schemas": [PATCH], "Operations": [removed if block % 2 else added]}
        return Ask(address.request("PATCH", f"/Groups/{group_id(size)}", body), (200, 204))

    return Script(make)


def members_beyond(position: int) -> int:
    """How many members a group has above its first ones after that many requests of `move_members`."""
    block, place = divmod(position, _BLOCK)
    return _BLOCK - place if block % 2 else place


def read_pages(address: Address, first: int, last: int, seed: int = 1) -> Script:
    """Pages of 100 users, each beginning somewhere from `first` to `last`."""

    def make(number: int) -> Ask:
        start = random.Random(f"{seed} {number}").randint(first, last)
        return Ask(address.request("GET", f"/Users?startIndex={start}&count=100"), (200,), b'"userName"', 100)

    return Script(make)


def get_group_without_members(address: Address, size: int) -> Script:
    """Reading a group, but not who is in it."""
    path = f"/Groups/{group_id(size)}?excludedAttributes=members"
    ask = Ask(address.request("GET", path), (200,), f'"{group_id(size)}"'.encode())
    return Script(lambda number: ask, period=1)


def get_anything(address: Address) -> Script:
    """One GET again and again, for a server that answers everything alike."""
    ask = Ask(address.request("GET", "/Users/anybody"))
    return Script(lambda number: ask, period=1)
