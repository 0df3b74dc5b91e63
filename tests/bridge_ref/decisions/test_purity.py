"""Decisions are pure: stepped by hand, with rows of the test instead of a store."""

import json
from typing import Any

import pytest

from bridge_ref.account.changes import AddMember, Message, NameIsFree
from bridge_ref.account.events import Event
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, State
from bridge_ref.decisions.outcome import DecisionContext, Outcome
from bridge_ref.decisions.queries import (
    Decision,
    Find,
    FindGroup,
    FindGroupByName,
    FindMemberByAddress,
    FindShownUser,
    FindUserAndGroups,
    FindUserByName,
)
from bridge_ref.decisions.write import Write
from bridge_ref.ids import CountedIds
from bridge_ref.runtime.wiring import BridgeSettings, Parts, make_parts
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.projection import EVERYTHING
from bridge_ref.scim.stored_user import AddUser, User
from tests.bridge_ref.world import BASE_URL, USER

ADA = {"schemas": [USER], "userName": "ada@example.com"}


def parts() -> Parts:
    return make_parts(BridgeSettings(base_url=BASE_URL, token="right-token"))


def context() -> DecisionContext:
    return DecisionContext(1_000, CountedIds())


def step(decision: Decision[Any], rows: dict[type[Find[Any]], Any]) -> tuple[Any, list[Find[Any]]]:
    """Run a decision; every question gets the row of its kind."""
    asked: list[Find[Any]] = []
    row: Any = None
    while True:
        try:
            asked.append(decision.send(row))
        except StopIteration as end:
            return end.value, asked
        row = rows[type(asked[-1])]


def grace(state: State, kind: MemberType = MemberType.MEMBER, scim_id: str | None = None) -> Member:
    return Member(
        id="M-1",
        email="grace@example.com",
        name="Grace",
        type=kind,
        state=state,
        managed=True,
        invitation=None,
        created_ms=10,
        updated_ms=10,
        version=3,
        scim_id=scim_id,
    )


def test_a_create_asks_for_the_name_and_the_address() -> None:
    decision = parts().users.create(ADA, EVERYTHING, context())

    _, asked = step(decision, {FindUserByName: None, FindMemberByAddress: None})

    assert asked == [FindUserByName("ada@example.com"), FindMemberByAddress("ada@example.com")]


def test_a_create_wants_a_member_one_mail_and_a_user() -> None:
    decision = parts().users.create(ADA, EVERYTHING, context())

    outcome, _ = step(decision, {FindUserByName: None, FindMemberByAddress: None})

    kinds = [type(change) for change in outcome.change_set.changes]
    assert kinds == [AddMember, Event, Message, AddUser]
    assert outcome.change_set.preconditions == (
        NameIsFree("user", "ada@example.com"),
        NameIsFree("member", "ada@example.com"),
    )
    assert outcome.answer.location == f"{BASE_URL}/Users/ID-3"


def test_the_same_rows_and_moment_give_the_same_outcome() -> None:
    rows: dict[type[Find[Any]], Any] = {FindUserByName: None, FindMemberByAddress: None}

    first, _ = step(parts().users.create(ADA, EVERYTHING, context()), rows)
    second, _ = step(parts().users.create(ADA, EVERYTHING, context()), rows)

    assert first == second


def test_a_create_for_a_guest_is_refused_and_changes_nothing() -> None:
    guest = grace(State.ACTIVE, MemberType.GUEST)
    decision = parts().users.create({**ADA, "userName": "grace@example.com"}, EVERYTHING, context())

    outcome, _ = step(decision, {FindUserByName: None, FindMemberByAddress: guest})

    assert isinstance(outcome.answer, ScimError)
    assert (outcome.answer.status, outcome.answer.scim_type) == (409, "uniqueness")
    assert not outcome.change_set


def test_a_member_whose_user_was_deleted_gets_a_new_user_and_no_mail() -> None:
    decision = parts().users.create({**ADA, "userName": "grace@example.com"}, EVERYTHING, context())

    outcome, _ = step(decision, {FindUserByName: None, FindMemberByAddress: grace(State.SUSPENDED)})

    events = [change.event for change in outcome.change_set.changes if isinstance(change, Event)]
    assert outcome.answer.status == 201
    assert events == ["reactivated"]
    assert not any(isinstance(change, Message) for change in outcome.change_set.changes)


def test_a_decision_raises_what_it_refuses() -> None:
    decision = parts().users.get("nobody", EVERYTHING)

    with pytest.raises(ScimError, match="nobody") as refused:
        step(decision, {FindShownUser: None})

    assert refused.value.status == 404


def test_a_patch_that_changes_nothing_wants_no_changes() -> None:
    member = grace(State.ACTIVE, scim_id="U-1")
    user = User(
        "U-1", member.id, b'{"active":true,"userName":"grace@example.com","title":"Admiral"}', 10, 10, 7, member=member
    )
    body = {"Operations": [{"op": "replace", "path": "title", "value": "Admiral"}]}
    decision = parts().users.patch(Write("U-1", body), context())
    parts_of_rows: dict[type[Find[Any]], Any] = {FindUserAndGroups: (user, [])}

    outcome = finish(decision, parts_of_rows)

    assert not outcome.change_set
    assert isinstance(outcome.answer, Answer)
    assert json.loads(bytes(outcome.answer.body))["meta"]["lastModified"] == "1970-01-01T00:00:00.010Z"


def test_a_name_that_the_user_itself_was_given_meanwhile_is_no_conflict() -> None:
    member = grace(State.ACTIVE, scim_id="U-1")
    before = User("U-1", member.id, b'{"active":true,"userName":"grace"}', 10, 10, 7, member=member)
    after = User("U-1", member.id, b'{"active":true,"userName":"hopper"}', 10, 20, 8, member=member)
    body = {"Operations": [{"op": "replace", "path": "userName", "value": "hopper"}]}
    decision = parts().users.patch(Write("U-1", body), context())

    outcome = finish(decision, {FindUserAndGroups: (before, []), FindUserByName: after, FindMemberByAddress: None})

    assert isinstance(outcome.answer, Answer)
    assert NameIsFree("user", "hopper") in outcome.change_set.preconditions


def test_a_name_that_the_group_itself_was_given_meanwhile_is_no_conflict() -> None:
    before = Group(
        id="A-1",
        name="Design",
        type=GroupType.USER_DEFINED,
        managed=True,
        scim_id="g-1",
        external_id=None,
        created_ms=10,
        modified_ms=10,
        version=1,
    )
    after = Group(
        id="A-1",
        name="Sales",
        type=GroupType.USER_DEFINED,
        managed=True,
        scim_id="g-1",
        external_id=None,
        created_ms=10,
        modified_ms=20,
        version=2,
    )
    body = {"Operations": [{"op": "replace", "path": "displayName", "value": "Sales"}]}
    decision = parts().groups.patch(Write("g-1", body), context())

    outcome = finish(decision, {FindGroup: before, FindGroupByName: after})

    assert isinstance(outcome.answer, Answer)
    assert NameIsFree("group", "sales") in outcome.change_set.preconditions


def finish(decision: Decision[Any], rows: dict[type[Find[Any]], Any]) -> Outcome:
    """Run a decision; questions without a row get an empty answer."""
    row: Any = None
    while True:
        try:
            asked = decision.send(row)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        row = rows.get(type(asked), {})
