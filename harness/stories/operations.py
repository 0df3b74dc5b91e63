"""What operators do with a bridge in a story: restart it, take it offline, make its token anew, ping it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from harness.record.exchange import Request
from harness.record.journal import Entry, Step
from harness.stories.run import Run
from harness.target.operator import OLD
from harness.target.ping import ping

PINGS = 3  # the watch mails after so many in vain; the sources name no number
_MAIL_S = 15.0  # ours: how long a real mail may be on its way
_LATE_S = 1.0


class Operations:
    """Acts on the bridge itself. Raises NotOffered where nobody can do it here: the story is a named skip then."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def restart(self, sentence: str) -> Entry:
        """The bridge ends and comes back with its data, as after an update; the step, for `expect.kept`."""
        return self._run.restart(sentence)

    def rotate(self) -> Entry:
        """The token is made anew, and all later requests carry the new one; the step, for `expect.kept`."""
        self._run.observe()
        step = self._run.journal.add(Step("the token is made anew"))
        self._run.operator.rotate()
        self._run.look_again()
        return step

    def with_old_token(self, request: Request) -> Request:
        """The same request with the token that was replaced."""
        return replace(request, credential=OLD)

    def notify(self, address: str) -> None:
        """From now on the notices about the bridge's health go to this address."""
        self._run.meet(address)
        self._run.operator.notify(address)
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
        self._pass(2 * self._ping_s, "the watch of the bridge's health finds it back")
        self._run.observe()

    @property
    def _ping_s(self) -> float:
        return self._run.options.monitoring.ping_s

    def _pass(self, seconds: float, awaits: str) -> None:
        """So long and a little more; in real time where a hook does it, since the watch is a real one then."""
        if self._run.operator.is_called:
            self._run.wait(seconds + _MAIL_S, awaits)
        else:
            self._run.advance(seconds + _LATE_S, awaits)

    def ping(self, times: int) -> None:
        """Somebody outside pings the bridge, without credentials, as its watch does; what came is recorded."""
        parts = urlsplit(self._run.target.url)
        url = f"{parts.scheme}://{parts.netloc}{self._run.options.monitoring.ping_path}"
        ca_file = self._run.target.ca_file
        self._run.note("bridge.pings", [{"url": url, **ping(url, ca_file)} for _ in range(times)])
