"""What the Directory API shows of people and groups, page by page."""

from __future__ import annotations

import time

import pytest
import requests

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.__main__ import make_directory
from harness.directory_api.company import google_id, group_id, matches_query, select_fields
from harness.directory_api.tokens import ServiceAccount
from tests.harness.directory_api.calls import DIRECTORY, get, token


def test_users_come_in_pages(api: DirectoryApi, directory: Directory) -> None:
    first = get(api, f"{DIRECTORY}/users", customer="my_customer", maxResults="2").json()
    second = get(api, f"{DIRECTORY}/users", customer="my_customer", maxResults="2", pageToken=first["nextPageToken"])

    addresses = [user["primaryEmail"] for page in (first, second.json()) for user in page["users"]]
    assert addresses == [api.actor, *(person.address for person in directory.people.values())]
    assert "nextPageToken" not in second.json()


def test_a_group_that_shrinks_while_it_is_read_hides_nobody(api: DirectoryApi, directory: Directory) -> None:
    ada, grace, _ = directory.people.values()
    design = directory.groups["tg1"]
    path = f"{DIRECTORY}/groups/{api.group_address('tg1')}/members"

    first = get(api, path, maxResults="1").json()
    directory.leave(ada, design)
    rest = get(api, path, pageToken=first["nextPageToken"]).json()

    assert [member["email"] for member in rest["members"]] == [grace.address, api.group_address("tg2")]


def test_nested_groups_are_members_and_are_not_opened(api: DirectoryApi) -> None:
    members = get(api, f"{DIRECTORY}/groups/{group_id('tg1')}/members").json()["members"]

    assert [member["type"] for member in members] == ["USER", "USER", "GROUP"]


def test_an_empty_group_has_no_list(api: DirectoryApi, directory: Directory) -> None:
    directory.form_group("Empty")

    assert "members" not in get(api, f"{DIRECTORY}/groups/{api.group_address('tg3')}/members").json()


def test_a_group_says_how_many_it_has(api: DirectoryApi) -> None:
    groups = get(api, f"{DIRECTORY}/groups", customer="my_customer").json()["groups"]

    assert [(group["name"], group["directMembersCount"]) for group in groups] == [("Design t", "3"), ("Sales t", "1")]


def test_states_of_people(api: DirectoryApi, directory: Directory) -> None:
    ada, grace, alan = directory.people.values()
    directory.disable(ada)
    directory.archive(grace)
    directory.delete(alan)

    shown = {user["id"]: user for user in get(api, f"{DIRECTORY}/users", customer="my_customer").json()["users"]}
    gone = get(api, f"{DIRECTORY}/users", customer="my_customer", showDeleted="true").json()["users"]

    assert (shown[google_id(ada.key)]["suspended"], shown[google_id(ada.key)]["suspensionReason"]) == (True, "ADMIN")
    assert shown[google_id(grace.key)]["archived"]
    assert google_id(alan.key) not in shown
    assert [user["id"] for user in gone] == [google_id(alan.key)]
    assert get(api, f"{DIRECTORY}/users/{alan.address}").status_code == 404


def test_a_user_and_a_member_by_id_and_address(api: DirectoryApi, directory: Directory) -> None:
    ada = directory.people["tp1"]

    by_id = get(api, f"{DIRECTORY}/users/{google_id('tp1')}").json()
    by_address = get(api, f"{DIRECTORY}/users/{ada.address.upper()}").json()
    member = get(api, f"{DIRECTORY}/groups/{api.group_address('tg1')}/members/{ada.address}").json()
    stranger = get(api, f"{DIRECTORY}/groups/{api.group_address('tg2')}/members/{ada.address}")

    assert by_id == by_address
    assert member["id"] == by_id["id"]
    assert stranger.status_code == 404


def test_fields_and_query(api: DirectoryApi) -> None:
    found = get(
        api, f"{DIRECTORY}/users", customer="my_customer", query="email:ada*", fields="users(id,name/givenName)"
    )

    assert found.json() == {"users": [{"id": google_id("tp1"), "name": {"givenName": "Ada"}}]}


def test_masks_and_terms() -> None:
    user = {"primaryEmail": "ada@a.example", "name": {"fullName": "Ada B", "familyName": "B"}, "suspended": False}

    assert select_fields({"a": [{"b": 1, "c": 2}], "d": 3}, "a(b),d") == {"a": [{"b": 1}], "d": 3}
    assert matches_query(user, "isSuspended=false familyName='B'")
    assert not matches_query(user, "isSuspended=true")
    assert matches_query(user, "ada")
    assert not matches_query(user, "email=ada")


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("/users", {}, 400),
        ("/users", {"customer": "my_customer", "pageToken": "made-up"}, 400),
        ("/users", {"customer": "my_customer", "maxResults": "many"}, 400),
        ("/groups/nobody@marigold.example", {}, 404),
        ("/groups/nobody@marigold.example/members", {}, 404),
        ("/nothing", {}, 404),
    ],
)
def test_what_cannot_be_answered(api: DirectoryApi, path: str, parameters: dict[str, str], status: int) -> None:
    assert get(api, DIRECTORY + path, **parameters).status_code == status


def test_page_tokens_last_three_days(api: DirectoryApi) -> None:
    clock = api.api.clock
    assert isinstance(clock, ManualClock)
    first = get(api, f"{DIRECTORY}/users", customer="my_customer", maxResults="1").json()
    made = api.api._make_token(0, 2)
    clock.at += 60

    assert get(api, f"{DIRECTORY}/users", customer="my_customer", pageToken=first["nextPageToken"]).status_code == 200
    api.api._open_token(made)
    clock.at += 4 * 86_400
    with pytest.raises(Exception, match="pageToken"):
        api.api._open_token(made)


def test_twenty_thousand_people_are_read_in_seconds(account: ServiceAccount) -> None:
    directory = make_directory(20_000, 1, "marigold.example", 1)
    with DirectoryApi(directory, account=account) as api:
        headers = {"Authorization": f"Bearer {token(api)}"}
        session, began = requests.Session(), time.monotonic()
        seen, parameters = 0, {"maxResults": "200"}
        while True:
            url = f"{api.url}{DIRECTORY}/groups/{api.group_address('rg1')}/members"
            page = session.get(url, params=parameters, headers=headers, timeout=10).json()
            seen += len(page["members"])
            if "nextPageToken" not in page:
                break
            parameters["pageToken"] = page["nextPageToken"]
        took_s = time.monotonic() - began

    assert (seen, api.count("members.list")) == (20_000, 100)
    assert took_s < 20
