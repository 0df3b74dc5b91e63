"""Nothing that was there before is changed by a run in mode safe, whatever the stories do; and nothing is left."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.record.journal import NotObservable, read_journal
from tests.harness.cli.accounts import folder_of, populated_account
from tests.harness.cli.runs import bridgecheck

pytestmark = [pytest.mark.slow, pytest.mark.long]


def test_all_stories_leave_a_populated_account_as_it_was(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with populated_account() as account:
        before = account.everything()

        done = bridgecheck("run", *account.words, "--report-dir", folder)
        after = account.everything()

    report = json.loads(Path(folder, "conformance.json").read_text(encoding="utf-8"))
    assert after == before
    assert [row["id"] for row in report["requirements"] if row["verdict"] in ("fail", "error")] == []
    assert report["totals"]["judged"] > 270
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(before["members"]["members"]) > 14
    entries = read_journal(Path(folder, "journal.ndjson.gz"))
    missing = Counter(e.event.missing.split(":")[0] for e in entries if isinstance(e.event, NotObservable))
    assert set(missing) == {
        "PUT /Users would change all users, not one that this run made",
        "needs a disposable account",
        "nobody can restart the bridge here",
        "nobody can make the token anew here",
        "there is no second instance of the bridge here",
    }
