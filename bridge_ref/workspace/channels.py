"""Google's notification channels: open them and renew them before they expire."""

import asyncio
import logging
import secrets

from bridge_ref.storage.store import Store
from bridge_ref.workspace.google import Google, GoogleError
from bridge_ref.workspace.settings import WorkspaceSettings

log = logging.getLogger("bridge_ref")

_ENDS = "workspace_watched_until_ms"
_DUE = "workspace_watch_due_ms"
_USERS = "/admin/directory/v1/users/watch"
# Groups and members have no channel of their own; what administrators do to them is in the audit log, which has one.
_AUDIT = "/admin/reports/v1/activity/users/all/applications/admin/watch"
_USER_EVENTS = ("add", "delete", "undelete", "update")
# Asked for; Google may give less.
_LASTS_S = 21_600
_BEFORE_MS = 600_000


class Channels:
    """The channels of one directory; which bridge opened them does not matter."""

    def __init__(self, google: Google, settings: WorkspaceSettings, store: Store) -> None:
        self._google = google
        self._settings = settings
        self._store = store
        self._failure: str | None = None

    async def next_due_ms(self, default: int) -> int:
        """When they are to be renewed."""
        return await self._store.get_setting(_DUE, default)

    async def reason(self, now_ms: int) -> str:
        """Why no notices come, or nothing if they can."""
        if now_ms < await self._store.get_setting(_ENDS, 0):
            return ""
        return f"Google sends no notices: {self._failure or 'no channel is open'}"

    async def renew(self, at_ms: int) -> None:
        """Open new ones before the old ones end; a notice that comes on both does no harm."""
        try:
            lasting_s = [await self._open(path, **parameters) for path, parameters in self._wanted()]
        except GoogleError as error:
            self._failure = str(error)
            log.warning("Google opens no channel: %s", error)
            await self._store.put_setting(_DUE, at_ms + self._settings.retry_s * 1000)
            return
        self._failure = None
        ends_ms = at_ms + round(min(lasting_s) * 1000)
        await self._store.put_setting(_ENDS, ends_ms)
        await self._store.put_setting(_DUE, max(ends_ms - _BEFORE_MS, at_ms + self._settings.retry_s * 1000))

    async def _open(self, path: str, **parameters: str) -> float:
        channel_id = secrets.token_hex(16)
        opened = await asyncio.to_thread(self._google.watch, path, channel_id, _LASTS_S, **parameters)
        return opened.lasts_s

    def _wanted(self) -> list[tuple[str, dict[str, str]]]:
        domain = self._settings.domain
        whose = {"customer": self._settings.customer} if domain is None else {"domain": domain}
        return [*((_USERS, {**whose, "event": event}) for event in _USER_EVENTS), (_AUDIT, {})]
