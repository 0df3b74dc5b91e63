"""What RFC 7643 asks of resources, attributes and the three discovery documents, through `handle`."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from bridge_ref.storage.sqlite import SqliteStore
from tests.bridge_ref.world import BASE_URL, ENTERPRISE, GROUP, PATCH, USER, Reply, World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
ATTRIBUTE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9$_-]*")

RICH: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "userName": "ada@example.com",
    "externalId": "X-1",
    "name": {"formatted": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace", "middleName": "King"},
    "displayName": "Ада Лавлейс 👩‍💻 e\u0301",
    "nickName": "Ada",
    "profileUrl": "https://example.com/Ada?x=1",
    "title": "Countess",
    "userType": "Employee",
    "preferredLanguage": "da, en-gb;q=0.8",
    "locale": "en-US",
    "timezone": "America/Los_Angeles",
    "active": True,
    "emails": [
        {"value": "ada@example.com", "type": "work", "primary": True},
        {"value": "ada@home.example", "type": "home", "display": "At home"},
    ],
    "phoneNumbers": [{"value": "+1 (201) 555-0123", "type": "mobile"}],
    "addresses": [{"type": "work", "streetAddress": "1 Engine Street", "locality": "London", "country": "GB"}],
    ENTERPRISE: {
        "employeeNumber": "701984",
        "costCenter": "4130",
        "organization": "Analytical",
        "division": "Engines",
        "department": "Numbers",
    },
}


def rich(world: World, **changes: Any) -> Reply:
    """Create a user with every attribute that there is."""
    created = world.send("POST", "/Users", RICH | changes)
    assert created.status == 201, created.body
    return created


def read(world: World, reply: Reply) -> Any:
    """What a GET shows of the resource of an answer."""
    return world.send("GET", reply.headers["location"].removeprefix(BASE_URL)).body


def schemas(world: World) -> dict[str, Any]:
    """All schemas, by their id."""
    return {each["id"]: each for each in world.send("GET", "/Schemas").body["Resources"]}


def attributes(world: World) -> Iterator[dict[str, Any]]:
    """All attributes and sub-attributes of all schemas."""
    for schema in schemas(world).values():
        for attribute in schema["attributes"]:
            yield attribute
            yield from attribute.get("subAttributes", [])


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
        world.service.handle("GET", "/scim/v2/Users", "", (("authorization", "Bearer right-token"),), b"")
    ).body.decode()
    config = json.dumps(world.send("GET", "/ServiceProviderConfig").body)

    numbers = re.findall(r'"(?:totalResults|itemsPerPage|startIndex)":\s*([^,}]+)', raw)
    limits = re.findall(r'"(?:maxResults|maxOperations|maxPayloadSize)":\s*([^,}]+)', config)
    assert (len(numbers), len(limits)) == (3, 3)
    assert all(number.isdigit() for number in numbers + limits)


def test_references_lead_to_what_they_name(world: World) -> None:
    """RFC7643-2.3.7-02, RFC7643-2.3.7-04, RFC7643-2.3.7-05, RFC7643-3.1-25, RFC7643-4.1.2-15, RFC7643-4.1.2-16,
    RFC7643-4.2-04, RFC7643-4.2-05, RFC7643-4.3-02, RFC7643-4.3-03, RFC7644-1.2-02, RFC7644-1.3-01, RFC7644-3.12-20,
    RFC7644-3.13-02."""
    grace = world.invite("grace@example.com")
    ada = rich(world, **{ENTERPRISE: {"manager": {"value": grace}}}).body["id"]
    design = world.form("Design", ada)

    user, group = world.send("GET", f"/Users/{ada}").body, world.send("GET", f"/Groups/{design}").body
    manager = user[ENTERPRISE]["manager"]
    named = [(user["id"], user["meta"]["location"]), (group["id"], group["meta"]["location"])]
    named += [(each["value"], each["$ref"]) for each in [*user["groups"], *group["members"], manager]]
    assert {each[0] for each in named} == {ada, design, grace}
    for scim_id, address in named:
        assert urlsplit(address)[0] == "https"
        assert urlsplit(address)[3:] == ("", "")
        assert "@" not in address
        assert "/v2/" in address
        assert world.send("GET", address.removeprefix(BASE_URL)).body["id"] == scim_id


def test_the_address_of_a_manager_follows_the_id(world: World) -> None:
    """RFC7643-4.3-03, RFC7643-4.3-05."""
    path = f"/Users/{rich(world).body['id']}"
    sent = {"value": "G-1", "$ref": "https://elsewhere.example/G-1", "displayName": "Grace"}
    put = world.send("PUT", path, RICH | {ENTERPRISE: {"manager": sent}}).body[ENTERPRISE]["manager"]
    patched = world.patch(path, {"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": "a b/c"}).body

    assert put == {"value": "G-1", "$ref": f"{BASE_URL}/Users/G-1"}
    assert patched[ENTERPRISE]["manager"] == {"value": "a b/c", "$ref": f"{BASE_URL}/Users/a%20b%2Fc"}


@pytest.mark.parametrize("reference", ["https://bridge.example/scim/v2/Users/{}", "/Users/{}", "../Users/{}"])
def test_a_member_can_be_named_by_its_address_of_any_version(world: World, reference: str) -> None:
    """RFC7643-2.4-07."""
    ada, design = world.invite("ada@example.com"), world.form("Design")

    world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"$ref": reference.format(ada)}]})

    assert world.members_of(design) == [ada]


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


def test_every_resource_names_its_schemas(world: World) -> None:
    """RFC7643-2.1-01, RFC7643-3-01, RFC7643-3-03, RFC7643-3-04, RFC7643-3-05, RFC7643-3.1-01, RFC7643-3.1-03,
    RFC7643-3.1-21, RFC7643-3.3-02, RFC7643-6-05, RFC7643-7-01, RFC7644-3.3.1-01, RFC7644-3.3.1-02."""
    ada = rich(world)
    world.form("Design", ada.body["id"])
    types = {each["name"]: each for each in world.send("GET", "/ResourceTypes").body["Resources"]}

    found = world.send("GET", "/").body["Resources"]
    for resource in found:
        of = types[resource["meta"]["resourceType"]]
        declared = {of["schema"], *(each["schema"] for each in of["schemaExtensions"])}
        assert resource["id"]
        assert of["schema"] in resource["schemas"]
        assert set(resource["schemas"]) <= declared
        assert declared <= schemas(world).keys()
    assert [each["meta"]["resourceType"] for each in found] == ["User", "Group"]
    for path in ("/Schemas", "/ResourceTypes"):
        assert all(each["schemas"] for each in world.send("GET", path).body["Resources"])


def test_schemas_follow_from_the_content(world: World) -> None:
    """RFC7643-3-06, RFC7643-3-09, RFC7643-3-10, RFC7643-3.3-08, ENTRA-08, ENTRA-21."""
    sent = [USER, USER, ENTERPRISE, "urn:example:unknown"]
    plain = world.send("POST", "/Users", {"schemas": sent, "userName": "ada@example.com"}).body
    extended = world.send(
        "POST", "/Users", {"schemas": [USER], "userName": "eve@example.com", ENTERPRISE: {"department": "Numbers"}}
    ).body
    microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    group = {"schemas": [GROUP, microsoft], "displayName": "Design", "meta": {"resourceType": "Group"}}

    assert plain["schemas"] == [USER]
    assert extended["schemas"] == [USER, ENTERPRISE]
    assert "department" not in extended
    assert world.send("POST", "/Groups", group).body["schemas"] == [GROUP]


@pytest.mark.parametrize("sent", [[GROUP], [ENTERPRISE], [], "text", [7]])
def test_a_body_of_another_schema_is_no_user(world: World, sent: Any) -> None:
    """RFC7643-3.3-03."""
    refused = world.send("POST", "/Users", {"schemas": sent, "userName": "ada@example.com"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_strict_wants_the_schemas_of_a_body(strict_world: World) -> None:
    """RFC7643-3.3-03."""
    refused = strict_world.send("POST", "/Users", {"userName": "ada@example.com"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_ids_are_the_bridges_own_and_stay(world: World) -> None:
    """RFC7643-3.1-03, RFC7643-3.1-04, RFC7643-3.1-05, RFC7643-3.1-06, RFC7643-3.1-07, RFC7643-3.1-09, RFC7643-7-21,
    RFC7644-3.3-01, RFC7644-3.5.1-11, RFC7644-3.6-09."""
    eve = world.invite("eve@example.com")
    ada = rich(world, id=eve).body["id"]
    design = world.form("Design")
    path = f"/Users/{ada}"
    world.send("PUT", path, RICH | {"id": eve, "userName": "ada@example.net"})
    world.patch(path, {"op": "replace", "path": "userName", "value": "ada@example.org"})

    shown = [world.send("GET", path).body["id"], world.send("GET", "/Users").body["Resources"][1]["id"]]
    world.send("DELETE", path)
    again = rich(world, userName="ada@example.org").body["id"]

    assert shown == [ada, ada]
    assert len({eve, ada, design, again}) == 4
    assert "bulkId" not in eve + ada + design + again


@pytest.mark.parametrize("name", ["id", "externalId"])
def test_ids_are_compared_letter_by_letter(world: World, name: str) -> None:
    """RFC7643-3.1-08, RFC7643-3.1-16, RFC7643-7-18, ENTRA-05."""
    value = rich(world, externalId="Ab").body[name]

    found = [
        world.send("GET", "/Users", filter=f'{name} eq "{each}"').body["totalResults"]
        for each in (value, value.swapcase())
    ]

    assert found == [1, 0]


def test_external_ids_are_the_clients_affair(world: World) -> None:
    """RFC7643-3.1-15, RFC7643-3.1-17."""
    ada, eve = rich(world, externalId="Ab"), rich(world, userName="eve@example.com", externalId="Ab")
    path = f"/Users/{ada.body['id']}"
    put = world.send("PUT", path, RICH | {"externalId": "aB"})
    patched = world.patch(path, {"op": "replace", "path": "externalId", "value": "AB"})

    assert [each.body["externalId"] for each in (ada, eve, put, patched)] == ["Ab", "Ab", "aB", "AB"]


def test_meta_is_the_bridges_own(world: World) -> None:
    """RFC7643-3.1-18, RFC7643-3.1-19, RFC7643-3.1-20, RFC7644-3.3-02, RFC7644-3.3-04,
    RFC7644-3.5.1-12, RFC7644-3.1-06, OKTA-09, ENTRA-08."""
    false = {"resourceType": "Group", "created": "1815-12-10T00:00:00Z", "location": "https://x", "version": "9"}
    created = rich(world, meta=false, groups=[{"value": "nothing"}]).body
    path = f"/Users/{created['id']}"

    put = world.send("PUT", path, created | {"meta": false, "groups": [], "shoeSize": 36})

    assert created["meta"]["resourceType"] == "User"
    assert put.body == created
    assert "meta" not in world.send("GET", path, attributes="userName").body


def test_id_is_always_shown_and_a_password_never(world: World) -> None:
    """RFC7643-3.1-10, RFC7643-4.1.1-19, RFC7643-4.1.1-20, RFC7643-4.1.1-21, RFC7643-4.1.1-22, RFC7643-7-25,
    RFC7643-7-26, RFC7643-7-27, RFC7643-7-29, RFC7644-3.4.2.5-03, OKTA-06."""
    created = rich(world, password="S3cret-word", groups=[], locale="en-US")
    path = f"/Users/{created.body['id']}"
    search = {"schemas": [SEARCH], "attributes": ["password"]}
    answers = [
        created,
        world.send("GET", path, attributes="password"),
        world.send("GET", path, attributes="userName,password"),
        world.send("GET", path, excludedAttributes="id,schemas,userName"),
        world.send("PUT", path, RICH | {"password": "S3cret-word"}),
        world.patch(path, {"op": "replace", "path": "password", "value": "S3cret-word"}),
        world.patch(path, {"op": "replace", "value": {"password": "S3cret-word"}}, attributes="password"),
    ]
    lists = [world.send("GET", "/Users"), world.send("POST", "/Users/.search", search)]
    assert isinstance(world.store, SqliteStore)
    stored = world.store._connection.execute("SELECT document FROM users").fetchone()[0]

    assert [each.status for each in answers] == [201, 200, 200, 200, 200, 200, 200]
    assert all({"id", "schemas"} <= each.body.keys() for each in answers)
    assert not any("password" in str(each.body) or "S3cret" in str(each) for each in answers + lists)
    assert b"S3cret" not in stored
    assert answers[1].body.keys() == {"id", "schemas"}
    assert "userName" not in answers[3].body


@pytest.mark.parametrize("text", ['password eq "x"', "password pr", 'not (password eq "x")', 'password sw "a"'])
def test_nothing_is_to_be_found_out_about_a_password(world: World, text: str) -> None:
    """RFC7643-7-27."""
    rich(world, password="S3cret-word")

    assert world.send("GET", "/Users", filter=text).body["scimType"] == "invalidFilter"


def test_a_name_of_the_account_is_unique_in_any_spelling(world: World) -> None:
    """RFC7643-4.1.1-04, RFC7643-4.1.1-05, RFC7643-4.1.1-06, RFC7643-7-32, RFC7644-3.3-15, RFC7644-3.3-16,
    RFC7644-3.5.1-17, RFC7644-3.5.2-34, RFC7644-5-01, RFC7644-5-02, RFC7644-5-03, RFC7644-3.12-12, OKTA-08, ENTRA-09."""
    world.invite("\u00c9ve@example.com")
    ada = world.invite("ada@example.com")
    spellings = ["\u00c9VE@example.com", "e\u0301ve@example.com", "\u00e9ve@EXAMPLE.com", "\uff25\u0301ve@example.com"]

    answers = [world.send("POST", "/Users", {"schemas": [USER], "userName": each}) for each in spellings]
    answers.append(world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": spellings[1]}))
    answers.append(world.patch(f"/Users/{ada}", {"op": "replace", "path": "userName", "value": spellings[2]}))

    assert {(each.status, each.body["scimType"]) for each in answers} == {(409, "uniqueness")}
    assert world.send("GET", f"/Users/{ada}").body["userName"] == "ada@example.com"
    assert world.send("GET", "/Users").body["totalResults"] == 2


def test_names_are_found_in_any_letter_case_and_normal_form(world: World) -> None:
    """RFC7643-4.1.1-07, RFC7643-7-18, RFC7644-7.8-01, RFC7644-1.2-01, OKTA-05, ENTRA-05."""
    world.invite("\u00c9ve@example.com", displayName="\u00c9ve")

    for text in ('userName eq "e\u0301VE@example.com"', 'displayName co "E\u0301v"'):
        assert world.send("GET", "/Users", filter=text).body["totalResults"] == 1


@pytest.mark.parametrize("is_active", [False, True])
def test_active_says_whether_the_member_has_access(world: World, is_active: bool) -> None:
    """RFC7643-4.1.1-17, RFC7643-4.1.1-18, RFC7644-3.5.2.3-11, OKTA-12, OKTA-14, ENTRA-07, ENTRA-18, OKTA-13."""
    ada = world.invite("ada@example.com", active=not is_active)
    answer = world.patch(f"/Users/{ada}", {"op": "replace", "value": {"active": is_active}})

    found = world.send("GET", "/Users", filter='userName eq "ada@example.com"').body["Resources"]
    assert answer.body["active"] is is_active
    assert [(each["id"], each["active"]) for each in found] == [(ada, is_active)]
    assert world.member("ada@example.com")["state"] == ("INVITED" if is_active else "INVITED_SUSPENDED")


def test_a_name_and_its_parts_are_of_the_same_person(world: World) -> None:
    """RFC7643-4.1.1-09, OKTA-10."""
    ada = rich(world).body["id"]

    patched = world.patch(f"/Users/{ada}", {"op": "replace", "path": "name.familyName", "value": "Byron"}).body

    assert patched["name"]["formatted"] == "Ada King Byron"


def test_groups_of_a_user_are_changed_through_groups_only(world: World) -> None:
    """RFC7643-4.1.2-17, RFC7643-4.1.2-18, RFC7643-4.1.2-19, RFC7643-4.1.2-20, RFC7643-7-21, RFC7644-3.3-03,
    RFC7644-3.5.1-13, RFC7644-3.5.2-15, RFC7644-3.5.2.2-10, RFC7644-3.6-11."""
    ada = world.invite("ada@example.com")
    design, sales = world.form("Design", ada), world.form("Sales", ada)
    path, value = f"/Users/{ada}", [{"value": sales}]
    eve = world.invite("eve@example.com", groups=value)
    put = world.send("PUT", path, {"schemas": [USER], "userName": "ada@example.com", "groups": []}).body
    refused = [world.patch(path, {"op": op, "path": "groups", "value": value}) for op in ("add", "replace", "remove")]
    both = [each["value"] for each in put["groups"]]
    world.patch(f"/Groups/{sales}", {"op": "remove", "path": f'members[value eq "{ada}"]'})
    one = world.send("GET", path).body["groups"]
    world.send("DELETE", f"/Groups/{design}")

    assert {(each.status, each.body["scimType"]) for each in refused} == {(400, "mutability")}
    assert "groups" not in world.send("GET", f"/Users/{eve}").body
    assert both == [design, sales]
    assert [(each["value"], each["type"]) for each in one] == [(design, "direct")]
    assert "groups" not in world.send("GET", path).body


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


def test_the_configuration_is_whole(world: World) -> None:
    """RFC7643-5-01, RFC7643-5-05, RFC7643-5-06, RFC7643-5-07, RFC7643-5-08, RFC7643-5-11, RFC7643-5-12, RFC7643-5-15,
    RFC7643-5-16, RFC7643-5-17, RFC7643-5-18, RFC7643-5-19, RFC7643-5-20, RFC7643-5-21, RFC7643-5-23, RFC7643-5-24,
    RFC7643-5-25, RFC7644-4-01, RFC7644-4-09."""
    config = world.send("GET", "/ServiceProviderConfig", attributes="patch").body

    assert config["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]
    for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag"):
        assert isinstance(config[name]["supported"], bool)
    assert [
        (each["type"], bool(each["name"]), bool(each["description"])) for each in config["authenticationSchemes"]
    ] == [("oauthbearertoken", True, True)]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", f"/Schemas/{USER}"]
)
def test_discovery_cannot_be_changed(world: World, method: str, path: str) -> None:
    """RFC7643-5-02, RFC7643-6-02, RFC7643-7-02."""
    before = world.send("GET", path).body

    refused = world.send(method, path, {"schemas": [USER]})

    assert refused.status == 405
    assert world.send("GET", path).body == before


def test_resource_types_are_whole(world: World) -> None:
    """RFC7643-6-01, RFC7643-6-04, RFC7643-6-06, RFC7643-6-07, RFC7643-6-08, RFC7643-6-09, RFC7643-6-11, RFC7643-6-12,
    RFC7644-3.2-01, RFC7644-3.2-02, RFC7644-4-05, RFC7644-4-06, RFC7644-4-07."""
    types = world.send("GET", "/ResourceTypes").body

    assert types["totalResults"] == len(types["Resources"]) == 2
    for each in types["Resources"]:
        extensions = each["schemaExtensions"]
        assert each["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]
        assert each["name"]
        assert each["description"]
        assert world.send("GET", each["endpoint"]).body["totalResults"] == 0
        assert {each["schema"], *(extension["schema"] for extension in extensions)} <= schemas(world).keys()
        assert all(isinstance(extension["required"], bool) for extension in extensions)
        assert world.send("GET", f"/ResourceTypes/{each['name']}").body == each
    assert world.send("GET", "/ResourceTypes/Device").status == 404


def test_schemas_are_whole(world: World) -> None:
    """RFC7643-1.2-02, RFC7643-2.1-02, RFC7643-2.2-01, RFC7643-2.3-01, RFC7643-2.3.8-02, RFC7643-3.3-05,
    RFC7643-3.3-06, RFC7643-7-03, RFC7643-7-04, RFC7643-7-05, RFC7643-7-06, RFC7643-7-07, RFC7643-7-08, RFC7643-7-09,
    RFC7643-7-10, RFC7643-7-11, RFC7643-7-13, RFC7643-7-14, RFC7643-7-35, RFC7643-7-36, RFC7644-4-03, RFC7644-4-04,
    RFC7644-3.1-05."""
    found = schemas(world)

    for schema in found.values():
        assert schema["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:Schema"]
        assert schema["name"]
        assert schema["description"]
        assert schema["attributes"]
        assert world.send("GET", f"/Schemas/{schema['id']}").body == schema
        assert not any(
            sub["type"] == "complex" for each in schema["attributes"] for sub in each.get("subAttributes", ())
        )
    for each in attributes(world):
        assert ATTRIBUTE_NAME.fullmatch(each["name"].removeprefix("$"))
        assert each["type"] in ("string", "boolean", "reference", "complex")
        assert bool(each.get("subAttributes")) is (each["type"] == "complex")
        assert isinstance(each["multiValued"], bool)
        assert isinstance(each["required"], bool)
        assert each["description"]
        assert each["mutability"] in ("readOnly", "readWrite", "immutable", "writeOnly")
        assert each["returned"] in ("always", "never", "default", "request")
        assert each.get("uniqueness", "none") in ("none", "server", "global")
        assert ("referenceTypes" in each) is (each["type"] == "reference")
    core, extension = ({each["name"] for each in found[urn]["attributes"]} for urn in (USER, ENTERPRISE))
    assert not core & extension
    assert not any("api:messages" in urn for urn in found)
    assert world.send("GET", "/Schemas/urn:ietf:params:scim:api:messages:2.0:Error").status == 404


def test_the_schemas_agree_with_the_core_specification(world: World) -> None:
    """RFC7643-4.1.1-26, RFC7643-4.1.2-18, RFC7643-7-37."""
    user = {each["name"]: each for each in schemas(world)[USER]["attributes"]}
    group = {each["name"]: each for each in schemas(world)[GROUP]["attributes"]}

    name, password = user["userName"], user["password"]
    assert (name["required"], name["uniqueness"], name["caseExact"]) == (True, "server", False)
    assert (password["mutability"], password["returned"]) == ("writeOnly", "never")
    assert user["groups"]["mutability"] == "readOnly"
    assert group["displayName"]["required"] is True
    assert {each["mutability"] for each in group["members"]["subAttributes"]} == {"immutable"}


def test_resources_have_the_shape_that_the_schemas_say(world: World) -> None:
    """RFC7643-7-12, RFC7643-2.3-02."""
    ada = rich(world).body["id"]
    world.form("Design", ada)
    types: dict[str, type | tuple[type, ...]] = {"string": str, "reference": str, "boolean": bool, "complex": dict}

    user = world.send("GET", f"/Users/{ada}").body
    parts = [(user, schemas(world)[USER]), (user[ENTERPRISE], schemas(world)[ENTERPRISE])]
    for resource, schema in parts:
        for attribute in schema["attributes"]:
            value = resource.get(attribute["name"], [] if attribute["multiValued"] else None)
            assert isinstance(value, list) is attribute["multiValued"]
            for each in value if attribute["multiValued"] else [value] if value is not None else []:
                assert isinstance(each, types[attribute["type"]])
