"""A bridge that pulls a fake Google Workspace over loopback, for tests about pulls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.runtime.wiring import Replacements
from bridge_ref.workspace.attach import attach_workspace
from bridge_ref.workspace.engine import Workspace
from bridge_ref.workspace.settings import WorkspaceSettings
from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount
from tests.bridge_ref.world import World


@cache
def account() -> ServiceAccount:
    """One service account for all tests: making a key takes a while."""
    return ServiceAccount.make()


def company() -> Directory:
    """Ada and Grace in Design, Grace and Alan in Sales, Edsger in nothing."""
    directory = Directory(1, "marigold.example", "t")
    design, sales = directory.form_group("Design"), directory.form_group("Sales")
    directory.hire("Ada", design)
    directory.hire("Grace", design, sales)
    directory.hire("Alan", sales)
    directory.hire("Edsger")
    return directory


class GoogleWorld:
    """A directory, Google's side of it, and a bridge that pulls it; back-off is noted and not waited for."""

    def __init__(
        self,
        place: Path | str,
        directory: Directory | None = None,
        replacements: Replacements | None = None,
        key: Mapping[str, Any] | None = None,
        policy: Policy = DEFAULT_POLICY,
        **settings: Any,
    ) -> None:
        self.directory = directory or company()
        self.api = DirectoryApi(self.directory, account=account()).__enter__()
        self.waits: list[float] = []
        self.world = World(place, replacements, policy=policy)
        self.workspace = self.pull(self.world, key, **settings)

    def pull(self, world: World, key: Mapping[str, Any] | None = None, **settings: Any) -> Workspace:
        """Let a bridge pull this directory; it chooses both groups unless the settings say otherwise."""
        chosen = {
            "actor": self.api.actor,
            "api_url": self.api.url,
            "groups": tuple(self.api.group_address(each) for each in self.directory.groups),
            **settings,
        }
        found = key or account().key_file(self.api.token_uri)
        workspace = attach_workspace(world.service, WorkspaceSettings(**chosen), found, self.waits.append)
        world.runner.run(workspace.start())
        return workspace

    def close(self) -> None:
        """Stop both sides."""
        self.world.close()
        self.api.__exit__(None, None, None)

    def sync(self) -> None:
        """A sync that is asked for, at once."""
        self.world.runner.run(self.workspace.hasten(0))
        self.world.runner.run(self.world.service.tick_pull())

    def preview(self) -> dict[str, Any]:
        """What a sync would do."""
        return self.world.runner.run(self.workspace.preview())

    def health(self) -> dict[str, Any]:
        """The component report."""
        reports = self.world.control("GET", "health").body["reports"]
        return dict(next(each for each in reports if each["source"] == "Workspace"))

    def address(self, given_name: str) -> str:
        """The address of a person by given name."""
        return next(each.address for each in self.directory.people.values() if each.given_name == given_name)

    def person(self, given_name: str) -> Any:
        """A person of the directory by given name."""
        return next(each for each in self.directory.people.values() if each.given_name == given_name)

    def states(self) -> dict[str, str]:
        """The states of all members by address."""
        return {each["email"]: each["state"] for each in self.world.control("GET", "members").body["members"]}

    def suspended(self) -> set[str]:
        """The addresses of everybody who is suspended, at whatever stage."""
        return {address for address, state in self.states().items() if state.endswith("SUSPENDED")}

    def groups(self) -> dict[str, set[str]]:
        """The addresses in each managed group, by its name."""
        found = {}
        for group in self.world.control("GET", "groups").body["groups"]:
            if group["managed"]:
                members = self.world.control("GET", f"groups/{group['id']}/members").body["members"]
                found[group["name"]] = {each["email"] for each in members}
        return found

    def put(self, *members: str, **more: Any) -> None:
        """Members who were on the account before."""
        body = {"members": [{"email": each, "name": "Before", **more} for each in members]}
        assert self.world.control("POST", "fixtures", body).status == 201


def changed(google: GoogleWorld, **settings: Any) -> GoogleWorld:
    """The same world with other settings."""
    google.workspace = google.pull(google.world, **settings)
    return google
