"""Entra ID's jobs in trouble: lost answers, conflicts, guards, filters, and on-demand runs of a whole group."""

from __future__ import annotations

import pytest

from harness.directory.values import Filter
from harness.idp.entra import Entra, EntraKnobs
from harness.idp.lost_answers import losing
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

ENTRA = pytest.mark.dialects("entra-default", "entra-flag", "entra-ondemand")


def entra_of(idp: DrivenIdp) -> Entra:
    """The provider as Entra ID: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Entra)
    return idp.provider


@pytest.mark.dialects("entra-default")
def test_answers_that_are_lost(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answers to Ada's create, and to her joining Design, are lost: the next cycles find one user, in the group."""
    entra = entra_of(idp)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    outbox = account.outbox()

    idp.perform("the answer to the create is lost", losing(entra.plan(), "create user"))
    idp.perform("the answer to the membership is lost", losing(entra.plan(), "change group members"))
    idp.sync("the next cycle")

    expect.one_user(ada, proves="ENTRA-34", scim_id=entra.id_of(ada))
    expect.mail(ada, "invitation", 1, since=outbox, proves="ENTRA-34")
    expect.groups(ada, {design}, proves="ENTRA-26")


@ENTRA
def test_an_address_that_is_taken_waits_in_escrow(idp: DrivenIdp, expect: Expect) -> None:
    """Ada gets an address that Grace still has; once Grace has another, the next attempt for Ada succeeds."""
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    idp.directory.assign(ada, grace)
    idp.sync("Ada and Grace are assigned")
    wanted = grace.address

    ada = idp.directory.change_address(ada, wanted)
    idp.sync("Ada is to have the address that Grace has")
    expect.one_user(grace, proves="ENTRA-09", scim_id=idp.provider.id_of(grace))
    grace = idp.directory.change_address(grace, f"grace.{wanted}")
    idp.sync("Grace has another address")
    for _ in range(2):
        idp.sync("Ada's change is tried again")

    expect.one_user(ada, proves=("ENTRA-09", "ENTRA-12"), scim_id=idp.provider.id_of(ada))
    expect.one_user(grace, proves="ENTRA-12", scim_id=idp.provider.id_of(grace))


@ENTRA
def test_a_scoping_filter(idp: DrivenIdp, expect: Expect) -> None:
    """A scoping filter keeps only the engineers: Grace is disabled; without the filter she is active, and in Design."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    ada = idp.directory.change_profile(ada, department="Engines")
    idp.directory.assign(ada, grace)
    idp.sync("Ada and Grace are assigned")
    scim_id = idp.made(grace)

    idp.directory.narrow(Filter("department", "equals", "Engines"))
    idp.sync("a filter lets engineers through alone")
    expect.active(ada, True, proves="SEED-16")
    expect.active(grace, False, proves="SEED-16")
    idp.directory.narrow()
    idp.sync("the filter is gone")

    expect.active(grace, True, proves="ENTRA-31")
    expect.one_user(grace, proves="ENTRA-31", scim_id=scim_id, facets="the id stays")
    expect.groups(grace, {design}, proves="ENTRA-31", facets="the memberships stay")


@pytest.mark.dialects("entra-default")
def test_the_guard_against_accidental_deletions(idp: DrivenIdp, expect: Expect) -> None:
    """Two people are unassigned where one removal is allowed: nothing is sent until the administrator allows it."""
    entra = entra_of(idp)
    entra.knobs = EntraKnobs(deletion_threshold=1)
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    idp.directory.assign(ada, grace)
    idp.sync("Ada and Grace are assigned")

    idp.directory.unassign(ada, grace)
    idp.sync("both are unassigned by accident")
    for person in (ada, grace):
        expect.active(person, True, proves="SEED-16")
    entra.allow_deletions()
    idp.sync("the administrator has looked at it, and lets it through")

    for person in (ada, grace):
        expect.active(person, False, proves="SEED-16")


@ENTRA
def test_a_group_on_demand(idp: DrivenIdp, expect: Expect) -> None:
    """Seven people are in Design: an on-demand run provisions five of them, the next cycle the others."""
    entra = entra_of(idp)
    everyone, design = idp.assign_groups("Everyone", "Design")
    people = idp.directory.hire_many(7, everyone)
    idp.sync("Everyone is assigned")
    for person in people:
        idp.directory.join(person, design)

    idp.perform("Design is provisioned on demand", entra.run_group_on_demand(design))
    idp.sync("the next cycle")

    for person in people:
        expect.groups(person, {everyone, design}, proves="SEED-12")


@ENTRA
def test_a_group_is_unassigned(idp: DrivenIdp, expect: Expect) -> None:
    """Design is unassigned from the application: Ada is disabled, then the group is deleted, and Grace stays active."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design, everyone)
    idp.sync("Everyone and Design are assigned")

    idp.directory.unassign_group(design)
    idp.sync("Design has lost the application")

    expect.active(ada, False, proves="ENTRA-29")
    expect.active(grace, True, proves="ENTRA-29")
    expect.groups(grace, {everyone}, proves="ENTRA-29")
