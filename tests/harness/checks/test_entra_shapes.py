"""The checks of Entra ID's recorded shapes, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER, ENTERPRISE_USER, PATCH_OP
from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    active,
    answered,
    error,
    finds,
    get,
    ignores,
    page,
    post,
    user,
)
from tests.harness.checks.vendor_samples import AT, TITLE, change

GUID = "0f1e2d3c-4b5a-4697-8877-665544332211"
BY_GUID = f"/Users?filter=externalId+eq+%22{GUID}%22"
MANAGER = f"{ENTERPRISE_USER}:manager"
REFUSED = "status 400"


def operations_first(status: int) -> Exchange:
    """A PATCH that begins with its operations."""
    return answered("PATCH", AT, status, None, sent={"Operations": [TITLE], "schemas": [PATCH_OP]}, name="change user")


def extended(values: Json, **more: Any) -> Json:
    """Ada with these values of the enterprise schema."""
    return {**user(**more), ENTERPRISE_USER: values}


def at(path: str, value: object = None, op: str = "Replace") -> Json:
    """One operation at a path."""
    return {"op": op, "path": path, **({} if value is None else {"value": value})}


def with_header(status: int, name: str = "ADSCIMVersion") -> Exchange:
    """A read with the header of Entra ID's own."""
    return answered("GET", AT, status, ADA if status == 200 else None, asked=((name, "Date:20260105"),))


def asks(found: object, status: int = 200, attribute: str = "manager") -> Exchange:
    """The question whether Grace is Ada's manager."""
    query = f"filter=id+eq+%22u-ada%22+and+{attribute}+eq+%22u-grace%22&attributes=id"
    return get(f"/Users?{query}", found, status, name="ask for manager")


def active_in_capitals(status: int, value: object = False) -> Exchange:
    """The PATCH of `active` with a capital."""
    body = {"schemas": [PATCH_OP], "Operations": [at("active", value)]}
    return answered("PATCH", AT, status, None, sent=body, name="set user active")


def created(manager: object, shown: object, status: int = 201) -> Exchange:
    """A create whose extension holds this manager, and the user with that one."""
    sent = {
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "userName": "ada@example.com",
        ENTERPRISE_USER: {"manager": manager},
    }
    body = extended({"department": "x", **({"manager": shown} if shown else {})})
    return post("/Users", sent, body if status == 201 else None, status, name="create user")


GRACES = get("/Users/u-joan", {**user("u-joan"), ENTERPRISE_USER: {"manager": {"value": "u-grace"}}})
WITH_GRACE = get(AT, extended({"manager": {"value": "u-grace"}}))
ADD: Json = {"op": "add", "value": {"name.familyName": "King", f"{ENTERPRISE_USER}:department": "Engines"}}
KING = extended({"department": "engines"}, name={"familyName": "King"})
PRIMARY = at("emails[primary eq true].value", "king@example.com")
WITH_OLD = user(emails=[{"value": "ada@example.com", "type": "work", "primary": True}])
WITH_NEW = user(emails=[{"value": "King@example.com", "type": "work", "primary": True}])
FAX = at('phoneNumbers[type eq "fax"].value', "+46 40 123")
WITH_FAX = user(phoneNumbers=[{"type": "fax", "value": "tel:+46-40-123"}])
CORE_TITLE = at(f"{CORE_USER}:title", "Analyst")
CUSTOM = at(f"{CORE_USER}:costCenterCode", "7")
FORMATTED = at("name.formatted", "Ada King")
EMPTY_TITLE = at("title", "")

ROWS = (
    accepts("operations_may_come_first", "204", operations_first(204)),
    finds("operations_may_come_first", "400", operations_first(400), says=f"the PATCH to be accepted ⟶ {REFUSED}"),
    ignores("operations_may_come_first", "schemas first", change(400, TITLE)),
    ignores("operations_may_come_first", "a conflict", operations_first(409)),
    accepts("an_add_without_a_path_is_done", "204, and shown", get(AT, ADA), change(204, ADD), get(AT, KING)),
    accepts("an_add_without_a_path_is_done", "nobody shows it", get(AT, ADA), change(204, ADD), get(AT, ADA)),
    finds("an_add_without_a_path_is_done", "400", change(400, ADD), says=f"the PATCH to be accepted ⟶ {REFUSED}"),
    finds(
        "an_add_without_a_path_is_done",
        "another value",
        change(204, ADD),
        get(AT, user(name={"familyName": "Byron"})),
        says="name.familyName 'King' ⟶ 'Byron'",
    ),
    ignores("an_add_without_a_path_is_done", "a replace", change(400, {**ADD, "op": "replace"})),
    ignores("an_add_without_a_path_is_done", "a path", change(400, at("title", "x", "Add"))),
    accepts("a_formatted_name_is_set", "shown", change(204, FORMATTED), get(AT, user(name={"formatted": "Ada King"}))),
    finds(
        "a_formatted_name_is_set",
        "the old one",
        change(204, FORMATTED),
        get(AT, user(name={"formatted": "Ada Byron"})),
        says="name.formatted 'Ada King' ⟶ 'Ada Byron'",
    ),
    finds(
        "a_formatted_name_is_set",
        "as a key, refused",
        change(400, {"op": "replace", "value": {"name.formatted": "Ada King"}}),
        says=f"the formatted name to be accepted ⟶ {REFUSED}",
    ),
    ignores("a_formatted_name_is_set", "another part", change(400, at("name.givenName", "Ada"))),
    accepts("the_primary_value_can_be_selected", "changed", get(AT, WITH_OLD), change(204, PRIMARY), get(AT, WITH_NEW)),
    accepts("the_primary_value_can_be_selected", "a role", change(204, at('roles[primary eq "True"].value', "Member"))),
    finds(
        "the_primary_value_can_be_selected",
        "left as it was",
        get(AT, WITH_OLD),
        change(204, PRIMARY),
        get(AT, WITH_OLD),
        says="emails[primary eq true].value 'king@example.com' ⟶ 'ada@example.com'",
    ),
    finds(
        "the_primary_value_can_be_selected",
        "400",
        change(400, PRIMARY),
        says=f"the path to be understood ⟶ {REFUSED}",
    ),
    ignores("the_primary_value_can_be_selected", "a type", change(400, FAX)),
    accepts(
        "an_emptied_attribute_is_taken_away", "gone", get(AT, user(title="x")), change(204, EMPTY_TITLE), get(AT, ADA)
    ),
    accepts("an_emptied_attribute_is_taken_away", "kept empty", change(204, EMPTY_TITLE), get(AT, user(title=""))),
    finds(
        "an_emptied_attribute_is_taken_away",
        "still there",
        get(AT, WITH_FAX),
        change(204, at('phoneNumbers[type eq "fax"].value', "+46 40 123", "Remove")),
        get(AT, WITH_FAX),
        says="nothing at phoneNumbers[type eq \"fax\"].value ⟶ 'tel:+46-40-123'",
    ),
    finds(
        "an_emptied_attribute_is_taken_away",
        "400",
        change(400, at("title", None, "Remove")),
        says=f"the emptied attribute to be accepted ⟶ {REFUSED}",
    ),
    ignores("an_emptied_attribute_is_taken_away", "a manager", change(400, at(MANAGER, ""))),
    ignores("an_emptied_attribute_is_taken_away", "a value", change(400, TITLE)),
    accepts("the_whole_mapping_arrives", "the same number", change(204, FAX), get(AT, WITH_FAX)),
    finds(
        "the_whole_mapping_arrives",
        "at another place",
        get(AT, WITH_FAX),
        change(204, at('phoneNumbers[type eq "fax"].value', "+46 40 999")),
        get(AT, WITH_FAX),
        says="phoneNumbers[type eq \"fax\"].value '+46 40 999' ⟶ 'tel:+46-40-123'",
    ),
    finds(
        "the_whole_mapping_arrives",
        "400",
        change(400, at('addresses[type eq "work"].formatted', "Room 3")),
        says=f"the mapped attributes to be accepted ⟶ {REFUSED}",
    ),
    ignores(
        "the_whole_mapping_arrives", "an address for mail", change(400, at('emails[type eq "work"].value', "a@b.c"))
    ),
    accepts("the_core_urn_may_stand_before_a_name", "set", change(204, CORE_TITLE), get(AT, user(title="Analyst"))),
    accepts(
        "the_core_urn_may_stand_before_a_name", "a custom one", change(204, CUSTOM, TITLE), get(AT, user(title="y"))
    ),
    finds(
        "the_core_urn_may_stand_before_a_name",
        "not set",
        change(204, CORE_TITLE),
        get(AT, user(title="Countess")),
        says=f"{CORE_USER}:title 'Analyst' ⟶ 'Countess'",
    ),
    finds(
        "the_core_urn_may_stand_before_a_name",
        "400",
        change(400, CUSTOM, TITLE),
        says=f"the URN of the core schema to be understood ⟶ {REFUSED}",
    ),
    ignores("the_core_urn_may_stand_before_a_name", "a plain name", change(400, TITLE)),
    accepts("the_header_of_entra_does_no_harm", "200", with_header(200)),
    finds("the_header_of_entra_does_no_harm", "400", with_header(400), says=f"the request to be accepted ⟶ {REFUSED}"),
    ignores("the_header_of_entra_does_no_harm", "without it", with_header(400, "Accept")),
    ignores("the_header_of_entra_does_no_harm", "nobody there", with_header(404)),
    accepts("a_bare_manager_can_be_asked_for", "nobody", asks(page())),
    accepts("a_bare_manager_can_be_asked_for", "the one", WITH_GRACE, asks(page({"id": "u-ada"}))),
    finds(
        "a_bare_manager_can_be_asked_for",
        "the one is not told",
        WITH_GRACE,
        asks(page()),
        says="the one user ⟶ 0 resources",
    ),
    finds(
        "a_bare_manager_can_be_asked_for",
        "the second term is passed over",
        asks(page({"id": "u-ada"})),
        says="an empty list ⟶ 1 resources",
    ),
    finds(
        "a_bare_manager_can_be_asked_for",
        "400",
        asks(error(400), 400),
        says="status 200 and a list ⟶ status 400 not so",
    ),
    ignores("a_bare_manager_can_be_asked_for", "with its URN", asks(error(400), 400, MANAGER)),
    accepts("a_boolean_behind_a_capital_is_accepted", "204", active_in_capitals(204)),
    finds(
        "a_boolean_behind_a_capital_is_accepted",
        "400",
        active_in_capitals(400),
        says="the new value of active to be accepted ⟶ status 400",
    ),
    ignores("a_boolean_behind_a_capital_is_accepted", "in lower case", active()),
    ignores("a_boolean_behind_a_capital_is_accepted", "a text", active_in_capitals(400, "False")),
    accepts("a_manager_in_a_create_is_taken", "shown", created("u-grace", {"value": "u-grace"})),
    accepts("a_manager_in_a_create_is_taken", "this bridge shows none", created("u-grace", None)),
    finds(
        "a_manager_in_a_create_is_taken",
        "of others it does",
        GRACES,
        created("u-grace", None),
        says=f"the manager u-grace ⟶ None @ /{ENTERPRISE_USER}/manager",
    ),
    finds(
        "a_manager_in_a_create_is_taken",
        "400",
        created("u-grace", None, 400),
        says=f"the create to be accepted ⟶ {REFUSED}",
    ),
    ignores("a_manager_in_a_create_is_taken", "an object", created({"value": "u-grace"}, None, 400)),
    accepts("an_object_id_can_be_asked_for", "who has it", get(BY_GUID, page(user(externalId=GUID)))),
    accepts("an_object_id_can_be_asked_for", "nobody", get(BY_GUID, page())),
    finds(
        "an_object_id_can_be_asked_for",
        "somebody else",
        get(BY_GUID, page(user(externalId="ada"))),
        says=f"externalId '{GUID}' ⟶ 'ada' @ /Resources/0/externalId",
    ),
    finds(
        "an_object_id_can_be_asked_for",
        "400",
        get(BY_GUID, error(400), 400),
        says="status 200 and a list ⟶ status 400 not so",
    ),
    ignores(
        "an_object_id_can_be_asked_for", "a nickname", get("/Users?filter=externalId+eq+%22ada%22", error(400), 400)
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_entra_shapes(row: Row) -> None:
    assert row.said() == row.wanted
