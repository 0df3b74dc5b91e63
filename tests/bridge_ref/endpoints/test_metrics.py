"""Figures for Prometheus."""

from __future__ import annotations

import pytest

from bridge_ref.endpoints.metrics import template_of
from tests.bridge_ref.monitoring import RIGHT, get
from tests.bridge_ref.world import World


def test_metrics_count_what_is_asked_and_how_it_ends(watched: World) -> None:
    ada = watched.invite("ada@example.com")
    for each in (ada, ada, "nobody"):
        watched.send("GET", f"/Users/{each}")
    watched.send_raw("BREW", "/scim/v2/Users", "", RIGHT)
    text = get(watched, "/metrics").body

    name = "bridge_request_duration_seconds_count"
    assert f'{name}{{method="POST",path="/scim/v2/Users",status="201"}} 1.0' in text
    assert f'{name}{{method="GET",path="/scim/v2/Users/{{id}}",status="200"}} 2.0' in text
    assert f'{name}{{method="GET",path="/scim/v2/Users/{{id}}",status="404"}} 1.0' in text
    assert f'{name}{{method="other",path="/scim/v2/Users",status="405"}} 1.0' in text
    assert 'le="+Inf",method="POST",path="/scim/v2/Users",status="201"} 1.0' in text
    assert 'bridge_component_healthy{component="Store"} 1.0' in text
    assert 'bridge_mail_to_send{delivery="waiting"} 1.0' in text
    assert not any(secret in text for secret in (ada, "ada@", "right-token"))


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/scim/v2/Users", "/scim/v2/Users"),
        ("/scim/Users/", "/scim/v2/Users"),
        ("/scim/v2/Users/ada@example.com", "/scim/v2/Users/{id}"),
        ("/scim/v2/Users/.search", "/scim/v2/Users/.search"),
        ("/scim/v2/.search", "/scim/v2/.search"),
        ("/scim/v2/ada@example.com", "other"),
        ("/scim/v2", "/scim/v2"),
        ("/scim", "/scim/v2"),
        ("/scimmering", "other"),
        ("/scim/v2/", "/scim/v2"),
        ("/scim/", "/scim/v2"),
        ("/scim/v2/Users/a/b/c/d/e", "/scim/v2/Users/{id}"),
        ("/health", "/health"),
        ("/app", "/app"),
        ("/app/members/ada@example.com", "/app/{page}"),
        ("/application", "other"),
        ("/ada@example.com", "other"),
        ("", "other"),
    ],
)
def test_a_template_holds_nothing_of_a_client(path: str, template: str) -> None:
    """SEC-103."""
    assert template_of(path) == template
