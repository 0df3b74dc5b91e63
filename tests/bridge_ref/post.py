"""A world with a sender that empties its outbox."""

from __future__ import annotations

from email.headerregistry import Address

from bridge_ref.account.changes import Message
from bridge_ref.clock import ManualClock
from bridge_ref.decisions.queries import FindMail
from bridge_ref.mailing.sender import MailSender
from bridge_ref.mailing.server import MailServer, SmtpSession
from tests.bridge_ref.world import START_MS, World

SENDER = Address("The bridge", "bridge", "bridge.example")


class Post:
    """A world, the sender that empties its outbox, and a clock for when it tries."""

    def __init__(self, world: World, port: int, server: MailServer | None = None) -> None:
        self.world = world
        self.machine_clock = ManualClock(1_000_000)
        self.session = SmtpSession(server or MailServer("127.0.0.1", port))
        self.sender = MailSender(world.store, world.service.clock, self.machine_clock, self.session, SENDER)

    def work(self, after_s: float = 0) -> int:
        """One round."""
        self.machine_clock.advance(after_s)
        return self.world.runner.run(self.sender.work())

    def message(self, number: int = 0) -> Message:
        """A message of the outbox."""
        return self.world.ask(FindMail(0))[number]

    def is_healthy(self) -> bool:
        """What the sender says about itself."""
        return self.world.runner.run(self.sender.report(START_MS)).is_healthy
