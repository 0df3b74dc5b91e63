"""Group moves without suspension, with and without an everyone-group (SEED-45, 46, 64; M29, M30)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import SUSPENDED_STATES, Expect

# A catalogue application is the main one; a wizard's, which knows only PUT, tells these too.
pytestmark = pytest.mark.also_by("okta-aiw")


def test_moving_between_groups_never_suspends(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada leaves Design, a cycle later she joins Sales; an everyone-group keeps her in scope throughout."""
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada = idp.hire("Ada", everyone, design)
    grace = idp.hire("Grace", everyone, design)
    idp.sync("all three groups are assigned")
    mark, outbox = account.events(), account.outbox()

    idp.directory.leave(ada, design)
    idp.sync("Ada has left Design")
    expect.active(ada, True, proves="SEED-46")
    idp.directory.join(ada, sales)
    idp.sync("Ada has joined Sales")

    expect.never(ada, *SUSPENDED_STATES, since=mark, proves=("SEED-45", "SEED-46"))
    expect.active(ada, True, proves="SEED-46")
    expect.groups(ada, {everyone, sales}, proves="SEED-12")
    expect.groups(grace, {everyone, design}, proves="SEED-12")
    expect.no_mail(ada, grace, since=outbox, proves="SEED-46")


def test_an_active_member_moves_without_suspension(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada, a confirmed member, moves in one step: the account never shows her as suspended."""
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada = idp.hire("Ada", everyone, design)
    idp.sync("all three groups are assigned")
    account.enrol(ada)
    mark = account.events()

    idp.directory.move(ada, design, sales)
    idp.sync("Ada has moved from Design to Sales")

    expect.never(ada, *SUSPENDED_STATES, since=mark, proves="SEED-46")
    expect.state(ada, "ACTIVE", proves="SEED-46")
    expect.groups(ada, {everyone, sales}, proves="SEED-12")


def test_a_move_without_an_everyone_group_ends_active(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada leaves Design, a cycle passes, she joins Sales: she may be suspended meanwhile, and ends active."""
    design, sales = idp.assign_groups("Design", "Sales")
    ada = idp.hire("Ada", design)
    idp.sync("Design and Sales are assigned")
    outbox = account.outbox()

    idp.directory.leave(ada, design)
    idp.sync("Ada has left her last group")
    expect.active(ada, False, proves="SEED-64")
    idp.directory.join(ada, sales)
    idp.sync("Ada has joined Sales")

    expect.active(ada, True, proves="SEED-46")
    expect.one_user(ada, proves="SEED-46", scim_id=idp.provider.id_of(ada))
    expect.groups(ada, {sales}, proves="SEED-46")
    expect.no_mail(ada, since=outbox, proves="SEED-46")


def test_a_leaver_takes_nobody_along(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Of four people in Design one moves to another group; the other three stay active members."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    people = [idp.hire(name, everyone, design) for name in ("Ada", "Grace", "Joan", "Linus")]
    idp.sync("both groups are assigned")
    mark = account.events()

    idp.directory.leave(people[0], design)
    idp.sync("Ada has left Design")

    expect.groups(people[0], {everyone}, proves="SEED-12")
    for person in people[1:]:
        expect.groups(person, {everyone, design}, proves="SEED-12")
        expect.never(person, *SUSPENDED_STATES, since=mark, proves="SEED-46")
