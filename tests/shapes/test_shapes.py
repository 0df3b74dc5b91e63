"""Recorded shapes, refused: a sample runs here, and `python -m tests.shapes` runs them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.requirement import load_catalogue
from tests.faults.proxy import Call, Reply
from tests.shapes.__main__ import PAGE
from tests.shapes.shapes import SHAPES, refusing
from tests.shapes.trial import try_shape

SAMPLE = ("operations-first", "primary-role", "bare-manager-in-a-filter", "group-without-meta")
PATCH = b'{"Operations": [{"op": "Replace", "path": "title", "value": "x"}], "schemas": ["PatchOp"]}'


def test_every_shape_is_about_a_row_of_its_vendor() -> None:
    rows = [(shape.vendor, load_catalogue().get(shape.rows[0]).claim) for shape in SHAPES.values()]

    assert {claim for _, claim in rows} == {"entra", "okta"}
    assert all(vendor == claim for vendor, claim in rows)


def test_the_page_shows_every_shape_red_with_the_right_cause() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert [line.split("`")[1] for line in lines] == list(SHAPES)
    assert all(line.endswith("| yes |") for line in lines)


def test_a_proxy_refuses_its_shape_and_nothing_else() -> None:
    fault = refusing(SHAPES["operations-first"])()
    passed: list[Call] = []

    def ask(call: Call) -> Reply:
        passed.append(call)
        return Reply(204)

    first = fault.answer(Call("PATCH", "/Users/u", "", {}, PATCH), ask)
    other = fault.answer(Call("PATCH", "/Users/u", "", {}, b'{"schemas": [], "Operations": []}'), ask)

    assert (first.status, first.json["scimType"]) == (400, "invalidSyntax")
    assert (other.status, len(passed)) == (204, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [SAMPLE[0], *(pytest.param(name, marks=pytest.mark.long) for name in SAMPLE[1:])])
def test_a_bridge_that_refuses_a_shape_is_red_with_the_right_cause(name: str, tmp_path: Path) -> None:
    trial = try_shape(name, tmp_path)

    assert trial.is_right, f"{trial.row} on {trial.exchange}: {trial.finding}"
