"""Behaviour that only OneLogin has: templates that administrators write, and roles that become groups for good."""

from __future__ import annotations

import pytest

from harness.idp.lost_answers import losing
from harness.idp.onelogin import OneLogin, OneLoginKnobs
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, SUSPENDED, Expect

ONELOGIN = pytest.mark.dialects("onelogin")


def onelogin_of(idp: DrivenIdp) -> OneLogin:
    """The provider as OneLogin: these stories use settings of its administrators."""
    assert isinstance(idp.provider, OneLogin)
    return idp.provider


@ONELOGIN
def test_a_role_is_renamed_and_lost(idp: DrivenIdp, expect: Expect) -> None:
    """The role Design gets another name, and later loses the application: its group stays, its people do not."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", design)
    idp.sync("both roles give the application")
    idp.group_id(design)

    design = idp.directory.rename_group(design, f"Drawing {design.key}")
    idp.sync("the role has another name")
    expect.groups(ada, {everyone, design}, proves="ONELOGIN-16")
    idp.directory.unassign_group(design)
    idp.sync("the role gives the application no more")

    expect.active(ada, True, proves="SEED-64")
    expect.active(grace, False, proves="SEED-64")


@ONELOGIN
def test_who_loses_the_application_is_deleted(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The administrator has chosen deletion: Ada's user is gone, her member is suspended; she comes back to it."""
    onelogin_of(idp).knobs = OneLoginKnobs(on_removal="delete")
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design gives the application")
    idp.made(ada)
    account.enrol(ada, grace)

    idp.directory.leave(ada, design)
    idp.sync("Ada has lost her last role")
    expect.gone(ada, proves="ONELOGIN-11")
    expect.state(ada, SUSPENDED, proves="SEED-67")
    expect.state(grace, ACTIVE, proves="SEED-67")
    outbox = account.outbox()
    idp.directory.join(ada, design)
    idp.sync("Ada has the role again")

    expect.state(ada, ACTIVE, proves="SEED-66")
    expect.one_user(ada, proves="SEED-66", scim_id=idp.made(ada))
    expect.mail(ada, "invitation", 0, since=outbox, proves="SEED-66")


@ONELOGIN
def test_a_template_with_texts(idp: DrivenIdp, expect: Expect) -> None:
    """The administrator's template brings "" for what is empty, and active as text: Ada is created and suspended."""
    onelogin_of(idp).knobs = OneLoginKnobs(active_as="text", push_empty=True)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)

    idp.sync("Ada is assigned")

    expect.active(ada, True, proves="ONELOGIN-12", facets=("empty texts", "active as text"))
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="ONELOGIN-12", facets="active as text")


@ONELOGIN
def test_a_template_with_one_address(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """The administrator's template has one object for the addresses: it is taken, or refused as what it is."""
    onelogin_of(idp).knobs = OneLoginKnobs(emails_as="object")
    ada = idp.hire("Ada")
    client.observe()

    entry = client.send(idp.create_again(ada))
    client.observe()

    expect.answer(entry, 200, 201, 400, proves="ONELOGIN-13")


@ONELOGIN
def test_a_lost_create_is_retried_by_hand(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answer to Ada's create is lost, and an administrator retries: one user and one invitation."""
    onelogin = onelogin_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    outbox = account.outbox()

    idp.perform("the answer to the create is lost", losing(onelogin.plan(), "create user"))
    onelogin.retry_all()
    idp.sync("an administrator retries")

    expect.one_user(ada, proves="SEED-55", scim_id=idp.made(ada))
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-56"))


@ONELOGIN
def test_the_other_guesses_end_the_same(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Names of the RFC, active by PATCH, members out by value: a move, a suspension and a return arrive as well."""
    onelogin_of(idp).knobs = OneLoginKnobs(
        core_urn="urn:ietf:params:scim:schemas:core:2.0:User",
        blank="%20",
        tail=False,
        find_before_update=False,
        set_active="patch",
        remove_by="value",
        probe_config=True,
    )
    idp.connect()
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada = idp.hire("Ada", everyone, design)
    idp.sync("three roles give the application")
    idp.made(ada)
    account.enrol(ada)

    idp.directory.move(ada, design, sales)
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name and another role")
    expect.groups(ada, {everyone, sales}, proves="SEED-12")
    expect.name(ada, proves="SEED-15")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.state(ada, SUSPENDED, proves="SEED-16")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.state(ada, ACTIVE, proves="SEED-66")


@ONELOGIN
def test_the_application_is_removed(idp: DrivenIdp, expect: Expect) -> None:
    """The application is deleted in OneLogin: nothing is sent, and the bridge still tells who is active."""
    onelogin = onelogin_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)

    onelogin.remove_application()
    idp.directory.disable(ada)
    idp.sync("the application is removed, and Ada is suspended afterwards")

    expect.active(ada, True, proves="P-25")
