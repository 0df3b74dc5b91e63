"""Versions and conditional requests: RFC 7644 section 3.14."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.scim.capabilities import Capabilities
from tests.bridge_ref.world import GROUP, USER, Reply, World

ADA = {"schemas": [USER], "userName": "ada@example.com"}
STALE = 'W/"0"'


@pytest.fixture
def plain_world(tmp_path: Path) -> Iterator[World]:
    """A bridge that offers no versions."""
    made = World(tmp_path / "data", capabilities=Capabilities(etag=False))
    yield made
    made.close()


def tag(reply: Reply) -> str:
    """The ETag of an answer, which must be the version that its body tells."""
    etag = reply.headers["etag"]
    assert reply.body is None or etag == reply.body["meta"]["version"]
    return etag


def test_every_answer_with_a_resource_carries_its_version(world: World) -> None:
    """RFC7644-3.14-02, RFC7644-3.14-03, RFC7643-3.1-27, RFC7643-3.1-28."""
    created = world.send("POST", "/Users", ADA)
    path = f"/Users/{created.body['id']}"
    title = {"op": "add", "path": "title", "value": "Countess"}
    answers = [created, world.send("GET", path), world.send("PUT", path, ADA), world.patch(path, title)]

    assert [tag(each) for each in answers] == ['W/"1"', 'W/"1"', 'W/"1"', 'W/"2"']
    assert tag(world.send("GET", path)) == 'W/"2"'
    assert world.send("GET", "/ServiceProviderConfig").body["etag"] == {"supported": True}


def test_a_write_without_change_leaves_the_version(world: World) -> None:
    """RFC7644-3.14-05."""
    ada = world.invite("ada@example.com", title="Countess")
    before = tag(world.send("GET", f"/Users/{ada}"))

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "title", "value": "Countess"})

    assert tag(world.send("GET", f"/Users/{ada}")) == before


def test_the_version_of_a_group_follows_its_members(world: World) -> None:
    """RFC7644-3.14-04, RFC7644-3.14-11."""
    ada = world.invite("ada@example.com")
    design = world.form("Design")
    before = tag(world.send("GET", f"/Groups/{design}"))

    patched = world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": ada}]})

    after = tag(world.send("GET", f"/Groups/{design}"))
    assert (patched.status, tag(patched)) == (204, after)
    assert before != after


def test_a_user_who_joins_a_group_is_shown_at_another_version(world: World) -> None:
    """RFC7644-3.14-04: `groups` is part of what is shown, so a cache must not keep the old one."""
    ada = world.invite("ada@example.com")
    before = tag(world.send("GET", f"/Users/{ada}"))
    design = world.form("Design", ada)
    joined = tag(world.send("GET", f"/Users/{ada}"))
    world.patch(f"/Groups/{design}", {"op": "replace", "path": "displayName", "value": "Sales"})
    renamed = tag(world.send("GET", f"/Users/{ada}"))

    read = world.send_with("if-none-match", before, "GET", f"/Users/{ada}")
    written = world.send_with("if-match", before, "PUT", f"/Users/{ada}", ADA)

    assert len({before, joined, renamed}) == 3
    assert (read.status, written.status) == (200, 200)


def test_a_known_version_is_not_sent_again(world: World) -> None:
    """RFC7644-3.14-06."""
    ada = world.invite("ada@example.com")
    current = tag(world.send("GET", f"/Users/{ada}"))

    known = world.send_with("if-none-match", f"{STALE}, {current}", "GET", f"/Users/{ada}")
    other = world.send_with("if-none-match", STALE, "GET", f"/Users/{ada}")

    assert (known.status, known.body, known.headers["etag"]) == (304, None, current)
    assert "content-type" not in known.headers
    assert other.status == 200


@pytest.mark.parametrize("kind", ["Users", "Groups"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_stale_version_stops_every_write(world: World, kind: str, method: str) -> None:
    """RFC7644-3.14-07, RFC7644-3.14-08, RFC7644-3.14-09, RFC7644-3.12-13."""
    path = f"/{kind}/{made(world, kind)}"
    before = world.send("GET", path)

    refused = world.send_with("if-match", STALE, method, path, change(kind, method))

    assert (refused.status, refused.body["status"]) == (412, "412")
    assert world.send("GET", path).body == before.body


@pytest.mark.parametrize("kind", ["Users", "Groups"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("form", ["{}", '{}, W/"77"', "*"])
def test_the_current_version_lets_a_write_through(world: World, kind: str, method: str, form: str) -> None:
    """RFC7644-3.14-10, RFC7644-3.14-12."""
    path = f"/{kind}/{made(world, kind)}"
    current = tag(world.send("GET", path))

    done = world.send_with("if-match", form.format(current), method, path, change(kind, method))

    assert done.status in (200, 204)


@pytest.mark.parametrize("tags", ["*", STALE])
def test_a_condition_makes_nothing_of_an_unknown_id(world: World, tags: str) -> None:
    """RFC7644-3.14-12."""
    assert world.send_with("if-match", tags, "PUT", "/Users/nobody", ADA).status == 404


@pytest.mark.parametrize(
    ("header", "tags", "status"),
    [
        ("if-none-match", "*", 412),
        ("if-none-match", 'W/"1"', 412),
        ("if-none-match", '"1"', 412),
        ("if-none-match", STALE, 200),
        ("if-match", '"a,b", W/"1"', 200),
        ("if-match", "1", 400),
        ("if-match", "", 400),
        ("if-none-match", 'W/"1" W/"2"', 400),
    ],
)
def test_conditions_of_a_put(world: World, header: str, tags: str, status: int) -> None:
    ada = world.invite("ada@example.com")

    assert world.send_with(header, tags, "PUT", f"/Users/{ada}", ADA).status == status


def test_without_versions_there_are_no_conditions(plain_world: World) -> None:
    """RFC7643-5-28."""
    ada = plain_world.invite("ada@example.com")

    read = plain_world.send_with("if-none-match", "*", "GET", f"/Users/{ada}")
    written = plain_world.send_with("if-match", "no tag", "PUT", f"/Users/{ada}", ADA)

    assert plain_world.send("GET", "/ServiceProviderConfig").body["etag"] == {"supported": False}
    assert (read.status, written.status) == (200, 200)
    assert "etag" not in read.headers
    assert "version" not in read.body["meta"]


def made(world: World, kind: str) -> str:
    """A new user or group."""
    return world.invite("ada@example.com") if kind == "Users" else world.form("Design")


def change(kind: str, method: str) -> Any:
    """A body that changes something."""
    if method == "PUT" and kind == "Users":
        return {**ADA, "title": "Countess"}
    if method == "PUT":
        return {"schemas": [GROUP], "displayName": "Sales"}
    operation = {"op": "replace", "path": "externalId", "value": "X-1"}
    return {"Operations": [operation]} if method == "PATCH" else None
