"""Members who are edited, deleted and brought back in every state (SEED-15, 16, 58, 61 to 67; P-12, 13, 15, 16)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import (
    ACTIVE,
    INVITED,
    INVITED_SUSPENDED,
    PENDING_SUSPENDED,
    SUSPENDED,
    Expect,
)

DELETES = pytest.mark.dialects("entra-default", "google-push")


def test_who_is_suspended_is_edited_and_comes_back(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada gets another name and another address while she is suspended: she stays out, and comes back as herself."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.enrol(ada)
    scim_id = idp.made(ada)
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    outbox = account.outbox()

    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Ada has a new name")
    expect.state(ada, SUSPENDED, proves=("SEED-16", "SEED-65"))
    expect.no_mail(ada, since=outbox, proves="SEED-15")

    idp.directory.enable(ada)
    idp.sync("Ada is back")
    expect.state(ada, ACTIVE, proves=("SEED-66", "P-15"))
    expect.one_user(ada, proves=("SEED-66", "P-15"), scim_id=scim_id)
    expect.name(ada, proves="SEED-15", facets="display name")


def test_a_new_address_while_suspended(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's address changes while she is suspended: reactivation leads to the same member, not to a second one."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.enrol(ada)
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    scim_id, events, old = idp.made(ada), account.events(), ada.address

    ada = idp.directory.change_address(ada, f"new-{ada.address}")
    idp.sync("Ada has a new address")
    idp.directory.enable(ada)
    idp.sync("Ada is back")
    if account.asks_for(old):  # some accounts ask the person first, and show the old address until then
        account.accept_address(ada, old)

    expect.active(ada, True, proves=("SEED-66", "P-13"))
    expect.one_user(ada, proves=("SEED-66", "P-13"), scim_id=scim_id)
    expect.never(ada, INVITED, since=events, proves="P-13")


def test_an_active_member_gets_a_new_address(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's address changes: a mail asks at the new one, or tells her there, and she stays the same active member."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    scim_id, outbox, events, old = idp.made(ada), account.outbox(), account.events(), ada.address

    ada = idp.directory.change_address(ada, f"new-{ada.address}")
    idp.sync("Ada has a new address")
    expect.mail(ada, "address_change", 1, since=outbox, proves=("SEED-61", "P-12"))
    expect.never(ada, SUSPENDED, INVITED, since=events, proves="SEED-15", facets="address")
    if account.asks_for(old):
        account.accept_address(ada, old)
    expect.one_user(ada, proves=("SEED-15", "SEED-61"), scim_id=scim_id, facets="address")
    expect.state(ada, ACTIVE, proves="SEED-15", facets="address")


@DELETES
@pytest.mark.parametrize("when", ["invited", "signed up", "active"])
def test_a_user_is_deleted_over_scim(
    idp: DrivenIdp, account: Account, client: Client, expect: Expect, when: str
) -> None:
    """Ada's user is deleted over SCIM without having been suspended before: she is out at once, and never confirmed."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    if when == "signed up":
        account.need_clock()
        account.sign_up(ada)
    elif when == "active":
        account.enrol(ada)
    outbox = account.outbox()

    client.send(idp.delete_for_good(ada))
    client.observe()
    if when == "signed up":
        account.wait_for_confirmation()

    expect.state(ada, SUSPENDED, INVITED_SUSPENDED, PENDING_SUSPENDED, proves=("SEED-62", "SEED-65", "SEED-67"))
    expect.active(grace, True, proves="SEED-65")
    expect.no_mail(ada, since=outbox, proves="SEED-62")


@DELETES
def test_who_was_deleted_over_scim_comes_back(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """Ada's user is deleted over SCIM and created anew: the same member returns, without another invitation."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    again = idp.create_again(ada)
    client.send(idp.delete_for_good(ada))
    client.observe()
    outbox = account.outbox()

    created = client.send(again)
    client.observe()

    expect.answer(created, 200, 201, proves=("SEED-58", "P-15"))
    expect.one_user(ada, proves=("SEED-58", "P-15"))
    expect.state(ada, ACTIVE, proves=("SEED-66", "P-15"))
    expect.mail(ada, "invitation", 0, since=outbox, proves="SEED-56")


def test_a_create_for_somebody_suspended(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """The create of a suspended member is repeated, as by a second application: no second member, no invitation."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    outbox = account.outbox()

    entry = client.send(idp.create_again(ada, in_capitals=True))
    client.observe()

    expect.answer(entry, 200, 201, 409, proves=("SEED-55", "P-29", "P-30"))
    expect.one_user(ada, proves=("SEED-55", "SEED-58", "P-29"))
    expect.mail(ada, "invitation", 0, since=outbox, proves=("SEED-55", "P-29"))


def test_who_was_deleted_on_the_account_is_invited_anew(
    idp: DrivenIdp, account: Account, client: Client, expect: Expect
) -> None:
    """An administrator deletes Ada for good: her old id is not found, and a create invites her like anybody new."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    scim_id, again = idp.made(ada), idp.create_again(ada)
    account.delete(ada)
    outbox = account.outbox()

    old = client.read_user(scim_id)
    created = client.send(again)
    client.observe()

    expect.answer(old, 404, proves="P-16")
    expect.answer(created, 200, 201, proves="P-16")
    expect.mail(ada, "invitation", 1, since=outbox, proves="P-16")
    expect.one_user(ada, proves="P-16")


WAYS = [
    pytest.param("delete", lambda directory, person, group: directory.delete(person), id="delete"),
    pytest.param("unassign", lambda directory, person, group: directory.leave(person, group), id="unassign"),
]
Way = Callable[[Directory, Person, Group], object]


@pytest.mark.parametrize(("act", "way"), WAYS)
def test_a_suspension_before_the_confirmation_holds(
    idp: DrivenIdp, account: Account, expect: Expect, act: str, way: Way
) -> None:
    """Ada has signed up and waits when she is deprovisioned: nobody confirms her, however long she waits (M12)."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    account.sign_up(ada, grace)
    outbox = account.outbox()

    way(idp.directory, ada, design)
    idp.sync(idp.provider.acts[act])
    account.wait_for_confirmation()

    expect.state(ada, PENDING_SUSPENDED, SUSPENDED, INVITED_SUSPENDED, proves="SEED-65")
    expect.state(grace, ACTIVE, proves="SEED-53")
    expect.mail(ada, "start", 0, since=outbox, proves="SEED-54")
