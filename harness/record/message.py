"""Builders of SCIM requests: plain dicts and bytes, so that wrong ones can be built, too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.record.exchange import Headers, Json, Request

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

SCIM_JSON = "application/scim+json"
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_HALVES = "surrogatepass"  # a half of a surrogate pair has no UTF-8; a bridge that hands one out is asked for it so
_IN_A_SEGMENT = ":@!$&'()*+,;="  # RFC 3986 section 3.3
# Of requests that no identity provider sends. Some gateways refuse whoever does not say who they are.
AGENT = ("User-Agent", f"bridgecheck/{__version__}")
READ_HEADERS: Headers = (("Accept", SCIM_JSON), AGENT)
WRITE_HEADERS: Headers = (*READ_HEADERS, ("Content-Type", SCIM_JSON))


def render_json(body: Mapping[str, Any]) -> bytes:
    """A JSON body as UTF-8. A half of a surrogate pair, which an id of a bridge may hold, stays an escape."""
    return _JSON.encode(body).encode("utf-8", "backslashreplace")


def render_query(parameters: Sequence[tuple[str, str]], blank: str = "%20") -> str:
    """A query string; `blank` is how this client writes a space (`%20` or `+`, row 4 of docs/sources.md)."""
    encoded = (f"{quote(name, safe='')}={quote(value, safe='', errors=_HALVES)}" for name, value in parameters)
    return "&".join(encoded).replace("%20", blank)


def path_of(endpoint: str, resource_id: str) -> str:
    """The path of one resource; an id may hold any character (RFC 7643 section 3.1), so some are percent-encoded."""
    return f"/{endpoint}/{quote(resource_id, safe=_IN_A_SEGMENT, errors=_HALVES)}"


def equals(attribute: str, value: str) -> str:
    """The filter `attribute eq "value"`, the value escaped as a JSON string (RFC 7644 section 3.4.2.2)."""
    return f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"


def read(path: str, name: str, query: str = "", headers: Headers = READ_HEADERS) -> Request:
    """GET of a path below the SCIM base."""
    return Request("GET", path + (f"?{query}" if query else ""), name, headers)


def write(
    method: str,
    path: str,
    name: str,
    body: Mapping[str, Any],
    headers: Headers = WRITE_HEADERS,
    unconfirmed: str = "",
) -> Request:
    """POST, PUT or PATCH of a JSON body."""
    return Request(method, path, name, headers, render_json(body), unconfirmed=unconfirmed)


def remove(path: str, name: str, headers: Headers = READ_HEADERS, unconfirmed: str = "") -> Request:
    """DELETE of a path."""
    return Request("DELETE", path, name, headers, unconfirmed=unconfirmed)


def with_header(request: Request, name: str, value: str) -> Request:
    """The same request with one more header."""
    return replace(request, headers=(*request.headers, (name, value)))


def patch_body(*operations: Json) -> Json:
    """The body of a PATCH with these operations (RFC 7644 section 3.5.2)."""
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


def user_body(user_name: str, **attributes: Any) -> Json:
    """A User with the core schema."""
    return {"schemas": [CORE_USER], "userName": user_name, **attributes}


def whole_user_body(user_name: str, **attributes: Any) -> Json:
    """A User with what providers always send beside userName: a bridge may require any of it (RFC 7643 section 7)."""
    usual = {
        "name": {"givenName": "Ada", "familyName": "Byron"},
        "displayName": "Ada Byron",
        "emails": [{"value": user_name, "type": "work", "primary": True}],
    }
    return user_body(user_name, **{**usual, **attributes})


def group_body(display_name: str, **attributes: Any) -> Json:
    """A Group with the core schema."""
    return {"schemas": [CORE_GROUP], "displayName": display_name, **attributes}


def is_error_message(body: Any) -> bool:
    """Whether a body says that it is an Error message."""
    return isinstance(body, dict) and isinstance(body.get("schemas"), list) and ERROR in body["schemas"]
