"""The exceptions of the harness, for everything but a wrong bridge, which is a finding.

    BridgecheckError                 70   the harness itself stumbled
    ├── UsageError                    2   an option, a profile or a waiver that cannot be used as it stands
    ├── TargetError                   3   the bridge cannot be judged at all
    │   ├── Unreachable                   no connection, or no answer
    │   ├── AuthenticationRefused         the token is not accepted
    │   └── NotScim                       something answers, but not a SCIM service
    ├── CatalogueError                2   a requirement or claim that does not exist, or a broken catalogue
    ├── JournalError                 70   a journal that cannot be written or read back
    └── SchemaError                  70   a JSON Schema of ours that is missing or broken

The figures are the exit codes of the command line (`exit_code`).
"""

import difflib
from collections.abc import Iterable
from typing import ClassVar


class BridgecheckError(Exception):
    """Root of all our exceptions: the harness itself stumbled."""

    exit_code: ClassVar[int] = 70


class UsageError(BridgecheckError):
    """The caller asked for something that cannot be done as it stands."""

    exit_code: ClassVar[int] = 2


class TargetError(BridgecheckError):
    """The bridge under test cannot be judged at all."""

    exit_code: ClassVar[int] = 3


class Unreachable(TargetError):
    """No connection to the bridge, or no answer from it."""


class AuthenticationRefused(TargetError):
    """The bridge does not accept the token that we were given."""


class NotScim(TargetError):
    """Something answers at the address, but it is not a SCIM service."""


class CatalogueError(BridgecheckError):
    """A requirement, claim or condition does not exist, or a catalogue file is broken."""

    exit_code: ClassVar[int] = 2  # most often an id in a waiver, a filter or `explain`; our own files are tested


class JournalError(BridgecheckError):
    """A journal cannot be written or read back."""


class SchemaError(BridgecheckError):
    """A JSON Schema of ours is missing or broken."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a refusal: the known words that come closest to what was written."""
    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""
