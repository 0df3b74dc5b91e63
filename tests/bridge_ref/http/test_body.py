"""Bodies: plain JSON, and nothing ambiguous."""

import pytest

from tests.bridge_ref.world import USER, World


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 201)])
def test_bodies_come_as_they_are(world: World, encoding: str, status: int) -> None:
    body = {"schemas": [USER], "userName": "ada@example.com"}

    assert world.send_with("content-encoding", encoding, "POST", "/Users", body).status == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"userName": "ada@example.com", "userName": "grace@example.com"}',
        b'{"userName": "ada@example.com", "USERNAME": "grace@example.com"}',
        b'{"userName": "ada@example.com", "x": "\\ud800"}',
        b'{"userName": "ada\\u0000@example.com"}',
        b'{"userName": "ada@example.com", "x": \xff}',
        b'{"userName": "\xff@example.com"}',
        b'{"userName": "ada@example.com", "x": ' + b"1" * 4301 + b"}",
        b'{"userName": "ada@example.com", "x": 1e999}',
        b'{"userName": "ada@example.com", "x": NaN}',
        b'{"userName": "ada@example.com", "x": ' + b"[" * 65 + b"]" * 65 + b"}",
        b"[" * 200_000,
        b'\xef\xbb\xbf{"userName": "ada@example.com"}',
    ],
)
def test_bodies_that_are_not_plain_json_are_refused(world: World, body: bytes) -> None:
    refused = world.send("POST", "/Users", body)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidSyntax")
    assert world.control("GET", "members").body["members"] == []


def test_brackets_inside_strings_are_no_depth(world: World) -> None:
    body = b'{"userName": "ada@example.com", "title": "' + b"[" * 200 + b'\\"[["}'

    assert world.send("POST", "/Users", body).status == 201
