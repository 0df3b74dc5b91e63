"""Media types: RFC 7644 section 3.8."""

import pytest

from bridge_ref.http.message import Headers
from tests.bridge_ref.world import USER, World

RIGHT: Headers = (("authorization", "Bearer right-token"),)


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/scim+json", 201),
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/json; charset=utf-16", 415),
    ],
)
def test_media_types_of_bodies(world: World, media_type: str, status: int) -> None:
    headers = (*RIGHT, ("content-type", media_type))
    body = b'{"schemas": ["%s"], "userName": "ada@example.com"}' % USER.encode()

    assert world.send_raw("POST", "/scim/v2/Users", "", headers, body).status == status


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "application/json", "application/scim+json", "image/png"])
def test_every_accept_gets_scim_json(world: World, accept: str | None) -> None:
    headers = RIGHT if accept is None else (*RIGHT, ("accept", accept))

    answer = world.send_raw("GET", "/scim/v2/Users", "", headers)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/scim+json")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("", 200),
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/scim+json;q=0.5", 200),
        ("application/*", 200),
        ("text/html", 406),
        ("application/scim+json;q=0", 406),
    ],
)
def test_strict_answers_only_who_can_read_it(strict_world: World, accept: str | None, status: int) -> None:
    """RFC7644-3.8-04, RFC7644-3.8-05, RFC7644-3.8-06."""
    headers = RIGHT if accept is None else (*RIGHT, ("accept", accept))

    assert strict_world.send_raw("GET", "/scim/v2/Users", "", headers).status == status
