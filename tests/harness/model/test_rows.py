"""The requirement ids and freedoms that the model's code names."""

import re
from pathlib import Path

import harness.model.freedoms as freedoms
from harness.catalogue.requirement import load_catalogue

SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(Path(freedoms.__file__).parent.glob("*.py")))


def test_every_row_that_the_model_names_is_in_the_catalogue() -> None:
    catalogue = load_catalogue()

    named = set(re.findall(r"\bRFC764[34]-[\d.]+-[CN]?\d\d\b", SOURCE))

    assert len(named) > 40
    assert sorted(row for row in named if row not in catalogue) == []


def test_every_freedom_is_used_and_every_used_one_is_in_the_table() -> None:
    table = (Path(freedoms.__file__)).read_text("utf-8")
    elsewhere = SOURCE.replace(table, "")

    assert sorted(name for name in freedoms.FREEDOMS if f'"{name}"' not in elsewhere) == []


def test_the_page_of_the_model_has_the_freedoms_as_the_table_has_them() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "model.md").read_text("utf-8")

    rows = [f"| `{each.name}` | {each.grants} | {each.source} |" for each in freedoms.FREEDOMS.values()]

    assert [row for row in rows if row not in page] == []
