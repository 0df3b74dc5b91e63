"""What a bridge takes, what it passes over, what clashes, and what a delete leaves."""

from __future__ import annotations

from typing import Any

from harness.record.exchange import Exchange, Json
from harness.record.message import ENTERPRISE_USER, LIST_RESPONSE
from tests.harness.checks.samples import (
    ADA,
    GRACE,
    GRACE_ADDRESS,
    NEW_ADA,
    Row,
    accepts,
    act,
    answered,
    delete,
    error,
    finds,
    get,
    ignores,
    member,
    members,
    patch,
    post,
    put,
    records,
    user,
)

AT = "/Users/u-ada"
TITLE: Json = {"op": "replace", "path": "title", "value": "Countess"}
IN_DESIGN, IN_BOTH = user(groups=[{"value": "g-design"}]), user(groups=[{"value": "g-design"}, {"value": "g-sales"}])
SCHEMAS = get("/Schemas", {"Resources": []})
MANAGED: Json = {**NEW_ADA, ENTERPRISE_USER: {"manager": {"value": "u-grace", "displayName": "Nobody"}}}


def config(supported: Any = True) -> Exchange:
    """What the bridge says about PATCH."""
    return get("/ServiceProviderConfig", {"patch": {"supported": supported}})


def person(more: Json) -> Json:
    """Ada with more attributes."""
    return {**ADA, **more}


def managed(name: str) -> Json:
    """Ada with a manager of that name."""
    return person({ENTERPRISE_USER: {"manager": {"value": "u-grace", "displayName": name}}})


def of_schema(*schemas: str, status: int = 400, **more: Any) -> Exchange:
    """A PATCH that names these schemas."""
    body = {"schemas": list(schemas), "Operations": [TITLE]} if schemas else {"Operations": [TITLE]}
    return answered("PATCH", AT, status, error(status, **more) if status >= 400 else ADA, sent=body)


def selecting(name: str, status: int, body: Any) -> Exchange:
    """A PATCH with the parameter attributes."""
    return patch(f"{AT}?attributes={name}", TITLE, body=body, status=status)


def extended(**more: str) -> Exchange:
    """A PATCH that names an extension, and fills it."""
    names = {"op": "add", "path": "schemas", "value": [ENTERPRISE_USER]}
    fills = {"op": "add", "path": f"{ENTERPRISE_USER}:department", "value": "Engines"}
    return patch(AT, names, fills, body=person({ENTERPRISE_USER: more}), status=200)


RENAME: Json = {"op": "replace", "path": "userName", "value": GRACE_ADDRESS}
BOTH = get(AT, ADA), get("/Users/u-grace", GRACE)
TAKEN = {"userName": GRACE_ADDRESS}
UNKNOWN: Json = {"op": "add", "path": "noSuchAttribute", "value": "x"}

ROWS: tuple[Row, ...] = (
    accepts("put_is_supported", "200", put(AT, NEW_ADA, ADA)),
    finds("put_is_supported", "501", put(AT, NEW_ADA, error(501), 501), says="PUT to be supported ⟶ status 501"),
    ignores("put_is_supported", "a refusal", put(AT, NEW_ADA, error(400), 400)),
    accepts("patch_is_there_as_declared", "204", config(), patch(AT, TITLE)),
    accepts(
        "patch_is_there_as_declared", "501 where there is none", config(supported=False), patch(AT, TITLE, status=501)
    ),
    finds(
        "patch_is_there_as_declared",
        "501",
        *(config(), patch(AT, TITLE, body=error(501), status=501)),
        says="PATCH to be supported, as declared ⟶ status 501",
    ),
    ignores("patch_is_there_as_declared", "nothing declared", config(supported=None), patch(AT, TITLE)),
    accepts("a_patch_of_another_schema_is_refused_or_read", "a refusal", of_schema(LIST_RESPONSE)),
    accepts("a_patch_of_another_schema_is_refused_or_read", "no schema", of_schema(status=200)),
    records(
        "a_patch_of_another_schema_is_refused_or_read",
        "that it is read",
        of_schema(status=200),
        says="no schema: taken",
    ),
    finds(
        "a_patch_of_another_schema_is_refused_or_read",
        "it is taken",
        of_schema(LIST_RESPONSE, status=200),
        says="status 400 for a message that is no PatchOp ⟶ status 200",
    ),
    finds(
        "a_patch_of_another_schema_is_refused_or_read",
        "500",
        of_schema(status=500),
        says="status 400 ⟶ status 500",
    ),
    finds(
        "a_patch_of_another_schema_is_refused_or_read",
        "another error type",
        of_schema(scimType="noTarget"),
        says="scimType invalidSyntax or invalidValue ⟶ 'noTarget' @ /scimType",
    ),
    ignores("a_patch_of_another_schema_is_refused_or_read", "PatchOp", patch(AT, TITLE)),
    accepts(
        "a_patch_that_selects_is_answered_with_200", "the title", selecting("title", 200, {"id": "1", "title": "C"})
    ),
    finds(
        "a_patch_that_selects_is_answered_with_200",
        "204",
        selecting("title", 204, None),
        says="status 200 ⟶ status 204",
    ),
    finds(
        "a_patch_that_selects_is_answered_with_200",
        "all of it",
        selecting("userName", 200, ADA),
        says="username, and what is always shown ⟶ active",
    ),
    ignores("a_patch_that_selects_is_answered_with_200", "no selection", patch(AT, TITLE)),
    accepts("a_put_takes_no_name_of_another", "409", *BOTH, put(AT, TAKEN, error(409, scimType="uniqueness"), 409)),
    finds(
        "a_put_takes_no_name_of_another",
        "200",
        *BOTH,
        put(AT, TAKEN, user("u-ada", GRACE_ADDRESS)),
        says="status 409, or 400 with scimType uniqueness ⟶ status 200",
    ),
    finds(
        "a_put_takes_no_name_of_another",
        "another error type",
        *BOTH,
        put(AT, TAKEN, error(400, scimType="invalidValue"), 400),
        says="scimType uniqueness ⟶ 'invalidValue' @ /scimType",
    ),
    ignores("a_put_takes_no_name_of_another", "a name that is free", *BOTH, put(AT, {"userName": "new"}, ADA)),
    ignores(
        "a_put_takes_no_name_of_another", "a holder who is gone", *BOTH, delete("/Users/u-grace"), put(AT, TAKEN, ADA)
    ),
    accepts("a_patch_takes_no_name_of_another", "409", *BOTH, patch(AT, RENAME, body=error(409), status=409)),
    finds(
        "a_patch_takes_no_name_of_another",
        "204",
        *BOTH,
        patch(AT, RENAME),
        says="status 409, or 400 with scimType uniqueness ⟶ status 204",
    ),
    finds(
        "a_patch_takes_no_name_of_another",
        "204 without a path",
        *BOTH,
        patch(AT, {"op": "replace", "value": TAKEN}),
        says="status 409, or 400 with scimType uniqueness ⟶ status 204",
    ),
    ignores(
        "a_patch_takes_no_name_of_another",
        "a PATCH that is none to the letter",
        *BOTH,
        patch(AT, {**RENAME, "op": "Replace"}, body=error(400, scimType="invalidSyntax"), status=400),
    ),
    ignores("a_patch_takes_no_name_of_another", "another attribute", *BOTH, patch(AT, TITLE)),
    accepts("later_operations_see_changed_schemas", "the value", extended(department="Engines")),
    finds(
        "later_operations_see_changed_schemas",
        "no value",
        extended(),
        says=f"department 'Engines' ⟶ none @ /{ENTERPRISE_USER}/department",
    ),
    ignores("later_operations_see_changed_schemas", "another PATCH", patch(AT, TITLE)),
    accepts("nobody_is_in_a_deleted_group", "no groups", get(AT, IN_DESIGN), delete("/Groups/g-design"), get(AT, ADA)),
    finds(
        "nobody_is_in_a_deleted_group",
        "the group",
        *(get(AT, IN_DESIGN), delete("/Groups/g-design"), get(AT, IN_DESIGN)),
        says="no group that was deleted ⟶ 'g-design' @ /groups",
    ),
    ignores(
        "nobody_is_in_a_deleted_group", "another group", get(AT, IN_DESIGN), delete("/Groups/g-x"), get(AT, IN_DESIGN)
    ),
    records(
        "what_a_delete_leaves_is_noted",
        "a member who is suspended",
        *(get(AT, ADA), delete(AT), members(member(state="SUSPENDED"))),
        says="kept as suspended",
    ),
    accepts("what_a_delete_leaves_is_noted", "nobody", get(AT, ADA), delete(AT), members()),
    ignores("what_a_delete_leaves_is_noted", "an act since", get(AT, ADA), delete(AT), act(), members()),
    accepts(
        "groups_in_a_create_are_ignored", "no groups", post("/Users", {**NEW_ADA, "groups": IN_DESIGN["groups"]}, ADA)
    ),
    finds(
        "groups_in_a_create_are_ignored",
        "in it",
        post("/Users", {**NEW_ADA, "groups": IN_DESIGN["groups"]}, IN_DESIGN),
        says="no group of the client's ⟶ ['g-design'] @ /groups",
    ),
    finds(
        "groups_in_a_create_are_ignored",
        "a refusal",
        post("/Users", {**NEW_ADA, "groups": IN_DESIGN["groups"]}, error(400), 400),
        says="the groups to be ignored ⟶ status 400: not so",
    ),
    ignores("groups_in_a_create_are_ignored", "no groups sent", post("/Users", NEW_ADA, ADA)),
    accepts(
        "groups_in_a_put_are_ignored", "as before", get(AT, IN_DESIGN), put(AT, {**NEW_ADA, "groups": []}, IN_DESIGN)
    ),
    finds(
        "groups_in_a_put_are_ignored",
        "one more",
        *(get(AT, IN_DESIGN), put(AT, {**NEW_ADA, "groups": IN_BOTH["groups"]}, IN_BOTH)),
        says="groups ['g-design'] ⟶ ['g-design', 'g-sales'] @ /groups",
    ),
    finds(
        "groups_in_a_put_are_ignored",
        "none in the next read",
        *(get(AT, IN_DESIGN), put(AT, {**NEW_ADA, "groups": []}, None, 204), get(AT, ADA)),
        says="groups ['g-design'] ⟶ [] @ /groups",
    ),
    finds(
        "groups_in_a_put_are_ignored",
        "a refusal",
        *(get(AT, IN_DESIGN), put(AT, {**NEW_ADA, "groups": []}, error(400), 400)),
        says="the groups to be ignored ⟶ status 400: not so",
    ),
    ignores(
        "groups_in_a_put_are_ignored",
        "a new userName, which may be what is refused",
        *(get(AT, IN_DESIGN), put(AT, {**NEW_ADA, "userName": "new", "groups": []}, error(400), 400)),
    ),
    ignores("groups_in_a_put_are_ignored", "no groups sent", get(AT, IN_DESIGN), put(AT, NEW_ADA, ADA)),
    accepts("read_only_values_in_a_create_are_ignored", "the bridge's name", post("/Users", MANAGED, managed("Grace"))),
    finds(
        "read_only_values_in_a_create_are_ignored",
        "the client's name",
        post("/Users", MANAGED, managed("Nobody")),
        says=f"not the client's {ENTERPRISE_USER}:manager.displayName ⟶ 'Nobody'"
        f" @ /{ENTERPRISE_USER}:manager.displayName",
    ),
    finds(
        "read_only_values_in_a_create_are_ignored",
        "a refusal",
        post("/Users", MANAGED, error(400, scimType="mutability"), 400),
        says="the readOnly value to be ignored ⟶ status 400: not so",
    ),
    ignores("read_only_values_in_a_create_are_ignored", "nothing readOnly", post("/Users", NEW_ADA, ADA)),
    accepts("what_no_schema_has_is_not_kept", "without it", SCHEMAS, post("/Users", {**NEW_ADA, "shoeSize": 37}, ADA)),
    finds(
        "what_no_schema_has_is_not_kept",
        "with it",
        *(SCHEMAS, post("/Users", {**NEW_ADA, "shoeSize": 37}, user(shoeSize=37))),
        says="no shoeSize, which no schema has ⟶ it is shown @ /shoeSize",
    ),
    ignores("what_no_schema_has_is_not_kept", "schemas that are not known", post("/Users", {"shoeSize": 37}, ADA)),
    accepts("a_path_that_no_schema_has_changes_nothing", "a refusal", SCHEMAS, patch(AT, UNKNOWN, status=400)),
    finds(
        "a_path_that_no_schema_has_changes_nothing",
        "it is stored",
        *(SCHEMAS, patch(AT, UNKNOWN, body=user(noSuchAttribute="x"), status=200)),
        says="no noSuchAttribute, which no schema has ⟶ it is shown @ /noSuchAttribute",
    ),
    finds(
        "a_path_that_no_schema_has_changes_nothing",
        "another error type",
        *(SCHEMAS, patch(AT, UNKNOWN, body=error(400, scimType="uniqueness"), status=400)),
        says="scimType invalidPath or noTarget ⟶ 'uniqueness' @ /scimType",
    ),
    ignores("a_path_that_no_schema_has_changes_nothing", "a title", SCHEMAS, patch(AT, TITLE)),
)
