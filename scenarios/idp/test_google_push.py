"""Behaviour that only Google's auto-provisioning has: delayed deprovisioning, and no groups on the wire."""

from __future__ import annotations

import pytest

from harness.idp.google import Google, GoogleKnobs
from harness.idp.lost_answers import losing
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, SUSPENDED, SUSPENDED_STATES, Expect

GOOGLE = pytest.mark.dialects("google-push")


def google_of(idp: DrivenIdp) -> Google:
    """The provider as Google: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Google)
    return idp.provider


@GOOGLE
def test_groups_stay_as_they_are(idp: DrivenIdp, expect: Expect) -> None:
    """Ada moves from Design to Sales, and Sales is renamed: Google sends nothing about either."""
    google = google_of(idp)
    design, sales = idp.assign_groups("Design", "Sales")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", sales)
    idp.sync("Design and Sales are assigned")
    idp.made(ada)

    idp.directory.move(ada, design, sales)
    idp.directory.rename_group(sales, f"Selling {sales.key}")
    step = idp.perform("Ada moves, and Sales is renamed", google.plan())

    expect.silent(since=step.id, proves="GOOGLE-05")
    for person in (ada, grace):
        expect.active(person, True, proves="GOOGLE-05")


@GOOGLE
def test_a_deletion_follows_the_suspension(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is deleted in Google: suspended within a day, her user deleted after thirty; the member stays, suspended."""
    google = google_of(idp)
    google.knobs = GoogleKnobs(deleted_suspend_days=0, deleted_delete_days=30)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    idp.made(ada)
    account.enrol(ada, grace)

    idp.directory.delete(ada)
    idp.sync(google.acts["delete"])
    expect.active(ada, False, proves=("GOOGLE-06", "SEED-62"))
    idp.perform("thirty days pass", google.let_pass(30))
    idp.sync("the deletion is due")

    expect.gone(ada, proves="GOOGLE-06")
    expect.state(ada, SUSPENDED, proves=("GOOGLE-06", "SEED-67"))
    expect.active(grace, True, proves="GOOGLE-06")


@GOOGLE
def test_whoever_is_back_in_time_was_never_away(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada and Grace are suspended in Google, with a delay of a week; Ada is restored in time, Grace is not."""
    google = google_of(idp)
    google.knobs = GoogleKnobs(suspended_suspend_days=7)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    idp.made(ada)
    account.enrol(ada, grace)
    events = account.events()

    idp.directory.disable(ada)
    idp.directory.disable(grace)
    idp.sync("both are suspended in Google, and a week is to go")
    idp.perform("six days pass", google.let_pass(6))
    idp.directory.enable(ada)
    idp.sync("Ada is freed")
    idp.perform("two more days pass", google.let_pass(2))
    idp.sync("the week is over")

    expect.never(ada, *SUSPENDED_STATES, since=events, proves="SEED-66")
    expect.state(ada, ACTIVE, proves="SEED-66")
    expect.state(grace, SUSPENDED, proves="SEED-16")


@GOOGLE
def test_whoever_was_removed_by_hand_stays_away(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada's user is deleted on the bridge by hand: Google's next change gets 404, and Google creates no new user."""
    google = google_of(idp)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    client.send(idp.delete_for_good(ada))

    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name")
    step = idp.perform("the next sync", google.plan())

    expect.gone(ada, proves="GOOGLE-07")
    expect.silent(since=step.id, proves="GOOGLE-07")
    expect.active(grace, True, proves="GOOGLE-07")


@GOOGLE
def test_a_new_address_is_the_same_person(idp: DrivenIdp, expect: Expect) -> None:
    """Ada, invited, gets another address in Google: the same user has the new address, and no user the old one."""
    before = idp.hire("Ada")
    idp.directory.assign(before)
    idp.sync("Ada is assigned")
    scim_id = idp.made(before)

    ada = idp.directory.change_address(before, f"new-{before.address}")
    idp.sync("Ada has a new address")

    expect.one_user(ada, proves="SEED-15", scim_id=scim_id, facets="address")
    expect.gone(before, proves="SEED-15", facets="address")


@GOOGLE
def test_a_lost_create_ends_with_one_user(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answer to Ada's create is lost; the next sync finds and links her: one user and one invitation."""
    google = google_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    outbox = account.outbox()

    idp.perform("the answer to the create is lost", losing(google.plan(), "create user"))
    idp.sync("the next sync")
    scim_id = idp.made(ada)
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name")

    expect.one_user(ada, proves="SEED-55", scim_id=scim_id)
    expect.name(ada, proves="SEED-55")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-56"))


@GOOGLE
def test_a_lost_suspension_is_sent_again(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The answer to Ada's suspension is lost, and later the one to her return: she ends as Google has her."""
    google = google_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)
    account.enrol(ada)

    idp.directory.disable(ada)
    idp.perform("the answer to the suspension is lost", losing(google.plan(), "set user active"))
    idp.sync("the next sync")
    expect.state(ada, SUSPENDED, proves="SEED-16")
    idp.directory.enable(ada)
    idp.perform("the answer to the return is lost", losing(google.plan(), "set user active"))
    idp.sync("the sync after that")

    expect.state(ada, ACTIVE, proves="SEED-66")
    expect.one_user(ada, proves="SEED-66")


@GOOGLE
def test_the_other_guesses_end_the_same(idp: DrivenIdp, expect: Expect) -> None:
    """Google sends changes by PATCH and active by PUT: a new name, a suspension and a return arrive all the same."""
    google = google_of(idp)
    google.knobs = GoogleKnobs(update="patch", set_active="put")
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)

    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another name")
    expect.name(ada, proves="SEED-15")
    idp.directory.disable(ada)
    idp.sync(google.acts["deactivate"])
    expect.active(ada, False, proves="SEED-16")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.active(ada, True, proves="SEED-66")


@GOOGLE
def test_the_application_is_removed(idp: DrivenIdp, expect: Expect) -> None:
    """The application is deleted in Google: nothing is sent, and the bridge still tells who is active."""
    google = google_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.made(ada)

    google.remove_application()
    idp.directory.disable(ada)
    idp.sync("the application is removed, and Ada is suspended afterwards")

    expect.active(ada, True, proves="P-25")
