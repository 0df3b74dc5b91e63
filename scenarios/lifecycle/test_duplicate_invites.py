"""Duplicate invitations: a known person is neither created twice nor notified (SEED-06, 55 to 59; P-29, P-30)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, Expect

# A catalogue application is the main one; a wizard's, which knows only PUT, tells these too.
pytestmark = pytest.mark.also_by("okta-aiw")


def test_an_existing_member_is_matched_and_told_nothing(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada has been a member for years when she is assigned: she is matched by address, gets no mail, and is managed."""
    (design,) = idp.assign_groups("Design")
    ada, grace, joan = idp.hire("Ada", design), idp.hire("Grace", design), idp.hire("Joan")
    account.put_in_place(ada, joan)
    outbox = account.outbox()

    idp.sync("Design is assigned")

    expect.one_user(ada, proves=("SEED-55", "SEED-58"), scim_id=idp.provider.id_of(ada))
    expect.state(ada, ACTIVE, proves="SEED-55")
    expect.no_mail(ada, joan, since=outbox, proves=("SEED-55", "SEED-56"))
    expect.mail(grace, "invitation", 1, since=outbox, proves="SEED-56")
    expect.state(joan, ACTIVE, proves="SEED-57")

    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Ada has a new name")
    expect.name(ada, proves="SEED-59")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="SEED-59")


def test_a_second_create_invites_nobody_twice(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """The provider repeats the create of an invited person, as after a lost answer: there is still one invitation."""
    ada = idp.hire("Ada")
    outbox = account.outbox()
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    entry = client.send(idp.create_again(ada))
    client.observe()

    expect.answer(entry, 200, 201, 409, proves="SEED-55")
    expect.one_user(ada, proves="SEED-55")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-55", "SEED-56"))


def test_a_create_for_an_active_member_changes_nothing(
    idp: DrivenIdp, account: Account, client: Client, expect: Expect
) -> None:
    """A create in other letter case for a member who is active: one member, no mail, still active."""
    ada = idp.hire("Ada")
    account.put_in_place(ada)
    client.observe()
    outbox = account.outbox()

    entry = client.send(idp.create_again(ada, in_capitals=True))
    client.observe()

    expect.answer(entry, 200, 201, 409, proves="SEED-55")
    expect.one_user(ada, proves=("SEED-55", "SEED-58"))
    expect.state(ada, ACTIVE, proves="SEED-55")
    expect.no_mail(ada, since=outbox, proves="SEED-55")


def test_a_guest_stays_a_guest(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is a guest of the account when Design is assigned: she stays a guest, and gets no mail."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    account.put_in_place(ada, kind="GUEST")
    outbox = account.outbox()

    idp.sync("Design is assigned")

    expect.guest(ada, proves="SEED-06")
    expect.no_mail(ada, since=outbox, proves="SEED-06")
    expect.active(grace, True, proves="SEED-06")
