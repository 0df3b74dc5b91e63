"""Changes of address in every state: asked for once, at the new one, of the same member (SEED-15, 61; P-12, 13)."""

from __future__ import annotations

from harness.stories.account import Account
from harness.stories.crowd import gather, still
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, INVITED, Expect


def test_everybody_gets_a_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Everybody's address changes, whatever state they are in: the same member each, in the same state."""
    (everyone,) = idp.assign_groups("Everyone")
    crowd = gather(idp, account, everyone)
    scim_ids = {person: idp.made(person) for person in crowd.people}

    for person in crowd.people:
        idp.directory.change_address(person, f"new-{person.address}")
    idp.sync("everybody has a new address")
    for person, state in crowd.people.items():
        now = idp.directory.now(person)
        if account.asks_for(person.address):
            account.try_to_accept(now, person.address)
        if now.is_enabled:
            expect.one_user(now, proves=("SEED-15", "SEED-61"), scim_id=scim_ids[person], facets="address")
            expect.state(now, *still(state), proves="SEED-15", facets="address")


def test_who_is_invited_is_invited_at_the_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's address changes before she signs up: one invitation there, which works, and the old link leads nowhere."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    before = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    old, outbox = account.invitation_to(before), account.outbox()

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")
    idp.sync("the next cycle finds nothing to do")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-61", "SEED-51"))
    expect.no_mail(before, since=outbox, proves="SEED-61")
    account.try_to_sign_up(ada, old)
    expect.state(ada, INVITED, proves=("SEED-52", "SEED-61"))
    account.try_to_sign_up(ada)
    account.wait_for_confirmation()

    expect.state(ada, ACTIVE, proves=("SEED-52", "SEED-61"))
    expect.mail(ada, "start", 1, since=outbox, proves="SEED-54")


def test_who_waits_is_confirmed_at_the_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's address changes between sign-up and confirmation: she is confirmed once, and invited no second time."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    before = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.sign_up(before)
    outbox = account.outbox()

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")
    account.wait_for_confirmation()
    if account.asks_for(before.address):
        account.accept_address(ada, before.address)

    expect.state(ada, ACTIVE, proves=("SEED-53", "SEED-61"))
    expect.mail(ada, "invitation", 0, since=outbox, proves="SEED-56")


def test_a_change_is_asked_for_once(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's new address is sent with her next changes too: one mail asks for it, and her groups and her id stay."""
    (design,) = idp.assign_groups("Design")
    before = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.enrol(before)
    scim_id, outbox = idp.made(before), account.outbox()

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")
    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Ada has a new name")
    ada = idp.directory.change_profile(ada, title="Countess")
    idp.sync("Ada has a title")
    expect.mail(ada, "address_change", 1, since=outbox, proves=("SEED-61", "P-12", "P-14"))
    if account.asks_for(before.address):
        account.accept_address(ada, before.address)

    expect.state(ada, ACTIVE, proves="SEED-61")
    expect.one_user(ada, proves=("SEED-15", "SEED-61"), scim_id=scim_id, facets="address")
    expect.groups(ada, {design}, proves="SEED-12")
    expect.no_mail(before, since=outbox, proves=("SEED-61", "P-12"))


def test_nobody_else_accepts_a_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is asked for her new address: neither her old invitation nor Grace, who is signed in, accepts it for her."""
    (design,) = idp.assign_groups("Design")
    before, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    used = account.invitation_to(before)
    account.enrol(before, grace)

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")
    if account.asks_for(before.address):
        account.try_to_accept(ada, before.address, link=used)
        expect.state(before, ACTIVE, proves="SEED-61")
        account.try_to_accept(ada, before.address, signed_in_as=grace.address)
        expect.state(before, ACTIVE, proves="SEED-61")
        account.accept_address(ada, before.address)

    expect.state(ada, ACTIVE, proves="SEED-61")


def test_another_spelling_is_no_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's address comes in capitals: it is the same mailbox, so nobody asks her anything (P-29)."""
    (design,) = idp.assign_groups("Design")
    before = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.enrol(before)
    scim_id, outbox = idp.made(before), account.outbox()

    ada = idp.directory.change_address(before, before.address.upper())
    idp.sync("Ada's address is written in capitals")

    expect.one_user(ada, proves=("SEED-58", "P-29"), scim_id=scim_id)
    expect.state(ada, ACTIVE, proves="P-29")
    expect.no_mail(ada, since=outbox, proves=("SEED-61", "P-29"))
