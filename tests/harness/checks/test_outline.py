"""What an outline rules out is no case: the selector of a check never accepts what its outline was refused for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.checks.outline import Checks, Outline, may_judge, outline_of
from harness.checks.registry import EXCHANGE_CHECKS, ExchangeCheck
from harness.checks.selectors import created_user, is_error, is_projected, is_search, one_resource
from harness.record.exchange import Exchange
from tests.harness.checks.samples import ADA, answered, get, hired, lost, page, post, refused
from tests.harness.checks.test_registry import ROWS

READ, LIST, GONE = get("/Users/u-ada", ADA), get("/Users?filter=x", page(ADA)), lost("GET", "/Users/u-ada")


def literal_exchanges() -> list[Exchange]:
    """Every exchange that stands in a row before some check, in any test of this folder."""
    return list({event: None for row in ROWS for event in row.events if isinstance(event, Exchange)})


def test_what_an_outline_rules_out_is_no_case() -> None:
    outlined = [(exchange, outline_of(exchange)) for exchange in literal_exchanges()]
    may = {(check.name, each): may_judge(check, each) for each in {o for _, o in outlined} for check in EXCHANGE_CHECKS}

    wrong = [
        f"{check.name}: {exchange.request.method} {exchange.url}"
        for exchange, outline in outlined
        for check in EXCHANGE_CHECKS
        if not may[check.name, outline] and check.rows(exchange, is_turned_away=outline.is_turned_away)
    ]

    assert len(outlined) > 500
    assert wrong == []


def test_most_checks_are_ruled_out() -> None:
    outline = outline_of(refused(404))

    assert sum(may_judge(check, outline) for check in EXCHANGE_CHECKS) < len(EXCHANGE_CHECKS) / 3


def made_of(over: Callable[[Exchange], bool], *rows: str) -> ExchangeCheck:
    return ExchangeCheck("a_check", "", rows, lambda e: rows if over(e) else (), lambda _: iter(()), {}, over)


@pytest.mark.parametrize(
    ("over", "exchange", "may"),
    [
        (created_user, hired(), True),
        (created_user, READ, False),
        (is_error, READ, False),
        (is_error, refused(404), True),
        (one_resource, READ, True),
        (one_resource, LIST, False),
        (is_search, post("/Users/.search", {}, page(), 200), True),
        (is_search, hired(), False),
        (is_projected, LIST, False),
        (is_projected, get("/Users?Attributes=x", page()), True),
        (lambda e: e.header("ETag") is not None, READ, True),
        (lambda e: e.header("ETag") is not None, GONE, False),
        (lambda e: e.route.id == "u-ada", READ, True),
        (lambda e: e.route.id == "u-ada", LIST, False),
        (lambda e: isinstance(e.route.id, int), READ, True),
        (lambda e: e.route.path_ends_in("u-ada"), READ, True),
        (lambda e: e.route.path_ends_in("Groups"), LIST, False),
        (lambda e: "x" in f"{e.route.query}", LIST, True),
        (lambda e: e.request.body == b"x", hired(), True),
        (lambda e: e.request.body == b"x", READ, False),
        (lambda e: b"x" in (e.request.body or b""), READ, False),
        (lambda e: bool(e.json.get("id")), READ, True),
        (lambda e: bool(e.json.get("id")), answered("GET", "/Users/u-ada", 200, b"none"), False),
        (lambda e: bool(e.sent_json), READ, False),
        (lambda e: e.response is not None and e.response.body == b"", READ, True),
        (lambda e: e.response is not None and e.response.body == b"x", answered("GET", "/", 200, b""), False),
        (lambda e: bool(1 / 0), READ, True),
    ],
)
def test_what_an_outline_tells(over: Callable[[Exchange], bool], exchange: Exchange, may: bool) -> None:
    assert may_judge(made_of(over, "RFC7644-3.3-01"), outline_of(exchange)) is may


def test_checks_are_asked_in_their_order_and_where_their_rows_concern_the_dialect() -> None:
    made = [made_of(one_resource, row) for row in ("OKTA-01", "RFC7644-3.3-01", "ENTRA-01")]
    rows = {"okta": {"OKTA-01", "RFC7644-3.3-01"}, "entra": {"ENTRA-01"}}
    checks = Checks([*made, made_of(is_error, "OKTA-01")], lambda ids, name: tuple(i for i in ids if i in rows[name]))

    assert checks.asked_of(outline_of(READ), "okta") == ((made[0], ("OKTA-01",)), (made[1], ("RFC7644-3.3-01",)))
    assert checks.asked_of(outline_of(READ), "entra") == ((made[2], ("ENTRA-01",)),)
    assert checks.asked_of(outline_of(READ), "okta") == ((made[0], ("OKTA-01",)), (made[1], ("RFC7644-3.3-01",)))


def test_an_outline_is_the_same_for_alike_exchanges() -> None:
    outlines: set[Outline] = {outline_of(get(f"/Users/{name}", {**ADA, "id": name})) for name in ("a", "b", "c")}

    assert len(outlines) == 1
