"""Answers requests to Google's APIs, without sockets."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, unquote

from harness.clock import Clock
from harness.directory.values import Group
from harness.directory_api.channels import Channel, Channels, Happening, Observer
from harness.directory_api.company import (
    CUSTOMER_ID,
    Company,
    Resource,
    etag_of,
    group_id,
    matches_query,
    select_fields,
)
from harness.directory_api.faults import ApiFault, ApiFaults
from harness.directory_api.tokens import GROUPS, MEMBERS, REPORTS, USERS, TokenRefusal, Tokens

Items = Iterable[tuple[int, Resource]]
# Default and maximum of a page, by what is listed.
_PAGES = {"users": (100, 500), "groups": (200, 200), "members": (200, 200), "items": (1000, 1000)}
_PAGE_TOKEN_LIFETIME_S = 3 * 86_400
_KINDS = {
    "users": "admin#directory#users",
    "groups": "admin#directory#groups",
    "members": "admin#directory#members",
    "items": "admin#reports#activities",
}
_DIRECTORY = "/admin/directory/v1"
_ROUTES = tuple(
    (method, re.compile(f"{pattern}/?"), operation, scope)
    for method, pattern, operation, scope in (
        ("POST", "/token", "token", None),
        ("GET", f"{_DIRECTORY}/users", "users.list", USERS),
        ("POST", f"{_DIRECTORY}/users/watch", "users.watch", USERS),
        ("GET", f"{_DIRECTORY}/users/([^/]+)", "users.get", USERS),
        ("GET", f"{_DIRECTORY}/groups", "groups.list", GROUPS),
        ("GET", f"{_DIRECTORY}/groups/([^/]+)", "groups.get", GROUPS),
        ("GET", f"{_DIRECTORY}/groups/([^/]+)/members", "members.list", MEMBERS),
        ("GET", f"{_DIRECTORY}/groups/([^/]+)/members/([^/]+)", "members.get", MEMBERS),
        ("POST", "/admin/directory_v1/channels/stop", "channels.stop", USERS),
        ("GET", "/admin/reports/v1/activity/users/([^/]+)/applications/([^/]+)", "activities.list", REPORTS),
        ("POST", "/admin/reports/v1/activity/users/([^/]+)/applications/([^/]+)/watch", "activities.watch", REPORTS),
        ("POST", "/admin/reports_v1/channels/stop", "channels.stop", REPORTS),
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; no content and no status means that the connection just ends."""

    status: int
    content: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    fault: ApiFault | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was understood: for the log."""

    operation: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    names: tuple[str, ...]
    status: int = 0


class Refusal(Exception):
    """An error in Google's form."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(slots=True)
class Api:
    """Google's side: the company, who may ask, what goes wrong, and what was asked."""

    company: Company
    tokens: Tokens
    clock: Clock
    faults: ApiFaults = field(default_factory=ApiFaults)
    channels: Channels = field(default_factory=Channels)
    calls: list[Call] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    opened: list[Channel] = field(default_factory=list)
    _observer: Observer = field(init=False)

    def __post_init__(self) -> None:
        self._observer = Observer(self.company)

    def look(self) -> list[Happening]:
        """What has happened in the directory since the last look; it is in the audit log from now on."""
        found = self._observer.look(self.clock.now())
        self.happenings += found
        return found

    def handle(self, method: str, path: str, query: str, authorization: str, body: bytes) -> Answer:
        """Answer one request."""
        parameters = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        operation, scope, names = _route(method, path)
        call = Call(operation, path, parameters, _parse_body(operation, body), names)
        fault = self.faults.take(operation, self._names_of(names), _page_of(parameters))
        try:
            answer = self._answer(call, scope, authorization, fault)
        except TokenRefusal as refusal:
            answer = Answer(400, {"error": refusal.error, "error_description": str(refusal)})
        except Refusal as refusal:
            answer = Answer(refusal.status, render_error(refusal.status, refusal.reason, str(refusal)))
        shown = {} if operation == "token" else call.body
        self.calls.append(Call(operation, path, parameters, shown, names, answer.status))
        return answer

    def _answer(self, call: Call, scope: str | None, authorization: str, fault: ApiFault | None) -> Answer:
        if fault is not None and fault.kind == "status":
            retry = () if fault.retry_after_s is None else (("Retry-After", str(fault.retry_after_s)),)
            if call.operation == "token":
                return Answer(fault.status, {"error": fault.word}, retry)
            return Answer(fault.status, render_error(fault.status, fault.word, fault.word), retry)
        if fault is not None and fault.kind in ("dropped", "html"):
            return Answer(200, "<html>Sorry</html>" if fault.kind == "html" else None, fault=fault)
        if scope is not None:
            self._check_token(scope, authorization)
        content = self._content(call, fault)
        if content is None:
            return Answer(204)
        if "fields" in call.query:
            content = select_fields(content, call.query["fields"])
        return Answer(200, content, fault=fault)

    def _check_token(self, scope: str, authorization: str) -> None:
        scopes = self.tokens.scopes_of(authorization)
        if scopes is None:
            raise Refusal(401, "authError", "Invalid Credentials")
        if scope not in scopes:
            raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")

    def _content(self, call: Call, fault: ApiFault | None) -> Any:
        match call.operation:
            case "token":
                return self.tokens.exchange(str(call.body.get("grant_type")), str(call.body.get("assertion", "")))
            case "users.list":
                return self._users(call, fault)
            case "users.get":
                return self._found(self.company.find_user(call.names[0]), "userKey")
            case "groups.list":
                self._check_customer(call)
                return self._page("groups", self.company.groups, call, fault)
            case "groups.get":
                return self.company.render_group(self._group(call))
            case "members.list":
                return self._page("members", partial(self.company.members, self._group(call)), call, fault)
            case "members.get":
                return self._found(self._member(call), "memberKey")
            case "activities.list":
                return self._page("items", partial(self._activities, call), call, fault)
            case "users.watch" | "activities.watch":
                return self._watch(call)
            case "channels.stop":
                if not self.channels.stop(call.body):
                    raise Refusal(404, "notFound", "Channel not found")
                return None
        raise Refusal(404, "notFound", "Not Found")

    def _users(self, call: Call, fault: ApiFault | None) -> Resource:
        self._check_customer(call)
        are_deleted = call.query.get("showDeleted", "").lower() == "true"
        wanted = call.query.get("query", "")

        def users(after: int) -> Items:
            found = self.company.users(after, are_deleted)
            return ((place, user) for place, user in found if matches_query(user, wanted))

        return self._page("users", users, call, fault)

    def _member(self, call: Call) -> Resource | None:
        key = call.names[1].lower()
        found = (member for _, member in self.company.members(self._group(call)))
        return next((each for each in found if key in (each["id"], each["email"].lower())), None)

    def _activities(self, call: Call, after: int) -> Items:
        wanted, start = call.query.get("eventName"), call.query.get("startTime", "")
        for place, happening in enumerate(self.happenings):
            shown = happening.as_activity(place, self.company.actor, CUSTOMER_ID)
            if place > after and wanted in (None, happening.name) and shown["id"]["time"] >= start:
                yield place, shown

    def _watch(self, call: Call) -> Resource:
        event = call.query.get("event") or call.query.get("eventName")
        try:
            channel = self.channels.watch(call.body, call.path.removesuffix("/watch"), event, self.clock.now())
        except ValueError as error:
            raise Refusal(400, str(error), "The channel cannot be opened.") from None
        self.opened.append(channel)
        return {
            "kind": "api#channel",
            "id": channel.id,
            "resourceId": channel.resource_id,
            "resourceUri": channel.resource_uri,
            "expiration": str(round(channel.expires * 1000)),
        }

    def _page(self, name: str, items: Callable[[int], Items], call: Call, fault: ApiFault | None) -> Resource:
        """The page after the position of the token; people who leave in between cause no gap."""
        default, most = _PAGES[name]
        size = _size_of(call.query.get("maxResults", str(default)), most)
        after, number = self._open_token(call.query.get("pageToken"))
        found = list(islice(items(after), size + 1))
        shown, has_more = found[:size], len(found) > size
        if fault is not None and fault.kind == "cut":
            shown = shown[: len(shown) // 2]
        if fault is not None and fault.kind == "empty":
            shown = []
        listed = [item for _, item in shown]
        content: Resource = {"kind": _KINDS[name], "etag": etag_of(listed)}
        if listed:
            content[name] = listed  # An empty list comes without its key.
        if has_more and (fault is None or fault.kind not in ("cut", "empty", "lost_token")):
            content["nextPageToken"] = self._make_token(shown[-1][0], number + 1)
        return content

    def _make_token(self, after: int, number: int) -> str:
        content = [after, number, self.clock.now()]
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()

    def _open_token(self, token: str | None) -> tuple[int, int]:
        if token is None:
            return -1, 1
        after, number, made = _parse_token(token)
        if self.clock.now() > made + _PAGE_TOKEN_LIFETIME_S:
            raise Refusal(400, "invalid", "Invalid Input: pageToken")
        return after, number

    def _group(self, call: Call) -> Group:
        found = self.company.find_group(call.names[0])
        if found is None:
            raise Refusal(404, "notFound", "Resource Not Found: groupKey")
        return found

    def _names_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """All names by which the group of a request goes, so that a fault can be set by any of them."""
        group = self.company.find_group(names[0]) if names else None
        return names if group is None else (group.key, group.name, group_id(group.key), self.company.email_of(group))

    def _check_customer(self, call: Call) -> None:
        customer, domain = call.query.get("customer"), call.query.get("domain")
        if customer in ("my_customer", CUSTOMER_ID) or domain == self.company.directory.domain:
            return
        raise Refusal(400, "badRequest", "Bad Request: customer or domain is needed")

    def _found(self, resource: Resource | None, key: str) -> Resource:
        if resource is None:
            raise Refusal(404, "notFound", f"Resource Not Found: {key}")
        return resource


def render_error(status: int, reason: str, message: str) -> Resource:
    """An error as Google's APIs write it."""
    return {
        "error": {
            "code": status,
            "message": message,
            "errors": [{"domain": "global", "reason": reason, "message": message}],
        }
    }


def _route(method: str, path: str) -> tuple[str, str | None, tuple[str, ...]]:
    for each, pattern, operation, scope in _ROUTES:
        match = pattern.fullmatch(path)
        if match and each == method:
            return operation, scope, tuple(unquote(name) for name in match.groups())
    return "unknown", None, ()


def _parse_body(operation: str, body: bytes) -> Mapping[str, Any]:
    if operation == "token":
        return {name: values[-1] for name, values in parse_qs(body.decode("latin-1")).items()}
    try:
        content = json.loads(body) if body else {}
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}


def _size_of(wanted: str, most: int) -> int:
    if not wanted.isdecimal():
        raise Refusal(400, "invalid", "Invalid value for maxResults")
    return min(max(int(wanted), 1), most)


def _page_of(parameters: Mapping[str, str]) -> int:
    try:
        return _parse_token(parameters["pageToken"])[1] if "pageToken" in parameters else 1
    except Refusal:
        return 0


def _parse_token(token: str) -> tuple[int, int, float]:
    try:
        after, number, made = json.loads(base64.urlsafe_b64decode(token))
        return int(after), int(number), float(made)
    except (ValueError, TypeError, binascii.Error):
        raise Refusal(400, "invalid", "Invalid Input: pageToken") from None
