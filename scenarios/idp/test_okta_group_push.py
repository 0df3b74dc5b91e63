"""Group Push, from Okta's manual plan: assignment and push are separate acts (HELP-GP, HELP-GPTR)."""

from __future__ import annotations

import pytest

from harness.idp.okta import Okta, OktaKnobs
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import SUSPENDED_STATES, Expect

OKTA = pytest.mark.dialects("okta-oin", "okta-aiw")


def lists(idp: DrivenIdp) -> str:
    """The requirement that a change of members proves: PATCH for a catalogue application, PUT for a wizard's."""
    return "OKTA-20" if idp.provider.patches else "OKTA-31"


def renames_of(idp: DrivenIdp) -> str:
    """The requirement that a change of the group's name proves, in the same way."""
    return "OKTA-19" if idp.provider.patches else "OKTA-31"


def whole_lists(idp: DrivenIdp) -> str:
    """The requirement that "Push Now" proves, in the same way."""
    return "OKTA-22" if idp.provider.patches else "OKTA-31"


def okta_of(idp: DrivenIdp) -> Okta:
    """The provider as Okta: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Okta)
    return idp.provider


@OKTA
@pytest.mark.situation_for("OKTA-17")
def test_a_push_carries_who_is_provisioned(idp: DrivenIdp, expect: Expect) -> None:
    """Design is pushed without being assigned: only people who have the application themselves are in it."""
    okta = okta_of(idp)
    (design,) = idp.form_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.directory.assign(ada)
    okta.push_group(design)

    idp.sync("Ada is assigned, and Design is pushed")
    expect.groups(ada, {design}, proves=("OKTA-18", "SEED-44", lists(idp)))
    expect.account([ada], [grace], proves="SEED-44")

    idp.directory.assign(grace)
    idp.sync("Grace is assigned, and arrives in the push")
    expect.groups(ada, {design}, proves=lists(idp))
    expect.groups(grace, {design}, proves=lists(idp))


@OKTA
def test_a_group_comes_with_its_members(idp: DrivenIdp, expect: Expect) -> None:
    """The application sends the first members of a group with its create: Ada and Grace are in Design."""
    okta_of(idp).knobs = OktaKnobs(create_with_members=True)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)

    idp.sync("Design is assigned")

    for person in (ada, grace):
        expect.groups(person, {design}, proves="OKTA-18", facets="with members")


@OKTA
def test_an_assigned_group_is_not_pushed(idp: DrivenIdp, expect: Expect) -> None:
    """Design is assigned, but no rule pushes it: Ada has a user, and the bridge has no such group."""
    okta_of(idp).knobs = OktaKnobs(push_assigned_groups=False)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)

    idp.sync("Design is assigned")

    expect.active(ada, True, proves="SEED-42")
    expect.groups(ada, (), proves="SEED-42")


@OKTA
def test_joiners_and_leavers_in_one_push(idp: DrivenIdp, expect: Expect) -> None:
    """The plan's bulk edit: two people leave Design while two join, and the others stay."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    old = [idp.hire(name, everyone, design) for name in ("Ada", "Grace", "Joan")]
    new = [idp.hire(name, everyone) for name in ("Linus", "Edsger")]
    idp.sync("Everyone and Design are assigned")

    for leaver, joiner in zip(old[:2], new, strict=True):
        idp.directory.leave(leaver, design)
        idp.directory.join(joiner, design)
    idp.sync("two have left Design and two have joined")

    for person in old[:2]:
        expect.groups(person, {everyone}, proves=lists(idp))
    for person in (old[2], *new):
        expect.groups(person, {everyone, design}, proves=("OKTA-21", lists(idp)))


@OKTA
def test_a_rename_leaves_the_members(idp: DrivenIdp, expect: Expect) -> None:
    """Design gets another name, and keeps both members."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")

    renamed = idp.directory.rename_group(design, f"{design.name} West")
    idp.sync("Design has another name")

    expect.groups(ada, {renamed}, proves=renames_of(idp), facets="members stay")
    expect.groups(grace, {renamed}, proves=renames_of(idp), facets="members stay")


@OKTA
@pytest.mark.parametrize("form", ["path", "pathless"])
def test_push_now_overwrites_the_list(idp: DrivenIdp, expect: Expect, form: str) -> None:
    """ "Push Now" of an empty group, and then of the group with Grace, replaces the remote list each time."""
    okta = okta_of(idp)
    okta.knobs = OktaKnobs(empty_push="path" if form == "path" else "pathless")
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")

    idp.directory.leave(ada, design)
    idp.perform("Design, empty now, is pushed by hand", okta.push_now(design))
    emptied = "an empty list at members" if form == "path" else "an empty list without a path"
    expect.groups(ada, {everyone}, proves=whole_lists(idp), facets=emptied)
    idp.directory.join(grace, design)
    idp.perform("Design, with Grace, is pushed by hand", okta.push_now(design))

    expect.groups(grace, {everyone, design}, proves=whole_lists(idp), facets="a list at members")
    expect.groups(ada, {everyone}, proves=whole_lists(idp))
    expect.active(ada, True, proves=whole_lists(idp))


@OKTA
def test_an_unlinked_group_is_deleted_without_its_people(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Design is unlinked and deleted: Ada is in no group, and stays active."""
    okta = okta_of(idp)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")

    events = account.events()
    idp.perform("Design is unlinked, and deleted in the app", okta.unlink_group(design, delete=True))

    expect.groups(ada, (), proves="OKTA-25")
    expect.active(ada, True, proves="OKTA-25", facets="user accounts stay")
    expect.never(ada, *SUSPENDED_STATES, since=events, proves="OKTA-25")


@OKTA
def test_an_unlinked_group_is_left(idp: DrivenIdp, expect: Expect) -> None:
    """Design is unlinked and left in the app: its members stay, even one who leaves it in Okta."""
    okta = okta_of(idp)
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada = idp.hire("Ada", everyone, design)
    idp.sync("Everyone and Design are assigned")

    step = idp.perform("Design is unlinked, and left in the app", okta.unlink_group(design, delete=False))
    idp.directory.leave(ada, design)
    idp.sync("Ada has left Design, which is pushed no more")

    expect.silent(since=step.id, proves="OKTA-25")
    expect.groups(ada, {everyone, design}, proves="OKTA-25")


@OKTA
def test_a_deactivated_push_waits(idp: DrivenIdp, expect: Expect) -> None:
    """While the push of Design is off nothing is sent; once it is on again, the changes are sent at once."""
    okta = okta_of(idp)
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")

    okta.deactivate_push(design)
    idp.directory.move(ada, design, everyone)
    idp.directory.join(grace, design)
    idp.sync("Ada has left Design and Grace has joined, while its push is off")
    expect.groups(ada, {everyone, design}, proves=lists(idp))
    expect.groups(grace, {everyone}, proves=lists(idp))

    okta.push_group(design)
    idp.sync("the push of Design is on again")
    expect.groups(ada, {everyone}, proves=lists(idp))
    expect.groups(grace, {everyone, design}, proves=lists(idp))


@OKTA
@pytest.mark.parametrize("renames", [True, False])
def test_a_link_keeps_the_members(idp: DrivenIdp, expect: Expect, renames: bool) -> None:
    """Sales is linked to the remote group Design, with and without renaming: Ada stays a member and Grace joins."""
    okta = okta_of(idp)
    okta.knobs = OktaKnobs(rename_on_link=renames)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    idp.perform("Design is unlinked, and left in the app", okta.unlink_group(design, delete=False))

    (sales,) = idp.form_groups("Sales")
    grace = idp.hire("Grace", sales)
    idp.directory.assign(grace)
    idp.perform("Sales is linked to the remote group Design", okta.link_group(sales, design.name))
    expect.groups(ada, {sales if renames else design}, proves=("OKTA-17", renames_of(idp)))
    idp.sync("Grace is assigned")

    expect.groups(ada, {sales if renames else design}, proves=lists(idp))
    expect.groups(grace, {sales if renames else design}, proves=lists(idp))


@OKTA
def test_two_groups_on_one_remote_group(idp: DrivenIdp, expect: Expect) -> None:
    """Two groups are linked to one remote group: Ada is added when she is in it, and removed when she is not."""
    okta = okta_of(idp)
    okta.knobs = OktaKnobs(rename_on_link=False)
    design, team = idp.assign_groups("Design", "Team")
    ada, grace = idp.hire("Ada", design, team), idp.hire("Grace", design, team)
    idp.sync("Design and Team are assigned")
    (sales,) = idp.form_groups("Sales")
    idp.directory.join(ada, sales)

    idp.perform("Sales is linked to the remote group Design", okta.link_group(sales, design.name))
    idp.sync("Ada, who is in the remote group already, is pushed with Sales")
    row = "OKTA-24" if idp.provider.patches else "OKTA-31"
    expect.groups(ada, {design, team}, proves=row, facets="adding one who is in")

    idp.directory.leave(ada, design)
    idp.sync("Ada has left Design")
    idp.directory.leave(ada, sales)
    idp.sync("Ada has left Sales, when she is no member any more")
    expect.groups(ada, {team}, proves=row, facets="removing one who is no member")
    expect.groups(grace, {design, team}, proves=row)


@pytest.mark.dialects("okta-oin")
def test_a_large_group_comes_in_batches(idp: DrivenIdp, expect: Expect) -> None:
    """Design has 257 members: one PATCH carries 256 of them and a second the last; an import reads three pages."""
    okta = okta_of(idp)
    (design,) = idp.assign_groups("Design")
    okta.deactivate_push(design)
    people = idp.directory.hire_many(257, design)
    idp.sync("Design is assigned")

    okta.push_group(design)
    idp.sync("Design is pushed")

    expect.groups(people[0], {design}, proves="OKTA-23")
    expect.groups(people[-1], {design}, proves="OKTA-23")
    step = idp.perform("users and groups are imported into Okta", okta.run_import())
    idp.sync("whoever was missing from the import would have lost the application")
    expect.silent(since=step.id, proves="OKTA-02", after_import=True)
