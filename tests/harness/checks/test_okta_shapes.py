"""The checks of Okta's recorded shapes, row by row."""

from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from harness.record.message import CORE_GROUP
from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    act,
    error,
    finds,
    get,
    group,
    ignores,
    joins,
    page,
    patch,
    put,
    user,
)
from tests.harness.checks.vendor_samples import AT, DESIGN, FOR_ADA, TITLE, create


def renames(status: int) -> Exchange:
    """The rename of Design."""
    operation = {"op": "replace", "value": {"id": "g-design", "displayName": "Design"}}
    return patch(DESIGN, operation, status=status, name="rename group")


def sets_password(status: int) -> Exchange:
    """The PATCH of Ada's password."""
    return patch(AT, {"op": "replace", "value": {"password": "x"}}, status=status, name="set user password")


def bare_put(status: int, shown: object = None, **more: object) -> Exchange:
    """A PUT of Design with Ada, whose display is null."""
    sent = {"schemas": [CORE_GROUP], "id": "g-design", "displayName": "Design", **more}
    return put(DESIGN, {"members": [{"value": "u-ada", "display": None}], **sent}, shown, status, name="replace group")


IN_DESIGN = user(groups=[{"value": "g-design"}])
UNCHANGED = {**IN_DESIGN, "groups": [], "externalId": "00u"}


def repeats(status: int, shown: object = None, **more: object) -> Exchange:
    """A PUT of Ada as she was shown."""
    return put(AT, {**UNCHANGED, **more}, shown, status, name="replace user")


READ = get(DESIGN, group("g-design", "Design", "u-ada"))
NOBODY = get(FOR_ADA, page())

ROWS = (
    accepts("the_name_may_follow_the_members", "both", joins("u-ada"), READ, renames(204)),
    finds(
        "the_name_may_follow_the_members",
        "the rename is refused",
        joins("u-ada"),
        READ,
        renames(400),
        says="the rename to be accepted ⟶ status 400",
    ),
    finds(
        "the_name_may_follow_the_members",
        "the read is old",
        joins("u-ada"),
        get(DESIGN, group()),
        says="the new members ['u-ada'] ⟶ without ['u-ada'] @ /members",
    ),
    ignores("the_name_may_follow_the_members", "the name first", renames(400), joins("u-ada")),
    ignores("the_name_may_follow_the_members", "members refused", joins("u-ada", status=400), READ, renames(400)),
    accepts("a_bare_put_of_a_group_is_taken", "200", bare_put(200, group("g-design", "Design", "u-ada"))),
    finds(
        "a_bare_put_of_a_group_is_taken",
        "others are in",
        bare_put(200, group("g-design", "Design", "u-grace")),
        says="members ['u-ada'] ⟶ ['u-grace'] @ /members",
    ),
    finds("a_bare_put_of_a_group_is_taken", "400", bare_put(400), says="the PUT to be accepted ⟶ status 400"),
    ignores("a_bare_put_of_a_group_is_taken", "with meta", bare_put(400, meta={"resourceType": "Group"})),
    accepts("a_password_is_taken", "204", sets_password(204)),
    finds("a_password_is_taken", "400", sets_password(400), says="the password to be accepted ⟶ status 400"),
    ignores("a_password_is_taken", "another attribute", patch(AT, TITLE, status=400)),
    accepts("a_password_is_taken_again", "twice", sets_password(204), sets_password(200)),
    finds(
        "a_password_is_taken_again",
        "once",
        sets_password(204),
        sets_password(400),
        says="the password to be accepted again ⟶ status 400",
    ),
    ignores("a_password_is_taken_again", "the first", sets_password(400)),
    accepts("an_unchanged_put_leaves_the_groups", "they stay", get(AT, IN_DESIGN), repeats(200, IN_DESIGN)),
    finds(
        "an_unchanged_put_leaves_the_groups",
        "gone",
        get(AT, IN_DESIGN),
        repeats(204),
        get(AT, ADA),
        says="groups ['g-design'] ⟶ without ['g-design'] @ /groups",
    ),
    finds(
        "an_unchanged_put_leaves_the_groups",
        "400",
        get(AT, IN_DESIGN),
        repeats(400),
        says="the PUT to be accepted ⟶ status 400",
    ),
    ignores("an_unchanged_put_leaves_the_groups", "a change", get(AT, IN_DESIGN), repeats(400, title="x")),
    ignores("an_unchanged_put_leaves_the_groups", "in no group", get(AT, ADA), repeats(400)),
    accepts("who_is_not_found_can_be_created", "201", NOBODY, create(201, ADA)),
    accepts("who_is_not_found_can_be_created", "adopted", NOBODY, create(200, ADA)),
    finds(
        "who_is_not_found_can_be_created",
        "409",
        NOBODY,
        create(409, error(409)),
        says="the create to be accepted, since the look-up found nobody ⟶ status 409",
    ),
    ignores("who_is_not_found_can_be_created", "found", get(FOR_ADA, page(ADA)), create(409)),
    ignores("who_is_not_found_can_be_created", "a guest", act(name="fixtures"), NOBODY, create(409)),
    ignores("who_is_not_found_can_be_created", "refused otherwise", NOBODY, create(400)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_okta_shapes(row: Row) -> None:
    assert row.said() == row.wanted
