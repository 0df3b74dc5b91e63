"""Mail by IMAP and by Mailpit's HTTP API, over loopback; both show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from harness.clock import ManualClock
from harness.errors import TargetError, UsageError
from harness.schema.validate import validate
from harness.target.imap import Imap
from harness.target.mailbox import Mailbox, Sorter
from harness.target.mailpit import Mailpit
from harness.target.observers import WithMail, check_observers
from harness.target.options import make_options
from harness.target.probe import NoProbe, NotOffered
from harness.target.tables import MailObserver
from tests.mail_servers import Folder, Pit, letter, mailbox, mailpit

SETTINGS = MailObserver(invitation="invited|join", start="is ready")
INVITATION = letter("ada@example.com", "You are INVITED", "Follow https://account.example/join/7 please.\n")
READY = letter("ada@example.com", "Your account is ready")
OF_OTHERS = letter("bob@corp.example", "Lunch?")


@dataclass
class Place:
    """A mailbox, and how mail comes into it."""

    box: Mailbox
    holds: Folder | Pit

    def receive(self, message: EmailMessage) -> None:
        if isinstance(self.holds, Pit):
            self.holds.messages.append(message)
        else:
            self.holds.add(max(self.holds.letters, default=40) + 1, message)


@pytest.fixture(params=["imap", "mailpit"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "imap":
        with mailbox() as (url, folder):
            yield Place(Imap(url, folder.password), folder)
    else:
        with mailpit() as (url, pit):
            yield Place(Mailpit(url), pit)


def watch(place: Place) -> WithMail:
    return WithMail(NoProbe(), place.box, Sorter(SETTINGS, "example.com"), 2.0, ManualClock())


def test_a_mail_is_shown_as_the_contract_has_it(place: Place) -> None:
    place.receive(READY)
    eye = watch(place)
    mark = eye.read("mail")["next"]
    place.receive(INVITATION)

    shown = eye.read("mail", since=str(mark))

    assert validate(shown, "probe/mail") == []
    assert [(m["to"], m["kind"], m["subject"], m["links"]) for m in shown["messages"]] == [
        ("ada@example.com", "invitation", "You are INVITED", ["https://account.example/join/7"])
    ]
    assert shown["next"] == mark + 1
    assert eye.read("mail", since=str(shown["next"])) == {"messages": [], "next": shown["next"]}


def test_mail_of_others_is_counted_and_not_shown(place: Place) -> None:
    eye = watch(place)
    mark = eye.read("mail")["next"]
    place.receive(OF_OTHERS)
    place.receive(READY)

    shown = eye.read("mail", since=str(mark))

    assert [m["kind"] for m in shown["messages"]] == ["start"]


def test_one_address_can_be_asked_for_and_a_mail_to_two_is_shown_for_each(place: Place) -> None:
    eye = watch(place)
    mark = str(eye.read("mail")["next"])
    place.receive(letter("ada@example.com", "About your bridge", cc="grace@example.com"))

    both, one = eye.read("mail", since=mark), eye.read("mail", since=mark, to="GRACE@example.com")

    assert [(m["to"], m["kind"]) for m in both["messages"]] == [
        ("ada@example.com", "other"),
        ("grace@example.com", "other"),
    ]
    assert [m["to"] for m in one["messages"]] == ["grace@example.com"]


def test_each_look_waits_for_what_may_be_on_its_way(place: Place) -> None:
    clock = ManualClock()
    eye = WithMail(NoProbe(), place.box, Sorter(SETTINGS, "example.com"), 2.0, clock)
    eye.read("mail", since="0")
    eye.read("mail", since="0")

    assert clock.now() == 4.0


def test_everything_else_is_the_probe_s(place: Place) -> None:
    eye = watch(place)

    assert eye.reads == {"mail"}
    with pytest.raises(NotOffered):
        eye.read("members")


def test_a_mailbox_is_only_read() -> None:
    with mailbox() as (url, folder):
        folder.add(41, READY)
        list(Imap(url, folder.password).letters(0))

    assert {command.split()[0] for command in folder.commands} <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID"}
    assert any("BODY.PEEK" in command for command in folder.commands)


def test_a_session_that_has_ended_is_opened_again() -> None:
    with mailbox() as (url, folder):
        box = Imap(url, folder.password)
        box.newest()
        folder.add(41, READY)
        folder.hangs_up = True

        assert box.newest() == 41


def test_a_wrong_password_is_told_and_stands_nowhere() -> None:
    with mailbox() as (url, _), pytest.raises(TargetError) as refused:
        Imap(url, "wrong-s3cret").newest()

    assert "can't be read" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_of_what_was_there_before_mailpit_is_not_asked_for_the_text() -> None:
    with mailpit() as (url, pit):
        pit.messages += [OF_OTHERS] * 250
        box = Mailpit(url)

        assert box.newest() == 250
        assert all(target.startswith("/api/v1/messages?") for target in pit.asked)
        assert len(pit.asked) == 3


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [(503, b"", "with HTTP 503"), (200, b"hello", "with JSON"), (200, b"[]", "no object"), (200, b"{}", "no messages")],
)
def test_a_mailpit_that_is_none(status: int, body: bytes, words: str) -> None:
    with mailpit() as (url, pit):
        pit.status, pit.nonsense = status, body
        with pytest.raises(TargetError, match=words):
            Mailpit(url).newest()


def test_nobody_there() -> None:
    with pytest.raises(TargetError, match="does not answer"):
        Mailpit("http://127.0.0.1:9").newest()
    with pytest.raises(TargetError, match="can't be read"):
        Imap("imap://catchall@127.0.0.1:9/INBOX", "p").newest()


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"mail": {"imap": "mail.example"}}, "an address such as imaps://"),
        ({"mail": {"imap": "imaps://user:s3cret@mail.example"}}, "without a password"),
        ({"mail": {"imap": "imaps://u@m.example", "mailpit": "http://p"}}, "give one of them"),
        ({"mail": {"mailpit": "http://p", "invitation": "("}}, "is no regular expression"),
        ({"mail": {"mailpit": "http://p", "password_file": "/no/such/file"}}, "password_file .* can't be read"),
        (
            {"op": {"command": "op"}, "probe_url": "http://p/probe/v1", "probe_token_file": "x"},
            "two sights of one account",
        ),
    ],
)
def test_wrong_settings_are_refused_before_a_run(tmp_path: Path, tables: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_observers(make_options({"url": "http://b", "token_env": "T"}, tables))
