"""Bulk requests: RFC 7644 section 3.7."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.scim.capabilities import Capabilities
from bridge_ref.scim.limits import Limits
from tests.bridge_ref.world import BASE_URL, ENTERPRISE, GROUP, PATCH, USER, Reply, World

REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"


@pytest.fixture
def single_world(tmp_path: Path) -> Iterator[World]:
    """A bridge that takes one request at a time."""
    made = World(tmp_path / "data", capabilities=Capabilities(bulk=False))
    yield made
    made.close()


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    """A bridge that takes little at a time."""
    made = World(tmp_path / "data", limits=Limits(max_operations=2, max_bulk_bytes=700))
    yield made
    made.close()


def create(bulk_id: str, **attributes: Any) -> dict[str, Any]:
    """An operation that makes a user."""
    data = {"schemas": [USER], "userName": f"{bulk_id}@example.com", **attributes}
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def form(bulk_id: str, *members: str) -> dict[str, Any]:
    """An operation that makes a group."""
    data = {"schemas": [GROUP], "displayName": bulk_id, "members": [{"value": each} for each in members]}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def send(world: World, *operations: Any, **fields: Any) -> Reply:
    """Send a bulk request."""
    return world.send("POST", "/Bulk", {"schemas": [REQUEST], "Operations": list(operations), **fields})


def statuses(reply: Reply) -> list[str]:
    """The statuses of all entries."""
    assert reply.status == 200, reply.body
    return [entry["status"] for entry in reply.body["Operations"]]


def test_every_method_works(world: World) -> None:
    """RFC7644-3.7-02, RFC7644-3.7-08, RFC7644-3.7-14, RFC7644-3.7-18, RFC7644-3.7-20, RFC7644-3.7.3-01,
    RFC7644-3.7.3-03."""
    ada, eve, design = world.invite("ada@example.com"), world.invite("eve@example.com"), world.form("Design")
    title = {"schemas": [PATCH], "Operations": [{"op": "add", "path": "title", "value": "Countess"}]}
    join = {"schemas": [PATCH], "Operations": [{"op": "add", "path": "members", "value": [{"value": ada}]}]}

    done = send(
        world,
        create("grace"),
        {"method": "PUT", "path": f"/Users/{ada}", "data": {"schemas": [USER], "userName": "ada@example.net"}},
        {"method": "PATCH", "path": f"/Users/{ada}", "data": title},
        {"method": "PATCH", "path": f"/Groups/{design}", "data": join},
        {"method": "DELETE", "path": f"/Users/{eve}"},
    )

    shown = world.send("GET", f"/Users/{ada}").body
    assert done.body["schemas"] == [RESPONSE]
    assert statuses(done) == ["201", "200", "200", "204", "204"]
    assert [entry["method"] for entry in done.body["Operations"]] == ["POST", "PUT", "PATCH", "PATCH", "DELETE"]
    assert (shown["userName"], shown["title"], shown["groups"][0]["value"]) == ("ada@example.net", "Countess", design)
    assert world.send("GET", f"/Users/{eve}").status == 404


def test_an_entry_tells_place_and_version(world: World) -> None:
    """RFC7644-3.7-15, RFC7644-3.7-23, RFC7644-3.7-27, RFC7644-3.7.3-02."""
    ada = world.invite("ada@example.com")
    taken = {"schemas": [USER], "userName": "grace@example.com"}

    done = send(world, create("grace"), create("ada"), {"method": "PUT", "path": f"/Users/{ada}", "data": taken})

    made, conflict, put = done.body["Operations"]
    read = world.send("GET", made["location"].removeprefix(BASE_URL))
    assert statuses(done) == ["201", "409", "409"]
    assert (made["bulkId"], made["version"]) == ("grace", read.headers["etag"])
    assert "response" not in made
    assert (conflict["bulkId"], conflict["response"]["scimType"]) == ("ada", "uniqueness")
    assert "location" not in conflict
    assert put["location"] == f"{BASE_URL}/Users/{ada}"


def test_an_error_does_not_stop_the_others(world: World) -> None:
    """RFC7644-3.7-16, RFC7644-3.7-19, RFC7644-3.7-22, RFC7644-3.7.3-04."""
    done = send(world, create("ada"), create("bad", userName=""), create("grace"))

    error = done.body["Operations"][1]
    assert statuses(done) == ["201", "400", "201"]
    assert (error["response"]["status"], error["response"]["scimType"]) == ("400", "invalidValue")
    assert error["response"]["detail"]
    assert world.send("GET", "/Users").body["totalResults"] == 2


@pytest.mark.parametrize(("limit", "expected"), [(1, ["201", "400"]), (2, ["201", "400", "201", "400"]), (3, None)])
def test_the_job_ends_after_as_many_errors_as_are_allowed(world: World, limit: int, expected: list[str] | None) -> None:
    """RFC7644-3.7-04, RFC7644-3.7-05."""
    operations = [create("a"), create("b", userName=""), create("c"), create("d", userName=""), create("e")]

    done = send(world, *operations, failOnErrors=limit)

    assert statuses(done) == (expected or ["201", "400", "201", "400", "201"])
    assert "failOnErrors" not in done.body
    assert world.send("GET", "/Users").body["totalResults"] == statuses(done).count("201")


def test_references_become_ids_wherever_they_stand(world: World) -> None:
    """RFC7644-3.7.2-01, RFC7644-3.7.2-02, RFC7644-3.7.2-04."""
    leave = {"op": "remove", "path": 'members[value eq "bulkId:ada"]'}

    done = send(
        world,
        create("grace"),
        create("ada", **{ENTERPRISE: {"manager": {"value": "bulkId:grace"}}}),
        form("Design", "bulkId:ada", "bulkId:grace"),
        {"method": "PATCH", "path": "/Groups/bulkId:Design", "data": {"schemas": [PATCH], "Operations": [leave]}},
    )

    grace, ada, design, _ = [entry["location"].removeprefix(BASE_URL) for entry in done.body["Operations"]]
    assert statuses(done) == ["201", "201", "201", "204"]
    assert world.send("GET", ada).body[ENTERPRISE]["manager"]["value"] == grace.removeprefix("/Users/")
    assert world.members_of(design.removeprefix("/Groups/")) == [grace.removeprefix("/Users/")]
    assert done.body["Operations"][3]["location"] == BASE_URL + design


def test_a_reference_can_point_forward(world: World) -> None:
    """RFC7644-3.7.2-01, RFC7644-3.7-25."""
    done = send(world, form("Design", "bulkId:ada"), create("ada"))

    design, ada = [entry["location"].rpartition("/")[2] for entry in done.body["Operations"]]
    assert statuses(done) == ["201", "201"]
    assert world.members_of(design) == [ada]


def test_references_can_go_round_in_a_circle(world: World) -> None:
    """RFC7644-3.7.1-01."""
    managed_by = {name: {ENTERPRISE: {"manager": {"value": f"bulkId:{name}"}}} for name in ("ada", "grace")}

    done = send(world, create("ada", **managed_by["grace"]), create("grace", **managed_by["ada"]))

    ada, grace = [entry["location"].rpartition("/")[2] for entry in done.body["Operations"]]
    assert world.send("GET", f"/Users/{ada}").body[ENTERPRISE]["manager"]["value"] == grace
    assert world.send("GET", f"/Users/{grace}").body[ENTERPRISE]["manager"]["value"] == ada


def test_a_chain_of_references_can_be_as_long_as_the_job(world: World) -> None:
    chain = [create(f"u{n}", **{ENTERPRISE: {"manager": {"value": f"bulkId:u{n + 1}"}}}) for n in range(999)]

    assert set(statuses(send(world, *chain, create("u999")))) == {"201"}


@pytest.mark.parametrize(("target", "status"), [("nobody", "400"), ("bad", "409")])
def test_a_reference_to_nothing_is_an_error(world: World, target: str, status: str) -> None:
    """RFC7644-3.7.2-03, RFC7644-3.7.1-02."""
    done = send(world, create("bad", userName=""), form("Design", f"bulkId:{target}"))

    assert statuses(done) == ["400", status]
    assert world.send("GET", "/Groups").body["totalResults"] == 0


def test_a_text_that_only_looks_like_a_reference_stays(world: World) -> None:
    done = send(world, create("ada", title="bulkId:nobody is a title", nickName="See bulkId:nobody"))

    assert statuses(done) == ["201"]


def test_what_is_made_can_be_changed_and_deleted_in_the_same_job(world: World) -> None:
    """RFC7644-3.7-25."""
    title = {"schemas": [PATCH], "Operations": [{"op": "add", "path": "title", "value": "Countess"}]}

    done = send(
        world,
        create("ada"),
        {"method": "PATCH", "path": "/Users/bulkId:ada", "data": title},
        {"method": "DELETE", "path": "/Users/bulkId:ada"},
        {"method": "PATCH", "path": "/Users/bulkId:ada", "data": title},
    )

    assert statuses(done) == ["201", "200", "204", "404"]
    assert world.send("GET", "/Users").body["totalResults"] == 0


def test_an_operation_can_ask_for_a_version(world: World) -> None:
    """RFC7644-3.7-10."""
    ada = world.invite("ada@example.com")
    put = {"method": "PUT", "path": f"/Users/{ada}", "data": {"schemas": [USER], "userName": "ada@example.com"}}

    done = send(world, {**put, "version": 'W/"0"'}, {**put, "version": 'W/"1"'}, {**put, "version": "no tag"})

    assert statuses(done) == ["412", "200", "400"]


@pytest.mark.parametrize(
    "operation",
    [
        "POST",
        {**create("ada"), "method": "GET"},
        {**create("ada"), "method": None},
        {**create("ada"), "method": "post"},
        {**create("ada"), "bulkId": None},
        {**create("ada"), "bulkId": ""},
        {**create("ada"), "bulkId": 7},
        {**create("ada"), "path": None},
        {**create("ada"), "path": "/Users/x"},
        {**create("ada"), "path": "/Users?count=1"},
        {**create("ada"), "path": "/Bulk"},
        {**create("ada"), "path": "Users"},
        {**create("ada"), "data": None},
        {**create("ada"), "data": []},
        {"method": "PUT", "path": "/Users", "data": {}},
        {"method": "DELETE", "path": "/Users"},
        {"method": "DELETE", "path": "/Users/x/y"},
        {"method": "DELETE", "path": "/Schemas/x"},
        {"method": "PATCH", "path": "/Users/x"},
        {"method": "DELETE", "path": "/Users/x", "version": 1},
    ],
)
def test_an_operation_that_is_none_fails_alone(world: World, operation: Any) -> None:
    """RFC7644-3.7-07, RFC7644-3.7-08, RFC7644-3.7-09, RFC7644-3.7-11, RFC7644-3.7-12, RFC7644-3.7-13."""
    done = send(world, operation, create("grace"))

    assert statuses(done) == ["400", "201"]
    assert world.send("GET", "/Users").body["totalResults"] == 1


@pytest.mark.parametrize(
    ("body", "scim_type"),
    [
        (b"{", "invalidSyntax"),
        ([], "invalidSyntax"),
        ({"schemas": [REQUEST]}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": {}}, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": []}, "invalidSyntax"),
        ({"Operations": [create("ada")]}, "invalidValue"),
        ({"schemas": [PATCH], "Operations": [create("ada")]}, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [create("ada")], "failOnErrors": 0}, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [create("ada")], "failOnErrors": "1"}, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [create("ada"), create("ada")]}, "invalidValue"),
    ],
)
def test_a_job_that_is_none_is_refused_as_a_whole(world: World, body: Any, scim_type: str) -> None:
    """RFC7644-3.7-01, RFC7644-3.7-06, RFC7644-3.7-21."""
    refused = world.send("POST", "/Bulk", body)

    assert (refused.status, refused.body["scimType"]) == (400, scim_type)
    assert world.send("GET", "/Users").body["totalResults"] == 0


def test_a_job_that_is_too_large_is_refused_by_name(small_world: World) -> None:
    """RFC7644-3.7.4-01, RFC7644-3.7.4-03, RFC7644-3.7.4-04, RFC7644-3.7.4-05."""
    many = send(small_world, create("a"), create("b"), create("c"))
    long = send(small_world, create("a", title="x" * 700))

    bulk = small_world.send("GET", "/ServiceProviderConfig").body["bulk"]
    assert bulk == {"supported": True, "maxOperations": 2, "maxPayloadSize": 700}
    assert (many.status, "maxOperations (2)" in many.body["detail"]) == (413, True)
    assert (long.status, "maxPayloadSize (700 bytes)" in long.body["detail"]) == (413, True)
    assert small_world.send("GET", "/Users").body["totalResults"] == 0


def test_a_bridge_without_bulk_says_so(single_world: World) -> None:
    """RFC7644-3.7-26, RFC7643-5-28."""
    refused = send(single_world, create("ada"))

    assert single_world.send("GET", "/ServiceProviderConfig").body["bulk"]["supported"] is False
    assert (refused.status, refused.body["status"]) == (501, "501")
    assert single_world.send("GET", "/Users").body["totalResults"] == 0
