"""The fake Directory API over loopback: what a pull bridge meets there, right and wrong."""

from __future__ import annotations

import base64
import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google.auth.transport.requests
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api import ApiFault, DirectoryApi
from harness.directory_api.__main__ import make_directory, obey
from harness.directory_api.channels import is_loopback
from harness.directory_api.company import google_id, group_id, matches_query, select_fields
from harness.directory_api.tokens import SCOPES, USERS, ServiceAccount

DIRECTORY = "/admin/directory/v1"
REPORTS = "/admin/reports/v1/activity/users/all/applications/admin"


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount.make()


@pytest.fixture
def directory() -> Directory:
    made = Directory(1, "marigold.example", "t")
    design, sales = made.form_group("Design"), made.form_group("Sales")
    made.hire("Ada", design)
    made.hire("Grace", design, sales)
    made.hire("Alan")
    made.nest(sales, design)
    return made


@pytest.fixture
def api(directory: Directory, account: ServiceAccount) -> Iterator[DirectoryApi]:
    with DirectoryApi(directory, account=account, clock=ManualClock(time.time())) as served:
        yield served


def credentials(api: DirectoryApi, **changed: Any) -> service_account.Credentials:
    info = api.account.key_file(api.token_uri) | changed.pop("info", {})
    options = {"scopes": SCOPES, "subject": api.actor} | changed
    make: Any = service_account.Credentials.from_service_account_info
    made: service_account.Credentials = make(info, **options)
    return made


def token(api: DirectoryApi, **changed: Any) -> str:
    made: Any = credentials(api, **changed)
    made.refresh(google.auth.transport.requests.Request())
    return str(made.token)


def signed(api: DirectoryApi, **claims: Any) -> str:
    """An assertion that is right but for these claims."""
    now = int(time.time())
    right = {"iss": api.account.email, "sub": api.actor, "scope": USERS, "aud": api.token_uri}
    header, body = (encode(json.dumps(part).encode()) for part in ({"alg": "RS256"}, times(now) | right | claims))
    signature = api.account.key.sign(f"{header}.{body}".encode(), PKCS1v15(), SHA256())
    return f"{header}.{body}.{encode(signature)}"


def times(now: int) -> dict[str, Any]:
    return {"iat": now, "exp": now + 3600}


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def exchange(api: DirectoryApi, assertion: str) -> requests.Response:
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return requests.post(api.token_uri, data={"grant_type": grant, "assertion": assertion}, timeout=5)


def get(api: DirectoryApi, path: str, **parameters: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token(api)}"}
    return requests.get(api.url + path, params=parameters, headers=headers, timeout=5)


def watch(api: DirectoryApi, path: str, **body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token(api)}"}
    content = {"id": "c1", "type": "web_hook", "address": "http://127.0.0.1:9/notices", "token": "hush", **body}
    return requests.post(f"{api.url}{path}/watch", json=content, headers=headers, timeout=5)


def reason(response: requests.Response) -> str:
    return str(response.json()["error"]["errors"][0]["reason"])


def test_a_service_account_gets_a_token(api: DirectoryApi) -> None:
    assert token(api).startswith("ya29.fake-")


def test_google_auth_of_a_foreign_key_is_refused(api: DirectoryApi) -> None:
    foreign = ServiceAccount.make().key_file(api.token_uri)

    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        token(api, info={"private_key": foreign["private_key"]})


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"subject": "somebody@marigold.example"}, "Invalid email"),
        ({"scopes": [USERS, "https://www.googleapis.com/auth/drive"]}, "unauthorized_client"),
        ({"info": {"client_email": "other@project.invalid"}}, "Invalid issuer"),
    ],
)
def test_who_asks_for_what_is_looked_at(api: DirectoryApi, changed: dict[str, Any], word: str) -> None:
    with pytest.raises(RefreshError, match=word):
        token(api, **changed)


@pytest.mark.parametrize("off_s", [-7200, 7200])
def test_a_clock_that_is_wrong_is_refused(directory: Directory, account: ServiceAccount, off_s: int) -> None:
    clock = ManualClock(time.time() + off_s)
    with DirectoryApi(directory, account=account, clock=clock) as api, pytest.raises(RefreshError, match="short-lived"):
        token(api)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"aud": "https://elsewhere.invalid/token"}, 400),
        ({"exp": int(time.time()) + 90_000}, 400),
        ({"iat": "now"}, 400),
        ({"scope": ""}, 400),
    ],
)
def test_each_claim_is_looked_at(api: DirectoryApi, claims: dict[str, Any], status: int) -> None:
    assert exchange(api, signed(api, **claims)).status_code == status


@pytest.mark.parametrize("assertion", ["", "a.b", "a.b.c", "e30.e30.e30", "!.!.!"])
def test_what_is_no_token_is_refused(api: DirectoryApi, assertion: str) -> None:
    answer = exchange(api, assertion)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_nothing_is_told_without_a_token(api: DirectoryApi) -> None:
    answer = requests.get(f"{api.url}{DIRECTORY}/users?customer=my_customer", timeout=5)

    assert (answer.status_code, reason(answer)) == (401, "authError")


def test_an_expired_token_is_refused(api: DirectoryApi) -> None:
    headers = {"Authorization": f"Bearer {token(api)}"}
    api.tokens.expire_all()

    assert requests.get(f"{api.url}{DIRECTORY}/users", headers=headers, timeout=5).status_code == 401


def test_a_token_opens_only_what_it_is_for(api: DirectoryApi) -> None:
    headers = {"Authorization": f"Bearer {token(api, scopes=[USERS])}"}

    answer = requests.get(f"{api.url}{DIRECTORY}/groups?customer=my_customer", headers=headers, timeout=5)

    assert (answer.status_code, reason(answer)) == (403, "insufficientPermissions")


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


def test_what_was_done_is_in_the_audit_log(api: DirectoryApi, directory: Directory) -> None:
    ada, _, alan = directory.people.values()
    directory.disable(ada)
    directory.join(alan, directory.groups["tg2"])
    api.publish()

    names = [each["events"][0]["name"] for each in get(api, REPORTS).json()["items"]]
    only = get(api, REPORTS, eventName="SUSPEND_USER").json()["items"]

    assert names == ["SUSPEND_USER", "ADD_GROUP_MEMBER"]
    assert only[0]["events"][0]["parameters"] == [{"name": "USER_EMAIL", "value": ada.address}]


def test_a_channel_is_opened_and_closed(api: DirectoryApi) -> None:
    opened = watch(api, f"{DIRECTORY}/users", params={"ttl": "60"}).json()
    again = watch(api, f"{DIRECTORY}/users")
    headers = {"Authorization": f"Bearer {token(api)}"}
    stop = {"id": "c1", "resourceId": opened["resourceId"]}
    url = f"{api.url}/admin/directory_v1/channels/stop"
    stopped = [requests.post(url, json=stop, headers=headers, timeout=5).status_code for _ in range(2)]

    assert int(opened["expiration"]) == round((api.api.clock.now() + 60) * 1000)
    assert (again.status_code, reason(again)) == (400, "channelIdNotUnique")
    assert stopped == [204, 404]


def test_notices_stay_on_this_machine(api: DirectoryApi) -> None:
    answer = watch(api, f"{DIRECTORY}/users", address="https://bridge.example/notices")

    assert (answer.status_code, is_loopback("http://[::1]:80/x"), is_loopback("http://10.0.0.1/")) == (400, True, False)


def test_the_key_file_is_for_its_owner(api: DirectoryApi, tmp_path: Path) -> None:
    path = api.write_key_file(tmp_path / "key.json")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["token_uri"] == api.token_uri


def test_the_log_holds_no_assertion(api: DirectoryApi) -> None:
    token(api)

    assert (api.count("token"), api.calls[-1].body) == (1, {})


def test_by_hand(account: ServiceAccount) -> None:
    directory = make_directory(4, 2, "marigold.example", 1)
    with DirectoryApi(directory, account=account) as api:
        first = next(iter(directory.people.values()))
        group = api.group_address("rg1")

        said = [obey(api, [word, first.address]) for word in ("suspend", "restore")]
        said += [obey(api, [word, first.address, group]) for word in ("leave", "join")]
        said += [obey(api, ["delete", first.address]), obey(api, ["dance"])]

    assert said[-1] == "nothing: dance"
    assert directory.people[first.key].is_deleted
    assert len(directory.members["rg1"]) == 1


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
