"""PATCH at places that few name: extensions, parts of lists, parts of parts, and what there is not (RFC 7644 3.5.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from harness.record.exchange import Json, Request
from harness.record.message import (
    CORE_USER,
    ENTERPRISE_USER,
    PATCH_OP,
    WRITE_HEADERS,
    patch_body,
    path_of,
    render_json,
    write,
)
from harness.situations.reading import Handle, by_id
from harness.situations.situation import Conversation, Scene, Situation, made_id

_LONG = 20_000  # ours: longer than any path that a client sends, and no burden


def targets(scene: Scene) -> Iterable[Situation]:
    """Only where PATCH is not declared to be missing. Each is sent to a user or a group that is read after it."""
    if scene.declared.has("patch"):
        yield Situation("a PATCH of parts", lambda: _users(scene, _parts(scene)))
        yield Situation("a PATCH of a whole extension", lambda: _users(scene, _extensions(scene)))
        yield Situation("a PATCH of what there is not", lambda: _users(scene, _nothing(scene)))
        yield Situation("a PATCH of members in odd forms", lambda: _members(scene))
        yield Situation("bodies that are no PATCH", lambda: _no_patch(scene))


def _full(scene: Scene, tag: str) -> Json:
    emails = [{"value": scene.address(f"{kind}-{tag}"), "type": kind, "display": kind} for kind in ("work", "home")]
    given: dict[str, Any] = {"emails": emails, "title": "before", "nickName": "Addie"}
    if _has(scene, ENTERPRISE_USER):
        given[ENTERPRISE_USER] = {"department": "Engines", "employeeNumber": "7"}
    return scene.user(tag, **given)


def _has(scene: Scene, urn: str) -> bool:
    schema = scene.declared.schemas.get("Users")
    return bool(schema and schema.extension(urn))


def _users(scene: Scene, operations: Iterable[tuple[str, Json]]) -> Conversation:
    """Each operation is sent to a whole user, who is put back before the next."""
    listed = list(operations)
    if not listed:
        return
    tag = f"part-{len(listed)}"
    body = _full(scene, tag)
    made = yield write("POST", "/Users", "create user", body)
    if not (scim_id := made_id(made)):
        return
    known, path = Handle("Users", scim_id, scene.address(tag)), path_of("Users", scim_id)
    for name, operation in listed:
        yield write("PATCH", path, f"patch, {name}", patch_body(operation))
        yield by_id(known)
        if operation["op"] != "replace" or "." in str(operation.get("path")):
            yield write("PUT", path, "put back", body)


def _parts(scene: Scene) -> Iterator[tuple[str, Json]]:
    yield "remove of a part", {"op": "remove", "path": "name.givenName"}
    yield "remove of a whole", {"op": "remove", "path": "name"}
    yield "add to a whole", {"op": "add", "path": "name", "value": {"middleName": "King"}}
    yield "a part that is null", {"op": "replace", "path": "name", "value": {"givenName": None, "familyName": "King"}}
    yield "a part of every value", {"op": "replace", "path": "emails.type", "value": "other"}
    yield "remove of a part of every value", {"op": "remove", "path": "emails.display"}
    yield (
        "a part of one value",
        {"op": "replace", "path": 'emails[type eq "work"].display', "value": f"Desk {scene.mark}"},
    )
    yield "remove of a part of one value", {"op": "remove", "path": 'emails[type eq "home"].display'}
    yield "an object at one value", {"op": "replace", "path": 'emails[type eq "home"]', "value": {"display": "Home"}}
    yield "add to one value", {"op": "add", "path": 'emails[type eq "home"]', "value": {"display": "House"}}
    yield (
        "a filter that several meet",
        {"op": "replace", "path": "emails[value pr].display", "value": f"All {scene.mark}"},
    )
    yield "a filter with or", {"op": "remove", "path": 'emails[type eq "home" or type eq "other"]'}
    yield "a filter with not", {"op": "remove", "path": 'emails[not (type eq "work")]'}
    yield "the URN of the core", {"op": "replace", "path": f"{CORE_USER}:title", "value": "after"}
    yield "a part by the URN of the core", {"op": "replace", "path": f"{CORE_USER}:name.familyName", "value": "King"}
    yield "a filter by the URN of the core", {
        "op": "replace", "path": f'{CORE_USER}:emails[type eq "work"].display', "value": f"Core {scene.mark}",
    }  # fmt: skip
    yield "letters of another case", {"op": "replace", "path": "NAME.FamilyName", "value": "King"}
    yield "an empty list", {"op": "replace", "path": "emails", "value": []}
    yield "null", {"op": "replace", "path": "title", "value": None}
    yield "an added null", {"op": "add", "path": "nickName", "value": None}


def _extensions(scene: Scene) -> Iterator[tuple[str, Json]]:
    if not _has(scene, ENTERPRISE_USER):
        return
    urn = ENTERPRISE_USER
    yield "an extension by its URN", {"op": "replace", "path": urn, "value": {"department": "Looms"}}
    yield "add to an extension by its URN", {"op": "add", "path": urn, "value": {"division": "North"}}
    yield "remove of an extension", {"op": "remove", "path": urn}
    yield "remove of one of its attributes", {"op": "remove", "path": f"{urn}:department"}
    yield "an extension without a path", {"op": "replace", "value": {urn: {"department": "Looms"}}}
    yield "add of an extension without a path", {"op": "add", "value": {urn: {"costCenter": "12"}, "title": "after"}}
    yield "a name with its URN as a key", {"op": "replace", "value": {f"{urn}:department": "Looms"}}
    yield "a name with a dot as a key", {"op": "replace", "value": {"name.familyName": "King"}}
    yield "an extension that is a text", {"op": "replace", "path": urn, "value": "text"}
    yield "an extension that is a text without a path", {"op": "add", "value": {urn: "text"}}
    yield "an attribute that the extension lacks", {"op": "add", "path": f"{urn}:nosuch", "value": "x"}
    yield "what the extension lacks, as a key", {"op": "add", "value": {urn: {"nosuch": "x", "division": "South"}}}
    yield "a part of what has none", {"op": "replace", "path": f"{urn}:department.value", "value": "x"}
    yield "an extension that there is not", {"op": "add", "path": "urn:nosuch:schema:title", "value": "x"}


def _nothing(scene: Scene) -> Iterator[tuple[str, Json]]:
    for path in (
        "name.nosuch",
        "title.value",
        'name[givenName eq "Ada"]',
        'title[value eq "before"]',
        'emails[nosuch eq "x"]',
        'emails[type eq "work"].nosuch',
        'emails[type eq "work"].value.more',
        'emails[type eq "work"][value pr]',
        'emails[type eq "work"]value',
        "emails[]",
        "emails[type]",
        'emails[emails[type eq "work"]]',
        'emails[value.part eq "x"]',
        "emails[type gt true]",
        f"{CORE_USER}:nosuch",
        "x" * _LONG,
    ):
        value = {"value": scene.address("target"), "type": "other"} if path.startswith("emails") else f"x {scene.mark}"
        yield f"at {path[:40]}", {"op": "replace", "path": path, "value": value}
    yield "remove of what is not there", {"op": "remove", "path": "profileUrl"}
    yield "remove of a value that is not there", {"op": "remove", "path": 'emails[type eq "nosuch"]'}
    yield "keys with dots and URNs", {"op": "add", "value": {f"{CORE_USER}:title": "after", "name.middleName": "King"}}
    yield "keys that are no names", {"op": "add", "value": {"1bad": "x"}}
    yield "a key that no schema has", {"op": "add", "value": {"noSuchAttribute": "x"}}


def _members(scene: Scene) -> Conversation:
    ids = []
    for tag in ("odd-one", "odd-two"):
        made = yield write("POST", "/Users", "create user", scene.user(tag))
        ids.append(made_id(made))
    made = yield write("POST", "/Groups", "create group", scene.group("Odd members", members=[{"value": ids[0]}]))
    if not (found := made_id(made)) or not all(ids):
        return
    known, path = Handle("Groups", found, f"Odd members {scene.mark}"), path_of("Groups", found)
    one, two = ids
    for name, operation in (
        ("an object, not a list", {"op": "add", "path": "members", "value": {"value": two}}),
        ("a filter by type", {"op": "remove", "path": f'members[type eq "User" and value eq "{two}"]'}),
        ("one more", {"op": "add", "path": "members", "value": [{"value": two}]}),
        ("remove by a list", {"op": "remove", "path": "members", "value": [{"value": two}]}),
        ("the same again", {"op": "add", "path": "members", "value": [{"value": two}]}),
        ("remove by an object", {"op": "remove", "path": "members", "value": {"value": two}}),
        ("without a path", {"op": "add", "value": {"members": [{"value": two}]}}),
        ("a filter with or", {"op": "remove", "path": f'members[value eq "{two}" or value eq "nobody"]'}),
        ("an empty list", {"op": "add", "path": "members", "value": []}),
        ("a text", {"op": "add", "path": "members", "value": "text"}),
        ("an id as a text", {"op": "add", "path": "members", "value": two}),
        ("no value", {"op": "add", "path": "members", "value": [{"display": "Ada"}]}),
        ("a part of a member", {"op": "remove", "path": f'members[value eq "{one}"].display'}),
        ("a part of every member", {"op": "replace", "path": "members.display", "value": "Ada"}),
        (
            "another name and a member",
            {"op": "replace", "value": {"displayName": known.name, "members": [{"value": one}]}},
        ),
        ("none at all", {"op": "replace", "path": "members", "value": []}),
        ("who is not there", {"op": "remove", "path": f'members[value eq "{one}"]'}),
        ("null", {"op": "replace", "path": "members", "value": None}),
    ):
        yield write("PATCH", path, f"patch members, {name}", patch_body(operation))
        yield by_id(known)
    for scim_id, tag in zip(ids, ("odd-one", "odd-two"), strict=True):
        yield by_id(Handle("Users", scim_id, scene.address(tag)))


def _no_patch(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("no-patch", title="before"))
    if not (scim_id := made_id(made)):
        return
    known, path = Handle("Users", scim_id, scene.address("no-patch")), path_of("Users", scim_id)
    named = json.dumps([PATCH_OP])
    change: Json = {"op": "replace", "path": "title", "value": "after"}
    for name, text in (
        ("a list", render_json({"a": [change]})[5:-1]),
        ("operations that are texts", f'{{"schemas":{named},"Operations":["x"]}}'.encode()),
        ("operations that are null", f'{{"schemas":{named},"Operations":null}}'.encode()),
        (
            "an op that is a number",
            f'{{"schemas":{named},"Operations":[{{"op":7,"path":"title","value":"x"}}]}}'.encode(),
        ),
        (
            "a path that is a number",
            f'{{"schemas":{named},"Operations":[{{"op":"replace","path":7,"value":"x"}}]}}'.encode(),
        ),
    ):
        yield Request("PATCH", path, f"patch by {name}", WRITE_HEADERS, text)
        yield by_id(known)
    again = [{**change, "value": f"after {number}"} for number in range(20)]
    yield write("PATCH", path, "patch by many operations", patch_body(*again))
    yield by_id(known)
