"""Report folders of runs, each a day after the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.judge.exit_code import ExitCode
from harness.report.json import render_json
from tests.harness.report.samples import exchange, judged, story


def document(day: int, verdicts: Mapping[str, str], target: str = "Bridge") -> dict[str, Any]:
    """The report of a run on such a day of March, in which these requirements have these verdicts."""
    made = render_json(judged(story(exchange()), ExitCode.PASS))
    made["suite"]["started_at"] = f"2026-03-{day:02}T08:00:00Z"
    made["target"]["name"] = target
    for row in made["requirements"]:
        row["verdict"] = verdicts.get(row["id"], "skip")
        row["by_claim"] = {"okta": row["verdict"]} if row["id"] in verdicts else {}
    return made


def stored(folder: Path, day: int, verdicts: Mapping[str, str], target: str = "Bridge") -> Path:
    """The same, written into a report folder of its own."""
    path = folder / f"run-{day}" / "conformance.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document(day, verdicts, target)), encoding="utf-8")
    return path
