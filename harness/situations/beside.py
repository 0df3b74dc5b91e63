"""Users with every attribute that a bridge declares: one is changed, and all others stay (RFC 7644 section 3.5.2)."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from harness.record.exchange import Json, Request
from harness.record.message import patch_body, path_of, remove, write
from harness.situations.attributes import places
from harness.situations.reading import Handle, Turns, by_id, by_name
from harness.situations.samples import pair_of
from harness.situations.situation import Conversation, Scene, Situation, made_id


def whole_users(scene: Scene) -> Iterable[Situation]:
    """Users with all attributes, changed one at a time by PATCH, by PUT, and by what is done to others."""
    turns = Turns(scene)
    yield Situation("one attribute of a whole user is replaced", lambda: _replaced(scene, turns))
    yield Situation("one attribute of a whole user is removed", lambda: _removed(scene, turns))
    yield Situation("who a whole user is changes", lambda: _renamed(scene, turns))
    yield Situation("others change beside a whole user", lambda: _beside(scene, turns))


def _whole(scene: Scene, number: int, without: Iterable[str] = ()) -> Json:
    """A value for every attribute: the first or the second of its two."""
    made: Json = {}
    for place in places(scene, "Users"):
        if place.path not in without:
            for name, value in place.within(pair_of(place.attribute, scene)[number]).items():
                made[name] = {**made[name], **value} if place.urn and name in made else value
    return made


def _made(scene: Scene, tag: str) -> Generator[Request, Any, Handle | None]:
    body = scene.user(tag, externalId=f"ext-{tag}-{scene.mark}", active=True, **_whole(scene, 0))
    made = yield write("POST", "/Users", "create a whole user", body)
    found = made_id(made)
    known = Handle("Users", found, body["userName"]) if found else None
    if known is not None:
        yield by_id(known)
        yield by_name(known)
    return known


def _change(known: Handle, *operations: Json) -> Request:
    where = ", ".join(f"{each['op']} {each.get('path', 'without path')}" for each in operations)
    return write("PATCH", path_of("Users", known.id), where, patch_body(*operations))


def _replaced(scene: Scene, turns: Turns) -> Conversation:
    known = yield from _made(scene, "whole-r")
    if known is None:
        return
    for place in places(scene, "Users"):
        yield _change(known, {"op": "replace", "path": place.path, "value": pair_of(place.attribute, scene)[1]})
        yield turns.next(known)
    yield by_id(known)
    for body in (_whole(scene, 0), _whole(scene, 1)):
        yield write("PUT", path_of("Users", known.id), "replace a whole user", scene.user("whole-r", **body))
        yield by_id(known)


def _removed(scene: Scene, turns: Turns) -> Conversation:
    known = yield from _made(scene, "whole-d")
    if known is None:
        return
    for place in places(scene, "Users"):
        if not place.attribute.required:
            yield _change(known, {"op": "remove", "path": place.path})
            yield turns.next(known)
            # Back to where it was, so that all others are there when the next one goes.
            back = pair_of(place.attribute, scene)[0]
            yield _change(known, {"op": "add", "path": place.path, "value": back})
    yield by_id(known)


def _renamed(scene: Scene, turns: Turns) -> Conversation:
    known = yield from _made(scene, "whole-n")
    if known is None:
        return
    new = scene.address("whole-m")
    changes: tuple[tuple[Json, ...], ...] = (
        ({"op": "replace", "path": "active", "value": False},),
        ({"op": "replace", "value": {"active": True}},),
        ({"op": "replace", "path": "externalId", "value": f"ext-other-{scene.mark}"},),
        ({"op": "replace", "path": "name.familyName", "value": "King"},),
        ({"op": "replace", "value": {"name": {"givenName": "Augusta"}}},),
        (
            {"op": "replace", "path": "userName", "value": new},
            {"op": "replace", "path": "name.familyName", "value": "Noel"},
            {"op": "replace", "path": "displayName", "value": "Augusta Noel"},
        ),
        ({"op": "replace", "path": "userName", "value": known.name},),
        ({"op": "remove", "path": "externalId"},),
        ({"op": "remove", "path": "active"},),  # what stands there then is the server's own default
        ({"op": "replace", "path": "active", "value": True},),
    )
    for operations in changes:
        yield _change(known, *operations)
        yield by_id(known)
        if operations[0].get("path") != "userName":
            yield turns.next(known)


def _beside(scene: Scene, turns: Turns) -> Conversation:
    known = yield from _made(scene, "whole-o")
    if known is None:
        return
    made = yield write("POST", "/Users", "create another user", scene.user("whole-p"))
    yield by_id(known)
    other = made_id(made)
    group = yield write("POST", "/Groups", "create group", scene.group("Whole", members=[{"value": known.id}]))
    yield by_id(known)
    if group_id := made_id(group):
        at = path_of("Groups", group_id)
        for operation in (
            {"op": "replace", "path": "displayName", "value": f"Whole again {scene.mark}"},
            {"op": "remove", "path": f'members[value eq "{known.id}"]'},
            {"op": "add", "path": "members", "value": [{"value": known.id}]},
        ):
            yield write("PATCH", at, f"{operation['op']} {operation['path']}", patch_body(operation))
            yield turns.next(known)
        yield remove(at, "delete group")
        yield by_id(known)
    if other:
        path = path_of("Users", other)
        title = patch_body({"op": "replace", "path": "title", "value": "Countess"})
        yield write("PATCH", path, "change another user", title)
        yield by_id(known)
        yield write("PUT", path, "replace another user", scene.user("whole-p", title="Lady"))
        yield by_id(known)
        yield remove(path, "delete another user")
        yield by_id(known)
    yield by_name(known)
