"""The server: what it logs, and how it is used by hand."""

from __future__ import annotations

from harness.directory_api import DirectoryApi
from harness.directory_api.__main__ import make_directory, obey
from harness.directory_api.tokens import ServiceAccount
from tests.harness.directory_api.calls import token


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
