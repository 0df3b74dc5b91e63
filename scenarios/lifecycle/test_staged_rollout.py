"""Staged rollout: one group after the other, and all other people stay untouched (SEED-17 to 20, 38, 44, 49 to 56)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, INVITED, Expect

# A catalogue application is the main one; a wizard's, which knows only PUT, tells these too.
pytestmark = pytest.mark.also_by("okta-aiw")


def test_groups_come_in_stage_by_stage(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """A test group first, then Design, then Sales; each stage invites exactly the people that it adds."""
    pilot, design, sales = idp.form_groups("Pilot", "Design", "Sales")
    ada = idp.hire("Ada", pilot, design)
    grace = idp.hire("Grace", design)
    joan, linus = idp.hire("Joan", sales), idp.hire("Linus")
    outbox = account.outbox()

    idp.directory.assign_group(pilot)
    idp.sync("stage 0: the pilot group is assigned")
    expect.active(ada, True, proves="SEED-18")
    expect.gone(grace, proves="SEED-18")
    expect.groups(ada, {pilot}, proves="SEED-11")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-38"))
    expect.no_mail(grace, joan, linus, since=outbox, proves="SEED-56")

    idp.directory.assign_group(design)
    idp.sync("stage 1: Design is assigned")
    expect.active(grace, True, proves="SEED-38")
    expect.one_user(ada, proves="SEED-20")
    expect.groups(ada, {pilot, design}, proves="SEED-12")
    expect.mail(ada, "invitation", 1, since=outbox, proves="SEED-20")
    expect.mail(grace, "invitation", 1, since=outbox, proves="SEED-51")

    idp.directory.assign_group(sales)
    idp.sync("stage 2: Sales is assigned")
    expect.account([ada, grace, joan], [linus], proves=("SEED-03", "SEED-18"), facets="managed")
    expect.groups(joan, {sales}, proves="SEED-12")
    expect.gone(linus, proves="SEED-18")
    expect.no_mail(linus, since=outbox, proves="SEED-56")


def test_the_bridge_confirms_who_signed_up(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada and Grace sign up and are confirmed within the interval; Joan, who has not signed up, is not."""
    (design,) = idp.assign_groups("Design")
    ada, grace, joan = (idp.hire(name, design) for name in ("Ada", "Grace", "Joan"))
    idp.sync("Design is assigned")
    outbox = account.outbox()

    account.sign_up(ada, grace)
    expect.no_mail(ada, grace, since=outbox, proves="SEED-54")
    account.wait_for_confirmation()

    expect.state(ada, ACTIVE, proves=("SEED-14", "SEED-50", "SEED-52", "SEED-53"))
    expect.state(grace, ACTIVE, proves=("SEED-14", "SEED-53"))
    expect.state(joan, INVITED, proves="SEED-14")
    expect.mail(ada, "start", 1, since=outbox, proves="SEED-54")
    expect.mail(joan, "start", 0, since=outbox, proves="SEED-54")


def test_one_by_one_and_by_group_lead_to_the_same(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is assigned directly, Grace through Design: each is invited once."""
    (design,) = idp.form_groups("Design")
    ada, grace = idp.hire("Ada"), idp.hire("Grace", design)
    outbox = account.outbox()

    idp.directory.assign(ada)
    idp.directory.assign_group(design)
    idp.sync("Ada and Design are assigned")

    expect.state(ada, INVITED, proves="SEED-49", facets="one by one")
    expect.state(grace, INVITED, proves="SEED-49", facets="by group")
    expect.mail(ada, "invitation", 1, since=outbox, proves="SEED-49", facets="one by one")
    expect.mail(grace, "invitation", 1, since=outbox, proves=("SEED-49", "SEED-38"), facets="by group")


def test_only_assigned_people_get_into_a_group(idp: DrivenIdp, expect: Expect) -> None:
    """Ada leaves the directory's active staff before Design is pushed: the group contains only Grace."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.directory.disable(ada)

    idp.sync("Design is assigned")

    expect.gone(ada, proves="SEED-44")
    expect.groups(grace, {design}, proves="SEED-44")


def test_a_new_name_reaches_the_account(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada marries: SCIM and the account show her new name, and no mail is sent."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    outbox = account.outbox()

    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Ada has a new name")

    expect.name(ada, proves=("SEED-15", "SEED-60", "SEED-03"), facets=("display name", "managed"))
    expect.no_mail(ada, since=outbox, proves="SEED-15")


def test_a_new_address_reaches_the_account(idp: DrivenIdp, expect: Expect) -> None:
    """Ada, invited, gets another address: the same user and the same member have it, and nobody the old one."""
    (design,) = idp.assign_groups("Design")
    before = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    scim_id = idp.made(before)

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")

    expect.one_user(ada, proves="SEED-15", scim_id=scim_id, facets="address")
    expect.gone(before, proves="SEED-15", facets="address")
