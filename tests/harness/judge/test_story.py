"""A story proves the requirements in its `proves=`, and gets credit for no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.judge.story import Story, stories_in

HEAD = """
import pytest

COLOURS = {"red": "SEED-01", "blue": "SEED-02"}
SHAPES = [pytest.param("round", "SEED-03", id="round"), pytest.param("square", "SEED-04", id="square")]


def way(idp):
    return "SEED-05" if idp.provider.patches else "SEED-06"

"""
TWO_TABLES = """
def test_colours(idp, expect):
    '''Ada chooses a colour.'''
    colour = COLOURS[idp.colour]
    expect.active(ada, True, proves=colour)


@pytest.mark.parametrize(("name", "seed"), SHAPES)
def test_shapes(expect, name, seed):
    '''Ada chooses a shape.'''
    expect.active(ada, True, proves=(seed, "SEED-07"))
"""


def told(folder: Path, stories: str) -> tuple[Story, ...]:
    path = folder / "test_toys.py"
    path.write_text(HEAD + stories, encoding="utf-8")
    return stories_in(path)


def test_a_story_is_credited_with_its_own_table_only(tmp_path: Path) -> None:
    colours, shapes = told(tmp_path, TWO_TABLES)

    assert colours.proves == ("SEED-01", "SEED-02")
    assert shapes.proves == ("SEED-03", "SEED-04", "SEED-07")


@pytest.mark.parametrize(
    ("body", "proves"),
    [
        ('expect.name(ada, proves="SEED-10")', ("SEED-10",)),
        ("expect.name(ada, proves=way(idp))", ("SEED-05", "SEED-06")),
        ('expect.name(ada, proves="SEED-10" if idp.kind == "SEED-11" else "SEED-12")', ("SEED-10", "SEED-12")),
        (
            'for entry, row in ((one, "SEED-10"), (other, "SEED-11")): expect.answer(entry, proves=row)',
            ("SEED-10", "SEED-11"),
        ),
        ('for entry, row in ((one, "SEED-10"), ("SEED-11", row)): expect.answer(entry, proves=row)', ("SEED-10",)),
        ('first, second = "SEED-10", "SEED-11"; expect.name(ada, proves=second)', ("SEED-11",)),
        ('unused = "SEED-10"; print(COLOURS); expect.name(ada)', ()),
    ],
)
def test_what_is_proved_is_followed_to_its_ids(tmp_path: Path, body: str, proves: tuple[str, ...]) -> None:
    (story,) = told(tmp_path, f"def test_it(idp, expect):\n    {body}\n")

    assert story.proves == proves


def test_a_situation_is_declared_and_proves_nothing(tmp_path: Path) -> None:
    (story,) = told(tmp_path, '@pytest.mark.situation_for("SEED-10")\ndef test_it(client):\n    """Ada."""\n')

    assert (story.proves, story.situations, story.requirements) == ((), ("SEED-10",), ("SEED-10",))
