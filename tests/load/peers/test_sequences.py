"""The request sequences of a benchmark: their order, and that no request repeats where that matters."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from loadtests.peers import sequences
from loadtests.peers.people import group_document, number_of, user_document, user_id, user_name
from loadtests.peers.sequences import Address, ExpectedRequest

HERE = Address(8080, "/scim/v2", "a-token")


def line(request: ExpectedRequest) -> str:
    return unquote(request.payload.split(b"\r\n", 1)[0].decode())


def body(request: ExpectedRequest) -> Any:
    return json.loads(request.payload.split(b"\r\n\r\n", 1)[1])


def test_a_request_is_whole() -> None:
    assert HERE.request("POST", "/Users", {"a": 1}).decode().split("\r\n") == [
        "POST /scim/v2/Users HTTP/1.1",
        "Host: 127.0.0.1:8080",
        "Authorization: Bearer a-token",
        "Accept: application/scim+json",
        "Content-Type: application/scim+json",
        "Content-Length: 7",
        "",
        '{"a":1}',
    ]


def test_a_sequence_continues_where_it_ended() -> None:
    sequence = sequences.create_users(HERE)

    first = sequence.take(3)
    sequence.advance(2)

    assert [body(request)["userName"] for request in first] == ["n0@example.com", "n1@example.com", "n2@example.com"]
    assert body(sequence.take(1)[0])["userName"] == "n2@example.com"


def test_reads_come_round_again() -> None:
    sequence = sequences.get_users(HERE, range(2))

    assert [line(request) for request in sequence.take(100)] == [
        f"GET /scim/v2/Users/{user_id(0)} HTTP/1.1",
        f"GET /scim/v2/Users/{user_id(1)} HTTP/1.1",
    ]


def test_a_filter_is_never_the_same_twice() -> None:
    lines = [line(request) for request in sequences.find_users(HERE, range(2)).take(6)]

    assert lines[0] == 'GET /scim/v2/Users?filter=userName eq "u0@example.com" HTTP/1.1'
    assert lines[2] == 'GET /scim/v2/Users?filter=userName eq "U0@example.com" HTTP/1.1'
    assert len(set(lines)) == 6


def test_a_user_is_suspended_in_one_lap_and_taken_back_in_the_next() -> None:
    sequence = sequences.switch_users(HERE, range(2))

    values = [body(request)["Operations"][0]["value"] for request in sequence.take(6)]

    assert values == [False, False, True, True, False, False]


def test_members_come_and_go_in_blocks() -> None:
    sequence = sequences.move_members(HERE, 10, range(10, 1000))

    taken = sequence.take(65)

    assert [body(request)["Operations"][0]["op"] for request in taken] == ["add"] * 32 + ["remove"] * 32 + ["add"]
    assert body(taken[0])["Operations"][0]["value"] == [{"value": user_id(10)}]
    assert body(taken[32])["Operations"][0]["path"] == f'members[value eq "{user_id(10)}"]'
    assert [sequences.members_beyond(n) for n in (0, 5, 32, 40, 64)] == [0, 5, 32, 24, 0]


def test_a_page_lies_within_the_directory() -> None:
    lines = [line(request) for request in sequences.read_pages(HERE, 5, 5).take(2)]

    assert lines == ["GET /scim/v2/Users?startIndex=5&count=100 HTTP/1.1"] * 2


def test_names_and_ids_follow_from_numbers() -> None:
    assert (user_name(7), number_of("u7@example.com")) == ("u7@example.com", 7)
    assert [number_of(name) for name in ("n7@example.com", "u07@example.com", "u@example.com")] == [None] * 3
    assert group_document(1)["members"] == [{"value": user_id(0)}]
    assert 800 < len(json.dumps(user_document(3))) < 1300
