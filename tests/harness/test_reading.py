"""Files that people give us: whatever is in them, one clear line, in bounded memory and time."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.reading import SMALL, read_json, read_text, read_toml
from tests.harness.cli.runs import bridgecheck

NOWHERE = ("--url", "http://127.0.0.1:1", "--token-env", "PATH")
DEVICE = "/dev/zero"
MEMORY = 3_000_000_000  # bytes of address space: an endless file would need more


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a = " + b"[" * 100_000, "x is not TOML that can be read: it nests too deep"),
        (b"a = " + b"9" * 5_000, "x is not TOML that can be read: a number in it is too long"),
        (b'a = 1\nb = "\0"', "x, line 2: this is not TOML: Illegal character"),
        (b"a = 1\n\xff", "x, line 2: this is not UTF-8; save the file as UTF-8"),
        (b"a" * (SMALL + 1), "x is larger than 4 MB: give the right file"),
    ],
)
def test_a_toml_file_that_is_hostile_is_one_line(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(UsageError) as refused:
        read_toml(tmp_path / "file", "x")

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[" * 100_000, "x is not JSON that can be read: it nests too deep"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "x is not JSON that can be read: a number in it is too long"),
        (b'{"a": 1,\n', "x, line 2: this is not JSON: .*cut short"),
        (b"[]", "x holds no JSON object"),
    ],
)
def test_a_json_file_that_is_hostile_is_one_line(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(UsageError, match=says):
        read_json(tmp_path / "file", "x", SMALL)


def test_a_mark_of_the_byte_order_is_read_past_and_what_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbfa = 1")

    assert read_text(tmp_path / "file", "x", SMALL) == "a = 1"
    with pytest.raises(UsageError, match="x can't be read: No such file"):
        read_text(tmp_path / "missing", "x", SMALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("run", "--profile", DEVICE),
        ("run", "--url", "http://127.0.0.1:1", "--token-file", DEVICE),
        ("run", *NOWHERE, "--waivers", DEVICE),
        ("run", *NOWHERE, "--baseline", DEVICE),
        ("replay", DEVICE),
        ("judge", DEVICE),
        ("play", DEVICE, *NOWHERE),
        ("diff", DEVICE, DEVICE),
        ("verify-bundle", DEVICE),
        ("simulate", "entra", "--dry-run", "--script", DEVICE),
        ("cleanup", DEVICE, *NOWHERE),
    ],
    ids=lambda words: " ".join(words),
)
def test_an_endless_file_is_refused_in_bounded_memory(words: tuple[str, ...]) -> None:
    done = bounded(*words)

    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("bridgecheck: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_journal_that_unpacks_to_gigabytes_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "journal.ndjson.gz"
    with gzip.open(bomb, "wb", 9) as file:
        for _ in range(40):
            file.write(bytes(16 * 1024 * 1024))

    done = bounded("replay", str(bomb))

    assert done.returncode == 2, done.stderr
    assert "has a line of more than 256 MB: it is no journal" in done.stderr


@pytest.mark.slow
def test_a_line_of_a_journal_that_nests_too_deep_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.ndjson").write_text('{"kind":"run","event":' + "[" * 200_000 + "\n", encoding="utf-8")

    done = bridgecheck("replay", str(tmp_path / "journal.ndjson"))

    assert done.returncode == 2
    assert "journal.ndjson, line 1 is not a journal entry: RecursionError" in done.stderr


def bounded(*words: str) -> subprocess.CompletedProcess[str]:
    """A command line in so much memory, and not for ever."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    argv = [sys.executable, "-m", "harness.cli.main", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False, preexec_fn=limit)
