"""The audit log, and the channels that tell of it."""

from __future__ import annotations

from typing import Any

import requests

from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.channels import is_loopback
from tests.harness.directory_api.calls import DIRECTORY, get, reason, token

REPORTS = "/admin/reports/v1/activity/users/all/applications/admin"


def watch(api: DirectoryApi, path: str, **body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token(api)}"}
    content = {"id": "c1", "type": "web_hook", "address": "http://127.0.0.1:9/notices", "token": "hush", **body}
    return requests.post(f"{api.url}{path}/watch", json=content, headers=headers, timeout=5)


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
