"""The README leads a newcomer: purpose, installation, one command, a finding, and what to do without a bridge."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
IN_THIS_ORDER = (
    "tests SCIM bridges",
    "make setup",
    "bridgecheck run --url",
    "docs/pages/report.png",
    "1 cause of ",
    "## No bridge at hand?",
    "make demo",
    "make test",
)


def test_the_readme_leads_a_newcomer() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    places = [text.index(part) for part in IN_THIS_ORDER]

    assert places == sorted(places)
    assert places[0] < 100
    assert text.index("bridgecheck run --url") < 1500


def test_ci_runs_the_test_command_of_the_readme() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "make test" in text
