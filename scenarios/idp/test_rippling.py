"""Behaviour that only Rippling has: groups that it may not create, and settings of a custom integration."""

from __future__ import annotations

import pytest

from harness.idp.lost_answers import losing
from harness.idp.rippling import Rippling, RipplingKnobs
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, SUSPENDED, Expect

RIPPLING = pytest.mark.dialects("rippling")


def rippling_of(idp: DrivenIdp) -> Rippling:
    """The provider as Rippling: these stories use settings of its administrators."""
    assert isinstance(idp.provider, Rippling)
    return idp.provider


@RIPPLING
def test_people_join_groups_that_are_there(idp: DrivenIdp, expect: Expect) -> None:
    """Through 1Password's application no group is made: Grace joins Design, which exists, and Sales is not created."""
    rippling = rippling_of(idp)
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("two groups exist")
    idp.group_id(design)

    rippling.knobs = RipplingKnobs(create_groups=False, groups_page=1)
    (sales,) = idp.assign_groups("Sales")
    idp.directory.join(grace, design)
    idp.directory.join(grace, sales)
    idp.directory.leave(ada, design)
    idp.sync("Grace has joined Design and Sales, Ada has left Design")

    expect.groups(grace, {everyone, design}, proves="RIPPLING-11")
    expect.groups(ada, {everyone}, proves="RIPPLING-11")
    expect.active(ada, True, proves="SEED-46")


@RIPPLING
def test_a_group_is_renamed_and_deleted(idp: DrivenIdp, expect: Expect) -> None:
    """Design gets another name and is then deleted: whoever has the application otherwise stays active."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", design)
    idp.sync("both groups have the application")
    idp.group_id(design)

    design = idp.directory.rename_group(design, f"Drawing {design.key}")
    idp.sync("Design has another name")
    expect.groups(ada, {everyone, design}, proves="RIPPLING-12")
    idp.directory.dissolve(design)
    idp.sync("Design is deleted")

    expect.groups(ada, {everyone}, proves="RIPPLING-09")
    expect.active(grace, False, proves="SEED-64")


@RIPPLING
def test_lost_answers_end_with_one_user(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answer to Ada's create is lost, and later the one to her suspension: one user, suspended, invited once."""
    rippling = rippling_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    outbox = account.outbox()

    idp.perform("the answer to the create is lost", losing(rippling.plan(), "create user"))
    idp.sync("the next change")
    expect.one_user(ada, proves="SEED-55", scim_id=idp.made(ada))
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-56"))
    account.enrol(ada)
    idp.directory.disable(ada)
    idp.perform("the answer to the suspension is lost", losing(rippling.plan(), "set user active"))
    idp.sync("the change after that")

    expect.state(ada, SUSPENDED, proves="SEED-16")


@RIPPLING
def test_the_other_guesses_end_the_same(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Accounts matched in a list, PATCH for details, PUT for active and groups: all of it arrives as well."""
    rippling_of(idp).knobs = RipplingKnobs(
        test_by="users",
        match_by="list",
        update="patch",
        set_active="put",
        groups_by="put",
        media_type="application/json",
        send_employee_number=True,
    )
    idp.connect()
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone, design)
    account.put_in_place(grace)
    idp.sync("three groups have the application")
    expect.one_user(grace, proves="SEED-55", scim_id=idp.made(grace))

    idp.directory.move(ada, design, sales)
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name and another group")
    expect.name(ada, proves="SEED-15")
    expect.groups(ada, {everyone, sales}, proves="SEED-12")
    expect.groups(grace, {everyone, design}, proves="SEED-12")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="SEED-16")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.active(ada, True, proves="SEED-66")


@RIPPLING
def test_who_is_offboarded_is_deleted(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Deletion is chosen: Ada's user is gone, her member is suspended."""
    rippling_of(idp).knobs = RipplingKnobs(on_removal="delete")
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    idp.directory.assign(ada, grace)
    idp.sync("both are assigned")
    idp.made(ada)
    account.enrol(ada, grace)

    idp.directory.delete(ada)
    idp.sync(idp.provider.acts["delete"])

    expect.gone(ada, proves="SEED-67")
    expect.state(ada, SUSPENDED, proves="SEED-67")
    expect.state(grace, ACTIVE, proves="SEED-67")


@RIPPLING
def test_the_application_is_removed(idp: DrivenIdp, expect: Expect) -> None:
    """The application is deleted in Rippling: nothing is sent, and the bridge still tells who is active."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)

    rippling_of(idp).remove_application()
    idp.directory.disable(ada)
    idp.sync("the application is removed, and Ada is offboarded afterwards")

    expect.active(ada, True, proves="P-25")
