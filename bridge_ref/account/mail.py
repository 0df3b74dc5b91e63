"""Mail that the account sends: invitations, the word to start, and address changes."""

from bridge_ref.account.changes import ChangeSet, Message, change

# A name that no resolver answers for: nobody must be able to follow a link by mistake.
LINK_BASE = "https://account.invalid/join/"


class Mail:
    """Writes messages; each method gives the change set that puts one in the outbox."""

    def invitation(self, address: str, secret: str, now_ms: int) -> ChangeSet:
        """The mail that asks a new member to sign up."""
        return change(
            Message(address, "invitation", "You are invited to join", now_ms, (LINK_BASE + secret,)),
        )

    def start(self, address: str, now_ms: int) -> ChangeSet:
        """The mail that tells a confirmed member to start."""
        return change(Message(address, "start", "Your account is ready", now_ms))

    def address_change(self, address: str, now_ms: int) -> ChangeSet:
        """The mail that tells the new address of a member about the change."""
        return change(Message(address, "address_change", "Your address has changed", now_ms))
