"""Files with SCIM traffic, in whichever of the forms that we read: HAR, request log, journal."""

from __future__ import annotations

from pathlib import Path

from harness.errors import JournalError
from harness.record.har import RecordedCall, journal_of, read_har
from harness.record.journal import Entry, exchanges, read_journal
from harness.record.journal_file import read_lines
from harness.record.request_log import is_request_log, read_request_log

_LARGEST = 500_000_000  # bytes: ours, so that a wrong file ends in a sentence


def read_traffic(file: Path) -> list[Entry]:
    """The traffic in a file as a journal. Raises JournalError, saying what is wrong with it."""
    return read_journal(file) if _is_journal(file) else journal_of(_recorded(file))


def read_calls(file: Path) -> list[RecordedCall]:
    """The requests in a file, in the order of time, with what is known of their answers. Raises JournalError."""
    if not _is_journal(file):
        return _recorded(file)
    made = [each for _, each in exchanges(tuple(read_journal(file)))]
    if not made:
        raise JournalError(f"{file} holds no request")
    return [RecordedCall(each, each.status, each.response.body if each.response else b"") for each in made]


def _is_journal(file: Path) -> bool:
    try:
        if file.stat().st_size > _LARGEST:
            raise JournalError(f"{file} is larger than {_LARGEST // 1_000_000} MB")
    except OSError as error:
        raise JournalError(f"{file} can't be read: {error.strerror}") from error
    return b'"kind":"run"' in next(read_lines(file), b"").replace(b" ", b"")


def _recorded(file: Path) -> list[RecordedCall]:
    if is_request_log(next(read_lines(file), b"")):
        return read_request_log(read_lines(file), str(file))
    try:
        return read_har(b"\n".join(read_lines(file)).decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise JournalError(f"{file} can't be read: it is not text in UTF-8") from error
