"""Both libraries accept the same documents and refuse the same."""

from __future__ import annotations

import pytest

from harness.schema.explain import explainer
from harness.schema.registry import decider
from harness.schema.validate import validate
from tests.harness.schema.samples import (
    ADA,
    DESIGN,
    DONE,
    ERROR,
    GROUP,
    LIST,
    OFF,
    REPORT,
    SETTINGS,
    USER,
    Document,
    bulk,
    listed,
)

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"


SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"


PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patched(*operations: Document) -> Document:
    return {"schemas": [PATCH], "Operations": list(operations)}


USERS: Document = {"schemas": [RESOURCE_TYPE], "name": "User", "endpoint": "/Users", "schema": USER}


NAME_SCHEMA: Document = {
    "schemas": [SCHEMA],
    "id": USER,
    "attributes": [{"name": "userName", "type": "string", "multiValued": False}],
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
    (
        "rfc7644/bulk-response",
        bulk(DONE, {"method": "POST", "status": "409", "response": {"schemas": [ERROR], "status": "409"}}),
    ),
    ("rfc7644/bulk-response", bulk(DONE | {"status": {"code": "200"}})),
    ("requests/okta/user-patch", patched({"op": "replace", "value": {"active": False}})),
    ("requests/entra/user-patch", patched({"op": "Replace", "path": "active", "value": "False"})),
    ("requests/entra/user-patch", patched({"op": "Replace", "path": "active", "value": False})),  # recorded, too
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
    ("rfc7644/bulk-response", bulk({"method": "PUT", "status": "200"})),
    ("requests/okta/user-patch", patched({"op": "replace", "path": "active", "value": False})),
    ("requests/entra/user-patch", patched({"op": "Replace", "path": "active", "value": 0})),
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
