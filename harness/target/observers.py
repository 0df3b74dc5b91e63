"""Puts the observers of a run together: the account by a probe or by `op`, mail by the probe, IMAP or Mailpit."""

from __future__ import annotations

from pathlib import Path

from harness.clock import Clock, SystemClock
from harness.errors import UsageError
from harness.record.exchange import Json
from harness.target.imap import Imap
from harness.target.mailbox import Mailbox, Sorter
from harness.target.mailpit import Mailpit
from harness.target.op_probe import OpProbe
from harness.target.options import Options
from harness.target.probe import AccountProbe
from harness.target.target import Target, read_secret


class WithMail:
    """A probe whose mail is looked at elsewhere.

    Each look waits `delay_s` first: that long a mail may be on its way, so that one that is not there was not sent.
    """

    def __init__(self, probe: AccountProbe, box: Mailbox, sorter: Sorter, delay_s: float, clock: Clock) -> None:
        self._probe = probe
        self._box = box
        self._sorter = sorter
        self._delay_s = delay_s
        self._clock = clock
        self.reads = probe.reads | {"mail"}
        self.acts = probe.acts
        self.confirmation_interval_s = probe.confirmation_interval_s

    def read(self, name: str, **query: str | list[str]) -> Json:
        """One of the reads of the contract, by name."""
        if name != "mail":
            return self._probe.read(name, **query)
        self._clock.sleep(self._delay_s)
        if "since" not in query:
            return {"messages": [], "next": self._box.newest()}
        since = int(str(query["since"]))
        letters = list(self._box.letters(since))
        messages = self._sorter.render(letters, str(query.get("to", "")))
        return {"messages": messages, "next": max((letter.seq for letter in letters), default=since)}

    def act(self, path: str, body: Json) -> Json:
        """One of the acts of the contract, by path."""
        return self._probe.act(path, body)


def make_probe(options: Options, target: Target, clock: Clock | None = None) -> AccountProbe:
    """The observers that the options name, as one probe. Raises TargetError, and UsageError for wrong settings."""
    probe: AccountProbe = target.probe()
    if options.op.command:
        probe = OpProbe(options.op)
        probe.read("members")  # what can't be seen at all is told before the first story
    box = _mailbox(options)
    if box is None:
        return probe
    box.newest()
    sorter = Sorter(options.mail, options.mail_domain)
    return WithMail(probe, box, sorter, options.mail.delay_s, clock or SystemClock())


def check_observers(options: Options) -> None:
    """Make sure before a run that the settings of the observers are readable. Raises UsageError."""
    if options.op.command and (options.probe_url or "{probe_port}" in str(options.start)):
        raise UsageError("[op] and a probe are two sights of one account: give one of them")
    if options.mail.imap and options.mail.mailpit:
        raise UsageError("[mail] has imap and mailpit: give one of them")
    Sorter(options.mail, options.mail_domain)
    _mailbox(options)


def _mailbox(options: Options) -> Mailbox | None:
    mail = options.mail
    if not (mail.imap or mail.mailpit):
        return None
    password = read_secret(Path(mail.password_file), "[mail] password_file") if mail.password_file else ""
    if mail.imap:
        return Imap(mail.imap, password, options.ca_file)
    return Mailpit(str(mail.mailpit), mail.user or "", password, options.ca_file)
