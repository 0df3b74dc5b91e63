"""Parameters that few send: twice, empty, of wrong types, huge; addresses that there are not (RFC 7644 section 3.4)."""

from __future__ import annotations

from collections.abc import Iterable

from harness.record.exchange import Json, Request
from harness.record.message import CORE_USER, WRITE_HEADERS, path_of, read, render_query, write
from harness.situations.reading import listed, search
from harness.situations.situation import Conversation, Scene, Situation, made_id

_HUGE = "9" * 30


def parameters(scene: Scene) -> Iterable[Situation]:
    """Lists, reads and searches with parameters that are wrong or odd; and what there is not."""
    yield Situation("parameters of lists that are odd", lambda: _lists(scene))
    yield Situation("parameters of searches that are odd", lambda: _searches(scene))
    yield Situation("selections that are odd", lambda: _selections(scene))
    if scene.declared.has("sort"):
        yield Situation("orders that there are not", lambda: _orders(scene))
    yield Situation("addresses that there are not", _nowhere)


def _lists(scene: Scene) -> Conversation:
    yield write("POST", "/Users", "create user", scene.user("odd-list"))
    own = render_query((("filter", scene.own("Users")),))
    for name, query in (
        ("count twice", "count=1&count=2"),
        ("startIndex twice", "startIndex=1&startIndex=2"),
        ("filter twice", f"{own}&{own}"),
        ("bytes that are no text", "filter=%FF%FE&count=1"),
        ("a lone percent sign", f"{own}&count=%"),
        ("NUL", "filter=userName%20eq%20%22%00%22"),
        ("an empty count", f"{own}&count="),
        ("an empty startIndex", f"{own}&startIndex="),
        ("a huge count", f"{own}&count={_HUGE}"),
        ("a huge startIndex", f"{own}&startIndex={_HUGE}"),
        ("a count below zero", f"{own}&count=-{_HUGE}"),
        ("a broken count", f"{own}&count=1.5"),
        ("a parameter without a value", f"{own}&count"),
        ("another letter case", f"{own}&COUNT=1"),
    ):
        yield read("/Users", f"list with {name}", query)


def _searches(scene: Scene) -> Conversation:
    yield write("POST", "/Users", "create user", scene.user("odd-search"))
    own = {"filter": scene.own("Users")}
    wrong: tuple[tuple[str, Json], ...] = (
        ("a filter that is a number", {"filter": 7}),
        ("a count that is a text", {**own, "count": "1"}),
        ("a count that is true", {**own, "count": True}),
        ("a broken count", {**own, "count": 1.5}),
        ("a count below zero", {**own, "count": -1}),
        ("a huge count", {**own, "count": int(_HUGE)}),
        ("a startIndex that is a text", {**own, "startIndex": "x"}),
        ("a startIndex below one", {**own, "startIndex": -3}),
        ("a sortBy that is a number", {**own, "sortBy": 7}),
        ("a sortOrder that is a list", {**own, "sortBy": "userName", "sortOrder": ["descending"]}),
        ("attributes that are a number", {**own, "attributes": 7}),
        ("attributes that are numbers", {**own, "attributes": [7]}),
        ("attributes that are a text", {**own, "attributes": "userName"}),
        ("what is null", {**own, "count": None, "startIndex": None, "attributes": None, "sortBy": None}),
        ("both selections", {**own, "attributes": ["userName"], "excludedAttributes": ["emails"]}),
        ("schemas that are a text", {**own, "schemas": "urn:ietf:params:scim:api:messages:2.0:SearchRequest"}),
        ("names in capitals", {"FILTER": scene.own("Users"), "COUNT": 1}),
    )
    for name, parameters in wrong:
        yield search("/Users", f"search with {name}", parameters)
    for text in (b"[]", b'"text"', b""):
        yield Request("POST", "/Users/.search", "search by what is no object", WRITE_HEADERS, text)


def _selections(scene: Scene) -> Conversation:
    made = yield write("POST", "/Users", "create user", scene.user("odd-selection", title="Analyst"))
    if not (scim_id := made_id(made)):
        return
    path = path_of("Users", scim_id)
    for name in ("", ",", " title ", "title,,userName", "title,title", "emails.nosuch", "title.value", "x" * 3000):
        for parameter in ("attributes", "excludedAttributes"):
            yield read(path, f"read with odd {parameter}", render_query(((parameter, name),)))
    yield read(path, "read back")


def _orders(scene: Scene) -> Conversation:
    for number in range(3):
        yield write("POST", "/Users", "create user", scene.user(f"odd-order{number}", title=f"t{number}"))
    own = ("filter", scene.own("Users"))
    for by in ("nosuch", "name", "emails.nosuch", "password", "schemas", "urn:nosuch:title", f"{CORE_USER}:nosuch",
               "", "[", "meta", "id", "meta.version"):  # fmt: skip
        yield listed("Users", "sort by what is odd", own, ("sortBy", by))
    yield listed("Users", "an order without a name", own, ("sortOrder", "descending"))
    yield listed("Users", "an order in capitals", own, ("sortBy", "title"), ("sortOrder", "DESCENDING"))


def _nowhere() -> Conversation:
    for path in (
        "/ResourceTypes/NoSuchType",
        "/Schemas/urn:nosuch:schema",
        "/ServiceProviderConfig/more",
        "/Users/no-such-user/more",
        "/NoSuchEndpoint",
        "/Users/",
        "/users",
    ):
        yield read(path, "read what there is not")
    yield read("/Bulk", "read bulk")
    yield read("/Users/.search", "read searches")
