"""Bulk: order, dependency by bulkId, circles, partial failure, and limits (RFC 7644 section 3.7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.record.exchange import Exchange, Json, Request
from harness.record.message import patch_body, path_of, write
from harness.situations.reading import Handle, by_id, by_name
from harness.situations.situation import Conversation, Scene, Situation, made_id

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def bulks(scene: Scene) -> Iterable[Situation]:
    """Only where the bridge declares bulk."""
    if not scene.declared.declares("bulk"):
        return
    yield Situation("users and a group in one request", lambda: _depending(scene, is_reversed=False))
    yield Situation("a group before its members", lambda: _depending(scene, is_reversed=True))
    yield Situation("every method in one request", lambda: _methods(scene))
    yield Situation("one of several fails", lambda: _failing(scene))
    yield Situation("two groups that contain each other", lambda: _circle(scene))
    yield Situation("bulks that are wrong", lambda: _wrong(scene))


def _bulk(name: str, *operations: Json, **more: Any) -> Request:
    return write("POST", "/Bulk", name, {"schemas": [BULK], "Operations": list(operations), **more})


def _create(endpoint: str, bulk_id: str, body: Json) -> Json:
    return {"method": "POST", "path": f"/{endpoint}", "bulkId": bulk_id, "data": body}


def _ids(exchange: Exchange) -> dict[str, str]:
    """Ids by bulkId, from the locations."""
    listed = exchange.json.get("Operations")
    done = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(each.get("bulkId")): str(each["location"]).rsplit("/", 1)[-1] for each in done if each.get("location")}


def _depending(scene: Scene, *, is_reversed: bool) -> Conversation:
    tag = "rev" if is_reversed else "dep"
    users = [_create("Users", f"u{n}", scene.user(f"{tag}{n}", title=f"t{n}")) for n in range(3)]
    members = [{"value": f"bulkId:u{n}"} for n in range(2)]
    group = _create("Groups", "g", scene.group(f"Bulk {tag}", members=members))
    operations = [group, *users] if is_reversed else [*users, group]
    done = yield _bulk("create in bulk", *operations)
    ids = _ids(done)
    for n in range(3):
        if f"u{n}" in ids:
            yield by_id(Handle("Users", ids[f"u{n}"], scene.address(f"{tag}{n}")))
    if "g" in ids:
        yield by_id(Handle("Groups", ids["g"], f"Bulk {tag} {scene.mark}"))
        yield by_name(Handle("Groups", ids["g"], f"Bulk {tag} {scene.mark}"))


def _methods(scene: Scene) -> Conversation:
    found = []
    for number in range(3):
        made = yield write("POST", "/Users", "create user", scene.user(f"meth{number}", title="before"))
        if not made_id(made):
            return
        found.append(Handle("Users", made_id(made), scene.address(f"meth{number}")))
    put, patched, deleted = found
    change = patch_body(
        {"op": "replace", "path": "title", "value": "patched"}, {"op": "add", "path": "nickName", "value": "n"}
    )
    yield _bulk(
        "every method",
        {"method": "PUT", "path": path_of("Users", put.id), "data": scene.user("meth0", title="put")},
        {"method": "PATCH", "path": path_of("Users", patched.id), "data": change},
        {"method": "DELETE", "path": path_of("Users", deleted.id)},
        _create("Users", "new", scene.user("meth-new")),
    )
    for each in found:
        yield by_id(each)
        yield by_name(each)


def _failing(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("taken"))
    for limit in (None, 1):
        tag = f"fail{limit or 0}"
        more = {} if limit is None else {"failOnErrors": limit}
        yield _bulk(
            f"one fails, failOnErrors {limit}",
            _create("Users", "a", scene.user(f"{tag}a")),
            _create("Users", "b", scene.user("taken")),
            _create("Users", "c", scene.user(f"{tag}c")),
            **more,
        )
        for name in ("a", "c"):
            yield by_name(Handle("Users", "", scene.address(f"{tag}{name}")))
    if made_id(made):
        yield by_id(Handle("Users", made_id(made), scene.address("taken")))


def _circle(scene: Scene) -> Conversation:
    done = yield _bulk(
        "groups in a circle",
        _create("Groups", "x", scene.group("Circle X", members=[{"type": "Group", "value": "bulkId:y"}])),
        _create("Groups", "y", scene.group("Circle Y", members=[{"type": "Group", "value": "bulkId:x"}])),
    )
    for bulk_id, found in _ids(done).items():
        yield by_id(Handle("Groups", found, f"Circle {bulk_id.upper()} {scene.mark}"))


def _wrong(scene: Scene) -> Conversation:
    user = scene.user("wrong")
    yield _bulk("bulk without a bulkId", {"method": "POST", "path": "/Users", "data": scene.user("nobulkid")})
    yield by_name(Handle("Users", "", scene.address("nobulkid")))
    yield _bulk(
        "bulk of an unknown bulkId", _create("Groups", "g", scene.group("Dangling", members=[{"value": "bulkId:none"}]))
    )
    yield _bulk("bulk at an unknown path", {"method": "POST", "path": "/NoSuchType", "bulkId": "n", "data": user})
    yield _bulk("bulk with a wrong method", {"method": "SWAP", "path": "/Users", "bulkId": "s", "data": user})
    yield _bulk("bulk without operations")
    if 0 < scene.declared.max_operations <= 2000:
        nobody = [{"method": "DELETE", "path": f"/Users/nobody-{n}"} for n in range(scene.declared.max_operations + 1)]
        yield _bulk("bulk of too many", *nobody)
