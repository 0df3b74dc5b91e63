"""The evidence of a finding: the deciding exchange as text, and its story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.record.exchange import Exchange, Headers
from harness.record.journal import Entry, Expectation, ScenarioBegin, Step
from harness.record.journal_file import JOURNAL
from harness.report.curl import make_curl
from harness.report.names import names_in
from harness.report.passwords import masked_headers, masked_text
from harness.report.situation import make_script
from harness.report.text import BODY_LIMIT, PRETTY_LIMIT, decode, pretty, shorten, visible, visible_line


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exchange, made readable. `how` says why it is the one that is shown.

    `curl` repeats it; `makes_situation` says that it makes first what the request names.
    """

    entry: str
    how: str
    name: str
    request_line: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    status_line: str
    response_headers: tuple[tuple[str, str], ...]
    response_body: str
    elapsed_ms: float
    curl: str
    makes_situation: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the run something happened."""

    entry: str
    dialect: str
    scenario: str
    sentence: str
    step: str
    stated: str = ""


_ID = re.compile(r"[\w-]{8,}")


class Record:
    """The entries of a run, to look up what belongs to a finding."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._index = {entry.id: index for index, entry in enumerate(self._entries)}
        self._stories: dict[tuple[str, str], str] = {}
        self._steps: dict[tuple[str, str, int], str] = {}
        self._whole: dict[str, list[Entry]] = {}
        self._names: dict[str, str] | None = None
        self._exchanges: dict[tuple[str, str], list[tuple[int, Entry, Exchange]]] = {}
        for index, entry in enumerate(self._entries):
            self._learn(index, entry)

    def _learn(self, index: int, entry: Entry) -> None:
        story = (entry.scenario, entry.dialect)
        self._whole.setdefault(entry.scenario, []).append(entry)
        if isinstance(entry.event, ScenarioBegin):
            self._stories[story] = entry.event.sentence
        elif isinstance(entry.event, Step):
            self._steps[*story, entry.step] = entry.event.sentence
        elif isinstance(entry.event, Exchange):
            self._exchanges.setdefault(story, []).append((index, entry, entry.event))

    def with_names(self, text: str) -> str:
        """The text with people and groups by name in place of the ids that the bridge gave them."""
        if self._names is None:
            self._names = names_in(self._entries)
        names = self._names
        return _ID.sub(lambda match: names.get(match[0], match[0]), text)

    def story_of(self, entry: Entry) -> list[Entry]:
        """All entries of the story to which an entry belongs."""
        return self._whole.get(entry.scenario, [])

    def place_of(self, entry: Entry) -> Place:
        """The story and the step to which an entry belongs."""
        stated = entry.event.sentence if isinstance(entry.event, Expectation) else ""
        return Place(
            entry.id,
            entry.dialect,
            visible_line(entry.scenario),
            visible(self._stories.get((entry.scenario, entry.dialect), "")),
            visible(self._steps.get((entry.scenario, entry.dialect, entry.step), "")),
            visible(stated),
        )

    def find_exchange(self, entry: Entry) -> tuple[str, Entry, Exchange] | None:
        """The exchange that an entry is about, with the reason for the choice; None when its story sent nothing."""
        if isinstance(entry.event, Exchange):
            return "the exchange that was judged", entry, entry.event
        if isinstance(entry.event, Expectation):
            named = self._named(str(entry.event.params.get("entry", "")))
            if named:
                return "the answer that the story speaks of", *named
            address = str(entry.event.params.get("address", ""))
            about = self._last_about(entry, address) if address else None
            if about:
                return f"the last request about {address} before it", *about
        last = self._last_before(entry, ())
        return ("the last exchange before it", *last) if last else None

    def _named(self, entry_id: str) -> tuple[Entry, Exchange] | None:
        index = self._index.get(entry_id)
        entry = None if index is None else self._entries[index]
        return (entry, entry.event) if entry and isinstance(entry.event, Exchange) else None

    def _last_about(self, entry: Entry, address: str) -> tuple[Entry, Exchange] | None:
        """The last request that names a person by address, or by an id that the bridge gave to that address."""
        named = self._last_before(entry, (address,))
        given = named[1].json.get("id") if named else None
        return self._last_before(entry, (address, given)) if isinstance(given, str) and given else named

    def _last_before(self, entry: Entry, words: tuple[str, ...]) -> tuple[Entry, Exchange] | None:
        limit = self._index.get(entry.id, len(self._entries))
        for index, found, exchange in reversed(self._exchanges.get((entry.scenario, entry.dialect), [])):
            if index < limit and (not words or _mentions(exchange, words)):
                return found, exchange
        return None


def make_evidence(how: str, entry: Entry, exchange: Exchange, story: Iterable[Entry] = ()) -> Evidence:
    """An exchange as text: bodies pretty-printed, cut at 64 KiB, passwords masked, nothing raw in them.

    With the entries of its story the command by hand makes first what the request names.
    """
    script = make_script(entry, story) if story else ""
    request, response = exchange.request, exchange.response
    status = f"HTTP {response.status}" if response else f"no answer: {visible_line(exchange.lost)}"
    return Evidence(
        entry.id,
        visible_line(how),
        visible_line(request.name),
        visible_line(f"{request.method} {exchange.url}"),
        _shown(masked_headers(request.headers, are_ours=True)),
        render_body(request.body or b""),
        status,
        _shown(masked_headers(response.headers, are_ours=False)) if response else (),
        render_body(response.body) if response else "",
        round(exchange.elapsed_s * 1000, 1),
        script or make_curl(exchange, entry.id),
        bool(script),
    )


def render_body(body: bytes) -> str:
    """A body for reading; a long one is cut, and says so."""
    if len(body) > PRETTY_LIMIT:
        cut = visible(masked_text(body[:BODY_LIMIT]))
        return f"{cut}\n… cut here: {len(body):,} bytes, in full in {JOURNAL}"
    text = visible(pretty(masked_text(body)))
    if len(text) <= BODY_LIMIT:
        return text
    return f"{text[:BODY_LIMIT]}\n… cut here: {len(body):,} bytes, in full in {JOURNAL}"


def _shown(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((shorten(visible_line(name)), shorten(visible_line(value))) for name, value in headers)


def _mentions(exchange: Exchange, words: tuple[str, ...]) -> bool:
    sent = f"{exchange.request.target} {decode(exchange.request.body or b'')}".lower()
    return any(word.lower() in sent for word in words)
