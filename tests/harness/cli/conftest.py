"""One run of all stories against the reference bridge, shared by the tests that look at what it left."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.harness.cli.runs import REFERENCE, bridgecheck


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of the run."""
    return tmp_path_factory.mktemp("run") / "report"


@pytest.fixture(scope="session")
def finished_run(run_folder: Path) -> subprocess.CompletedProcess[str]:
    """The run itself."""
    return bridgecheck("run", "--start", REFERENCE, "--report-dir", str(run_folder))
