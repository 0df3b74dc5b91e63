"""Runs against the reference bridge, shared by the tests that look at what they left."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.harness.cli.runs import REFERENCE, bridgecheck


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of the whole run."""
    return tmp_path_factory.mktemp("run") / "report"


@pytest.fixture(scope="session")
def finished_run(run_folder: Path) -> subprocess.CompletedProcess[str]:
    """The run of all stories."""
    return bridgecheck("run", "--start", REFERENCE, "--report-dir", str(run_folder))


@pytest.fixture(scope="session")
def short_journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of the stories about deprovisioning: every claim is judged in it, in a tenth of the exchanges."""
    folder = tmp_path_factory.mktemp("short")
    done = bridgecheck("run", "--start", REFERENCE, "--only", "*test_deprovisioning*", "--report-dir", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "journal.ndjson"
