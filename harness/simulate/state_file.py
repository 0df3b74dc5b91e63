"""The state file of a simulation: directory, links, clock and the provider's memory, so that a later run goes on."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from harness.directory.directory import Delta, Directory
from harness.directory.values import Person
from harness.errors import UsageError
from harness.idp.links import Links, Sent
from harness.idp.provider import IdentityProvider
from harness.reading import read_bytes
from harness.record.exchange import Json

_LARGEST = 1_000_000_000  # bytes, ours: far above the state of any directory that was simulated
SCHEMA = "bridgecheck/simulation/1"


@dataclass(frozen=True, slots=True)
class SavedCompany:
    """The options that a directory was made from; the same values make the same people."""

    people: int = 0
    groups: int = 0
    seed: int = 7
    domain: str = "example.com"
    awkward: float = 0.0

    def make(self) -> Directory:
        """The directory in its first state. Addresses contain the seed, so that two companies never share one."""
        return Directory.of(
            people=self.people,
            groups=self.groups,
            seed=self.seed,
            domain=self.domain,
            run_id=f"s{self.seed}-",
            unusual_names=self.awkward,
        )


@dataclass(slots=True)
class StoredLinks:
    """The links of a provider in their stored form."""

    people: dict[str, str]
    groups: dict[str, str]
    sent_as_made: bytes
    sent: list[Person]
    inactive: list[str]
    members: dict[str, list[str]]
    names: dict[str, str]


@dataclass(slots=True)
class Savepoint:
    """The content of a state file."""

    schema: str
    dialect: str
    company: SavedCompany
    cycles: int
    clock: float
    churn: list[object]
    delta: Delta
    links: StoredLinks
    memory: Json


def make_savepoint(
    company: SavedCompany, provider: IdentityProvider, cycles: int, clock: float, churn: list[object]
) -> Savepoint:
    """The state that a later run needs to continue."""
    links = provider.links
    assert isinstance(links.sent, Sent)
    as_made, others = links.sent.state()
    stored = StoredLinks(
        dict(links.people),
        dict(links.groups),
        as_made,
        others,
        sorted(links.inactive),
        {key: sorted(members) for key, members in links.members.items()},
        dict(links.names),
    )
    delta = provider.directory.delta()
    return Savepoint(SCHEMA, provider.dialect, company, cycles, clock, churn, delta, stored, provider.memory())


def check_writable(path: Path) -> None:
    """Make sure, before anything is sent, that the file can be written. Raises UsageError."""
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass
    except OSError as error:
        raise UsageError(f"--state {path} can't be written: {error.strerror}") from error


def write_savepoint(path: Path, savepoint: Savepoint) -> None:
    """Replace the file as a whole: an interrupted run keeps the former one. Raises UsageError."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(msgspec.json.encode(savepoint))
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"--state {path} can't be written: {error.strerror}") from error


def read_savepoint(path: Path, dialect: str) -> Savepoint | None:
    """The content of a state file, None when there is no file yet. Raises UsageError for any other file."""
    try:
        content = read_bytes(path, f"--state {path}", _LARGEST)
    except FileNotFoundError:
        return None
    try:
        head = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        schema = msgspec.json.decode(head["schema"], type=str)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        raise UsageError(f"--state {path} is not a state file of bridgecheck simulate") from error
    if schema != SCHEMA:
        raise UsageError(f"--state {path} has the schema {schema!r}; this version reads {SCHEMA!r}")
    try:
        savepoint = msgspec.json.decode(content, type=Savepoint)
    except (msgspec.MsgspecError, UsageError) as error:
        raise UsageError(f"--state {path} is damaged: {error}") from error
    if savepoint.dialect != dialect:
        raise UsageError(f"--state {path} belongs to {savepoint.dialect}, not to {dialect}: use another file")
    return savepoint


def agreed_company(path: Path, savepoint: Savepoint, given: dict[str, object]) -> SavedCompany:
    """The company of a state file. Raises UsageError when an option contradicts it."""
    for each in fields(SavedCompany):
        asked, stored = given.get(each.name), getattr(savepoint.company, each.name)
        if asked is not None and asked != stored:
            raise UsageError(
                f"--state {path} belongs to another company: {each.name} is {stored!r} there and {asked!r} here"
            )
    return savepoint.company


def restore(savepoint: Savepoint, provider: IdentityProvider) -> None:
    """Restore directory, links and memory into a new provider of the same company. Raises UsageError."""
    try:
        provider.directory.take(savepoint.delta)
        _restore_links(savepoint.links, provider.links)
        provider.recall(savepoint.memory)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"--state: the file is damaged: {type(error).__name__}: {error}") from error


def _restore_links(stored: StoredLinks, links: Links) -> None:
    links.people.update(stored.people)
    links.groups.update(stored.groups)
    links.names.update(stored.names)
    links.inactive.update(stored.inactive)
    links.members.update({key: set(members) for key, members in stored.members.items()})
    assert isinstance(links.sent, Sent)
    links.sent.go_on(stored.sent_as_made, stored.sent)
