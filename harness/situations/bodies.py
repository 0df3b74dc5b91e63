"""Bodies that few send: what is no JSON, values of a wrong type, names that stand twice (RFC 7643 section 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.record.exchange import Headers, Json, Request
from harness.record.message import (
    CORE_GROUP,
    ENTERPRISE_USER,
    READ_HEADERS,
    SCIM_JSON,
    WRITE_HEADERS,
    patch_body,
    path_of,
    read,
    render_json,
    write,
)
from harness.situations.reading import Handle, by_id, by_name
from harness.situations.situation import Conversation, Scene, Situation, made_id

_DEEP = 200  # ours: deeper than any schema, and no burden for a parser


def bodies(scene: Scene) -> Iterable[Situation]:
    """Creates and replacements of what has to be refused or read with care; after each, what is there is read."""
    yield Situation("texts that are no JSON", lambda: _no_json(scene))
    yield Situation("labels that are not of JSON", lambda: _labels(scene))
    yield Situation("users with values of a wrong type", lambda: _users(scene))
    yield Situation("a user replaced by values of a wrong type", lambda: _replaced(scene))
    yield Situation("groups with values of a wrong type", lambda: _groups(scene))


def _no_json(scene: Scene) -> Conversation:
    known = yield from _made(scene, "steady")
    if known is None:
        return
    kept = dict(_texts(render_json(scene.user("steady"))))
    for number, name in enumerate(kept):
        text = dict(_texts(render_json(scene.user(f"text{number}"))))[name]
        yield Request("POST", "/Users", f"create by {name}", WRITE_HEADERS, text)
        yield by_name(Handle("Users", "", scene.address(f"text{number}")))
        method = "PATCH" if number % 2 and scene.declared.has("patch") else "PUT"
        yield Request(method, path_of("Users", known.id), f"{method} of {name}", WRITE_HEADERS, kept[name])
        yield by_id(known)


def _texts(whole: bytes) -> Iterator[tuple[str, bytes]]:
    yield "an empty text", b""
    yield "a list", b"[" + whole + b"]"
    yield "a cut text", whole[: len(whole) // 2]
    yield "a text with a tail", whole + b"}"
    yield "no number", whole[:-1] + b',"title":NaN}'
    yield "single quotes", whole.replace(b'"', b"'")
    yield "bytes that are no UTF-8", whole[:-1] + b',"title":"\xff\xfe"}'
    yield "a name twice", whole[:-1] + b',"title":"one","title":"two"}'
    yield "what is nested deep", whole[:-1] + b',"nest":' + b"[" * _DEEP + b"]" * _DEEP + b"}"


def _labels(scene: Scene) -> Conversation:
    labels: tuple[tuple[str, Headers], ...] = (
        ("text/plain", (("Content-Type", "text/plain"),)),
        ("another charset", (("Content-Type", f"{SCIM_JSON}; charset=iso-8859-1"),)),
        ("its charset", (("Content-Type", f'{SCIM_JSON}; charset="UTF-8"'),)),
        ("plain JSON in capitals", (("Content-Type", "Application/JSON"),)),
        ("a coding that is not there", (("Content-Type", SCIM_JSON), ("Content-Encoding", "gzip"))),
        ("another parameter", (("Content-Type", f"{SCIM_JSON}; profile=none"),)),
        ("no label", ()),
        ("the identity coding", (("Content-Type", SCIM_JSON), ("Content-Encoding", "identity"))),
    )
    for number, (name, headers) in enumerate(labels):
        body = scene.user(f"label{number}")
        sent = Request("POST", "/Users", f"create with {name}", (*READ_HEADERS, *headers), render_json(body))
        yield sent
        yield by_name(Handle("Users", "", body["userName"]))
    yield from _labels_of_changes(scene)


def _labels_of_changes(scene: Scene) -> Conversation:
    """What a label may hold beside the type, on each method and at each endpoint; and what a client may accept."""
    known = yield from _made(scene, "label-change", title="before")
    made = yield write("POST", "/Groups", "create group", scene.group("Label"))
    kinds = [("Users", known.id if known else "", scene.user("label-change", title="after"))]
    kinds.append(("Groups", made_id(made), scene.group("Label", externalId=f"ext-label-{scene.mark}")))
    for endpoint, scim_id, body in kinds:
        if not scim_id:
            continue
        path = path_of(endpoint, scim_id)
        renamed = patch_body({"op": "replace", "path": "displayName", "value": f"Label {endpoint} {scene.mark}"})
        for charset in ("charset=utf-8", "charset=UTF-8"):
            headers = (*READ_HEADERS, ("Content-Type", f"{SCIM_JSON}; {charset}"))
            yield Request("PUT", path, f"replace with {charset}", headers, render_json(body))
            if scene.declared.has("patch"):
                yield Request("PATCH", path, f"patch with {charset}", headers, render_json(renamed))
        for accepted in (f"{SCIM_JSON};q=0.9, */*;q=0.1", "*/*", f"text/html, {SCIM_JSON}", "application/*"):
            yield read(path, f"read, accepting {accepted}", headers=(("Accept", accepted),))
            yield read(f"/{endpoint}", f"list, accepting {accepted}", "count=1", headers=(("Accept", accepted),))


_WRONG_VALUES: tuple[tuple[str, Any], ...] = (
    ("userName", 7),
    ("userName", ""),
    ("userName", ["a MARK", "b MARK"]),
    ("schemas", "urn:ietf:params:scim:schemas:core:2.0:User"),
    ("schemas", []),
    ("schemas", [7]),
    ("schemas", [CORE_GROUP]),
    ("title", {"value": "Analyst"}),
    ("title", ["Analyst"]),
    ("externalId", 7),
    ("name", "Ada Byron"),
    ("name", [{"givenName": "Ada"}]),
    ("name", {"givenName": 7}),
    ("emails", "no list MARK"),
    ("emails", ["no object MARK"]),
    ("emails", [{"value": ["x MARK"]}]),
    ("emails", [{"value": {"value": "x MARK"}}]),
    ("active", 1),
    ("active", "perhaps"),
    ("active", {}),
    ("password", 7),
    ("profileUrl", 7),
    ("profileUrl", "http://[no address"),
    (ENTERPRISE_USER, "no object"),
    (ENTERPRISE_USER, ["no object"]),
    (ENTERPRISE_USER, {"manager": "no object"}),
    (ENTERPRISE_USER, {"department": 7}),
)
_ODD_VALUES: tuple[tuple[str, Any], ...] = (
    ("emails", []),
    ("emails", [{}]),
    ("emails", [{"value": None}]),
    ("name", {}),
    ("name", {"givenName": None}),
    ("name", None),
    ("title", ""),
    ("title", "a\x00b"),
    ("roles", [{"value": f"Role {number}"} for number in range(120)]),
    ("active", None),
    ("addresses", [{"country": "us"}]),
    ("addresses", [{"country": "Germany"}]),
    ("profileUrl", "https://people.example/Ada"),
    ("roles", [{"value": "Auditor", "primary": True}, {"value": "Editor", "primary": True}]),
    (ENTERPRISE_USER, {}),
    (ENTERPRISE_USER, {"manager": {}}),
    (ENTERPRISE_USER, {"nosuch": "x", "department": "Engines"}),
)


def _values(scene: Scene) -> Iterator[tuple[str, Any]]:
    """What the bridge declares; a value of what it does not know may be passed over."""
    schema = scene.declared.schemas.get("Users")
    known = {"schemas", "username", "externalid", *(schema.attributes if schema else ())}
    known |= {urn.lower() for urn in (schema.extensions if schema else ())}
    given = ((name, value) for name, value in (*_WRONG_VALUES, *_ODD_VALUES) if name.lower() in known)
    return ((name, _marked(value, scene.mark)) for name, value in given)


def _marked(value: Any, mark: str) -> Any:
    """The value with this run's mark in its texts, so that it is nobody else's name."""
    if isinstance(value, list):
        return [_marked(each, mark) for each in value]
    if isinstance(value, dict):
        return {name: _marked(each, mark) for name, each in value.items()}
    return value.replace("MARK", mark) if isinstance(value, str) else value


def _users(scene: Scene) -> Conversation:
    for number, (name, value) in enumerate(_values(scene)):
        address = scene.address(f"typed{number}")
        body = _with(scene.user(f"typed{number}"), name, value)
        made = yield write("POST", "/Users", f"create, {name} {_kind(value)}", body)
        if found := made_id(made):
            yield by_id(Handle("Users", found, address))
        elif number % 4 == 1:
            yield by_name(Handle("Users", "", address))
    twice = scene.user("twice", title="one", TITLE="two")
    made = yield write("POST", "/Users", "create, a name in both cases", twice)
    if found := made_id(made):
        yield by_id(Handle("Users", found, scene.address("twice")))


def _with(body: Json, name: str, value: Any) -> Json:
    given = {**body, name: value}
    if name == ENTERPRISE_USER:
        given["schemas"] = [*body["schemas"], ENTERPRISE_USER]
    return given


def _replaced(scene: Scene) -> Conversation:
    known = yield from _made(scene, "typed-put", title="before")
    if known is None:
        return
    body = scene.user("typed-put", title="after")
    for name, value in _values(scene):
        if name != "active" or value is not None:  # which of the two a bridge takes by default is its own
            yield write("PUT", path_of("Users", known.id), f"replace, {name} {_kind(value)}", _with(body, name, value))
            yield by_id(known)


def _groups(scene: Scene) -> Conversation:
    known = yield from _made(scene, "typed-member")
    made = yield write("POST", "/Groups", "create group", scene.group("Typed"))
    wrong: tuple[tuple[str, Any], ...] = (
        ("displayName", 7),
        ("displayName", ""),
        ("displayName", ["x MARK"]),
        ("members", "no list"),
        ("members", ["no object"]),
        ("members", [{}]),
        ("members", [{"value": 7}]),
        ("members", [{"display": "Ada"}]),
        ("externalId", 7),
        ("schemas", "urn:ietf:params:scim:schemas:core:2.0:Group"),
    )
    for number, (name, given) in enumerate(wrong):
        value = _marked(given, scene.mark)
        body = {**scene.group(f"Typed {number}"), name: value}
        yield write("POST", "/Groups", f"create group, {name} {_kind(value)}", body)
        yield by_name(Handle("Groups", "", f"Typed {number} {scene.mark}"))
        if found := made_id(made):
            body = {**scene.group("Typed"), name: value}
            yield write("PUT", path_of("Groups", found), f"replace group, {name} {_kind(value)}", body)
            yield by_id(Handle("Groups", found, f"Typed {scene.mark}"))
    if found := made_id(made):
        members = {"value": known.id} if known else None
        for value in (members, None):
            yield write("PUT", path_of("Groups", found), "replace members", {**scene.group("Typed"), "members": value})
            yield by_id(Handle("Groups", found, f"Typed {scene.mark}"))


def _made(scene: Scene, tag: str, **attributes: Any) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user(tag, **attributes))
    return Handle("Users", made_id(made), scene.address(tag)) if made_id(made) else None


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "a truth", type(None): "null"}.get(
        type(value), "a number"
    )
