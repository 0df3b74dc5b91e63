"""The tables of a profile: what an operator tells of a bridge and of the account behind it, beside the options."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from harness.errors import UsageError


@dataclass(frozen=True, slots=True)
class Hooks:
    """Commands of the operator (ACT-08, ACT-09). Each is split into words and run without a shell.

    `timeout_s` is how long each may take. `rotate` prints the new token, or puts it where the token is read from.
    `notify` gets the new address of the notices as {address}.
    """

    restart: str | None = None
    stop: str | None = None
    start: str | None = None
    rotate: str | None = None
    notify: str | None = None
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the bridge's health is watched: the seconds between two pings, and the path that answers without a token.

    Without a path it is the usual one, which a server that is no such bridge need not have.
    """

    ping_s: float = 60.0
    ping_path: str | None = None


@dataclass(frozen=True, slots=True)
class OnePassword:
    """How `op` shows a real 1Password account; without a command it is not used.

    `pending` are its words for who has signed up and waits: no source confirms one. `groups` off leaves out who is in
    which group, which takes a call for each group and look. `max_calls` bounds the calls of a run.
    """

    command: str = ""
    account: str = ""
    timeout_s: float = 30.0
    max_calls: int = 5000
    groups: bool = True
    pending: tuple[str, ...] = ("PENDING", "TRANSFER_PENDING", "TRANSFER_ACCEPTED")
    confirmation_interval_s: float = 300.0


@dataclass(frozen=True, slots=True)
class MailObserver:
    """Where the mails to the run's people arrive, and how their subjects tell their kinds; patterns ignore case."""

    imap: str | None = None
    mailpit: str | None = None
    user: str | None = None
    password_file: str | None = None
    delay_s: float = 1.0
    invitation: str | None = None
    start: str | None = None
    address_change: str | None = None


TABLES: Mapping[str, type[Any]] = {
    "hooks": Hooks,
    "monitoring": Monitoring,
    "op": OnePassword,
    "mail": MailObserver,
}
"""The tables by name; in a profile alone, since a command line has no place for them."""


def make_table(name: str, given: Any) -> Any:
    """A table from what a profile holds. Raises UsageError with the nearest right key."""
    table = TABLES[name]
    if isinstance(given, table):
        return given
    if not isinstance(given, Mapping):
        raise UsageError(f"{name} must be a table of a profile: [{name}]")
    known = [field.name for field in fields(table)]
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"[{name}] has no key {key!r}; {hint}")
    return table(**{key: tuple(value) if isinstance(value, list) else value for key, value in given.items()})
