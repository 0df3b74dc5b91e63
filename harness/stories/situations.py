"""Plays families of situations: each situation is a step of the story."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from harness.catalogue.capabilities import Capabilities
from harness.model.declared import read_schemas
from harness.record.exchange import Exchange, Request, get_attribute
from harness.record.journal import Entry, Step, exchange_of
from harness.record.message import read
from harness.situations.families import FAMILIES, LARGE_FAMILIES
from harness.situations.situation import Conversation, Declared, Scene, Situation, unsent
from harness.situations.wording import worded
from harness.stories.client import Client
from harness.stories.names import Names
from harness.stories.run import Run
from harness.target.probe import NotOffered, NotOurs

_NEEDED = "needs a disposable account: "  # there the guard is off


class Situations:
    """What a story holds to play a family. Nothing is judged here: the checks see every exchange."""

    def __init__(self, run: Run, client: Client, names: Names) -> None:
        self._run = run
        self._client = client
        self._names = names
        self._held_back: NotOurs | None = None

    def play(self, family: str) -> None:
        """Read what the bridge declares, and play all situations of a family.

        A request that the guard does not let leave is left out, and the others are sent. Raises NotOffered where the
        family has no situation, and NotOurs at the end where something was left out.
        """
        if family in LARGE_FAMILIES:
            self._run.guard.need_disposable(f"the family {family!r} of situations, which makes hundreds of people,")
        declared = self._declared()
        scene = Scene(declared, self._names.run_id, self._names.domain, Random(f"{self._run.options.seed}:{family}"))
        played, self._held_back = 0, None
        for situation in FAMILIES[family](scene):
            self._play(situation, declared)
            played += 1
        if not played:
            raise NotOffered(f"the bridge declares nothing to which a situation of the family {family!r} belongs")
        if self._held_back is not None:
            raise self._held_back

    def _declared(self) -> Declared:
        paths = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")
        entries = [self._client.send(read(path, f"read {path.strip('/')}")) for path in paths]
        return declared_in(entries)

    def _play(self, situation: Situation, declared: Declared) -> None:
        self._run.journal.add(Step(situation.name))
        conversation: Conversation = situation.play()
        answer: Any = None
        while True:
            try:
                wanted = conversation.send(answer)
            except StopIteration:
                return
            answer = self._send(wanted, declared)

    def _send(self, wanted: Request | tuple[Request, ...], declared: Declared) -> Exchange | tuple[Exchange, ...]:
        try:
            return self._let_go(wanted, declared)
        except NotOurs as refusal:
            self._held_back = self._held_back or NotOurs(f"{_NEEDED}{str(refusal).removeprefix(_NEEDED)}")
            return tuple(map(unsent, wanted)) if isinstance(wanted, tuple) else unsent(wanted)

    def _let_go(self, wanted: Request | tuple[Request, ...], declared: Declared) -> Exchange | tuple[Exchange, ...]:
        if not isinstance(wanted, tuple):
            return (
                exchange_of(self._client.send(worded(wanted, declared))) if declared.takes(wanted) else unsent(wanted)
            )
        if not all(map(declared.takes, wanted)):
            return tuple(map(unsent, wanted))
        return tuple(map(exchange_of, self._client.send_together([worded(each, declared) for each in wanted])))


def declared_in(entries: list[Entry]) -> Declared:
    """What the three discovery answers say; what they don't say is the standard, or not known."""
    config, types, schemas = (exchange_of(entry).json for entry in entries)
    bridge = Capabilities(entries)
    features = {name: bridge.feature(name) for name in ("patch", "bulk", "filter", "sort", "etag")}
    return Declared(
        schemas={each.endpoint.strip("/"): each for each in read_schemas(schemas, types).values()},
        features=features,
        max_results=_number(config, "filter", "maxResults"),
        max_operations=_number(config, "bulk", "maxOperations"),
        max_payload=_number(config, "bulk", "maxPayloadSize"),
        has_cursors=_part(config, "pagination").get("cursor") is True,
        tells_paging=bool(_part(config, "pagination")),
    )


def _part(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = get_attribute(config, name)
    return found if isinstance(found, dict) else {}


def _number(config: Mapping[str, Any], feature: str, name: str) -> int:
    found = _part(config, feature).get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
