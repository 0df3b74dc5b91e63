"""Render an outbox message as a mail; refuse what could inject a header or a second recipient."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from bridge_ref.account.changes import Message
from bridge_ref.mailing.texts import TEXTS, Text, render_html, render_html_lines, render_plain

# 7 bits, so that no server on the way has to change anything.
_PLAIN = policy.SMTP.clone(cte_type="7bit")
_INTERNATIONAL = policy.SMTPUTF8
# Also U+2028 and U+2029, which some readers take for the end of a line.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST_ADDRESS = 254


class UnmailableError(Exception):
    """An address that no mail can go to, or a message that cannot be written down."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be handed over: the envelope, and the bytes."""

    sender: str
    recipient: str
    content: bytes
    is_international: bool


def parse_address(text: str) -> Address:
    """One address, and nothing else. Raises UnmailableError."""
    if _CONTROLS.search(text) or len(text) > _LONGEST_ADDRESS:
        raise UnmailableError("the address holds control characters, or is too long")
    # The library knows the grammar of ASCII addresses; letters beyond it stand where letters may stand.
    plain = "".join("x" if not each.isascii() and each.isalnum() else each for each in text)
    try:
        address = Address(addr_spec=plain)
    except (ValueError, IndexError, MessageError):
        raise UnmailableError("this is no address that mail can go to") from None
    if not address.domain or address.addr_spec != plain:
        raise UnmailableError("this is no address that mail can go to")
    user_name, _, domain = text.rpartition("@")
    return address if plain == text else Address("", user_name, domain)


def parse_sender(text: str) -> Address:
    """The address in From, with or without a name before it. Raises UnmailableError."""
    if _CONTROLS.search(text):
        raise UnmailableError("the sender holds control characters")
    name, spec = parseaddr(text)
    address = parse_address(spec)
    return Address(name, address.username, address.domain)


def write_letter(message: Message, sender: Address, details: tuple[str, ...] = (), text: Text | None = None) -> Letter:
    """The mail that a message becomes; written again, it is the same to the byte. Raises UnmailableError.

    A message that has a body is sent with it; the text of others goes by their kind, unless another is given.
    """
    recipient = parse_address(message.to)
    is_international = not (recipient.addr_spec + sender.addr_spec).isascii()
    key = _key(message)
    mail = EmailMessage(policy=_INTERNATIONAL if is_international else _PLAIN)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = datetime.fromtimestamp(message.at_ms // 1000, UTC)
    mail["Message-ID"] = f"<{key}@{_ascii(sender.domain)}>"
    mail["Auto-Submitted"] = "auto-generated"
    text = text or TEXTS.get(message.kind, TEXTS["other"])
    links = tuple(map(_one_line, message.links))
    if message.body:
        lines = tuple(map(_one_line, message.body.split("\n")))
        mail.set_content("\n".join(lines))
        mail.add_alternative(render_html_lines(lines, links), subtype="html")
    else:
        mail.set_content(render_plain(text, links, details))
        mail.add_alternative(render_html(text, links, details), subtype="html")
    mail.set_boundary(f"={key}=")
    return Letter(sender.addr_spec, recipient.addr_spec, mail.as_bytes(), is_international)


def _key(message: Message) -> str:
    """The same id for every attempt at a message, so that a receiver can drop duplicates."""
    known = (message.seq, message.at_ms, message.to, message.kind, *message.links)
    return hashlib.sha256("\0".join(map(str, known)).encode(errors="replace")).hexdigest()[:32]


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text).encode(errors="replace").decode().strip()


def _ascii(domain: str) -> str:
    return domain.encode("idna").decode() if not domain.isascii() else domain
