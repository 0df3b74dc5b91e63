from collections.abc import Mapping
from typing import Any

import pytest

from harness.catalogue.requirement import Level, load_catalogue
from harness.errors import SchemaError
from harness.schema.explain import explainer
from harness.schema.registry import Violation, decider, get_schema, requirements_reached, schema_names
from harness.schema.validate import validate

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

Document = dict[str, Any]

ADA: Document = {
    "schemas": [USER],
    "id": "u1",
    "userName": "ada@example.com",
    "active": True,
    "emails": [{"value": "ada@example.com", "type": "work", "primary": True}],
    "meta": {
        "resourceType": "User",
        "created": "2026-03-01T08:00:00Z",
        "lastModified": "2026-03-01T08:00:00.123+01:00",
        "location": "https://bridge.example/scim/Users/u1",
    },
}
DESIGN: Document = {"schemas": [GROUP], "id": "g1", "displayName": "Design"}
OFF = {"supported": False}
SETTINGS: Document = {
    "schemas": [CONFIG],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": 100},
    "changePassword": OFF,
    "sort": OFF,
    "etag": OFF,
    "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}],
}
USERS: Document = {"schemas": [RESOURCE_TYPE], "name": "User", "endpoint": "/Users", "schema": USER}
NAME_SCHEMA: Document = {
    "schemas": [SCHEMA],
    "id": USER,
    "attributes": [{"name": "userName", "type": "string", "multiValued": False}],
}
DONE: Document = {"method": "PUT", "status": "200", "location": "https://bridge.example/scim/Users/u1"}

REPORT: Document = {
    "schema": "bridgecheck/report/1",
    "suite": {"version": "0.1.0", "seed": 7, "mode": "full", "duration_s": 8.1, "exchanges": 5123},
    "target": {"name": "reference", "url": "http://127.0.0.1:1/scim/v2", "capabilities": {}},
    "verdict": {
        "exit_code": 1,
        "name": "conformance failure",
        "readiness": {"okta": {"verdict": "not_ready", "sentence": "Nobody is suspended."}},
    },
    "totals": {
        "requirements": 1,
        "judged": 1,
        "pass": 0,
        "warn": 0,
        "fail": 1,
        "error": 0,
        "skip": 0,
        "waived": 0,
    },
    "requirements": [
        {
            "id": "SEED-16",
            "level": "MUST",
            "verdict": "fail",
            "by_claim": {"bridge": "fail"},
            "by_dialect": {"okta-oin": "fail"},
            "reason": None,
            "recorded": None,
            "judged_by": ["suspended_member_is_suspended"],
            "findings": [{"expected": "SUSPENDED", "actual": "ACTIVE", "pointer": "/state", "entry": 41, "curl": ""}],
        }
    ],
}
OKTA_ADA: Document = {
    "schemas": [USER],
    "userName": "ada@example.com",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"primary": True, "value": "ada@example.com", "type": "work"}],
    "displayName": "Ada Lovelace",
    "locale": "en-US",
    "externalId": "00u1f7ada0lovelace00",
    "groups": [],
    "password": "x8Zr2mKd",
    "active": True,
}
ENTRA_ADA: Document = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "ada",
    "userName": "ada@example.com",
    "active": True,
    "displayName": "Ada Lovelace",
    "emails": [{"primary": True, "type": "work", "value": "ada@example.com"}],
    "meta": {"resourceType": "User"},
    "roles": [],
    ENTERPRISE: {"department": "Design"},
    "urn:example:custom": {"badge": "7"},
}
GOOGLE_ADA: Document = {
    "schemas": ["urn:scim:schemas:core:1.0", USER],
    "userName": "ada@example.com",
    "emails": [{"primary": True, "value": "ada@example.com", "type": "work"}],
    "displayName": "Ada Lovelace",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "active": True,
}
ENTRA_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


def patched(*operations: Document) -> Document:
    return {"schemas": [PATCH], "Operations": list(operations)}


def listed(**parts: object) -> Document:
    return {"schemas": [LIST], "totalResults": 1, **parts}


def bulk(*operations: Document) -> Document:
    return {"schemas": [BULK], "Operations": list(operations)}


GOOD = [
    ("rfc7643/user", ADA),
    ("rfc7643/user", {"schemas": [USER], "id": "u1"}),
    ("rfc7643/user", ADA | {"nickName": None, "emails": None, "name": None, "active": None}),
    ("rfc7643/user", ADA | {"phoneNumbers": [], "shoeSize": 43, "urn:example:hats": {"size": 7}}),
    ("rfc7643/user", ADA | {"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": "u2"}}}),
    ("rfc7643/user", ADA | {"photos": [{"value": "../photos/ada.png"}], "profileUrl": "urn:example:ada"}),
    ("rfc7643/user", ADA | {"meta": {"created": "2026-03-01T08:00:00"}}),
    ("rfc7643/user", ADA | {"x509Certificates": [{"value": "TUlJ"}]}),
    ("rfc7643/group", DESIGN),
    ("rfc7643/group", DESIGN | {"members": None}),
    ("rfc7643/group", DESIGN | {"members": [{"value": "u1", "$ref": "../Users/u1", "display": "Ada"}]}),
    ("rfc7643/service-provider-config", SETTINGS),
    ("rfc7643/service-provider-config", SETTINGS | {"pagination": {"cursor": True, "index": True}}),
    ("rfc7643/resource-type", USERS),
    ("rfc7643/resource-type", USERS | {"schemaExtensions": [{"schema": ENTERPRISE, "required": False}]}),
    ("rfc7643/schema", NAME_SCHEMA),
    ("rfc7644/list-response", listed(totalResults=0)),
    ("rfc7644/list-response", listed(Resources=[ADA])),
    ("rfc7644/list-response", listed(totalResults=9, startIndex=1, itemsPerPage=0)),
    ("rfc7644/list-response", listed(Resources=[USERS | {"id": None}, NAME_SCHEMA])),
    ("rfc7644/list-response", {"schemas": [LIST], "nextCursor": "a-b_c", "Resources": [ADA]}),
    ("rfc9865/list-response", {"schemas": [LIST], "Resources": [DESIGN]}),
    ("rfc7644/error", {"schemas": [ERROR], "status": "404"}),
    ("rfc7644/error", {"schemas": [ERROR], "status": "400", "scimType": None, "detail": "No."}),
    ("rfc7644/patch-op", patched({"op": "remove", "path": "title"})),
    (
        "rfc7644/bulk-response",
        bulk(DONE, {"method": "POST", "status": "409", "response": {"schemas": [ERROR], "status": "409"}}),
    ),
    ("rfc7644/bulk-response", bulk(DONE | {"status": {"code": "200"}})),
    ("requests/okta/user-patch", patched({"op": "replace", "value": {"active": False}})),
    ("requests/entra/user-patch", patched({"op": "Replace", "path": "active", "value": "False"})),
    ("requests/entra/group-patch", patched({"op": "Remove", "path": "members", "value": [{"value": "u1"}]})),
    ("requests/okta/user-create", OKTA_ADA),
    ("requests/okta/user-replace", OKTA_ADA | {"id": "u1", "meta": {}, "shoeSize": 43}),
    ("requests/okta/group-create", {"schemas": [GROUP], "displayName": "Design", "members": []}),
    ("requests/okta/group-patch", patched({"op": "remove", "path": 'members[value eq "u1"]'})),
    ("requests/okta/group-patch", patched({"op": "replace", "value": {"id": "g1", "displayName": "Sales"}})),
    ("requests/entra/user-create", ENTRA_ADA),
    (
        "requests/entra/group-create",
        {"schemas": [GROUP, ENTRA_GROUP], "displayName": "D", "meta": {"resourceType": "Group"}},
    ),
    ("requests/google/user-create", GOOGLE_ADA),
    ("requests/google/user-replace", GOOGLE_ADA | {"id": "u1"}),
    ("requests/google/user-patch", patched({"op": "replace", "path": "active", "value": False})),
    ("report/conformance", REPORT),
    ("probe/health", {"status": "ok", "reports": []}),
    (
        "profile/profile",
        {"start": "./bridge --port {port}", "claim": "rfc,okta", "seed": 3},
    ),
    ("profile/profile", {"url": "https://bridge.example/scim", "token_env": "TOKEN", "suite": ["protocol"]}),
]

BAD = [
    ("rfc7643/user", [ADA]),
    ("rfc7643/user", {"schemas": [USER]}),
    ("rfc7643/user", ADA | {"id": 1}),
    ("rfc7643/user", ADA | {"schemas": []}),
    ("rfc7643/user", ADA | {"schemas": [USER, USER]}),
    ("rfc7643/user", ADA | {"active": "True"}),
    ("rfc7643/user", ADA | {"userName": ""}),
    ("rfc7643/user", ADA | {"emails": {"value": "ada@example.com"}}),
    ("rfc7643/user", ADA | {"emails": ["ada@example.com"]}),
    ("rfc7643/user", ADA | {"emails": [{"primary": True}, {"primary": True}]}),
    ("rfc7643/user", ADA | {"password": "secret"}),
    ("rfc7643/user", ADA | {"meta": {"created": "yesterday"}}),
    ("rfc7643/user", ADA | {"meta": {"created": "2026-02-30T08:00:00Z"}}),
    ("rfc7643/user", ADA | {"meta": {"created": "2026-03-01 08:00:00Z"}}),
    ("rfc7643/user", ADA | {"meta": {"location": "https://bridge.example/a b"}}),
    ("rfc7643/user", ADA | {"x509Certificates": [{"value": "not base64"}]}),
    ("rfc7643/group", DESIGN | {"members": [{"value": 7}]}),
    ("rfc7643/service-provider-config", SETTINGS | {"patch": {"supported": "true"}}),
    ("rfc7643/service-provider-config", SETTINGS | {"bulk": OFF}),
    ("rfc7643/resource-type", USERS | {"schemaExtensions": {}}),
    ("rfc7643/schema", NAME_SCHEMA | {"attributes": [{"name": "x", "type": "text", "multiValued": False}]}),
    ("rfc7644/list-response", {"schemas": [LIST], "Resources": []}),
    ("rfc7644/list-response", listed(totalResults="1")),
    ("rfc7644/list-response", listed(itemsPerPage=1)),
    ("rfc7644/list-response", listed(Resources=[ADA | {"active": 1}])),
    ("rfc7644/error", {"schemas": [ERROR], "status": 404}),
    ("rfc7644/error", {"schemas": [ERROR], "status": "4040"}),
    ("rfc7644/patch-op", patched({"op": "remove"})),
    ("rfc7644/bulk-response", bulk({"method": "PUT", "status": "200"})),
    ("requests/okta/user-patch", patched({"op": "replace", "path": "active", "value": False})),
    ("requests/entra/user-patch", patched({"op": "Replace", "path": "active", "value": False})),
    ("requests/okta/user-create", OKTA_ADA | {"shoeSize": 43}),
    ("requests/entra/user-create", ENTRA_ADA | {"active": "True"}),
    ("requests/google/user-create", GOOGLE_ADA | {"schemas": [USER]}),
    ("report/conformance", REPORT | {"schema": "bridgecheck/report/2"}),
    ("probe/health", {"status": "fine", "reports": []}),
    ("profile/profile", {"ulr": "https://bridge.example/scim"}),
    ("profile/profile", {"mode": "quick"}),
]


@pytest.mark.parametrize(("name", "document"), GOOD)
def test_both_libraries_accept(name: str, document: object) -> None:
    assert decider(name).is_valid(document)
    assert explainer(name).is_valid(document)
    assert validate(document, name) == []


@pytest.mark.parametrize(("name", "document"), BAD)
def test_both_libraries_refuse(name: str, document: object) -> None:
    assert not decider(name).is_valid(document)
    assert not explainer(name).is_valid(document)
    assert validate(document, name) != []


@pytest.mark.parametrize(
    ("name", "document", "pointer", "requirement"),
    [
        ("rfc7643/user", ADA | {"active": "True"}, "/active", "RFC7643-2.3.2-01"),
        ("rfc7643/user", {"schemas": [USER]}, "/id", "RFC7643-3.1-03"),
        ("rfc7643/user", {"id": "u1"}, "/schemas", "RFC7643-3-03"),
        ("rfc7643/user", ADA | {"schemas": [USER, USER]}, "/schemas", "RFC7643-3-06"),
        ("rfc7643/user", ADA | {"meta": {"created": "now"}}, "/meta/created", "RFC7643-2.3.5-01"),
        ("rfc7643/user", ADA | {"meta": {"created": 5}}, "/meta/created", "RFC7643-2.3.5-03"),
        ("rfc7643/user", ADA | {"meta": {"location": "a b"}}, "/meta/location", "RFC7643-2.3.7-02"),
        ("rfc7643/user", ADA | {"emails": {}}, "/emails", "RFC7643-2.4-01"),
        ("rfc7643/user", ADA | {"title": 5}, "/title", "RFC7643-2.3-02"),
        ("rfc7643/user", ADA | {"userName": ""}, "/userName", "RFC7643-4.1.1-01"),
        ("rfc7643/service-provider-config", SETTINGS | {"sort": {}}, "/sort/supported", "RFC7643-5-18"),
        ("rfc7644/list-response", {"schemas": [LIST]}, "/totalResults", "RFC7644-3.4.2-05"),
        ("rfc7644/list-response", listed(itemsPerPage=1), "/Resources", "RFC7644-3.4.2-07"),
        ("rfc7644/list-response", listed(Resources=[ADA | {"id": ""}]), "/Resources/0/id", "RFC7643-3.1-03"),
        ("rfc7644/error", {"schemas": [ERROR], "status": 404}, "/status", "RFC7644-3.12-03"),
        ("rfc7644/error", {"schemas": [LIST], "status": "404"}, "/schemas", "RFC7644-3.12-02"),
        (
            "rfc7644/bulk-response",
            bulk({"method": "PUT", "status": "200"}),
            "/Operations/0/location",
            "RFC7644-3.7-15",
        ),
        ("rfc7644/bulk-response", bulk(DONE | {"status": 200}), "/Operations/0/status", "RFC7644-3.7-18"),
    ],
)
def test_a_violation_names_the_place_and_the_requirement(
    name: str, document: object, pointer: str, requirement: str
) -> None:
    found = validate(document, name)

    assert [(violation.pointer, violation.requirement) for violation in found] == [(pointer, requirement)]


def test_a_violation_says_what_was_expected_and_what_was_there() -> None:
    found = validate({"schemas": [ERROR], "status": 404}, "rfc7644/error")

    assert found == [
        Violation(
            pointer="/status",
            message="expected an HTTP status as a string; was 404",
            requirement="RFC7644-3.12-03",
            expected="an HTTP status as a string",
            actual="404",
        )
    ]


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    row = REPORT["requirements"][0] | {"by_dialect": {"a/b~c": "good"}}

    found = validate(REPORT | {"requirements": [row]}, "report/conformance")

    assert [violation.pointer for violation in found] == ["/requirements/0/by_dialect/a~1b~0c"]


def test_passwords_are_not_shown() -> None:
    found = validate(ADA | {"password": "hunter2"}, "rfc7643/user")

    assert found[0].pointer == "/password"
    assert "hunter2" not in repr(found)


def test_long_values_are_cut() -> None:
    found = validate(ADA | {"active": "x" * 10_000}, "rfc7643/user")

    assert len(found[0].actual) == 200


def test_text_that_has_no_utf8_form_is_judged_too() -> None:
    found = validate({"schemas": [ERROR], "status": "\ud800"}, "rfc7644/error")

    assert found[0].actual == '"\\ud800"'


def test_an_unknown_schema_is_refused_with_the_nearest() -> None:
    with pytest.raises(SchemaError, match=r"no schema 'rfc7643/users'; did you mean rfc7643/user "):
        validate({}, "rfc7643/users")


# What a document brings to judgement.


def test_what_is_absent_is_not_reached() -> None:
    reached = requirements_reached(DESIGN, "rfc7643/group")

    assert "RFC7643-3.1-03" in reached
    assert "RFC7643-2.4-01" not in reached


def test_a_required_attribute_is_reached_by_its_absence() -> None:
    assert "RFC7644-3.4.2-05" in requirements_reached({"schemas": [LIST]}, "rfc7644/list-response")


def test_what_hangs_on_a_condition_is_reached_where_it_holds() -> None:
    assert "RFC7644-3.4.2-07" in requirements_reached(listed(itemsPerPage=1), "rfc7644/list-response")
    assert "RFC7644-3.4.2-07" not in requirements_reached(listed(itemsPerPage=0), "rfc7644/list-response")


def test_listed_resources_are_reached_by_their_kind() -> None:
    assert "RFC7643-4.1.1-01" in requirements_reached(listed(Resources=[ADA]), "rfc7644/list-response")


# The schemas themselves.


def nodes(schema: object) -> list[Mapping[str, Any]]:
    """Every object inside a schema, itself included."""
    if isinstance(schema, Mapping):
        return [schema, *(node for part in schema.values() for node in nodes(part))]
    return [node for part in schema for node in nodes(part)] if isinstance(schema, list) else []


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_one(name: str) -> None:
    explainer(name).check_schema(get_schema(name))
    decider(name)


@pytest.mark.parametrize("name", schema_names())
def test_every_requirement_named_is_a_must_of_the_catalogue(name: str) -> None:
    named = {node["x-requirement"] for node in nodes(get_schema(name)) if "x-requirement" in node}

    assert {load_catalogue().get(row_id).level for row_id in named} <= {Level.MUST}


@pytest.mark.parametrize("name", schema_names())
def test_a_reference_stands_without_other_keywords(name: str) -> None:
    beside = {
        key for node in nodes(get_schema(name)) if "$ref" in node and isinstance(node["$ref"], str) for key in node
    }

    assert beside <= {"$ref", "x-requirement"}
