"""The folder of the reports: made, writable, and of one run at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.folder import make_folder
from harness.errors import UsageError

HOLDS = (
    "import sys; from pathlib import Path; from harness.cli.folder import make_folder; "
    "make_folder(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def test_a_folder_is_made_with_those_above_it_and_taken_again(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "reports"

    assert make_folder(folder) == folder
    assert make_folder(folder) == folder
    assert folder.is_dir()


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match=r"--report-dir .*file can't be created: "):
        make_folder(tmp_path / "file")


def test_a_second_run_into_one_folder_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"

        with pytest.raises(UsageError, match=r"--report-dir .*r: another run writes there just now"):
            make_folder(folder)
        first.kill()
        first.wait()

    assert make_folder(folder) == folder
