"""Deprovisioning in three ways: delete, deactivate, unassign (SEED-16, 62 to 67)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, INVITED_SUSPENDED, SUSPENDED, Expect

# A catalogue application is the main one; a wizard's, which knows only PUT, tells these too.
pytestmark = pytest.mark.also_by("okta-aiw")

Way = Callable[[Directory, Person, Group], object]

WAYS = [
    pytest.param("delete", lambda directory, person, group: directory.delete(person), "SEED-62", id="delete"),
    pytest.param("deactivate", lambda directory, person, group: directory.disable(person), "SEED-63", id="deactivate"),
    pytest.param("unassign", lambda directory, person, group: directory.leave(person, group), "SEED-64", id="unassign"),
]


@pytest.mark.parametrize(("act", "way", "seed"), WAYS)
def test_an_invited_person_is_suspended(
    idp: DrivenIdp, account: Account, expect: Expect, act: str, way: Way, seed: str
) -> None:
    """Ada is deprovisioned before she has signed up: she is suspended, still readable, and gets no mail."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    scim_id, outbox = idp.made(ada), account.outbox()

    way(idp.directory, ada, design)
    idp.sync(idp.provider.acts[act])

    expect.active(ada, False, proves=(seed, "SEED-16"))
    expect.one_user(ada, proves="SEED-16", scim_id=scim_id)
    expect.active(grace, True, proves="SEED-65")
    expect.state(ada, INVITED_SUSPENDED, SUSPENDED, proves=(seed, "SEED-65", "SEED-67"))
    expect.no_mail(ada, since=outbox, proves=seed)


@pytest.mark.parametrize(("act", "way", "seed"), WAYS)
def test_an_active_member_is_suspended_and_kept(
    idp: DrivenIdp, account: Account, expect: Expect, act: str, way: Way, seed: str
) -> None:
    """Ada can't sign in any more, but her membership stays, for a month and longer."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    account.enrol(ada, grace)

    way(idp.directory, ada, design)
    idp.sync(idp.provider.acts[act])

    expect.state(ada, SUSPENDED, proves=("SEED-16", seed, "SEED-65", "SEED-03"), facets="suspended")
    expect.state(grace, ACTIVE, proves="SEED-65")
    expect.active(ada, False, proves="SEED-16")
    expect.one_user(ada, proves="SEED-67")


def test_the_last_path_into_scope_counts(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada leaves one of two groups and stays active; she leaves the other and is suspended."""
    design, sales = idp.assign_groups("Design", "Sales")
    ada = idp.hire("Ada", design, sales)
    idp.sync("Design and Sales are assigned")

    idp.directory.leave(ada, design)
    idp.sync("Ada has left Design")
    expect.active(ada, True, proves="SEED-64")

    idp.directory.leave(ada, sales)
    idp.sync("Ada has left Sales, her last group")
    expect.active(ada, False, proves=("SEED-64", "SEED-65"), facets="taken out of all groups")


def test_an_assignment_of_ones_own_counts(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is assigned directly and through Design: she stays active until both assignments are gone."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.directory.assign(ada)
    idp.sync("Ada and Design are assigned")

    idp.directory.unassign_group(design)
    idp.sync("Design is unassigned")

    expect.active(ada, True, proves="SEED-64", facets="an assignment of one's own counts")
    expect.active(grace, False, proves="SEED-64", facets="the group is unassigned")
    idp.directory.unassign(ada)
    idp.sync("Ada is unassigned")
    expect.active(ada, False, proves="SEED-64", facets="an assignment of one's own counts")


def test_a_returning_member_is_the_same_member(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is suspended and comes back: the same id, active, without another invitation."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    account.enrol(ada)
    scim_id, outbox = idp.made(ada), account.outbox()

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.state(ada, SUSPENDED, proves="SEED-16")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.state(ada, ACTIVE, proves="SEED-66")
    expect.one_user(ada, proves="SEED-66", scim_id=scim_id)
    expect.mail(ada, "invitation", 0, since=outbox, proves="SEED-66")


@pytest.mark.dialects("entra-default", "google-push")
def test_a_scim_delete_keeps_the_member(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """Ada's user is deleted over SCIM long after her suspension: the account keeps her as a suspended member."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    account.enrol(ada, grace)
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])

    deleted = client.send(idp.delete_for_good(ada))
    client.observe()
    again = client.send(idp.delete_for_good(ada))

    expect.answer(deleted, 204, proves=("ENTRA-28", "GOOGLE-06"))
    expect.answer(again, 204, 404, proves="ENTRA-28")
    expect.state(ada, SUSPENDED, proves="SEED-67")
    expect.state(grace, ACTIVE, proves="SEED-67")
