"""The faults that are made, the sample that is drawn of them, and the stories that a fault is told."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.operators import Site, mutate, sites_of
from tests.mutants.reach import START, Reach
from tests.mutants.sample import ROOMS, draw

SOURCE = '''"""A module."""

LIMIT = 10


def find(users, key, wanted):
    """Docstrings stay."""
    if key in users and users[key].name != wanted.name:
        users.drop(key, wanted)
        raise LookupError("nobody")
    return {"userName": users[key].title, "count": len(users) + 1}
'''


@pytest.mark.parametrize(
    ("operator", "said", "after"),
    [
        ("comparison", "key in users with NotIn", "key not in users"),
        ("condition", "joined the other way", "key in users or"),
        ("condition", "not (", "if not (key in users"),
        ("constant", "10 plus one", "LIMIT = 11"),
        ("constant", "'count' spelled wrongly", "'count~'"),
        ("attribute", "userName taken for displayName", "'displayName': users"),
        ("arguments", "arguments swapped", "users.drop(wanted, key)"),
        ("arithmetic", "the other way", "len(users) - 1"),
        ("dropped key", "'userName' left out", "return {'count'"),
        ("dropped statement", "users.drop(key, wanted) left out", "pass"),
    ],
)
def test_each_operator_makes_its_fault(operator: str, said: str, after: str) -> None:
    (site,) = [each for each in sites_of("m.py", SOURCE) if each.operator == operator and said in each.said]

    assert after in mutate(SOURCE, site.number)


def test_one_field_is_taken_for_another_that_is_read_beside_it() -> None:
    source = "def show(user):\n    return user.name, user.title, user.rename()\n"

    said = {site.said for site in sites_of("m.py", source) if site.operator == "attribute"}

    assert said == {"user.name taken for user.title", "user.title taken for user.name"}


def test_no_fault_is_made_in_what_nobody_runs() -> None:
    lines = {site.line for site in sites_of("m.py", SOURCE)}

    assert lines.isdisjoint({1, 7})
    assert not [site for site in sites_of("m.py", SOURCE) if "nobody" in site.said and site.operator == "constant"]


def test_every_fault_is_a_program_of_its_own() -> None:
    made = {mutate(SOURCE, site.number) for site in sites_of("m.py", SOURCE)}

    assert len(made) == len(sites_of("m.py", SOURCE))
    assert ast.unparse(ast.parse(SOURCE)) not in made


def test_a_sample_is_seeded_and_spread() -> None:
    small, large, other = draw(1, 60, list(ROOMS)), draw(1, 120, list(ROOMS)), draw(2, 60, list(ROOMS))

    assert large[: len(small)] == small
    assert other != small
    assert {site.path.split("/")[1] for site in small} == set(ROOMS)
    assert len({site.operator for site in small}) == 8


def test_a_fault_is_told_the_stories_that_run_its_statement() -> None:
    lines = {START: {}, "one": {"scim/x.py": frozenset({9})}, "two": {"scim/x.py": frozenset({11})}}
    reach = Reach(lines, {"one": 1.0, "two": 1.0})

    def stories(line: int) -> tuple[str, ...]:
        return reach.stories_at(Site("bridge_ref/scim/x.py", 0, line, "arguments", ""), SOURCE)

    assert stories(9) == ("one",)
    assert stories(11) == ("two",)
    assert stories(8) == ()
