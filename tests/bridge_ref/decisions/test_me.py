"""/Me: RFC 7644 section 3.11."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge_ref.world import BASE_URL, USER, World


@pytest.fixture
def my_world(tmp_path: Path) -> Iterator[World]:
    """A bridge where /Me is the first user who is made."""
    made = World(tmp_path / "data", me="ID-4")
    yield made
    made.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST"])
def test_a_token_is_nobody_unless_the_operator_says_who(world: World, method: str) -> None:
    """RFC7644-3.11-01, RFC7644-3.12-14."""
    refused = world.send(method, "/Me", {"schemas": [USER], "userName": "ada@example.com"})

    assert (refused.status, refused.body["status"]) == (501, "501")


def test_me_is_another_name_of_one_user(my_world: World) -> None:
    """RFC7644-3.11-04, RFC7644-3.11-05, RFC7643-3.1-26."""
    ada = my_world.invite("ada@example.com")
    there = f"{BASE_URL}/Users/{ada}"

    read = my_world.send("GET", "/Me")
    put = my_world.send("PUT", "/Me", {"schemas": [USER], "userName": "ada@example.com", "title": "Countess"})
    patched = my_world.patch("/Me", {"op": "add", "path": "nickName", "value": "Ada"})

    answers = (read, put, patched)
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert {answer.headers["location"] for answer in answers} == {there}
    assert {answer.headers["content-location"] for answer in answers} == {there}
    assert my_world.send("GET", f"/Users/{ada}").body == patched.body
    assert (patched.body["title"], patched.body["nickName"]) == ("Countess", "Ada")
    assert my_world.send("DELETE", "/Me").status == 204
    assert my_world.send("GET", f"/Users/{ada}").status == 404


def test_me_is_nobody_before_the_user_is_made(my_world: World) -> None:
    assert my_world.send("GET", "/Me").status == 404
    assert my_world.send("POST", "/Me", {"schemas": [USER], "userName": "ada@example.com"}).status == 405


@pytest.mark.parametrize("path", ["/Me/x", "/me"])
def test_what_is_not_me(my_world: World, path: str) -> None:
    assert my_world.send("GET", path).status in (404, 501)
