"""Defects of the service provider's configuration: RFC 7643 section 5."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.changes import Change, drop, put
from bridge_ref.lab.table.fault import Inside, asks, door, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal

_CONFIG = "GET /ServiceProviderConfig"
_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"

# Name, sentence, row of section 5, and the change; most clients read the configuration before anything else.
_ROWS: tuple[tuple[str, str, str, Change], ...] = (
    ("patch-is-not-declared", "Leaves `patch` out of its configuration.", "05", drop("patch")),
    ("patch-is-a-text", "Declares `patch.supported` as a text.", "06", put("true", "patch", "supported")),
    ("bulk-is-not-declared", "Leaves `bulk` out of its configuration.", "07", drop("bulk")),
    (
        "bulk-is-neither-yes-nor-no",
        "Declares limits of `bulk` and not whether it has it.",
        "08",
        drop("bulk", "supported"),
    ),
    ("a-limit-in-words", "Declares `bulk.maxOperations` as a text.", "09", put("100", "bulk", "maxOperations")),
    ("a-size-with-a-unit", "Declares `bulk.maxPayloadSize` as 1MB.", "10", put("1MB", "bulk", "maxPayloadSize")),
    ("filter-is-not-declared", "Leaves `filter` out of its configuration.", "11", drop("filter")),
    ("filter-is-a-number", "Declares `filter.supported` as 1.", "12", put(1, "filter", "supported")),
    ("filter-without-a-limit", "Declares `filter` without maxResults.", "13", drop("filter", "maxResults")),
    ("passwords-are-not-declared", "Leaves `changePassword` out of its configuration.", "15", drop("changePassword")),
    (
        "passwords-are-null",
        "Declares `changePassword.supported` as null.",
        "16",
        put(None, "changePassword", "supported"),
    ),
    ("sort-is-not-declared", "Leaves `sort` out of its configuration.", "17", drop("sort")),
    ("sort-is-neither-yes-nor-no", "Declares `sort` as an empty object.", "18", put({}, "sort")),
    ("etag-is-not-declared", "Leaves `etag` out of its configuration.", "19", drop("etag")),
    ("etag-is-neither-yes-nor-no", "Declares `etag` as an empty object.", "20", put({}, "etag")),
    (
        "a-scheme-without-a-type",
        "Names ways to authenticate without their type.",
        "23",
        drop("authenticationSchemes", "*", "type"),
    ),
    (
        "a-scheme-without-a-name",
        "Names ways to authenticate without a name.",
        "24",
        drop("authenticationSchemes", "*", "name"),
    ),
    (
        "a-scheme-without-words",
        "Names ways to authenticate without a description.",
        "25",
        drop("authenticationSchemes", "*", "description"),
    ),
)

# A row of RFC 7644 that says the same.
_ALSO = {"09": ("RFC7644-3.7.4-01",), "10": ("RFC7644-3.7.4-01",)}

for _name, _sentence, _row, _change in _ROWS:
    rows = (f"RFC7643-5-{_row}", *_ALSO.get(_row, ()))
    shown(_name, _sentence, rows, _change, on=_CONFIG)


shown("limits-with-a-fraction", "Declares `filter.maxResults` with a fraction.", ("RFC7643-2.3.4-01", "RFC7643-5-13"),
      put(1000.5, "filter", "maxResults"), on=_CONFIG)  # fmt: skip


def _one_scheme(config: Any) -> Any:
    return {**config, "authenticationSchemes": config["authenticationSchemes"][0]}


shown("the-only-scheme-stands-alone", "Shows its only way to authenticate as an object.", "RFC7643-5-21", _one_scheme,
      on=_CONFIG)  # fmt: skip
shown(
    "a-configuration-by-its-plural",
    "Calls the schema of its configuration ServiceProviderConfigs, as version 1 did.",
    ("RFC7643-5-01", "RFC7644-4-01"),
    put([_URN + "s"], "schemas"),
    on=_CONFIG,
)
shown(
    "a-configuration-in-a-list",
    "Wraps its configuration into a list of one.",
    ("RFC7644-4-01", "RFC7643-5-01"),
    lambda config: {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 1,
        "Resources": [config],
    },
    on=_CONFIG,
)


@replies("the-configuration-can-be-replaced", "RFC7643-5-02", on="PUT /ServiceProviderConfig")
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a PUT of its configuration with 200."""
    return Reply(200, (("content-type", "application/scim+json"),), ask.body)


@door("a-stranger-breaks-the-configuration", "RFC7643-5-22", on=_CONFIG)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers a stranger who reads its configuration with 500."""
    reply = await inside.answer(ask)
    return refusal(500, "The session is none.") if ask.header("authorization") is None else reply


@asks("the-configuration-minds-a-filter", "RFC7644-4-10", on=("GET /Schemas", "GET /ResourceTypes"))
def _(ask: Ask) -> Ask:
    """Passes over a filter of its schemas and shows them all."""
    return ask.without_parameters("filter")


@replies("a-selection-empties-the-configuration", "RFC7644-4-09", on=_CONFIG, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Looks for what `attributes` names in its configuration as if it were a user, and shows nothing."""
    return reply if ask.parameter("attributes") is None else reply.with_body({"schemas": reply.body["schemas"]})
