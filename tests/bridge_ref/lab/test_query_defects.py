"""The lab's tables of wrong queries: each entry changes the answer that it names, and no other of these."""

from pathlib import Path
from typing import Any

import pytest

import bridge_ref.lab.filters
import bridge_ref.lab.queries  # noqa: F401  (importing a module of defects registers them)
from bridge_ref.lab.registry import get_defect
from tests.bridge_ref.world import World

GRACE = 'userName eq "grace@example.com"'
EITHER = f'userName eq "ada@example.com" or {GRACE}'


def asked(name: str, folder: Path, **query: str) -> Any:
    """The answer of a wrong bridge to a list of users, of whom there are Ada and Grace."""
    defect = get_defect(name)
    world = World(folder, {defect.part: defect.replacement})
    try:
        for person in ("ada", "grace"):
            world.invite(f"{person}@example.com")
        return world.send("GET", "/Users", **query)
    finally:
        world.close()


def names(answer: Any) -> list[str]:
    """Who is listed, by the part of the address before the at sign."""
    return [each["userName"].partition("@")[0] for each in answer.body["Resources"]]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("or-takes-the-left-side", EITHER, ["ada"]),
        ("not-is-passed-over", f"not ({GRACE})", ["grace"]),
        ("ne-finds-what-is-equal", GRACE.replace("eq", "ne"), ["grace"]),
        ("sw-looks-anywhere", 'userName sw "race"', ["grace"]),
        ("schemas-are-not-found", 'schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', []),
        ("names-mind-letter-case", f"not ({GRACE.replace('userName', 'USERNAME')})", ["ada", "grace"]),
        ("an-empty-filter-finds-everybody", " ", ["ada", "grace"]),
        ("an-open-quote-is-closed", GRACE[:-1], ["grace"]),
        ("unknown-operators-are-eq", GRACE.replace("eq", "regex"), ["grace"]),
    ],
)
def test_a_filter_is_read_wrongly(name: str, text: str, found: list[str], tmp_path: Path) -> None:
    assert names(asked(name, tmp_path, filter=text)) == found


@pytest.mark.parametrize(
    ("name", "query", "found"),
    [
        ("sort-by-is-passed-over", {"sortBy": "userName", "sortOrder": "descending"}, ["ada", "grace"]),
        ("descending-by-default", {"sortBy": "userName"}, ["grace", "ada"]),
        ("pages-count-from-zero", {"startIndex": "1"}, ["grace"]),
    ],
)
def test_a_list_is_cut_or_sorted_wrongly(name: str, query: dict[str, str], found: list[str], tmp_path: Path) -> None:
    assert names(asked(name, tmp_path, **query)) == found


def test_the_table_leaves_a_plain_filter_alone(tmp_path: Path) -> None:
    assert names(asked("or-takes-the-left-side", tmp_path, filter=GRACE)) == ["grace"]


def test_an_operator_in_capitals_is_refused(tmp_path: Path) -> None:
    answer = asked("operators-mind-letter-case", tmp_path, filter=GRACE.replace("eq", "EQ"))

    assert (answer.status, answer.body["scimType"]) == (400, "invalidFilter")
