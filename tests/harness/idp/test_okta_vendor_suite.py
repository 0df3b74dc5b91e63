"""Okta's two collections: every assertion is mapped to an existing requirement."""

from __future__ import annotations

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.idp.okta import vendor_suite
from harness.idp.vendor_suite import VendorSuite
from harness.judge.coverage import stories
from tests.harness.idp.steps import body, company


@pytest.mark.parametrize(("of", "requests", "assertions"), [(vendor_suite.SPEC, 12, 52), (vendor_suite.CRUD, 13, 21)])
def test_every_assertion_is_mapped(of: VendorSuite, requests: int, assertions: int) -> None:
    assert (len(of.steps), of.count) == (requests, assertions)
    assert of.story in {story.name for story in stories()}


def test_every_case_of_the_manual_plan_has_its_story() -> None:
    """Section 1.e: what the plan's summary names, without its preconditions."""
    told = {story.name for story in stories()}

    assert [step.request for step in vendor_suite.MANUAL.steps if step.story not in told] == []
    assert {step.request.split(":")[0] for step in vendor_suite.MANUAL.steps} == {
        "create", "update", "deprovision", "import", "password", "group push", "profile sourcing",
    }  # fmt: skip


@pytest.mark.parametrize("of", vendor_suite.GATES, ids=lambda of: of.name)
def test_an_assertion_is_judged_or_says_why_not(of: VendorSuite) -> None:
    about_bridges = [one for step in of.steps if not step.request.startswith("Okta:") for one in step.assertions]

    assert [one.what for one in about_bridges if not one.requirement and not one.wrong] == []
    assert {one.requirement for one in about_bridges} - {""} <= set(load_catalogue())


def test_the_create_of_the_collection_is_plain_json() -> None:
    """OKTA-26: another media type, the agent of the collection, no password."""
    ada = company().hire("Ada")

    request = vendor_suite.create(ada)

    assert request.headers == (
        ("Content-Type", "application/json"),
        ("Authorization", ""),
        ("Accept", "application/scim+json; charset=utf-8"),
    )
    assert list(body(request)) == ["schemas", "userName", "name", "displayName", "emails", "active"]


def test_what_is_no_token_is_sent_as_it_is() -> None:
    """OKTA-27: the header names no scheme, and no secret is put in its place."""
    request = vendor_suite.without_token("ada@marigold.example")

    assert request.credential is None
    assert ("Authorization", "non-token") in request.headers
    assert request.target == "/Users?filter=userName%20eq%20%22ada%40marigold.example%22"
