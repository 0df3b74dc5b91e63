"""Valid documents of the wire."""

from __future__ import annotations

from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


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


DONE: Document = {"method": "PUT", "status": "200", "location": "https://bridge.example/scim/Users/u1"}


REPORT: Document = {
    "schema": "bridgecheck/report/1",
    "suite": {
        "version": "0.1.0",
        "seed": 7,
        "mode": "full",
        "duration_s": 8.1,
        "exchanges": 5123,
        "figures": {"clock": "1 h"},
    },
    "target": {"name": "reference", "url": "http://127.0.0.1:1/scim/v2", "capabilities": {}},
    "verdict": {
        "exit_code": 1,
        "name": "conformance failure",
        "sentence": "Does not conform.",
        "readiness": {"okta": {"verdict": "not_ready", "sentence": "Nobody is suspended."}},
    },
    "totals": {
        "requirements": 1,
        "judged": 1,
        "partly": 0,
        "pass": 0,
        "warn": 0,
        "fail": 1,
        "error": 0,
        "skip": 0,
        "waived": 0,
    },
    "causes": [
        {
            "number": 1,
            "requirement": "SEED-16",
            "level": "MUST",
            "statement": "Whoever loses access is suspended.",
            "verdict": "fail",
            "request": "PATCH /Users/1",
            "said": "400",
            "expected": "SUSPENDED",
            "actual": "ACTIVE",
            "entry": "0:41",
            "dialects": ["okta-oin"],
            "findings": 1,
            "requirements": ["SEED-16"],
            "follows": [],
            "curl": None,
            "rerun": "bridgecheck run --requirement SEED-16",
        }
    ],
    "requirements": [
        {
            "id": "SEED-16",
            "level": "MUST",
            "verdict": "fail",
            "by_claim": {"bridge": "fail"},
            "by_dialect": {"okta-oin": "fail"},
            "reason": None,
            "recorded": None,
            "missing": [],
            "excused": [],
            "judged_by": ["suspended_member_is_suspended"],
            "findings": [
                {
                    "expected": "SUSPENDED",
                    "actual": "ACTIVE",
                    "pointer": "/state",
                    "entry": 41,
                    "cause": 1,
                    "curl": "",
                    "rerun": "bridgecheck run",
                }
            ],
        }
    ],
}


def listed(**parts: object) -> Document:
    return {"schemas": [LIST], "totalResults": 1, **parts}


def bulk(*operations: Document) -> Document:
    return {"schemas": [BULK], "Operations": list(operations)}
