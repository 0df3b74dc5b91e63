"""The walk-through of a vendor: the adapter as the page prints it turns skips into verdicts."""

from __future__ import annotations

import json
import runpy
import shlex
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.errors import TargetError
from harness.target.probe import HttpProbe, NotOffered
from harness.target.target import free_port
from tests.docs.fablegate import Company
from tests.docs.pages import ROOT, blocks, text_of
from tests.harness.cli.runs import bridgecheck

PAGE = ROOT / "docs" / "how-to" / "probe-walk-through.md"
(SOURCE,) = blocks(PAGE, "python")
_COMMANDS = [shlex.split(block.strip()) for block in blocks(PAGE, "sh")]


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """The adapter, written as it stands on the page."""
    path = tmp_path / "adapter.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_it_has_sixty_lines() -> None:
    assert len([line for line in SOURCE.splitlines() if line.strip()]) <= 60


def test_it_keeps_the_contract(adapter: Path) -> None:
    company, port = Company(), free_port()
    serve = runpy.run_path(str(adapter))["serve"]
    threading.Thread(target=serve, args=(company, "probe-token", port), daemon=True).start()
    company.ask("u-1", "ada@example.com", "Ada")
    probe = _reached(f"http://127.0.0.1:{port}/probe/v1")

    signed_up = probe.act("members/p1/sign-up", {})
    probe.act("clock/advance", {"seconds": 301})

    assert signed_up["state"] == "PENDING"
    assert [member["state"] for member in probe.read("members")["members"]] == ["ACTIVE"]
    assert [mail["kind"] for mail in probe.read("mail")["messages"]] == ["invitation", "start"]
    assert [event["event"] for event in probe.read("journal", since="1")["events"]] == ["signed_up", "confirmed"]
    with pytest.raises(TargetError, match="HTTP 409, Ada is in, and was not asked"):
        probe.act("members/p1/sign-up", {})
    with pytest.raises(NotOffered):
        probe.read("vaults")
    with pytest.raises(TargetError, match="HTTP 401"):
        HttpProbe(f"http://127.0.0.1:{port}/probe/v1", "wrong")


def _reached(base: str) -> HttpProbe:
    for _ in range(200):
        try:
            return HttpProbe(base, "probe-token")
        except TargetError:
            threading.Event().wait(0.05)
    return HttpProbe(base, "probe-token")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of both runs of the page, by id."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "adapter.py").write_text(SOURCE, encoding="utf-8")
    before, after = (_rows(words, folder) for words in _COMMANDS)
    return before, after


def _rows(words: list[str], folder: Path) -> dict[str, Any]:
    """What a command of the page says of each row; its files lie in this folder."""
    line = [word.replace("python3 ", f"{shlex.quote(sys.executable)} ", 1) for word in words[1:]]
    line = [word.replace("--probe adapter.py", f"--probe {shlex.quote(str(folder / 'adapter.py'))}") for word in line]
    report = folder / line[line.index("--report-dir") + 1]
    line[line.index("--report-dir") + 1] = str(report)
    done = bridgecheck(*line)
    assert report.exists(), done.stderr
    rows = json.loads((report / "conformance.json").read_text(encoding="utf-8"))["requirements"]
    return {row["id"]: row["reason"] or row["verdict"] for row in rows}


@pytest.mark.slow
def test_it_turns_skips_into_verdicts(runs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = runs
    unseen = [row for row, said in before.items() if said in ("not observable", "partly")]
    brought = [row for row in unseen if after[row] in ("pass", "fail")]

    assert len(brought) >= 20
    assert [row for row in brought if after[row] == "fail"] == ["SEED-15"]
    assert [row for row, said in after.items() if said in ("fail", "warn")] == ["SEED-15"]


@pytest.mark.slow
def test_without_the_probe_nothing_passes_that_was_not_seen(runs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = runs

    assert before["SEED-15"] == "partly"
    assert not [row for row, said in before.items() if said == "pass" and after[row] == "fail"]


@pytest.mark.slow
def test_the_page_says_what_the_runs_say(runs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    counts = [Counter(run.values()) for run in runs]
    words = ("pass", "fail", "partly", "not observable")

    for word in words:
        assert f"| {word} | {counts[0][word]} | {counts[1][word]} |" in text_of(PAGE)
