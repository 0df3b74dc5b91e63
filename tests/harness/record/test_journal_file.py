"""The compressed file of a journal: what was flushed is there, whatever happens then."""

from __future__ import annotations

import contextlib
import gzip
import signal
from pathlib import Path

import pytest

from harness.errors import JournalError
from harness.record.journal_file import JOURNAL, PLAIN, JournalFile, journal_in, read_lines

LINES = [f'{{"id":"0:{number}","text":"é{number * 7919}"}}' for number in range(500)]

FULL = Path("/dev/full")


def written(path: Path, *, is_closed: bool = True) -> Path:
    file = JournalFile(path)
    for line in LINES:
        file.write(line + "\n")
        file.flush()
    if is_closed:
        file.__exit__()
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / JOURNAL)

    assert [line.decode() for line in read_lines(path)] == [*LINES, ""]
    assert gzip.decompress(path.read_bytes()).decode() == "\n".join([*LINES, ""])


def test_what_was_flushed_is_there_before_the_end(tmp_path: Path) -> None:
    path = written(tmp_path / JOURNAL, is_closed=False)

    assert [line.decode() for line in read_lines(path)] == [*LINES, ""]


def test_interrupts_at_any_moment_leave_a_file_that_is_read(tmp_path: Path) -> None:
    class Interrupt(Exception):
        """Stands for Ctrl-C."""

    interrupted, is_writing = 0, False

    def interrupt(*_: object) -> None:
        nonlocal interrupted, is_writing
        if is_writing:
            interrupted, is_writing = interrupted + 1, False
            raise Interrupt

    file = JournalFile(tmp_path / JOURNAL)
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 50e-6, 50e-6)
    try:
        for line in LINES * 40:
            with contextlib.suppress(Interrupt):
                is_writing = True
                file.write(line + "\n")
                file.flush()
                is_writing = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    file.__exit__()

    assert interrupted > 10
    assert {line.decode() for line in read_lines(tmp_path / JOURNAL)} <= {*LINES, ""}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_is_cut_short_is_read_up_to_the_cut(tmp_path: Path, share: float) -> None:
    whole = written(tmp_path / "whole").read_bytes()
    path = tmp_path / JOURNAL
    path.write_bytes(whole[: int(len(whole) * share)])

    *lines, rest = (line.decode("utf-8", "ignore") for line in read_lines(path))

    assert lines == LINES[: len(lines)]
    assert abs(len(lines) - share * len(LINES)) < 10
    assert LINES[len(lines)].startswith(rest)


def test_files_that_were_put_together_are_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))

    assert list(read_lines(path)) == [b"a", b"b", b""]


def test_a_plain_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / PLAIN
    path.write_bytes(b"a\nb")

    assert list(read_lines(path)) == [b"a", b"b"]


def test_a_file_that_is_missing_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / JOURNAL).read_bytes()
    (tmp_path / "damaged").write_bytes(whole[:200] + bytes(100) + whole[300:])

    with pytest.raises(JournalError, match=r"missing can't be read: No such file"):
        list(read_lines(tmp_path / "missing"))
    with pytest.raises(JournalError, match="damaged can't be unpacked"):
        list(read_lines(tmp_path / "damaged"))


def test_the_packed_journal_of_a_folder_goes_before_the_plain_one(tmp_path: Path) -> None:
    assert journal_in(tmp_path).name == JOURNAL
    (tmp_path / PLAIN).touch()
    assert journal_in(tmp_path).name == PLAIN
    (tmp_path / JOURNAL).touch()
    assert journal_in(tmp_path).name == JOURNAL


def test_a_full_disk_is_told_once_and_again_at_the_end_and_keeps_what_was_written(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / JOURNAL)
    file.write("kept\n")
    file.flush()
    whole, file._file = file._file, FULL.open("wb", buffering=0)  # stands for a disk that has filled up

    with pytest.raises(JournalError, match=r"can't be written: No space left on device; what was recorded until then"):
        file.write("lost\n")  # the packer hands on its first bytes at once
    file.write("not tried\n")
    file.flush()
    with pytest.raises(JournalError, match="can't be written"):
        file.__exit__()
    whole.close()

    assert list(read_lines(tmp_path / JOURNAL)) == [b"kept", b""]
