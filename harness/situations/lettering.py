"""Names and operations in other letters: RFC 7643 section 2.1, RFC 7644 sections 3.5.2 and 3.10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.record.exchange import Json, Request
from harness.record.message import ENTERPRISE_USER, patch_body, path_of, write
from harness.situations.reading import Handle, by_id
from harness.situations.situation import Conversation, Scene, Situation, made_id

_KEPT = ("schemas",)  # what a body is, is told by it: a server looks for it first


def lettering(scene: Scene) -> Iterable[Situation]:
    """Users and groups that are made, replaced and changed by names that begin with a capital, or are all capitals."""
    yield Situation("a user is written in other letters", lambda: _user(scene))
    yield Situation("a group is written in other letters", lambda: _group(scene))


def capital(value: Any) -> Any:
    """The value with each name in its objects begun by a capital; URNs and what tells the schema stay."""
    if isinstance(value, list):
        return [capital(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {_capital(name): each if name in _KEPT else capital(each) for name, each in value.items()}


def _capital(name: str) -> str:
    return name if name in _KEPT or name.startswith(("urn:", "$")) else name[:1].upper() + name[1:]


def _user(scene: Scene) -> Conversation:
    body = scene.user("letters", title="before", nickName="Addie", **_extension(scene, "Engines"))
    made = yield write("POST", "/Users", "create in capitals", capital(body))
    if not (scim_id := made_id(made)):
        made = yield write("POST", "/Users", "create", body)
        if not (scim_id := made_id(made)):
            return
    known, path = Handle("Users", scim_id, body["userName"]), path_of("Users", scim_id)
    yield by_id(known)
    texts = {name: body[name] for name in ("schemas", "userName", "displayName")}
    yield write("PUT", path, "replace texts in capitals", capital({**texts, "title": "Lady", "nickName": "Al"}))
    yield by_id(known)
    called = {"givenName": "Ada", "familyName": "King"}
    changed = {**body, "title": "after", "name": called, **_extension(scene, "Looms")}
    yield write("PUT", path, "replace in capitals", capital(changed))
    yield by_id(known)
    for name, operation in _changes(scene):
        yield write("PATCH", path, f"patch, {name}", patch_body(operation))
        yield by_id(known)


def _extension(scene: Scene, department: str) -> Json:
    schema = scene.declared.schemas.get("Users")
    extension = schema.extension(ENTERPRISE_USER) if schema else None
    has_it = extension is not None and "department" in extension.attributes
    return {ENTERPRISE_USER: {"department": department}} if has_it else {}


def _changes(scene: Scene) -> Iterator[tuple[str, Json]]:
    home, other = ({"value": scene.address(f"letters-{kind}"), "type": kind} for kind in ("home", "other"))
    yield "names with a capital without path", {"op": "replace", "value": {"NickName": "Al", "Title": "Countess"}}
    yield "names in capitals without path", {"op": "add", "value": {"TITLE": "Lady"}}
    yield "a part with a capital without path", {"op": "replace", "value": {"Name": {"FamilyName": "Noel"}}}
    yield "a list with a capital without path", {"op": "add", "value": {"Emails": [capital(home)]}}
    yield "Add to a list", {"op": "Add", "path": "emails", "value": [other]}
    yield "a value with capitals", {"op": "Replace", "path": 'Emails[Type eq "home"].Display', "value": "Home"}
    yield "Remove of one value", {"op": "Remove", "path": 'emails[type eq "other"]'}
    yield "a part with a capital", {"op": "replace", "path": "Name.FamilyName", "value": "King"}
    yield "Remove of a text", {"op": "Remove", "path": "NickName"}
    if _extension(scene, ""):
        urn = ENTERPRISE_USER
        yield "an extension's name with a capital", {"op": "replace", "path": f"{urn}:Department", "value": "Mills"}
        yield "the same without path", {"op": "replace", "value": {urn: {"Department": "Engines"}}}


def _group(scene: Scene) -> Conversation:
    ids = []
    for tag in ("letters-one", "letters-two"):
        made = yield write("POST", "/Users", "create user", scene.user(tag))
        ids.append(made_id(made))
    body = scene.group("Letters", members=[{"value": ids[0]}])
    made = yield write("POST", "/Groups", "create group", body)
    if not (scim_id := made_id(made)) or not all(ids):
        return
    known, path = Handle("Groups", scim_id, body["displayName"]), path_of("Groups", scim_id)
    both = [{"value": each} for each in ids]
    requests: list[Request] = [
        write("PUT", path, "replace group in capitals", capital({**body, "members": both})),
        *(
            write("PATCH", path, f"patch, {name}", patch_body(operation))
            for name, operation in (
                ("Remove of a member", {"op": "Remove", "path": f'Members[Value eq "{ids[0]}"]'}),
                ("Add of a member", {"op": "Add", "path": "Members", "value": capital(both[:1])}),
                ("a name with a capital", {"op": "replace", "value": {"DisplayName": f"Letters new {scene.mark}"}}),
                ("members with a capital", {"op": "Replace", "value": {"Members": capital(both[1:])}}),
                ("Add without path", {"op": "Add", "value": {"Members": both[:1]}}),
            )
        ),
    ]
    for request in requests:
        yield request
        yield by_id(known)
