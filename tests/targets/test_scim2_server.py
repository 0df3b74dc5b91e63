"""scim2-server, an independent implementation: its red requirements are listed, each with a reason."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TRIAGE = ROOT / "docs" / "targets" / "scim2-server.toml"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`tools/judge_target.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("judge_target", ROOT / "tools" / "judge_target.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def triage() -> dict[str, Any]:
    """What was found out about each red."""
    return tomllib.loads(TRIAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(tool: ModuleType, triage: dict[str, Any]) -> Any:
    """conformance.json of a run."""
    return tool.run(triage["command"])


def test_exactly_the_triaged_requirements_are_red(tool: ModuleType, triage: dict[str, Any], report: Any) -> None:
    assert tool.red_in(report) == tool.triaged_in(triage)


def test_the_page_is_what_the_run_gives(tool: ModuleType, triage: dict[str, Any], report: Any) -> None:
    assert TRIAGE.with_suffix(".md").read_text(encoding="utf-8") == tool.render(triage, report)


def test_every_red_has_a_kind_a_rule_and_a_reason(triage: dict[str, Any]) -> None:
    for red in triage["red"]:
        assert red["kind"] in ("breach", "vendor", "consequence")
        assert red["rule"]
        assert red["why"]
        assert ("of" in red) is (red["kind"] == "consequence")
