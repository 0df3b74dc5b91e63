"""The probe contract on the control listener, which has a port and a token of its own."""

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from bridge_ref.account.members import Member, identity_key
from bridge_ref.clock import render_time
from bridge_ref.decisions.fixtures import put_fixtures
from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.decisions.queries import (
    FindAccountGroup,
    FindAccountGroups,
    FindAccountSettings,
    FindEvents,
    FindGroupByName,
    FindGroupIdsOf,
    FindGroupMembers,
    FindMail,
    FindMember,
    FindMemberByAddress,
    FindMembers,
    FindVaults,
)
from bridge_ref.endpoints.probe_rendering import (
    parse_fixtures,
    parse_flag,
    parse_texts,
    render_event,
    render_group,
    render_member,
    render_message,
    render_settings,
    render_vault,
)
from bridge_ref.endpoints.probe_workspace import PULL_ACTS, answer_pull
from bridge_ref.http.auth import Auth
from bridge_ref.http.body import parse_body
from bridge_ref.http.message import RequestHeaders, Response, header, parse_parameters
from bridge_ref.runtime.admin_actions import AdminActions, Make
from bridge_ref.runtime.health import is_healthy, reports
from bridge_ref.runtime.rotation import LONGEST_OVERLAP_S
from bridge_ref.runtime.service import Service
from bridge_ref.runtime.transact import transact
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.limits import Limits
from bridge_ref.storage.store import StoreUnavailableError

BASE = "/probe/v1"
# Fixtures are as large as the test bench wants them.
_LIMITS = Limits(max_json_values=10_000_000)
READS = ("members", "member", "groups", "group_members", "vaults", "settings", "journal", "mail", "health")
ACTS = (
    "fixtures",
    "sign-up",
    "accept-address",
    "confirm",
    "suspend",
    "reactivate",
    "delete",
    "recover",
    "delete-group",
    "provisioning",
    "managed-groups",
    "clock/advance",
    "reset",
    "credentials/rotate",
    "bridge/stop",
    "bridge/start",
)
# A century at once is a mistake, not a wait.
_LONGEST_S = 100 * 366 * 86_400


class ProbeEndpoints:
    """Answers the probe contract for one service."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._store = service.store
        self._auth = Auth(token)
        self._actions = AdminActions(service)

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        try:
            if self._auth.find(header(headers, "authorization"), self._service.clock.now_ms) is None:
                raise ActionRefused(401, "The control listener has a token of its own.")
            status, content = await self._answer(method, _segments(path), query, body)
            await self._store.committed()
        except (ActionRefused, ScimError) as error:
            await self._actions.note(error)
            return _respond(error.status, {"error": str(error)})
        except StoreUnavailableError:
            return _respond(503, {"error": "The store is not available; try again later."})
        return _respond(status, content)

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return _respond(413, {"error": "The body is too large."})

    async def _answer(self, method: str, segments: list[str], query: str, body: bytes) -> tuple[int, Any]:
        if segments[0] == "workspace":
            return 200, await answer_pull(self._service, method, segments, _body(body))
        if _is_act(segments):
            if method != "POST":
                raise ActionRefused(405, f"/{'/'.join(segments)} takes POST.")
            return await self._act(segments, _body(body))
        content = await self._read(segments, parse_parameters(query))
        if method not in ("GET", "HEAD"):
            raise ActionRefused(405, f"/{'/'.join(segments)} takes GET.")
        return 200, content

    async def _read(self, segments: list[str], query: tuple[tuple[str, str], ...]) -> Any:
        find, parameters = self._store.find, dict(query)
        match segments:
            case ["capabilities"]:
                return self._capabilities()
            case ["members"]:
                return await self._members([value for name, value in query if name == "email"])
            case ["members", member_id]:
                return await self._member(await find(FindMember(member_id)))
            case ["groups"]:
                return {"groups": [render_group(group) for group in await find(FindAccountGroups())]}
            case ["groups", group_id, "members"]:
                return await self._group_members(group_id)
            case ["vaults"]:
                return {"vaults": [render_vault(vault) for vault in await find(FindVaults())]}
            case ["settings"]:
                return await self._settings()
            case ["journal"]:
                since = _since(parameters)
                events = await find(FindEvents(since))
                return {"events": [render_event(event) for event in events], "next": _next(events, since)}
            case ["mail"]:
                since = _since(parameters)
                mail = await find(FindMail(since, parameters.get("to")))
                return {"messages": [render_message(each) for each in mail], "next": _next(mail, since)}
            case ["health"]:
                return await self._health()
        raise ActionRefused(404, f"There is nothing at /{'/'.join(segments)}.")

    async def _act(self, segments: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        service = self._service
        match segments:
            case ["fixtures"]:
                return 201, await self._fixtures(body)
            case ["clock", "advance"]:
                await service.advance(_seconds(body))
                return 200, {"now": render_time(service.clock.now_ms())}
            case ["reset"]:
                await service.reset()
                return 200, {"now": render_time(service.clock.now_ms())}
            case ["credentials", "rotate"]:
                return 200, await self._rotate(body)
            case ["bridge", ("stop" | "start") as word]:
                service.is_offline = word == "stop"
                return 200, {"now": render_time(service.clock.now_ms())}
            case ["members", member_id, "sign-up"]:
                link = _optional(body, "link")
                return 200, await self._on_member(member_id, lambda: self._actions.sign_up(member_id, link))
            case ["members", member_id, "accept-address"]:
                link, address = _optional(body, "link"), _optional(body, "signed_in_as")
                accept = self._actions.accept_address
                return 200, await self._on_member(member_id, lambda: accept(member_id, link, address))
            case ["groups", group_id, "delete"]:
                await self._actions.delete_group(group_id)
                return 200, {"groups": [render_group(group) for group in await self._store.find(FindAccountGroups())]}
            case ["provisioning"]:
                return 200, await self._set(body)
            case ["managed-groups"]:
                await self._actions.manage(parse_texts(body, "add"), parse_texts(body, "remove"))
                return 200, await self._settings()
            case ["members", member_id, name] if name in self._actions.member_actions.by_name:
                return 200, await self._on_member(member_id, lambda: self._actions.act(member_id, name))
        raise ActionRefused(404, f"There is no act /{'/'.join(segments)}.")

    async def _on_member(self, member_id: str, act: Callable[[], Awaitable[None]]) -> Any:
        before = await self._member(await self._store.find(FindMember(member_id)))
        await act()
        member = await self._store.find(FindMember(member_id))
        return before if member is None else await self._member(member)

    async def _fixtures(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = parse_fixtures(body)
        context, find = self._service.context(), self._store.find
        _, vault_ids = await transact(self._store, lambda: put_fixtures(wanted, context), lambda put: put[0])
        placed = [await find(FindMemberByAddress(identity_key(each.email))) for each in wanted.members]
        made = [await find(FindGroupByName(identity_key(each.name))) for each in wanted.groups]
        vaults = await find(FindVaults()) if vault_ids else []
        return {
            "members": [await self._member(member) for member in placed],
            "groups": [render_group(group) for group in made if group is not None],
            "vaults": [render_vault(vault) for vault in vaults if vault.id in vault_ids],
        }

    async def _rotate(self, body: dict[str, Any]) -> dict[str, Any]:
        issued = await self._service.rotate(_overlap(body))
        return {
            "token": issued.token,
            "session": None if issued.session is None else issued.session.render().decode(),
            "old_until": render_time(issued.old_until_ms),
        }

    async def _set(self, body: dict[str, Any]) -> dict[str, Any]:
        """Each of the settings that the body names."""
        account_actions, context = self._actions.account_actions, self._service.context()
        unknown = body.keys() - {"on", "notification_address", "allowed_domains"}
        if unknown or not body:
            raise ActionRefused(400, "Say on, notification_address, allowed_domains, or several of them.")
        made: list[Make] = []
        if "on" in body:
            is_on = parse_flag(body, "on")
            made.append(lambda: account_actions.switch(is_on, context))
        if "notification_address" in body:
            address = _optional(body, "notification_address")
            made.append(lambda: account_actions.notify(address, context))
        if "allowed_domains" in body:
            domains = parse_texts(body, "allowed_domains")
            made.append(lambda: account_actions.allow(domains, context))
        await self._actions.set(*made)
        return await self._settings()

    async def _settings(self) -> dict[str, Any]:
        groups = await self._store.find(FindAccountGroups())
        return render_settings(await self._store.find(FindAccountSettings()), groups)

    async def _member(self, member: Member | None) -> dict[str, Any]:
        if member is None:
            raise ActionRefused(404, "There is no such member.")
        group_ids = await self._store.find(FindGroupIdsOf(member.id))
        return render_member(member, group_ids.get(member.id, ()))

    async def _members(self, addresses: list[str]) -> dict[str, Any]:
        """All members, or those of the addresses given."""
        found = [
            await self._store.find(FindMemberByAddress(key)) for key in dict.fromkeys(map(identity_key, addresses))
        ]
        members = [each for each in found if each] if addresses else await self._store.find(FindMembers())
        group_ids = await self._store.find(FindGroupIdsOf())
        return {"members": [render_member(each, group_ids.get(each.id, ())) for each in members]}

    async def _group_members(self, group_id: str) -> dict[str, Any]:
        if await self._store.find(FindAccountGroup(group_id)) is None:
            raise ActionRefused(404, "There is no such group.")
        members = await self._store.find(FindGroupMembers(group_id))
        return {"members": [{"id": each.member.id, "email": each.member.email, "role": each.role} for each in members]}

    def _capabilities(self) -> dict[str, Any]:
        return {
            "contract": "bridgecheck/probe/1",
            "reads": list(READS),
            "acts": [*ACTS, *PULL_ACTS],
            "now": render_time(self._service.clock.now_ms()),
            "confirmation_interval_s": self._service.parts.settings.confirmation_interval_s,
        }

    async def _health(self) -> dict[str, Any]:
        service = self._service
        found = await reports(service.clock, service.reporters)
        return {"status": "ok" if is_healthy(found) else "degraded", "reports": found}


def _is_act(segments: list[str]) -> bool:
    if segments[0] in ("fixtures", "clock", "reset", "credentials", "provisioning", "managed-groups", "bridge"):
        return True
    return len(segments) == 3 and (segments[0] == "members" or segments[::2] == ["groups", "delete"])


def _optional(body: Mapping[str, Any], name: str) -> str | None:
    text = body.get(name)
    if text is not None and not isinstance(text, str):
        raise ActionRefused(400, f"{name} must be a string.")
    return text


def _segments(path: str) -> list[str]:
    if not path.startswith(BASE + "/"):
        raise ActionRefused(404, f"The probe contract is served under {BASE}.")
    return path[len(BASE) + 1 :].removesuffix("/").split("/")


def _body(body: bytes) -> dict[str, Any]:
    content = parse_body(body, _LIMITS) if body.strip() else {}
    if not isinstance(content, dict):
        raise ActionRefused(400, "The body must be one JSON object.")
    return content


def _seconds(body: dict[str, Any]) -> float:
    seconds = body.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise ActionRefused(400, "seconds must be a number.")
    if not 0 <= seconds <= _LONGEST_S:
        raise ActionRefused(400, f"seconds must be between 0 and {_LONGEST_S}.")
    return float(seconds)


def _overlap(body: dict[str, Any]) -> float:
    overlap = body.get("overlap_seconds", 0)
    if isinstance(overlap, bool) or not isinstance(overlap, int | float) or not 0 <= overlap <= LONGEST_OVERLAP_S:
        raise ActionRefused(400, f"overlap_seconds must be a number between 0 and {LONGEST_OVERLAP_S}.")
    return float(overlap)


def _since(parameters: dict[str, str]) -> int:
    since = parameters.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 19):
        raise ActionRefused(400, "since must be a whole number.")
    return int(since)


def _next(entries: list[Any], since: int) -> int:
    return int(entries[-1].seq) if entries else since


def _respond(status: int, content: Any) -> Response:
    return Response(status, (("content-type", "application/json"),), msgspec.json.encode(content))
