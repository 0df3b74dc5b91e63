"""Several operations in one PATCH: all are done in their order, or none (RFC 7644 section 3.5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from harness.record.exchange import Json
from harness.record.message import patch_body, path_of, write
from harness.situations.attributes import Field, places
from harness.situations.reading import Handle, Turns, by_id
from harness.situations.samples import pair_of
from harness.situations.situation import Conversation, Scene, Situation, made_id


def several(scene: Scene) -> Iterable[Situation]:
    """Neighbours in a shuffled row of the attributes of a user, three and four at a time."""
    turns = Turns(scene)
    row = [place for place in places(scene, "Users") if place.attribute.name != "password"]
    scene.draw.shuffle(row)
    for number, (one, other) in enumerate(pairwise(row)):
        third = row[(number + 5) % len(row)]
        chosen = [one, other, third] if third not in (one, other) else [one, other]
        name = f"one PATCH of {', '.join(place.path for place in chosen)}"
        yield Situation(name, lambda n=number, c=chosen: _play(scene, f"several{n}", c, turns))  # type: ignore[misc]
    yield Situation("a PATCH whose last operation is wrong", lambda: _all_or_none(scene, turns))
    yield Situation("a PATCH of what it made itself", lambda: _in_order(scene, turns))


def _play(scene: Scene, tag: str, chosen: Sequence[Field], turns: Turns) -> Conversation:
    body = scene.user(tag)
    made = yield write("POST", "/Users", "create user", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Users", scim_id, body["userName"])
    pairs = [(place, *pair_of(place.attribute, scene)) for place in chosen]
    steps: list[list[Json]] = [
        [{"op": "add", "path": place.path, "value": one} for place, one, _ in pairs],
        [{"op": "replace", "path": place.path, "value": two} for place, _, two in reversed(pairs)],
        [{"op": "replace", "value": _merged([place.within(one) for place, one, _ in pairs])}],
        [*({"op": "remove", "path": place.path} for place, _, _ in pairs[1:])],
        [
            {"op": "add", "value": pairs[0][0].within(pairs[0][2])},
            {"op": "add", "path": pairs[1][0].path, "value": pairs[1][2]},
            *({"op": "remove", "path": place.path} for place, _, _ in pairs[2:] if not place.attribute.required),
        ],
    ]
    for operations in steps:
        yield write("PATCH", path_of("Users", scim_id), f"patch {len(operations)} times", patch_body(*operations))
        yield turns.next(known)
    yield by_id(known)


def _merged(bodies: Sequence[Json]) -> Json:
    made: Json = {}
    for body in bodies:
        for key, value in body.items():
            made[key] = {**made[key], **value} if key.startswith("urn:") and key in made else value
    return made


def _all_or_none(scene: Scene, turns: Turns) -> Conversation:
    body = scene.user("atomic", title="before")
    made = yield write("POST", "/Users", "create user", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Users", scim_id, body["userName"])
    fine: list[Json] = [
        {"op": "replace", "path": "title", "value": "after"},
        {"op": "add", "path": "nickName", "value": "Addie"},
    ]
    wrong: list[Any] = [
        {"op": "replace", "path": "id", "value": "another"},
        {"op": "remove"},
        {"op": "replace", "path": 'emails[type eq "nobody has this"].value', "value": scene.address("none")},
        {"op": "replace", "path": "title[", "value": "x"},
        {"op": "swap", "path": "title", "value": "x"},
    ]
    for operation in wrong:
        said = f"{operation['op']} at {operation.get('path', 'nothing')} last"
        yield write("PATCH", path_of("Users", scim_id), f"patch, {said}", patch_body(*fine, operation))
        yield by_id(known)


def _in_order(scene: Scene, turns: Turns) -> Conversation:
    body = scene.user("order")
    made = yield write("POST", "/Users", "create user", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Users", scim_id, body["userName"])
    other = {"value": scene.address("order.other"), "type": "other"}
    yield write(
        "PATCH",
        path_of("Users", scim_id),
        "patch in order",
        patch_body(
            {"op": "add", "path": "title", "value": "first"},
            {"op": "replace", "path": "title", "value": "second"},
            {"op": "add", "path": "emails", "value": [other]},
            {"op": "remove", "path": 'emails[type eq "work"]'},
            {"op": "replace", "path": "nickName", "value": "Addie"},
            {"op": "remove", "path": "nickName"},
        ),
    )
    yield by_id(known)
    yield turns.next(known)
    home, work = ({"value": scene.address(f"order.{kind}"), "type": kind} for kind in ("home", "work"))
    for name, operations in (
        ("twice at one list", [_add("emails", [home]), _add("emails", [work]), _add("title", "third")]),
        (
            "after a removal",
            [
                _remove("emails"),
                _add("emails", [other]),
                _remove("title"),
                _add("title", "fourth"),
                _add("emails", [work]),
            ],
        ),
        (
            "a removal between",
            [_add("nickName", "Al"), _remove("title"), {"op": "replace", "path": "title", "value": "x"}],
        ),
    ):
        yield write("PATCH", path_of("Users", scim_id), f"patch {name}", patch_body(*operations))
        yield by_id(known)


def _add(path: str, value: Any) -> Json:
    return {"op": "add", "path": path, "value": value}


def _remove(path: str) -> Json:
    return {"op": "remove", "path": path}
