"""Writes that have to be refused, and writes of what is null, readOnly, immutable or taken (RFC 7644 section 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.model.characteristics import Attribute
from harness.record.exchange import Json, Request
from harness.record.message import ENTERPRISE_USER, patch_body, path_of, render_query, write
from harness.situations.reading import Handle, by_id, by_name
from harness.situations.samples import pair_of, types_of
from harness.situations.situation import BASES, Conversation, Scene, Situation, made_id

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def writes(scene: Scene) -> Iterable[Situation]:
    """What clients get wrong, and what they may do though few do it."""
    yield Situation("a PATCH that has to be refused", lambda: _refused(scene))
    yield Situation("a PATCH of a group that has to be refused", lambda: _refused_group(scene))
    yield Situation("a PATCH of several values", lambda: _values(scene))
    yield Situation("a PATCH of a plain user's first extension", lambda: _extension(scene))
    yield Situation("a PATCH that selects attributes", lambda: _selecting(scene))
    yield Situation("a name that is taken", lambda: _taken(scene))
    yield Situation("a name of a group that is taken", lambda: _taken_group(scene))
    yield Situation("a create of what is null", lambda: _null_created(scene))
    yield Situation("a create of what is readOnly", lambda: _read_only_created(scene))
    yield Situation("a PUT of what is null or readOnly", lambda: _put(scene))
    yield Situation("what is immutable", lambda: _immutable(scene))


def _made(scene: Scene, endpoint: str, tag: str, **attributes: Any) -> Conversation:
    body = scene.body(endpoint, tag, **attributes)
    made = yield write("POST", f"/{endpoint}", "create", body)
    found = made_id(made)
    return Handle(endpoint, found, body["userName" if endpoint == "Users" else "displayName"]) if found else None


def _patch(known: Handle, name: str, *operations: Json) -> Request:
    return write("PATCH", path_of(known.endpoint, known.id), f"patch, {name}", patch_body(*operations))


def _attribute(scene: Scene, name: str, endpoint: str = "Users") -> Attribute | None:
    schema = scene.declared.schemas.get(endpoint)
    return schema.attributes.get(name.lower()) if schema else None


def _refused(scene: Scene) -> Conversation:
    known: Handle | None = yield from _made(scene, "Users", "wrong", title="steady")
    if known is None:
        return
    path = path_of("Users", known.id)
    title: Json = {"op": "replace", "path": "title", "value": "changed"}
    for name, body in _wrong_bodies(title):
        yield write("PATCH", path, f"patch, {name}", body)
        yield by_id(known)
    for name, operation in _wrong_operations(scene):
        yield _patch(known, name, operation)
        yield by_id(known)
        yield _patch(known, f"a title, then {name}", title, operation)
        yield by_id(known)


def _wrong_bodies(title: Json) -> Iterator[tuple[str, Json]]:
    named = patch_body(title)["schemas"]
    yield "no Operations", {"schemas": named}
    yield "empty Operations", {"schemas": named, "Operations": []}
    yield "an object as Operations", {"schemas": named, "Operations": {}}
    yield "no schemas", {"Operations": [{**title, "value": "steady"}]}
    yield "another schema", {"schemas": [_LIST], "Operations": [title]}


def _wrong_operations(scene: Scene) -> Iterator[tuple[str, Json]]:
    yield "no op", {"path": "title", "value": "x"}
    for op in ("move", "swap"):
        yield f"op {op}", {"op": op, "path": "title", "value": "x"}
    yield "remove without path", {"op": "remove"}
    yield "add without value", {"op": "add", "path": "title"}
    for path in ("", "emails[", "name..x", "1bad", "title]", 'emails[type xx "work"]', 'emails[type eq "work]'):
        yield f"path {path!r}", {"op": "replace", "path": path, "value": f"x {scene.mark}"}
    address = {"value": scene.address("index"), "type": "other"}
    for path in ("emails[0]", "emails.0"):
        yield f"path {path!r}", {"op": "replace", "path": path, "value": address}
    yield "an attribute that no schema has", {"op": "add", "path": "noSuchAttribute", "value": "x"}
    yield "replace of id", {"op": "replace", "path": "id", "value": "another"}
    yield "replace of groups", {"op": "replace", "path": "groups", "value": [{"value": "nobody"}]}
    for path in ("id", "groups", "meta", "userName"):
        yield f"remove of {path}", {"op": "remove", "path": path}
    wrong: tuple[tuple[str, Any], ...] = (
        ("active", "perhaps"),
        ("emails", f"no list {scene.mark}"),
        ("userName", 7),
        ("name", "no object"),
    )
    for path, value in wrong:
        yield f"replace of {path} by {value!r}", {"op": "replace", "path": path, "value": value}
    for kind in ("other", "nobody has this"):
        at = f'emails[type eq "{kind}" and value eq "{scene.address("none")}"]'
        yield f"a target that is not there, {kind}", {"op": "replace", "path": f"{at}.value", "value": address["value"]}
    yield "a text without path", {"op": "replace", "value": "x"}
    yield "an added text without path", {"op": "add", "value": "x"}


def _refused_group(scene: Scene) -> Conversation:
    people = []
    for tag in ("gw0", "gw1", "gw2"):
        known: Handle | None = yield from _made(scene, "Users", tag)
        if known is None:
            return
        people.append(known)
    one, two, three = people
    members = [{"value": one.id}, {"value": two.id}]
    group: Handle | None = yield from _made(scene, "Groups", "Wrong", members=members)
    if group is None:
        return
    yield by_id(group)
    at = f'members[value eq "{one.id}"]'
    operations: list[tuple[str, Json]] = [
        ("another member in the place of one", {"op": "replace", "path": f"{at}.value", "value": three.id}),
        ("remove of displayName", {"op": "remove", "path": "displayName"}),
        ("remove without path", {"op": "remove"}),
        ("members of a wrong type", {"op": "add", "path": "members", "value": [7]}),
    ]
    for name, operation in operations:
        yield _patch(group, name, operation)
        yield by_id(group)
    yield by_id(three)
    for each in people:
        yield by_id(each)
    come = {"op": "add", "path": "members", "value": [{"value": three.id}]}
    yield _patch(group, "one leaves, one comes", {"op": "remove", "path": at}, come)
    yield by_id(group)
    for each in people:
        yield by_id(each)
    yield _patch(group, "all leave by a filter", {"op": "remove", "path": "members[value pr]"})
    yield by_id(group)


def _values(scene: Scene) -> Conversation:
    emails, addresses = _attribute(scene, "emails"), _attribute(scene, "addresses")
    if emails is None or not emails.is_complex:
        return
    kinds = types_of(emails.sub["type"]) if "type" in emails.sub else ["work", "home"]
    first = {"value": scene.address("first"), "type": kinds[0], "primary": True}
    second = {"value": scene.address("second"), "type": kinds[1]}
    third = {"value": scene.address("third"), "type": kinds[0]}
    known: Handle | None = yield from _made(scene, "Users", "values", emails=[first, second])
    if known is None:
        return
    yield by_id(known)
    for name, operation in (
        ("add without path", {"op": "add", "value": {"emails": [third]}}),
        ("remove where two things hold", {"op": "remove", "path": _both(kinds[0], third["value"])}),
        ("another primary", {"op": "replace", "path": f'emails[type eq "{kinds[1]}"].primary', "value": True}),
        ("add a primary", {"op": "add", "path": "emails", "value": [{**third, "primary": True}]}),
        ("replace without path", {"op": "replace", "value": {"emails": [first, second]}}),
        ("remove all by a filter", {"op": "remove", "path": "emails[value pr]"}),
        ("add to none", {"op": "add", "path": "emails", "value": [first]}),
        ("add what is there", {"op": "add", "path": "emails", "value": [first]}),
        ("add an object to a list", {"op": "add", "path": "emails", "value": second}),
        ("remove the other", {"op": "remove", "path": f'emails[value eq "{second["value"]}"]'}),
        ("remove the only one", {"op": "remove", "path": f'emails[value eq "{first["value"]}"]'}),
    ):
        yield _patch(known, name, operation)
        yield by_id(known)
    yield by_name(known)
    if addresses is not None and "type" in addresses.sub:
        yield from _two_addresses(scene, known, types_of(addresses.sub["type"])[0])


def _both(kind: str, value: Any) -> str:
    return f'emails[type eq "{kind}" and value eq "{value}"]'


def _two_addresses(scene: Scene, known: Handle, kind: str) -> Conversation:
    one, two = ({"type": kind, "locality": town, "country": "DE"} for town in ("Berlin", "Hamburg"))
    yield _patch(known, "two addresses of a type", {"op": "add", "path": "addresses", "value": [one, two]})
    yield by_id(known)
    at = f'addresses[type eq "{kind}"]'
    yield _patch(known, "the country of both", {"op": "replace", "path": f"{at}.country", "value": "US"})
    yield by_id(known)
    yield _patch(known, "remove both", {"op": "remove", "path": at})
    yield by_id(known)


def _extension(scene: Scene) -> Conversation:
    schema = scene.declared.schemas.get("Users")
    extension = schema.extension(ENTERPRISE_USER) if schema else None
    if extension is None or "department" not in extension.attributes:
        return
    own = {"op": "add", "path": f"{ENTERPRISE_USER}:department", "value": "Engines"}
    for tag, operations in (
        ("ext-first", [own]),
        ("ext-named", [{"op": "add", "path": "schemas", "value": [ENTERPRISE_USER]}, own]),
    ):
        known: Handle | None = yield from _made(scene, "Users", tag)
        if known is None:
            return
        yield by_id(known)
        yield _patch(known, "the first attribute of an extension", *operations)
        yield by_id(known)
        for path in ("title", f"{BASES['Users']}:nickName", "NICKNAME"):
            yield _patch(known, f"{path} beside an extension", {"op": "replace", "path": path, "value": "Addie"})
            yield by_id(known)


def _selecting(scene: Scene) -> Conversation:
    known: Handle | None = yield from _made(scene, "Users", "select", title="before")
    if known is None:
        return
    for name in ("userName", "title"):
        target = f"{path_of('Users', known.id)}?{render_query((('attributes', name),))}"
        body = patch_body({"op": "replace", "path": "title", "value": f"after {name}"})
        yield write("PATCH", target, f"patch, attributes={name}", body)
        yield by_id(known)


def _taken(scene: Scene) -> Conversation:
    one: Handle | None = yield from _made(scene, "Users", "mine", title="before")
    other: Handle | None = yield from _made(scene, "Users", "theirs")
    if one is None or other is None:
        return
    yield by_id(other)
    yield by_id(one)
    for operation in (
        {"op": "replace", "path": "userName", "value": other.name},
        {"op": "replace", "value": {"userName": other.name, "title": "after"}},
    ):
        yield _patch(one, "to a name that is taken", operation)
        yield by_id(one)
    yield write("PUT", path_of("Users", one.id), "replace by a name that is taken", scene.user("theirs", title="after"))
    yield by_id(one)
    yield by_id(other)


def _taken_group(scene: Scene) -> Conversation:
    one: Handle | None = yield from _made(scene, "Groups", "Mine", externalId=f"mine-{scene.mark}")
    other: Handle | None = yield from _made(scene, "Groups", "Theirs")
    if one is None or other is None:
        return
    yield write("POST", "/Groups", "create a group again", scene.group("Theirs"))
    yield by_id(one)
    yield _patch(one, "to a name that is taken", {"op": "replace", "path": "displayName", "value": other.name})
    yield by_id(one)
    path = path_of("Groups", one.id)
    yield write("PUT", path, "replace by a name that is taken", scene.group("Theirs"))
    yield by_id(one)
    yield by_id(other)
    for external in ("yours", "ours"):
        yield write("PUT", path, "replace externalId", scene.group("Mine", externalId=f"{external}-{scene.mark}"))
        yield by_id(one)
    yield _patch(one, "externalId", {"op": "replace", "path": "externalId", "value": f"all-{scene.mark}"})
    yield by_id(one)
    yield _patch(one, "remove externalId", {"op": "remove", "path": "externalId"})
    yield by_id(one)


def _null_created(scene: Scene) -> Conversation:
    names = [
        name for name in ("title", "nickName", "locale", "timezone", "preferredLanguage") if _attribute(scene, name)
    ]
    body = scene.user("null-created")
    made = yield write("POST", "/Users", "create with null", {**body, **dict.fromkeys(names), "phoneNumbers": []})
    if found := made_id(made):
        yield by_id(Handle("Users", found, body["userName"]))


def _read_only_created(scene: Scene) -> Conversation:
    user: Handle | None = yield from _made(scene, "Users", "ro")
    group: Handle | None = yield from _made(scene, "Groups", "Ro")
    if user is None:
        return
    if group is not None:
        body = scene.user("ro-groups", groups=[{"value": group.id}])
        made = yield write("POST", "/Users", "create with groups", body)
        if found := made_id(made):
            yield by_id(Handle("Users", found, body["userName"]))
        yield by_id(group)
    schema = scene.declared.schemas.get("Users")
    extension = schema.extension(ENTERPRISE_USER) if schema else None
    manager = extension.attributes.get("manager") if extension else None
    shown = manager.sub_attribute("displayName") if manager else None
    if shown is not None and not shown.is_writable:
        own = {"manager": {"value": user.id, "displayName": "Nobody Of That Name"}}
        made = yield write("POST", "/Users", "create with readOnly", scene.user("ro-manager", **{ENTERPRISE_USER: own}))
        if found := made_id(made):
            yield by_id(Handle("Users", found, scene.address("ro-manager")))


def _put(scene: Scene) -> Conversation:
    phones = [{"value": "tel:+1-201-555-0123", "type": "work"}]
    known: Handle | None = yield from _made(scene, "Users", "put", title="before", nickName="N", phoneNumbers=phones)
    if known is None:
        return
    path, body = path_of("Users", known.id), scene.user("put", title="after")
    if _attribute(scene, "password") is not None:
        secret = {"title": "secret", "password": f"Quiet-Owl-{scene.mark}-7"}
        yield write("PUT", path, "replace with a password", {**body, **secret})
        yield by_id(known)
    group: Handle | None = yield from _made(scene, "Groups", "Put", members=[{"value": known.id}])
    yield by_id(known)
    yield write("PUT", path, "replace with null", {**body, "title": None, "phoneNumbers": []})
    yield by_id(known)
    if group is not None:
        for groups in ([], [{"value": group.id}, {"value": "nobody"}]):
            yield write("PUT", path, f"replace with {len(groups)} groups", {**body, "groups": groups})
            yield by_id(known)
        yield by_id(group)
    for sent in ({**body, "userName": None}, {name: each for name, each in body.items() if name != "userName"}):
        yield write("PUT", path, "replace without userName", sent)
        yield by_id(known)


def _immutable(scene: Scene) -> Conversation:
    """Each immutable attribute that a schema declares: set, kept, changed, and set later."""
    schema = scene.declared.schemas.get("Users")
    for attribute in list(schema.attributes.values()) if schema else ():
        if attribute.mutability != "immutable":
            continue
        one, two = pair_of(attribute, scene)
        for tag, first, values in (("set", one, (one, two)), ("unset", None, (one,))):
            given = {} if first is None else {attribute.name: first}
            known: Handle | None = yield from _made(scene, "Users", f"imm-{attribute.name}-{tag}", **given)
            if known is None:
                return
            yield by_id(known)
            for value in values:
                body = scene.user(f"imm-{attribute.name}-{tag}", **{attribute.name: value})
                yield write("PUT", path_of("Users", known.id), f"replace, {attribute.name}", body)
                yield by_id(known)
            yield _patch(known, attribute.name, {"op": "replace", "path": attribute.name, "value": two})
            yield by_id(known)
