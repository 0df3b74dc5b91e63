from __future__ import annotations

import pytest

from harness.record.message import CORE_USER
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    NEW_ADA,
    Row,
    accepts,
    act,
    active,
    answered,
    delete,
    finds,
    get,
    group,
    groups,
    hired,
    ignores,
    joins,
    leaves,
    lost,
    member,
    members,
    patch,
    post,
    put,
    refused,
    seen,
    step,
    time_passes,
    user,
    users,
)

ADA_MEMBER, GRACE_MEMBER = member(), member("grace")
BOTH = members(ADA_MEMBER, GRACE_MEMBER)
ADA_SUSPENDED = members(member(state="SUSPENDED"), GRACE_MEMBER)
ADA_SUSPENDED_SAYS = "ada@example.com untouched: nobody asked for it ⟶ state changed from 'ACTIVE' to 'SUSPENDED'"
ADA_IN_DESIGN = members(member(groups=["g-design"]), GRACE_MEMBER)
STRANGER = member("grace", managed=False)
STRANGER_SUSPENDED = member("grace", "SUSPENDED", managed=False)
NUMBERED = member(scim_id="7")

MEMBERS = (
    accepts("only_named_members_change", "nobody changed", BOTH, BOTH),
    accepts("only_named_members_change", "an equal observation", BOTH, seen("account.members", None)),
    accepts("only_named_members_change", "Ada is named by her id", BOTH, active(), ADA_SUSPENDED),
    accepts(
        "only_named_members_change",
        "Ada is confirmed, and joins Design meanwhile",
        members(member(state="PENDING")),
        joins("u-ada"),
        time_passes(),
        members(member(groups=["g-design"])),
    ),
    finds(
        "only_named_members_change",
        "Ada joins Design, and is suspended",
        members(member()),
        joins("u-ada"),
        time_passes(),
        members(member(state="SUSPENDED", groups=["g-design"])),
        says="ada@example.com untouched: nobody asked for it ⟶ groups, state changed from [], 'ACTIVE' to "
        "['g-design'], 'SUSPENDED'",
    ),
    accepts(
        "only_named_members_change",
        "Ada is named, the answer lost",
        BOTH,
        lost("DELETE", "/Users/u-ada"),
        ADA_SUSPENDED,
    ),
    accepts("only_named_members_change", "Ada is named by her address", members(), hired(), members(ADA_MEMBER)),
    accepts(
        "only_named_members_change",
        "Ada is named in capitals",
        members(),
        post("/Users", {"schemas": [CORE_USER], "userName": "ADA@EXAMPLE.COM"}, ADA),
        members(ADA_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "Ada is named with her letters escaped",
        members(),
        post("/Users", b'{"userName": "\\u0061da@example.com"}', ADA),
        members(ADA_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "an id that the address encodes",
        members(member(scim_id="a/b")),
        delete("/Users/a%2Fb"),
        members(),
    ),
    accepts("only_named_members_change", "she signs up", members(member(state="INVITED")), act(), members(ADA_MEMBER)),
    accepts(
        "only_named_members_change",
        "she is confirmed in time",
        members(member(state="PENDING")),
        time_passes(),
        members(ADA_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "she is confirmed by a clock that nobody moved, as while the bridge restarts slowly",
        members(member(state="PENDING")),
        members(ADA_MEMBER),
    ),
    accepts("only_named_members_change", "Ada joins", BOTH, joins("u-ada"), ADA_IN_DESIGN),
    accepts("only_named_members_change", "Ada leaves by a filter", ADA_IN_DESIGN, leaves("u-ada"), BOTH),
    accepts("only_named_members_change", "Design is deleted", ADA_IN_DESIGN, delete("/Groups/g-design"), BOTH),
    accepts(
        "only_named_members_change", "Design is replaced", ADA_IN_DESIGN, put("/Groups/g-design", {}, group()), BOTH
    ),
    accepts(
        "only_named_members_change",
        "all leave Design",
        ADA_IN_DESIGN,
        patch("/Groups/g-design", {"op": "remove", "path": "members"}),
        BOTH,
    ),
    accepts(
        "only_named_members_change",
        "the time of the last change",
        members(ADA_MEMBER),
        members(member(updated_at="2027-01-01T00:00:00Z")),
    ),
    finds("only_named_members_change", "Ada suspended by nobody", BOTH, ADA_SUSPENDED, says=ADA_SUSPENDED_SAYS),
    finds(
        "only_named_members_change",
        "Ada suspended by a read",
        BOTH,
        get("/Users/u-ada", ADA),
        ADA_SUSPENDED,
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "Ada suspended with Grace",
        BOTH,
        delete("/Users/u-grace"),
        ADA_SUSPENDED,
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "Ada removed with another whose address ends in hers",
        members(ADA_MEMBER),
        post("/Users", {"userName": "rada@example.com"}, user()),
        members(),
        says=(
            "ada@example.com untouched: nobody asked for it ⟶ created_at, email, groups, id, managed, name, "
            "scim_id, state, type changed from '2026-01-05T09:00:00Z', 'ada@example.com', [], 'm-ada', True, 'Ada', "
            "'u-ada', 'ACTIVE', 'MEMBER' to nothing"
        ),
    ),
    finds(
        "only_named_members_change",
        "number 7 suspended with number 17",
        members(NUMBERED),
        delete("/Users/17"),
        members({**NUMBERED, "state": "SUSPENDED"}),
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "suspended a step after she was named",
        BOTH,
        active("True"),
        seen("account.members", None),
        step(),
        ADA_SUSPENDED,
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "Grace is lost as Ada joins",
        members(member("grace", groups=["g-design"])),
        joins("u-ada"),
        members(member("grace")),
        says="grace@example.com untouched: nobody asked for it ⟶ groups changed from ['g-design'] to []",
    ),
    ignores("only_named_members_change", "one observation", BOTH),
    ignores("only_named_members_change", "observations of something else", users(ADA), users()),
    accepts(
        "members_who_are_not_assigned_stay_as_they_are", "untouched", members(STRANGER), hired(), members(STRANGER)
    ),
    finds(
        "members_who_are_not_assigned_stay_as_they_are",
        "suspended",
        members(STRANGER),
        hired(),
        members(STRANGER_SUSPENDED),
        says="grace@example.com untouched: nobody asked for it ⟶ state changed from 'ACTIVE' to 'SUSPENDED'",
    ),
    accepts(
        "members_who_are_not_assigned_stay_as_they_are",
        "changed otherwise than asked for, but named",
        members(STRANGER),
        hired(user("u-grace", "grace@example.com", active=False)),
        members(STRANGER_SUSPENDED),
    ),
    ignores("members_who_are_not_assigned_stay_as_they_are", "all are managed", BOTH, ADA_SUSPENDED),
)

BY_FIELD = (
    accepts(
        "only_named_members_change",
        "a PUT with another name",
        BOTH,
        put("/Users/u-ada", {**ADA, "active": True}),
        members({**ADA_MEMBER, "name": "Augusta"}, GRACE_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "a PATCH of the address",
        BOTH,
        patch("/Users/u-ada", {"op": "replace", "path": "userName", "value": "augusta@example.com"}),
        members({**ADA_MEMBER, "email": "augusta@example.com"}, GRACE_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "the groups go with the access",
        ADA_IN_DESIGN,
        active(),
        members(member(state="SUSPENDED"), GRACE_MEMBER),
    ),
    accepts(
        "only_named_members_change",
        "the word False, without a path",
        BOTH,
        patch("/Users/u-ada", {"op": "Replace", "value": {"active": "False"}}),
        ADA_SUSPENDED,
    ),
    finds(
        "only_named_members_change",
        "a PUT with active true suspends",
        BOTH,
        put("/Users/u-ada", {**ADA, "active": True}),
        ADA_SUSPENDED,
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "a PATCH of the title suspends",
        BOTH,
        patch("/Users/u-ada", {"op": "replace", "path": "title", "value": "Countess"}),
        ADA_SUSPENDED,
        says=ADA_SUSPENDED_SAYS,
    ),
    finds(
        "only_named_members_change",
        "a second suspension lets her in",
        ADA_SUSPENDED,
        active(),
        BOTH,
        says="ada@example.com untouched: nobody asked for it ⟶ state changed from 'SUSPENDED' to 'ACTIVE'",
    ),
    finds(
        "only_named_members_change",
        "a PUT with active true takes her out of a group",
        ADA_IN_DESIGN,
        put("/Users/u-ada", {**ADA, "active": True}),
        BOTH,
        says="ada@example.com untouched: nobody asked for it ⟶ groups changed from ['g-design'] to []",
    ),
    finds(
        "only_named_members_change",
        "a PATCH of active changes the name",
        BOTH,
        active(),
        members({**ADA_MEMBER, "name": "Ada (left)", "state": "SUSPENDED"}, GRACE_MEMBER),
        says="ada@example.com untouched: nobody asked for it ⟶ "
        "name, state changed from 'Ada', 'ACTIVE' to 'Ada (left)', 'SUSPENDED'",
    ),
)

OVER_SCIM = (
    accepts("only_named_users_change", "Ada is named", users(ADA, GRACE), active(), users(user(active=False), GRACE)),
    accepts("only_named_users_change", "another order", users(ADA, GRACE), users(GRACE, ADA)),
    accepts("only_named_users_change", "a new version", users(ADA), users(user(meta={"version": "2"}))),
    finds(
        "only_named_users_change",
        "Ada is suspended with Grace",
        users(ADA, GRACE),
        answered("DELETE", "/Users/u-grace", 204),
        users(user(active=False)),
        says="user ada@example.com untouched: nobody asked for it ⟶ active changed from True to False",
    ),
    finds(
        "only_named_users_change",
        "a create that is refused takes a value off the user in the way",
        users(user(externalId="x-1")),
        refused(409),
        users(ADA),
        says="user ada@example.com untouched: nobody asked for it ⟶ externalId changed from 'x-1' to None",
    ),
    accepts(
        "only_named_users_change",
        "a create that failed may have got that far",
        users(user(externalId="x-1")),
        refused(500),
        users(ADA),
    ),
    accepts(
        "only_named_users_change",
        "Ada's group is called otherwise",
        users(user(groups=[{"value": "g-1", "display": "Design"}])),
        patch("/Groups/g-1", {"op": "replace", "value": {"id": "g-1", "displayName": "Design West"}}),
        users(user(groups=[{"value": "g-1", "display": "Design West"}])),
    ),
    finds(
        "only_named_users_change",
        "Ada is in another group of that name",
        users(user(groups=[{"value": "g-1", "display": "Design"}])),
        users(user(groups=[{"value": "g-2", "display": "Design"}])),
        says="user ada@example.com untouched: nobody asked for it ⟶ groups changed from "
        "[{'value': 'g-1', 'display': 'Design'}] to [{'value': 'g-2', 'display': 'Design'}]",
    ),
    accepts(
        "only_named_users_change",
        "a create adopts a group of the account",
        users(user()),
        post("/Groups", {"displayName": "Design"}, group(), 200),
        users(user(groups=[{"value": "g-design", "display": "Design"}])),
    ),
    ignores("only_named_users_change", "members", BOTH, ADA_SUSPENDED),
    accepts(
        "members_stay_unless_named",
        "Ada stays",
        groups(group("g-design", "Design", "u-ada")),
        active(),
        groups(group("g-design", "Design", "u-ada")),
    ),
    accepts(
        "members_stay_unless_named",
        "Ada is suspended and removed",
        groups(group("g-design", "Design", "u-ada")),
        active(),
        leaves("u-ada"),
        groups(group()),
    ),
    finds(
        "members_stay_unless_named",
        "Grace drops out",
        groups(group("g-design", "Design", "u-ada", "u-grace")),
        active(),
        groups(group("g-design", "Design", "u-ada")),
        says="member u-grace stays in 'Design' ⟶ gone @ /members",
    ),
    finds(
        "members_stay_unless_named",
        "Ada drops out as she returns",
        groups(group("g-design", "Design", "u-ada")),
        active(True),
        groups(group("g-design", "Design")),
        says="member u-ada stays in 'Design' ⟶ gone @ /members",
    ),
    accepts(
        "members_stay_unless_named",
        "Ada is deleted",
        groups(group("g-design", "Design", "u-ada")),
        active(),
        delete("/Users/u-ada"),
        groups(group("g-design", "Design")),
    ),
    ignores(
        "members_stay_unless_named", "nobody's active is set", groups(group()), post("/Users", NEW_ADA, ADA), groups()
    ),
)

ROWS = (*MEMBERS, *BY_FIELD, *OVER_SCIM)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_collateral(row: Row) -> None:
    assert row.said() == row.wanted
