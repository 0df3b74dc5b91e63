"""The template values of each page; read only."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bridge_ref.account.changes import Message
from bridge_ref.account.members import identity_key
from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.decisions.queries import (
    CountMembersLike,
    FindAccountGroups,
    FindAccountSettings,
    FindGroupIdsOf,
    FindLastEvents,
    FindLatestEvents,
    FindLatestMail,
    FindMember,
    FindMembersLike,
    FindPending,
    FindTokens,
)
from bridge_ref.endpoints.pages.labels import LEADING, MEMBER_ACTS
from bridge_ref.endpoints.recent import Recent
from bridge_ref.runtime.admin_actions import AdminActions
from bridge_ref.runtime.health import health_document, is_healthy
from bridge_ref.runtime.pull_protocol import Pull
from bridge_ref.runtime.service import Service

PAGE_SIZE = 50
# A history that is longer is read in the journal.
_HISTORY = 100
_NEWEST = 2**62
_LONGEST_NUMBER = 9

Values = dict[str, Any]
Parameters = Mapping[str, str]


class Views:
    """Looks up what pages show. Raises ActionRefused where there is nothing to show."""

    def __init__(self, service: Service, actions: AdminActions, recent: Recent) -> None:
        self._service = service
        self._actions = actions
        self._recent = recent
        self.by_name: dict[str, Callable[[Parameters], Awaitable[Values]]] = {
            "status": self.status,
            "members": self.members,
            "pending": self.pending,
            "groups": self.groups,
            "mail": self.mail,
            "requests": self.requests,
            "settings": self.settings,
            "credentials": self.credentials,
        }

    async def status(self, _: Parameters) -> Values:
        """The component reports."""
        health = await health_document(self._service.clock, self._service.reporters)
        return {"health": health, "is_well": is_healthy(health["reports"])}

    async def members(self, parameters: Parameters) -> Values:
        """A page of the members, with what has led to their states."""
        find, query = self._service.store.find, parameters.get("q", "").strip()
        key = identity_key(query)
        total = await find(CountMembersLike(key))
        last = max(1, -(-total // PAGE_SIZE))
        number = min(_number(parameters.get("page"), 1), last)
        members = await find(FindMembersLike(key, (number - 1) * PAGE_SIZE, PAGE_SIZE))
        why = await find(FindLastEvents(tuple(each.id for each in members), LEADING))
        return {"members": members, "why": why, "total": total, "query": query, "number": number, "last": last}

    async def member(self, member_id: str) -> Values:
        """One member with history, groups, and what can be done."""
        find = self._service.store.find
        member = await find(FindMember(member_id))
        if member is None:
            raise ActionRefused(404, "There is no such member.")
        ids = (await find(FindGroupIdsOf(member.id))).get(member.id, ())
        names = {group.id: group.name for group in await find(FindAccountGroups())}
        obstacles = await self._actions.obstacles(member.id)
        return {
            "member": member,
            "group_names": sorted(names[each] for each in ids if each in names),
            "names": names,
            "events": await find(FindLatestEvents(member.id, _HISTORY)),
            "acts": [(name, *words, obstacles[name]) for name, words in MEMBER_ACTS.items()],
        }

    async def pending(self, _: Parameters) -> Values:
        """The members that await confirmation, and the time left."""
        service = self._service
        waiting, due_ms = await service.store.find(FindPending()), await service.watcher.next_due_ms()
        now_ms = service.clock.now_ms()
        shown = waiting[: 2 * PAGE_SIZE]
        since = await service.store.find(FindLastEvents(tuple(each.id for each in shown), ("signed_up",)))
        return {
            "members": shown,
            "more": len(waiting) - len(shown),
            "since": since,
            "due_ms": due_ms,
            "remaining_ms": max(0, (due_ms or now_ms) - now_ms),
            "is_on": (await service.store.find(FindAccountSettings())).is_provisioning,
        }

    async def groups(self, _: Parameters) -> Values:
        """All groups of the account."""
        return {"groups": await self._service.store.find(FindAccountGroups())}

    async def mail(self, parameters: Parameters) -> Values:
        """A page of the outbox, the newest mail first."""
        before = _number(parameters.get("before"), _NEWEST)
        found = await self._service.store.find(FindLatestMail(before, PAGE_SIZE + 1))
        shown = found[:PAGE_SIZE]
        older = shown[-1].seq if len(found) > PAGE_SIZE else None
        return {"messages": shown, "older": older, "is_first": before == _NEWEST}

    async def message(self, seq: str) -> Values:
        """One mail as text; its link can be followed, and is not shown."""
        message = await self.find_message(seq)
        obstacle = await self._actions.obstacle_to_following(message) if message.links else None
        return {"message": message, "text": without_secrets(message), "obstacle": obstacle}

    async def find_message(self, seq: str) -> Message:
        """The mail of this number."""
        number = _number(seq, 0)
        found = await self._service.store.find(FindLatestMail(number + 1, 1))
        if not found or found[0].seq != number:
            raise ActionRefused(404, "There is no such mail.")
        return found[0]

    async def requests(self, _: Parameters) -> Values:
        """The recent requests of this process."""
        return {"requests": self._recent.newest()}

    async def settings(self, _: Parameters) -> Values:
        """The settings of the account."""
        settings = await self._service.store.find(FindAccountSettings())
        return {"settings": settings, "domains": sorted(settings.allowed_domains)}

    async def credentials(self, _: Parameters) -> Values:
        """The tokens that are known: what they open and when they end, and nothing of themselves."""
        kept = {grant.digest: grant for grant in await self._service.store.find(FindTokens())}
        known = {**{grant.digest: grant for grant in self._service.parts.auth.known()}, **kept}
        tokens = sorted(known.values(), key=lambda grant: (grant.scope, grant.created_ms))
        return {"tokens": tokens, "now_ms": self._service.clock.now_ms()}

    async def clock(self) -> Values:
        """The time of the bridge."""
        clock = self._service.clock
        return {"now_ms": clock.now_ms(), "offset_ms": clock.offset_ms}

    async def pull(self, pull: Pull) -> Values:
        """The status of the pull and the chosen groups."""
        return {"report": await pull.status(), "chosen": list(await pull.chosen())}

    async def offered(self, pull: Pull) -> Values:
        """The groups that can be chosen. Raises PullError."""
        return {"offered": await pull.offered(), "chosen": list(await pull.chosen())}

    async def preview(self, pull: Pull, groups: tuple[str, ...]) -> Values:
        """What a sync would do with these groups or with the chosen ones, suspensions first."""
        is_other = bool(groups) and set(groups) != set(await pull.chosen())
        return {"plan": await pull.preview(groups or None), "groups": groups, "is_other": is_other}


def without_secrets(message: Message) -> str:
    """The text of a mail with the secrets of its links left out."""
    text = message.body
    for link in message.links:
        text = text.replace(link, link.rpartition("/")[0] + "/…")
    return text


def _number(text: str | None, default: int) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number and text is not None else default
