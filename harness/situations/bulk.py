"""Bulk: order, dependency by bulkId, circles, partial failure, and limits (RFC 7644 section 3.7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from harness.record.exchange import Exchange, Json, Request
from harness.record.message import ENTERPRISE_USER, WRITE_HEADERS, patch_body, path_of, render_json, write
from harness.situations.reading import Handle, by_id, by_name
from harness.situations.situation import Conversation, Scene, Situation, made_id

MAX_PAYLOAD = 4_000_000
"""The longest body that is made to exceed a limit, in bytes."""

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def bulks(scene: Scene) -> Iterable[Situation]:
    """Only where the bridge declares bulk."""
    if not scene.declared.declares("bulk"):
        return
    yield Situation("users and a group in one request", lambda: _depending(scene, is_reversed=False))
    yield Situation("a group before its members", lambda: _depending(scene, is_reversed=True))
    yield Situation("every method in one request", lambda: _methods(scene))
    yield Situation("every method on groups in one request", lambda: _methods_on_groups(scene))
    yield Situation("one of several fails", lambda: _failing(scene))
    yield Situation("two groups that contain each other", lambda: _circle(scene))
    yield Situation("bulks that are wrong", lambda: _wrong(scene))
    yield Situation("operations that lack something", lambda: _lacking(scene))
    yield Situation("what is made, changed and deleted in one request", lambda: _one_after_the_other(scene))
    yield Situation("a manager in the same request", lambda: _manager(scene))
    yield Situation("operations with versions", lambda: _versions(scene))
    yield Situation("bodies that are no bulk", lambda: _no_bulk(scene))
    yield Situation("operations that are odd", lambda: _odd(scene))


def _bulk(name: str, *operations: Json, **more: Any) -> Request:
    return write("POST", "/Bulk", name, {"schemas": [BULK], "Operations": list(operations), **more})


def _create(endpoint: str, bulk_id: str, body: Json) -> Json:
    return {"method": "POST", "path": f"/{endpoint}", "bulkId": bulk_id, "data": body}


def _ids(exchange: Exchange) -> dict[str, str]:
    """Ids by bulkId, from the locations."""
    listed = exchange.json.get("Operations")
    done = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    named = {str(each.get("bulkId")): str(each["location"]).rsplit("/", 1)[-1] for each in done if each.get("location")}
    return {bulk_id: unquote(name) for bulk_id, name in named.items()}


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
        _create(
            "Users", "new", scene.user("meth-new", title="made", nickName="Newt", externalId=f"ext-b-{scene.mark}")
        ),
    )
    yield by_name(Handle("Users", "", scene.address("meth-new")))
    for each in found:
        yield by_id(each)
        yield by_name(each)


def _methods_on_groups(scene: Scene) -> Conversation:
    """Groups are replaced, changed and deleted, and somebody who is made in the same request joins one."""
    known = []
    for number in range(3):
        body = scene.group(f"Meth {number}", externalId=f"ext-meth{number}-{scene.mark}")
        made = yield write("POST", "/Groups", "create group", body)
        if not made_id(made):
            return
        known.append(Handle("Groups", made_id(made), body["displayName"]))
    put, patched, deleted = known
    join = {"op": "add", "path": "members", "value": [{"value": "bulkId:late"}]}
    operations: list[Json] = [
        {"method": "PUT", "path": path_of("Groups", put.id), "data": scene.group("Meth put")},
        _create("Users", "late", scene.user("meth-late")),
        {"method": "DELETE", "path": path_of("Groups", deleted.id)},
    ]
    if scene.declared.has("patch"):
        operations.append({"method": "PATCH", "path": path_of("Groups", patched.id), "data": patch_body(join)})
    done = yield _bulk("every method on groups", *operations)
    for each in known:
        yield by_id(each)
        yield by_name(each)
    for scim_id in _ids(done).values():
        yield by_id(Handle("Users", scim_id, scene.address("meth-late")))


def _failing(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("taken"))
    yield write("POST", "/Users", "create it again", scene.user("taken"))  # as one of the operations does
    for limit in (None, 1, 2):
        tag = f"fail{limit or 0}"
        more = {} if limit is None else {"failOnErrors": limit}
        yield _bulk(
            f"one fails, failOnErrors {limit}",
            _create("Users", "a", scene.user(f"{tag}a")),
            _create("Users", "b", scene.user("taken")),
            _create("Users", "c", scene.user(f"{tag}c")),
            _create("Users", "d", scene.user("taken")),
            _create("Users", "e", scene.user(f"{tag}e")),
            **more,
        )
        for name in ("a", "c", "e"):
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
    if 0 < scene.declared.max_payload <= MAX_PAYLOAD:
        padding = " " * scene.declared.max_payload
        yield Request("POST", "/Bulk", "bulk of too many bytes", WRITE_HEADERS, render_json(_long(user, padding)))
        yield by_name(Handle("Users", "", user["userName"]))
        whole = render_json({"schemas": [BULK], "Operations": [_create("Users", "full", scene.user("full"))]})
        padded = whole + b" " * (scene.declared.max_payload - len(whole))
        yield Request("POST", "/Bulk", "bulk of as many bytes as may be", WRITE_HEADERS, padded)
    if 0 < scene.declared.max_operations <= 2000:
        nobody = [{"method": "DELETE", "path": f"/Users/nobody-{n}"} for n in range(scene.declared.max_operations + 1)]
        yield _bulk("bulk of too many", *nobody)
        yield _bulk("bulk of as many as may be", *nobody[1:])


def _long(user: Json, padding: str) -> Json:
    return {"schemas": [BULK], "Operations": [_create("Users", "long", {**user, "title": padding})]}


def _lacking(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("lack", title="before"))
    if not (scim_id := made_id(made)):
        return
    data = scene.user("lack-new")
    whole = _create("Users", "w", data)
    lacking: list[tuple[str, Json]] = [
        ("without method", {**whole, "method": None}),
        ("GET", {"method": "GET", "path": path_of("Users", scim_id)}),
        ("without path", {**whole, "path": None}),
        ("POST at a resource", {**whole, "path": path_of("Users", scim_id)}),
        ("PUT at an endpoint", {"method": "PUT", "path": "/Users", "data": scene.user("lack", title="after")}),
        ("POST without data", {**whole, "data": None}),
        ("PUT without data", {"method": "PUT", "path": path_of("Users", scim_id)}),
        ("PATCH without data", {"method": "PATCH", "path": path_of("Users", scim_id)}),
    ]
    known = Handle("Users", scim_id, scene.address("lack"))
    for number, (name, operation) in enumerate(lacking):
        sent = {key: value for key, value in operation.items() if value is not None}
        beside = _create("Users", f"b{number}", scene.user(f"beside{number}"))
        yield _bulk(f"bulk with an operation {name}", sent, beside)
        yield by_id(known)
        yield by_name(Handle("Users", "", scene.address("lack-new")))
    gone = {"method": "PUT", "path": "/Users/nobody", "data": scene.user("lack-gone")}
    yield _bulk("bulk with a PUT of nobody", gone, {"method": "DELETE", "path": "/Users/nobody"})


def _one_after_the_other(scene: Scene) -> Conversation:
    own = "/Users/bulkId:one"
    change = patch_body({"op": "replace", "path": "title", "value": "patched"})
    done = yield _bulk(
        "made and changed",
        _create("Users", "one", scene.user("seq", title="made")),
        {"method": "PUT", "path": own, "data": scene.user("seq", title="put")},
        {"method": "PATCH", "path": own, "data": change},
    )
    for scim_id in _ids(done).values():
        yield by_id(Handle("Users", scim_id, scene.address("seq")))
    made = yield write("POST", "/Users", "create user", scene.user("seq-gone"))
    if found := made_id(made):
        known = Handle("Users", found, scene.address("seq-gone"))
        path = path_of("Users", found)
        yield _bulk(
            "changed and deleted",
            {"method": "PATCH", "path": path, "data": change},
            {"method": "DELETE", "path": path},
        )
        yield by_id(known)
        yield by_name(known)


def _manager(scene: Scene) -> Conversation:
    schema = scene.declared.schemas.get("Users")
    extension = schema.extension(ENTERPRISE_USER) if schema else None
    if extension is None or "manager" not in extension.attributes:
        return
    reports = scene.user("report", **{ENTERPRISE_USER: {"manager": {"value": "bulkId:boss"}}})
    done = yield _bulk(
        "a manager and who reports to them",
        _create("Users", "report", reports),
        _create("Users", "boss", scene.user("boss")),
    )
    for bulk_id, scim_id in _ids(done).items():
        yield by_id(Handle("Users", scim_id, scene.address(bulk_id)))


def _versions(scene: Scene) -> Conversation:
    if not scene.declared.declares("etag"):
        return
    made = yield write("POST", "/Users", "create user", scene.user("versions", title="before"))
    if not (scim_id := made_id(made)):
        return
    if not (current := made.header("ETag")):
        return  # of a version that nobody has told, nothing can be said
    known, path = Handle("Users", scim_id, scene.address("versions")), path_of("Users", scim_id)
    for title in ("one", "two"):
        data = scene.user("versions", title=title)
        put = {"method": "PUT", "path": path, "version": current, "data": data}
        yield _bulk(f"bulk with a version, title {title}", put)
        yield by_id(known)
    change = patch_body({"op": "replace", "path": "title", "value": "three"})
    stale: list[Json] = [
        {"method": "PATCH", "path": path, "version": current, "data": change},
        {"method": "DELETE", "path": path, "version": current},
    ]
    for operation in stale:
        if operation["method"] == "DELETE" or scene.declared.has("patch"):
            yield _bulk(f"bulk with a stale version, {operation['method']}", operation)
            yield by_id(known)


def _no_bulk(scene: Scene) -> Conversation:
    one = _create("Users", "none", scene.user("nobulk"))
    yield write("POST", "/Bulk", "bulk without schemas", {"Operations": [one]})
    other = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
    two = _create("Users", "none", scene.user("nobulk.other"))
    yield write("POST", "/Bulk", "bulk of another schema", {"schemas": [other], "Operations": [two]})
    yield Request("POST", "/Bulk", "bulk that is a list", WRITE_HEADERS, b"[]")


def _odd(scene: Scene) -> Conversation:
    """What stands beside each odd operation is right, and is looked for."""
    made = yield write("POST", "/Users", "create user", scene.user("odd-bulk", title="before"))
    if not (scim_id := made_id(made)):
        return
    put = {"method": "PUT", "path": path_of("Users", scim_id), "data": scene.user("odd-bulk", title="after")}
    odd: list[tuple[str, list[Any], Json]] = [
        ("a bulkId twice", [_create("Users", "b0", scene.user("odd-twice"))], {}),
        ("a version that is a number", [{**put, "version": 7}], {}),
        ("data that is a list", [{**put, "data": []}], {}),
        ("a method in small letters", [{**put, "method": "put"}], {}),
        ("failOnErrors of zero", [], {"failOnErrors": 0}),
        ("failOnErrors that is a text", [], {"failOnErrors": "one"}),
        ("a PATCH of nothing", [{"method": "PATCH", "path": put["path"], "data": {}}], {}),
        ("a search", [{"method": "POST", "path": "/Users/.search", "bulkId": "s", "data": {}}], {}),
    ]
    for number, (name, operations, more) in enumerate(odd):
        right = _create("Users", f"b{number}", scene.user(f"odd-beside{number}"))
        yield _bulk(f"bulk with {name}", right, *operations, **more)
        yield by_id(Handle("Users", scim_id, scene.address("odd-bulk")))
        yield by_name(Handle("Users", "", scene.address(f"odd-beside{number}")))
