"""What passes the door of the bridge, as defects see it: a request, and the response to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bridge_ref.http.message import Headers, Response

_BASE = "/scim/v2"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; `body` is its JSON value, none where there is none or no JSON; `raw` its bytes, until it changes."""

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    headers: Headers
    body: Any
    raw: bytes = b""

    @property
    def kind(self) -> str:
        """The endpoint: `Users`, `Schemas`, or nothing at the root."""
        return self.path.strip("/").partition("/")[0]

    @property
    def scim_id(self) -> str:
        """What stands behind the endpoint."""
        return self.path.strip("/").partition("/")[2]

    @property
    def operations(self) -> tuple[dict[str, Any], ...]:
        """The operations of a PATCH that are objects."""
        listed = self.body.get("Operations") if isinstance(self.body, dict) else None
        return tuple(each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()

    @property
    def is_anonymous(self) -> bool:
        """Whether the client does not say who it is, as many identity providers don't."""
        return not self.header("user-agent")

    def parameter(self, name: str) -> str | None:
        """The value of a parameter of the query."""
        return dict(self.parameters).get(name)

    def header(self, name: str) -> str | None:
        """The value of a header; `name` in lower case."""
        return dict(self.headers).get(name)

    def sends(self, *names: str) -> bool:
        """Whether the body is an object with all of these names."""
        return isinstance(self.body, dict) and all(name in self.body for name in names)

    def with_parameter(self, name: str, value: str) -> Ask:
        """The same request with this value of a parameter."""
        return replace(self, parameters=(*self.without_parameters(name).parameters, (name, value)))

    def without_parameters(self, *names: str) -> Ask:
        """The same request without these parameters."""
        return replace(self, parameters=tuple(pair for pair in self.parameters if pair[0] not in names))

    def with_header(self, name: str, value: str) -> Ask:
        """The same request with this value of a header."""
        return replace(self, headers=((name, value), *self.without_header(name).headers))

    def without_header(self, name: str) -> Ask:
        """The same request without a header."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))

    def with_body(self, body: Any) -> Ask:
        """The same request with another body."""
        return replace(self, body=body, raw=b"")

    def with_values(self, **values: Any) -> Ask:
        """The same request with these values in its body."""
        return self.with_body({**self.body, **values})

    def without_values(self, *names: str) -> Ask:
        """The same request without these names in its body."""
        if not isinstance(self.body, dict):
            return self
        return self.with_body({name: value for name, value in self.body.items() if name not in names})

    def with_operations(self, operations: list[Any]) -> Ask:
        """The same PATCH with other operations."""
        return self.with_body({**self.body, "Operations": operations})

    @property
    def query(self) -> str:
        """The query string."""
        return urlencode(self.parameters)


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; `body` is its JSON value, none where it has no body."""

    status: int
    headers: Headers
    body: Any = None

    @property
    def is_good(self) -> bool:
        """Whether the request was done."""
        return self.status < 300

    def with_status(self, status: int) -> Reply:
        """The same response with another status."""
        return replace(self, status=status)

    def with_body(self, body: Any) -> Reply:
        """The same response with another body."""
        return replace(self, body=body)

    def with_values(self, **values: Any) -> Reply:
        """The same response with these values in its body."""
        return replace(self, body={**self.body, **values})

    def without(self, *names: str) -> Reply:
        """The same response without these names in its body."""
        return replace(self, body=without(self.body, *names))

    def bare(self, status: int | None = None) -> Reply:
        """The same response without a body."""
        headers = tuple(pair for pair in self.headers if pair[0] != "content-type")
        return Reply(self.status if status is None else status, headers)

    def with_header(self, name: str, value: str) -> Reply:
        """The same response with this value of a header."""
        return replace(self, headers=(*(pair for pair in self.headers if pair[0] != name), (name, value)))

    def without_header(self, name: str) -> Reply:
        """The same response without a header."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))

    def header(self, name: str) -> str | None:
        """The value of a header."""
        return dict(self.headers).get(name)


def without(value: Any, *names: str) -> Any:
    """An object without these names; anything else as it is."""
    return {name: part for name, part in value.items() if name not in names} if isinstance(value, dict) else value


def refusal(status: int, detail: str, scim_type: str | None = None) -> Reply:
    """An error as the bridge itself writes it."""
    body: dict[str, Any] = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status)}
    body |= {"scimType": scim_type} if scim_type else {}
    return Reply(status, (("content-type", "application/scim+json"),), {**body, "detail": detail})


def read_ask(method: str, path: str, query: str, headers: Headers, body: bytes) -> Ask:
    """A request as defects see it."""
    below = path.removesuffix("/").removeprefix("/scim").removeprefix("/v2")
    return Ask(method, below or "/", tuple(parse_qsl(query, keep_blank_values=True)), headers, _read(body), body)


def write_ask(ask: Ask) -> tuple[str, str, str, Headers, bytes]:
    """The parts of a request, as the bridge takes them."""
    body = ask.raw or (b"" if ask.body is None else json.dumps(ask.body).encode())
    return ask.method, _BASE + ask.path, ask.query, ask.headers, body


def read_reply(response: Response) -> Reply:
    """A response as defects see it."""
    return Reply(response.status, response.headers, _read(response.body))


def write_reply(reply: Reply) -> Response:
    """A response as it is sent."""
    body = b"" if reply.body is None else json.dumps(reply.body, ensure_ascii=False).encode()
    return Response(reply.status, reply.headers, body)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
