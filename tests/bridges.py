"""A small bridge in memory that can be wrong in one way; it needs no socket."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from harness.record.exchange import Exchange, Json, Request, Response, parse_body
from harness.record.message import LIST_RESPONSE


class SmallBridge:
    """Finds, creates, changes and lists. A test makes it wrong by replacing `rewrite`, which sees every answer."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Json]] = {"Users": {}, "Groups": {}}
        self.asked: list[Request] = []
        self.rewrite: Callable[[Request, Response], Response | None] = lambda request, response: response
        self._numbers = itertools.count(1)

    def send(self, request: Request) -> Exchange:
        """Answer."""
        self.asked.append(request)
        response = self.rewrite(request, self._answer(request))
        return Exchange("", request, response, "" if response else "ConnectionError")

    def users(self) -> dict[str, bool]:
        """Whether each user is active, by userName."""
        return {u["userName"]: str(u.get("active")).lower() != "false" for u in self.resources["Users"].values()}

    def _answer(self, request: Request) -> Response:
        parts = urlsplit(request.target)
        endpoint, _, scim_id = parts.path.strip("/").partition("/")
        if endpoint not in self.resources:
            return _json(404, {})
        kept = self.resources[endpoint]
        sent = parse_body(request.body or b"").value
        if request.method == "POST":
            if any(_same(sent, each) for each in kept.values()):
                return _json(409, {"scimType": "uniqueness"})
            number = str(next(self._numbers))
            kept[number] = {"members": [], **sent, "id": number}
            return _json(201, kept[number])
        if not scim_id:
            return _json(200, _listed(list(kept.values()), parse_qs(parts.query)))
        if scim_id not in kept:
            return _json(404, {})
        if request.method == "DELETE":
            del kept[scim_id]
        elif request.method == "PUT":
            kept[scim_id] = {**kept[scim_id], **sent, "id": scim_id}
        elif request.method == "PATCH":
            for operation in sent["Operations"]:
                _patch(kept[scim_id], operation)
        return Response(204) if request.method == "DELETE" else _json(200, kept[scim_id])


def _listed(resources: list[Json], query: dict[str, list[str]]) -> Json:
    if "filter" in query:
        attribute, _, value = unquote(query["filter"][0]).split(" ", 2)
        wanted = json.loads(value).casefold()
        resources = [each for each in resources if str(each.get(attribute, "")).casefold() == wanted]
    first, count = int(query.get("startIndex", ["1"])[0]), int(query.get("count", ["100"])[0])
    page = resources[first - 1 : first - 1 + count]
    return {"schemas": [LIST_RESPONSE], "totalResults": len(resources), "startIndex": first, "Resources": page}


def _same(one: Json, other: Json) -> bool:
    names = ("userName", "displayName") if "userName" in one else ("displayName",)
    return str(one.get(names[0])).casefold() == str(other.get(names[0])).casefold()


def _patch(resource: Json, operation: Json) -> None:
    path: str = operation.get("path", "")
    value: Any = operation.get("value")
    if path == "members":
        keys = {each["value"] for each in value}
        left = [each for each in resource["members"] if each["value"] not in keys]
        word = operation["op"].lower()
        resource["members"] = [*(() if word == "replace" else left), *(() if word == "remove" else value)]
    elif match := re.fullmatch(r'members\[value eq "(.*)"\]', path):
        resource["members"] = [each for each in resource["members"] if each["value"] != match[1]]
    elif path.startswith("name."):
        resource["name"][path[5:]] = value
    elif path and "[" not in path:
        resource[path] = value
    elif not path and isinstance(value, dict):
        resource.update({name: each for name, each in value.items() if name != "id"})


def _json(status: int, body: Any) -> Response:
    return Response(status, (("Content-Type", "application/scim+json"),), json.dumps(body).encode())
