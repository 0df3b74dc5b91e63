"""Discovery: what a bridge says of itself (RFC 7644 section 4)."""

from __future__ import annotations

import pytest

from harness.expect import Expect
from harness.message import CORE_USER, read
from harness.run import Client


@pytest.mark.smoke
@pytest.mark.requirement("RFC7644-4-01", "RFC7644-4-03", "RFC7644-4-05", "RFC7644-4-07")
def test_a_bridge_describes_itself(client: Client) -> None:
    """The three discovery endpoints are read; their shapes are judged by the checks."""
    for endpoint in ("ServiceProviderConfig", "ResourceTypes", "Schemas"):
        client.send(read(f"/{endpoint}", f"read {endpoint}"))
    client.send(read("/ResourceTypes/User", "read resource type"))
    client.send(read(f"/Schemas/{CORE_USER}", "read schema"))


@pytest.mark.requirement("RFC7644-4-10", "RFC7644-4-09")
def test_discovery_takes_no_filter(client: Client, expect: Expect) -> None:
    """A filter on a discovery list is refused; a selection of attributes on the configuration is ignored."""
    client.send(read("/Schemas", "filter schemas", "filter=id%20eq%20%22x%22"))
    entry = client.send(read("/ServiceProviderConfig", "read configuration", "attributes=patch"))

    expect.answer(entry, 200, proves="RFC7644-4-09")
