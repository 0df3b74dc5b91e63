"""What a simulation sent, kept: a journal, and for each name the write that touched it last."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from harness import __version__
from harness.record.exchange import RESOURCES, Exchange, Request
from harness.record.identity import address_of, id_of, names_sent
from harness.record.journal import SCHEMA, Entry, Event, RunEnd, RunHeader, ScenarioBegin, ScenarioEnd, render_entry
from harness.record.journal_file import JOURNAL, JournalFile
from harness.simulate.comparison import Difference
from harness.target.transport import Send

STORY = "simulation"
MOST = 100_000
"""So many exchanges are kept; a simulation of a million people sends more than anybody reads."""
_FLUSHED = 100  # ours: after so many entries they are brought to the disk
_IDS = re.compile(rb'"(?:value|id)"\s*:\s*"([^"]+)"|\[value eq \\?"([^"\\]+)')


@dataclass(frozen=True, slots=True)
class DecidingWrite:
    """The write that touched last what differs, and its entry in the journal."""

    entry: str
    exchange: Exchange


class SimulationEvidence:
    """Keeps the exchanges of a simulation. Use it as a context manager: its journal is whole when it ends."""

    def __init__(self, folder: Path, header: RunHeader) -> None:
        self.left_out = 0
        self._is_finished = False
        self._stream = JournalFile(folder / JOURNAL)
        self._dialect = header.dialects[0]
        self._lock = threading.Lock()
        self._number = 0
        self._names: dict[tuple[str, str], str] = {}
        self._last: dict[tuple[str, str], DecidingWrite] = {}
        self._write(header, "")
        self._write(ScenarioBegin("A company is provisioned as an identity provider does."))
        self._stream.flush()

    def __enter__(self) -> SimulationEvidence:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        elif not self._is_finished:
            self._stream.__exit__(kind)

    def finish(self) -> None:
        """The simulation is over: the journal is whole, and nothing more is kept."""
        if not self._is_finished:
            self._is_finished = True
            self._write(ScenarioEnd("completed"))
            self._write(RunEnd(), "run")
            self._stream.__exit__()

    def wrap(self, send: Send) -> Send:
        """The same sender, whose exchanges are kept."""

        def kept(request: Request) -> Exchange:
            exchange = send(request)
            with self._lock:
                self._keep(exchange)
            return exchange

        return kept

    def deciding(self, difference: Difference) -> DecidingWrite | None:
        """What touched last what differs: of a group the write about that member, else the last one about it.

        None where nothing was sent about it.
        """
        kind, _, name = difference.who.partition(" ")
        words = re.split(r"[\s';,]+", f"{difference.expected} {difference.actual}") if kind == "group" else ()
        about = [(name.casefold(), word) for word in words]
        return next((found for key in (*about, (name.casefold(), "")) if (found := self._last.get(key))), None)

    def _keep(self, exchange: Exchange) -> None:
        if self._is_finished:
            return
        if self._number >= MOST:
            self.left_out += 1
            return
        entry = self._write(exchange)
        if exchange.request.method not in ("GET", "HEAD"):
            self._note(DecidingWrite(entry, exchange))

    def _note(self, found: DecidingWrite) -> None:
        exchange = found.exchange
        endpoint, scim_id = address_of(exchange.request.target)
        if endpoint not in RESOURCES:
            return
        sent = next(iter(names_sent(endpoint, exchange.request)), "")
        made = scim_id or id_of(exchange.json)
        if made and sent:
            self._names[endpoint, made] = sent
        name = sent or self._names.get((endpoint, made), "")
        self._last[name.casefold(), ""] = found
        for member in _IDS.findall(exchange.request.body or b"") if endpoint == "Groups" else ():
            self._last[name.casefold(), b"".join(member).decode("utf-8", "replace")] = found

    def _write(self, event: Event, scenario: str = STORY) -> str:
        self._number += 1
        entry = Entry(f"0:{self._number}", scenario, self._dialect if scenario else "", 0, event)
        self._stream.write(render_entry(entry) + "\n")
        if self._number % _FLUSHED == 0:
            self._stream.flush()
        return entry.id


def make_header(dialect: str, seed: int, url: str, start: str, *, is_disposable: bool) -> RunHeader:
    """The first entry of the journal of a simulation."""
    return RunHeader(
        SCHEMA,
        __version__,
        ("rfc",),
        (dialect,),
        (),
        "safe",
        seed,
        "must",
        start or url,
        url,
        time.time(),
        start=start,
        is_disposable=is_disposable,
    )
