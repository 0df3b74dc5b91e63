"""The mail server that the options describe."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from bridge_ref.mailing.letter import UnmailableError, parse_sender
from bridge_ref.mailing.server import MailServer, parse_mail_server
from tests.bridge_ref.mail_server import mail_server
from tests.bridge_ref.post import Post
from tests.bridge_ref.world import World


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
