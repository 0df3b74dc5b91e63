"""The life-cycle cases of Okta's manual plan, and behaviour that only Okta has."""

from __future__ import annotations

import pytest

from harness.directory.values import Person
from harness.idp.okta import Okta, OktaKnobs, requests
from harness.record.message import whole_user_body
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

OKTA = pytest.mark.dialects("okta-oin", "okta-aiw")


def okta_of(idp: DrivenIdp) -> Okta:
    """The provider as Okta: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Okta)
    return idp.provider


@OKTA
def test_a_suspension_sends_nothing(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is suspended in Okta and later unsuspended: Okta sends nothing about either."""
    okta = okta_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    okta.suspend(ada)
    step = idp.perform("Ada is suspended in Okta", okta.plan())
    okta.unsuspend(ada)
    idp.sync("Ada is not suspended any more")

    expect.silent(since=step.id, proves="OKTA-32")
    expect.active(ada, True, proves="OKTA-32")


@OKTA
def test_a_deactivation_changes_active_alone(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada is deactivated and then deleted in Okta: only active changes, and no DELETE is sent."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    scim_id = idp.made(ada)

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    idp.directory.delete(ada)
    idp.sync("Ada is deleted in Okta")

    # A catalogue application is told by PATCH, a wizard's by PUT of the bridge's own old values.
    way = "OKTA-12" if idp.provider.patches else "OKTA-11"
    expect.active(ada, False, proves=(way, "OKTA-14", "OKTA-15"))
    expect.one_user(ada, proves="OKTA-14", scim_id=scim_id)
    shown = client.send(requests.read_user(scim_id))
    expect.shows(shown, {"id": scim_id, "active": False}, proves="OKTA-14", facets="read by id while inactive")
    expect.name(ada, proves=way)
    expect.active(grace, True, proves=way)


@OKTA
def test_a_formatted_name_goes_stale(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada's user had a formatted name before Okta came; Okta changes the parts and sends the old formatted name."""
    ada = idp.hire("Ada")
    name = {"formatted": ada.full_name, "givenName": ada.given_name, "familyName": ada.family_name}
    body = whole_user_body(ada.address, name=name, displayName=ada.full_name, active=True)
    client.id_from(client.create_user(body))
    ada = idp.directory.rename(ada, "Augusta", "King")

    idp.directory.assign(ada)
    idp.sync("Ada, now called Augusta King, is assigned")

    facets = ("a stale formatted name", "another given name", "another family name")
    expect.name(ada, proves="OKTA-10", facets=facets)


@OKTA
def test_a_return_that_overtakes_itself(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is invited, Grace a member: reactivated, with a stale profile at once after it, both end inactive."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    _return_that_overtakes_itself(idp, ada)
    expect.active(ada, False, proves="OKTA-16", facets="the final state is false")

    grace = idp.hire("Grace", design)
    idp.sync("Grace joins Design")
    account.enrol(grace)
    outbox = account.outbox()
    _return_that_overtakes_itself(idp, grace)
    expect.active(grace, False, proves="OKTA-16", facets="the final state is false")
    # Whoever returns before the sign-up may be invited anew (M13 of the sources leaves it open); a member may not.
    expect.mail(grace, "invitation", 0, since=outbox, proves="OKTA-16", facets="no second invitation")


def _return_that_overtakes_itself(idp: DrivenIdp, person: Person) -> None:
    okta = okta_of(idp)
    idp.directory.disable(person)
    idp.sync(okta.acts["deactivate"])
    usual, okta.knobs = okta.knobs, OktaKnobs(reactivation_race=True)
    idp.directory.enable(person)
    idp.sync(f"{person.given_name} is back, and the profile that follows is stale")
    okta.knobs = usual


@OKTA
def test_the_application_is_removed(idp: DrivenIdp, expect: Expect) -> None:
    """The application is deleted in Okta: nothing is sent, and the bridge still tells who is active."""
    okta = okta_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    okta.remove_application()
    idp.directory.disable(ada)
    idp.sync("the application is removed, and Ada is deactivated afterwards")

    expect.active(ada, True, proves="P-25")


@OKTA
def test_an_import_changes_nothing(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The connection is tested, then three users, one unknown to Okta, and a group are imported: nothing is written."""
    okta = okta_of(idp)
    (design,) = idp.assign_groups("Design")
    idp.hire("Ada", design)
    idp.hire("Grace", design)
    joan = idp.hire("Joan")
    account.put_in_place(joan)
    idp.sync("Design is assigned")
    idp.connect()

    step = idp.perform("users and groups are imported into Okta", okta.run_import())

    expect.silent(since=step.id, proves=("OKTA-02", "SEED-17"), after_import=True)
    expect.one_user(joan, proves="OKTA-02")
