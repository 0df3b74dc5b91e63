"""What a finding is about: the person or the group by all their names, and how near a request comes to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.catalogue.verdict import Finding
from harness.record.exchange import Exchange, Json, get_attribute, resources_of
from harness.record.journal import Entry, Observation

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_WORD = re.compile(r"[\w-]{6,}")
_TOPICS = {"groups": "Groups", "name": "Users"}
"""The endpoint whose writes can bear on a kind of statement, where only one can."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or a group: `names` are addresses and ids, `groups` names and ids of groups in question."""

    names: frozenset[str]
    groups: frozenset[str]
    topic: str = ""

    def nearness(self, entry: Entry) -> int:
        """How near a request comes to the subject: 0 when it is about something else."""
        if not isinstance(entry.event, Exchange):
            return 0
        sent = _sent(entry.event)
        return 2 * mentions(self.names, sent) + mentions(self.groups, sent)

    def is_on_topic(self, exchange: Exchange) -> bool:
        """Whether a request is sent where such a statement is decided."""
        return not self.topic or exchange.route.endpoint == self.topic


def subject_of(story: Iterable[Entry], params: dict[str, Any], finding: Finding, kind: str = "") -> Subject:
    """The subject of a finding: the person whom it names, and the groups of which it speaks, with their ids."""
    said = f"{finding.expected} {finding.actual}".casefold()
    addresses = {str(params["address"]).casefold()} if params.get("address") else set(_ADDRESS.findall(said))
    names, groups = set(addresses), set()
    words = set(_WORD.findall(said)) - {word for address in addresses for word in _WORD.findall(address)}
    for name, scim_id, is_group in _known(story):
        if is_group and (scim_id in words or (name and name in said)):
            groups |= {name, scim_id}
        elif not is_group and (name in addresses or scim_id in words):
            names |= {name, scim_id}
    if kind == "groups":
        groups |= {str(name).casefold() for name in params.get("groups", ())}
    return Subject(frozenset(names - {""}), frozenset(groups - {""}), _TOPICS.get(kind, ""))


def mentions(words: Iterable[str], text: str) -> bool:
    """Whether a text holds one of these words, letter case aside, each as a word of its own."""
    text = text.casefold()
    return any(re.search(rf"(?<![\w.@+-]){re.escape(word)}(?![\w@+-])", text) for word in words)


def _sent(exchange: Exchange) -> str:
    body = (exchange.request.body or b"").decode("utf-8", "replace")
    return f"{unquote(exchange.request.target)} {body}".casefold()


def _known(story: Iterable[Entry]) -> Iterator[tuple[str, str, bool]]:
    """Names and ids of all resources and members that a story has shown, in lower case, and whether it is a group."""
    for entry in story:
        event = entry.event
        if isinstance(event, Exchange):
            for _, resource in resources_of(event):
                yield _pair(resource, event.route.endpoint == "Groups")
        elif isinstance(event, Observation) and event.kind.rpartition(".")[2] in ("users", "groups", "members"):
            for item in event.data or ():
                yield _pair(item, event.kind.endswith("groups"))


def _pair(item: Json, is_group: bool) -> tuple[str, str, bool]:
    wanted = ("displayName", "name") if is_group else ("userName", "email")
    name = next((value for key in wanted if isinstance(value := get_attribute(item, key), str)), "")
    return name.casefold(), str(item.get("id", "")).casefold(), is_group
