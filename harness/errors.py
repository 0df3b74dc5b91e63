"""The exceptions of the harness, for everything but a wrong bridge, which is a finding.

    BridgecheckError                 70   an error of the harness itself
    ├── UsageError                    2   a wrong option, profile, script or waiver
    │   └── StoryError                    a story that is wrong itself
    ├── TargetError                   3   the bridge can't be judged at all
    │   ├── Unreachable                   no connection, or no answer
    │   ├── AuthenticationRefused         the token is not accepted
    │   └── NotScim                       the address answers, but not as a SCIM service
    ├── CatalogueError                2   a requirement or claim that does not exist, or a broken catalogue
    ├── JournalError                 70   a journal that cannot be written or read back
    └── SchemaError                  70   a JSON Schema of ours that is missing or broken

The numbers are the exit codes of the command line (`exit_code`).
"""

import difflib
from collections.abc import Iterable
from typing import ClassVar


class BridgecheckError(Exception):
    """Root of all our exceptions: an error of the harness itself."""

    exit_code: ClassVar[int] = 70


class UsageError(BridgecheckError):
    """An option, profile, script or other input of the caller is wrong."""

    exit_code: ClassVar[int] = 2


class StoryError(UsageError):
    """A story is wrong itself: what it states can't be judged, whatever the bridge does."""


class TargetError(BridgecheckError):
    """The bridge under test can't be judged at all."""

    exit_code: ClassVar[int] = 3


class Unreachable(TargetError):
    """No connection to the bridge, or no answer from it."""


class AuthenticationRefused(TargetError):
    """The bridge does not accept the token that we were given."""


class NotScim(TargetError):
    """The address answers, but not as a SCIM service."""


class CatalogueError(BridgecheckError):
    """A requirement, claim or condition does not exist, or a catalogue file is broken."""

    exit_code: ClassVar[int] = 2  # most often an id in a waiver, a filter or `explain`; our own files are tested


class JournalError(BridgecheckError):
    """A journal cannot be written or read back."""


class SchemaError(BridgecheckError):
    """A JSON Schema of ours is missing or broken."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of an error text: the known words closest to the one given."""
    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""
