"""Mail that the account sends: invitations, start messages and address changes."""

import unicodedata
from typing import Literal

from bridge_ref.account.changes import ChangeSet, Message, change

Kind = Literal["invitation", "start", "address_change", "other"]

# A name that no resolver knows, so that no link is followed by mistake.
LINK_BASE = "https://account.invalid/join/"
ACCEPT_BASE = "https://account.invalid/accept/"

_LONGEST_NAME = 200


class Mail:
    """Writes messages; each method gives the change set that puts one in the outbox.

    Subjects are fixed. What an identity provider has sent stands in the body alone, on one line and as plain text.
    """

    def invitation(self, address: str, secret: str, now_ms: int, name: str = "") -> ChangeSet:
        """The mail that asks a new member to sign up."""
        link = LINK_BASE + secret
        body = f"{_greeting(name)}you are invited to join the account of your company.\nFollow this link: {link}\n"
        return self._post(address, "invitation", "You are invited to join", now_ms, body, link)

    def start(self, address: str, now_ms: int, name: str = "") -> ChangeSet:
        """The mail that tells a confirmed member to start."""
        return self._post(
            address, "start", "Your account is ready", now_ms, f"{_greeting(name)}your account is ready.\n"
        )

    def address_change(self, address: str, now_ms: int, secret: str | None = None, name: str = "") -> ChangeSet:
        """The mail to the new address of a member: to accept it by the link, or only to know about it."""
        if secret is None:
            body = f"{_greeting(name)}this is now the address of your account.\n"
            return self._post(address, "address_change", "Your address has changed", now_ms, body)
        link = ACCEPT_BASE + secret
        body = f"{_greeting(name)}this is to be the address of your account.\nAccept it by this link: {link}\n"
        return self._post(address, "address_change", "Please accept your new address", now_ms, body, link)

    def notice(self, address: str, subject: str, now_ms: int, reason: str = "") -> ChangeSet:
        """The mail about the health of the bridge."""
        return self._post(address, "other", subject, now_ms, f"{_greeting('')}{subject.lower()}.\n{reason}\n")

    def _post(self, address: str, kind: Kind, subject: str, now_ms: int, body: str, *links: str) -> ChangeSet:
        return change(Message(one_line(address), kind, subject, now_ms, links, body=body))


def one_line(text: str) -> str:
    """Text without anything that ends a line, hides, or turns the direction of what follows."""
    return "".join(" " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp", "Cs") else each for each in text)


def _greeting(name: str) -> str:
    shown = " ".join(one_line(name).split())[:_LONGEST_NAME]
    return f"Hello {shown},\n\n" if shown else "Hello,\n\n"
