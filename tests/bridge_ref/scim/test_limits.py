"""Expensive or ambiguous requests: refused quickly, and nothing is stored."""

import gc
import json
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge_ref.scim.limits import DEFAULT_LIMITS, LIMIT_NAMES, Limits, with_limits
from tests.bridge_ref.world import GROUP, PATCH, USER, Reply, World

# Generous on a busy machine; the bridge itself needs a few milliseconds for each.
MAX_S = 1.0
MAX_BYTES = 50 * 1024 * 1024

DIGITS = "9" * 4301


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    """A bridge with limits that are soon reached."""
    small = Limits(
        max_json_values=40,
        max_json_depth=5,
        max_members=2,
        max_patch_operations=2,
        max_filter_length=60,
        max_filter_depth=2,
    )
    made = World(tmp_path / "data", limits=small)
    yield made
    made.close()


def user(**attributes: Any) -> bytes:
    """The body of a create."""
    return json.dumps({"schemas": [USER], "userName": "ada@example.com", **attributes}).encode()


def with_title(title: bytes) -> bytes:
    """The body of a create, with JSON that no encoder writes."""
    return b'{"schemas": ["%s"], "userName": "ada@example.com", "title": %s}' % (USER.encode(), title)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(with_title(b"[" * 1_000_000), id="deep and open"),
        pytest.param(with_title(b"[" * 100_000 + b"]" * 100_000), id="deep"),
        pytest.param(with_title(b'{"a":' * 1_000 + b"1" + b"}" * 1_000), id="deep objects"),
        pytest.param(with_title(b"[" + b"[]," * 1_000_000 + b"1]"), id="many lists"),
        pytest.param(with_title(b"[" + b"1," * 2_000_000 + b"1]"), id="many numbers"),
        pytest.param(with_title(b'"' + b'\\"' * 1_000_000), id="an open string"),
        pytest.param(with_title(b"[" * 70 + b'"' + b'\\"' * 100_000), id="an open string below brackets"),
        pytest.param(with_title(DIGITS.encode()), id="4301 digits"),
        pytest.param(with_title(b"1" + b"0" * 1_000_000), id="a million digits"),
        pytest.param(with_title(b"1e99999"), id="an infinite number"),
        pytest.param(with_title(b"-Infinity"), id="no number"),
        pytest.param(with_title(b'"\\ud800"'), id="half a character"),
        pytest.param(with_title(b'"\\udc00\\ud800"'), id="two halves the wrong way round"),
        pytest.param(with_title(b'"\\u0000"'), id="NUL"),
        pytest.param(with_title(b'"\x00"'), id="a raw NUL"),
        pytest.param(with_title(b'"\xff\xfe"'), id="no UTF-8"),
        pytest.param(with_title(b'"\xed\xa0\x80"'), id="a surrogate in UTF-8"),
        pytest.param(with_title(b'"\xc0\xaf"'), id="an overlong form"),
        pytest.param(with_title(b'"a", "title": "b"'), id="a name twice"),
        pytest.param(with_title(b'"a", "TITLE": "b"'), id="a name twice in two cases"),
        pytest.param(user().decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b"\x1f\x8b\x08\x00" + user(), id="gzip"),
        pytest.param(user(emails=[{"value": f"{n}@example.com"} for n in range(101)]), id="many values"),
    ],
)
def test_a_hostile_body_is_refused_quickly_and_leaves_nothing(world: World, body: bytes) -> None:
    """RFC7644-3.12-07, RFC7644-3.12-08."""
    started = time.perf_counter()

    refused = world.send("POST", "/Users", body)

    assert time.perf_counter() - started < MAX_S
    assert refused.status in (400, 413)
    assert refused.body["status"] == str(refused.status)
    assert len(json.dumps(refused.body)) < 1000
    assert_unharmed(world)


@pytest.mark.parametrize(
    "body",
    [
        with_title(b"[" + b"1," * 2_000_000 + b"1]"),
        with_title(b"[" * 8_000_000),
    ],
)
def test_a_hostile_body_takes_no_memory(world: World, body: bytes) -> None:
    gc.collect()
    tracemalloc.start()

    refused = world.send("POST", "/Users", body)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.status in (400, 413)
    assert peak < MAX_BYTES


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter": "userName eq " + '"' + "a" * 100_000 + '"'},
        {"filter": " or ".join(['userName eq "a"'] * 10_000)},
        {"filter": "(" * 1_000 + "userName pr" + ")" * 1_000},
        {"filter": "not (" * 1_000 + "userName pr" + ")" * 1_000},
        {"filter": f"userName eq {DIGITS}"},
        {"filter": 'userName eq "\\ud800"'},
        {"filter": 'userName eq "a\x00b"'},
        {"filter": "shoeSize pr"},
        {"filter": ""},
        {"filter": "   "},
        {"sortBy": "shoeSize"},
        {"sortBy": "a" * 100_000},
        {"attributes": "a," * 50_000},
        {"excludedAttributes": "a" * 100_000},
        {"startIndex": "one"},
        {"count": "1e3"},
        {"count": "٣"},
    ],
)
def test_a_hostile_query_is_refused_quickly(world: World, parameters: dict[str, str]) -> None:
    """RFC7644-3.12-18, RFC7644-3.4.2.2-05, RFC7644-3.4.2.2-06, RFC7644-3.4.2.4-15."""
    started = time.perf_counter()

    refused = world.send("GET", "/Users", None, "right-token", **parameters)

    assert time.perf_counter() - started < MAX_S
    assert refused.status == 400
    assert len(json.dumps(refused.body)) < 1000
    assert_unharmed(world)


@pytest.mark.parametrize(
    ("parameters", "start_index", "shown"),
    [
        ({"startIndex": "-5"}, 1, 1),
        ({"startIndex": DIGITS}, 2**40, 0),
        ({"startIndex": "-" + DIGITS}, 1, 1),
        ({"count": DIGITS}, 1, 1),
        ({"count": "-" + DIGITS}, 1, 0),
    ],
)
def test_enormous_numbers_are_only_numbers(
    world: World, parameters: dict[str, str], start_index: int, shown: int
) -> None:
    """RFC7644-3.4.2.4-01, RFC7644-3.4.2.4-04, RFC7644-3.4.2.4-13."""
    world.invite("ada@example.com")

    page = world.send("GET", "/Users", None, "right-token", **parameters)

    assert (page.status, page.body["startIndex"], page.body["itemsPerPage"]) == (200, start_index, shown)
    assert page.body["totalResults"] == 1


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "title", "value": 10**4299},
        {"op": "add", "path": "a" * 100_000, "value": "x"},
        {"op": "add", "path": "emails[" + "(" * 1_000 + "type pr" + ")" * 1_000 + "]", "value": {}},
        {"op": "add", "path": "emails[value eq " + json.dumps("x" * 100_000) + "]", "value": {}},
        {"op": 10**4299, "path": "title"},
        {"op": "add", "path": "emails", "value": [{"value": f"{n}@example.com"} for n in range(101)]},
    ],
)
def test_a_hostile_patch_is_refused_quickly(world: World, operation: dict[str, Any]) -> None:
    ada = world.invite("ada@example.com")
    before = world.send("GET", f"/Users/{ada}").body
    started = time.perf_counter()

    refused = world.patch(f"/Users/{ada}", operation)

    assert time.perf_counter() - started < MAX_S
    assert refused.status in (400, 413)
    assert world.send("GET", f"/Users/{ada}").body == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/Users", {"schemas": [USER], "userName": "a", "x": [0] * 40}, 413),
        ("POST", "/Users", {"schemas": [USER], "userName": "a", "x": [[[[[[]]]]]]}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "a", "members": [{"value": "x"}] * 3}, 413),
        ("PATCH", "/Users/x", {"Operations": [{"op": "remove", "path": "title"}] * 3}, 413),
        ("PATCH", "/Users/x", {"Operations": [{"op": "remove", "path": "a" * 61}]}, 400),
        ("GET", "/Users?filter=" + "a" * 61, None, 400),
        ("GET", "/Users?filter=(((id+pr)))", None, 400),
        ("GET", "/Users?filter=((id+pr))", None, 200),
    ],
)
def test_every_limit_is_a_setting(small_world: World, method: str, path: str, body: Any, status: int) -> None:
    path, _, query = path.partition("?")
    headers = (("authorization", "Bearer right-token"),)
    content = b"" if body is None else json.dumps(body).encode()

    assert small_world.send_raw(method, f"/scim/v2{path}", query, headers, content).status == status


def test_the_limit_of_members_is_for_the_request_and_not_for_each_operation(small_world: World) -> None:
    design = small_world.form("Design")
    ids = [small_world.invite(f"{name}@example.com") for name in "abc"]

    answers = [
        small_world.patch(f"/Groups/{design}", *({"op": "add", "path": "members", "value": each} for each in values))
        for values in ([[{"value": ids[0]}, {"value": ids[1]}], [{"value": ids[2]}]], [[{"value": ids[0]}]])
    ]

    assert [answer.status for answer in answers] == [413, 204]


def test_what_looks_at_everything_is_done_only_so_often(world: World) -> None:
    ada = world.invite("ada@example.com")
    design = world.form("Design", ada)
    write = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@example.com"}
    look = {"op": "remove", "path": 'members[not (value eq "x")]'}

    writes = [world.patch(f"/Users/{ada}", *([write] * times)).status for times in (1000, 1001)]
    looks = [world.patch(f"/Groups/{design}", *([look] * times)).status for times in (11, 10)]

    assert writes == [200, 413]
    assert looks == [413, 204]


def test_many_members_at_once_are_welcome(world: World) -> None:
    body = {"Operations": [{"op": "remove", "path": f'members[value eq "{n}"]'} for n in range(5000)]}
    design = world.form("Design")

    assert world.send("PATCH", f"/Groups/{design}", {"schemas": [PATCH], **body}).status == 204


def test_limits_are_changed_by_name() -> None:
    assert with_limits(["max_results=7", "max_json_depth=9"]) == Limits(max_results=7, max_json_depth=9)
    assert with_limits([]) == DEFAULT_LIMITS


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ("max_result=7", "did you mean max_results?"),
        ("zzz=7", f"there are {LIMIT_NAMES[0]}"),
        ("max_results", "whole number"),
        ("max_results=0", "whole number"),
        ("max_results=-1", "whole number"),
        ("max_results=1000000000000", "whole number"),
    ],
)
def test_a_limit_that_is_none_is_refused(setting: str, hint: str) -> None:
    with pytest.raises(LookupError) as error:
        with_limits([setting])

    assert hint in str(error.value)


def assert_unharmed(world: World) -> None:
    """Nobody was made, and somebody can be."""
    listed: Reply = world.send("GET", "/Users")
    assert (listed.status, listed.body["totalResults"]) == (200, 0)
    assert world.control("GET", "members").body["members"] == []
    assert world.send("POST", "/Users", user()).status == 201
