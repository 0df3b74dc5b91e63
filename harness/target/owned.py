"""What a run made on the target, by the evidence of the answers: ids with their standing, and names of its own."""

from __future__ import annotations

import unicodedata
from enum import Enum

from harness.record.exchange import Exchange, resources_of
from harness.record.identity import NAMES, Key, address_of, id_of, name_of, shown_name


class Standing(Enum):
    """Whose a resource is. CLAIMED: an answer to a create of ours gave this id, and nothing else has shown it yet."""

    OURS = "ours"
    OTHERS = "others"
    CLAIMED = "claimed"
    GONE = "gone"


class Owned:
    """Learns from every answer. A resource is ours when an answer to a reading request shows it under a name of ours.

    Names of ours carry a mark: the id that a story's directory puts into every address and every group's name. What was
    ever shown under another name stays somebody else's, whatever a bridge answers later.
    """

    def __init__(self) -> None:
        self._marks: set[str] = set()
        self._names: set[str] = set()
        self._standings: dict[Key, Standing] = {}
        self._shown: dict[Key, str] = {}
        self._decided: dict[str, bool] = {}

    def invent(self, *marks: str) -> None:
        """From now on names that carry one of these marks are ours."""
        self._marks.update(mark.casefold() for mark in marks if mark)
        self._decided.clear()

    def invent_names(self, *names: str) -> None:
        """From now on exactly these names are ours, too."""
        self._names.update(name.casefold() for name in names if name)
        self._decided.clear()

    def is_invented(self, name: str) -> bool:
        """Whether a name is ours or carries a mark of ours, letter case and width of letters aside (Unicode NFKC)."""
        if name not in self._decided:
            folded = unicodedata.normalize("NFKC", name).casefold()
            self._decided[name] = folded in self._names or any(mark in folded for mark in self._marks)
        return self._decided[name]

    def standing(self, endpoint: str, scim_id: str) -> Standing | None:
        """Whose this is; None for an id that was in no answer."""
        return self._standings.get((endpoint, scim_id))

    def name_of(self, endpoint: str, scim_id: str) -> str:
        """The name under which a resource was last shown, or sent in its create; its id where there was none."""
        return self._shown.get((endpoint, scim_id)) or scim_id

    def was_sent_nameless(self, endpoint: str, scim_id: str) -> bool:
        """Whether only a create of ours that sent no name, or an empty one, was answered with this id."""
        key = endpoint, scim_id
        return self._standings.get(key) is Standing.CLAIMED and not self._shown.get(key)

    def learn(self, exchange: Exchange) -> None:
        """Take an answer into account."""
        endpoint, scim_id = address_of(exchange.request.target)
        method = exchange.request.method
        if endpoint not in NAMES or not 200 <= exchange.status < 300:
            return
        if method == "GET":
            for pointer, resource in resources_of(exchange):
                self.see(
                    endpoint, scim_id if not pointer and scim_id else id_of(resource), shown_name(endpoint, resource)
                )
        elif method == "POST" and not scim_id:
            self._claim(endpoint, exchange)
        elif method == "DELETE" and self.standing(endpoint, scim_id) in (Standing.OURS, Standing.CLAIMED):
            self._standings[endpoint, scim_id] = Standing.GONE

    def see(self, endpoint: str, scim_id: str, name: str) -> None:
        """A resource was shown under this name; without id or name nothing is learnt."""
        if not scim_id or not name:
            return
        key = endpoint, scim_id
        is_ours = self.is_invented(name) and self._standings.get(key) is not Standing.OTHERS
        self._standings[key] = Standing.OURS if is_ours else Standing.OTHERS
        self._shown[key] = name

    def _claim(self, endpoint: str, exchange: Exchange) -> None:
        key = endpoint, id_of(exchange.json)
        if key[1] and self._standings.get(key) not in (Standing.OURS, Standing.OTHERS):
            self._standings[key] = Standing.CLAIMED
            self._shown[key] = name_of(endpoint, exchange.sent_json)
