"""The script of a cause: what the request names is made first."""

from __future__ import annotations

from typing import Any

from harness.record.journal import Entry
from harness.report.situation import COMMANDS, make_script
from tests.harness.report.samples import entry, exchange, user

ADA, DESIGN = "ada-7c1f0a52", "design-9b3e"


def made(number: int, target: str, scim_id: str, **sent: Any) -> Entry:
    return entry(exchange("POST", target, sent, 201, {"id": scim_id, **sent}), f"0:{number}")


def removal(number: int, member: str = ADA) -> Entry:
    operation = {"op": "remove", "path": "members", "value": [{"value": member}]}
    return entry(exchange("PATCH", f"/Groups/{DESIGN}", {"Operations": [operation]}, 204), f"0:{number}")


def test_the_group_and_its_member_are_made_before_the_member_is_removed() -> None:
    story = [
        made(1, "/Users", ADA, **user()),
        made(2, "/Groups", DESIGN, displayName="Design", members=[{"value": ADA}]),
        removal(3),
    ]

    lines = make_script(story[-1], story).split("\nID2=")

    assert lines[0].startswith("ID1=$(curl -sS --path-as-is -g -X POST")
    assert '"value": "\'"$ID1"\'"' in lines[1]
    assert '/Groups/\'"$ID2"' in lines[1] or '/Groups/"$ID2"' in lines[1]
    assert ADA not in "".join(lines)
    assert lines[1].count("curl -sS -i") == 1


def test_what_the_request_does_not_name_is_not_made() -> None:
    story = [made(1, "/Users", "grace-55aa", **user()), made(2, "/Groups", DESIGN, displayName="Design"), removal(3)]

    assert "ID2" not in make_script(story[-1], story)


def test_what_was_refused_is_no_part_of_the_situation() -> None:
    refused = entry(exchange("POST", "/Users", user(), 400, {"id": ADA}), "0:1")

    assert "ID1" not in make_script(removal(2), [refused, removal(2)])


def test_a_situation_that_takes_too_many_commands_is_left_to_the_run() -> None:
    story = [made(n, "/Users", f"user-{n:08}", **user()) for n in range(1, COMMANDS + 2)]
    body = {"members": [{"value": f"user-{n:08}"} for n in range(1, COMMANDS + 2)]}
    last = entry(exchange("POST", "/Groups", body), "0:99")

    assert make_script(last, [*story, last]) == ""


def test_the_token_stays_a_variable() -> None:
    story = [made(1, "/Users", ADA, **user()), removal(2)]

    assert make_script(story[-1], story).count("Bearer $SCIM_TOKEN") == 2
