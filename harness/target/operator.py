"""What an operator can do with a bridge: restart it, take it offline, make its secrets anew, say who gets its notices.

Each by a hook of the profile, or by the probe, or with a bridge that we started by ourselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.errors import UsageError
from harness.record.exchange import Json
from harness.target.hook import HookFailed, run_hook, words_of
from harness.target.options import Options
from harness.target.probe import AccountProbe, NotOffered, ProbeRefused
from harness.target.target import Target, read_token

_STOP, _START = "bridge/stop", "bridge/start"


class Operator:
    """Acts on the bridge itself. Each act raises NotOffered where nobody can do it, and HookFailed where it fails."""

    def __init__(self, options: Options, target: Target, probe: AccountProbe) -> None:
        self._options = options
        self._hooks = options.hooks
        self._target = target
        self._probe = probe
        self.is_stopped = False

    @property
    def is_called(self) -> bool:
        """Whether it is a hook that takes the bridge offline, and not the probe: real time passes then."""
        return bool(self._hooks.stop and self._hooks.start)

    @property
    def can_restart(self) -> bool:
        """Whether somebody can restart the bridge here."""
        return bool(self._hooks.restart) or self.is_called or self._target.process is not None

    def restart(self) -> None:
        """The bridge ends and comes back, with the data that it had. Raises TargetError where it does not come back."""
        if self._hooks.restart:
            self._run("restart", self._hooks.restart)
        elif self.is_called:
            self._run("stop", self._hooks.stop or "")
            self._run("start", self._hooks.start or "")
        elif self._target.process is not None:
            self._target.process.restart()
        else:
            raise NotOffered(
                "nobody can restart the bridge here: the profile has no hook 'restart', and there is no --start"
            )
        self._target.wait(self._options.wait_for)

    def need_outage(self) -> None:
        """Raises NotOffered where nobody can take the bridge offline and leave the account."""
        if not (self.is_called or {_STOP, _START} <= self._probe.acts):
            raise NotOffered(
                "nobody can take the bridge offline here: the profile has no hooks 'stop' and 'start', and the probe "
                f"no acts {_STOP!r} and {_START!r}"
            )

    def stop(self) -> None:
        """The bridge goes offline; the account behind it goes on."""
        self.need_outage()
        if self.is_called:
            self.is_stopped = True  # a hook that fails may have done half of it
            self._run("stop", self._hooks.stop or "")
        else:
            self._act(_STOP, {})
            self.is_stopped = True

    def start(self) -> None:
        """The bridge comes back. Raises TargetError where it does not."""
        if self.is_called:
            self._run("start", self._hooks.start or "")
        else:
            self._act(_START, {})
        self.is_stopped = False
        self._target.wait(self._options.wait_for)

    def rotate(self) -> None:
        """The token is made anew: from now on it is ours, and the one before is named `old`."""
        token = self._new_token()
        if token == self._target.token:
            raise HookFailed("the hook 'rotate' left the token as it was")
        self._target.keep_token(token)

    def _new_token(self) -> str:
        if self._hooks.rotate:
            printed = self._run("rotate", self._hooks.rotate)
            if not printed:
                return read_token(self._options)
            if len(printed.split()) != 1 or not printed.isprintable():
                raise HookFailed("the hook 'rotate' printed something else than one token")
            return printed
        if self._target.process is not None:  # of a bridge of others nobody but us would know the new token
            return str(self._act("credentials/rotate", {})["token"])
        raise NotOffered(
            "nobody can make the token anew here: the profile has no hook 'rotate', and there is no --start"
        )

    def notify(self, address: str) -> None:
        """The notices about the bridge's health go to this address from now on."""
        if self._hooks.notify:
            self._run("notify", self._hooks.notify, {"address": address})
        else:
            self._act("provisioning", {"notification_address": address})

    def _act(self, path: str, body: Json) -> Json:
        try:
            return self._probe.act(path, body)
        except ProbeRefused as error:
            raise NotOffered(f"the story can't go on: {error}") from error

    def _run(self, name: str, command: str, values: Mapping[str, str] | None = None) -> str:
        words = words_of(name, command, {**self._target.values, **(values or {})})
        return run_hook(name, words, self._hooks.timeout_s, self._target.secrets)


def check_hooks(options: Options) -> None:
    """Make sure before a run that each hook can be read. Raises UsageError, also for a secret in an argument list."""
    for name in ("restart", "stop", "start", "rotate", "notify"):
        command = getattr(options.hooks, name)
        if command is None:
            continue
        if "{token}" in command:
            raise UsageError(
                f"hook {name}: use {{token_file}} instead of {{token}}: others can see a command's arguments"
            )
        ours = ("port", "data", "token_file", "probe_port", "probe_token_file") if options.start else ()
        words_of(name, command, dict.fromkeys((*ours, *(("address",) if name == "notify" else ())), ""))
    if bool(options.hooks.stop) is not bool(options.hooks.start):
        raise UsageError("[hooks] has one of stop and start: give both, or neither")
