"""The account probe's client: docs/reference/probe.md."""

from __future__ import annotations

import pytest
import requests
import responses

from harness.errors import TargetError
from harness.schema.registry import get_schema, schema_names
from harness.target.probe import ACT_SCHEMAS, READ_SCHEMAS, HttpProbe, NoProbe, NotOffered, act_name

BASE = "http://127.0.0.1:9/probe/v1"
OFFER = {
    "contract": "bridgecheck/probe/1",
    "reads": ["members", "member"],
    "acts": ["sign-up"],
    "now": "2026-03-02T12:00:00Z",
    "confirmation_interval_s": 60,
}


def probe() -> HttpProbe:
    responses.get(f"{BASE}/capabilities", json=OFFER)
    return HttpProbe(BASE, "probe-token")


@responses.activate
def test_it_says_what_is_offered() -> None:
    made = probe()

    assert made.reads == frozenset({"members", "member"})
    assert made.acts == frozenset({"sign-up"})
    assert made.confirmation_interval_s == 60.0
    assert responses.calls[0].request.headers["Authorization"] == "Bearer probe-token"


@responses.activate
def test_an_offered_read_is_made() -> None:
    made = probe()
    responses.get(f"{BASE}/members", json={"members": []})

    assert made.read("members") == {"members": []}


@responses.activate
def test_what_is_not_offered_is_not_asked_for() -> None:
    made = probe()

    with pytest.raises(NotOffered, match="'mail'"):
        made.read("mail")
    with pytest.raises(NotOffered, match="'clock/advance'"):
        made.act("clock/advance", {"seconds": 1})
    assert len(responses.calls) == 1


@responses.activate
def test_a_refusal_is_told_with_its_reason() -> None:
    made = probe()
    responses.post(f"{BASE}/members/7/sign-up", json={"error": "the link is dead"}, status=409)

    with pytest.raises(TargetError, match="HTTP 409, the link is dead"):
        made.act("members/7/sign-up", {})


@responses.activate
def test_a_probe_that_is_none_is_a_target_error() -> None:
    responses.get(f"{BASE}/capabilities", body="<html>")
    with pytest.raises(TargetError, match="is not JSON"):
        HttpProbe(BASE, "t")


@responses.activate
def test_a_probe_that_is_silent_is_a_target_error() -> None:
    responses.get(f"{BASE}/capabilities", body=requests.ConnectionError("refused"))
    with pytest.raises(TargetError, match="does not answer"):
        HttpProbe(BASE, "t")


def test_without_a_probe_nothing_is_offered() -> None:
    with pytest.raises(NotOffered, match="no account probe"):
        NoProbe().read("members")
    with pytest.raises(NotOffered, match="sign-up can't be done"):
        NoProbe().act("members/7/sign-up", {})


def test_an_act_is_named_by_its_last_word() -> None:
    assert act_name("members/7/sign-up") == "sign-up"
    assert act_name("clock/advance") == "clock/advance"
    assert act_name("groups/7/delete") == "delete-group"


@responses.activate
def test_one_member_is_read_by_its_id() -> None:
    made = probe()
    member: dict[str, object] = {
        "id": "a/b",
        "scim_id": None,
        "email": "a@example.com",
        "name": "Ada",
        "type": "MEMBER",
        "groups": [],
    }
    times = {"created_at": "2026-03-02T12:00:00Z", "updated_at": "2026-03-02T12:00:00Z"}
    responses.get(f"{BASE}/members/a%2Fb", json={**member, **times, "state": "ACTIVE", "managed": True})

    assert made.read("member", id="a/b")["email"] == "a@example.com"


@responses.activate
def test_an_answer_that_breaks_its_schema_is_told_by_its_place() -> None:
    made = probe()
    responses.get(f"{BASE}/members", json={"members": [{"id": 7}]})

    with pytest.raises(TargetError, match="answer to GET members is wrong at '/members/0"):
        made.read("members")


def test_every_name_of_the_contract_has_a_schema() -> None:
    names = get_schema("probe/capabilities")["properties"]

    assert set(names["reads"]["items"]["enum"]) | {"capabilities"} == READ_SCHEMAS.keys()
    assert set(names["acts"]["items"]["enum"]) == ACT_SCHEMAS.keys()
    assert {f"probe/{name}" for name in (*READ_SCHEMAS.values(), *ACT_SCHEMAS.values())} <= set(schema_names())
