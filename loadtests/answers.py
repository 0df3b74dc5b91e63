"""A cheap check of each answer under load, which finds a bridge that mixes up requests.

The texts contain no id and no address: locust counts failures by their text.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from harness.record.exchange import Json, Request, Response, Route, get_attribute, parse_body, parse_route

# RFC 7644 sections 3.3, 3.4, 3.5 and 3.6. A conflict is no legal answer to a create here: our names are unique.
LEGAL = {"GET": (200,), "POST": (201,), "PUT": (200,), "PATCH": (200, 204), "DELETE": (204,)}
LOOKED_AT = 10
ASKED = re.compile(r'^(userName|displayName) eq (".*")$', re.DOTALL)
NAMES = ("userName", "displayName")


def find_wrong(request: Request, response: Response) -> str:
    """The first thing that is wrong with the answer; empty when nothing is."""
    legal = LEGAL[request.method]
    if response.status not in legal:
        return f"status {response.status}; expected {' or '.join(str(status) for status in legal)}"
    if response.status == 204:
        return ""
    body = parse_body(response.body).value
    if not isinstance(body, dict):
        return "the body is no JSON object"
    route = parse_route(request.target)
    if request.method == "POST":
        return _wrong_create(request, body)
    return _wrong_resource(request, route, body) if route.id else _wrong_list(route, body)


def _wrong_create(request: Request, body: Json) -> str:
    identity = body.get("id")
    if not isinstance(identity, str) or not identity:
        return "created without an id"
    sent = parse_body(request.body or b"").value
    key = next((name for name in NAMES if name in sent), "")
    return "" if not key or _same(get_attribute(body, key), sent[key]) else f"created with another {key}"


def _wrong_resource(request: Request, route: Route, body: Json) -> str:
    if body.get("id") != route.id:
        return "another resource was answered"
    wanted = _active_sent(request)
    if wanted and str(body.get("active", wanted)).lower() != wanted:
        return "active is not what was sent"
    return ""


def _wrong_list(route: Route, body: Json) -> str:
    total, listed = body.get("totalResults"), body.get("Resources", [])
    if not isinstance(total, int) or not isinstance(listed, list):
        return "the body is no list answer"
    asked = ASKED.match(parse_qs(route.query).get("filter", [""])[0])
    if asked is None:
        return ""
    name, value = asked[1], json.loads(asked[2])
    for resource in listed[:LOOKED_AT]:
        if not isinstance(resource, dict) or not _same(get_attribute(resource, name), value):
            return f"a resource with another {name} was found"
    return ""


def _active_sent(request: Request) -> str:
    """`true` or `false` when this request is a PATCH of active alone, in any vendor's form; else empty."""
    if request.method != "PATCH" or request.name != "set user active":
        return ""
    value = parse_body(request.body or b"").value["Operations"][0]["value"]
    return str(value["active"] if isinstance(value, dict) else value).lower()


def _same(found: object, wanted: str) -> bool:
    return isinstance(found, str) and found.casefold() == wanted.casefold()
