"""Delivery from the outbox to a real mail server: sent once, retried, never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge_ref.decisions.queries import FindMail
from bridge_ref.mailing.sender import CLAIM_MS, LONGEST_WAIT_MS, wait_after
from bridge_ref.storage.sql_commands import BeginHandover, TakeMail
from harness.target.target import free_port
from tests.bridge_ref.mail_server import Received, mail_server
from tests.bridge_ref.post import Post
from tests.bridge_ref.postgres import new_database
from tests.bridge_ref.world import START_MS, World


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
