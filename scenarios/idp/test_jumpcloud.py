"""Behaviour that only JumpCloud has: an activation with test objects, groups taken over by name, imports."""

from __future__ import annotations

import pytest

from harness.idp.jumpcloud import JumpCloud, JumpCloudKnobs
from harness.idp.jumpcloud import requests as jumpcloud_requests
from harness.idp.lost_answers import losing
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, SUSPENDED, Expect

JUMPCLOUD = pytest.mark.dialects("jumpcloud")


def jumpcloud_of(idp: DrivenIdp) -> JumpCloud:
    """The provider as JumpCloud: these stories use actions of its administrators."""
    assert isinstance(idp.provider, JumpCloud)
    return idp.provider


@JUMPCLOUD
def test_an_activation_leaves_nothing_behind(idp: DrivenIdp, expect: Expect) -> None:
    """The integration is activated: a test user and a test group are made, changed and deleted."""
    jumpcloud = jumpcloud_of(idp)
    tester, ada = idp.hire("Tester"), idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    idp.perform("the integration is activated", jumpcloud.activate(tester))

    expect.gone(tester, proves="JUMPCLOUD-02", facets="the user is deleted")
    expect.active(ada, True, proves="JUMPCLOUD-02", facets="the user is deleted")


@JUMPCLOUD
def test_an_activation_where_nobody_is_deleted(idp: DrivenIdp, expect: Expect) -> None:
    """The same for an application that deletes no users: the test user ends inactive."""
    jumpcloud = jumpcloud_of(idp)
    jumpcloud.knobs = JumpCloudKnobs(delete_test_user=False)
    tester = idp.hire("Tester")

    idp.perform("the integration is activated", jumpcloud.activate(tester))

    expect.active(tester, False, proves="JUMPCLOUD-02", facets="the user is made")


@JUMPCLOUD
def test_a_group_is_let_go_and_taken_over(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Design loses the application and is left as it is; associated again, it is found by its name and taken over."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", design)
    idp.sync("both groups have the application")
    idp.group_id(design)

    idp.directory.unassign_group(design)
    idp.sync("Design is disassociated")
    expect.active(ada, True, proves="SEED-64")
    expect.active(grace, False, proves="SEED-64", facets="the group is unassigned")
    idp.directory.assign_group(design)
    idp.sync("Design is associated again")
    entry = client.send(jumpcloud_requests.find_group(design.name, jumpcloud_of(idp).knobs))

    expect.shows(entry, {"totalResults": 1}, proves="JUMPCLOUD-12")
    expect.groups(ada, {everyone, design}, proves="JUMPCLOUD-12")
    expect.groups(grace, {design}, proves="JUMPCLOUD-12")


@JUMPCLOUD
def test_a_group_is_renamed_and_deleted(idp: DrivenIdp, expect: Expect) -> None:
    """Design gets another name, and is then deleted in JumpCloud: who has the application otherwise stays active."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", design)
    idp.sync("both groups have the application")
    idp.group_id(design)

    design = idp.directory.rename_group(design, f"Drawing {design.key}")
    idp.sync("Design has another name")
    expect.groups(ada, {everyone, design}, proves="JUMPCLOUD-09")
    idp.directory.dissolve(design)
    idp.sync("Design is deleted")

    expect.groups(ada, {everyone}, proves="JUMPCLOUD-10")
    expect.active(ada, True, proves="JUMPCLOUD-10")
    expect.active(grace, False, proves="SEED-64")


@JUMPCLOUD
def test_an_import_changes_nothing(idp: DrivenIdp, expect: Expect) -> None:
    """JumpCloud reads the users of the application page by page: nothing is written."""
    jumpcloud = jumpcloud_of(idp)
    jumpcloud.knobs = JumpCloudKnobs(import_page=2)
    people = [idp.hire(name) for name in ("Ada", "Grace", "Joan")]
    idp.directory.assign(*people)
    idp.sync("three people are assigned")

    step = idp.perform("users are imported", jumpcloud.run_import())

    expect.silent(since=step.id, proves="JUMPCLOUD-11")


@JUMPCLOUD
def test_who_loses_the_application_is_deleted(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Deletion is chosen: Ada's user is gone, her member is suspended."""
    jumpcloud_of(idp).knobs = JumpCloudKnobs(on_removal="delete")
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design has the application")
    idp.made(ada)
    account.enrol(ada, grace)

    idp.directory.delete(ada)
    idp.sync(idp.provider.acts["delete"])

    expect.gone(ada, proves="JUMPCLOUD-14")
    expect.state(ada, SUSPENDED, proves="SEED-67")
    expect.state(grace, ACTIVE, proves="SEED-67")


@JUMPCLOUD
def test_lost_answers_end_with_one_user(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answers to Ada's create, to her joining of Design and to her leaving are lost: one user, in her groups."""
    jumpcloud = jumpcloud_of(idp)
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone, design)
    outbox = account.outbox()

    idp.perform("the answers to creates are lost", losing(jumpcloud.plan(), "create user", times=2))
    idp.perform("the answers to joining are lost", losing(jumpcloud.plan(), "change group members", times=2))
    idp.sync("the next step")
    expect.one_user(ada, proves="SEED-55", scim_id=idp.made(ada))
    expect.groups(ada, {everyone, design}, proves="SEED-12")
    idp.directory.leave(ada, design)
    idp.perform("the answer to leaving is lost", losing(jumpcloud.plan(), "change group members"))
    idp.sync("the step after that")

    expect.groups(ada, {everyone}, proves="SEED-12")
    expect.groups(grace, {everyone, design}, proves="SEED-12")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-56"))


@JUMPCLOUD
def test_the_other_guesses_end_the_same(idp: DrivenIdp, expect: Expect) -> None:
    """PUT for users, members out by a filter, plain JSON: a name, a move, a suspension and a return arrive as well."""
    jumpcloud_of(idp).knobs = JumpCloudKnobs(
        update="put", remove_by="filter", media_type="application/json", send_external_id=True, empty_groups=True
    )
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada = idp.hire("Ada", everyone, design)
    idp.sync("three groups have the application")
    idp.made(ada)

    idp.directory.move(ada, design, sales)
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name and another group")
    expect.name(ada, proves="SEED-15")
    expect.groups(ada, {everyone, sales}, proves="SEED-12")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="SEED-16")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.active(ada, True, proves="SEED-66")


@JUMPCLOUD
def test_the_application_is_removed(idp: DrivenIdp, expect: Expect) -> None:
    """The application is deleted in JumpCloud: nothing is sent, and the bridge still tells who is active."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)

    jumpcloud_of(idp).remove_application()
    idp.directory.disable(ada)
    idp.sync("the application is removed, and Ada is suspended afterwards")

    expect.active(ada, True, proves="P-25")
