"""From the outbox to a real mail server: sent once, tried again, never lost, and nothing slipped in."""

from __future__ import annotations

import asyncio
import email
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.headerregistry import Address
from pathlib import Path

import pytest

from bridge_ref.account.changes import Message, change
from bridge_ref.clock import ManualClock
from bridge_ref.decisions.queries import FindMail
from bridge_ref.mailing.letter import Letter, UnmailableError, parse_address, parse_sender, write_letter
from bridge_ref.mailing.sender import CLAIM_MS, LONGEST_WAIT_MS, MailSender, wait_after
from bridge_ref.mailing.server import MailServer, Session, parse_mail_server
from bridge_ref.storage.sql_commands import BeginHandover, TakeMail
from tests.bridge_ref.mail_server import Received, free_port, mail_server
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import START_MS, World

SENDER = Address("The bridge", "bridge", "bridge.example")
INVITATION = Message("ada@example.com", "invitation", "You are invited to join", START_MS, ("https://x.example/1",), 7)


class Post:
    """A world, the sender that empties its outbox, and a clock for when it tries."""

    def __init__(self, world: World, port: int, server: MailServer | None = None) -> None:
        self.world = world
        self.machine_clock = ManualClock(1_000_000)
        self.session = Session(server or MailServer("127.0.0.1", port))
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


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data" if request.param == "sqlite" else new_database())
    yield made
    made.close()


def test_an_invitation_goes_out_once_and_the_outbox_says_when(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    with mail_server() as (received, port):
        post = Post(anywhere, port)

        counts = [post.work(), post.work(after_s=86_400)]

    (mail,) = received.mails
    assert counts == [1, 0]
    assert received.recipients == ["ada@example.com"]
    assert mail["Subject"] == "You are invited to join"
    assert (mail["From"], mail["To"]) == ("The bridge <bridge@bridge.example>", "ada@example.com")
    assert post.message().links[0] in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert post.message().links[0] in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert (post.message().delivery, post.message().handed_ms, post.message().doubts) == ("sent", START_MS, 0)
    shown = anywhere.control("GET", "mail").body["messages"][0]
    assert (shown["delivery"], shown["attempts"], shown["handed_at"]) == ("sent", 1, "2026-03-02T12:01:00.000Z")


@pytest.mark.parametrize(("answer", "wait_s"), [("451 come back", 60), ("550 no such box", 3600)])
@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_refused_mail_is_kept_and_tried_again(world: World, answer: str, wait_s: int, at: str) -> None:
    world.invite("ada@example.com")
    with mail_server() as (received, port):
        post = Post(world, port)
        (received.recipient_answers if at == "RCPT" else received.data_answers).append(answer)

        counts = [post.work()]
        refused = post.message()
        counts += [post.work(after_s=wait_s - 1), post.work(after_s=1)]

    assert counts == [0, 0, 1]
    assert (refused.delivery, refused.error, refused.doubts) == ("refused", answer, 0)
    assert len(received.mails) == 1
    assert (post.message().delivery, post.message().attempts, post.message().error) == ("sent", 2, None)


def test_one_refused_recipient_holds_up_nobody_else(world: World) -> None:
    world.invite("ada@example.com")
    world.invite("grace@example.com")
    with mail_server() as (received, port):
        received.recipient_answers.append("550 no such box")

        sent = Post(world, port).work()

    assert sent == 1
    assert received.recipients == ["grace@example.com"]


def test_an_answer_that_is_lost_is_written_down_and_the_mail_is_known_again(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    with mail_server() as (received, port):
        received.drops = 1
        post = Post(anywhere, port)

        counts = [post.work()]
        doubtful = post.message()
        counts.append(post.work(after_s=60))

    assert counts == [0, 1]
    assert (doubtful.delivery, doubtful.doubts) == ("uncertain", 1)
    assert [mail["Message-ID"] for mail in received.mails] == [received.mails[0]["Message-ID"]] * 2
    assert received.envelopes[0].content == received.envelopes[1].content
    assert (post.message().delivery, post.message().doubts) == ("sent", 1)


def test_a_server_that_is_away_is_looked_for_until_it_is_back(world: World) -> None:
    for number in range(30):
        world.invite(f"person{number}@example.com")
    port = free_port()
    post = Post(world, port)

    away = [post.work(after_s=after_s) for after_s in (0, 1, 2, 4, 8)]
    was_healthy = post.is_healthy()
    with mail_server(port) as (received, _):
        too_soon = post.work(after_s=15)
        back = [post.work(after_s=1), post.work()]

    assert away == [0] * 5
    assert too_soon == 0
    assert back == [20, 10]
    assert sorted(received.recipients) == sorted(f"person{number}@example.com" for number in range(30))
    assert (was_healthy, post.is_healthy()) == (False, True)
    assert {message.doubts for message in world.ask(FindMail(0))} == {0}


def test_waits_grow_to_an_hour() -> None:
    assert [wait_after(attempts) for attempts in (0, 1, 2, 3, 7, 1000)] == [
        60_000,
        60_000,
        120_000,
        240_000,
        LONGEST_WAIT_MS,
        LONGEST_WAIT_MS,
    ]


def test_two_bridges_on_one_database_send_each_mail_once() -> None:
    url = new_database()
    first, second = World(url), World(url)
    for number in range(50):
        first.invite(f"person{number}@example.com")
    with mail_server() as (received, port):
        posts = Post(first, port), Post(second, port)

        def work(post: Post) -> None:
            # Each store has its connections on a loop of its own, so each runs in a thread of its own.
            for _ in range(4):
                post.work()

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(work, posts))

    assert sorted(received.recipients) == sorted(f"person{number}@example.com" for number in range(50))
    for world in (first, second):
        world.close()


def test_a_claim_that_ended_before_anything_was_handed_over_is_no_doubt(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    with mail_server() as (received, port):
        post = Post(anywhere, port)
        taken = anywhere.runner.run(anywhere.store.do(TakeMail(0, 1_000_000 + CLAIM_MS, "dead", 5)))

        counts = [post.work(), post.work(after_s=CLAIM_MS / 1000)]

    assert [message.to for message in taken] == ["ada@example.com"]
    assert counts == [0, 1]
    assert len(received.mails) == 1
    assert (post.message().delivery, post.message().doubts) == ("sent", 0)


def test_a_bridge_that_ended_while_it_handed_over_leaves_a_doubt(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    with mail_server() as (_, port):
        post = Post(anywhere, port)
        (message,) = anywhere.runner.run(anywhere.store.do(TakeMail(0, CLAIM_MS, "dead", 5)))
        is_begun = anywhere.runner.run(anywhere.store.do(BeginHandover(message.seq, "dead", 1_000_000 + CLAIM_MS)))

        counts = [post.work(), post.work(after_s=CLAIM_MS / 1000)]

    assert is_begun
    assert counts == [0, 1]
    assert (post.message().delivery, post.message().doubts) == ("sent", 1)


def test_whoever_has_lost_a_claim_hands_nothing_over(anywhere: World) -> None:
    anywhere.invite("ada@example.com")
    (message,) = anywhere.runner.run(anywhere.store.do(TakeMail(0, 1, "slow", 5)))
    anywhere.runner.run(anywhere.store.do(TakeMail(2, 10, "other", 5)))

    assert not anywhere.runner.run(anywhere.store.do(BeginHandover(message.seq, "slow", 20)))
    assert anywhere.runner.run(anywhere.store.do(BeginHandover(message.seq, "other", 20)))


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
        session = Session(MailServer("127.0.0.1", port))
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
    message = Message("ada@example.com", "invitation", "You are invited", START_MS, (link,), 3, body)

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


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "count"), [("right-password", 1), ("wrong-password", 0)])
def test_a_user_logs_in_with_the_password(world: World, password: str, count: int) -> None:
    world.invite("ada@example.com")
    with mail_server(auth_required=True) as (received, port):
        server = parse_mail_server(f"smtp://bridge%40x@127.0.0.1:{port}", password)
        post = Post(world, port, server)
        sent = post.work()

    assert sent == count
    assert set(received.logins) == {b"bridge@x"}
    assert password not in str(post.message().error)
    assert password not in repr(server)


@pytest.mark.parametrize(
    ("url", "password", "words"),
    [
        ("http://mail.example", None, "takes a URL such as smtp://"),
        ("smtp://", None, "takes a URL such as smtp://"),
        ("smtp://u:secret@mail.example", "p", "takes no password"),
        ("smtp://u@mail.example", None, "belong together"),
        ("smtp://mail.example", "p", "belong together"),
        ("smtp://mail.example/x", None, "nothing after the port"),
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused(url: str, password: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        parse_mail_server(url, password)

    assert "secret" not in str(refused.value)


def test_ports_follow_from_the_scheme() -> None:
    assert parse_mail_server("smtp://mail.example") == MailServer("mail.example", 25)
    assert parse_mail_server("smtps://mail.example") == MailServer("mail.example", 465, is_tls=True)


def test_the_sender_can_have_a_name_but_no_second_line() -> None:
    assert parse_sender("Our bridge <bridge@x.example>") == Address("Our bridge", "bridge", "x.example")
    for each in ("", "Our bridge", "a@x.example\r\nBcc: b@x.example"):
        with pytest.raises(UnmailableError):
            parse_sender(each)


def test_every_message_has_an_id_of_its_own() -> None:
    other = Message(INVITATION.to, INVITATION.kind, INVITATION.subject, INVITATION.at_ms, INVITATION.links, 8)

    ids = {
        line
        for each in (INVITATION, other)
        for line in write_letter(each, SENDER).content.splitlines()
        if b"-ID" in line
    }

    assert len(ids) == 2


def test_the_sender_ends_when_it_is_told_to(world: World) -> None:
    world.invite("ada@example.com")
    received: Received
    with mail_server() as (received, port):
        post = Post(world, port)

        async def run_and_stop() -> None:
            running = asyncio.create_task(post.sender.run())
            while not received.envelopes:
                await asyncio.sleep(0.01)
            await post.sender.stop(running)

        world.runner.run(asyncio.wait_for(run_and_stop(), 10))

    assert post.message().delivery == "sent"
