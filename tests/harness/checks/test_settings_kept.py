"""What administrators have set on the account stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import Observation
from tests.harness.checks.samples import Row, accepts, act, active, answered, finds, ignores, joins, seen, step

SWITCH = "the_switch_and_the_domains_stay"
MANAGED = "a_group_is_managed_by_choice"
NOTICES = "the_notices_go_to_whom_administrators_chose"


def settings(**told: Any) -> Observation:
    """The account's settings as they were seen."""
    return seen("account.settings", [{"provisioning": True, "managed_groups": [], **told}])


def groups(**told: Any) -> Observation:
    """One group of the account's own."""
    board = {"id": "a-board", "scim_id": None, "name": "Board", "type": "USER_DEFINED", "managed": False, **told}
    return seen("account.groups", [board])


def group_named(name: str) -> Exchange:
    """A create of a group."""
    return answered("POST", "/Groups", 201, {"displayName": name}, sent={"displayName": name})


OPS, BOSS = settings(notification_address="ops@example.com"), settings(notification_address="boss@example.com")

ROWS: tuple[Row, ...] = (
    accepts(
        SWITCH, "another order", settings(allowed_domains=["a", "b"]), active(), settings(allowed_domains=["b", "a"])
    ),
    finds(
        SWITCH,
        "a domain more",
        settings(allowed_domains=[]),
        active(),
        settings(allowed_domains=["example.com"]),
        says="allowed domains [], as administrators have set it ⟶ ['example.com']",
    ),
    finds(
        SWITCH,
        "the switch",
        settings(),
        active(),
        settings(provisioning=False),
        says="provisioning True, as administrators have set it ⟶ False",
    ),
    ignores(SWITCH, "an administrator", settings(), act("", "provisioning"), settings(provisioning=False)),
    ignores(SWITCH, "one look", settings()),
    accepts(NOTICES, "the same", OPS, active(), OPS),
    finds(
        NOTICES,
        "somebody else",
        OPS,
        active(),
        BOSS,
        says="notification address 'ops@example.com', as administrators have set it ⟶ 'boss@example.com'",
    ),
    ignores(NOTICES, "an administrator", OPS, act("", "provisioning"), BOSS),
    ignores(NOTICES, "a hook", OPS, seen("bridge.notices", [{"address": "boss@example.com"}]), step(), BOSS),
    accepts(MANAGED, "another group is pushed", groups(), joins("u-ada"), groups()),
    finds(
        MANAGED,
        "another group is pushed, and takes it along",
        groups(),
        joins("u-ada"),
        groups(managed=True),
        says="'Board' is not managed, as before: no request names it ⟶ managed: True",
    ),
    ignores(MANAGED, "its own name", groups(), group_named("Board"), groups(managed=True)),
    ignores(MANAGED, "an administrator", groups(), act("", "managed-groups"), joins("u-ada"), groups(managed=True)),
    ignores(NOTICES, "nobody tells it", settings(), active(), settings()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_settings_kept(row: Row) -> None:
    assert row.said() == row.wanted
