"""Behaviour that only Entra ID has: restarts, the recycle bin, on-demand runs between cycles, interrupted jobs."""

from __future__ import annotations

import pytest

from harness.idp.entra import Entra
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

ENTRA = pytest.mark.dialects("entra-default", "entra-flag", "entra-ondemand")


def entra_of(idp: DrivenIdp) -> Entra:
    """The provider as Entra ID: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Entra)
    return idp.provider


@ENTRA
@pytest.mark.situation_for("ENTRA-07")
def test_a_suspended_person_is_found_after_a_restart(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is unassigned; the job forgets whom it knows; Ada is assigned again, is found, and is active once more."""
    entra = entra_of(idp)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Ada is provisioned")
    made = idp.made(ada)
    idp.directory.leave(ada, design)
    idp.sync("Ada leaves Design, and is suspended")

    entra.restart(full=True)
    idp.directory.join(ada, design)
    idp.sync("after a restart Ada is assigned again")

    expect.active(ada, True, proves="ENTRA-31")
    expect.one_user(ada, scim_id=made, proves="ENTRA-31")


@ENTRA
def test_a_restart_changes_nothing(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Design is provisioned; the job is restarted, all people are evaluated again, and nothing changes."""
    entra = entra_of(idp)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    outbox = account.outbox()

    entra.restart()
    step = idp.perform("the job is restarted", entra.plan())

    expect.silent(since=step.id, proves="ENTRA-36", facets="no visible change")
    expect.no_mail(ada, grace, since=outbox, proves="ENTRA-36", facets="no mail")


@ENTRA
def test_the_bin_is_emptied_after_thirty_days(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is deleted in Entra ID: she is disabled at once, and her user is deleted a month later."""
    entra = entra_of(idp)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")

    idp.directory.delete(ada)
    idp.sync(entra.acts["delete"])
    expect.active(ada, False, proves="ENTRA-28")
    idp.perform("thirty days pass", entra.let_pass(30))
    idp.sync("the bin is emptied")

    expect.gone(ada, proves="ENTRA-28", facets="after a long time")
    expect.active(grace, True, proves="ENTRA-28")


@ENTRA
def test_leaving_the_group_that_gave_access(idp: DrivenIdp, expect: Expect) -> None:
    """Ada leaves Design: she is disabled first, and then removed from the group."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")

    idp.directory.leave(ada, design)
    idp.sync("Ada has left Design")

    expect.active(ada, False, proves="ENTRA-30")
    expect.groups(ada, (), proves="ENTRA-30")


@pytest.mark.dialects("entra-flag", "entra-default")
def test_a_run_on_demand_between_two_cycles(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is renamed by an on-demand run, which leaves out the flag, and again by the next cycle."""
    entra = entra_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    ada = idp.directory.rename(ada, "Ada", "King")
    idp.perform("Ada is provisioned on demand", entra.run_on_demand(ada))
    expect.name(ada, proves="ENTRA-32")
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.sync("the next cycle")

    expect.name(ada, proves="ENTRA-32")


@ENTRA
def test_a_job_that_was_cut_short(idp: DrivenIdp, expect: Expect) -> None:
    """The job stops after its first user; days later it continues, and the other people are created."""
    entra = entra_of(idp)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)

    first = (item for _, item in zip(range(3), entra.plan(), strict=False))
    idp.perform("the cycle breaks off", first)
    idp.perform("three days pass", entra.let_pass(3))
    idp.sync("the job goes on")

    for person in (ada, grace):
        expect.groups(person, {design}, proves="ENTRA-37")
        expect.one_user(person, proves="ENTRA-37")
