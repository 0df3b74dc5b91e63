"""The account probe's client: docs/reference/probe.md."""

from __future__ import annotations

import pytest
import requests
import responses

from harness.errors import TargetError
from harness.probe import HttpProbe, NoProbe, NotOffered, act_name

BASE = "http://127.0.0.1:9/probe/v1"
OFFER = {"contract": "bridgecheck/probe/1", "reads": ["members"], "acts": ["sign-up"], "confirmation_interval_s": 60}


def probe() -> HttpProbe:
    responses.get(f"{BASE}/capabilities", json=OFFER)
    return HttpProbe(BASE, "probe-token")


@responses.activate
def test_it_says_what_is_offered() -> None:
    made = probe()

    assert made.reads == frozenset({"members"})
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
