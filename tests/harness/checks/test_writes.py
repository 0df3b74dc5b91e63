"""A write does what the model permits: each form, each refusal, and what ends what is known."""

from __future__ import annotations

from typing import Any

import pytest

from harness.catalogue.verdict import Finding
from harness.checks.write_walk import written_in
from harness.record.exchange import Exchange, Json
from harness.record.journal import Event
from harness.record.message import CORE_USER, ENTERPRISE_USER
from tests.harness.checks.samples import (
    ADA,
    ADA_ADDRESS,
    Row,
    accepts,
    act,
    answered,
    delete,
    error,
    finds,
    get,
    group,
    history,
    ignores,
    lost,
    patch,
    post,
    put,
    time_passes,
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
DONE, REFUSED = "a_patch_does_what_its_operations_say", "a_patch_that_must_be_refused_is_refused"
PUT, CREATED = "a_put_does_what_its_body_says", "a_create_keeps_what_its_body_says"
WORK: Json = {"value": "ada@example.com", "type": "work", "primary": True}
HOME: Json = {"value": "a@home.example", "type": "home"}
OTHER: Json = {"value": "o@other.example", "type": "other"}
TITLED = user(title="Countess", name={"givenName": "Ada", "familyName": "Byron"}, emails=[WORK, HOME])


def op(op: str, path: str | None = None, value: Any = ...) -> Json:
    """One operation."""
    made = {"op": op, "path": path, "value": value}
    return {key: each for key, each in made.items() if each is not ... and each is not None}


def changed(*operations: Json, to: Json | None = None, status: int = 200, before: Json = TITLED) -> tuple[Event, ...]:
    """Ada is read, patched, and shown."""
    body = error(status, scimType="invalidValue") if to is None and status >= 400 else to
    return get(AT, before), patch(AT, *operations, body=body, status=status)


def shown(**more: Any) -> Json:
    """Ada with some of it changed."""
    return {key: value for key, value in {**TITLED, **more}.items() if value is not ...}


def refusing(scim_type: str, *operations: Json, status: int = 400) -> tuple[Event, ...]:
    """Ada is read, and a PATCH of hers refused."""
    return get(AT, TITLED), patch(AT, *operations, body=error(status, scimType=scim_type), status=status)


REPLACED = op("replace", "title", "Analyst")
NOBODY = op("replace", 'emails[type eq "other"].value', "x@y.example")
EXTENDED = op("add", f"{ENTERPRISE_USER}:department", "Engines")
BODY: Json = {"schemas": [CORE_USER], "userName": ADA_ADDRESS, "title": "Countess"}

LOUD = op("replace", None, {"Title": "Analyst"})
QUIET = op("replace", None, {"title": "Analyst"})
LOUD_PART, QUIET_PART = op("replace", "Name.FamilyName", "King"), op("replace", "name.familyName", "King")
KING = shown(name={"givenName": "Ada", "familyName": "King"})

ROWS: tuple[Row, ...] = (
    accepts(DONE, "a name with a capital", *changed(LOUD, to=shown(title="Analyst"))),
    finds(
        DONE,
        "a key with a capital that is passed over, and one without that is not",
        *changed(QUIET, to=shown(title="Analyst")),
        *changed(LOUD, to=TITLED),
        says="RFC7643-2.1-03: title 'Analyst' ⟶ title 'Countess' @ /title",
    ),
    finds(
        DONE,
        "a part with a capital in a path that is passed over, and one without that is not",
        *changed(QUIET_PART, to=KING),
        *changed(LOUD_PART, to=TITLED),
        says="RFC7644-3.5.2-32: name.familyName 'King' ⟶ name.familyName 'Byron' @ /name/familyName",
    ),
    accepts(DONE, "a new title", *changed(REPLACED, to=shown(title="Analyst"))),
    accepts(
        DONE, "a new title in the next read", get(AT, TITLED), patch(AT, REPLACED), get(AT, shown(title="Analyst"))
    ),
    finds(DONE, "the old title", *changed(REPLACED, to=TITLED), says="title 'Analyst' ⟶ title 'Countess' @ /title"),
    finds(
        DONE,
        "the old title in the next read",
        *(get(AT, TITLED), patch(AT, REPLACED), get(AT, TITLED)),
        says="title 'Analyst' ⟶ title 'Countess' @ /title",
    ),
    finds(
        DONE,
        "a refusal of what can be done",
        *refusing("invalidPath", REPLACED),
        says="the PATCH to be done ⟶ status 400: invalidPath: not so",
    ),
    ignores(DONE, "what is not known before", patch(AT, REPLACED, body=TITLED, status=200)),
    ignores(DONE, "an act outside", get(AT, TITLED), act(), patch(AT, REPLACED, body=TITLED, status=200)),
    ignores(DONE, "time that passes", get(AT, TITLED), time_passes(), patch(AT, REPLACED, body=TITLED, status=200)),
    ignores(DONE, "a lost write between", get(AT, TITLED), lost("PATCH", AT), patch(AT, REPLACED, body=TITLED)),
    ignores(DONE, "a bridge that is busy", get(AT, TITLED), patch(AT, REPLACED, body=error(429), status=429)),
    ignores(DONE, "a form that is open", *changed(op("Replace", "title", "Analyst"), to=TITLED)),
    ignores(
        DONE, "a name that is taken", *refusing("uniqueness", op("replace", "userName", "b@b.example"), status=409)
    ),
    finds(
        DONE,
        "a conflict about nothing that another one could have",
        *(get(AT, TITLED), patch(AT, op("replace", "active", False), body=error(409), status=409)),
        says="the PATCH to be done ⟶ status 409: not so",
    ),
    ignores(DONE, "a value of no plain letters", *refusing("invalidValue", op("replace", "title", 'a "b"'))),
    ignores(
        DONE,
        "a member whom nobody knows",
        get(DESIGN, group()),
        patch(DESIGN, op("add", "members", [{"value": "nobody"}]), body=error(400), status=400),
    ),
    accepts(REFUSED, "what has no target", *refusing("noTarget", NOBODY)),
    finds(REFUSED, "200", *changed(NOBODY, to=TITLED), says="status 400 ⟶ status 200"),
    finds(
        REFUSED,
        "another error type",
        *refusing("invalidValue", NOBODY),
        says="status 400 with scimType noTarget ⟶ status 400: invalidValue: not so @ /scimType",
    ),
    finds(
        REFUSED,
        "another status",
        *refusing("noTarget", NOBODY, status=422),
        says="status 400 ⟶ status 422: noTarget: not so",
    ),
    finds(
        REFUSED,
        "no Error message",
        *(get(AT, TITLED), patch(AT, NOBODY, body={"scimType": "noTarget"}, status=400)),
        says="an Error message with its status ⟶ status 400: noTarget",
    ),
    ignores(REFUSED, "what can be done", *changed(REPLACED, to=shown(title="Analyst"))),
    ignores(REFUSED, "a server error", *refusing("", NOBODY, status=500)),
    accepts(PUT, "null", get(AT, TITLED), put(AT, {**BODY, "title": None}, user())),
    finds(
        PUT,
        "null that clears nothing",
        *(get(AT, TITLED), put(AT, {**BODY, "title": None}, TITLED)),
        says="title no value ⟶ title 'Countess' @ /title",
    ),
    finds(
        PUT,
        "null that is refused",
        *(get(AT, TITLED), put(AT, {**BODY, "title": None}, error(400), 400)),
        says="the PUT to be done ⟶ status 400: not so",
    ),
    finds(
        PUT,
        "what is there already, refused",
        *(get(AT, TITLED), put(AT, BODY, error(400), 400)),
        says="the PUT to be done ⟶ status 400: not so",
    ),
    ignores(
        PUT, "another name, refused", get(AT, TITLED), put(AT, {**BODY, "userName": "a@b.example"}, error(400), 400)
    ),
    accepts(PUT, "no userName, refused", get(AT, TITLED), put(AT, {"userName": None}, error(400), 400)),
    finds(
        PUT,
        "no userName, taken",
        *(get(AT, TITLED), put(AT, {**BODY, "userName": None}, TITLED)),
        says="status 400 ⟶ status 200",
    ),
    ignores(PUT, "a PUT of what is not known", put(AT, BODY, TITLED)),
    ignores(PUT, "NaN, refused", get(AT, TITLED), put(AT, b'{"title": NaN}', error(400), 400)),
    ignores(PUT, "a name twice", get(AT, TITLED), put(AT, b'{"userName": "a", "USERNAME": "b"}', error(400), 400)),
    accepts(CREATED, "all that was sent", post("/Users", BODY, TITLED)),
    accepts(CREATED, "another title, as the bridge is free to alter it", post("/Users", BODY, shown(title="Analyst"))),
    finds(
        CREATED,
        "a title that another create kept",
        *(post("/Users", BODY, TITLED), post("/Users", BODY, ADA)),
        says="title 'Countess' ⟶ title no value @ /title",
    ),
    accepts(CREATED, "no title ever", post("/Users", BODY, ADA)),
    finds(
        CREATED,
        "a value for null",
        *(post("/Users", BODY, TITLED), post("/Users", {**BODY, "title": None}, TITLED)),
        says="no value of title ⟶ a value @ /title",
    ),
    finds(
        CREATED,
        "a refusal of null",
        *(post("/Users", {**BODY, "title": None}, error(400), 400),),
        says="the create to be done ⟶ status 400: not so",
    ),
    ignores(CREATED, "a create that is refused", post("/Users", BODY, error(400), 400)),
    ignores(CREATED, "a PUT", put(AT, BODY, TITLED)),
)


def judged(*events: Event) -> tuple[set[str], set[str]]:
    """The rows that held, and those that are broken."""
    held: set[str] = set()
    broken: set[str] = set()
    for case in written_in(history(*events)):
        (broken if isinstance(case.event.finding, Finding) else held).update(case.event.rows)
    return held, broken


FORMS: list[tuple[str, tuple[Json, ...], Json, Json | None]] = [
    ("3.5.2.1-05", (op("add", "nickName", "Addie"),), shown(nickName="Addie"), TITLED),
    ("3.5.2.1-09", (op("add", "title", "Analyst"),), shown(title="Analyst"), TITLED),
    ("3.5.2.1-07", (op("add", "emails", [OTHER]),), shown(emails=[WORK, HOME, OTHER]), shown(emails=[OTHER])),
    ("3.5.2.1-04", (op("add", value={"emails": [OTHER]}),), shown(emails=[WORK, HOME, OTHER]), shown(emails=[OTHER])),
    ("3.5.2.1-03", (op("add", value={"title": "Analyst"}),), shown(title="Analyst"), TITLED),
    (
        "3.5.2.1-06",
        (op("add", "name", {"middleName": "King"}),),
        shown(name={"givenName": "Ada", "familyName": "Byron", "middleName": "King"}),
        shown(name={"middleName": "King"}),
    ),
    ("3.5.2.2-02", (op("remove", "title"),), shown(title=...), TITLED),
    ("3.5.2.2-03", (op("remove", "emails"),), shown(emails=...), shown(emails=[HOME])),
    ("3.5.2.2-04", (op("remove", 'emails[type eq "home"]'),), shown(emails=[WORK]), shown(emails=...)),
    (
        "3.5.2.2-06",
        (op("remove", 'emails[type eq "home" and value ew "home.example"]'),),
        shown(emails=[WORK]),
        TITLED,
    ),
    ("3.5.2.2-05", (op("remove", "emails[value pr]"),), shown(emails=...), shown(emails=[HOME])),
    ("3.5.2.2-08", (op("remove", "emails[value pr]"),), shown(emails=...), None),
    (
        "3.5.2.2-07",
        (op("remove", "name.givenName"),),
        shown(name={"familyName": "Byron"}),
        shown(name=...),
    ),
    ("3.5.2.3-01", (op("replace", value={"title": "Analyst"}),), shown(title="Analyst"), TITLED),
    ("3.5.2.3-10", (op("replace", value={"emails": [OTHER]}),), shown(emails=[OTHER]), shown(emails=[HOME, OTHER])),
    ("3.5.2.3-02", (REPLACED,), shown(title="Analyst"), TITLED),
    ("3.5.2.3-03", (op("replace", "emails", [OTHER]),), shown(emails=[OTHER]), shown(emails=[WORK, HOME, OTHER])),
    ("3.5.2.3-04", (op("replace", "nickName", "Addie"),), shown(nickName="Addie"), shown(nickName=...)),
    (
        "3.5.2.3-05",
        (op("replace", "name", {"givenName": "Augusta"}),),
        shown(name={"givenName": "Augusta", "familyName": "Byron"}),
        shown(name={"givenName": "Augusta"}),
    ),
    (
        "3.5.2.3-06",
        (op("replace", 'emails[type eq "home"]', {**HOME, "value": "b@home.example"}),),
        shown(emails=[WORK, {**HOME, "value": "b@home.example"}]),
        TITLED,
    ),
    (
        "3.5.2.3-07",
        (op("replace", 'emails[type eq "home"].value', "b@home.example"),),
        shown(emails=[WORK, {**HOME, "value": "b@home.example"}]),
        shown(emails=[WORK, {"value": "b@home.example"}]),
    ),
    (
        "3.5.2-24",
        (op("replace", 'emails[type eq "home"].primary', True),),
        shown(emails=[{**WORK, "primary": False}, {**HOME, "primary": True}]),
        shown(emails=[WORK, {**HOME, "primary": True}]),
    ),
    (
        "3.5.2-23",
        (op("replace", "title", "One"), op("replace", "title", "Two")),
        shown(title="Two"),
        shown(title="One"),
    ),
    (
        "3.5.2-22",
        (EXTENDED,),
        shown(schemas=[CORE_USER, ENTERPRISE_USER], **{ENTERPRISE_USER: {"department": "Engines"}}),
        shown(**{ENTERPRISE_USER: {"department": "Engines"}}),
    ),
]


@pytest.mark.parametrize(("row", "operations", "right", "wrong"), FORMS, ids=[each[0] for each in FORMS])
def test_a_form_is_judged_by_its_row(row: str, operations: tuple[Json, ...], right: Json, wrong: Json | None) -> None:
    # What the bridge shows in the run is what it keeps.
    seen = get("/Users/u-other", user("u-other", nickName="N", emails=[WORK, HOME, OTHER]))

    held, broken = judged(seen, *changed(*operations, to=right))
    assert f"RFC7644-{row}" in held
    assert broken == set()
    if wrong is not None:
        assert f"RFC7644-{row}" in judged(seen, *changed(*operations, to=wrong))[1]


EXTENDED_ADA = shown(schemas=[CORE_USER, ENTERPRISE_USER], **{ENTERPRISE_USER: {"department": "Engines"}})


def formed(*added: str) -> tuple[Event, ...]:
    """Design without members, to which these are added in one operation."""
    members = [{"value": each} for each in added]
    people = (get(f"/Users/{each}", user(id=each)) for each in added)
    return *people, get(DESIGN, group()), patch(DESIGN, op("add", "members", members))


def test_a_failure_is_told_by_its_form_where_the_operation_is_done_in_another_form() -> None:
    by_name, by_urn = op("replace", "title", "Analyst"), op("replace", f"{CORE_USER}:title", "Analyst")
    pathless, other = op("replace", value={"title": "Analyst"}), op("replace", "userType", "Employee")
    title, plain = {**EXTENDED_ADA, "title": "Analyst"}, shown(title="Analyst")
    one = changed(op("add", "emails", [OTHER]), to=shown(emails=[WORK, HOME, OTHER]))
    typed = changed(other, to=shown(userType="Employee"), before=shown(userType="Intern"))

    short = changed(by_urn, to=title, before=EXTENDED_ADA), changed(by_name, to=EXTENDED_ADA, before=EXTENDED_ADA)
    assert judged(*short[0], *short[1])[1] == {"RFC7644-3.5.2-20"}
    assert judged(*short[1])[1] == {"RFC7644-3.5.2.3-02"}
    assert judged(*typed, *changed(pathless, to=plain), *changed(by_name, to=TITLED))[1] == {"RFC7644-3.5.2-08"}
    assert judged(*changed(pathless, to=plain), *changed(by_name, to=TITLED))[1] == {"RFC7644-3.5.2.3-02"}
    once = *changed(by_name, to=plain), *changed(pathless, to=plain), *changed(by_name, to=TITLED)
    assert judged(*typed, *once)[1] == {"RFC7644-3.5.2.3-02"}
    assert judged(*one, *changed(op("add", "emails", OTHER), to=TITLED))[1] == {"RFC7644-3.5.2.1-08"}
    assert judged(*changed(op("add", "emails", OTHER), to=TITLED))[1] == {"RFC7644-3.5.2.1-07"}


def test_members_of_an_add_of_several_who_do_not_come_are_told_as_such_where_one_does() -> None:
    seen = get("/Groups/g-else", group("g-else", "Else", "u-9"))
    alone = *formed("u-1"), get(DESIGN, group("g-design", "Design", "u-1"))
    several = *formed("u-1", "u-2"), get(DESIGN, group("g-design", "Design", "u-1"))

    assert judged(seen, *alone, *several)[1] == {"RFC7644-3.5.2.1-12"}
    assert judged(seen, *several)[1] == {"RFC7644-3.5.2.1-05"}


SPELT: list[tuple[str, Json]] = [
    ("3.5.2-32", op("replace", "TITLE", "Analyst")),
    ("3.5.2-32", op("replace", f"{CORE_USER}:title", "Analyst")),
    ("3.5.2-06", op("replace", value={"title": "Analyst"})),
    ("3.5.2-09", op("replace", "name.givenName", "Augusta")),
    ("3.5.2-10", op("replace", 'emails[type eq "home"]', {**HOME, "value": "b@home.example"})),
    ("3.5.2-11", op("replace", 'emails[type eq "home"].value', "b@home.example")),
    ("3.5.2.1-05", op("add", "nickName", "Addie")),
    ("3.5.2.1-09", op("add", "title", "Analyst")),
    ("3.5.2.3-04", op("replace", "nickName", "Addie")),
]


@pytest.mark.parametrize(("row", "operation"), SPELT, ids=[f"{each[0]} {each[1].get('path')}" for each in SPELT])
def test_a_refusal_is_judged_by_how_the_target_is_written(row: str, operation: Json) -> None:
    assert f"RFC7644-{row}" in judged(*refusing("invalidPath", operation))[1]


DUE: list[tuple[str, str, tuple[Json, ...]]] = [
    ("3.5.2-03", "invalidSyntax", ()),
    ("3.5.2-04", "invalidSyntax", ({"path": "title", "value": "x"},)),
    ("3.5.2-05", "invalidSyntax", (op("swap", "title", "x"),)),
    ("3.5.2-07", "noTarget", (op("remove"),)),
    ("3.5.2-12", "invalidPath", (op("replace", "name..x", "x"),)),
    ("3.5.2-13", "invalidFilter", (op("replace", 'emails[type xx "work"]', {}),)),
    ("3.5.2-36", "invalidPath", (op("replace", "emails[0]", {}),)),
    ("3.5.2-36", "invalidPath", (op("replace", "emails.0", {}),)),
    ("3.5.2-15", "mutability", (op("replace", "id", "x"),)),
    ("3.5.2-17", "invalidValue", (op("replace", "active", "perhaps"),)),
    ("3.5.2-27", "noTarget", (REPLACED, NOBODY)),
    ("3.5.2.1-01", "invalidValue", (op("add", "title"),)),
    ("3.5.2.2-01", "noTarget", (op("remove"),)),
    ("3.5.2.2-09", "mutability", (op("remove", "userName"),)),
    ("3.5.2.2-10", "mutability", (op("remove", "groups"),)),
    ("3.5.2.3-08", "noTarget", (NOBODY,)),
]


@pytest.mark.parametrize(("row", "scim_type", "operations"), DUE, ids=[f"{e[0]} {e[2]}"[:60] for e in DUE])
def test_a_refusal_that_is_due_is_judged_by_its_row(row: str, scim_type: str, operations: tuple[Json, ...]) -> None:
    before = get(AT, shown(groups=[{"value": "g-design"}]))
    held, broken = judged(before, patch(AT, *operations, body=error(400, scimType=scim_type), status=400))

    assert f"RFC7644-{row}" in held
    assert broken == set()
    assert f"RFC7644-{row}" in judged(before, patch(AT, *operations, body=TITLED, status=200))[1]


def declared(**attribute: Any) -> Exchange:
    """The schemas of a bridge whose users have a badge, too."""
    badge = {"name": "badge", "type": "string", "multiValued": False, "returned": "default", **attribute}
    name = {"name": "userName", "type": "string", "required": True}
    return get("/Schemas", {"Resources": [{"id": CORE_USER, "attributes": [name, badge]}]})


IMMUTABLE = declared(mutability="immutable")


@pytest.mark.parametrize(
    ("row", "before", "sent", "answer", "status", "is_broken"),
    [
        ("3.5.1-08", "one", "two", error(400, scimType="mutability"), 400, False),
        ("3.5.1-08", "one", "two", user(badge="one"), 200, True),
        ("3.5.1-09", "one", "one", user(badge="one"), 200, False),
        ("3.5.1-09", "one", "one", error(400), 400, True),
        ("3.5.1-10", ..., "one", user(badge="one"), 200, False),
        ("3.5.1-10", ..., "one", user(), 200, True),
    ],
)
def test_what_is_immutable_is_judged_where_a_schema_has_it(
    row: str, before: Any, sent: str, answer: Json, status: int, is_broken: bool
) -> None:
    kept = get("/Users/u-other", user("u-other", badge="x"))
    body = {"userName": ADA_ADDRESS, "badge": sent}

    held, broken = judged(IMMUTABLE, kept, get(AT, user(badge=before)), put(AT, body, answer, status))

    assert f"RFC7644-{row}" in (broken if is_broken else held)


def test_a_remove_and_an_add_of_members_are_one_change() -> None:
    before = get(DESIGN, group("g-design", "Design", "u-ada", "u-bob"))
    known = [get(f"/Users/{each}", user(each)) for each in ("u-ada", "u-grace")]
    operations = op("remove", 'members[value eq "u-ada"]'), op("add", "members", [{"value": "u-grace"}])
    stale = group("g-design", "Design", "u-ada", "u-bob", "u-grace")

    assert "RFC7644-3.5.2.2-12" in judged(before, *known, patch(DESIGN, *operations, body=stale, status=200))[1]


def test_a_deleted_user_ends_what_is_known_of_groups() -> None:
    before = get(DESIGN, group("g-design", "Design", "u-ada", "u-bob"))
    rename = patch(DESIGN, op("add", "members", [{"value": "u-eve"}]), body=group("g-design", "Design"), status=200)

    assert judged(before, delete(AT), rename) == (set(), set())


def test_a_selection_of_attributes_is_no_state() -> None:
    write = answered("PATCH", f"{AT}?attributes=userName", 200, {"id": "u-ada"}, sent={})

    assert judged(get(AT, TITLED), write) == (set(), set())


def test_an_attribute_that_is_declared_otherwise_than_the_rfc_has_it_is_not_judged() -> None:
    title = {"name": "title", "type": "integer", "multiValued": False}
    schemas = get("/Schemas", {"Resources": [{"id": CORE_USER, "attributes": [title]}]})

    assert judged(schemas, *changed(REPLACED, to=shown(title="Analyst"))) == (set(), set())
    assert judged(schemas, *changed(op("replace", value={"title": "Analyst"}), to=TITLED)) == (set(), set())
    assert judged(schemas, get(AT, TITLED), put(AT, {**BODY, "title": None}, TITLED)) == (set(), set())
