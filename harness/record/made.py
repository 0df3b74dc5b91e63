"""What a run made on a target and did not take away again, told from its exchanges."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.record.exchange import Exchange
from harness.record.identity import NAMES, address_of, id_of, name_of, names_sent
from harness.record.message import path_of


@dataclass(frozen=True, slots=True)
class Made:
    """Something that was made: its path, its name as it was sent, the story, and why it is still there.

    The path is below the SCIM base, or below the probe's where it begins without a slash.
    """

    path: str
    name: str
    scenario: str = ""
    reason: str = ""


class Inventory:
    """Follows exchanges. `names` are all that were given to resources, in small letters: those of ours, later."""

    def __init__(self) -> None:
        self.things: dict[str, Made] = {}
        self.names: set[str] = set()
        self.placed: dict[str, str] = {}
        self._unanswered: Counter[tuple[str, str]] = Counter()
        self._announced: Counter[tuple[str, str]] = Counter()

    @property
    def unanswered(self) -> list[tuple[str, str]]:
        """Endpoint and name of each create of which it is not known what it did."""
        return [key for key, count in self._unanswered.items() if count > 0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left, as far as the exchanges tell."""
        return not (self.things or self.placed or self.unanswered)

    def announce(self, endpoint: str, name: str) -> None:
        """A create is about to be sent."""
        self._announced[endpoint, name] += 1
        self._unanswered[endpoint, name] += 1
        self.names.add(name.casefold())

    def take(self, exchange: Exchange, scenario: str = "") -> None:
        """Note what an exchange made, renamed, or took away."""
        request = exchange.request
        endpoint, scim_id = address_of(request.target)
        if endpoint not in NAMES or request.method == "GET":
            return
        self.names.update(name.casefold() for name in names_sent(endpoint, request))
        is_done = 200 <= exchange.status < 300
        if request.method == "POST" and not scim_id:
            self._take_create(exchange, endpoint, scenario)
        elif request.method == "DELETE" and (is_done or exchange.status in (404, 410)):
            self.remove(path_of(endpoint, scim_id))

    def add(self, made: Made) -> None:
        """Something was made."""
        self.things.setdefault(made.path, made)
        self.names.add(made.name.casefold())

    def remove(self, path: str) -> None:
        """It is gone."""
        self.things.pop(path, None)

    def answered(self, endpoint: str, name: str) -> None:
        """The create that was announced has been answered, so it is known what it did."""
        if self._announced[endpoint, name] > 0:
            self._announced[endpoint, name] -= 1
            self._unanswered[endpoint, name] -= 1

    def put_in_place(self, address: str, scenario: str = "") -> None:
        """The probe put a member there, whom SCIM may not show."""
        self.placed[address] = scenario
        self.names.add(address.casefold())

    def found(self, endpoint: str, name: str) -> None:
        """It is known by now what became of the creates of that name."""
        del self._unanswered[endpoint, name]

    def _take_create(self, exchange: Exchange, endpoint: str, scenario: str) -> None:
        name, made = name_of(endpoint, exchange.sent_json), id_of(exchange.json)
        self.answered(endpoint, name)
        if 200 <= exchange.status < 300 and made:
            self.add(Made(path_of(endpoint, made), name, scenario))
        elif name and (exchange.response is None or exchange.status >= 500 or exchange.status < 300):
            self._unanswered[endpoint, name] += 1
