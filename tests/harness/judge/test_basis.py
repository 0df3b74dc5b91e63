"""What rests on an answer that can't be used: findings of later looks stand below it, and it is shown first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.record.exchange import Exchange, Headers, Request, Response
from harness.record.journal import Event, Expectation, Step
from harness.record.message import LIST_RESPONSE
from tests.harness.judge.test_causes import (
    ADA,
    ADDRESSES,
    BASE,
    DESIGN,
    active,
    causes_of,
    exchange,
    of,
    patch,
    set_active,
    users,
)

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
TEXT: Headers = (("Content-Type", "text/plain"),)


def shown(scim_id: Any, **more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "userName": ADDRESSES[ADA], "id": scim_id, **more}


def group(**more: Any) -> dict[str, Any]:
    return {"schemas": [GROUP], "id": DESIGN, "displayName": "Design", **more}


SHE = exchange("GET", f"/Users/{ADA}", "read user", 200, None, shown(ADA))


def listed(*resources: dict[str, Any]) -> Exchange:
    total = len(resources)
    body = {"schemas": [LIST_RESPONSE], "totalResults": total, "itemsPerPage": total, "startIndex": 1}
    return exchange(
        "GET", "/Groups?startIndex=1&count=100", "observe groups", 200, None, {**body, "Resources": resources}
    )


def test_what_is_found_about_people_follows_from_answers_without_a_usable_id() -> None:
    created = exchange("POST", "/Users", "create user", 201, {"userName": ADDRESSES[ADA]}, shown(1000))
    read = exchange("GET", "/Users/1000", "read user", 200, None, shown(1000))
    story: list[Event] = [created, read, users((ADA, True)), Step("Ada leaves"), users((ADA, True)), active(ADA, False)]

    causes = causes_of(("entra-default", story))

    assert causes[0].requirement.id == "RFC7643-3.1-03"
    assert causes[0].exchange is created
    assert "SEED-16" in causes[0].requirements


def test_a_single_answer_without_an_id_explains_nothing_else() -> None:
    created = exchange("POST", "/Users", "create user", 201, {"userName": ADDRESSES[ADA]}, shown(1000))
    good = exchange("GET", f"/Users/{ADA}", "read user", 200, None, shown(ADA))
    story: list[Event] = [created, good, good, users((ADA, True)), Step("Ada leaves"), users((ADA, True))]

    cause = of(causes_of(("entra-default", [*story, active(ADA, False)])), "SEED-16")

    assert "RFC7643-3.1-03" not in cause.requirements


def test_a_list_that_never_shows_members_does_not_testify_against_a_write() -> None:
    members = [{"value": ADA}]
    read = exchange("GET", f"/Groups/{DESIGN}", "read group", 200, None, group(members=members))
    added = patch(f"/Groups/{DESIGN}", {"op": "add", "path": "members", "value": members})
    story: list[Event] = [SHE, read, listed(group()), added, listed(group())]

    cause = of(causes_of(("entra-default", story)), "RFC7643-7-29")

    assert cause.exchange is not None
    assert cause.exchange.request.method == "GET"
    assert "RFC7644-3.5.2.1-07" in cause.requirements


def test_where_another_list_shows_members_the_write_is_to_blame() -> None:
    members = [{"value": ADA}]
    added = patch(f"/Groups/{DESIGN}", {"op": "add", "path": "members", "value": members})
    others = listed(group(members=[{"value": "x"}]))
    story: list[Event] = [SHE, others, added, others]

    cause = of(causes_of(("entra-default", story)), "RFC7644-3.5.2.1-07")

    assert cause.exchange is added


def test_what_an_unreadable_error_lacks_follows_from_its_form() -> None:
    def refused(target: str) -> Exchange:
        return Exchange(BASE, Request("GET", target, "read user"), Response(404, TEXT, b"There is nobody."))

    good = exchange("GET", f"/Users/{ADA}", "read user", 200, None, shown(ADA))
    story: list[Event] = [good, refused("/Users/8"), good, refused("/Users/9"), good, refused("/Users/7")]

    causes = causes_of(("entra-default", story))

    assert causes[0].requirement.id == "RFC7644-3.12-01"
    assert {"RFC7644-3.1-01", "RFC7644-3.2-08"} <= set(causes[0].requirements)


def test_a_form_that_is_wrong_throughout_goes_before_what_is_found_behind_it() -> None:
    """No answer names its schemas; a deactivation that is refused behind them breaks more rows than that."""
    bare = {key: value for key, value in shown(ADA).items() if key != "schemas"}
    read = exchange("GET", f"/Users/{ADA}", "read user", 200, None, bare)
    refused = set_active(ADA, 400, "no")
    story: list[Event] = [*[read] * 6, users((ADA, True)), Step("Ada leaves"), refused, users((ADA, True))]
    rows = ("SEED-16", "SEED-62", "SEED-63")
    stated = Expectation("active", rows, "…", {"address": ADDRESSES[ADA], "active": False})

    causes = causes_of(("entra-default", [*story, stated]))

    refusal = of(causes, "SEED-16")
    assert causes[0].requirement.id == "RFC7643-2.1-01"
    assert len(causes[0].requirements) < len(refusal.requirements)


def sent(family: str, **more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "userName": ADDRESSES[ADA], "name": {"familyName": family}, **more}


def kept(family: str, scim_id: str = ADA, **more: Any) -> dict[str, Any]:
    meta = {"resourceType": "User", "location": f"{BASE}/Users/{scim_id}"}
    return {**sent(family, **more), "id": scim_id, "meta": meta}


def test_values_that_every_write_alters_in_one_way_are_one_fault_of_the_create() -> None:
    created = exchange("POST", "/Users", "create user", 201, sent("O'Neil"), kept("ONeil"))
    replaced = exchange("PUT", f"/Users/{ADA}", "replace user", 200, sent("d'Arc"), kept("dArc"))

    causes = causes_of(("", [created, replaced]))

    cause = of(causes, "RFC7644-3.5.1-02")
    assert cause.requirement.id == "RFC7643-2.3.1-01"
    assert cause.exchange is created


def test_a_write_that_changes_somebody_else_heads_what_later_looks_find() -> None:
    def story(number: int) -> list[Event]:
        mine, other = f"m{number}", f"o{number}"
        body, before = sent("Byron", title="Countess"), kept("Byron", mine, title="Countess")
        made = exchange("POST", "/Users", "create user", 201, body, before)
        look = exchange("GET", f"/Users/{mine}", "read user", 200, None, before)
        beside = exchange("POST", "/Users", "create user", 201, sent("King"), kept("King", other))
        wrong = exchange("GET", f"/Users/{mine}", "read user", 200, None, kept("Byron", mine, title="nobody's"))
        by_list = exchange("GET", f"/Users/{mine}?attributes=title", "read title", 200, None, wrong.json)
        return [made, look, beside, wrong, by_list]

    causes = causes_of(*((f"dialect-{number}", story(number)) for number in range(3)))

    cause = of(causes, "SEED-18")
    assert cause.requirement.id == "SEED-18"
    assert cause.exchange is not None
    assert cause.exchange.request.method == "POST"
    assert cause.count == sum(
        each.count for each in causes if any("/title" in f.finding.pointer for f in each.judgements if f.finding)
    )


def test_a_part_that_is_never_shown_heads_what_is_found_about_its_attribute() -> None:
    address = ADDRESSES[ADA]
    mail, bare = [{"value": address, "type": "work"}], [{"value": address}]
    created = exchange("POST", "/Users", "create user", 201, sent("Byron", emails=mail), kept("Byron", emails=bare))
    removed = patch(f"/Users/{ADA}", {"op": "remove", "path": 'emails[type eq "work"]'})
    read = exchange("GET", f"/Users/{ADA}", "read user", 200, None, kept("Byron", emails=bare))

    causes = causes_of(("entra-default", [created, removed, read]))

    cause = of(causes, "ENTRA-35")
    assert cause.requirement.id == "ENTRA-35"
    assert cause.exchange is created
    assert not any("/emails" in j.finding.pointer for c in causes if c is not cause for j in c.judgements if j.finding)


_TYPES = {"userName": "string", "title": "string", "name": "complex"}


def test_what_a_look_selects_and_whether_its_condition_holds_is_its_own() -> None:
    whole = kept("Byron", title="Lady")
    made = exchange("POST", "/Users", "create user", 201, sent("Byron", title="Lady"), whole)
    schema = {"id": USER, "attributes": [{"name": name, "type": kind} for name, kind in _TYPES.items()]}
    told = exchange("GET", "/Schemas", "read schemas", 200, None, listed(schema).json)
    chosen = exchange("GET", f"/Users/{ADA}?attributes=userName", "read userName", 200, None, whole)
    news = exchange("GET", f"/Users/{ADA}", "read what is news", 200, None, whole)
    conditional = replace(news, request=replace(news.request, headers=(("If-None-Match", 'W/"1"'),)))
    stated = Expectation("answer", ("RFC7644-3.14-06",), "…", {"entry": "0:9", "statuses": [304], "scim_types": []})

    causes = causes_of(("", [told, made, chosen]), ("", [told, made, conditional, stated]))

    assert of(causes, "RFC7644-3.9-02").exchange is chosen
    assert of(causes, "RFC7644-3.14-06").exchange is conditional


def test_what_an_operation_does_wrong_alone_is_not_laid_to_the_order_of_several() -> None:
    old, new = kept("Byron", profileUrl="https://a.example/1"), "https://a.example/2"
    change = {"op": "replace", "path": "profileUrl", "value": new}
    made = exchange("POST", "/Users", "create user", 201, sent("Byron", profileUrl="https://a.example/1"), old)
    fine = {"op": "replace", "path": "title", "value": "Countess"}

    def passed_over(*operations: dict[str, Any], **more: Any) -> Exchange:
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}
        return exchange("PATCH", f"/Users/{ADA}", "patch user", 200, body, {**old, **more})

    single = passed_over(change)
    among = passed_over(fine, change, title="Countess")

    causes = causes_of(("", [made, among]), ("", [made, single]), ("", [made, among]))

    cause = of(causes, "RFC7644-3.5.2-23")
    assert cause.requirement.id == "RFC7644-3.5.2.3-02"
    assert cause.exchange is single


def test_what_goes_wrong_among_several_operations_alone_is_laid_to_their_order() -> None:
    old = kept("Byron", title="Lady")
    operations = [{"op": "replace", "path": "title", "value": each} for each in ("Countess", "Baroness")]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}
    made = exchange("POST", "/Users", "create user", 201, sent("Byron", title="Lady"), old)
    among = exchange("PATCH", f"/Users/{ADA}", "patch user", 200, body, {**old, "title": "Countess"})

    causes = causes_of(("", [made, among]))

    assert causes[0].requirement.id == "RFC7644-3.5.2-23"


def test_a_read_that_contradicts_the_answer_to_a_write_is_not_to_blame() -> None:
    old = kept("Byron", title="Lady", nickName="Ada")
    made = exchange("POST", "/Users", "create user", 201, sent("Byron", title="Lady", nickName="Ada"), old)
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "nickName", "value": "Al"}],
    }
    told = exchange("PATCH", f"/Users/{ADA}", "patch user", 200, body, {**old, "nickName": "Al"})
    shown_then = {name: value for name, value in {**old, "nickName": "Al"}.items() if name != "title"}
    read = exchange("GET", f"/Users/{ADA}", "read user", 200, None, shown_then)

    causes = causes_of(("", [made, told, read]))

    cause = of(causes, "RFC7643-7-29")
    assert cause.requirement.id == "RFC7644-3.1-07"
    assert cause.exchange is told
