"""Members of groups: every form of joining and leaving, seen from both ends, in small and large groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from harness.record.exchange import Json, Request
from harness.record.message import patch_body, path_of, read, remove, render_query, write
from harness.situations.reading import Handle, by_id, by_name
from harness.situations.situation import Conversation, Scene, Situation, made_id

LARGE = 500
BATCH = 100


def memberships(scene: Scene) -> Iterable[Situation]:
    """Groups whose members come and go one by one, by lists and by replacement; and members who are deleted."""
    yield Situation("members come and go in every form", lambda: _forms(scene))
    yield Situation("one person in several groups", lambda: _several(scene))
    yield Situation("a member is deleted", lambda: _deleted_member(scene))
    yield Situation("a group is deleted, its members stay", lambda: _deleted_group(scene))
    yield Situation("members that nobody knows", lambda: _unknown(scene))
    yield Situation("a group in a group", lambda: _nested(scene))
    yield Situation("members change side by side", lambda: _together(scene))


def large_groups(scene: Scene) -> Iterable[Situation]:
    """A group of 500 members."""
    yield Situation(f"a group of {LARGE} members", lambda: _large(scene))


def _people(scene: Scene, tag: str, count: int) -> Conversation:
    found: list[Handle] = []
    for number in range(count):
        body = scene.user(f"{tag}{number}")
        made = yield write("POST", "/Users", "create user", body)
        if made_id(made):
            found.append(Handle("Users", made_id(made), body["userName"]))
    return found


def _group(scene: Scene, name: str, people: Sequence[Handle] | None, **more: Any) -> Conversation:
    members = None if people is None else [{"value": each.id} for each in people]
    body = scene.group(name, members=members, **more)
    made = yield write("POST", "/Groups", f"create group {name}", body)
    return Handle("Groups", made_id(made), body["displayName"]) if made_id(made) else None


def _change(group: Handle, *operations: Json) -> Request:
    first = operations[0]
    return write("PATCH", path_of("Groups", group.id), f"{first['op']} members", patch_body(*operations))


def _add(*people: Handle) -> Json:
    return {"op": "add", "path": "members", "value": [{"value": each.id} for each in people]}


def _leave(*people: Handle) -> list[Json]:
    return [{"op": "remove", "path": f'members[value eq "{each.id}"]'} for each in people]


def _forms(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "form", 5)
    if len(people) < 5:
        return
    a, b, c, d, e = people
    group: Handle | None = yield from _group(scene, "Forms", [a], externalId=f"ext-forms-{scene.mark}")
    if group is None:
        return
    named = f"Forms named {scene.mark}"
    value = [{"value": each.id} for each in (b, c)]
    steps: list[tuple[Json, ...]] = [
        (_add(b),),
        (_add(b),),
        (_add(c, d),),
        (*_leave(a),),
        (*_leave(a),),
        ({"op": "add", "value": {"members": [{"value": a.id}]}},),
        ({"op": "add", "path": "members", "value": [{"value": e.id, "type": "User"}]},),
        (*_leave(b, c),),
        (_add(b), *_leave(d), {"op": "replace", "path": "displayName", "value": f"Forms new {scene.mark}"}),
        ({"op": "remove", "path": f'members[value eq "{a.id}" or value eq "{b.id}"]'},),
        ({"op": "replace", "path": "members", "value": value},),
        ({"op": "replace", "value": {"members": [{"value": d.id}]}},),
        ({"op": "replace", "path": "displayName", "value": f"Forms again {scene.mark}"},),
        ({"op": "replace", "value": {"displayName": named, "members": [{"value": each.id} for each in (b, d)]}},),
        ({"op": "add", "value": {"members": [{"value": e.id}], "displayName": f"{named} again"}},),
        ({"op": "remove", "path": "members"},),
        (_add(a, b),),
        (_add(a, b, c, d, e),),  # who is there, and who is new, in one operation
        ({"op": "replace", "path": "members", "value": []},),
    ]
    for number, operations in enumerate(steps):
        yield _change(group, *operations)
        yield by_id(group)
        yield by_id(people[number % 5])
    body = scene.group("Forms", members=[{"value": each.id} for each in (c, a)])
    all_five = {**body, "members": [{"value": each.id} for each in people]}
    for sent in (body, all_five, {**body, "members": []}, {**body, "members": [{"value": e.id}]}):
        yield write("PUT", path_of("Groups", group.id), "replace group", sent)
        yield by_id(group)
        for each in people:
            yield by_id(each)
    yield by_name(Handle("Groups", group.id, body["displayName"]))


def _several(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "sev", 3)
    if len(people) < 3:
        return
    groups: list[Handle] = []
    for name in ("One", "Two", "Three"):
        group = yield from _group(scene, name, people)
        if group is None:
            return
        groups.append(group)
    one, two, three = groups
    steps = [
        _change(one, *_leave(people[0])),
        _change(two, {"op": "replace", "path": "displayName", "value": f"Second {scene.mark}"}),
        _change(three, *_leave(people[0], people[1])),
        write(
            "PATCH",
            path_of("Users", people[0].id),
            "patch user",
            patch_body({"op": "add", "path": "title", "value": "x"}),
        ),
        write("PUT", path_of("Users", people[1].id), "replace user", scene.user("sev1", title="y")),
        _change(one, _add(people[0])),
        write("PUT", path_of("Users", people[2].id), "rename user", scene.user("sev2.new")),
        write(
            "PATCH",
            path_of("Users", people[2].id),
            "rename user",
            patch_body({"op": "replace", "path": "userName", "value": people[2].name}),
        ),
    ]
    for step in steps:
        yield step
        for each in (*people, *groups):
            yield by_id(each)
    yield read("/Groups", "list groups", render_query((("filter", scene.own("Groups")),)))
    yield read("/Users", "list users", render_query((("filter", scene.own("Users")),)))


def _deleted_member(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "del", 3)
    if len(people) < 3:
        return
    one: Handle | None = yield from _group(scene, "Left", people)
    two: Handle | None = yield from _group(scene, "Also", people[:2])
    yield remove(path_of("Users", people[0].id), "delete user")
    for group in (one, two):
        if group is not None:
            yield by_id(group)
            yield by_name(group)
    yield by_id(people[1])


def _deleted_group(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "stay", 2)
    group: Handle | None = yield from _group(scene, "Gone", people)
    other: Handle | None = yield from _group(scene, "Kept", people)
    if group is None or other is None:
        return
    for each in people:
        yield by_id(each)
    yield remove(path_of("Groups", group.id), "delete group")
    yield by_id(other)
    for each in people:
        yield by_id(each)
        yield by_name(each)


def _unknown(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "unk", 2)
    group: Handle | None = yield from _group(scene, "Unknown", people)
    if group is None or not people:
        return
    nobody: Any = "0f7c2f1e-no-such-id"
    for operation in (
        {"op": "add", "path": "members", "value": [{"value": nobody}]},
        {"op": "remove", "path": f'members[value eq "{nobody}"]'},
        {"op": "replace", "path": "members", "value": [{"value": people[0].id}, {"value": nobody}]},
    ):
        yield _change(group, operation)
        yield by_id(group)
        yield by_id(people[0])


def _nested(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "nest", 1)
    inner: Handle | None = yield from _group(scene, "Inner", people)
    outer: Handle | None = yield from _group(scene, "Outer", people)
    if inner is None or outer is None:
        return
    yield _change(outer, {"op": "add", "path": "members", "value": [{"value": inner.id, "type": "Group"}]})
    for each in (outer, inner, *people):
        yield by_id(each)
    yield _change(outer, *_leave(inner))
    yield by_id(outer)


def _together(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "tog", 6)
    group: Handle | None = yield from _group(scene, "Together", people[:2])
    if group is None or len(people) < 6:
        return
    yield tuple(_change(group, _add(each)) for each in people[2:])
    yield by_id(group)
    yield tuple(_change(group, *_leave(each)) for each in people[:3])
    yield by_id(group)
    for each in people:
        yield by_id(each)
    titles = [patch_body({"op": "replace", "path": "title", "value": f"t{number}"}) for number in range(6)]
    yield tuple(
        write("PATCH", path_of("Users", each.id), "patch user", body) for each, body in zip(people, titles, strict=True)
    )
    for each in people:
        yield by_id(each)


def _large(scene: Scene) -> Conversation:
    people: list[Handle] = yield from _people(scene, "big", LARGE)
    group: Handle | None = yield from _group(scene, "Large", people[:BATCH])
    if group is None or len(people) < LARGE:
        return
    for start in range(BATCH, LARGE, BATCH):
        yield _change(group, _add(*people[start : start + BATCH]))
    yield by_id(group)
    yield _change(group, *_leave(*people[:3]))
    yield _change(group, _add(people[1]))
    yield by_id(group)
    yield by_name(group)
    query = render_query((("filter", f'displayName eq "{group.name}"'), ("excludedAttributes", "members")))
    yield read("/Groups", "find without members", query)
    members = [{"value": each.id} for each in people[5:]]
    body = scene.group("Large", members=members)
    yield write("PUT", path_of("Groups", group.id), "replace large group", body)
    yield by_id(group)
    yield by_id(people[0])
    yield by_id(people[-1])
