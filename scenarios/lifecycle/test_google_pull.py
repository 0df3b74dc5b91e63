"""A bridge that pulls Google Workspace: which people a pull suspends, and which it must not (SEED-21, 22, P-03)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED, SUSPENDED_STATES, Expect

BROKEN = [
    pytest.param("status", 500, ("not delivered", "failed", "an error is no empty list"), id="down"),
    pytest.param("status", 403, ("not delivered", "forbidden", "an error is no empty list"), id="forbidden"),
    pytest.param("status", 404, ("not delivered", "failed", "an error is no empty list"), id="not-found"),
    pytest.param("empty", 200, ("cut short", "partial"), id="empty"),
    pytest.param("cut", 200, ("cut short", "partial"), id="cut"),
    pytest.param("truncated", 200, ("cut short", "partial"), id="truncated"),
]


def test_the_first_pull_suspends_members_in_no_chosen_group(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is in Design; Joan, a member, and Kay, invited, are not; Linus is a guest: only Joan and Kay lose access."""
    design, sales = pull.form_groups("Design", "Sales")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    joan, kay, linus = pull.hire("Joan", sales), pull.hire("Kay", sales), pull.hire("Linus")
    account.put_in_place(ada, joan)
    account.put_in_place(kay, state=INVITED)
    account.put_in_place(linus, kind="GUEST")
    pull.choose(design)
    events = account.events()

    pull.sync("the first pull, with Design chosen", joan, kay)

    expect.state(
        joan,
        SUSPENDED,
        proves=("SEED-22", "GOOGLE-15", "SEED-06"),
        facets=("members in no chosen group", "everybody else"),
    )
    expect.state(kay, *SUSPENDED_STATES, proves="SEED-22")
    expect.state(ada, ACTIVE, proves="SEED-21")
    expect.never(ada, *SUSPENDED_STATES, since=events, proves="SEED-21")
    expect.state(grace, INVITED, proves="SEED-21")
    expect.guest(linus, proves=("SEED-06", "GOOGLE-15"), facets=("guests", "guests excepted"))


@pytest.mark.dialects("okta-oin", "entra-default")
def test_elsewhere_the_first_sync_suspends_nobody(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The same start with an identity provider that pushes: Joan, who is not assigned, stays active."""
    (design,) = idp.assign_groups("Design")
    ada, joan = idp.hire("Ada", design), idp.hire("Joan")
    account.put_in_place(ada, joan)
    events = account.events()

    idp.sync("Design is assigned")

    expect.never(joan, *SUSPENDED_STATES, since=events, proves=("SEED-22", "SEED-57"))


@pytest.mark.parametrize(("kind", "status", "facets"), BROKEN)
def test_a_group_that_cannot_be_read_suspends_nobody(
    pull: DrivenPull, account: Account, expect: Expect, kind: str, status: int, facets: tuple[str, ...]
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
        rows = ("P-03", "GOOGLE-09", "GOOGLE-10")
        expect.never(person, *SUSPENDED_STATES, since=events, proves=rows, facets=facets)


def test_a_group_without_members_is_no_error(pull: DrivenPull, expect: Expect) -> None:
    """Sales has no members, so that its list has no key for them: Ada, who is in Design, is invited all the same."""
    design, sales = pull.form_groups("Design", "Sales")
    ada = pull.hire("Ada", design)
    pull.choose(sales, design)

    pull.sync("the first pull, with Design and Sales chosen")

    expect.state(ada, INVITED, proves="GOOGLE-10", facets="an absent list key is an empty list")


def test_leaving_one_of_two_groups_keeps_access(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Grace leaves Design and stays in Sales; Ada is suspended in Google and comes back; Joan is deleted in Google."""
    design, sales = pull.form_groups("Design", "Sales")
    ada, grace, joan = pull.hire("Ada", design), pull.hire("Grace", design, sales), pull.hire("Joan", sales)
    pull.choose(design, sales)
    pull.sync("everybody comes")
    account.enrol(ada, grace, joan)
    events = account.events()

    pull.directory.leave(grace, design)
    pull.directory.disable(ada)
    pull.sync("Grace leaves Design, Ada is suspended")
    expect.never(grace, *SUSPENDED_STATES, since=events, proves="GOOGLE-22")
    expect.groups(grace, {sales}, proves="SEED-12")
    expect.state(ada, SUSPENDED, proves="GOOGLE-14", facets="suspended")

    pull.directory.enable(ada)
    pull.sync("Ada is restored")
    expect.state(ada, ACTIVE, proves="GOOGLE-14", facets="restored")
    pull.directory.delete(joan)
    pull.sync("Joan is deleted", joan)
    expect.state(joan, SUSPENDED, proves="GOOGLE-14", facets="deleted")


def test_a_second_pull_moves_nobody(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Nothing has changed in Google, then a name: who is invited, in or out stays so, and is told nothing."""
    account.need_clock()
    (design,) = pull.form_groups("Design")
    invited, works, leaves = (pull.hire(name, design) for name in ("Ada", "Grace", "Joan"))
    pull.choose(design)
    pull.sync("everybody comes")
    account.enrol(works, leaves)
    pull.directory.disable(leaves)
    pull.sync("Joan is suspended", leaves)
    events, outbox = account.events(), account.outbox()

    pull.sync("nothing has changed", invited, works, leaves)
    works = pull.directory.rename(works, "Grace", "Hopper-Murray")
    pull.sync("Grace has another name", invited, works, leaves)

    for person, state in ((invited, INVITED), (works, ACTIVE), (leaves, SUSPENDED)):
        expect.state(person, state, proves=("SEED-21", "SEED-65"))
    expect.name(works, proves=("SEED-15", "SEED-60"))
    expect.never(works, *SUSPENDED_STATES, since=events, proves="SEED-59")
    expect.no_mail(invited, works, leaves, since=outbox, proves="SEED-56")


def test_a_pull_leaves_owners_and_guests(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Two owners of whom one is in Design, a guest and a service account: the first pull makes nobody another."""
    account.need_disposable("owners of the account")
    (design,) = pull.form_groups("Design")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace")
    guest, service = pull.hire("Linus", design), pull.hire("Margaret", design)
    account.put_in_place(ada, grace, is_owner=True)
    account.put_in_place(guest, kind="GUEST")
    account.put_in_place(service, kind="SERVICE_ACCOUNT")
    pull.choose(design)
    outbox = account.outbox()

    pull.sync("the first pull, with Design chosen", ada, grace, guest, service)

    expect.guest(guest, proves="SEED-06", facets="guests")
    expect.state(ada, ACTIVE, proves="SEED-21")
    expect.state(service, ACTIVE, proves="SEED-55")
    expect.no_mail(ada, guest, service, since=outbox, proves=("SEED-55", "SEED-56"))
