"""What RFC 7644 asks of queries, projections, PUT, PATCH, DELETE and errors, through `handle`."""

import json
from typing import Any

import pytest

from tests.bridge_ref.world import BASE_URL, ENTERPRISE, GROUP, PATCH, USER, Reply, World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@pytest.fixture
def three(world: World) -> World:
    """Ada, Bob and Cleo: three people who differ in what filters ask for."""
    world.invite(
        "ada@example.com",
        externalId="A-1",
        title="Countess",
        name={"givenName": "Ada", "familyName": "Lovelace"},
        emails=[
            {"value": "ada@work.example", "type": "work", "primary": True},
            {"value": "ada@home.example", "type": "home"},
        ],
        **{ENTERPRISE: {"employeeNumber": "7", "manager": {"value": "M-1"}}},
    )
    world.clock.advance(60)
    world.invite("bob@example.com", externalId="B-1", title="", active=False, emails=[{"value": "bob@home.example"}])
    world.clock.advance(60)
    world.invite("cleo@example.com", title="Queen", nickName='q"\\%_', displayName="Cleo; DROP TABLE users; --")
    return world


def found(world: World, text: str, path: str = "/Users") -> str:
    """The first letters of those whom a filter finds, by GET and by POST alike."""
    listed = world.send("GET", path, filter=text)
    searched = world.send("POST", f"{path.rstrip('/')}/.search", {"schemas": [SEARCH], "filter": text})
    assert (listed.status, searched.body) == (200, listed.body), listed.body
    assert listed.body["totalResults"] == len(listed.body["Resources"])
    return "".join((each.get("userName") or each["displayName"])[0] for each in listed.body["Resources"])


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ('userName eq "ada@example.com"', "a"),
        ('USERNAME EQ "ada@example.com"', "a"),
        ('userName Sw "ada" AND title Pr', "a"),
        ('NOT (userName eq "ada@example.com") Or userName eq "ada@example.com"', "abc"),
        ('externalId eq "A-1"', "a"),
        ('externalId eq "a-1"', ""),
        ('externalId sw "a"', ""),
        ('externalId ne "A-1"', "bc"),
        ("active eq false", "b"),
        ("active ne true", "b"),
        ("active eq true", "ac"),
        ('meta.resourceType eq "User"', "abc"),
        ('meta.resourceType eq "user"', ""),
        ('userName ne "ada@example.com"', "bc"),
        ('userName co "DA@EX"', "a"),
        ('userName sw "ada@example.com"', "a"),
        ('userName sw "BO"', "b"),
        ('userName ew "example.com"', "abc"),
        ('userName ew "bob@example.com"', "b"),
        ("title pr", "ac"),
        ("name pr", "a"),
        ("emails pr", "ab"),
        ('userName gt "bob@example.com"', "c"),
        ('userName ge "bob@example.com"', "bc"),
        ('userName lt "bob@example.com"', "a"),
        ('userName le "bob@example.com"', "ab"),
        ('meta.created gt "2026-03-02T12:02:00Z"', "c"),
        ('meta.created ge "2026-03-02T13:02:00+01:00"', "bc"),
        ('meta.lastModified lt "2026-03-02T12:02:00Z"', "a"),
        ('meta.lastModified le "2026-03-02T11:02:00-01:00"', "ab"),
        ('title pr and userName sw "c"', "c"),
        ('userName sw "a" or userName sw "c" or userName sw "a"', "ac"),
        ("not (title pr)", "b"),
        ("not(title pr)", "b"),
        ("not (title pr) and active eq false", "b"),
        ('(userName sw "a" or userName sw "b") and active eq false', "b"),
        ('userName sw "a" or userName sw "b" and active eq false', "ab"),
        ('userName sw "a" or (userName sw "b" and active eq true)', "a"),
        ('emails[type eq "work" and value co "home"]', ""),
        ('emails.type eq "work" and emails.value co "home"', "a"),
        ('emails[type eq "home" and value co "ada"]', "a"),
        ('emails[not (type eq "work")]', "ab"),
        ('emails.value eq "ada@home.example"', "a"),
        ('emails co "home.example"', "ab"),
        ('emails[type eq "work"].value eq "ada@work.example"', "a"),
        ('name.givenName eq "ADA"', "a"),
        (f'schemas eq "{ENTERPRISE}"', "a"),
        (f'{USER}:userName sw "b"', "b"),
        (f'{ENTERPRISE}:employeeNumber eq "7"', "a"),
        (f'{ENTERPRISE.upper()}:MANAGER.VALUE eq "M-1"', "a"),
        ('title eq "\\u0043ountess"', "a"),
        ("title eq null", "b"),
        ('nickName eq "q\\"\\\\%_"', "c"),
        ('nickName eq "q%"', ""),
        ("title eq 7", ""),
        ('userName sw "%"', ""),
        ('userName eq "x\' OR 1=1 --"', ""),
        ('displayName co "; DROP TABLE"', "c"),
    ],
)
def test_a_filter_finds_who_meets_it_and_nobody_else(three: World, text: str, who: str) -> None:
    """RFC7644-3.4.2.2-02, RFC7644-3.4.2.2-03, RFC7644-3.4.2.2-04, RFC7644-3.4.2.2-07, RFC7644-3.4.2.2-08,
    RFC7644-3.4.2.2-09, RFC7644-3.4.2.2-10, RFC7644-3.4.2.2-11, RFC7644-3.4.2.2-12, RFC7644-3.4.2.2-13,
    RFC7644-3.4.2.2-14, RFC7644-3.4.2.2-15, RFC7644-3.4.2.2-19, RFC7644-3.4.2.2-20, RFC7644-3.4.2.2-21,
    RFC7644-3.4.2.2-24, RFC7644-3.4.2.2-28, RFC7644-3.4.2.2-29, RFC7644-3.4.2.2-30, RFC7644-3.4.2.2-31,
    RFC7644-3.4.2.2-32, RFC7644-3.4.2.2-33, RFC7644-3.4.2.2-34, RFC7644-3.4.2.2-38, RFC7644-3.4.2.2-39,
    RFC7644-3.4.2.2-40, RFC7644-3.4.2.2-41, RFC7644-3.4.2.2-44, RFC7644-3.4.2-11, RFC7644-3.4.3-08,
    RFC7644-3.10-01, RFC7644-3.10-02, RFC7644-3.10-03, RFC7644-3.10-04, RFC7643-2.5-03, ENTRA-04, OKTA-04."""
    assert found(three, text) == who


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "userName",
        "userName eq",
        'eq "x"',
        'userName "x"',
        'userName regex "a"',
        "active gt true",
        "active ge true",
        "active lt true",
        "active le true",
        "emails[]",
        'emails[userName eq "x"]',
        'emails[type eq "work"',
        'name eq "Ada"',
        '(userName eq "a"',
        "userName eq 'a'",
        'userName eq "a" and',
        'userName eq eq "a"',
        'userName eq"a" title pr',
        'noSuchAttribute eq "x"',
    ],
)
def test_a_filter_that_is_none_is_declined_with_a_reason(three: World, text: str) -> None:
    """RFC7644-3.4.2.2-05, RFC7644-3.4.2.2-06, RFC7644-3.4.2.2-17, RFC7644-3.4.2.2-25, RFC7644-3.4.2.2-27,
    RFC7644-3.4.2.2-32, RFC7644-3.4.2.2-36, RFC7644-3.4.2.2-37, RFC7644-3.4.2.2-43, RFC7644-3.4.3-08,
    RFC7644-3.12-18."""
    refused = [
        three.send("GET", "/Users", filter=text),
        three.send("POST", "/Users/.search", {"schemas": [SEARCH], "filter": text}),
    ]

    assert {(each.status, each.body["scimType"]) for each in refused} == {(400, "invalidFilter")}
    assert all(len(each.body["detail"]) > 30 for each in refused)


def test_groups_are_found_by_name_and_by_member(world: World) -> None:
    """RFC7644-3.4.2.2-42, OKTA-17, ENTRA-05."""
    ada = world.invite("ada@example.com")
    world.form("Design", ada)
    world.form("Sales")

    for text in (f'members.value eq "{ada}"', f'members[value eq "{ada}"]', 'displayName eq "DESIGN"'):
        assert found(world, text, "/Groups") == "D"


def test_everything_is_found_at_the_root(three: World) -> None:
    """RFC7644-3.4.2.1-02, RFC7644-3.4.2.1-05, RFC7644-3.4.2.1-06, RFC7644-3.4.3-01, RFC7644-3.4.3-02, RFC7644-3.4.3-03,
    RFC7644-3.4.3-13."""
    three.form("Design")

    assert found(three, 'userName sw "a" or displayName eq "Design"', "/") == "aD"
    assert found(three, "userName pr", "/") == "abc"
    assert found(three, 'not (userName pr) and (displayName sw "d")', "/") == "D"
    assert found(three, "displayName pr", "/Groups") == "D"


def test_a_list_tells_what_it_is_and_how_much_there_is(three: World) -> None:
    """RFC7644-3.4.2-04, RFC7644-3.4.2-05, RFC7644-3.4.2-06, RFC7644-3.4.2-07, RFC7644-3.4.2-09, RFC7644-3.4.2-10,
    RFC7644-3.4.2-12, RFC7644-3.4.2.4-06, RFC7644-3.4.2.4-08, RFC7644-3.4.2.4-09, RFC7644-3.4.2.4-10, RFC7644-3.1-04,
    RFC7644-8.2-01, OKTA-01, OKTA-02, OKTA-03, ENTRA-06, GOOGLE-03."""
    page = three.send("GET", "/Users", startIndex="2", count="1").body
    whole = three.send("GET", "/Users").body
    filtered = three.send("GET", "/Users", filter="title pr", startIndex="1").body

    assert page.pop("Resources") == whole["Resources"][1:2]
    assert page == {"schemas": [LIST], "totalResults": 3, "startIndex": 2, "itemsPerPage": 1}
    assert [len(whole["Resources"]), whole["itemsPerPage"], filtered["totalResults"]] == [3, 3, 2]
    for each in whole["Resources"]:
        assert three.send("GET", f"/Users/{each['id']}").body == each


@pytest.mark.parametrize(
    ("parameters", "who"),
    [
        ({"startIndex": "0"}, "abc"),
        ({"startIndex": "-5"}, "abc"),
        ({"count": "2"}, "ab"),
        ({"startIndex": "2", "count": "1"}, "b"),
        ({"count": "-1"}, ""),
        ({"count": "0"}, ""),
        ({"count": "5"}, "abc"),
        ({"startIndex": "4"}, ""),
        ({"filter": "title pr", "startIndex": "2", "count": "1"}, "c"),
        ({"foo": "bar", "count": "1"}, "a"),
    ],
)
def test_pages_by_index(three: World, parameters: dict[str, str], who: str) -> None:
    """RFC7644-3.4.2.4-01, RFC7644-3.4.2.4-02, RFC7644-3.4.2.4-03, RFC7644-3.4.2.4-04, RFC7644-3.4.2.4-05,
    RFC7644-3.4.2.4-06, RFC7644-3.4.2.4-11, RFC7644-3.4.2.4-13, RFC7644-3.4.2.4-14, RFC7644-3.4.2-03, ENTRA-19."""
    page = three.send("GET", "/Users", None, "right-token", **parameters)

    assert page.status == 200
    assert "".join(each["userName"][0] for each in page.body["Resources"]) == who
    assert page.body["totalResults"] == (2 if "filter" in parameters else 3)


def test_pages_by_index_cover_the_list(world: World) -> None:
    """RFC7644-3.4.2.4-12, RFC7644-3.4.2.4-11, OKTA-02."""
    for letter in "abcde":
        world.invite(f"{letter}@example.com")

    pages = [world.send("GET", "/Users", startIndex=str(index), count="2").body for index in (1, 3, 5)]

    assert "".join(each["userName"][0] for page in pages for each in page["Resources"]) == "abcde"
    assert {page["totalResults"] for page in pages} == {5}


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({"attributes": "userName"}, {"userName"}),
        ({"attributes": "title, userName"}, {"title", "userName"}),
        ({"attributes": "TITLE"}, {"title"}),
        ({"attributes": f"{USER}:userName"}, {"userName"}),
        ({"attributes": f"{ENTERPRISE}:employeeNumber"}, {ENTERPRISE}),
        ({"attributes": ENTERPRISE}, {ENTERPRISE}),
        ({"attributes": "noSuchAttribute"}, set()),
        ({"attributes": "noSuchAttribute,title"}, {"title"}),
        (
            {"excludedAttributes": "id,schemas,emails,userName,meta,name"},
            {"externalId", "title", "active", ENTERPRISE},
        ),
        (
            {"excludedAttributes": f"{ENTERPRISE},emails,meta,name.familyName"},
            {"userName", "externalId", "title", "active", "name"},
        ),
    ],
)
def test_projections(three: World, parameters: dict[str, str], shown: set[str]) -> None:
    """RFC7644-3.4.2.5-01, RFC7644-3.4.2.5-02, RFC7644-3.4.2.5-03, RFC7644-3.4.2.5-04, RFC7644-3.9-02, RFC7644-3.9-03,
    RFC7644-3.9-04, RFC7644-3.9-06, RFC7644-3.9-08, RFC7644-3.10-01, RFC7644-3.10-02, RFC7644-3.10-04,
    RFC7644-3.4.3-05, RFC7644-3.4.3-06, RFC7644-3.4.3-07, RFC7643-7-26, RFC7643-7-29."""
    ada = three.send("GET", "/Users").body["Resources"][0]["id"]
    search: dict[str, Any] = {"schemas": [SEARCH]} | {key: value.split(",") for key, value in parameters.items()}

    alone = three.send("GET", f"/Users/{ada}", None, "right-token", **parameters).body
    listed = three.send("GET", "/Users", None, "right-token", **parameters).body["Resources"][0]
    searched = three.send("POST", "/Users/.search", search).body["Resources"][0]

    assert alone.keys() - {"id", "schemas"} == shown
    assert {"id", "schemas"} <= alone.keys()
    assert listed == searched == alone


def test_parts_can_be_chosen_and_left_out(three: World) -> None:
    """RFC7644-3.9-03, RFC7644-3.9-09, RFC7644-3.10-03."""
    path = f"/Users/{three.send('GET', '/Users').body['Resources'][0]['id']}"

    chosen = three.send("GET", path, attributes=f"name.familyName,emails.value,{ENTERPRISE}:manager.value").body
    left = three.send("GET", path, excludedAttributes=f"name.familyName,{ENTERPRISE}:manager.$ref").body

    assert chosen["name"] == {"familyName": "Lovelace"}
    assert chosen["emails"] == [{"value": "ada@work.example"}, {"value": "ada@home.example"}]
    assert chosen[ENTERPRISE] == {"manager": {"value": "M-1"}}
    assert left["name"] == {"givenName": "Ada"}
    assert left[ENTERPRISE] == {"employeeNumber": "7", "manager": {"value": "M-1"}}


def test_both_projections_exclude_each_other(three: World) -> None:
    """RFC7644-3.9-07."""
    refused = three.send("GET", "/Users", attributes="userName", excludedAttributes="title")

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_members_can_be_left_out(world: World) -> None:
    """RFC7644-3.4.2.5-05, ENTRA-20."""
    design = world.form("Design", world.invite("ada@example.com"))

    assert "members" not in world.send("GET", f"/Groups/{design}", excludedAttributes="members").body
    assert "members" not in world.send("GET", "/Groups", excludedAttributes="members").body["Resources"][0]
    assert "members" in world.send("GET", "/Groups").body["Resources"][0]


def test_every_write_answers_as_the_projection_says(world: World) -> None:
    """RFC7644-3.5.2-31, RFC7644-3.9-02."""
    ada, design = world.invite("ada@example.com", title="Countess"), world.form("Design")
    title = {"op": "replace", "path": "title", "value": "Lady"}
    name = {"op": "replace", "path": "displayName", "value": "Sales"}

    user = world.patch(f"/Users/{ada}", title, attributes="title")
    group = world.patch(f"/Groups/{design}", name, attributes="displayName")

    assert (user.status, user.body.keys()) == (200, {"schemas", "id", "title"})
    assert (group.status, group.body.keys()) == (200, {"schemas", "id", "displayName"})


@pytest.mark.parametrize("schemas", [None, [], [USER], "text"])
def test_a_search_request_says_that_it_is_one(three: World, schemas: Any) -> None:
    """RFC7644-3.4.3-04."""
    refused = three.send("POST", "/Users/.search", {"schemas": schemas, "filter": "userName pr"})

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_searches_page_and_sort_as_lists_do(three: World) -> None:
    """RFC7644-3.4.3-09, RFC7644-3.4.3-10, RFC7644-3.4.3-12."""
    body = {"schemas": [SEARCH], "sortBy": "meta.created", "sortOrder": "descending", "startIndex": 2, "count": 1}
    by_name = {"schemas": [SEARCH], "sortBy": "name.familyName"}

    assert [each["userName"][0] for each in three.send("POST", "/Users/.search", body).body["Resources"]] == ["b"]
    assert three.send("POST", "/Users/.search", by_name).body["Resources"][0]["userName"] == "ada@example.com"


def test_a_put_replaces_what_it_names_and_clears_what_it_leaves_out(three: World) -> None:
    """RFC7644-3.5-01, RFC7644-3.5.1-02, RFC7644-3.5.1-15, RFC7644-3.5.1-18, RFC7644-3.1-07, OKTA-11."""
    ada = three.send("GET", "/Users").body["Resources"][0]
    body = {
        "schemas": [USER, ENTERPRISE],
        "userName": "ada@example.com",
        "name": {"givenName": "Augusta"},
        "emails": [{"value": "new@example.com"}],
        ENTERPRISE: {"department": "Numbers"},
    }

    put = three.send("PUT", f"/Users/{ada['id']}", body)

    assert put.status == 200
    assert put.body | body == put.body
    assert put.body.keys() == {"schemas", "id", "meta", "userName", "name", "emails", "active", ENTERPRISE}
    assert three.send("GET", f"/Users/{ada['id']}").body == put.body


def test_a_put_of_what_was_read_changes_nothing(three: World) -> None:
    """RFC7644-3.1-06, RFC7644-3.5.1-11, RFC7644-3.5.1-12, OKTA-11, ENTRA-36."""
    ada = three.send("GET", "/Users").body["Resources"][0]
    three.form("Design", ada["id"])
    before = three.send("GET", f"/Users/{ada['id']}").body

    put = three.send("PUT", f"/Users/{ada['id']}", before)
    deactivated = three.send("PUT", f"/Users/{ada['id']}", before | {"active": False}).body

    assert put.body == before
    assert {key for key in deactivated if deactivated[key] != before[key]} == {"active", "meta"}
    assert three.mail_to("ada@example.com") == ["invitation"]


def test_a_put_of_a_group_sets_its_members(world: World) -> None:
    """RFC7644-3.5.1-16, RFC7644-3.5-01, RFC7644-3.4.1-02, OKTA-31."""
    ada, eve = world.invite("ada@example.com"), world.invite("eve@example.com")
    design = world.form("Design", ada)

    put = world.send(
        "PUT", f"/Groups/{design}", {"schemas": [GROUP], "displayName": "Sales", "members": [{"value": eve}]}
    )

    assert (put.status, put.body["displayName"], [each["value"] for each in put.body["members"]]) == (
        200,
        "Sales",
        [eve],
    )
    assert world.send("GET", f"/Groups/{design}").body == put.body
    assert "groups" not in world.send("GET", f"/Users/{ada}").body
    assert [each["value"] for each in world.send("GET", f"/Users/{eve}").body["groups"]] == [design]


@pytest.mark.parametrize("kind", ["Users", "Groups"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_id_is_unknown_to_every_method(world: World, kind: str, method: str) -> None:
    """RFC7644-3.4.1-03, RFC7644-3.5.1-01, RFC7644-3.2-04, RFC7644-3.5.2-33, RFC7644-3.6-10, OKTA-27."""
    bodies = {
        "PUT": {"schemas": [USER if kind == "Users" else GROUP], "userName": "x@example.com", "displayName": "X"},
        "PATCH": {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "displayName", "value": "x"}]},
    }

    unknown = world.send(method, f"/{kind}/nobody", bodies.get(method))

    assert_error(unknown, 404)
    assert world.send("GET", f"/{kind}").body["totalResults"] == 0


def test_an_id_is_no_id_of_another_type(world: World) -> None:
    """RFC7644-3.4.1-01, RFC7644-3.4.1-04."""
    ada, design = world.invite("ada@example.com"), world.form("Design")

    assert world.send("GET", f"/Users/{ada}").body["id"] == ada
    assert [world.send("GET", path).status for path in (f"/Groups/{ada}", f"/Users/{design}")] == [404, 404]


def test_what_is_deleted_is_gone_for_every_method(world: World) -> None:
    """RFC7644-3.6-01, RFC7644-3.6-04, RFC7644-3.6-05, RFC7644-3.6-06, RFC7644-3.6-07, RFC7644-3.6-08, RFC7644-3.6-09,
    ENTRA-28, ENTRA-01, GOOGLE-06."""
    ada = world.invite("ada@example.com")
    path = f"/Users/{ada}"
    deleted = world.send("DELETE", path)
    again = [
        world.send("GET", path),
        world.send("PUT", path, {"schemas": [USER], "userName": "ada@example.com"}),
        world.patch(path, {"op": "add", "path": "title", "value": "x"}),
        world.send("DELETE", path),
    ]

    assert (deleted.status, deleted.body) == (204, None)
    for each in again:
        assert_error(each, 404)
    assert (
        found(world, f'id eq "{ada}"') == found(world, 'userName eq "ada@example.com"') == found(world, "id pr") == ""
    )
    assert world.invite("ada@example.com") != ada


def test_a_deleted_group_leaves_its_members_alone(world: World) -> None:
    """RFC7644-3.6-02, RFC7644-3.6-11, RFC7644-3.6-12, OKTA-25, ENTRA-29."""
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)
    world.patch(f"/Users/{ada}", {"op": "replace", "path": "active", "value": False})

    deleted = world.send("DELETE", f"/Groups/{design}")

    assert (deleted.status, deleted.body) == (204, None)
    assert "groups" not in world.send("GET", f"/Users/{ada}").body


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


@pytest.mark.parametrize("path", ["roles", "shoeSize", f"{ENTERPRISE}:shoeSize"])
def test_strict_knows_no_other_attributes(strict_world: World, path: str) -> None:
    """RFC7644-3.5.2-14."""
    ada = strict_world.invite("ada@example.com")
    known = {"op": "add", "path": "title", "value": "x"}

    refused = strict_world.patch(f"/Users/{ada}", known, {"op": "add", "path": path, "value": "x"})

    assert_error(refused, 400, "invalidPath")


def test_unknown_attributes_of_a_create_are_no_part_of_the_resource(world: World) -> None:
    """RFC7644-3.3-19, ENTRA-17."""
    created = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com", "shoeSize": 36}).body
    shoes = {"op": "add", "path": "shoeSize", "value": 36}
    patched = world.patch(f"/Users/{created['id']}", shoes, {"op": "add", "path": "title", "value": "Lady"}).body

    assert "shoeSize" not in created | patched
    assert patched["title"] == "Lady"


def test_a_create_says_where_the_resource_is(world: World) -> None:
    """RFC7644-3.3-09, RFC7644-3.3-10, RFC7644-3.3-12, RFC7644-3.3-13, RFC7644-3.3-14, RFC7643-3.1-26, OKTA-07,
    OKTA-18."""
    ada = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})
    empty = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Empty", "members": []})
    members = [{"value": ada.body["id"]}]
    full = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Full", "members": members})

    for created in (ada, empty, full):
        location = created.body["meta"]["location"]
        assert created.status == 201
        assert created.headers["location"] == created.headers["content-location"] == location
        assert world.send("GET", location.removeprefix(BASE_URL)).body["id"] == created.body["id"]
    assert [each["value"] for each in full.body["members"]] == [ada.body["id"]]


def test_a_refused_create_leaves_nothing_behind(world: World) -> None:
    """RFC7644-3.3-17."""
    world.form("Design")
    bodies: list[tuple[str, Any]] = [
        ("/Users", {"schemas": [USER], "userName": "ada@example.com", "active": "x"}),
        ("/Users", {"schemas": [USER], "userName": "ada@b@example.com"}),
        ("/Groups", {"schemas": [GROUP], "displayName": "Sales", "members": [{"value": "nobody"}]}),
        ("/Groups", {"schemas": [GROUP], "displayName": "DESIGN"}),
    ]
    before, events = world.send("GET", "/").body, world.events()

    statuses = [world.send("POST", path, body).status for path, body in bodies]

    assert statuses == [400, 400, 400, 409]
    assert (world.send("GET", "/").body, world.events()) == (before, events)


def assert_error(reply: Reply, status: int, scim_type: str | None = None) -> None:
    """The answer is an Error body as RFC 7644 section 3.12 writes it."""
    assert reply.status == status, reply.body
    assert reply.body["schemas"] == [ERROR]
    assert reply.body["status"] == str(status)
    assert reply.body["detail"]
    assert reply.headers["content-type"] == "application/scim+json"
    assert scim_type is None or reply.body["scimType"] == scim_type


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "scim_type"),
    [
        ("POST", "/Users", b"{", 400, "invalidSyntax"),
        ("POST", "/Users", b"", 400, "invalidSyntax"),
        ("POST", "/Users", b'"text"', 400, "invalidSyntax"),
        ("GET", "/Users/nobody", None, 404, None),
        ("GET", "/NoSuchType", None, 404, None),
        ("GET", "/Users/x/extra", None, 404, None),
        ("DELETE", "/Users", None, 405, None),
        ("POST", "/Users/x", {}, 405, None),
        ("GET", "/Bulk", None, 405, None),
        ("GET", "/Schemas?filter=id+eq+%22x%22", None, 403, None),
        ("GET", "/ResourceTypes?filter=id+eq+%22x%22", None, 403, None),
        ("GET", "/Me", None, 501, None),
    ],
)
def test_every_error_is_an_error_body(
    world: World, method: str, path: str, body: Any, status: int, scim_type: str | None
) -> None:
    """RFC7644-3.12-01, RFC7644-3.12-02, RFC7644-3.12-03, RFC7644-3.12-04, RFC7644-3.12-07, RFC7644-3.12-08,
    RFC7644-3.12-11, RFC7644-3.12-14, RFC7644-3.2-07, RFC7644-3.2-08, RFC7644-3.2-09, RFC7644-3.2-10, RFC7644-4-10,
    RFC7644-3.1-01, RFC7644-8.1-01, RFC7644-8.2-01, OKTA-29."""
    path, _, query = path.partition("?")
    headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"))
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    assert_error(world.send_raw(method, f"/scim/v2{path}", query, headers, content), status, scim_type)


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong-token", "Bearer right-toke", "Bearer ", "Basic right-token"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Users"),
        ("POST", "/Users"),
        ("GET", "/Users/x"),
        ("DELETE", "/Users/x"),
        ("POST", "/Bulk"),
        ("GET", "/Me"),
    ],
)
def test_a_stranger_is_told_how_to_come_in_and_nothing_else(
    world: World, method: str, path: str, authorization: str | None
) -> None:
    """RFC7644-2-03, RFC7644-2-04, RFC7644-3.12-09, OKTA-27, RFC9865-5.2-02."""
    headers = () if authorization is None else (("authorization", authorization),)

    refused = world.send_raw(method, f"/scim/v2{path}", "", headers, b"{")

    assert_error(refused, 401)
    assert refused.headers["www-authenticate"] == 'Bearer realm="scim"'


@pytest.mark.parametrize("path", ["/Schemas", "/ResourceTypes"])
def test_discovery_is_neither_paged_nor_sorted(world: World, path: str) -> None:
    """RFC7644-4-08, RFC7644-4-03, RFC7644-4-05."""
    listed = world.send("GET", path, startIndex="2", count="1", sortBy="id", sortOrder="upwards", cursor="x")

    assert listed.status == 200
    assert listed.body == world.send("GET", path).body
    assert listed.body["schemas"] == [LIST]


@pytest.mark.parametrize(("path", "status"), [("/scim/Users", 200), ("/scim/v2/Users", 200), ("/scim/v9/Users", 404)])
def test_the_version_is_the_second_or_none(world: World, path: str, status: int) -> None:
    """RFC7644-3.13-02, RFC7644-3.13-03, RFC7644-3.13-04."""
    world.invite("ada@example.com")

    answer = world.send_raw("GET", path, "", (("authorization", "Bearer right-token"),))

    assert answer.status == status
    assert status == 404 or answer.body["Resources"][0]["meta"]["location"].startswith(BASE_URL + "/Users/")


def test_text_is_utf_8_whatever_the_label_says_or_leaves_out(world: World) -> None:
    """RFC7644-3.8-01, RFC7644-3.8-02, RFC7644-3.8-06, RFC7644-8.1-02, RFC7644-3.1-02, ENTRA-02, OKTA-26, GOOGLE-02,
    GOOGLE-04."""
    for number, label in enumerate(
        (None, "application/json", "application/scim+json", "application/scim+json; charset=utf-8")
    ):
        headers = (("authorization", "Bearer right-token"), ("user-agent", "Google-Auto-Provisioning"))
        headers += () if label is None else (("content-type", label),)  # type: ignore[assignment]
        body = {"schemas": [USER], "userName": f"{number}@example.com", "displayName": "Zo\u00eb \U0001f600"}
        content = json.dumps(body, ensure_ascii=False).encode()
        created = world.send_raw("POST", "/scim/v2/Users", "", headers, content)
        deleted = world.send_raw("DELETE", f"/scim/v2/Users/{created.body['id']}", "", headers)

        assert created.body["displayName"] == "Zo\u00eb \U0001f600"
        assert created.headers["content-type"] == "application/scim+json"
        assert deleted.status == 204


def summary(resource: dict[str, Any]) -> dict[str, Any]:
    """A user without `meta`, with e-mail addresses only by their value."""
    shown = {key: value for key, value in resource.items() if key != "meta"}
    if "emails" in shown:
        shown["emails"] = [each["value"] for each in shown["emails"]]
    return shown


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Users", {"schemas": [USER], "userName": "ada@example.com"}),
        ("/Groups", {"schemas": [GROUP], "displayName": "Design"}),
    ],
)
def test_every_method_works_on_every_type(world: World, path: str, body: dict[str, Any]) -> None:
    """RFC7644-3.2-05, RFC7644-3.2-06, RFC7644-3.2-01, RFC7644-3.2-02, RFC7644-3.8-04, RFC7644-3.8-05,
    RFC7644-3.8-07."""
    made = world.send_with("content-type", "application/json", "POST", path, body)
    one = f"{path}/{made.body['id']}"
    statuses = [
        made.status,
        world.send_with("accept", "application/scim+json", "GET", path).status,
        world.send_with("accept", "application/json", "GET", one).status,
        world.send("PUT", one, body).status,
        world.patch(one, {"op": "add", "path": "externalId", "value": "x"}, attributes="id").status,
        world.send("HEAD", one).status,
        world.send("DELETE", one).status,
    ]

    assert statuses == [201, 200, 200, 200, 200, 200, 204]


def test_references_are_compared_letter_by_letter(world: World) -> None:
    """RFC7643-2.3.7-08."""
    world.invite("ada@example.com", profileUrl="https://example.com/Ada")

    assert found(world, 'profileUrl eq "https://example.com/Ada"') == "a"
    assert found(world, 'profileUrl eq "https://example.com/ada"') == ""


def test_a_bridge_does_not_redirect(world: World) -> None:
    """RFC7644-3.12-22."""
    paths = ("/scim/v2/Users/", "/scim/v2/", "/scim/", "/scim/v2//Users", "/Users", "/scim/v2/Me")

    answers = [world.send_raw("GET", path, "", (("authorization", "Bearer right-token"),)) for path in paths]

    assert [answer.status for answer in answers] == [200, 200, 200, 404, 404, 501]
