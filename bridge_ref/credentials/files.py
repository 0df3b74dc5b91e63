"""Secret files: refused if others can read them, and written atomically for the owner alone."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Longer than any secret; a wrong path is noticed before a disk is read.
_LONGEST = 65_536


class CredentialsError(Exception):
    """A secret that cannot be had, or does not fit: the text says where, and never what."""


def read_secret(path: Path, option: str) -> bytes:
    """The content of a file that is readable by its owner alone. Raises CredentialsError."""
    try:
        with path.open("rb") as file:
            _check_mode(os.fstat(file.fileno()), path, option)
            content = file.read(_LONGEST + 1)
    except OSError as error:
        raise CredentialsError(f"{option} {path}: {error.strerror}") from None
    if len(content) > _LONGEST:
        raise CredentialsError(f"{option} {path}: too long for a secret")
    return content


@contextmanager
def writing_secret(path: Path, content: bytes, is_new: bool = False) -> Iterator[Callable[[], None]]:
    """The content, safe on the disk beside `path` and for its owner alone; what is yielded puts it in place.

    Raises CredentialsError, nearly always before the body of the context runs.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if is_new and path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CredentialsError(f"{path}: {error.strerror}") from None

    def put() -> None:
        try:
            os.replace(unfinished, path)
        except OSError as error:
            raise CredentialsError(f"{path}: {error.strerror}") from None

    try:
        yield put
    finally:
        unfinished.unlink(missing_ok=True)


def write_secret(path: Path, content: bytes) -> None:
    """Put a file in place in one step, for its owner alone. Raises CredentialsError."""
    with writing_secret(path, content) as put:
        put()


def _check_mode(status: os.stat_result, path: Path, option: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        return  # A pipe, as from a shell's process substitution, has no other readers.
    readers = status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if readers and os.name == "posix":
        raise CredentialsError(f"{option} {path}: readable by others than its owner; try: chmod 600 {path}")
