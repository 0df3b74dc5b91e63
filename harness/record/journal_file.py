"""The file of a journal: NDJSON, compressed with gzip as it is written, so that each entry is on the disk at once."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from harness.errors import JournalError

JOURNAL = "journal.ndjson.gz"
PLAIN = "journal.ndjson"
"""The journal of a run, and its name where it is not compressed: unpacked by hand, or of a version before 0.2."""

_GZIP = 31  # zlib's number for its largest window with the head and the tail of a gzip file
_MAGIC = b"\x1f\x8b"
_LEVEL = 3  # of 9: as fast as 1; 6 saves a fifth of the size for half as much time again
_CHUNK = 1 << 18
_PIECE = 1 << 23  # a few bytes may unpack to gigabytes: so much at once
_LONGEST = 256_000_000  # bytes, ours: an entry holds an answer of 32 MB at most, in base64 at worst


class Lines(Protocol):
    """What takes the lines of a journal."""

    def write(self, text: str, /) -> object:
        """Take text; it may be kept back until `flush`."""

    def flush(self) -> None:
        """Hand on all that was kept back."""


class JournalFile:
    """A compressed journal that is being written. What was flushed is read back, also if the process is killed.

    Where the disk is full, the first write that fails raises JournalError, and so does the end; what comes between is
    not recorded, so that a run can still clean up.

    Packing and writing are one call of C, `writelines` over `map`: an interrupt comes between two steps of Python, and
    what was packed but not written would make all that follows unreadable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failure = ""
        self._file: BinaryIO = path.open("wb", buffering=0)
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)

    def __enter__(self) -> JournalFile:
        return self

    def __exit__(self, kind: type[BaseException] | None = None, *_: object) -> None:
        with self._file:
            self._keep(map(self._packer.flush, (zlib.Z_FINISH,)))
        if self._failure and kind is None:
            raise JournalError(self._failure)

    def write(self, text: str) -> None:
        """Add text, which is on the disk after the next `flush`. Raises JournalError."""
        self._keep(map(self._packer.compress, (text.encode("utf-8"),)))

    def flush(self) -> None:
        """Bring to the disk all that was written. Raises JournalError."""
        self._keep(map(self._packer.flush, (zlib.Z_SYNC_FLUSH,)))

    def _keep(self, packed: Iterator[bytes]) -> None:
        if self._failure:
            return
        try:
            self._file.writelines(packed)
        except OSError as error:
            self._failure = (
                f"{self._path} can't be written: {error.strerror}; what was recorded until then stands in it, and "
                "`bridgecheck replay` judges that"
            )
            raise JournalError(self._failure) from error


def journal_in(folder: Path) -> Path:
    """The journal in a report folder, in whichever form it is there."""
    plain = folder / PLAIN
    return plain if plain.is_file() and not (folder / JOURNAL).is_file() else folder / JOURNAL


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a journal in either form, without their ends; last what stands behind the last end, if only b"".

    A compressed journal that is cut short is read up to the cut. Raises JournalError.
    """
    rest = b""
    for part in _parts_of(path):
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST:
            raise JournalError(f"{path} has a line of more than {_LONGEST // 1_000_000} MB: it is no journal")
    yield rest


def _parts_of(path: Path) -> Iterator[bytes]:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind) or stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
            raise JournalError(f"{path} can't be read: it is no file")
        with path.open("rb") as file:
            is_packed = file.read(len(_MAGIC)) == _MAGIC
            file.seek(0)
            yield from _unpacked(file) if is_packed else iter(lambda: file.read(_CHUNK), b"")
    except OSError as error:
        raise JournalError(f"{path} can't be read: {error.strerror}") from error
    except zlib.error as error:
        raise JournalError(f"{path} can't be unpacked: {error}") from error


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """What is in one gzip file, or in several that were put together."""
    unpacker = zlib.decompressobj(_GZIP)
    while packed := file.read(_CHUNK):
        while packed:
            yield unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail
            if unpacker.eof:
                packed, unpacker = unpacker.unused_data, zlib.decompressobj(_GZIP)
    yield unpacker.flush()
