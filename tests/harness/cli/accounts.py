"""A bridge with an account that others use: members of every state and kind, groups and vaults, to be left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.clock import SystemClock
from harness.record.exchange import Json, Request
from harness.record.message import (
    equals,
    group_body,
    patch_body,
    path_of,
    read,
    remove,
    render_query,
    whole_user_body,
    write,
)
from harness.target.options import make_options
from harness.target.probe import AccountProbe
from harness.target.secrets import Secrets
from harness.target.target import Target, open_target
from harness.target.transport import Transport
from tests.harness.cli.runs import REFERENCE

STATES = ("INVITED", "INVITED_SUSPENDED", "PENDING", "PENDING_SUSPENDED", "ACTIVE", "SUSPENDED", "RECOVERING")
KINDS = ("MEMBER", "GUEST", "SERVICE_ACCOUNT")


@dataclass(frozen=True, slots=True)
class PopulatedAccount:
    """A bridge in use, with its probe."""

    target: Target
    probe: AccountProbe

    @property
    def words(self) -> tuple[str, ...]:
        """The options by which bridgecheck reaches it, as a bridge that runs already."""
        folder = self.target.folder
        assert folder is not None
        return (
            *("--url", self.target.url, "--token-file", str(folder / "token")),
            *("--probe-url", self.target.probe_url, "--probe-token-file", str(folder / "probe-token")),
        )

    def send(self, request: Request) -> Json:
        """Send over SCIM what others send; the body of the answer."""
        transport = Transport(self.target.url, Secrets({"scim": self.target.token}), SystemClock())
        exchange = transport.send(request)
        assert 200 <= exchange.status < 300, exchange
        return exchange.json

    def everything(self) -> dict[str, Any]:
        """The account whole: members, groups and who is in them, vaults, settings, and the lists of SCIM."""
        shown: dict[str, Any] = {name: self.probe.read(name) for name in ("members", "groups", "vaults", "settings")}
        for group in shown["groups"]["groups"]:
            shown[f"members of {group['name']}"] = self.probe.read("group_members", id=group["id"])
        for endpoint in ("Users", "Groups"):
            shown[endpoint] = self.send(read(f"/{endpoint}", "list", "startIndex=1&count=1000"))
        return shown


@contextmanager
def populated_account(start: str = f"{REFERENCE} --confirmation-interval 86400") -> Iterator[PopulatedAccount]:
    """A bridge, the reference bridge by default, with strangers of every kind; stopped at the end.

    Its watcher, which would confirm the pending ones every five minutes, does not come round.
    """
    target = open_target(make_options({"start": start}, {}))
    try:
        account = PopulatedAccount(target, target.probe())
        _fill(account)
        yield account
    finally:
        target.stop()


def folder_of(tmp_path: Path) -> str:
    """The folder for the reports of a run."""
    return str(tmp_path / "report")


def _fill(account: PopulatedAccount) -> None:
    members = [
        {"email": f"{state}.{kind}@corp.example".lower(), "name": f"{state} {kind}", "type": kind, "state": state}
        for state in STATES
        for kind in KINDS
        if kind == "MEMBER" or state in ("ACTIVE", "SUSPENDED")
    ]
    owner = {"email": "owner@corp.example", "name": "Olga Owner", "owner": True}
    everybody = [member["email"] for member in members]
    groups = [
        {"name": "Design", "members": everybody[:3], "managed": True},
        {"name": "Sales", "members": everybody[2:6], "managed": False},
        {"name": "Empty"},
    ]
    vaults = [{"name": "Payroll", "groups": ["Design"]}, {"name": "Attic", "groups": ["Design", "Sales"]}]
    account.probe.act("fixtures", {"members": [*members, owner], "groups": groups, "vaults": vaults})
    ids = [_made(account, "Users", whole_user_body(f"{name}@corp.example")) for name in ("ida", "tom", "una", "max")]
    for state in ("active.member", "suspended.member"):  # whom another identity provider has linked
        query = render_query((("filter", equals("userName", f"{state}@corp.example")),))
        found = account.send(read("/Users", "find", query))["Resources"][0]["id"]
        link = patch_body({"op": "add", "path": "externalId", "value": f"linked-{state}"})
        account.send(write("PATCH", path_of("Users", found), "link", link))
    _made(account, "Groups", group_body("Everyone", members=[{"value": each} for each in ids]))
    off = patch_body({"op": "replace", "path": "active", "value": False})
    account.send(write("PATCH", path_of("Users", ids[1]), "suspend", off))
    account.send(remove(path_of("Users", ids[3]), "delete"))


def _made(account: PopulatedAccount, endpoint: str, body: Json) -> str:
    return str(account.send(write("POST", f"/{endpoint}", "create", body))["id"])
