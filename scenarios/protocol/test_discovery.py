"""Discovery: how a bridge describes itself (RFC 7644 section 4)."""

from __future__ import annotations

import pytest

from harness.record.journal import Entry, exchange_of
from harness.record.message import CORE_USER, read
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
    listed = exchange_of(types).json.get("Resources")
    kinds = [kind for kind in listed if isinstance(kind, dict)] if isinstance(listed, list) else []
    keys = [kind.get("id") for kind in kinds if kind.get("name") == "User"]
    return next((key for key in keys if isinstance(key, str) and key.isalnum()), "User")


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
