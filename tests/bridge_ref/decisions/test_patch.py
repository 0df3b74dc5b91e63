"""PATCH requests, through `handle`: RFC 7644 section 3.5.2."""

from typing import Any

import pytest

from tests.bridge_ref.answers import assert_error, found
from tests.bridge_ref.world import ENTERPRISE, PATCH, USER, World

PATCHES: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    ("add sets", [{"op": "add", "path": "nickName", "value": "Ada"}], {"nickName": "Ada"}),
    ("add replaces", [{"op": "add", "path": "title", "value": "Lady"}], {"title": "Lady"}),
    (
        "add a set",
        [{"op": "add", "value": {"title": "Lady", "emails": [{"value": "c@x.example"}]}}],
        {"title": "Lady", "emails": ["a@x.example", "b@x.example", "c@x.example"]},
    ),
    (
        "add to complex",
        [{"op": "add", "path": "name", "value": {"middleName": "King"}}],
        {"name": {"givenName": "Ada", "familyName": "Lovelace", "middleName": "King"}},
    ),
    (
        "add a value",
        [{"op": "add", "path": "emails", "value": [{"value": "c@x.example"}]}],
        {"emails": ["a@x.example", "b@x.example", "c@x.example"]},
    ),
    (
        "add one object",
        [{"op": "add", "path": "emails", "value": {"value": "c@x.example"}}],
        {"emails": ["a@x.example", "b@x.example", "c@x.example"]},
    ),
    ("remove", [{"op": "remove", "path": "title"}], {"title": None}),
    ("remove all", [{"op": "remove", "path": "emails"}], {"emails": None}),
    ("remove some", [{"op": "remove", "path": 'emails[type eq "work"]'}], {"emails": ["b@x.example"]}),
    (
        "remove by two terms",
        [{"op": "remove", "path": 'emails[type eq "work" and value ew "x.example"]'}],
        {"emails": ["b@x.example"]},
    ),
    ("remove the last", [{"op": "remove", "path": "addresses[type pr]"}], {"addresses": None}),
    ("remove a part", [{"op": "remove", "path": "name.givenName"}], {"name": {"familyName": "Lovelace"}}),
    ("replace", [{"op": "replace", "path": "title", "value": "Lady"}], {"title": "Lady"}),
    (
        "replace a set",
        [{"op": "replace", "value": {"title": "Lady", "nickName": "Ada", "emails": [{"value": "c@x.example"}]}}],
        {"title": "Lady", "nickName": "Ada", "emails": ["c@x.example"]},
    ),
    (
        "replace all",
        [{"op": "replace", "path": "emails", "value": [{"value": "c@x.example"}]}],
        {"emails": ["c@x.example"]},
    ),
    ("replace nothing", [{"op": "replace", "path": "nickName", "value": "Ada"}], {"nickName": "Ada"}),
    (
        "replace parts",
        [{"op": "replace", "path": "name", "value": {"givenName": "Augusta"}}],
        {"name": {"givenName": "Augusta", "familyName": "Lovelace"}},
    ),
    (
        "replace a part",
        [{"op": "replace", "path": "name.familyName", "value": "Byron"}],
        {"name": {"givenName": "Ada", "familyName": "Byron"}},
    ),
    (
        "replace parts of some",
        [{"op": "replace", "path": 'emails[type eq "work"].value', "value": "c@x.example"}],
        {"emails": ["c@x.example", "b@x.example"]},
    ),
    (
        "in order",
        [{"op": "replace", "path": "title", "value": "A"}, {"op": "replace", "path": "title", "value": "B"}],
        {"title": "B"},
    ),
    (
        "in any case",
        [{"op": "replace", "path": "NAME.GivenName", "value": "A"}],
        {"name": {"givenName": "A", "familyName": "Lovelace"}},
    ),
    ("by URN", [{"op": "replace", "path": f"{USER}:title", "value": "Lady"}], {"title": "Lady"}),
    (
        "by the URN of an extension",
        [{"op": "add", "path": f"{ENTERPRISE}:employeeNumber", "value": "7"}],
        {ENTERPRISE: {"employeeNumber": "7"}, "schemas": [USER, ENTERPRISE]},
    ),
    (
        "schemas first",
        [
            {"op": "add", "path": "schemas", "value": [ENTERPRISE]},
            {"op": "add", "path": f"{ENTERPRISE}:employeeNumber", "value": "7"},
        ],
        {ENTERPRISE: {"employeeNumber": "7"}, "schemas": [USER, ENTERPRISE]},
    ),
]


@pytest.mark.parametrize(("operations", "changed"), [each[1:] for each in PATCHES], ids=[each[0] for each in PATCHES])
def test_a_patch_changes_what_it_names_and_nothing_else(
    world: World, operations: list[dict[str, Any]], changed: dict[str, Any]
) -> None:
    """RFC7644-3.5-02, RFC7644-3.5.2-08, RFC7644-3.5.2-09, RFC7644-3.5.2-10, RFC7644-3.5.2-11, RFC7644-3.5.2-20,
    RFC7644-3.5.2-21, RFC7644-3.5.2-22, RFC7644-3.5.2-23, RFC7644-3.5.2-29, RFC7644-3.5.2-32, RFC7644-3.5.2-35,
    RFC7644-3.5.2.1-03, RFC7644-3.5.2.1-04, RFC7644-3.5.2.1-05, RFC7644-3.5.2.1-06, RFC7644-3.5.2.1-07,
    RFC7644-3.5.2.1-08, RFC7644-3.5.2.1-09, RFC7644-3.5.2.2-02, RFC7644-3.5.2.2-03, RFC7644-3.5.2.2-04,
    RFC7644-3.5.2.2-05, RFC7644-3.5.2.2-06, RFC7644-3.5.2.2-07, RFC7644-3.5.2.2-08, RFC7644-3.5.2.3-01,
    RFC7644-3.5.2.3-02, RFC7644-3.5.2.3-03, RFC7644-3.5.2.3-04, RFC7644-3.5.2.3-05, RFC7644-3.5.2.3-07,
    RFC7644-3.5.2.3-09, RFC7644-3.5.2.3-10, RFC7644-3.1-07, RFC7644-3.10-01, RFC7644-3.10-02, RFC7644-3.10-04,
    ENTRA-12."""
    ada = world.invite(
        "ada@example.com",
        title="Countess",
        name={"givenName": "Ada", "familyName": "Lovelace"},
        emails=[{"value": "a@x.example", "type": "work"}, {"value": "b@x.example", "type": "home"}],
        addresses=[{"type": "work", "locality": "London"}],
    )
    before = summary(world.send("GET", f"/Users/{ada}").body)

    patched = world.patch(f"/Users/{ada}", *operations)

    expected = {key: value for key, value in (before | changed).items() if value is not None}
    assert patched.status == 200
    assert summary(patched.body) == expected
    assert world.send("GET", f"/Users/{ada}").body == patched.body
    for key in changed.keys() - {"schemas"}:
        assert found(world, f"{key} pr") == ("" if changed[key] is None else "a")


def test_replace_with_a_filter_replaces_every_match(world: World) -> None:
    """RFC7644-3.5.2.3-06, RFC7644-3.5.2.3-07."""
    work = [{"type": "work", "locality": "London"}, {"type": "work", "locality": "Paris"}, {"type": "home"}]
    ada = world.invite("ada@example.com", addresses=work)
    path = 'addresses[type eq "work"]'

    part = world.patch(f"/Users/{ada}", {"op": "replace", "path": f"{path}.country", "value": "GB"}).body["addresses"]
    whole = world.patch(f"/Users/{ada}", {"op": "replace", "path": path, "value": {"type": "work", "locality": "Rome"}})

    assert [each.get("country") for each in part] == ["GB", "GB", None]
    assert [each.get("locality") for each in whole.body["addresses"]] == ["Rome", None]


def test_what_is_there_already_is_not_added_again(world: World) -> None:
    """RFC7644-3.5.2.1-10, RFC7644-3.5.2.1-11, OKTA-24, ENTRA-26."""
    ada = world.invite("ada@example.com", emails=[{"value": "a@x.example"}])
    design = world.form("Design", ada)
    user, group = f"/Users/{ada}", f"/Groups/{design}"
    before = [world.send("GET", path).body for path in (user, group)]
    world.clock.advance(1)

    added = [
        world.patch(user, {"op": "add", "path": "emails", "value": [{"value": "a@x.example"}]}),
        world.patch(group, {"op": "add", "path": "members", "value": [{"value": ada}]}),
    ]

    assert [each.status for each in added] == [200, 204]
    assert [world.send("GET", path).body for path in (user, group)] == before


def test_the_primary_value_added_again_stays_the_primary_one(world: World) -> None:
    """RFC7644-3.5.2.1-10, RFC7644-3.5.2.1-11, RFC7644-3.5.2-24."""
    primary = {"value": "a@x.example", "primary": True}
    path = f"/Users/{world.invite('ada@example.com', emails=[primary, {'value': 'b@x.example'}])}"
    before = world.send("GET", path).body

    assert world.patch(path, {"op": "add", "path": "emails", "value": [primary]}).body == before


def test_members_are_added_removed_and_replaced(world: World) -> None:
    """RFC7644-3.5.2.1-12, RFC7644-3.5.2.2-03, RFC7644-3.5.2.2-04, RFC7644-3.5.2.2-11, RFC7644-3.5.2.2-12,
    RFC7644-3.5.2.3-03, RFC7644-3.5.2-23, OKTA-20, OKTA-22, OKTA-24, ENTRA-23, ENTRA-26."""
    a, b, c = (world.invite(f"{letter}@example.com") for letter in "abc")
    path = f"/Groups/{world.form('Design')}"

    def after(*operations: dict[str, Any]) -> list[str]:
        assert world.patch(path, *operations).status == 204
        return world.members_of(path.rpartition("/")[2])

    def out(scim_id: str) -> dict[str, Any]:
        return {"op": "remove", "path": f'members[value eq "{scim_id}"]'}

    def into(*ids: str, op: str = "add") -> dict[str, Any]:
        return {"op": op, "path": "members", "value": [{"value": each} for each in ids]}

    assert after(into(a, b, c)) == sorted([a, b, c])
    assert after(out(a)) == after(out(a)) == sorted([b, c])
    assert after(out(b), out(c), into(a, b)) == sorted([a, b])
    assert after(into(c, op="replace")) == [c]
    assert after({"op": "replace", "value": {"members": []}}) == []
    assert after(into(a), into(op="replace")) == []
    assert after(into(a, b), {"op": "remove", "path": "members"}) == []


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "remove"}, "noTarget"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "remove", "path": "id"}, "mutability"),
        ({"op": "add", "path": "title"}, "invalidValue"),
        ({"op": "replace", "path": 'emails[type eq "fax"].value', "value": "x"}, "noTarget"),
        ({"op": "replace", "path": "active", "value": "notabool"}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": 7}, "invalidValue"),
        ({"op": "replace", "path": "noSuchAttribute", "value": 7}, "invalidPath"),
        ({"op": "replace", "path": "", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "emails[", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "name..x", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "1bad", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "emails[0]", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "emails.0", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": 'emails[type xx "work"]', "value": "x"}, "invalidPath"),
        ({"op": "move", "path": "title", "value": "x"}, "invalidSyntax"),
        ({"op": "copy", "path": "title", "value": "x"}, "invalidSyntax"),
        ({"path": "title", "value": "x"}, "invalidSyntax"),
        ({"op": ["add"], "path": "title", "value": "x"}, "invalidSyntax"),
        ({"op": "add", "OP": "remove", "path": "title", "value": "x"}, "invalidSyntax"),
    ],
)
def test_a_patch_that_fails_fails_as_a_whole(world: World, operation: dict[str, Any], scim_type: str) -> None:
    """RFC7644-3.5.2-04, RFC7644-3.5.2-05, RFC7644-3.5.2-07, RFC7644-3.5.2-12, RFC7644-3.5.2-13, RFC7644-3.5.2-14,
    RFC7644-3.5.2-17, RFC7644-3.5.2-19, RFC7644-3.5.2-25, RFC7644-3.5.2-27, RFC7644-3.5.2-28, RFC7644-3.5.2-36,
    RFC7644-3.5.2.1-01, RFC7644-3.5.2.2-01, RFC7644-3.5.2.2-09, RFC7644-3.5.2.2-10, RFC7644-3.5.2.3-08."""
    ada = world.invite("ada@example.com", emails=[{"value": "a@x.example", "type": "work"}])
    before = world.send("GET", f"/Users/{ada}").body

    # With a good one before it, except where a leniency would pass over the bad one for its sake.
    good = [] if operation.get("path") == "noSuchAttribute" else [{"op": "add", "path": "title", "value": "Lady"}]
    refused = world.patch(f"/Users/{ada}", *good, operation)

    assert_error(refused, 400, scim_type)
    assert world.send("GET", f"/Users/{ada}").body == before


def test_a_failed_patch_of_a_group_leaves_everything_as_it_was(world: World) -> None:
    """RFC7644-3.5.2-25, RFC7644-3.5.2-26."""
    ada = world.invite("ada@example.com")
    design = world.form("Design")
    before = world.send("GET", f"/Groups/{design}")

    refused = world.patch(
        f"/Groups/{design}",
        {"op": "add", "path": "members", "value": [{"value": ada}]},
        {"op": "replace", "path": "members", "value": [{"value": "nobody"}]},
    )

    after = world.send("GET", f"/Groups/{design}")
    assert_error(refused, 400, "invalidValue")
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])
    assert "groups" not in world.send("GET", f"/Users/{ada}").body


@pytest.mark.parametrize(
    "body",
    [
        {"schemas": [PATCH]},
        {"schemas": [PATCH], "Operations": []},
        {"schemas": [PATCH], "Operations": {"op": "add"}},
        {"schemas": [USER], "Operations": [{"op": "add", "path": "title", "value": "x"}]},
    ],
)
def test_a_body_that_is_no_patch_is_refused(world: World, body: Any) -> None:
    """RFC7644-3.5.2-02, RFC7644-3.5.2-03."""
    ada = world.invite("ada@example.com")

    assert_error(world.send("PATCH", f"/Users/{ada}", body), 400)
    assert "title" not in world.send("GET", f"/Users/{ada}").body


@pytest.mark.parametrize(
    ("op", "schemas", "status"),
    [("add", [PATCH], 200), ("Add", [PATCH], 400), ("REPLACE", [PATCH], 400), ("add", None, 400)],
)
def test_strict_takes_a_patch_by_the_letter(strict_world: World, op: str, schemas: Any, status: int) -> None:
    """RFC7644-3.5.2-02, RFC7644-3.5.2-05."""
    ada = strict_world.invite("ada@example.com")
    body = {"schemas": schemas, "Operations": [{"op": op, "path": "title", "value": "x"}]}

    assert strict_world.send("PATCH", f"/Users/{ada}", body).status == status


def summary(resource: dict[str, Any]) -> dict[str, Any]:
    """A user without `meta`, with e-mail addresses only by their value."""
    shown = {key: value for key, value in resource.items() if key != "meta"}
    if "emails" in shown:
        shown["emails"] = [each["value"] for each in shown["emails"]]
    return shown
