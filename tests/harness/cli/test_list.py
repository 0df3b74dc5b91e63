"""`bridgecheck list`: entries of each kind, chosen by pattern, claim, level, or the lack of a judge."""

from __future__ import annotations

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.cli.main import cli
from harness.errors import UsageError
from harness.judge.coverage import judges_of


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The names that a command line lists, in its order."""
    cli.main(["list", *words], standalone_mode=False)
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_requirements_are_chosen_by_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, "--only", "RFC7644-3.3-1?")[3:5] == ["RFC7644-3.3-13", "RFC7644-3.3-14"]
    assert listed(capsys, "--only", "okta-06") == ["OKTA-06"]


@pytest.mark.parametrize("pattern", ["RFC1234-*", "RFC7644-3.3-1[34]"])
def test_a_pattern_that_fits_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="matches none of the requirements"):
        cli.main(["list", "--only", pattern], standalone_mode=False)


def test_unjudged_requirements_are_those_without_a_judge(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--unjudged", "--claim", "rfc", "--level", "MUST")
    catalogue = load_catalogue()

    assert "RFC7644-3.3-13" not in found
    assert found
    assert [rid for rid in found if judges_of(rid, catalogue) or catalogue.get(rid).unjudgeable] == []


def test_stories_and_checks_are_chosen_by_pattern_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, "checks", "--only", "created_resource_has_l*") == ["created_resource_has_location"]
    assert listed(capsys, "stories", "--only", "*never_suspends") == [
        "lifecycle/test_group_moves.py::test_moving_between_groups_never_suspends"
    ]


def test_the_labs_defects_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "created-without-location" in listed(capsys, "defects")


@pytest.mark.parametrize("option", [("--claim", "rfc"), ("--level", "MUST"), ("--unjudged",)])
def test_an_option_that_would_choose_nothing_is_refused(option: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="choose requirements; stories have none of these"):
        cli.main(["list", "stories", *option], standalone_mode=False)
