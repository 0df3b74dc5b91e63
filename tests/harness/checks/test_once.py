"""What several checks ask of one exchange is found out once, as long as it is judged."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.once import collected, once
from harness.record.exchange import Exchange
from tests.harness.checks.samples import ADA, get


def test_a_question_is_answered_once_for_each_exchange() -> None:
    asked: list[str] = []

    @once
    def status(exchange: Exchange) -> int:
        asked.append(exchange.url)
        return exchange.status

    one, other = get("/Users/u-ada", ADA), get("/Users/u-grace", ADA)

    assert [status(one), status(one), status(other)] == [200, 200, 200]
    assert asked == [one.url, other.url]


def test_several_answers_are_kept_together() -> None:
    asked: list[str] = []

    @collected
    def names(exchange: Exchange) -> Iterator[str]:
        asked.append(exchange.url)
        yield from exchange.json

    exchange = get("/Users/u-ada", {"id": "u-ada", "userName": "ada"})

    assert names(exchange) == ("id", "userName")
    assert names(exchange) == ("id", "userName")
    assert asked == [exchange.url]


def test_after_the_notes_are_cleared_it_is_found_out_anew() -> None:
    asked: list[str] = []

    @once
    def status(exchange: Exchange) -> int:
        asked.append(exchange.url)
        return exchange.status

    exchange = get("/Users/u-ada", ADA)
    status(exchange)
    exchange.notes.clear()
    status(exchange)

    assert asked == [exchange.url, exchange.url]
