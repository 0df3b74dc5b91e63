"""A filter on an index finds the same as a scan of all resources, and really uses the index."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.decisions.index_plan import NO_PLAN, FilterPart, IndexPlan
from bridge_ref.decisions.queries import Find, FindGroupsWhere, FindUsersWhere, Term
from bridge_ref.scim.filter.parser import Filter
from bridge_ref.scim.schema import ResourceType
from bridge_ref.storage.sql_queries import make_statement
from bridge_ref.storage.sqlite import SqliteStore, _encode, _in_sqlite
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.questions import CONDITIONS, group_conditions, live, questions
from tests.bridge_ref.world import World

PEOPLE = (
    ("ada@example.com", {"displayName": "Ada", "externalId": "E1", "emails": [{"value": "ADA@x.example"}]}),
    ("Grace@example.com", {"displayName": " Grace ", "emails": [{"value": "g@x.example", "type": "work"}]}),
    ("grace2@example.com", {"displayName": "grace", "active": False, "externalId": "e1"}),
    ("straße@example.com", {"displayName": "STRASSE", "emails": [{"value": "s@x.example"}, {"value": "t@x.example"}]}),
    ("zoë@example.com", {"displayName": "Zoë", "title": "Grace"}),
)
LEAVES = (
    *(
        f'userName {op} "{value}"'
        for op in ("eq", "sw", "co", "ne")
        for value in ("GRACE", "ada@example.com", "strasse")
    ),
    *(f'displayName {op} "{value}"' for op in ("eq", "sw", "ew", "gt") for value in ("grace", " Grace", "Grace ", "z")),
    *(f'externalId eq "{value}"' for value in ("E1", "e1", "x")),
    'emails.value eq "ada@X.example"',
    'emails eq "t@x.example"',
    'emails[value sw "g" and type eq "work"]',
    'emails[value eq "t@x.example"]',
    'emails[type eq "home"]',
    "active eq true",
    "active eq false",
    'active eq "True"',
    "active ne true",
    "title pr",
    *(f'meta.lastModified {op} "2026-03-02T12:01:0{second}"' for op in ("gt", "le") for second in ("0Z", "1.0005Z")),
    'meta.lastModified ge "2026-03-02T13:01:02+01:00"',
    'id eq "nobody"',
    'groups.display eq "Design"',
)
JOINED = 150
WAYS: tuple[dict[str, str], ...] = (
    {},
    {"count": "1", "startIndex": "2"},
    {"sortBy": "displayName"},
    {"cursor": "", "count": "2"},
)


class LooksAtEverybody(FilterPart):
    """Knows no index."""

    def plan(self, tree: Filter, resource_type: ResourceType) -> IndexPlan:
        """Never one."""
        return NO_PLAN


def people(world: World) -> World:
    ids = []
    for user_name, attributes in PEOPLE:
        ids.append(world.invite(user_name, **attributes))
        world.clock.advance(1)
    world.form("Design", *ids[:2])
    world.form("Ops", ids[2])
    return world


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def indexed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    place: Path | str = tmp_path_factory.mktemp("store") / "data" if request.param == "sqlite" else new_database()
    world = people(World(place))
    yield world
    world.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = people(World(tmp_path_factory.mktemp("store") / "data", {FilterPart: LooksAtEverybody}))
    yield world
    world.close()


def filters() -> list[str]:
    dice = random.Random(5)
    joined = [
        f"{dice.choice(['', 'not '])}({dice.choice(LEAVES)} {dice.choice(['and', 'or'])} {dice.choice(LEAVES)}) "
        f"{dice.choice(['and', 'or'])} {dice.choice(LEAVES)}"
        for _ in range(JOINED)
    ]
    return [*LEAVES, *joined]


@pytest.mark.parametrize("start", range(0, len(LEAVES) + JOINED, 30))
def test_an_index_answers_what_looking_at_everybody_answers(indexed: World, plain: World, start: int) -> None:
    for text in filters()[start : start + 30]:
        for parameters in (
            {},
            {"count": "1", "startIndex": "2"},
            {"sortBy": "displayName"},
            {"cursor": "", "count": "2"},
        ):
            first, second = (each.send("GET", "/Users", filter=text, **parameters) for each in (indexed, plain))
            first.body.pop("nextCursor", None), second.body.pop("nextCursor", None)
            assert first.status == second.status == 200, text
            assert first.body == second.body, text


@pytest.mark.parametrize(
    "text",
    [
        'displayName eq "design"',
        'displayName sw "O"',
        'members.value eq "{ada}"',
        'members[value eq "{ada}"] or displayName eq "Ops"',
        'members eq "{ada}" and displayName eq "Ops"',
        'externalId eq "x" or meta.lastModified gt "2026-03-02T12:01:00Z"',
    ],
)
def test_the_same_goes_for_groups(indexed: World, plain: World, text: str) -> None:
    ada = indexed.send("GET", "/Users", filter='userName eq "ada@example.com"').body["Resources"][0]["id"]

    first, second = (each.send("GET", "/Groups", filter=text.replace("{ada}", ada)) for each in (indexed, plain))

    assert first.body == second.body
    assert first.status == 200


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({}, 1),
        ({"startIndex": "1", "count": "5"}, 1),
        ({"startIndex": "2"}, 0),
        ({"count": "0"}, 0),
        ({"sortBy": "userName"}, 1),
        ({"cursor": ""}, 1),
    ],
)
def test_a_page_of_the_one_who_has_a_name(world: World, parameters: dict[str, str], shown: int) -> None:
    ada = world.invite("ada@example.com")
    world.form("Design", ada)

    page = world.send("GET", "/Users", filter='userName eq "ADA@example.com"', **parameters).body

    assert page["totalResults"] == 1
    assert [(user["id"], user["groups"][0]["display"]) for user in page["Resources"]] == [(ada, "Design")][:shown]


def test_a_name_with_a_blank_is_another_name(world: World) -> None:
    world.invite("ada@example.com")

    page = world.send("GET", "/Users", filter='userName eq "ada@example.com "').body

    assert page["totalResults"] == 0


def test_every_condition_is_answered_by_an_index(world: World) -> None:
    people(world)
    assert isinstance(world.store, SqliteStore)
    questions: list[Find[Any]] = [
        *(FindUsersWhere(each, 0, 0, 10) for each in CONDITIONS if isinstance(each, Term)),
        *(FindGroupsWhere(each, 0, 0, 10) for each in group_conditions("x") if isinstance(each, Term)),
    ]
    for question in questions:
        query = make_statement(question)
        values = [_encode(value) if isinstance(value, tuple) else value for value in query.values]
        plan = world.store._connection.execute(f"EXPLAIN QUERY PLAN {_in_sqlite(query.sql)}", values).fetchall()
        assert not [step for *_, step in plan if step.startswith("SCAN")], (question, plan)


# Questions that mean everybody, or that come from the bench of tests alone.
MEANT_FOR_ALL = {
    "CountGroups",
    "FindAccountGroups",
    "FindEvents",
    "FindGroupIdsOf",
    "FindMail",
    "FindMembers",
    # There are some twenty of them, and one more for each chosen group.
    "FindSettings",
    "FindAccountSettings",
    "FindVaults",
    "FindTokens",
    "FindUserPage",
    # For a page that a person opens: decision 10 says what that costs, and why there is no index for it.
    "CountMembersLike",
    "FindMembersLike",
    "FindLastEvents",
    "FindLatestEvents",
}


def test_no_question_about_some_looks_at_all(world: World) -> None:
    live(world)
    assert isinstance(world.store, SqliteStore)
    for question in questions(world):
        if type(question).__name__ in MEANT_FOR_ALL:
            continue
        query = make_statement(question)
        values = [_encode(value) if isinstance(value, tuple) else value for value in query.values]
        plan = world.store._connection.execute(f"EXPLAIN QUERY PLAN {_in_sqlite(query.sql)}", values).fetchall()
        scans = [step for *_, step in plan if step.startswith("SCAN") and "json_each" not in step]
        assert not [step for step in scans if "USING" not in step], (question, plan)
