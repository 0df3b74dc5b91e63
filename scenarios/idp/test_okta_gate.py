"""Okta's own test collections as stories against any bridge; docs/reference/vendor-gates.md lists their assertions."""

from __future__ import annotations

import pytest

from harness.idp.okta import Okta, OktaKnobs, requests, vendor_suite
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

OKTA = pytest.mark.dialects("okta-oin", "okta-aiw")


@OKTA
@pytest.mark.situation_for("OKTA-29")
def test_the_spec_test(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Twelve requests of Okta's SPEC test, on an account with one user, since it fails on an empty one."""
    grace, ada = idp.hire("Grace"), idp.hire("Ada")
    idp.directory.assign(grace)
    idp.sync("Grace is assigned")

    first = client.send(vendor_suite.first_user())
    known = client.send(vendor_suite.user(idp.made(grace)))
    nobody = client.send(vendor_suite.users_called(f"nobody.{ada.address}"))
    unknown = client.send(vendor_suite.user("no-such-user"))
    free = client.send(vendor_suite.users_called(ada.address))
    created = client.send(vendor_suite.create(ada))
    expect.answer(created, 200, 201, proves=("OKTA-06", "OKTA-07", "OKTA-26"))
    stored = client.send(vendor_suite.user(client.id_from(created)))
    again = client.send(vendor_suite.create(ada))
    capitals = client.send(vendor_suite.users_called(ada.address.upper()))
    groups = client.send(vendor_suite.groups())
    stranger = client.send(vendor_suite.without_token(ada.address))
    literal = client.send(vendor_suite.user(vendor_suite.UNKNOWN_ID))
    client.observe()

    expect.listed(first, at_least=1, at_most=1, total=1, proves=("OKTA-01", "OKTA-26"))
    expect.shows(known, {"id": idp.provider.id_of(grace), "userName": grace.address}, proves="OKTA-26")
    for entry in (nobody, free):
        expect.listed(entry, at_most=0, proves="OKTA-04")
    for entry in (unknown, literal):
        expect.answer(entry, 404, proves="OKTA-27", facets="404 for an unknown id")
    expect.shows(stored, {"userName": ada.address, "displayName": ada.full_name, "active": True}, proves="OKTA-06")
    expect.answer(again, 409, 200, proves="OKTA-08")
    expect.listed(capitals, at_least=1, at_most=1, proves="OKTA-05")
    expect.answer(groups, 200, proves="OKTA-26")
    expect.answer(stranger, 401, proves="OKTA-27", facets="401 for a bad token")


@OKTA
@pytest.mark.parametrize(
    "knobs",
    [OktaKnobs(blank="+", plain_at=True, page_first=True), OktaKnobs(blank="%20", plain_at=False, page_first=False)],
    ids=["plus-and-page-first", "percent-and-page-last"],
)
def test_the_match_query_in_any_writing(idp: DrivenIdp, client: Client, expect: Expect, knobs: OktaKnobs) -> None:
    """Ada is found by the match query, however Okta writes its blanks and the at sign, and wherever the page stands."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    found = client.send(requests.find_user(ada, knobs))

    expect.listed(found, at_least=1, at_most=1, proves="OKTA-03")


@OKTA
def test_the_crud_test(idp: DrivenIdp, expect: Expect) -> None:
    """Okta's CRUD test: Ada is assigned, renamed, deactivated, back again with a new assignment, and unassigned."""
    okta = idp.provider
    assert isinstance(okta, Okta)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    scim_id = idp.made(ada)
    expect.one_user(ada, proves=("OKTA-03", "OKTA-06"), scim_id=scim_id)
    expect.name(ada, proves="OKTA-06")

    ada = idp.directory.rename(ada, "Augusta", ada.family_name)
    idp.sync("Ada has another given name")
    expect.name(ada, proves=("OKTA-09", "OKTA-10"), facets="another given name")

    ada = idp.directory.disable(ada)
    idp.sync(okta.acts["deactivate"])
    expect.active(ada, False, proves="OKTA-14")

    ada = idp.directory.enable(ada)
    idp.sync("Ada is activated in Okta, but not assigned yet")
    expect.active(ada, False, proves="OKTA-14")
    okta.assign_again(ada)
    idp.sync("Ada is assigned again")
    expect.active(ada, True, proves=("OKTA-14", "SEED-66"))
    expect.one_user(ada, proves=("OKTA-14", "SEED-66"), scim_id=scim_id, facets="the same id after the return")

    idp.directory.unassign(ada)
    idp.sync(okta.acts["unassign"])
    expect.active(ada, False, proves=("OKTA-14", "SEED-64"))


@OKTA
def test_somebody_who_is_in_the_app_already(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The plan's create cases: Ada is a member under an old name when she is assigned, and is linked and renamed."""
    ada = idp.hire("Ada")
    account.put_in_place(ada)
    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    outbox = account.outbox()

    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    expect.one_user(ada, proves="OKTA-09", scim_id=idp.provider.id_of(ada))
    expect.name(ada, proves=("OKTA-10", "SEED-59"), facets="another family name")
    expect.no_mail(ada, since=outbox, proves="SEED-59")
