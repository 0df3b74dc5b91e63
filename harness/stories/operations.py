"""What operators do with a bridge in a story: restart it, take it offline, make its token anew, ping it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from harness.record.journal import Entry, Step, exchange_of
from harness.record.message import path_of, read, whole_user_body, write
from harness.stories.run import Run
from harness.target.ping import ping
from harness.target.probe import NotOffered
from harness.target.target import OLD

PINGS = 3  # the watch mails after so many in vain; the sources name no number
PINGS_BACK = 2
PING_PATH = "/ping"  # the bridge's, as its documents name it
_MAIL_S = 15.0  # ours: how long a real mail may be on its way
_LATE_S = 1.0


class Operations:
    """Acts on the bridge itself. Raises NotOffered where nobody can do it here: the story is a named skip then."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def restart(self, sentence: str) -> Entry:
        """The bridge ends and comes back with its data, as after an update; the step, for `expect.kept`."""
        return self._run.restart(sentence)

    @contextmanager
    def overlap(self, sentence: str) -> Iterator[None]:
        """Two instances of the bridge are up, as while an update rolls over them: requests go to each in turn."""
        with self._run.overlap():
            self._run.journal.add(Step(sentence))
            yield
            self._run.observe()

    def rotate(self) -> Entry:
        """The token is made anew, and all later requests carry the new one; the step, for `expect.kept`."""
        self._run.observe()
        step = self._run.journal.add(Step("the token is made anew"))
        self._run.operator.rotate()
        self._run.look_again()
        return step

    def look(self) -> None:
        """One plain request, so that the story has met the bridge."""
        self._run.send(read("/ServiceProviderConfig", "read configuration"))

    def make(self, address: str) -> str:
        """Make a user of that address; the id. Raises NotOffered where the bridge made none."""
        made = exchange_of(self._run.send(write("POST", "/Users", "create user", whole_user_body(address)))).json
        if not isinstance(made.get("id"), str):
            raise NotOffered("no user could be made, so the story can't go on")
        self._run.observe()
        return str(made["id"])

    def show(self, scim_id: str) -> Entry:
        """Read the user with the token of today."""
        return self._run.send(read(path_of("Users", scim_id), "read user with the new token"))

    def try_old_token(self, scim_id: str, newcomer: str) -> list[Entry]:
        """Read lists and a user, and make another, with the token that was replaced."""
        looks = [read(path, f"read {path} with the old token") for path in ("/Users", "/Groups")]
        one = read(path_of("Users", scim_id), "read user with the old token")
        late = write("POST", "/Users", "create user with the old token", whole_user_body(newcomer))
        entries = [self._run.send(replace(request, credential=OLD)) for request in (*looks, one, late)]
        self._run.observe()
        return entries

    def notify(self, address: str) -> None:
        """From now on the notices about the bridge's health go to this address."""
        self._run.meet(address)
        self._run.operator.notify(address)
        self._run.note("bridge.notices", [{"address": address}])  # no act: it explains no change of anybody
        self._run.look_again()
        self._run.journal.add(Step(f"the notices go to {address}"))

    def outage(self, sentence: str) -> None:
        """The bridge goes offline for three pings of its watch; then the mails are looked at, as far as can be."""
        operator = self._run.operator
        operator.need_outage()
        self._run.observe()
        self._run.journal.add(Step(sentence))
        operator.stop()
        self._pass(PINGS * self._ping_s, "the watch of the bridge's health finds it offline, and mails")
        self._run.look_at_the_account()

    def come_back(self) -> None:
        """The bridge comes back, for two pings of its watch; then everything is looked at."""
        self._run.journal.add(Step("the bridge is back"))
        self._run.operator.start()
        self._pass(PINGS_BACK * self._ping_s, "the watch of the bridge's health finds it back")
        self._run.observe()

    @property
    def _ping_s(self) -> float:
        return self._run.options.monitoring.ping_s

    def _pass(self, seconds: float, awaits: str) -> None:
        """So long and a little more; in real time where a hook does it, since the watch is a real one then."""
        if self._run.operator.is_called:
            self._run.wait(seconds + mail_s(self._run), awaits)
        else:
            self._run.advance(seconds + _LATE_S, awaits)

    def ping(self, times: int) -> None:
        """Somebody outside pings the bridge, without credentials, as its watch does; what came is recorded."""
        parts = urlsplit(self._run.target.url)
        named = self._run.options.monitoring.ping_path
        url = f"{parts.scheme}://{parts.netloc}{PING_PATH if named is None else named}"
        # Who named the path, or offers a probe, has the bridge that the account pings; of others nobody has said so.
        is_expected = named is not None or bool(self._run.probe.reads)
        ca_file = self._run.target.ca_file
        pings = [{"url": url, "is_expected": is_expected, **ping(url, ca_file)} for _ in range(times)]
        self._run.note("bridge.pings", pings)


def mail_s(run: Run) -> float:
    """How long a mail may be on its way: as the profile says of a mailbox, else a usual time; in seconds."""
    mail = run.options.mail
    return mail.delay_s + _LATE_S if mail.imap or mail.mailpit else _MAIL_S
