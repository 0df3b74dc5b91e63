"""A driven pull: the acts sent to the bridge, and their entries in the journal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount
from harness.record.journal import Step
from harness.stories.driven_pull import DrivenPull
from harness.target.probe import NotOffered


class FakeRun:
    """Notes what a story does to the account."""

    def __init__(self) -> None:
        self.did: list[tuple[str, tuple[str, ...]]] = []
        self.told: dict[str, Any] = {}
        self.made: list[tuple[str, str]] = []
        self.lost = ""
        self.journal = self
        self.probe = self
        self.acts: tuple[str, ...] = ("clock/advance",)
        self.target = SimpleNamespace(url="http://127.0.0.1:8080/scim/v2")

    def add(self, event: Any) -> None:
        self.did.append((event.sentence, ()) if isinstance(event, Step) else (event.name, (event.address,)))

    def meet(self, *addresses: str) -> None:
        """Nobody is looked at."""

    def made_without_request(self, endpoint: str, name: str) -> None:
        self.made.append((endpoint, name))

    def observe(self) -> None:
        self.did.append(("observe", ()))

    def advance(self, seconds: float) -> None:
        self.did.append((f"advance {seconds}", ()))

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

    assert run.made == [("Users", ada.address), ("Groups", design.name)]
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


def test_a_bridge_that_hears_is_told_its_own_address(account: ServiceAccount) -> None:
    run: Any = FakeRun()
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)
        pull.choose(*pull.form_groups("Design"), hears=True)

    assert run.told["workspace/attach"]["settings"]["bridge_address"] == "http://127.0.0.1:8080"


def test_time_names_whom_it_may_touch(account: ServiceAccount) -> None:
    run: Any = FakeRun()
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)
        (design,) = pull.form_groups("Design")
        ada, joan = pull.hire("Ada", design), pull.hire("Joan")
        pull.choose(design)
        pull.let_pass("an hour passes", 3600, joan)

    assert run.did[1:] == [
        ("observe", ()),
        ("an hour passes", ()),
        ("sync", (ada.address,)),
        ("sync", (joan.address,)),
        ("advance 3600", ()),
        ("observe", ()),
    ]


def test_a_clock_that_can_not_be_moved_is_not_waited_for(account: ServiceAccount) -> None:
    run: Any = FakeRun()
    run.acts = ()
    with DirectoryApi(Directory(1, "marigold.example", "t"), account=account) as api:
        pull = DrivenPull(api, run)

        with pytest.raises(NotOffered, match="can't be moved"):
            pull.let_pass("an hour passes", 3600)
