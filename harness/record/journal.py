"""The journal: the ordered record of a run (exchanges, observations, expectations, clock moves), as NDJSON."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import JournalError
from harness.record.collector import uncollected
from harness.record.exchange import Exchange, Json
from harness.record.journal_file import Lines, read_lines
from harness.record.sharing import Sharing

SCHEMA = "bridgecheck/journal/1"
INTERRUPTED = "interrupted"
CRASHED = "crashed"
INCOMPLETE = "incomplete"
TIME_BUDGET = "time budget"
STORY_FAULT = "story fault"


@dataclass(frozen=True, slots=True)
class RunHeader:
    """How the run was set up: everything that judging needs besides the entries. No secret stands here.

    `only`, `skip` and `rows` are the filters of the command line: stories by name, and requirements. `before` are the
    requirements that were broken in the run which this one repeats. `start` is the command that started the bridge;
    empty where it ran already. `is_disposable` says that the whole account may change. `skew_s` is how far the bridge's
    clock was before ours at the start, in seconds; None where it was not told. `lives` is the number of
    random lives, None where it is the usual one. `readings` are those that were chosen, each `name=value`.
    """

    schema: str
    version: str
    claims: tuple[str, ...]
    dialects: tuple[str, ...]
    suites: tuple[str, ...]
    mode: str
    seed: int
    gate: str
    target_name: str
    target_url: str
    started_at: float
    start: str = ""
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    is_disposable: bool = False
    skew_s: float | None = None
    lives: int | None = None
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioBegin:
    """A story starts: its sentence, and the requirements that it can bring to judgement."""

    sentence: str
    requirements: tuple[str, ...] = ()
    suite: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioEnd:
    """A story ended: `completed`, `not observable`, `error` (ours), `target lost`, `interrupted` or `crashed`.

    At the place `run` it says why the whole run ended early, there also by `time budget`, or `incomplete` where a
    journal is read that has no end.
    """

    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """The run has ended by itself, whatever it found. A journal without it is that of a run which was killed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One provisioning step of a story; the entries up to the next Step belong to it."""

    sentence: str


SWITCHED_ON, SWITCHED_OFF = "provisioning-on", "provisioning-off"
"""The names of the acts by which an administrator lets a bridge in front of an account work, or not."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done outside SCIM: a person signs up, a fixture is put in place."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of the account or of the SCIM directory. `data` is None when it equals the last of its kind.

    Without a digest nothing is known from here on: the look failed, or a list could not be read whole.
    """

    kind: str
    digest: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a story states must hold; self-contained, so that it can be judged without the story.

    `facets` names the parts of these requirements that are judged by it.
    """

    kind: str
    requirements: tuple[str, ...]
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockMove:
    """Time was moved, or waited for: on the identity provider's side or on the bridge's."""

    clock: str
    seconds: float
    virtual: bool


@dataclass(frozen=True, slots=True)
class NotObservable:
    """Something could not be seen or done, so these requirements stay unjudged here, by name."""

    requirements: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that we made on the target and could not take away again; `name` is its name as we know it.

    `path` is below the SCIM base, or below the probe's where it begins without a slash.
    """

    path: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """The next request makes a resource of this name: written first, so that even a run that is killed tells of it."""

    endpoint: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """The guard read one resource to see whose it is: `name` is the one shown, empty where none was. Judges nothing."""

    target: str
    status: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Slowdown:
    """The bridge put a request off, so that fewer are sent from here on: so many in a second."""

    requests_per_s: float


@dataclass(frozen=True, slots=True)
class StoryFault:
    """A story is wrong itself, at that place in its file: what it states is judged no further."""

    story: str
    place: str
    error: str


@dataclass(frozen=True, slots=True)
class HarnessError:
    """We stumbled: never a finding about the bridge."""

    where: str
    error: str


Event = (
    RunHeader
    | ScenarioBegin
    | ScenarioEnd
    | RunEnd
    | Step
    | Act
    | Exchange
    | Observation
    | Expectation
    | ClockMove
    | NotObservable
    | Leftover
    | Making
    | Look
    | Slowdown
    | StoryFault
    | HarnessError
)

_KINDS: dict[str, type[Any]] = {
    "run": RunHeader,
    "scenario": ScenarioBegin,
    "scenario-end": ScenarioEnd,
    "run-end": RunEnd,
    "step": Step,
    "act": Act,
    "exchange": Exchange,
    "observation": Observation,
    "expectation": Expectation,
    "clock": ClockMove,
    "not-observable": NotObservable,
    "leftover": Leftover,
    "making": Making,
    "look": Look,
    "slowdown": Slowdown,
    "story-fault": StoryFault,
    "harness-error": HarnessError,
}
_NAMES = {cls: name for name, cls in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal: what happened (`event`), and where in the run. `id` is worker:sequence."""

    id: str
    scenario: str
    dialect: str
    step: int
    event: Event


class Journal:
    """Collects entries and, when given a stream, writes each at once, so that a run that dies leaves its record."""

    def __init__(self, stream: Lines | None = None, worker: str = "0") -> None:
        self.entries: list[Entry] = []
        self._stream = stream
        self._worker = worker
        self._scenario = ""
        self._dialect = ""
        self._step = 0

    def place(self, scenario: str, dialect: str = "") -> None:
        """Say which scenario and dialect the next entries belong to; steps count anew."""
        self._scenario, self._dialect, self._step = scenario, dialect, 0

    @property
    def scenario(self) -> str:
        """The scenario that the next entries belong to."""
        return self._scenario

    @property
    def dialect(self) -> str:
        """The dialect that the next entries belong to."""
        return self._dialect

    def add(self, event: Event) -> Entry:
        """Record an event and return its entry."""
        if isinstance(event, Step):
            self._step += 1
        entry_id = f"{self._worker}:{len(self.entries) + 1}"
        entry = Entry(entry_id, self._scenario, self._dialect, self._step, event)
        self.entries.append(entry)
        if self._stream:
            self._stream.write(render_entry(entry) + "\n")
            self._stream.flush()
        return entry

    def end(self) -> None:
        """Record that the run has ended by itself."""
        self.place("run")
        self.add(RunEnd())

    def close(self) -> None:
        """Let go of the entries, which are judged as they stand in the stream; nothing is added after this."""
        self.entries.clear()


def render_entry(entry: Entry) -> str:
    """An entry as one line of JSON. Bodies are text where they are UTF-8, so that people can read and alter them."""
    made: Json = msgspec.to_builtins(entry, builtin_types=(bytes,))
    made["kind"] = _NAMES[type(entry.event)]
    for part in ("request", "response"):
        holder = made["event"].get(part) if isinstance(entry.event, Exchange) else None
        if holder and holder.get("body") is not None:
            holder["body"] = _render_body(holder["body"])
    line = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    # A half of a surrogate pair, which a bridge may send as \ud800, has no UTF-8: it stays the escape that it was.
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def parse_entry(line: str, sharing: Sharing | None = None) -> Entry:
    """The reverse of `render_entry`; `sharing` keeps what earlier lines had once. Raises JournalError."""
    try:
        raw = _parse(line)
        if sharing:
            sharing.share(raw)
        cls = _KINDS[raw.pop("kind")]
        if cls is Exchange:
            for part in ("request", "response"):
                holder = raw["event"].get(part)
                if holder and holder.get("body") is not None:
                    holder["body"] = _parse_body(holder["body"])
        event = msgspec.convert(raw.pop("event"), cls, builtin_types=(bytes,))
        return Entry(event=event, **msgspec.convert(raw, dict[str, str | int]))  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, msgspec.ValidationError) as error:
        raise JournalError(f"{type(error).__name__}: {error}") from error


def _parse(line: str) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return json.loads(line)  # the escape of half a surrogate pair: Python reads it, others refuse it


@uncollected
def read_journal(path: Path) -> list[Entry]:
    """All entries of a stored journal, compressed or not. Raises JournalError, naming the line.

    A journal without an end, left by a kill or a full disk, is read up to the cut: there its story ends as `crashed`,
    and its run as `incomplete`.
    """
    entries: list[Entry] = []
    sharing = Sharing()
    rest: bytes | None = None  # one line behind, since the last is none
    for number, line in enumerate(read_lines(path)):
        if rest is not None:
            entries.append(_read_line(path, number, rest, sharing))
        rest = line
        if number == 1:
            _check_header(path, entries[0].event)
    if not entries:
        raise JournalError(f"{path} does not begin with a run header: it is no journal of bridgecheck")
    return [*entries, *_cut(entries, rest or b"")]


def _read_line(path: Path, number: int, line: bytes, sharing: Sharing) -> Entry:
    try:
        return parse_entry(line.decode("utf-8"), sharing)
    except UnicodeDecodeError as error:
        raise JournalError(f"{path}, line {number} can't be read: it is not text in UTF-8") from error
    except JournalError as error:
        raise JournalError(f"{path}, line {number} is not a journal entry: {error}") from error


def _cut(entries: list[Entry], rest: bytes) -> Iterator[Entry]:
    """The ends of a story and of a run that were cut short; nothing where the journal is whole. `rest`: a line without
    its end.
    """
    last = entries[-1]
    if isinstance(last.event, RunEnd) and not rest:
        return
    said = f"the journal is cut short after line {len(entries)}"
    story = [entry.event for entry in entries if entry.scenario == last.scenario]
    if any(isinstance(e, ScenarioBegin) for e in story) and not any(isinstance(e, ScenarioEnd) for e in story):
        yield Entry(f"cut:{len(entries) + 1}", last.scenario, last.dialect, last.step, ScenarioEnd(CRASHED, said))
    yield Entry(f"cut:{len(entries) + 2}", "run", "", 0, ScenarioEnd(INCOMPLETE, said))


def _check_header(path: Path, event: Event) -> None:
    # Before the rest is read: of another version's entries only the header is known to us.
    if not isinstance(event, RunHeader):
        raise JournalError(f"{path} does not begin with a run header: it is no journal of bridgecheck")
    if event.schema != SCHEMA:
        raise JournalError(f"{path} is written as {event.schema!r}, this version reads {SCHEMA!r}")


def exchange_of(entry: Entry) -> Exchange:
    """The exchange of an entry that records one."""
    assert isinstance(entry.event, Exchange)
    return entry.event


def exchanges(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Exchange]]:
    """The exchanges among the entries, each with its entry."""
    for entry in entries:
        if isinstance(entry.event, Exchange):
            yield entry, entry.event


def _render_body(body: bytes) -> Json:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _parse_body(body: Json) -> bytes:
    if "text" in body:
        return str(body["text"]).encode("utf-8")
    try:
        return base64.b64decode(body["base64"], validate=True)
    except binascii.Error as error:
        raise JournalError(f"a body is not base64: {error}") from error
