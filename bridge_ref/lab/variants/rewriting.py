"""Choices of spelling: every answer is rewritten in the same way before it leaves."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import Response
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import GROUP_URN, USER_URN

Rewrite = Callable[[Any], Any]
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def rewritten(rewrite: Rewrite) -> type[ScimEndpoints]:
    """Endpoints whose bodies are rewritten, as JSON values."""

    class Rewritten(ScimEndpoints):
        def respond(self, answer: Answer) -> Response:
            """The answer with another body."""
            if answer.body is None:
                return super().respond(answer)
            return super().respond(replace(answer, body=rewrite(_decode(_encode(answer.body)))))

    return Rewritten


def dressed(dress: Callable[[Response], Response]) -> type[ScimEndpoints]:
    """Endpoints whose responses get other headers, or other bytes for the same JSON."""

    class Dressed(ScimEndpoints):
        def respond(self, answer: Answer) -> Response:
            """The response in another dress."""
            return dress(super().respond(answer))

    return Dressed


def with_resources(change: Rewrite) -> Rewrite:
    """A rewriting of every user and every group, wherever in an answer it stands."""

    def rewrite(body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        if isinstance(body.get("Resources"), list):
            return {**body, "Resources": [rewrite(each) for each in body["Resources"]]}
        if isinstance(body.get("Operations"), list):
            return {**body, "Operations": [_with_response(each, rewrite) for each in body["Operations"]]}
        is_resource = not {USER_URN, GROUP_URN}.isdisjoint(body.get("schemas", ()))
        return change(body) if is_resource else body

    return rewrite


def _with_response(entry: Any, rewrite: Rewrite) -> Any:
    return {**entry, "response": rewrite(entry["response"])} if "response" in entry else entry


def everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Rewrite:
    """A rewriting of every object, the innermost first."""

    def rewrite(value: Any) -> Any:
        if isinstance(value, list):
            return [rewrite(each) for each in value]
        if isinstance(value, dict):
            return change({name: rewrite(each) for name, each in value.items()})
        return value

    return rewrite


def in_part(name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Rewrite:
    """A rewriting of the values of one attribute of users and groups, be it one value or several."""

    def rewrite(resource: Any) -> Any:
        value = resource.get(name)
        if isinstance(value, list):
            return {**resource, name: [change(each) if isinstance(each, dict) else each for each in value]}
        return {**resource, name: change(value)} if isinstance(value, dict) else resource

    return with_resources(rewrite)
