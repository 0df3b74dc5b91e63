"""A leniency applies wherever what it forgives can be written: body, path, pathless key, filter, `attributes`, Bulk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import pytest

from bridge_ref.scim.leniency import Leniency
from tests.bridge_ref.world import ENTERPRISE, GROUP, PATCH, USER, Reply, World

PLACES = ("body", "path", "key", "filter", "attributes", "bulk")
DRAFT = "urn:scim:schemas:core:1.0"
DRAFT_ENTERPRISE = "urn:scim:schemas:extension:enterprise:1.0"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
STORED: dict[str, Any] = {
    "title": "Countess",
    "name": {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"},
    ENTERPRISE: {"department": "Numbers", "manager": {"value": "OLD"}},
}
Send = Callable[[World, str, str, Any], Reply]


@dataclass(frozen=True)
class Case:
    """A request that needs a leniency, and what Ada or the answer shows then at `at`; `{ada}` stands for her id."""

    leniency: str
    place: str
    request: Any
    at: tuple[Any, ...]
    wanted: Any


def put(**attributes: Any) -> tuple[str, str, Any]:
    """PUT of Ada, with her name and these attributes."""
    return "PUT", "/Users/{ada}", {"schemas": [USER], "userName": "ada@example.com", **attributes}


def patch(*operations: Any, to: str = "/Users/{ada}") -> tuple[str, str, Any]:
    """PATCH with these operations."""
    return "PATCH", to, {"schemas": [PATCH], "Operations": list(operations)}


def at_path(path: str, value: Any) -> tuple[str, str, Any]:
    """A replace at a path."""
    return patch({"op": "replace", "path": path, "value": value})


def by_key(**values: Any) -> tuple[str, str, Any]:
    """A replace without a path."""
    return patch({"op": "replace", "value": values})


def found(text: str) -> tuple[str, str, Any]:
    """A search by that filter."""
    return "GET", "/Users", {"filter": text}


def shown(names: str) -> tuple[str, str, Any]:
    """A read of Ada with these attributes."""
    return "GET", "/Users/{ada}", {"attributes": names}


WORK = 'emails[type eq "work"].value'
MANAGER_AT = (ENTERPRISE, "manager", "value")
BY_VALUE = {"op": "remove", "path": "members", "value": [{"value": "{ada}"}]}
CASES = (
    Case("string_booleans", "body", put(active="False"), ("active",), False),
    Case("string_booleans", "path", at_path("active", "False"), ("active",), False),
    Case("string_booleans", "key", by_key(active="False"), ("active",), False),
    Case("string_booleans", "filter", found('active eq "True"'), ("totalResults",), 1),
    Case("value_filter_creates", "path", at_path(WORK, "a@w.example"), ("emails", 0, "value"), "a@w.example"),
    Case("value_filter_creates", "key", by_key(**{WORK: "a@w.example"}), ("emails", 0, "value"), "a@w.example"),
    Case("remove_with_value", "path", patch(BY_VALUE, to="/Groups/{design}"), ("groups",), None),
    Case("dotted_keys", "body", put(**{"name.givenName": "Augusta"}), ("name", "givenName"), "Augusta"),
    Case("dotted_keys", "key", by_key(**{"name.givenName": "Augusta"}), ("name", "givenName"), "Augusta"),
    Case("loose_manager", "body", put(manager="M-1"), MANAGER_AT, "M-1"),
    Case("loose_manager", "path", at_path("manager", "M-1"), MANAGER_AT, "M-1"),
    Case("loose_manager", "key", by_key(manager="M-1"), MANAGER_AT, "M-1"),
    Case("loose_manager", "filter", found('id eq "{ada}" and manager eq "OLD"'), ("totalResults",), 1),
    Case("loose_manager", "attributes", shown("manager"), MANAGER_AT, "OLD"),
    Case(
        "unknown_attributes",
        "path",
        patch({"op": "replace", "path": "shoeSize", "value": 36}, {"op": "replace", "path": "title", "value": "x"}),
        ("title",),
        "x",
    ),
    Case("unknown_attributes", "key", by_key(shoeSize=36, title="x"), ("title",), "x"),
    Case("op_in_any_case", "path", patch({"op": "Replace", "path": "title", "value": "x"}), ("title",), "x"),
    Case("op_in_any_case", "key", patch({"op": "Replace", "value": {"title": "x"}}), ("title",), "x"),
    Case("country_names", "body", put(addresses=[{"country": "Sweden"}]), ("addresses", 0, "country"), "Sweden"),
    Case("country_names", "path", at_path("addresses", [{"country": "Sweden"}]), ("addresses", 0, "country"), "Sweden"),
    Case(
        "country_names", "key", by_key(addresses=[{"country": "Sweden"}]), ("addresses", 0, "country"), "Sweden"
    ),
    Case("values_as_sent", "body", put(emails=[{"value": "a@W.EXAMPLE"}]), ("emails", 0, "value"), "a@W.EXAMPLE"),
    Case(
        "values_as_sent", "path", at_path("emails", [{"value": "a@W.EXAMPLE"}]), ("emails", 0, "value"), "a@W.EXAMPLE"
    ),
    Case("values_as_sent", "key", by_key(emails=[{"value": "a@W.EXAMPLE"}]), ("emails", 0, "value"), "a@W.EXAMPLE"),
    Case("read_only_in_pathless", "key", by_key(id="x", title="x"), ("title",), "x"),
    Case(
        "stale_formatted",
        "body",
        put(name={"givenName": "Augusta", "familyName": "King", "formatted": "Ada Byron"}),
        ("name", "formatted"),
        "Augusta King",
    ),
    Case("stale_formatted", "path", at_path("name.familyName", "King"), ("name", "formatted"), "Ada King"),
    Case("stale_formatted", "key", by_key(name={"familyName": "King"}), ("name", "formatted"), "Ada King"),
    Case("missing_patch_schemas", "path", (*at_path("title", "x")[:2], {"Operations": [
        {"op": "replace", "path": "title", "value": "x"}]}), ("title",), "x"),
    Case("missing_patch_schemas", "key", (*by_key(title="x")[:2], {"Operations": [
        {"op": "replace", "value": {"title": "x"}}]}), ("title",), "x"),
    Case("missing_schemas", "body", ("PUT", "/Users/{ada}", {"userName": "ada@example.com", "title": "x"}),
         ("title",), "x"),
    Case("draft_schemas", "body", ("PUT", "/Users/{ada}", {
        "schemas": [DRAFT], "userName": "ada@example.com", DRAFT_ENTERPRISE: {"department": "Engines"}}),
        (ENTERPRISE, "department"), "Engines"),
    Case("draft_schemas", "path", at_path(f"{DRAFT_ENTERPRISE}:department", "Engines"),
         (ENTERPRISE, "department"), "Engines"),
    Case("draft_schemas", "key", by_key(**{f"{DRAFT}:title": "x"}), ("title",), "x"),
    Case("draft_schemas", "filter", found(f'{DRAFT}:userName eq "ada@example.com"'), ("totalResults",), 1),
    Case("draft_schemas", "attributes", shown(f"{DRAFT}:title"), ("title",), "Countess"),
)  # fmt: skip
_NO_NAME = "it is about values or writes, and a filter and `attributes` hold names"
_AS_STORED = "a filter compares with what is stored, and what is stored is what was let in"
NOWHERE = {
    ("string_booleans", "attributes"): "`attributes` holds no values",
    ("value_filter_creates", "body"): "a body has lists, and selects no value",
    ("value_filter_creates", "filter"): _NO_NAME,
    ("value_filter_creates", "attributes"): _NO_NAME,
    ("remove_with_value", "body"): "a body removes nothing",
    ("remove_with_value", "key"): "a remove needs a path (RFC 7644 section 3.5.2.2)",
    ("remove_with_value", "filter"): _NO_NAME,
    ("remove_with_value", "attributes"): _NO_NAME,
    ("dotted_keys", "path"): "a dot in a path is the RFC's own (section 3.10)",
    ("dotted_keys", "filter"): "a dot in a filter is the RFC's own",
    ("dotted_keys", "attributes"): "a dot in `attributes` is the RFC's own",
    ("unknown_attributes", "body"): "the RFC lets a server pass over what it does not know (section 3.3)",
    ("unknown_attributes", "filter"): "it forgives writes; who searches by what is not there finds nobody",
    ("unknown_attributes", "attributes"): "the RFC passes over what a server does not know",
    ("op_in_any_case", "body"): "a body has no operations",
    ("op_in_any_case", "filter"): "operators of filters have any letter case by the RFC",
    ("op_in_any_case", "attributes"): _NO_NAME,
    ("country_names", "filter"): _AS_STORED,
    ("country_names", "attributes"): _NO_NAME,
    ("values_as_sent", "filter"): _AS_STORED,
    ("values_as_sent", "attributes"): _NO_NAME,
    ("read_only_in_pathless", "body"): "the RFC passes over read-only attributes in a body (section 3.5.1)",
    ("read_only_in_pathless", "path"): "who names a read-only attribute in a path means it",
    ("read_only_in_pathless", "filter"): _NO_NAME,
    ("read_only_in_pathless", "attributes"): _NO_NAME,
    ("stale_formatted", "filter"): _AS_STORED,
    ("stale_formatted", "attributes"): _NO_NAME,
    ("missing_patch_schemas", "body"): "`missing_schemas` is about bodies",
    ("missing_patch_schemas", "filter"): "a filter has no `schemas`",
    ("missing_patch_schemas", "attributes"): "`attributes` has no `schemas`",
    ("missing_schemas", "path"): "`missing_patch_schemas` is about PATCH",
    ("missing_schemas", "key"): "`missing_patch_schemas` is about PATCH",
    ("missing_schemas", "filter"): "a filter has no `schemas`",
    ("missing_schemas", "attributes"): "`attributes` has no `schemas`",
    **{("any_accept", place): "a header stands in no body" for place in PLACES},
}


def directly(world: World, method: str, path: str, body: Any) -> Reply:
    """The request as it stands; of a GET the body holds its parameters."""
    return world.send(method, path, **body) if method == "GET" else world.send(method, path, body)


def in_bulk(world: World, method: str, path: str, body: Any) -> Reply:
    """The same as the only operation of a Bulk request."""
    operation = {"method": method, "path": path, "data": body}
    reply = world.send("POST", "/Bulk", {"schemas": [BULK], "Operations": [operation]})
    return Reply(int(reply.body["Operations"][0]["status"]), {}, None)


def seen(world: World, case: Case, send: Send) -> Any:
    """What the case's request leaves, or shows: None where it was refused."""
    ada = world.invite("ada@example.com", **STORED)
    design = world.form("Design", ada)
    method, path, body = (_filled(part, ada, design) for part in case.request)
    reply = send(world, method, path, body)
    if reply.status >= 300:
        return "refused"
    value = reply.body if method == "GET" else world.send("GET", f"/Users/{ada}").body
    for key in case.at:
        value = value[key] if isinstance(key, int) and value else (value or {}).get(key)
    return value


def _filled(part: Any, ada: str, design: str) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, ada, design) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, ada, design) for value in part]
    return part.replace("{ada}", ada).replace("{design}", design) if isinstance(part, str) else part


def test_every_leniency_has_a_case_or_a_reason_at_every_place() -> None:
    told = {(case.leniency, case.place) for case in CASES}
    through_bulk = {(case.leniency, "bulk") for case in CASES if case.place in ("body", "path", "key")}
    every = {(each.name, place) for each in fields(Leniency) for place in PLACES}

    assert told & NOWHERE.keys() == set()
    assert told | through_bulk | NOWHERE.keys() == every


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.leniency}-{case.place}")
def test_it_applies_at_its_place(world: World, case: Case) -> None:
    assert seen(world, case, directly) == case.wanted


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.place in ("body", "path", "key")],
    ids=lambda case: f"{case.leniency}-{case.place}",
)
def test_it_applies_in_bulk(world: World, case: Case) -> None:
    assert seen(world, case, in_bulk) == case.wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.leniency}-{case.place}")
def test_without_it_the_same_is_refused_or_not_done(strict_world: World, case: Case) -> None:
    assert seen(strict_world, case, directly) != case.wanted


def test_names_of_the_drafts_alone(world: World) -> None:
    """A group, too, and an order."""
    ada = world.invite("ada@example.com")
    world.invite("eve@example.com")
    body = {"schemas": [DRAFT], "displayName": "Design", "members": [{"value": ada}]}

    made = world.send("POST", "/Groups", body)
    listed = world.send("GET", "/Users", sortBy=f"{DRAFT}:userName", sortOrder="descending")

    assert (made.status, made.body["schemas"], world.members_of(made.body["id"])) == (201, [GROUP], [ada])
    assert [each["userName"] for each in listed.body["Resources"]] == ["eve@example.com", "ada@example.com"]
