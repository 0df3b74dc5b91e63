"""Bearer tokens: the answers to requests without a valid one."""

import pytest

from bridge_ref.http.message import Headers
from tests.bridge_ref.world import World


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("authorization", "Bearer wrong-token"),),
        (("authorization", "Bearer right-tokens"),),
        (("authorization", "Basic right-token"),),
        (("authorization", "right-token"),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer r\xefght-token"),),
    ],
)
@pytest.mark.parametrize("path", ["/scim/v2/Users", "/scim/v2/ServiceProviderConfig", "/health", "/scim/v2/Nothing"])
def test_nothing_is_told_without_the_token(world: World, headers: Headers, path: str) -> None:
    refused = world.send_raw("GET", path, headers=headers)

    assert refused.status == 401
    assert refused.body["status"] == "401"
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_ping_needs_no_token(world: World) -> None:
    assert world.send_raw("GET", "/ping").status == 200
