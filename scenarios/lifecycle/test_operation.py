"""A bridge in operation: restarts, other secrets, outages and pings (SEED-25 to 32, P-02, P-04, P-11)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED_STATES, Expect
from harness.stories.names import Names
from harness.stories.operations import Operations

WAITS = "between sign-up and confirmation"
PUSH = "between steps of a push"
ONCE = "invited once"
CONFIRMED = "confirmed once"


@pytest.mark.still_account
def test_who_has_signed_up_is_confirmed_after_a_restart(
    idp: DrivenIdp, account: Account, operations: Operations, expect: Expect
) -> None:
    """Ada has signed up, Grace is invited, Joan suspended, the bridge restarts: Ada alone gets in, with one mail."""
    ada, grace, joan = idp.hire("Ada"), idp.hire("Grace"), idp.hire("Joan")
    idp.directory.assign(ada, grace, joan)
    idp.sync("all are assigned")
    idp.directory.disable(joan)
    idp.sync("Joan is disabled")
    outbox = account.outbox()
    account.sign_up(ada)

    before = operations.restart("the bridge is restarted while Ada waits")
    expect.kept(since=before.id, proves="SEED-26", facets=WAITS)

    account.wait_for_confirmation()
    expect.state(ada, ACTIVE, proves=("SEED-26", "P-11"), facets=WAITS)
    expect.mail(ada, "start", 1, since=outbox, proves=("SEED-26", "P-11"), facets=WAITS)
    expect.state(grace, INVITED, proves="SEED-26", facets=WAITS)
    expect.state(joan, *SUSPENDED_STATES, proves="SEED-26", facets=WAITS)
    expect.mail(grace, "invitation", 0, since=outbox, proves="SEED-26", facets=WAITS)


@pytest.mark.still_account
def test_a_push_goes_on_after_a_restart(
    idp: DrivenIdp, account: Account, operations: Operations, expect: Expect
) -> None:
    """Design is pushed with Ada, the bridge is restarted, and Grace follows: everybody is there once."""
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada = idp.hire("Ada", everyone, design)
    idp.sync("the groups are pushed with Ada")
    account.enrol(ada)
    made, outbox = idp.made(ada), account.outbox()

    before = operations.restart("the bridge is restarted between two steps of the push")
    expect.kept(since=before.id, proves="SEED-26", facets=PUSH)

    grace = idp.hire("Grace", everyone, design)
    idp.directory.move(ada, design, sales)
    idp.sync("Grace joins Design, and Ada moves to Sales")
    expect.one_user(ada, scim_id=made, proves="SEED-26", facets=PUSH)
    expect.state(ada, ACTIVE, proves="SEED-26", facets=PUSH)
    expect.no_mail(ada, since=outbox, proves="SEED-26", facets=PUSH)
    expect.groups(ada, {everyone, sales}, proves="SEED-26", facets=PUSH)
    expect.groups(grace, {everyone, design}, proves="SEED-26", facets=PUSH)


@pytest.mark.still_account
def test_a_pull_goes_on_after_a_restart(
    pull: DrivenPull, account: Account, operations: Operations, expect: Expect
) -> None:
    """Design is pulled, the bridge restarts: the pull goes on, or health tells; loaded again, it is the same."""
    (design,) = pull.form_groups("Design")
    ada = pull.hire("Ada", design)
    account.put_in_place(ada)
    pull.choose(design)
    pull.sync("the first pull, with Design chosen")

    before = operations.restart("the bridge is restarted, and has a key and settings to keep")
    pull.look_at_it()
    expect.pull_kept(proves="P-02")

    pull.choose_again()
    pull.sync("Design is pulled once more")
    expect.kept(since=before.id, proves="P-04")


def test_two_instances_overlap(
    idp: DrivenIdp, account: Account, client: Client, operations: Operations, expect: Expect
) -> None:
    """An update rolls over the bridge, and each request goes to the other instance: everybody is invited once."""
    (design,) = idp.assign_groups("Design")
    ada, grace, joan = idp.hire("Ada", design), idp.hire("Grace", design), idp.hire("Joan", design)
    outbox = account.outbox()

    with operations.overlap("two instances of the bridge are up, and are sent to in turn"):
        client.send_together([idp.create_again(ada)] * 2)
        idp.sync("Design is assigned")
        for person in (ada, grace, joan):
            expect.one_user(person, proves="P-26", facets=ONCE)
            expect.mail(person, "invitation", 1, since=outbox, proves="P-26", facets=ONCE)

        account.sign_up(ada, grace)
        account.wait_for_confirmation()
        for person in (ada, grace):
            expect.state(person, ACTIVE, proves="P-26", facets=CONFIRMED)
            expect.mail(person, "start", 1, since=outbox, proves="P-26", facets=CONFIRMED)
        expect.mail(joan, "start", 0, since=outbox, proves="P-26", facets=CONFIRMED)


@pytest.mark.still_account
def test_the_token_is_made_anew(account: Account, names: Names, operations: Operations, expect: Expect) -> None:
    """The token is replaced: the new one opens what the old one opened, the old one nothing, and nobody is lost."""
    address = names.address("ada")
    ada = operations.make(address)
    outbox = account.outbox()

    before = operations.rotate()
    shown = operations.show(ada)
    refused = operations.try_old_token(ada, names.address("grace"))

    expect.answer(shown, 200, proves="SEED-28", facets="the new token works")
    for entry in refused:
        expect.answer(entry, 401, proves="SEED-28", facets="the old token ends")
    expect.one_address(address, proves="SEED-28", facets="nobody is lost")
    expect.kept(since=before.id, proves="SEED-28", facets="nobody is lost")
    expect.no_mail_to_anybody(since=outbox, proves="SEED-28", facets="nobody is lost")


@pytest.mark.still_account
def test_an_outage_is_mailed(account: Account, names: Names, operations: Operations, expect: Expect) -> None:
    """The bridge is offline for three pings of its watch: one mail goes out, and at most one when it is back."""
    operations.look()
    notices = names.address("notices")
    operations.notify(notices)
    outbox = account.outbox()

    operations.outage("the bridge is offline")
    expect.notices(notices, since=outbox, proves="SEED-29", facets="offline")

    operations.come_back()
    expect.notices(notices, since=outbox, at_most=2, proves="SEED-29", facets="back")


@pytest.mark.still_account
def test_the_notices_go_to_the_new_address(
    account: Account, names: Names, operations: Operations, expect: Expect
) -> None:
    """Once the address in the notification settings has changed, the notices go there, and nowhere else."""
    operations.look()
    first, second = names.address("first"), names.address("second")
    operations.notify(first)
    operations.notify(second)
    outbox = account.outbox()

    operations.outage("the bridge is offline")
    expect.notices(second, since=outbox, proves="SEED-32")
    expect.notices(first, since=outbox, at_least=0, at_most=0, proves="SEED-32")

    operations.come_back()


@pytest.mark.smoke
def test_an_outside_watch_pings_the_bridge(operations: Operations, expect: Expect) -> None:
    """A watch from outside asks three times whether the bridge is there, without credentials."""
    operations.look()
    operations.ping(3)

    expect.pings(proves=("SEED-30", "P-19"))
