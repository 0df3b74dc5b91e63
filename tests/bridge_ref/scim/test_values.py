"""Values of attributes: types, required attributes, canonical spelling. RFC 7643 section 2."""

import json
import re
from datetime import datetime
from typing import Any, Literal

import pytest

from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.leniency import strict
from bridge_ref.scim.schema import Attribute
from bridge_ref.scim.values import parse_value
from tests.bridge_ref.rich import RICH, rich
from tests.bridge_ref.world import BASE_URL, ENTERPRISE, GROUP, PATCH, USER, Reply, World


def read(world: World, reply: Reply) -> Any:
    """What a GET shows of the resource of an answer."""
    return world.send("GET", reply.headers["location"].removeprefix(BASE_URL)).body


def test_every_attribute_comes_back_as_it_was_sent(world: World) -> None:
    """RFC7643-2.3.1-01, RFC7643-2.3.2-01, RFC7643-2.4-01, RFC7643-2.4-02, RFC7643-2.4-05, RFC7643-3.3-07,
    RFC7643-3.3-08, RFC7643-4.1.1-12, RFC7643-4.1.1-13, RFC7643-4.1.1-14, RFC7643-4.1.1-16, RFC7643-4.3-01,
    RFC7643-7-19, RFC7644-3.3-11, RFC7644-3.3-18, RFC7644-3.1-07, RFC7644-3.4-02, RFC7644-3.8-08, RFC7644-3.9-01,
    RFC7643-3-08, ENTRA-35."""
    created = rich(world)

    assert created.body | RICH == created.body
    assert read(world, created) == created.body
    assert world.send("GET", "/Users").body["Resources"] == [created.body]


def test_only_required_attributes_are_required(world: World) -> None:
    """RFC7643-1.1-01, RFC7643-7-15, RFC7643-3.1-02, RFC7643-3.1-13, RFC7643-4.2-08."""
    user = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})
    group = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"})

    assert user.body.keys() == {"schemas", "id", "meta", "userName", "active"}
    assert group.body.keys() == {"schemas", "id", "meta", "displayName"}


@pytest.mark.parametrize("value", [None, "", "   ", 7, "MISSING"])
@pytest.mark.parametrize(("path", "name"), [("/Users", "userName"), ("/Groups", "displayName")])
def test_required_attributes_are_required(world: World, path: str, name: str, value: Any) -> None:
    """RFC7643-2.5-06, RFC7643-4.1.1-01, RFC7643-4.1.1-02, RFC7643-4.1.1-03, RFC7643-4.2-01, RFC7643-7-15,
    RFC7644-3.12-17, RFC7644-3.3-17, RFC7644-3.5.1-14."""
    body = {"schemas": [USER if path == "/Users" else GROUP], name: value}
    if value == "MISSING":
        del body[name]
    made = world.invite("ada@example.com") if path == "/Users" else world.form("Design")
    before = world.send("GET", path).body

    created, put = world.send("POST", path, body), world.send("PUT", f"{path}/{made}", body)

    assert [(each.status, each.body["scimType"]) for each in (created, put)] == [(400, "invalidValue")] * 2
    assert world.send("GET", path).body == before


def test_attribute_names_are_read_in_any_letter_case(world: World) -> None:
    """RFC7643-2.1-03, RFC7644-3.10-04."""
    body = {
        "SCHEMAS": [USER.upper(), ENTERPRISE],
        "USERNAME": "ada@example.com",
        "Emails": [{"VALUE": "ada@example.com", "Type": "work"}],
        ENTERPRISE.upper(): {"DEPARTMENT": "Numbers"},
    }

    created = world.send("POST", "/Users", body).body

    assert created["userName"] == "ada@example.com"
    assert created["emails"] == [{"value": "ada@example.com", "type": "work"}]
    assert created[ENTERPRISE] == {"department": "Numbers"}


def test_the_order_of_names_means_nothing(world: World) -> None:
    """RFC7643-2.3.8-01, RFC7643-3-07."""
    ada = rich(world).body
    backwards = dict(reversed(RICH.items())) | {"userName": "eve@example.com", "schemas": [ENTERPRISE, USER]}
    eve = world.send("POST", "/Users", backwards).body
    patch = {"Operations": [{"value": "Lady", "path": "title", "op": "replace"}], "schemas": [PATCH]}
    patched = world.send("PATCH", f"/Users/{eve['id']}", patch).body

    changing = {"id", "meta", "userName"}
    assert {k: v for k, v in ada.items() if k not in changing} == {k: v for k, v in eve.items() if k not in changing}
    assert patched["title"] == "Lady"


@pytest.mark.parametrize("empty", [None, [], {}, [None], [{}]])
def test_null_and_empty_are_unassigned(world: World, empty: Any) -> None:
    """RFC7643-2.5-01, RFC7643-2.5-02, RFC7643-2.5-03, RFC7643-2.5-04, RFC7643-2.5-05, RFC7643-2.5-07,
    RFC7644-3.3-08, RFC7644-3.5.1-07, ENTRA-08."""
    empties = {"title": None, "emails": empty if isinstance(empty, list | None) else [], "name": None}
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "eve@example.com", **empties}).body
    ada = rich(world).body
    put = world.send("PUT", f"/Users/{ada['id']}", RICH | empties).body
    rich_again = world.send("PUT", f"/Users/{ada['id']}", RICH).body
    operations = [{"op": "replace", "path": name, "value": value} for name, value in empties.items()]
    patched = world.patch(f"/Users/{ada['id']}", *operations).body

    assert "title" in rich_again
    for shown in (created, put, patched):
        assert not shown.keys() & {"title", "emails", "name"}
    for name in empties:
        assert world.send("GET", "/Users", filter=f"{name} pr").body["totalResults"] == 0


def test_times_are_times(world: World) -> None:
    """RFC7643-2.3.5-01, RFC7643-2.3.5-02, RFC7643-2.3.5-03, RFC7643-3.1-22, RFC7643-3.1-23, RFC7643-3.1-24."""
    created = rich(world)
    world.clock.advance(1)
    path = f"/Users/{created.body['id']}"
    put = world.send("PUT", path, RICH | {"title": "Lady"}).body["meta"]
    patched = world.patch(path, {"op": "remove", "path": "title"}).body["meta"]

    first = created.body["meta"]
    times = [datetime.fromisoformat(meta["lastModified"]) for meta in (first, put, patched)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["created"])
    assert first["created"] == first["lastModified"] == put["created"] == patched["created"]
    assert times == sorted(set(times))


def test_numbers_are_whole(world: World) -> None:
    """RFC7643-2.3.4-01, RFC7643-5-09, RFC7643-5-10, RFC7643-5-13."""
    raw = world.runner.run(
        world.scim.handle("GET", "/scim/v2/Users", "", (("authorization", "Bearer right-token"),), b"")
    ).body.decode()
    config = json.dumps(world.send("GET", "/ServiceProviderConfig").body)

    numbers = re.findall(r'"(?:totalResults|itemsPerPage|startIndex)":\s*([^,}]+)', raw)
    limits = re.findall(r'"(?:maxResults|maxOperations|maxPayloadSize)":\s*([^,}]+)', config)
    assert (len(numbers), len(limits)) == (3, 3)
    assert all(number.isdigit() for number in numbers + limits)


@pytest.mark.parametrize(
    ("kind", "value", "is_right"),
    [
        ("integer", 42, True),
        ("integer", 4.2, False),
        ("integer", "42", False),
        ("integer", True, False),
        ("decimal", 4.2, True),
        ("decimal", 4, True),
        ("decimal", "4.2", False),
        ("decimal", False, False),
    ],
)
def test_numbers_are_numbers(kind: Literal["integer", "decimal"], value: Any, is_right: bool) -> None:
    """RFC7643-2.3.3-01, RFC7643-2.3.4-01."""
    attribute = Attribute("shoeSize", "How large the shoes are.", kind)

    if is_right:
        assert parse_value(attribute, value, strict()) == value
    else:
        with pytest.raises(ScimError, match="shoeSize must be a"):
            parse_value(attribute, value, strict())


def test_at_most_one_value_is_primary(world: World) -> None:
    """RFC7643-2.4-03, RFC7643-2.4-04, RFC7644-3.5.2-24."""
    both = [{"value": "a@example.com", "primary": True}, {"value": "b@example.com", "primary": True}]
    ada = rich(world).body["id"]

    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "eve@example.com", "emails": both})
    put = world.send("PUT", f"/Users/{ada}", RICH | {"phoneNumbers": both})
    patched = world.patch(f"/Users/{ada}", {"op": "add", "path": "emails", "value": [both[0]]}).body["emails"]

    assert [(each.status, each.body["scimType"]) for each in (created, put)] == [(400, "invalidValue")] * 2
    assert [each["value"] for each in patched if each.get("primary")] == ["a@example.com"]


def test_labels_are_spelt_as_the_schema_spells_them(world: World) -> None:
    """RFC7643-2.4-08, RFC7643-2.4-10."""
    work = {"value": "ada@example.com", "type": "WORK"}
    ada = rich(world, emails=[work, work, {"value": "x@example.com", "type": "Engine"}]).body
    other = {"op": "replace", "path": 'emails[type eq "Engine"].type', "value": "Other"}

    patched = world.patch(f"/Users/{ada['id']}", other).body

    assert [each["type"] for each in ada["emails"]] == ["work", "Engine"]
    assert [each["type"] for each in patched["emails"]] == ["work", "other"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("HTTPS://Example.COM/Ada%20L?Q=1", "https://example.com/Ada%20L?Q=1"),
        ("https://Ada:Secret@Example.com", "https://Ada:Secret@example.com"),
        ("mailto:Ada@Example.com", "mailto:Ada@Example.com"),
        ("urn:X:y", "urn:X:y"),
        ("no uri", None),
        ("/relative", None),
        ("https://[::1", None),
    ],
)
def test_addresses_of_the_web_have_one_spelling(world: World, sent: str, kept: str | None) -> None:
    """RFC7643-4.1.1-12, RFC7643-4.1.1-28."""
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com", "profileUrl": sent})

    assert created.body.get("profileUrl") == kept
    assert created.status == (201 if kept else 400)


@pytest.mark.parametrize(
    ("sent", "email", "number"),
    [
        ("Ada@EXAMPLE.com", "Ada@example.com", "tel:+1-201-555-0123"),
        ("Ada", "Ada", "tel:+1-201-555-0123"),
    ],
)
def test_strict_keeps_addresses_and_numbers_in_their_canonical_form(
    strict_world: World, sent: str, email: str, number: str
) -> None:
    """RFC7643-4.1.2-01, RFC7643-4.1.2-04."""
    created = rich(strict_world, emails=[{"value": sent}]).body
    local = {"op": "add", "path": "phoneNumbers", "value": [{"value": "0123 45"}]}

    patched = strict_world.patch(f"/Users/{created['id']}", local).body

    assert created["emails"] == [{"value": email}]
    assert [each["value"] for each in patched["phoneNumbers"]] == [number, "0123 45"]


@pytest.mark.parametrize(("country", "kept"), [("SE", "SE"), ("se", "SE"), ("Sweden", "Sweden"), ("USA", None)])
def test_a_country_is_a_code_of_two_letters_or_a_name(world: World, country: str, kept: str | None) -> None:
    """RFC7643-4.1.2-14."""
    body = {"schemas": [USER], "userName": "ada@example.com", "addresses": [{"country": country}]}

    created = world.send("POST", "/Users", body)

    assert created.status == (201 if kept else 400)
    assert kept is None or created.body["addresses"] == [{"country": kept}]


def test_strict_takes_no_name_of_a_country(strict_world: World) -> None:
    """RFC7643-4.1.2-14."""
    body = {"schemas": [USER], "userName": "ada@example.com", "addresses": [{"country": "Sweden"}]}

    assert strict_world.send("POST", "/Users", body).body["scimType"] == "invalidValue"


@pytest.mark.parametrize("path", ["id", "meta", "meta.created", "schemas.x"])
@pytest.mark.parametrize("op", ["replace", "remove", "add"])
def test_what_the_bridge_sets_cannot_be_patched(world: World, op: str, path: str) -> None:
    """RFC7643-7-21, RFC7644-3.5.2-15, RFC7644-3.5.2-19, RFC7644-3.5.2.2-10."""
    ada = world.invite("ada@example.com")
    before = world.send("GET", f"/Users/{ada}").body

    refused = world.patch(f"/Users/{ada}", {"op": op, "path": path, "value": "x"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidPath" if "schemas" in path else "mutability")
    assert world.send("GET", f"/Users/{ada}").body == before


@pytest.mark.parametrize("path", ['members[value eq "{}"].value', 'members[value eq "{}"].type', "members.value"])
def test_the_parts_of_a_member_cannot_be_changed(world: World, path: str) -> None:
    """RFC7643-4.2-03, RFC7643-7-24, RFC7644-3.5.2-16."""
    ada, eve = world.invite("ada@example.com"), world.invite("eve@example.com")
    design = world.form("Design", ada)

    refused = world.patch(f"/Groups/{design}", {"op": "replace", "path": path.format(ada), "value": eve})

    assert (refused.status, refused.body["scimType"]) == (400, "mutability")
    assert world.members_of(design) == [ada]


def test_immutable_parts_can_be_set_and_named_again(world: World) -> None:
    """RFC7644-3.5.1-08, RFC7644-3.5.1-09, RFC7644-3.5.1-10: a member with another value is another member."""
    ada, eve = world.invite("ada@example.com"), world.invite("eve@example.com")
    design = world.form("Design")
    path = f"/Groups/{design}"

    def put(*members: str) -> int:
        named = [{"value": each, "type": "User"} for each in members]
        return world.send("PUT", path, {"schemas": [GROUP], "displayName": "Design", "members": named}).status

    statuses = [put(ada), put(ada), put(eve)]

    assert statuses == [200, 200, 200]
    assert world.members_of(design) == [eve]


@pytest.mark.parametrize(
    "attribute",
    [
        {"active": "maybe"},
        {"active": 1},
        {"emails": "x"},
        {"emails": [{"value": 7}]},
        {"emails": ["x"]},
        {"name": "x"},
        {"name": ["x"]},
        {"title": ["x"]},
        {"title": {"value": "x"}},
        {"password": 7},
        {ENTERPRISE: "x"},
        {ENTERPRISE: {"department": True}},
    ],
)
def test_a_value_of_another_type_is_refused(world: World, attribute: dict[str, Any]) -> None:
    """RFC7643-2.3-02, RFC7644-3.12-16, RFC7644-3.3-17, RFC7644-3.5.1-19, RFC7644-3.5.2-17."""
    ada = rich(world)
    path = f"/Users/{ada.body['id']}"
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "eve@example.com", **attribute})
    put = world.send("PUT", path, RICH | {"title": "Lady"} | attribute)
    key, value = next(iter(attribute.items()))
    patched = world.patch(path, {"op": "replace", "value": {"title": "Lady", key: value}})

    assert {(each.status, each.body["scimType"]) for each in (created, put, patched)} == {(400, "invalidValue")}
    assert world.send("GET", "/Users").body["totalResults"] == 1
    assert read(world, ada) == ada.body
