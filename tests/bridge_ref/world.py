"""A small world for tests: one bridge on a temporary store, with a fixed clock and sequential ids."""

import asyncio
import atexit
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from bridge_ref.account.changes import ChangeSet
from bridge_ref.clock import ManualClock
from bridge_ref.decisions.queries import Find
from bridge_ref.endpoints.access import AccessLog
from bridge_ref.endpoints.probe import BASE, ProbeEndpoints
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.http.message import Headers, Response
from bridge_ref.ids import CountedIds, Ids
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.wiring import BridgeSettings, Replacements, make_parts
from bridge_ref.storage.postgres import PostgresStore
from bridge_ref.storage.sqlite import SqliteStore
from bridge_ref.storage.store import Store

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BASE_URL = "https://bridge.example/scim/v2"
# 2026-03-02T12:01:00Z: a minute past a multiple of the confirmation interval.
START_MS = 1_772_452_860_000


T = TypeVar("T")


@dataclass(frozen=True)
class Reply:
    """A response with its body read."""

    status: int
    headers: dict[str, str]
    body: Any


@cache
def _template() -> Path:
    """A folder with a new store: making one takes a tenth of a second, copying it none."""
    folder = Path(tempfile.mkdtemp(prefix="bridge-ref-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    asyncio.run(SqliteStore.open(folder).close())
    return folder


def prepared(folder: Path) -> Path:
    """The folder, with a new store in it if there was none."""
    if not folder.exists() or not any(folder.iterdir()):
        shutil.copytree(_template(), folder, dirs_exist_ok=True)
    return folder


async def _open(place: Path | str) -> Store:
    if isinstance(place, Path):
        return SqliteStore.open(place)
    return await PostgresStore.open(place)


class World:
    """A bridge, the control listener beside it, and short ways to speak to both.

    Its store is in a folder, or in a database given by its URL.
    """

    def __init__(
        self,
        place: Path | str,
        replacements: Replacements | None = None,
        is_strict: bool = False,
        late_s: int = 0,
        ids: Ids | None = None,
        **settings: Any,
    ) -> None:
        self.clock = ManualClock(START_MS + late_s * 1000)
        if isinstance(place, Path):
            prepared(place)
        self.runner = asyncio.Runner()
        self.store = self.runner.run(_open(place))
        chosen = BridgeSettings(base_url=BASE_URL, token="right-token", is_strict=is_strict, **settings)
        self.service = Service(make_parts(chosen, replacements), self.store, self.clock, ids or CountedIds())
        self.scim = ScimEndpoints(self.service)
        self.handler = AccessLog(TenantRouter([self.service]))
        self.listener = ProbeEndpoints(self.service, "control-token")
        self.runner.run(self.service.start())

    def close(self) -> None:
        """Let go of the store."""
        self.runner.run(self.store.close())
        self.runner.close()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "right-token",
        **parameters: str,
    ) -> Reply:
        """Send a SCIM request; a body that is not bytes is sent as JSON."""
        headers = (("authorization", f"Bearer {token}"), ("content-type", "application/scim+json"))
        return self.send_raw(method, f"/scim/v2{path}", urlencode(parameters), headers, _bytes(body))

    def send_with(self, header: str, value: str, method: str, path: str, body: Any = None) -> Reply:
        """Send a SCIM request with one more header."""
        headers = (("authorization", "Bearer right-token"), ("content-type", "application/scim+json"), (header, value))
        return self.send_raw(method, f"/scim/v2{path}", "", headers, _bytes(body))

    def send_raw(self, method: str, path: str, query: str = "", headers: Headers = (), body: bytes = b"") -> Reply:
        """Send a request as it stands."""
        return _reply(self.runner.run(self.handler.handle(method, path, query, headers, body)))

    def patch(self, path: str, *operations: dict[str, Any], **parameters: str) -> Reply:
        """PATCH with these operations."""
        return self.send("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **parameters)

    def invite(self, user_name: str, **attributes: Any) -> str:
        """Create a user and give its id."""
        created = self.send("POST", "/Users", {"schemas": [USER], "userName": user_name, **attributes})
        assert created.status == 201, created.body
        return str(created.body["id"])

    def form(self, name: str, *members: str) -> str:
        """Create a group and give its id."""
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
        created = self.send("POST", "/Groups", body)
        assert created.status == 201, created.body
        return str(created.body["id"])

    def members_of(self, group_id: str) -> list[str]:
        """The ids of a group's members, as SCIM shows them."""
        shown = self.send("GET", f"/Groups/{group_id}").body.get("members", [])
        return sorted(member["value"] for member in shown)

    def control(self, method: str, path: str, body: Any = None, token: str = "control-token", query: str = "") -> Reply:
        """Send a request to the control listener."""
        headers = (("authorization", f"Bearer {token}"),)
        asked = self.listener.handle(method, f"{BASE}/{path}", query, headers, _bytes(body))
        return _reply(self.runner.run(asked))

    def ask(self, question: Find[T]) -> T:
        """Ask the store itself."""
        return self.runner.run(self.store.find(question))

    def apply(self, change_set: ChangeSet) -> None:
        """Write to the store itself."""

        async def applying() -> None:
            await self.store.apply(change_set)
            await self.store.committed()

        self.runner.run(applying())

    def member(self, email: str) -> Any:
        """The account's member of that address."""
        found = self.control("GET", "members").body["members"]
        return next((each for each in found if each["email"] == email), None)

    def state(self, email: str) -> str:
        """The state of a member."""
        return str(self.member(email)["state"])

    def act(self, email: str, act: str, body: Any = None) -> Reply:
        """Let somebody act on a member."""
        return self.control("POST", f"members/{self.member(email)['id']}/{act}", body or {})

    def mail_to(self, email: str) -> list[str]:
        """The kinds of the mails to an address, in order."""
        return [each["kind"] for each in self.control("GET", "mail", query=f"to={email}").body["messages"]]

    def events(self) -> list[str]:
        """The names of all events, in order."""
        return [each["event"] for each in self.control("GET", "journal").body["events"]]


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def _reply(response: Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers}
    is_json = "json" in headers.get("content-type", "")
    body = json.loads(response.body) if is_json and response.body else response.body.decode() or None
    return Reply(response.status, headers, body)
