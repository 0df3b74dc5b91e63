"""Faults happen as they were told, and hurt nothing else."""

from __future__ import annotations

import json

import pytest
import requests

from harness.directory_api import ApiFault, DirectoryApi
from tests.harness.directory_api.calls import DIRECTORY, get, reason


@pytest.mark.parametrize(("status", "word"), [(403, "userRateLimitExceeded"), (429, None), (503, None)])
def test_a_fault_happens_as_often_as_it_was_told(api: DirectoryApi, status: int, word: str | None) -> None:
    fault = api.fail("users.list", status=status, reason=word, times=1, retry_after_s=7)

    failed = get(api, f"{DIRECTORY}/users", customer="my_customer")
    then = get(api, f"{DIRECTORY}/users", customer="my_customer")

    assert (failed.status_code, failed.headers["Retry-After"], then.status_code) == (status, "7", 200)
    assert word is None or reason(failed) == word
    assert fault.happened == 1


def test_a_fault_of_one_group_spares_the_others(api: DirectoryApi) -> None:
    api.fail("members.list", group="Design t", status=403)

    design = get(api, f"{DIRECTORY}/groups/{api.group_address('tg1')}/members")
    sales = get(api, f"{DIRECTORY}/groups/{api.group_address('tg2')}/members")

    assert (design.status_code, reason(design), sales.status_code) == (403, "forbidden", 200)


@pytest.mark.parametrize(("kind", "shown"), [("cut", 1), ("empty", 0), ("lost_token", 2)])
def test_pages_that_are_cut_short(api: DirectoryApi, kind: str, shown: int) -> None:
    api.fail("users.list", kind)

    page = get(api, f"{DIRECTORY}/users", customer="my_customer", maxResults="2").json()

    assert (len(page.get("users", [])), "nextPageToken" in page) == (shown, False)


def test_pages_that_cannot_be_read(api: DirectoryApi) -> None:
    api.fail("users.list", "truncated", times=1)
    api.fail("users.list", "html", times=1)
    api.fail("users.list", "dropped", times=1)

    truncated = get(api, f"{DIRECTORY}/users", customer="my_customer")
    html = get(api, f"{DIRECTORY}/users", customer="my_customer")
    with pytest.raises(requests.ConnectionError):
        get(api, f"{DIRECTORY}/users", customer="my_customer")

    for answer in (truncated, html):
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    api.mend()
    assert get(api, f"{DIRECTORY}/users", customer="my_customer").status_code == 200


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="operation"):
        ApiFault("user.list")
    with pytest.raises(ValueError, match="kind"):
        ApiFault("users.list", "gone")
