"""The same once more: writes that repeat a state, names that come back, and who is gone (RFC 7644 section 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from harness.record.exchange import Json
from harness.record.message import patch_body, path_of, read, remove, write
from harness.situations.reading import Handle, by_id, by_name, by_search, listed
from harness.situations.situation import Conversation, Scene, Situation, made_id


def repeats(scene: Scene) -> Iterable[Situation]:
    """Users and groups that are written twice alike, deactivated twice, deleted twice, and made again."""
    yield Situation("a user is written twice alike", lambda: _twice(scene))
    yield Situation("a user is deactivated and comes back", lambda: _off_and_on(scene))
    yield Situation("a user is renamed, and the old name is free", lambda: _renamed(scene))
    yield Situation("a user is deleted and made again", lambda: _again(scene, "Users"))
    yield Situation("a group is deleted and made again", lambda: _again(scene, "Groups"))
    yield Situation("a group is renamed and replaced twice", lambda: _group_twice(scene))
    yield Situation("refused writes leave no mark", lambda: _refused(scene))
    yield Situation("refused writes of a group leave no mark", lambda: _refused_group(scene))
    yield Situation("external ids come and go", lambda: _external(scene))


def _user(scene: Scene, tag: str, **attributes: Any) -> Conversation:
    body = scene.user(tag, **attributes)
    made = yield write("POST", "/Users", "create user", body)
    found = made_id(made)
    return Handle("Users", found, body["userName"]) if found else None


def _patch(known: Handle, *operations: Json, name: str = "patch") -> Any:
    return write("PATCH", path_of(known.endpoint, known.id), name, patch_body(*operations))


def _twice(scene: Scene) -> Conversation:
    phones = [{"value": "tel:+1-201-555-0123", "type": "work"}, {"value": "tel:+1-201-555-0124", "type": "mobile"}]
    body = scene.user("twice", title="Analyst", phoneNumbers=phones)
    known: Handle | None = yield from _user(scene, "twice", title="Analyst", phoneNumbers=phones)
    if known is None:
        return
    path = path_of("Users", known.id)
    for _ in range(2):
        yield write("PUT", path, "replace alike", body)
        yield by_id(known)
    for operation in (
        {"op": "replace", "path": "title", "value": "Analyst"},
        {"op": "add", "path": "title", "value": "Analyst"},
        {"op": "add", "path": "phoneNumbers", "value": phones[:1]},
        {"op": "replace", "path": "phoneNumbers", "value": phones},
        {"op": "replace", "path": "active", "value": True},
        {"op": "remove", "path": "nickName"},
        {"op": "replace", "value": {"title": "Analyst", "displayName": "Ada Byron"}},
    ):
        yield _patch(known, operation, name="patch alike")
        yield by_id(known)
    shown = yield by_id(known)
    if shown.status == 200:
        yield write("PUT", path, "replace by what was shown", shown.json)
        yield by_id(known)
        yield by_search(known)


def _off_and_on(scene: Scene) -> Conversation:
    known: Handle | None = yield from _user(scene, "off", title="Analyst", nickName="Addie")
    if known is None:
        return
    path = path_of("Users", known.id)
    for number, value in enumerate((False, False, True, True, False)):
        operation = {"op": "replace", "path": "active", "value": value}
        yield _patch(
            known, operation if number % 2 else {"op": "replace", "value": {"active": value}}, name="patch active"
        )
        yield by_id(known)
        yield by_name(known)
    yield _patch(known, {"op": "replace", "path": "title", "value": "Countess"}, name="patch while inactive")
    yield by_id(known)
    for value in (True, False):
        body = scene.user("off", title="Put", active=value)
        yield write("PUT", path, "replace with active", body)
        yield by_id(known)
    yield write("PUT", path, "replace while inactive", scene.user("off", title="Still away", active=False))
    yield by_id(known)
    made = yield write("POST", "/Users", "create who is inactive", scene.user("off-first", active=False))
    if first := made_id(made):
        yield by_id(Handle("Users", first, scene.address("off-first")))
    yield listed("Users", "who is active", ("filter", f"{scene.own('Users')} and active eq true"))
    yield listed("Users", "who is not active", ("filter", f"{scene.own('Users')} and active eq false"))


def _renamed(scene: Scene) -> Conversation:
    known: Handle | None = yield from _user(scene, "renamed", externalId=f"ext-r-{scene.mark}")
    other: Handle | None = yield from _user(scene, "other", externalId=f"ext-o-{scene.mark}")
    if known is None or other is None:
        return
    new = scene.address("renamed.new")
    yield _patch(known, {"op": "replace", "path": "userName", "value": new}, name="rename")
    yield by_id(known)
    yield by_name(Handle("Users", known.id, new))
    yield by_name(known)
    yield _patch(
        known, {"op": "replace", "path": "userName", "value": other.name}, name="rename to a name that is taken"
    )
    yield by_id(known)
    yield by_id(other)
    yield write("PUT", path_of("Users", known.id), "replace, back to the old name", scene.user("renamed"))
    yield by_id(known)
    yield by_name(known)
    yield from _user(scene, "renamed.new")


def _again(scene: Scene, endpoint: str) -> Conversation:
    body = scene.body(endpoint, "again", externalId=f"ext-a-{scene.mark}")
    name = body["userName" if endpoint == "Users" else "displayName"]
    told = {"title": "Countess", "nickName": "Addie"} if endpoint == "Users" else {}
    for more in (told, {}):  # who comes back has nothing of what they had
        made = yield write("POST", f"/{endpoint}", "create", {**body, **more})
        if not (scim_id := made_id(made)):
            return
        known = Handle(endpoint, scim_id, name)
        yield by_id(known)
        path = path_of(endpoint, scim_id)
        yield remove(path, "delete")
        yield by_id(known)
        yield by_name(known)
        yield listed(endpoint, "list after the delete", ("filter", scene.own(endpoint)))
        yield remove(path, "delete again")
        yield write("PUT", path, "replace who is gone", body)
        yield _patch(
            known, {"op": "replace", "path": "displayName", "value": f"Gone {scene.mark}"}, name="patch who is gone"
        )
        yield by_id(known)


def _group_twice(scene: Scene) -> Conversation:
    ada: Handle | None = yield from _user(scene, "g-ada")
    bob: Handle | None = yield from _user(scene, "g-bob")
    if ada is None or bob is None:
        return
    body = scene.group("Twice", members=[{"value": ada.id}, {"value": bob.id}])
    made = yield write("POST", "/Groups", "create group", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Groups", scim_id, body["displayName"])
    path = path_of("Groups", scim_id)
    for _ in range(2):
        yield write("PUT", path, "replace group alike", body)
        yield by_id(known)
    renamed = f"Twice new {scene.mark}"
    for _ in range(2):
        yield _patch(known, {"op": "replace", "path": "displayName", "value": renamed}, name="rename group")
        yield by_id(known)
    yield by_name(Handle("Groups", scim_id, renamed))
    yield by_name(known)
    yield _patch(
        known, {"op": "replace", "value": {"displayName": body["displayName"]}}, name="rename group without path"
    )
    yield by_id(known)
    yield write("PUT", path, "replace group by one member", {**body, "members": [{"value": bob.id}]})
    yield by_id(known)
    yield by_id(ada)
    yield by_id(bob)


def _refused(scene: Scene) -> Conversation:
    known: Handle | None = yield from _user(scene, "steady", title="steady", externalId=f"ext-s-{scene.mark}")
    other: Handle | None = yield from _user(scene, "taken", externalId=f"ext-t-{scene.mark}")
    if known is None or other is None:
        return
    path = path_of("Users", known.id)
    phones = [{"value": "tel:+1-201-555-0177", "type": "work"}]
    other_values: Json = {"title": "PUT", "displayName": "Put", "nickName": "Put", "phoneNumbers": phones}
    all_new: Json = {**other_values, "name": {"givenName": "Put", "familyName": "Put"}, "active": False}
    bodies: list[tuple[str, Json]] = [
        ("replace without userName", {**scene.user("steady", **all_new), "userName": None}),
        ("replace by a name that is taken", scene.user("taken", externalId=f"ext-s-{scene.mark}", **all_new)),
        ("replace with a number as a name", {**scene.user("steady", **other_values), "name": 7}),
    ]
    for name, body in bodies:
        yield write("PUT", path, name, body)
        yield by_id(known)
        yield by_id(other)
    labelled = write("PUT", path, "replace with a body that is called a text", scene.user("steady", **other_values))
    others = tuple(pair for pair in labelled.headers if pair[0].lower() != "content-type")
    yield replace(labelled, headers=(*others, ("Content-Type", "text/plain")))
    yield by_id(known)
    title: Json = {"op": "replace", "path": "title", "value": "PATCH"}
    for operation in (
        {"op": "replace", "path": "userName", "value": other.name},
        {"op": "remove", "path": "userName"},
        {"op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z"},
        {"op": "replace", "path": "groups", "value": [{"value": "nobody"}]},
        {"op": "replace", "path": "name", "value": 7},
        {"op": "add", "path": "emails", "value": f"no list {scene.mark}"},
    ):
        yield _patch(known, title, operation, name=f"patch, then {operation['op']} {operation['path']}")
        yield by_id(known)
    yield write("POST", "/Users", "create a name that is taken", scene.user("taken", title="POST"))
    yield by_id(other)
    yield by_name(other)


def _refused_group(scene: Scene) -> Conversation:
    ada: Handle | None = yield from _user(scene, "rg-ada")
    if ada is None:
        return
    body = scene.group("Steady", members=[{"value": ada.id}])
    made = yield write("POST", "/Groups", "create group", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Groups", scim_id, body["displayName"])
    path = path_of("Groups", scim_id)
    yield write("PUT", path, "replace group without displayName", {**body, "displayName": None, "members": None})
    yield by_id(known)
    rename: Json = {"op": "replace", "path": "displayName", "value": f"Patched {scene.mark}"}
    for operation in (
        {"op": "remove"},
        {"op": "replace", "path": "id", "value": "another"},
        {"op": "replace", "path": 'members[value eq "nobody"].value', "value": ada.id},
        {"op": "remove", "path": "displayName"},
    ):
        yield _patch(known, rename, operation, name="patch group, then what is wrong")
        yield by_id(known)
        yield by_id(ada)


def _external(scene: Scene) -> Conversation:
    known: Handle | None = yield from _user(scene, "external", externalId=f"Ext-One-{scene.mark}")
    other: Handle | None = yield from _user(scene, "external.other", externalId=f"ext-one-{scene.mark}")
    if known is None:
        return
    for value in (f"Ext-One-{scene.mark}", f"ext-one-{scene.mark}", f"ext-none-{scene.mark}"):
        yield listed("Users", "find by externalId", ("filter", f'externalId eq "{value}"'))
    for operation in (
        {"op": "replace", "path": "externalId", "value": f"Ext-Two-{scene.mark}"},
        {"op": "remove", "path": "externalId"},
        {"op": "add", "path": "externalId", "value": f"Ext-Three-{scene.mark}"},
    ):
        yield _patch(known, operation, name="patch externalId")
        yield by_id(known)
        yield listed("Users", "find by externalId", ("filter", f'externalId eq "Ext-Three-{scene.mark}"'))
    if other is not None:
        yield by_id(other)
    odd = f'%41 O\'Neil "x" \\ a+b {scene.mark}'
    yield _patch(known, {"op": "replace", "path": "externalId", "value": odd}, name="patch externalId to an odd one")
    yield by_id(known)
    yield write("PUT", path_of("Users", known.id), "replace with an odd externalId",
                scene.user("external", externalId=f"{odd} again"))  # fmt: skip
    yield by_id(known)
    group = yield write("POST", "/Groups", "create group", scene.group("External", externalId=f"ext-g-{scene.mark}"))
    if found := made_id(group):
        yield read(path_of("Groups", found), "read back")
        change = {"op": "replace", "path": "externalId", "value": f"ext-h-{scene.mark}"}
        yield write("PATCH", path_of("Groups", found), "patch externalId", patch_body(change))
        yield read(path_of("Groups", found), "read back")
