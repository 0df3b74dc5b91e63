"""The state of a monitor, and how one more poll changes it."""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.credentials.files import CredentialsError, write_secret

# At most this many notices wait for a mail server; older ones are dropped.
_MOST_OWED = 100


class Poll(Struct, frozen=True):
    """The result of one poll; `notify` is the address that the bridge named, if any."""

    is_up: bool
    reason: str = ""
    notify: str | None = None


class Notice(Struct, frozen=True):
    """A mail to send."""

    number: int
    kind: Literal["offline", "recovery"]
    at_ms: int
    reason: str
    doubts: int = 0


class MonitorState(Struct, frozen=True):
    """The state of a monitor, kept across restarts."""

    failures: int = 0
    is_down: bool = False
    notify: str | None = None
    owed: tuple[Notice, ...] = ()
    written: int = 0


def after_poll(watch: MonitorState, look: Poll, now_ms: int, threshold: int) -> MonitorState:
    """One more look: a notice when the bridge has failed often enough, and one when it is back."""
    watch = replace(watch, notify=look.notify or watch.notify)
    if look.is_up:
        back = replace(watch, failures=0, is_down=False)
        return _owe(back, "recovery", now_ms, look.reason) if watch.is_down else back
    failed = replace(watch, failures=watch.failures + 1)
    if failed.is_down or failed.failures < threshold:
        return failed
    return _owe(replace(failed, is_down=True), "offline", now_ms, look.reason)


def settle(watch: MonitorState, notice: Notice) -> MonitorState:
    """A notice has been sent."""
    return replace(watch, owed=tuple(each for each in watch.owed if each.number != notice.number))


def doubt(watch: MonitorState, notice: Notice) -> MonitorState:
    """Mark a notice whose delivery is uncertain; it will be sent again."""
    doubtful = replace(notice, doubts=notice.doubts + 1)
    return replace(watch, owed=tuple(doubtful if each.number == notice.number else each for each in watch.owed))


def load_state(path: Path) -> MonitorState:
    """Load the state of the last monitor, or an empty one. Raises CredentialsError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=MonitorState)
    except FileNotFoundError:
        return MonitorState()
    except OSError as error:
        raise CredentialsError(f"--state {path}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CredentialsError(f"--state {path}: this is no state file of a monitor") from None


def save_state(path: Path, watch: MonitorState) -> None:
    """Leave it for the next one. Raises CredentialsError."""
    write_secret(path, msgspec.json.encode(watch))


def _owe(watch: MonitorState, kind: Literal["offline", "recovery"], now_ms: int, reason: str) -> MonitorState:
    notice = Notice(watch.written + 1, kind, now_ms, reason)
    return replace(watch, owed=(*watch.owed, notice)[-_MOST_OWED:], written=notice.number)
