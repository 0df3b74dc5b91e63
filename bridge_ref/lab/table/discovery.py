"""Defects of what a bridge tells of its resource types and schemas: RFC 7643 sections 6 and 7, RFC 7644 section 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge_ref.lab.table.changes import Change, at, drop, put
from bridge_ref.lab.table.fault import replies, shown
from bridge_ref.lab.table.messages import Ask, Reply
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER_URN

_TYPES, _SCHEMAS = "GET /ResourceTypes*", "GET /Schemas*"


def _each(change: Change, is_meant: Callable[[Any], bool] = lambda _: True) -> Change:
    """The change of each resource of discovery, alone or in a list, that is meant."""

    def one(each: Any) -> Any:
        return change(each) if is_meant(each) else each

    return lambda body: at("Resources", "*")(one)(body) if "Resources" in body else one(body)


def _named(*names: str) -> Callable[[Any], bool]:
    return lambda each: each.get("id") in names


def _attribute(name: str, change: Change) -> Change:
    """The change of one attribute of a schema, or of one part of it after a dot."""
    head, _, part = name.partition(".")
    within: Change = (
        at("subAttributes", "*")(lambda sub: change(sub) if sub["name"] == part else sub) if part else change
    )
    return at("attributes", "*")(lambda each: within(each) if each["name"] == head else each)


def _user(name: str, change: Change) -> Change:
    return _each(_attribute(name, change), _named(USER_URN))


def _enterprise(name: str, change: Change) -> Change:
    return _each(_attribute(name, change), _named(ENTERPRISE_URN))


# Name, sentence, rows, and the change of the resource types.
_OF_TYPES: tuple[tuple[str, str, str | tuple[str, ...], Change], ...] = (
    ("types-without-schemas", "Shows its resource types without `schemas`.", "RFC7643-6-01", _each(drop("schemas"))),
    (
        "types-without-a-name",
        "Shows its resource types without a name.",
        ("RFC7643-6-04", "RFC7643-6-05"),
        _each(drop("name")),
    ),
    (
        "types-described-by-nothing",
        "Describes its resource types by a number.",
        "RFC7643-6-06",
        _each(put(7, "description")),
    ),
    (
        "types-without-words",
        "Describes its resource types by an empty text.",
        "RFC7643-6-06",
        _each(put("", "description")),
    ),
    (
        "types-at-a-singular",
        "Says that its users are at /User.",
        "RFC7643-6-07",
        _each(put("/User", "endpoint"), _named("User")),
    ),
    (
        "types-without-a-schema",
        "Leaves the base schema out of its resource types.",
        "RFC7643-6-08",
        _each(drop("schema")),
    ),
    (
        "types-of-version-1",
        "Says that its groups follow the schema of version 1.",
        "RFC7643-6-09",
        _each(put("urn:scim:schemas:core:1.0", "schema"), _named("Group")),
    ),
    (
        "extensions-needed-or-not",
        "Does not say of an extension whether it is required.",
        "RFC7643-6-12",
        _each(drop("schemaExtensions", "*", "required")),
    ),
)

# Name, sentence, rows, and the change of the schemas.
_OF_SCHEMAS: tuple[tuple[str, str, str | tuple[str, ...], Change], ...] = (
    ("schemas-without-schemas", "Shows its schemas without `schemas`.", "RFC7643-7-03", _each(drop("schemas"))),
    (
        "schemas-by-a-number",
        "Gives each schema an id of its own beside its URI.",
        ("RFC7643-7-04", "RFC7643-6-09"),
        lambda body: _numbered(body),
    ),
    ("schemas-without-a-name", "Names its schemas by a number.", "RFC7643-7-05", _each(put(7, "name"))),
    ("schemas-with-an-empty-name", "Names its schemas by an empty text.", "RFC7643-7-05", _each(put("", "name"))),
    (
        "schemas-with-empty-words",
        "Describes its schemas by an empty text.",
        "RFC7643-7-06",
        _each(put("", "description")),
    ),
    ("schemas-without-words", "Describes its schemas by a number.", "RFC7643-7-06", _each(put(7, "description"))),
    (
        "a-part-without-a-name",
        "Declares a part of the manager without its name.",
        "RFC7643-7-08",
        _enterprise("manager.displayName", drop("name")),
    ),
    (
        "a-type-called-text",
        "Declares the type of the title as text.",
        "RFC7643-7-09",
        _user("title", put("text", "type")),
    ),
    (
        "lists-declared-as-one",
        "Declares the e-mail addresses as a single value.",
        "RFC7643-7-11",
        _user("emails", put(False, "multiValued")),
    ),
    (
        "required-in-words",
        "Declares by the text `false` that the title is not required.",
        "RFC7643-7-14",
        _user("title", put("false", "required")),
    ),
    (
        "returned-in-capitals",
        "Declares the title as returned `Default`.",
        "RFC7643-7-35",
        _user("title", put("Default", "returned")),
    ),
    (
        "a-reference-to-one-type",
        "Declares referenceTypes as a text.",
        "RFC7643-7-36",
        _user("profileUrl", put("external", "referenceTypes")),
    ),
    (
        "an-extension-with-a-name",
        "Declares userName in its extension anew.",
        "RFC7643-3.3-05",
        _each(at("attributes")(lambda found: [*found, _text("userName")]), _named(ENTERPRISE_URN)),
    ),
    (
        "an-extension-without-types",
        "Declares an attribute of its extension without its type.",
        ("RFC7643-3.3-06", "RFC7643-7-09"),
        _enterprise("costCenter", drop("type")),
    ),
    (
        "a-type-of-its-own",
        "Declares an attribute of its extension as an e-mail.",
        ("RFC7643-2.3-01", "RFC7643-7-09"),
        _enterprise("costCenter", put("email", "type")),
    ),
)


def _text(name: str) -> dict[str, Any]:
    said = {"type": "string", "multiValued": False, "description": "A text.", "required": False, "caseExact": False}
    return {"name": name, **said, "mutability": "readWrite", "returned": "default", "uniqueness": "none"}


def _numbered(body: Any) -> Any:
    if "Resources" not in body:
        return body
    numbers = range(len(body["Resources"]))
    return {
        **body,
        "Resources": [{**each, "id": f"schema-{i}"} for i, each in zip(numbers, body["Resources"], strict=True)],
    }


for _name, _sentence, _rows, _change in _OF_TYPES:
    shown(_name, _sentence, _rows, _change, on=_TYPES)
for _name, _sentence, _rows, _change in _OF_SCHEMAS:
    shown(_name, _sentence, _rows, _change, on=_SCHEMAS)

shown(
    "schemas-as-a-bare-list",
    "Shows its schemas as a JSON array.",
    "RFC7644-4-03",
    lambda body: body["Resources"],
    on="GET /Schemas",
)
shown(
    "one-schema-in-a-list",
    "Shows a single schema as a list of one.",
    "RFC7644-4-04",
    lambda body: {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 1,
        "Resources": [body],
    },
    on="GET /Schemas/*",
)
shown(
    "types-without-a-number",
    "Lists its resource types without totalResults.",
    "RFC7644-4-05",
    drop("totalResults"),
    on="GET /ResourceTypes",
)
shown(
    "schemas-that-are-cut",
    "Shows two schemas and counts them all.",
    "RFC7644-4-07",
    lambda body: {**body, "totalResults": len(body["Resources"]), "Resources": body["Resources"][:2]},
    on="GET /Schemas",
)


@replies("no-type-by-its-name", "RFC7644-4-06", on="GET /ResourceTypes/*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Does not find a single resource type, though it lists it."""
    return reply.with_status(404).with_body(
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404", "detail": "Not found."}
    )


@replies("discovery-is-paged", "RFC7644-4-08", on=("GET /Schemas", "GET /ResourceTypes"), status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows as many schemas and resource types as count says."""
    count = ask.parameter("count") or ""
    return reply.with_values(Resources=reply.body["Resources"][: int(count)]) if count.isdigit() else reply


@replies("types-can-be-deleted", "RFC7643-6-02", "RFC7644-3.6-04", on="DELETE /ResourceTypes/*")
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the DELETE of a resource type with 204."""
    return reply.bare(204)


@replies("schemas-can-be-replaced", "RFC7643-7-02", on="PUT /Schemas/*")
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the PUT of a schema with 200."""
    return Reply(200, (("content-type", "application/scim+json"),), ask.body)
