"""Lists: selected attributes, order, pages and cursors (RFC 7644 sections 3.4.2.3 to 3.4.2.5, RFC 9865)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER, PATCH_OP, patch_body, path_of, read, remove, render_query, write
from harness.situations.attributes import places
from harness.situations.reading import listed, search
from harness.situations.situation import BASES, Conversation, Scene, Situation, made_id

_WITH_DIGITS = ("roles", "entitlements", "ims", "phoneNumbers")
PEOPLE = ("delta", "Alpha", "charlie", "Bravo", "Echo", "foxtrot", "golf")


def _settle(scene: Scene, tag: str, count: int) -> Conversation:
    """Users with different names, titles and addresses; every third lacks a title."""
    for number, name in enumerate(PEOPLE[:count]):
        title = None if number % 3 == 2 else f"{'Zx' if number % 2 else 'ay'}-{number}"
        full = {"givenName": name, "familyName": f"{PEOPLE[-number]}son"}
        first, second = (f"{each}{number}.{scene.address(tag)}" for each in (name[::-1], name))
        emails = [{"value": first, "type": "home"}, {"value": second, "type": "work", "primary": True}]
        more: Json = {"emails": emails, "externalId": f"{name}{scene.mark}", "userType": name}
        if at := _extended(scene):
            more[at[0]] = {at[1]: f"{PEOPLE[number * 3 % 7]}{number}"}
        if words := _words(scene):
            more[words] = [{"value": f"9{9 - number}0000"}, {"value": f"1{number * 3 % 7}0000", "primary": True}]
        body = scene.user(f"{tag}-{name}", displayName=name, title=title, name=full, **more)
        yield write("POST", "/Users", "create user", body)


def _extended(scene: Scene) -> tuple[str, str] | None:
    """The first text of an extension: its URN, and its name."""
    found = (place for place in places(scene, "Users") if place.urn and place.attribute.type == "string")
    return next(((place.urn, place.attribute.name) for place in found if not place.attribute.multi_valued), None)


def _words(scene: Scene) -> str:
    """An attribute with several values of digits, of which one is the primary; empty where none is declared."""
    schema = scene.declared.schemas.get("Users")
    known = schema.attributes if schema else {}
    return next((name for name in _WITH_DIGITS if name.lower() in known and "primary" in known[name.lower()].sub), "")


def selections(scene: Scene) -> Iterable[Situation]:
    """Selected and excluded attributes, on every method that takes them."""
    yield Situation("attributes are selected in reads and lists", lambda: _select(scene))
    yield Situation("attributes are selected in the answers of writes", lambda: _select_in_writes(scene))
    yield Situation("attributes of groups are selected", lambda: _select_groups(scene))
    yield Situation(
        "attributes are selected in the answers of writes of groups", lambda: _select_in_writes_of_groups(scene)
    )


def _names(scene: Scene) -> list[str]:
    names = [place.path for place in places(scene, "Users") if place.attribute.name != "password"]
    first = names[0] if names else "title"
    return [
        "userName", "active", "emails", "emails.value", "name.familyName", "NAME.givenname", "externalId", "groups",
        "meta", "meta.created", "schemas", "id", "password", f"{CORE_USER}:displayName", f"{CORE_USER}:name.givenName",
        f"displayName,{first}", "emails.type,userName", "nosuchattribute", f"{CORE_USER.upper()}:USERNAME",
        *[place.path for place in places(scene, "Users") if place.urn][:2],
        *(urn for urn in _extensions(scene)), *(f"{urn}:nosuch" for urn in _extensions(scene)),
    ]  # fmt: skip


def _extensions(scene: Scene) -> list[str]:
    schema = scene.declared.schemas.get("Users")
    return list(schema.extensions) if schema else []


def _full(scene: Scene, tag: str) -> Json:
    extension: Json = {}
    for place in places(scene, "Users"):
        if place.urn and place.attribute.type == "string":
            extension.setdefault(place.urn, {})[place.attribute.name] = f"{place.attribute.name} {scene.mark}"
    return scene.user(tag, title="Analyst", nickName="Addie", externalId=f"ext-{tag}-{scene.mark}", **extension)


def _select(scene: Scene) -> Conversation:
    body = _full(scene, "select")
    made = yield write("POST", "/Users", "create user", body)
    other = yield write("POST", "/Users", "create user", scene.user("select-plain"))
    if not (scim_id := made_id(made)) or not made_id(other):
        return
    for number, name in enumerate(_names(scene)):
        for parameter in ("attributes", "excludedAttributes"):
            yield read(path_of("Users", scim_id), f"read, {parameter}", render_query(((parameter, name),)))
            yield listed("Users", f"list, {parameter}", ("filter", scene.own("Users")), (parameter, name))
            if number % 3 == 2:
                asked = {"filter": scene.own("Users"), parameter: name.split(",")}
                yield search("/Users", f"search, {parameter}", asked)
    both = ("attributes", "userName"), ("excludedAttributes", "emails")
    yield read(path_of("Users", scim_id), "read, both", render_query(both))
    yield listed("Users", "list, both", ("filter", scene.own("Users")), *both)
    yield read(path_of("Users", scim_id), "read, with a blank", "attributes=userName,%20emails")


def _select_in_writes(scene: Scene) -> Conversation:
    for number, query in enumerate((("attributes", "userName,title"), ("excludedAttributes", "emails,name"))):
        asked = f"?{render_query((query,))}"
        body = _full(scene, f"written{number}")
        made = yield write("POST", f"/Users{asked}", f"create, {query[0]}", body)
        if not (scim_id := made_id(made)):
            continue
        path = path_of("Users", scim_id)
        yield read(path, "read back")
        yield write("PUT", path + asked, f"replace, {query[0]}", {**body, "title": "Other"})
        yield read(path, "read back")
        change = {"op": "replace", "path": "nickName", "value": "Al"}
        yield write("PATCH", path + asked, f"patch, {query[0]}", patch_body(change))
        yield read(path, "read back")


def _select_in_writes_of_groups(scene: Scene) -> Conversation:
    user = yield write("POST", "/Users", "create user", scene.user("chosen"))
    members = [{"value": made_id(user)}] if made_id(user) else None
    for number, query in enumerate((("attributes", "displayName"), ("excludedAttributes", "members,externalId"))):
        asked = f"?{render_query((query,))}"
        body = scene.group(f"Written {number}", members=members, externalId=f"ext-written{number}-{scene.mark}")
        made = yield write("POST", f"/Groups{asked}", f"create, {query[0]}", body)
        if not (scim_id := made_id(made)):
            continue
        path = path_of("Groups", scim_id)
        yield read(path, "read back")
        changed = {**body, "displayName": f"Rewritten {number} {scene.mark}"}
        yield write("PUT", path + asked, f"replace, {query[0]}", changed)
        yield read(path, "read back")
        change = {"op": "replace", "path": "displayName", "value": f"Patched {number} {scene.mark}"}
        yield write("PATCH", path + asked, f"patch, {query[0]}", patch_body(change))
        yield read(path, "read back")


def _select_groups(scene: Scene) -> Conversation:
    user = yield write("POST", "/Users", "create user", scene.user("joined"))
    members = [{"value": made_id(user)}] if made_id(user) else None
    made = yield write("POST", "/Groups", "create group", scene.group("Select", members=members))
    if not (scim_id := made_id(made)):
        return
    if user_id := made_id(user):
        yield read(path_of("Users", user_id), "read who joined")
        for name in ("groups", "groups.display", "userName,groups"):
            yield read(
                path_of("Users", user_id), "read the groups of who joined", render_query((("attributes", name),))
            )
            yield listed("Users", "list the groups of who joined", ("filter", scene.own("Users")), ("attributes", name))
    for name in (
        "displayName",
        "members",
        "members.value",
        "MEMBERS",
        f"{BASES['Groups']}:members",
        "meta",
        "externalId",
    ):
        for parameter in ("attributes", "excludedAttributes"):
            query = render_query(((parameter, name),))
            yield read(path_of("Groups", scim_id), f"read, {parameter}", query)
            yield listed("Groups", f"list, {parameter}", ("filter", scene.own("Groups")), (parameter, name))
            yield search("/Groups", f"search, {parameter}", {"filter": scene.own("Groups"), parameter: [name]})


def orders(scene: Scene) -> Iterable[Situation]:
    """Sorted lists; only where sorting is not declared to be missing."""
    if scene.declared.has("sort"):
        yield Situation("lists are sorted", lambda: _sort(scene))
        yield Situation("lists of groups are sorted", lambda: _sort_groups(scene))


def _sort(scene: Scene) -> Conversation:
    yield from _settle(scene, "sort", 7)
    own = ("filter", scene.own("Users"))
    by: tuple[str, ...] = (
          "userName", "displayName", "name.familyName", "title", "emails", "emails.value", "meta.created", "USERNAME",
          f"{CORE_USER}:displayName", "nickName", "active", "externalId", "NAME.FamilyName")  # fmt: skip
    words, at = _words(scene), _extended(scene)
    by += ("name.givenName", "userType", *([":".join(at)] if at else []))
    for name in (*by, *((words, f"{words}.value") if words else ())):
        yield listed("Users", f"sort by {name}", own, ("sortBy", name))
        for order in ("ascending", "descending"):
            yield listed("Users", f"sort by {name}, {order}", own, ("sortBy", name), ("sortOrder", order))
        yield listed("Users", f"second page by {name}", own, ("sortBy", name), ("startIndex", "3"), ("count", "2"))
        yield search(
            "/Users", f"search by {name}", {"filter": scene.own("Users"), "sortBy": name, "sortOrder": "descending"}
        )
        yield search("/Users", f"search by {name}, ascending", {"filter": scene.own("Users"), "sortBy": name})
    for start in ("1", "3", "5"):
        yield listed("Users", "a page in order", own, ("sortBy", "displayName"), ("startIndex", start), ("count", "2"))
    for order in ("ascending", "descending"):  # everybody, as far as the first page goes
        everybody = ("sortBy", "displayName"), ("sortOrder", order), ("count", "20")
        yield listed("Users", f"sort everybody, {order}", *everybody)
    yield listed("Users", "in no order", own, ("sortBy", "displayName"), ("sortOrder", "upwards"))
    found = yield listed("Users", "who was made first", own, ("sortBy", "meta.created"), ("count", "1"))
    for scim_id in _ids(found):
        change = {"op": "replace", "path": "nickName", "value": "Last"}
        yield write("PATCH", path_of("Users", scim_id), "change who was made first", patch_body(change))
    for order in ("ascending", "descending"):
        yield listed("Users", f"sort by the last change, {order}", own, ("sortBy", "meta.lastModified"),
                     ("sortOrder", order))  # fmt: skip


def _sort_groups(scene: Scene) -> Conversation:
    for number, name in enumerate(PEOPLE[:4]):
        body = scene.group(name, externalId=f"{PEOPLE[-number]}{scene.mark}")
        yield write("POST", "/Groups", "create group", body)
    own = ("filter", scene.own("Groups"))
    for name in ("displayName", "externalId", f"{BASES['Groups']}:displayName"):
        for order in ("ascending", "descending"):
            yield listed("Groups", f"sort by {name}, {order}", own, ("sortBy", name), ("sortOrder", order))
    first = yield listed("Groups", "the first group", own, ("sortBy", "displayName"), ("count", "1"))
    for scim_id in _ids(first):
        change = {"op": "replace", "path": "externalId", "value": f"changed-{scene.mark}"}
        yield write("PATCH", path_of("Groups", scim_id), "change a group", patch_body(change))
    for name in ("meta.lastModified", "meta.created", "id"):
        for order in ("ascending", "descending"):
            yield listed("Groups", f"sort by {name}, {order}", own, ("sortBy", name), ("sortOrder", order))
    by = ("sortBy", "displayName")
    yield listed("Groups", "sort by displayName", own, by)
    yield listed("Groups", "second page by displayName", own, by, ("startIndex", "3"), ("count", "2"))
    for order in ("ascending", "descending"):
        asked = {"filter": scene.own("Groups"), "sortBy": "displayName", "sortOrder": order}
        yield search("/Groups", f"search by displayName, {order}", asked)


def pages(scene: Scene) -> Iterable[Situation]:
    """Every size and place of a page over seven users and three groups, also while the set changes."""
    yield Situation("pages of users", lambda: _pages(scene, "Users"))
    yield Situation("pages of groups", lambda: _pages(scene, "Groups"))
    yield Situation("pages while somebody comes and goes", lambda: _moving_pages(scene))
    yield Situation("parameters that there are not", lambda: _odd_parameters(scene))
    if scene.declared.has_cursors:
        yield Situation("pages by cursor", lambda: _cursors(scene))
        yield Situation("pages of everything by cursor", lambda: _whole_cursors(scene))


def _pages(scene: Scene, endpoint: str) -> Conversation:
    if endpoint == "Users":
        yield from _settle(scene, "page", 7)
    else:
        for name in PEOPLE[:4]:
            yield write("POST", "/Groups", "create group", scene.group(name))
    size = 7 if endpoint == "Users" else 4
    own = ("filter", scene.own(endpoint))
    for count in (*range(1, size + 1), size + 3, 0):
        for start in (*range(1, size + 1, max(1, count)), size + 1) if count else (1, 2):
            yield listed(endpoint, "page", own, ("startIndex", str(start)), ("count", str(count)))
    for start in (2, 3, size, 0, -1):
        yield listed(endpoint, f"from {start} on", own, ("startIndex", str(start)))
    yield search(f"/{endpoint}", "search, second page", {"filter": scene.own(endpoint), "startIndex": 3, "count": 2})
    second, name = (("startIndex", "3"), ("count", "2")), "userName" if endpoint == "Users" else "displayName"
    for parameter, chosen in (
        ("attributes", name),
        ("attributes", "externalId"),
        ("excludedAttributes", "emails,externalId"),
    ):
        yield listed(endpoint, f"second page, {parameter}", own, (parameter, chosen), *second)


def _odd_parameters(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("odd-parameters"))
    if not (scim_id := made_id(made)):
        return
    path, own = path_of("Users", scim_id), ("filter", scene.own("Users"))
    yield read(path, "read back")
    yield read(path, "read, with a parameter that there is not", "colour=blue")
    yield read(path_of("Groups", scim_id), "read a user as a group")
    yield listed("Users", "list", own)
    yield listed("Users", "list, with a parameter that there is not", own, ("colour", "blue"))
    yield listed("Users", "count that is no number", own, ("count", "abc"))
    yield listed("Users", "startIndex that is no number", own, ("startIndex", "x"))
    yield listed("Users", "the first page that is given", ("count", "1"))
    yield listed("Users", "the first page once more", ("count", "1"))
    if scene.declared.has_cursors or not scene.declared.tells_paging:
        yield listed("Users", "first page by cursor", ("cursor", ""), ("count", "1"))
    if not scene.declared.has("filter"):
        return
    yield search("/Users", "search without a parameter", {})
    for schemas in ([PATCH_OP], []):
        yield search("/Users", "search by another message", {"filter": own[1], "schemas": schemas})


def _moving_pages(scene: Scene) -> Conversation:
    yield from _settle(scene, "move", 5)
    own = ("filter", scene.own("Users"))
    first = yield listed("Users", "first page", own, ("startIndex", "1"), ("count", "2"))
    yield write("POST", "/Users", "create user", scene.user("move-late"))
    yield listed("Users", "second page", own, ("startIndex", "3"), ("count", "2"))
    for scim_id in _ids(first)[:1]:
        yield remove(path_of("Users", scim_id), "delete user")
    yield listed("Users", "third page", own, ("startIndex", "5"), ("count", "2"))
    yield listed("Users", "first page again", own, ("startIndex", "1"), ("count", "2"))
    yield listed("Users", "all", own)


def _ids(exchange: Exchange) -> list[str]:
    found = exchange.json.get("Resources")
    return (
        [str(each["id"]) for each in found if isinstance(each, dict) and "id" in each]
        if isinstance(found, list)
        else []
    )


def _cursors(scene: Scene) -> Conversation:
    yield from _settle(scene, "cursor", 5)
    own = ("filter", scene.own("Users"))
    for count in (1, 2, 5, 6):
        yield from _walk(own, count)
    yield listed("Users", "by a cursor that was never given", own, ("cursor", "no-such-cursor"), ("count", "2"))
    first = yield listed("Users", "first by cursor", own, ("cursor", ""), ("count", "2"))
    following = first.json.get("nextCursor")
    if isinstance(following, str) and following:
        other = ("filter", f"{scene.own('Users')} and title pr")
        yield listed("Users", "a cursor of another question", other, ("cursor", following), ("count", "2"))
        yield listed("Users", "a cursor with another count", own, ("cursor", following), ("count", "3"))
        middle = len(following) // 2
        altered = following[:middle] + ("A" if following[middle] != "A" else "B") + following[middle + 1 :]
        yield listed("Users", "an altered cursor", own, ("cursor", altered), ("count", "2"))
    for size in ("0", "-1", "abc"):
        yield listed("Users", f"by cursor, count {size}", own, ("cursor", ""), ("count", size))
    if scene.declared.has("sort"):
        for order in ("ascending", "descending"):
            yield from _walk(own, 2, ("sortBy", "displayName"), ("sortOrder", order))
    yield from _walk_by_search(scene)
    yield from _walk_selected(scene)
    both = ("cursor", ""), ("startIndex", "2"), ("count", "2")
    yield listed("Users", "by cursor and by index at once", own, *both)


def _whole_cursors(scene: Scene) -> Conversation:
    """Cursors over all that there is, as a client asks who imports everything; the last page is reached in a few."""
    yield from _settle(scene, "whole", 3)
    for name in PEOPLE[:3]:
        yield write("POST", "/Groups", "create group", scene.group(name, externalId=f"ext-{name}-{scene.mark}"))
    for endpoint in ("Users", "Groups"):
        for count in (1, 2):
            yield from _walk_all(endpoint, count)
        yield listed(endpoint, "first page by cursor without count", ("cursor", ""))
    for count in (1, 2):
        yield from _walk(("filter", scene.own("Groups")), count, endpoint="Groups")


def _walk_all(endpoint: str, count: int) -> Conversation:
    cursor: Any = ""
    for _ in range(5):
        page = yield listed(endpoint, "page of all by cursor", ("cursor", str(cursor)), ("count", str(count)))
        cursor = page.json.get("nextCursor")
        if not isinstance(cursor, str) or not cursor:
            return


def _walk(own: tuple[str, str], count: int, *more: tuple[str, str], endpoint: str = "Users") -> Conversation:
    cursor: Any = ""
    for _ in range(10):
        page = yield listed(endpoint, "page by cursor", own, *more, ("cursor", str(cursor)), ("count", str(count)))
        cursor = page.json.get("nextCursor")
        if not isinstance(cursor, str) or not cursor:
            return


def _walk_selected(scene: Scene) -> Conversation:
    """Pages by cursor of which each is to show a few attributes only."""
    own = ("filter", scene.own("Users"))
    for selection in (("attributes", "userName,displayName"), ("excludedAttributes", "emails,name")):
        yield from _walk(own, 2, selection)


def _walk_by_search(scene: Scene) -> Conversation:
    cursor: Any = ""
    for _ in range(10):
        asked = {"filter": scene.own("Users"), "cursor": str(cursor), "count": 2}
        page = yield search("/Users", "search by cursor", asked)
        cursor = page.json.get("nextCursor")
        if not isinstance(cursor, str) or not cursor:
            return


def roots(scene: Scene) -> Iterator[Situation]:
    """Searches over everything, at the root."""
    yield Situation("searches at the root", lambda: _root(scene))


def _root(scene: Scene) -> Conversation:
    yield write("POST", "/Users", "create user", scene.user("root"))
    yield write("POST", "/Groups", "create group", scene.group("Root"))
    name = scene.address("root")
    yield search("", "search everywhere", {"filter": f'userName eq "{name}"'})
    yield search(
        "", "search everywhere", {"filter": f'displayName eq "Root {scene.mark}"', "attributes": ["displayName"]}
    )
    yield read("/", "list everywhere", render_query((("filter", f'userName eq "{name}"'),)))
    for condition in _at_the_root(scene):
        yield read("/", "list everywhere", render_query((("filter", condition), ("count", "50"))))
        yield search("", "search everywhere", {"filter": condition, "count": 50})


def _at_the_root(scene: Scene) -> Iterator[str]:
    """Conditions about users and groups that only our own meet."""
    own = f'userName co "{scene.mark}" or displayName co "{scene.mark}"'
    yield own
    yield f'displayName eq "Root {scene.mark}"'
    yield f'({own}) and meta.resourceType eq "User"'
    yield f"({own}) and userName pr"
    yield f"({own}) and not (userName pr)"
    yield f'displayName eq "Root {scene.mark}" or userName eq "{scene.address("root")}"'
    yield f'({own}) and (displayName sw "Root" or userName sw "root.")'
