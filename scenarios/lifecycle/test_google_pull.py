"""A bridge that pulls Google Workspace: which people a pull suspends, and which it must not (SEED-21, 22, P-03)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED, SUSPENDED_STATES, Expect

BROKEN = [
    pytest.param("status", 500, id="down"),
    pytest.param("status", 403, id="forbidden"),
    pytest.param("status", 404, id="not-found"),
    pytest.param("empty", 200, id="empty"),
    pytest.param("cut", 200, id="cut"),
    pytest.param("truncated", 200, id="truncated"),
]


def test_the_first_pull_suspends_members_in_no_chosen_group(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is in Design; Joan, already a member, is in no chosen group, and Linus is a guest: only Joan is suspended."""
    design, sales = pull.form_groups("Design", "Sales")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    joan, linus = pull.hire("Joan", sales), pull.hire("Linus")
    account.put_in_place(ada, joan)
    account.put_in_place(linus, kind="GUEST")
    pull.choose(design)

    pull.sync("the first pull, with Design chosen", joan)

    expect.state(joan, SUSPENDED, proves=("SEED-22", "GOOGLE-15"))
    expect.state(ada, ACTIVE, proves="SEED-21")
    expect.state(grace, INVITED, proves="SEED-21")
    expect.guest(linus, proves=("SEED-06", "GOOGLE-15"))


@pytest.mark.dialects("okta-oin", "entra-default")
def test_elsewhere_the_first_sync_suspends_nobody(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The same start with an identity provider that pushes: Joan, who is not assigned, stays active."""
    (design,) = idp.assign_groups("Design")
    ada, joan = idp.hire("Ada", design), idp.hire("Joan")
    account.put_in_place(ada, joan)
    events = account.events()

    idp.sync("Design is assigned")

    expect.never(joan, *SUSPENDED_STATES, since=events, proves=("SEED-22", "SEED-57"))


@pytest.mark.parametrize(("kind", "status"), BROKEN)
def test_a_group_that_cannot_be_read_suspends_nobody(
    pull: DrivenPull, account: Account, expect: Expect, kind: str, status: int
) -> None:
    """Design can't be read completely: that pull suspends neither its people nor Joan, who is due to be suspended."""
    design, sales = pull.form_groups("Design", "Sales")
    ada, grace, joan = pull.hire("Ada", design), pull.hire("Grace", design), pull.hire("Joan", sales)
    pull.choose(design, sales)
    pull.sync("everybody comes")
    events = account.events()
    pull.break_group(design, kind, status)
    pull.directory.leave(joan, sales)

    pull.sync("Design cannot be read", joan)

    for person in (ada, grace, joan):
        expect.never(person, *SUSPENDED_STATES, since=events, proves=("P-03", "GOOGLE-09", "GOOGLE-10"))


def test_leaving_one_of_two_groups_keeps_access(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Grace leaves Design and stays in Sales; Ada is suspended in Google and comes back."""
    design, sales = pull.form_groups("Design", "Sales")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design, sales)
    pull.choose(design, sales)
    pull.sync("everybody comes")
    account.enrol(ada, grace)
    events = account.events()

    pull.directory.leave(grace, design)
    pull.directory.disable(ada)
    pull.sync("Grace leaves Design, Ada is suspended")
    expect.never(grace, *SUSPENDED_STATES, since=events, proves="GOOGLE-22")
    expect.state(ada, SUSPENDED, proves="GOOGLE-14")

    pull.directory.enable(ada)
    pull.sync("Ada is restored")
    expect.state(ada, ACTIVE, proves="GOOGLE-14")
