"""Every condition decided from the answers of a bridge: true, false, or undecided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.catalogue.capabilities import Capabilities
from harness.catalogue.conditions import CONDITIONS, find_unmet, not_found_out
from harness.catalogue.requirement import Requirement, load_catalogue
from harness.record.exchange import Exchange
from harness.record.message import CORE_GROUP, ENTERPRISE_USER
from tests.harness.catalogue.samples import GROUP_TYPE, PLAIN, USER_TYPE, attribute, config, schemas, types
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    SCIM,
    active,
    answered,
    error,
    get,
    history,
    joins,
    lost,
    page,
    post,
    user,
)

FOR_ADA = "/Users?filter=userName%20eq%20%22ada%40example.com%22"


def extended_by(uri: str, required: bool) -> dict[str, Any]:
    return {**USER_TYPE, "schemaExtensions": [{"schema": uri, "required": required}]}


def inner(**more: Any) -> dict[str, Any]:
    """An attribute that has one with these characteristics inside."""
    return attribute("outer", type="complex", subAttributes=[attribute(**more)])


DECIDED = {word for word, each in CONDITIONS.items() if each.holds is not not_found_out}


READ = get("/Users/u-ada", ADA)


NOTHING = types(USER_TYPE)


PATCH, BULK = "ServiceProviderConfig.patch.supported", "ServiceProviderConfig.bulk.supported"


FILTER, ETAG = "ServiceProviderConfig.filter.supported", "ServiceProviderConfig.etag.supported"


CURSOR, INDEX = "ServiceProviderConfig.pagination.cursor", "ServiceProviderConfig.pagination.index"


SORT, PASSWORD = "ServiceProviderConfig.sort.supported", "ServiceProviderConfig.changePassword.supported"


# Each condition with the answers from which it follows, and what follows.
FOUND_OUT = [
    (PATCH, (config(patch=True),), True),
    (PATCH, (config(patch=False), active()), True),
    (PATCH, (config(patch=False), joins("u-ada", status=200)), True),
    (PATCH, (config(patch=False), active(status=501), joins("u-ada", status=501)), False),
    (PATCH, (active(status=501),), None),
    (FILTER, (config(filter=True),), True),
    (FILTER, (config(filter=False), get(FOR_ADA, page())), True),
    (FILTER, (config(filter=False), get(FOR_ADA, error(400), 400)), False),
    (FILTER, (config(filter=False), READ), None),
    (FILTER, (config(filter=False), get("/Users?filter=title%20pr", page())), None),
    (SORT, (config(sort=True),), True),
    (SORT, (config(sort=False),), False),
    (BULK, (config(bulk=True),), True),
    (BULK, (config(bulk=False),), False),
    (BULK, (config(bulk={"supported": "true"}),), None),
    (BULK, (get("/ServiceProviderConfig", error(500), 500),), None),
    (f"{BULK} is false", (config(bulk=False),), True),
    (f"{BULK} is false", (config(bulk=True),), False),
    (ETAG, (config(etag=True),), True),
    (ETAG, (config(etag=False), get("/Users/u-ada", ADA, headers=(*SCIM, ("ETag", 'W/"1"')))), True),
    (ETAG, (config(etag=False), READ), False),
    (ETAG, (READ,), None),
    ("groups can be replaced", (answered("PUT", "/Groups/g-design", 200),), True),
    ("groups can be replaced", (answered("PUT", "/Groups/g-design", 405),), False),
    ("groups can be replaced", (answered("PUT", "/Groups/no-such", 404),), None),
    (PASSWORD, (config(changePassword=True),), True),
    (PASSWORD, (config(changePassword=False),), False),
    (CURSOR, (config(pagination={"cursor": True}),), True),
    (CURSOR, (config(pagination={"cursor": False}),), False),
    (CURSOR, (config(),), False),
    (INDEX, (config(),), True),
    (INDEX, (config(pagination={"cursor": True}),), True),
    (INDEX, (config(pagination={"index": False}),), False),
    ("pagination attribute present", (config(pagination={}),), True),
    ("pagination attribute present", (config(pagination=True),), True),
    ("pagination attribute present", (config(pagination="cursor"),), False),
    ("/Schemas offered", (PLAIN,), True),
    ("/Schemas offered", (get("/Schemas", error(404), 404),), False),
    ("/Schemas offered", (lost("GET", "/Schemas"),), None),
    ("/ResourceTypes offered", (NOTHING,), True),
    ("/ResourceTypes offered", (get("/ResourceTypes", error(404), 404),), False),
    ("Group resource offered", (types(USER_TYPE, GROUP_TYPE),), True),
    ("Group resource offered", (NOTHING, get("/Groups", page())), True),
    ("Group resource offered", (NOTHING, get("/Groups", error(404), 404)), False),
    ("Group resource offered", (get("/Groups", error(404), 404), get("/Groups", error(501), 501)), False),
    ("Group resource offered", (get("/Groups", error(404), 404), get("/Groups", page())), True),
    ("Group resource offered", (get("/Groups", error(500), 500),), None),
    ("Group resource offered", (types(USER_TYPE, GROUP_TYPE), get("/Groups", error(404), 404)), True),
    ("enterprise extension offered", (types(extended_by(ENTERPRISE_USER, False)),), True),
    ("enterprise extension offered", (types(extended_by("urn:x", False)),), False),
    ("an extension offered", (types(extended_by("urn:x", False)),), True),
    ("an extension offered", (NOTHING,), False),
    ("an extension with required true", (types(extended_by("urn:x", True)),), True),
    ("an extension with required true", (types(extended_by("urn:x", False)),), False),
    ("an extension with required false", (types(extended_by("urn:x", False)),), True),
    ("an extension with required false", (types(extended_by("urn:x", True)),), False),
    ("extended resource types offered", (types(USER_TYPE, GROUP_TYPE, {"name": "Device"}),), True),
    ("extended resource types offered", (types(USER_TYPE, GROUP_TYPE),), False),
    ("a schema lists id or externalId or meta", (schemas(attribute("externalId")),), True),
    ("a schema lists id or externalId or meta", (PLAIN,), False),
    ("an immutable attribute in schema", (schemas(inner(mutability="immutable"), uri=CORE_GROUP),), True),
    ("an immutable attribute in schema", (PLAIN,), False),
    ("a writeOnly attribute in schema", (schemas(attribute(mutability="writeOnly")),), True),
    ("a writeOnly attribute in schema", (PLAIN,), False),
    ("a binary attribute in schema", (schemas(inner(type="binary")),), True),
    ("a binary attribute in schema", (PLAIN,), False),
    ("a decimal attribute in schema", (schemas(attribute(type="decimal")),), True),
    ("a decimal attribute in schema", (PLAIN,), False),
    ("an integer attribute in schema", (schemas(attribute(type="integer")),), True),
    ("an integer attribute in schema", (PLAIN,), False),
    ("an attribute with returned never", (schemas(attribute(returned="never")),), True),
    ("an attribute with returned never", (PLAIN,), False),
    ("an attribute with returned request", (schemas(attribute(returned="request")),), True),
    ("an attribute with returned request", (PLAIN,), False),
    ("an attribute with uniqueness server", (schemas(attribute(uniqueness="server")),), True),
    ("an attribute with uniqueness server", (PLAIN,), False),
    ("an attribute with uniqueness global", (schemas(attribute(uniqueness="global")),), True),
    ("an attribute with uniqueness global", (PLAIN,), False),
    # A schema without it does not say no: a POST with a password may be accepted all the same.
    ("password in schema", (schemas(attribute("Password")),), True),
    ("password in schema", (PLAIN,), None),
    ("groups attribute in schema", (schemas(attribute("groups")),), True),
    ("groups attribute in schema", (schemas(attribute("groups"), uri=CORE_GROUP),), False),
    ("addresses in schema", (schemas(attribute("addresses")),), True),
    ("addresses in schema", (PLAIN,), False),
    ("ims in schema", (schemas(attribute("ims")),), True),
    ("ims in schema", (PLAIN,), False),
    ("photos in schema", (schemas(attribute("photos")),), True),
    ("photos in schema", (PLAIN,), False),
    ("x509Certificates in schema", (schemas(attribute("x509certificates")),), True),
    ("x509Certificates in schema", (PLAIN,), False),
    ("entitlements or roles in schema", (schemas(attribute("roles")),), True),
    ("entitlements or roles in schema", (PLAIN,), False),
    ("https deployment", (READ,), True),
    ("https deployment", (Exchange("http://127.0.0.1/scim", READ.request, READ.response),), False),
    # Of these a run without one says that they are not used.
    ("cookies used", (get("/Users", page(), headers=(*SCIM, ("set-cookie", "a=b"))),), True),
    ("cookies used", (READ,), False),
    ("a write is redirected", (answered("POST", "/Users", 302),), True),
    ("a write is redirected", (answered("GET", "/Users", 302),), False),
    ("a server error is met", (get("/Users", error(503), 503),), True),
    ("a server error is met", (get("/Users", error(501), 501),), False),
    ("a server error is met", (get("/Users", error(503), 503, headers=(*SCIM, ("Retry-After", "5"))),), False),
    ("the bridge throttles", (get("/Users", error(429), 429),), True),
    ("the bridge throttles", (get("/Users", error(503), 503),), False),
    ("two instances of the bridge are given", (READ, replace(READ, base="https://second.example/scim")), True),
    ("two instances of the bridge are given", (READ, READ), False),
    ("a filter of a read is forbidden", (get(FOR_ADA, error(403), 403),), True),
    ("a filter of a read is forbidden", (get("/Users", error(403), 403), get(FOR_ADA, page())), False),
    ("server emits relative references", (get("/Users/u-ada", {"meta": {"location": "Users/u-ada"}}),), True),
    ("server emits relative references", (READ,), False),
    ("displayName is made by the server", (post("/Users", NEW_ADA, user(displayName="Ada")),), True),
    (
        "displayName is made by the server",
        (post("/Users", {**NEW_ADA, "displayName": "A"}, user(displayName="A")),),
        False,
    ),
    ("groups.type supported", (get("/Users/u-ada", user(groups=[{"value": "g", "type": "direct"}])),), True),
    ("groups.type supported", (get("/Users/u-ada", user(groups=[{"value": "g"}])),), False),
    ("/Me unsupported", (get("/Me", error(501), 501),), True),
    ("/Me unsupported", (answered("GET", "/Me", 308),), False),
    ("/Me processed directly", (get("/Me", ADA),), True),
    ("/Me processed directly", (get("/Me", error(404), 404),), False),
    (
        "display declared immutable",
        (schemas(attribute("emails", subAttributes=[attribute("display", mutability="immutable")])),),
        True,
    ),
    (
        "display declared immutable",
        (schemas(attribute("emails", subAttributes=[attribute("display", mutability="readWrite")])),),
        False,
    ),
    ("an immutable attribute outside lists in schema", (schemas(attribute(mutability="immutable")),), True),
    (
        "an immutable attribute outside lists in schema",
        (schemas(attribute(multiValued=False, subAttributes=[attribute(mutability="immutable")])),),
        True,
    ),
    (
        "an immutable attribute outside lists in schema",
        (schemas(attribute(multiValued=True, subAttributes=[attribute(mutability="immutable")])),),
        False,
    ),
    ("a schema leaves out characteristics", (schemas({"name": "title"}),), True),
    (
        "a schema leaves out characteristics",
        (schemas({"name": "title", "mutability": "readWrite", "returned": "default"}),),
        False,
    ),
]


NEVER_FALSE = {"password in schema"}


@pytest.mark.parametrize(("condition", "events", "expected"), FOUND_OUT)
def test_a_condition_follows_from_the_answers(
    condition: str, events: tuple[Exchange, ...], expected: bool | None
) -> None:
    assert CONDITIONS[condition].holds(Capabilities(history(*events))) is expected


@pytest.mark.parametrize("condition", sorted(DECIDED))
def test_nothing_is_known_before_the_first_answer(condition: str) -> None:
    assert CONDITIONS[condition].holds(Capabilities(())) is None


@pytest.mark.parametrize("condition", sorted(DECIDED))
def test_every_condition_is_shown_true_and_false(condition: str) -> None:
    shown = {expected for name, _, expected in FOUND_OUT if name == condition}

    assert True in shown
    assert False in shown or condition in NEVER_FALSE


def test_every_condition_says_how_it_is_decided_and_some_requirement_has_it() -> None:
    rows = load_catalogue().values()
    used = {word for row in rows for when in (row.when, *(facet.when for facet in row.facets)) for word in when}

    assert all(each.decided_by and each.word == word for word, each in CONDITIONS.items())
    assert used >= DECIDED


def test_a_condition_that_nobody_decides_is_not_found_out() -> None:
    assert CONDITIONS["a result ceiling known"].holds(Capabilities(history(READ))) is None


BULK_ROW = load_catalogue().get("RFC7644-3.7-01")


@pytest.mark.parametrize(
    ("requirement", "events", "expected"),
    [
        (BULK_ROW, (config(bulk=False),), BULK),
        (BULK_ROW, (config(bulk=True),), None),
        (BULK_ROW, (), None),
        (load_catalogue().get("RFC7644-3.3-12"), (config(bulk=False),), None),
    ],
    ids=["known not to hold", "holds", "not found out", "no condition"],
)
def test_only_a_condition_that_is_known_not_to_hold_is_unmet(
    requirement: Requirement, events: tuple[Exchange, ...], expected: str | None
) -> None:
    assert find_unmet(requirement.when, Capabilities(history(*events))) == expected


@pytest.mark.parametrize("body", [b"<p>", b"[]", b'{"Resources": 5}', b'{"Resources": [5, {"attributes": [5]}]}'])
def test_a_broken_discovery_document_makes_nothing_stumble(body: bytes) -> None:
    seen = Capabilities(
        history(get("/ServiceProviderConfig", body), get("/ResourceTypes", body), get("/Schemas", body))
    )

    assert {CONDITIONS[condition].holds(seen) for condition in DECIDED} <= {True, False, None}
    assert seen.feature("bulk") is None
