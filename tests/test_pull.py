"""What stories hold of a pulled directory: what the bridge is told, and what the journal says about it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount
from harness.pull import DrivenPull


class FakeRun:
    """Notes what a story does to the account."""

    def __init__(self) -> None:
        self.did: list[tuple[str, tuple[str, ...]]] = []
        self.told: dict[str, Any] = {}
        self.lost = ""
        self.journal = self

    def add(self, event: Any) -> None:
        self.did.append((event.sentence, ()))

    def observe(self) -> None:
        self.did.append(("observe", ()))

    def act(self, path: str, body: dict[str, Any], *addresses: str) -> None:
        self.did.append((path, addresses))
        self.told[path] = body


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount.make()


def test_a_pull_names_whom_it_may_touch(account: ServiceAccount) -> None:
    run: Any = FakeRun()
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)
        design, sales = pull.form_groups("Design", "Sales")
        ada, joan, linus = pull.hire("Ada", design), pull.hire("Joan", sales), pull.hire("Linus")

        pull.choose(design)
        pull.sync("the first pull", joan)
        pull.end()

    settings = run.told["workspace/attach"]["settings"]
    assert (settings["groups"], settings["actor"]) == ([api.group_address(design.key)], "admin@marigold.example")
    assert run.did == [
        ("workspace/attach", ()),
        ("observe", ()),
        ("the first pull", ()),
        ("workspace/sync", (ada.address, joan.address)),
        ("observe", ()),
        ("workspace/forget", ()),
    ]
    assert linus.address not in str(run.did)


@pytest.mark.parametrize("lost", ["", "the bridge is gone"])
def test_what_was_never_attached_or_is_gone_is_not_forgotten(account: ServiceAccount, lost: str) -> None:
    run: Any = FakeRun()
    run.lost = lost
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)
        if lost:
            pull.choose(*pull.form_groups("Design"))
        pull.end()

    assert "workspace/forget" not in dict(run.did)


def test_a_broken_group_is_mended(account: ServiceAccount) -> None:
    run: Any = FakeRun()
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)
        (design,) = pull.form_groups("Design")

        pull.break_group(design, "cut", 200)
        fault = api.api.faults.take("members.list", (design.key,))
        pull.mend()

        assert fault is not None
        assert api.api.faults.take("members.list", (design.key,)) is None
