"""One round of the monitor: poll the bridge, save the state, send the notices due."""

import json
import logging
import ssl
import urllib.error
import urllib.request
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from msgspec import Struct

from bridge_ref.account.changes import Message
from bridge_ref.clock import Clock, render_time
from bridge_ref.http.auth import MONITORING
from bridge_ref.mailing.letter import UnmailableError, write_letter
from bridge_ref.mailing.server import RefusedError, SmtpSession, UncertainError, UnreachableError
from bridge_ref.mailing.texts import TEXTS
from bridge_ref.monitor.watch import MonitorState, Notice, Poll, after_poll, doubt, load_state, save_state, settle

log = logging.getLogger("bridge_ref.monitor")

_LONGEST_ANSWER = 1_000_000
_SUBJECTS = {"offline": "Your provisioning bridge is offline", "recovery": "Your provisioning bridge is back"}


class Watched(Struct, frozen=True):
    """The bridge that is watched."""

    url: str
    token: str
    timeout_s: float
    ca_file: Path | None = None
    ignores_degraded: bool = False


class Monitor:
    """Watches one bridge."""

    def __init__(
        self,
        *,
        watched: Watched,
        session: SmtpSession,
        sender: Address,
        state: Path,
        threshold: int,
        clock: Clock,
        notify: str | None = None,
        notify_file: Path | None = None,
    ) -> None:
        self._watched = watched
        self._session = session
        self._sender = sender
        self._state = state
        self._threshold = threshold
        self._clock = clock
        self._notify = notify
        self._notify_file = notify_file
        self.watch: MonitorState = load_state(state)

    def go_round(self) -> None:
        """One round. Raises CredentialsError if what follows from it cannot be kept."""
        seen = poll(self._watched)
        if not seen.is_up:
            log.warning("the bridge does not answer as it should: %s", seen.reason)
        self._keep(after_poll(self.watch, seen, self._clock.now_ms(), self._threshold))
        if self.watch.owed:
            self._send()

    def recipient(self) -> str | None:
        """The address to notify: from the bridge, else from the file, else from the command line."""
        return self.watch.notify or self._from_file() or self._notify

    def _send(self) -> None:
        recipient = self.recipient()
        if recipient is None:
            log.error("nobody is to be told: neither the bridge nor the options name an address")
            return
        try:
            self._session.open()
            for notice in self.watch.owed:
                self._send_one(notice, recipient)
        except UnreachableError as error:
            log.warning("the mail server cannot be used: %s", error)
        finally:
            self._session.close()

    def _send_one(self, notice: Notice, recipient: str) -> None:
        message = Message(recipient, "other", _SUBJECTS[notice.kind], notice.at_ms, (self._watched.url,), notice.number)
        details = (f"Seen at {render_time(notice.at_ms)}.", *((notice.reason,) if notice.reason else ()))
        try:
            letter = write_letter(message, self._sender, details, TEXTS[notice.kind])
            self._session.begin(letter)
            self._session.finish(letter)
        except (UnmailableError, RefusedError) as error:
            log.error("notice %d cannot be sent now: %s", notice.number, type(error).__name__)
        except UncertainError:
            log.warning("nobody knows whether the server has taken notice %d; it will be sent again", notice.number)
            self._keep(doubt(self.watch, notice))
        else:
            self._keep(settle(self.watch, notice))

    def _keep(self, watch: MonitorState) -> None:
        if watch != self.watch:
            save_state(self._state, watch)
            self.watch = watch

    def _from_file(self) -> str | None:
        if self._notify_file is None:
            return None
        try:
            return self._notify_file.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None


def poll(watched: Watched) -> Poll:
    """Ask a bridge how it is."""
    request = urllib.request.Request(watched.url + MONITORING, headers={"Authorization": f"Bearer {watched.token}"})
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if watched.url.startswith("https:"):
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=watched.ca_file)))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=watched.timeout_s) as answer:
            return _read(answer.status, answer.read(_LONGEST_ANSWER), watched)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error.read(_LONGEST_ANSWER), watched)
    except (OSError, ValueError) as error:
        # Only the class of the error: its text can repeat what was sent.
        reason = getattr(error, "reason", None)
        cause = reason if isinstance(reason, OSError) else error
        return Poll(False, f"It cannot be reached ({type(cause).__name__}).")


def _read(status: int, body: bytes, watched: Watched) -> Poll:
    content = _object(body)
    notify = content.get("notify")
    address = notify if isinstance(notify, str) and notify else None
    if status == 200:
        return Poll(True, "", address) if content else Poll(False, "What answers there is no bridge.")
    if status == 503 and content.get("status") == "degraded":
        sick = [str(each.get("source")) for each in content.get("reports", ()) if each.get("state") != "healthy"]
        return Poll(watched.ignores_degraded, f"It is up, and not well: {', '.join(sick)}.", address)
    return Poll(False, f"It answers with status {status}.", address)


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A bridge that sends the monitor elsewhere would send its token there too."""

    def redirect_request(self, *args: Any) -> None:
        """Nowhere."""
