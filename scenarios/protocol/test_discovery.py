"""Discovery: how a bridge describes itself (RFC 7644 section 4)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json
from harness.record.journal import Entry, exchange_of
from harness.record.message import CORE_USER, read, remove, write
from harness.stories.client import Client
from harness.stories.expect import Expect


@pytest.mark.smoke
@pytest.mark.situation_for("RFC7644-4-03", "RFC7644-4-05", "RFC7644-4-07")
def test_a_bridge_describes_itself(client: Client, expect: Expect) -> None:
    """The three discovery endpoints and one entry of each list are read; checks judge their form."""
    config = client.send(read("/ServiceProviderConfig", "read configuration"))
    types = client.send(read("/ResourceTypes", "read resource types"))
    client.send(read("/Schemas", "read schemas"))
    kind = client.send(read(f"/ResourceTypes/{_key_of_user(types)}", "read resource type"))
    schema = client.send(read(f"/Schemas/{CORE_USER}", "read schema"))

    expect.answer(config, 200, proves="RFC7644-4-01")
    expect.answer(kind, 200, proves="RFC7644-4-06")
    expect.answer(schema, 200, proves="RFC7644-4-04")


def _key_of_user(types: Entry) -> str:
    """The key of the resource type User: its id, which in most bridges equals its name."""
    keys = [kind.get("id") for kind in _objects(exchange_of(types).json) if kind.get("name") == "User"]
    return next((key for key in keys if isinstance(key, str) and key.isalnum()), "User")


def test_each_type_and_each_schema_is_read_by_itself(client: Client, expect: Expect) -> None:
    """Every resource type and every schema that a list shows is found at its own address."""
    types = exchange_of(client.send(read("/ResourceTypes", "read resource types"))).json
    schemas = exchange_of(client.send(read("/Schemas", "read schemas"))).json

    for kind in _objects(types):
        key = next(
            (each for each in (kind.get("id"), kind.get("name")) if isinstance(each, str) and each.isalnum()), ""
        )
        if key:
            found = client.send(read(f"/ResourceTypes/{key}", f"read resource type {key}"))
            expect.answer(found, 200, proves="RFC7644-4-06")
    for schema in _objects(schemas):
        urn = schema.get("id")
        if isinstance(urn, str) and urn.startswith("urn:"):
            found = client.send(read(f"/Schemas/{urn}", "read schema"))
            expect.answer(found, 200, proves="RFC7644-4-04")


def _objects(answer: Json) -> list[Json]:
    listed = answer.get("Resources")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


@pytest.mark.situation_for("RFC7644-4-10")
def test_discovery_takes_no_filter(client: Client, expect: Expect) -> None:
    """A filter on a discovery list is refused; the other parameters of a query are ignored on the configuration.

    A request without Accept gets SCIM JSON.
    """
    client.send(read("/Schemas", "filter schemas", "filter=id%20eq%20%22x%22"))
    client.send(read("/ResourceTypes", "filter resource types", "filter=name%20eq%20%22User%22"))
    entry = client.send(read("/ServiceProviderConfig", "read configuration", "attributes=patch"))
    for query in ("excludedAttributes=documentationUri", "sortBy=documentationUri", "count=0"):
        client.send(read("/ServiceProviderConfig", "read configuration", query))
    client.send(read("/ServiceProviderConfig", "read configuration without Accept", headers=()))

    expect.answer(entry, 200, proves="RFC7644-4-09")


DOCUMENTS = {
    "/ServiceProviderConfig": "RFC7643-5-02",
    "/ResourceTypes": "RFC7643-6-02",
    "/ResourceTypes/User": "RFC7643-6-02",
    "/Schemas": "RFC7643-7-02",
    f"/Schemas/{CORE_USER}": "RFC7643-7-02",
}
REFUSED = (400, 401, 403, 404, 405, 409, 415, 422, 501)  # each says that nothing was changed


@pytest.mark.situation_for("RFC7644-4-02", "RFC7643-3-02", "RFC7643-5-03")
def test_discovery_is_read_only(client: Client, expect: Expect) -> None:
    """POST, PUT, PATCH and DELETE on the documents of discovery fail, and they can be read as before."""
    for path, row in DOCUMENTS.items():
        before = exchange_of(client.send(read(path, "read document")))
        body: Json = before.json if before.status == 200 else {"schemas": [CORE_USER]}
        for method in ("PUT", "POST", "PATCH"):
            answer = client.send(write(method, path, f"{method.lower()} a document", body))
            expect.answer(answer, *REFUSED, proves=row)
        expect.answer(client.send(remove(path, "delete a document")), *REFUSED, proves=row)
        after = client.send(read(path, "read document again"))
        if before.status == 200:
            expect.answer(after, 200, proves=row)


def test_discovery_minds_no_pages(client: Client, expect: Expect) -> None:
    """Paging and sorting are ignored on the lists of discovery."""
    for path in ("/Schemas", "/ResourceTypes"):
        listed = exchange_of(client.send(read(path, "read document"))).json.get("Resources")
        count = len(listed) if isinstance(listed, list) else 0
        cut = client.send(read(path, "read document in pages", "startIndex=2&count=1&sortBy=id"))
        if count:
            expect.listed(cut, at_least=count, at_most=count, proves="RFC7644-4-08")


def test_the_configuration_is_open(client: Client, expect: Expect) -> None:
    """How to authenticate can be read without a token, or is refused as such."""
    entry = client.send(client.anonymous(read("/ServiceProviderConfig", "read configuration without a token")))
    expect.answer(entry, 200, 401, 403, proves="RFC7643-5-22")


@pytest.mark.situation_for("RFC7644-3.11-01", "RFC7644-3.11-02", "RFC7644-3.11-03", "RFC7644-3.11-04")
def test_who_am_i(client: Client, expect: Expect) -> None:
    """/Me is answered, redirected, or not there; where it is answered, the user has an address of its own."""
    me = exchange_of(client.send(read("/Me", "read /Me")))
    user_id = me.json.get("id")
    if me.status == 200 and isinstance(user_id, str):
        own = client.read_user(user_id, "read the user behind /Me")
        expect.answer(own, 200, proves="RFC7644-3.11-05")
        wanted: dict[str, list[object]] = {name: [me.json.get(name)] for name in ("id", "userName") if name in me.json}
        expect.shows_one_of(own, wanted, proves="RFC7644-3.11-05")


def test_what_is_not_supported_is_said(client: Client, expect: Expect) -> None:
    """Bulk is refused with 501, or is not there, where the configuration declares not to have it."""
    config = exchange_of(client.send(read("/ServiceProviderConfig", "read configuration"))).json
    bulk = config.get("bulk")
    if isinstance(bulk, dict) and bulk.get("supported") is False:
        empty = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": []}
        answer = client.send(write("POST", "/Bulk", "bulk without operations", empty))
        expect.answer(answer, 501, 400, 403, 404, 405, proves="RFC7644-3.12-14")
