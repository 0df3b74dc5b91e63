"""The contract of stores: both give the same answers to the same questions after the same story."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bridge_ref.account.changes import (
    AddMember,
    ChangeMember,
    ChangeSet,
    DropMember,
    NameIsFree,
    VersionIs,
    change,
    require,
)
from bridge_ref.decisions import queries
from bridge_ref.ids import CountedIds
from bridge_ref.scim.stored_user import AddUser, ChangeUser, DropUser, encode_document
from bridge_ref.storage import sql_queries
from bridge_ref.storage.store import StaleError
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.questions import live, live_on_the_account, questions
from tests.bridge_ref.world import START_MS, USER, World

# By name: a dataclass with slots is made twice.
KINDS = {kind.__name__ for kind in queries.Find.__subclasses__()}
ENGINES = ("sqlite", "postgres")


def place_for(engine: str, folder: Path) -> Path | str:
    return folder / "data" if engine == "sqlite" else new_database()


@pytest.fixture(params=ENGINES)
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A bridge on each kind of store in turn."""
    made = World(place_for(request.param, tmp_path))
    yield made
    made.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Two bridges that differ in their stores alone."""
    worlds = World(place_for("sqlite", tmp_path)), World(place_for("postgres", tmp_path))
    yield worlds
    for world in worlds:
        world.close()


def test_the_same_story_gives_the_same_answer_to_every_question(both: tuple[World, World]) -> None:
    for world in both:
        live(world)
    asked = questions(both[0])

    assert asked == questions(both[1])
    assert {type(question).__name__ for question in asked} == KINDS
    for question in asked:
        first, second = (world.ask(question) for world in both)
        assert first == second, question


def test_every_kind_of_question_has_its_statement() -> None:
    assert {kind.__name__ for kind in sql_queries._QUERIES} == KINDS


@pytest.mark.parametrize("seed", range(3))
def test_random_requests_get_the_same_answers(both: tuple[World, World], seed: int) -> None:
    # The seed stands in the test's name.
    dice = random.Random(seed)
    for _ in range(60):
        request = _random_request(dice, both[0])
        first, second = (world.send(*request) for world in both)
        assert first == second, request
    shown = [(world.send("GET", "/Users"), world.send("GET", "/Groups"), world.events()) for world in both]
    assert shown[0] == shown[1]


def _random_request(dice: random.Random, world: World) -> tuple[str, str, Any]:
    users = [each["id"] for each in world.send("GET", "/Users").body["Resources"]] or ["nobody"]
    groups = [each["id"] for each in world.send("GET", "/Groups").body["Resources"]] or ["nobody"]
    user, group, name = dice.choice(users), dice.choice(groups), dice.choice("abcdefgh")
    some = [{"value": each} for each in dice.sample(users, dice.randint(1, min(3, len(users))))]

    def patch(path: str, op: str, value: Any) -> Any:
        return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            {"op": op, "path": path, "value": value}]}  # fmt: skip

    return dice.choice(
        [
            ("POST", "/Users", {"schemas": [USER], "userName": f"{name}@example.com", "externalId": name}),
            ("POST", "/Users", {"schemas": [USER], "userName": f"{name.upper()}@example.com"}),
            ("PATCH", f"/Users/{user}", patch("active", "replace", dice.choice([True, False]))),
            ("PATCH", f"/Users/{user}", patch("displayName", "replace", name)),
            ("PATCH", f"/Users/{user}", patch("emails", "replace", [{"value": f"{name}@new.example"}])),
            ("PUT", f"/Users/{user}", {"schemas": [USER], "userName": f"{name}@example.com"}),
            ("DELETE", f"/Users/{user}", None),
            ("POST", "/Groups", {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name}),
            ("PATCH", f"/Groups/{group}", patch("members", dice.choice(["add", "replace"]), some)),
            ("PATCH", f"/Groups/{group}", patch("displayName", "replace", name)),
            ("DELETE", f"/Groups/{group}", None),
        ]
    )


def test_a_change_set_that_rests_on_an_old_version_is_stale_and_changes_nothing(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    member = anywhere.ask(queries.FindMembers())[0]
    seen = require(VersionIs("member", member.id, member.version))

    anywhere.apply(seen + change(ChangeMember(member.id, {"name": "Ada"}, 1)))
    with pytest.raises(StaleError):
        anywhere.apply(change(ChangeMember(member.id, {"name": "Early"}, 2)) + seen)

    found = anywhere.ask(queries.FindMember(member.id))
    assert found is not None
    assert (found.name, found.version) == ("Ada", member.version + 1)
    assert found.updated_ms > member.updated_ms  # later than before, whatever the clock said


@pytest.mark.parametrize(
    "requested",
    [
        require(NameIsFree("user", "ada@example.com")) + change(ChangeMember("x", {}, 1)),
        require(NameIsFree("member", "ada@example.com")) + change(ChangeMember("x", {}, 1)),
        require(VersionIs("group", "nobody", 1)) + change(ChangeMember("x", {}, 1)),
        change(ChangeMember("nobody", {"name": "Ada"}, 1)),
        change(ChangeUser("nobody", {"userName": "x", "active": True}, 1, {"userName": "y", "active": True})),
    ],
)
def test_what_is_taken_or_gone_in_the_meantime_is_stale(anywhere: World, requested: ChangeSet) -> None:
    anywhere.invite("ada@example.com")

    with pytest.raises(StaleError):
        anywhere.apply(requested)


def test_a_field_that_is_none_is_refused(anywhere: World) -> None:
    with pytest.raises(ValueError, match="no such fields"):
        anywhere.apply(change(ChangeMember("x", {"password": "1"}, 1)))


def test_a_member_who_goes_takes_the_user_along(anywhere: World) -> None:
    ada = anywhere.invite("ada@example.com")
    design = anywhere.form("Design", ada)
    member = anywhere.ask(queries.FindMembers())[0]

    anywhere.apply(change(DropMember(member.id)))

    assert anywhere.send("GET", f"/Users/{ada}").status == 404
    assert anywhere.members_of(design) == []
    assert anywhere.ask(queries.CountUsers()) == 0


def test_pages_are_right_wherever_users_are_missing(anywhere: World) -> None:
    # Ordinals over six fine blocks, with holes of all sizes: one, a few, and a whole block.
    ids = CountedIds()
    template = anywhere.ask(queries.FindUser(anywhere.invite("first@example.com")))
    assert template is not None
    made = []
    for number in range(700):
        member = _renamed(template.member, ids.new_id(), f"m{number}")
        made.append((member, f"u{number:03}"))
    anywhere.apply(ChangeSet.total(_enrol(template, member, name) for member, name in made))
    gone = {*range(0, 700, 7), *range(250, 520), 699}
    anywhere.apply(ChangeSet.total(change(DropUser(f"id-{made[number][1]}")) for number in sorted(gone)))

    left = [template.id, *(f"id-u{number:03}" for number in range(700) if number not in gone)]

    assert anywhere.ask(queries.CountUsers()) == len(left)
    for skip in range(0, len(left) + 20, 13):
        page = anywhere.ask(queries.FindUserPage(skip, 50))
        assert [user.id for user in page] == left[skip : skip + 50]
    anywhere.runner.run(anywhere.store.tidy())
    assert [user.id for user in anywhere.ask(queries.FindUserPage(100, 3))] == left[100:103]


def _renamed(member: Any, new_id: str, name: str) -> Any:
    return replace(member, id=f"m-{new_id}", email=f"{name}@example.com")


def _enrol(template: Any, member: Any, name: str) -> ChangeSet:
    document = {**template.document, "userName": f"{name}@example.com"}
    return change(
        AddMember(member),
        AddUser(
            replace(template, id=f"id-{name}", member_id=member.id, member=member, stored=encode_document(document))
        ),
    )


def test_a_reset_forgets_everything_but_the_numbers(anywhere: World) -> None:
    live(anywhere)
    last = anywhere.control("GET", "journal").body["next"]

    assert anywhere.control("POST", "reset").status == 200

    assert anywhere.send("GET", "/Users").body["totalResults"] == 0
    assert anywhere.control("GET", "mail").body["messages"] == []
    anywhere.invite("ada@example.com")
    assert anywhere.control("GET", "journal", query=f"since={last}").body["events"] != []


def test_one_name_asked_for_at_once_is_given_once(anywhere: World) -> None:
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode()
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))

    async def at_once() -> list[int]:
        asked = [anywhere.scim.handle("POST", "/scim/v2/Users", "", headers, body) for _ in range(12)]
        return sorted(response.status for response in await asyncio.gather(*asked))

    assert anywhere.runner.run(at_once()) == [201] + [409] * 11
    assert anywhere.mail_to("ada@example.com") == ["invitation"]


def test_of_several_who_swap_a_number_one_succeeds(anywhere: World) -> None:
    async def swap() -> list[bool]:
        store = anywhere.store
        first = [await store.swap_setting("turn", 0, new) for new in (1, 2)]
        then = await asyncio.gather(*(store.swap_setting("turn", 1, new) for new in (3, 4, 5)))
        await store.committed()
        return [*first, *sorted(then)]

    done = anywhere.runner.run(swap())

    assert done == [True, False, False, False, True]
    assert anywhere.ask(queries.FindSettings("tur"))["n"] in (3, 4, 5)


def test_settings_are_found_by_how_their_names_begin(anywhere: World) -> None:
    async def keep() -> None:
        for name, value in (("chosen:a%", 1), ("chosen:b_", 0), ("chosenX", 7)):
            await anywhere.store.put_setting(name, value)
        await anywhere.store.committed()

    anywhere.runner.run(keep())

    assert anywhere.ask(queries.FindSettings("chosen:")) == {"a%": 1, "b_": 0}


def test_what_the_account_keeps_comes_back_as_it_was(anywhere: World) -> None:
    live_on_the_account(anywhere)

    sales, sso, owners = anywhere.ask(queries.FindAccountGroups())[1:]
    plans, empty = anywhere.ask(queries.FindVaults())
    settings = anywhere.ask(queries.FindAccountSettings())

    assert (sales.permissions, sales.description, sales.managed) == (("a b", "c"), "Ö", True)
    assert (sso.sso, sso.managed, sso.scim_id, owners.is_system) == (True, False, None, True)
    assert {(each.group_id, each.permissions) for each in plans.grants} == {
        (sales.id, ()),
        (owners.id, ("read", "write")),
    }
    assert empty.grants == ()
    assert (settings.notification_address, settings.allowed_domains) == ("ops@example.com", frozenset())
    assert [each.email for each in anywhere.ask(queries.FindRecovering())] == ["rita@example.com"]
    assert [each.email for each in anywhere.ask(queries.FindOwners())] == ["olga@example.com"]


def test_an_address_that_somebody_is_to_accept_is_nobody_elses(anywhere: World) -> None:
    live_on_the_account(anywhere)

    refused = anywhere.send("POST", "/Users", {"schemas": [USER], "userName": "RITA@new.example"})

    assert (refused.status, refused.body["scimType"]) == (409, "uniqueness")
    with pytest.raises(StaleError):
        anywhere.apply(require(NameIsFree("member", "rita@new.example")) + change(ChangeMember("x", {}, 1)))
    assert anywhere.ask(queries.FindSuspendedBefore(START_MS)) == []


def test_members_are_found_by_a_part_of_their_address(anywhere: World) -> None:
    for name in ("ada", "grace", "a_a"):
        anywhere.invite(f"{name}@example.com")

    found = {
        key: [each.email for each in anywhere.ask(queries.FindMembersLike(key, 0, 9))] for key in ("a@", "a_a", "%")
    }

    assert found == {"a@": ["ada@example.com", "a_a@example.com"], "a_a": ["a_a@example.com"], "%": []}
    assert [anywhere.ask(queries.CountMembersLike(key)) for key in ("", "ada", "%")] == [3, 1, 0]
    assert [each.email for each in anywhere.ask(queries.FindMembersLike("", 1, 1))] == ["grace@example.com"]


def test_the_newest_of_journal_and_outbox_come_first(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    anywhere.invite("grace@example.com")
    anywhere.act("ada@example.com", "sign-up")
    ada = anywhere.member("ada@example.com")["id"]

    events = anywhere.ask(queries.FindLatestEvents(ada, 2))
    last = anywhere.ask(queries.FindLastEvents((ada, "nobody"), ("invited", "confirmed")))
    newest, *older = anywhere.ask(queries.FindLatestMail(1_000_000, 5))

    assert [each.event for each in events] == ["signed_up", "invited"]
    assert {each: event.event for each, event in last.items()} == {ada: "invited"}
    assert (newest.to, [each.to for each in older]) == ("grace@example.com", ["ada@example.com"])
    assert anywhere.ask(queries.FindLatestMail(newest.seq, 5)) == older
