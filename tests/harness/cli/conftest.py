"""A short run against the reference bridge, shared by the tests that read its journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.record.journal_file import JOURNAL
from tests.harness.cli.runs import REFERENCE, bridgecheck


@pytest.fixture(scope="session")
def short_journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of the stories about deprovisioning: every claim is judged in it, in a tenth of the exchanges."""
    folder = tmp_path_factory.mktemp("short")
    done = bridgecheck("run", "--start", REFERENCE, "--only", "*test_deprovisioning*", "--report-dir", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / JOURNAL
