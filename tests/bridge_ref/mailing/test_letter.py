"""Mails as they arrive: no injected headers, and no lost characters."""

from __future__ import annotations

import email
from email import policy

import pytest

from bridge_ref.account.changes import Message, change
from bridge_ref.mailing.letter import Letter, UnmailableError, parse_address, write_letter
from bridge_ref.mailing.server import MailServer, SmtpSession
from tests.bridge_ref.mail_server import mail_server
from tests.bridge_ref.post import SENDER, Post
from tests.bridge_ref.world import START_MS, World

INVITATION = Message("ada@example.com", "invitation", "You are invited to join", START_MS, ("https://x.example/1",), 7)


HOSTILE = [
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\nX: y",
    "ada@example.com\rX: y",
    "ada@example.com, eve@example.com",
    "Ada <ada@example.com>",
    "ada@example.com>\r\nDATA",
    "ada@example.com\u2028Bcc: eve@example.com",
    "ada",
    "@example.com",
    "",
    "a" * 300 + "@example.com",
    "ada@example.com (comment)",
    "ada@exa mple.com",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_no_single_address_gets_no_mail(address: str) -> None:
    """SEC-70."""
    with pytest.raises(UnmailableError):
        parse_address(address)


def test_an_address_that_cannot_be_mailed_is_kept_and_harms_nobody(world: World) -> None:
    """SEC-70."""
    world.apply(
        change(Message(HOSTILE[0], "start", "Hello", START_MS), Message("ada@example.com", "start", "Hello", 0))
    )
    with mail_server() as (received, port):
        post = Post(world, port)

        sent = post.work()

    assert sent == 1
    assert received.recipients == ["ada@example.com"]
    assert (post.message().delivery, post.message().handed_ms) == ("refused", None)


def test_a_hostile_subject_link_or_kind_stays_what_it_is() -> None:
    """SEC-70."""
    hostile = Message(
        "ada@example.com",
        "other",
        "Hi\r\nBcc: eve@example.com\u2028\x00",
        START_MS,
        ('https://x.example/"><script>alert(1)</script>', "javascript:alert(1)", "https://x.example/\r\n.\r\nMAIL"),
    )

    letter = write_letter(hostile, SENDER, ("Ada <b>Lovelace</b>",))

    head, _, body = letter.content.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in head
    assert b"Hi Bcc: eve@example.com" in head
    html = body.partition(b"text/html")[2]
    assert b"<script>" not in html
    assert b'href="javascript' not in html
    assert b"<b>" not in html
    assert b"\r\n.\r\n" not in letter.content


def test_a_line_that_begins_with_a_dot_arrives_as_it_was() -> None:
    content = b"Subject: dots\r\n\r\n.one\r\n..two\r\n.\r\nMAIL FROM:<eve@example.com>\r\n"
    with mail_server() as (received, port):
        session = SmtpSession(MailServer("127.0.0.1", port))
        session.open()
        letter = Letter("bridge@bridge.example", "ada@example.com", content, False)
        session.begin(letter)
        session.finish(letter)
        session.close()

    assert [each.content for each in received.envelopes] == [content]


def test_a_body_goes_out_as_it_was_written_with_its_link_and_nothing_more() -> None:
    """SEC-70."""
    link = "https://x.example/join/1?a=1&b=2"
    body = f"Hello Ada <script>,\n\nfollow this link: {link}\r\n.\r\nMAIL\n"
    message = Message(
        to="ada@example.com",
        kind="invitation",
        subject="You are invited",
        at_ms=START_MS,
        links=(link,),
        seq=3,
        body=body,
    )

    mail = email.message_from_bytes(write_letter(message, SENDER).content, policy=policy.default)

    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert plain.replace("\r\n", "\n") == f"Hello Ada <script>,\n\nfollow this link: {link}\n.\nMAIL\n"
    assert "Hello Ada &lt;script&gt;," in html
    assert '<a href="https://x.example/join/1?a=1&amp;b=2">' in html


def test_an_international_address_goes_to_a_server_that_takes_it(world: World) -> None:
    world.invite("ædä@example.com")
    with mail_server(enable_SMTPUTF8=True) as (received, port):
        sent = Post(world, port).work()

    assert sent == 1
    assert received.recipients == ["ædä@example.com"]


def test_and_waits_for_one_that_does_not(world: World) -> None:
    world.invite("ædä@example.com")
    with mail_server(enable_SMTPUTF8=False) as (received, port):
        post = Post(world, port)
        sent = post.work()

    assert sent == 0
    assert received.mails == []
    assert post.message().delivery == "refused"


def test_every_message_has_an_id_of_its_own() -> None:
    other = Message(INVITATION.to, INVITATION.kind, INVITATION.subject, INVITATION.at_ms, INVITATION.links, 8)

    ids = {
        line
        for each in (INVITATION, other)
        for line in write_letter(each, SENDER).content.splitlines()
        if b"-ID" in line
    }

    assert len(ids) == 2
