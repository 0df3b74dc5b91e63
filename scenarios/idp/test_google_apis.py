"""A bridge that pulls, and Google's APIs in trouble: notices, quotas, pages, nested groups, expired tokens (5.3)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED, SUSPENDED_STATES, Expect

A_MOMENT_S = 11.0  # after a notice; the reference bridge leaves ten seconds between two pulls
AN_HOUR_S = 3601.0  # between two pulls of everything
MORE_THAN_A_PAGE = 203  # members.list gives 200 at most (3.b)


def test_who_is_on_the_second_page_belongs_too(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Design has more members than one page: the last of them is invited too, and a second pull suspends nobody."""
    (design,) = pull.form_groups("Design")
    people = pull.directory.hire_many(MORE_THAN_A_PAGE, design)
    pull.choose(design)
    pull.sync("everybody comes")
    events = account.events()
    pull.sync("the same once more")

    for person in (people[0], people[-1]):
        expect.state(person, INVITED, proves="GOOGLE-08", facets="members")
        expect.never(person, *SUSPENDED_STATES, since=events, proves="GOOGLE-08")


def test_groups_in_groups_are_not_opened(pull: DrivenPull, expect: Expect) -> None:
    """Ada is in Night Shift, which is a member of Design; Grace is in Design directly: only Grace gets access."""
    design, night = pull.form_groups("Design", "Night Shift")
    ada, grace = pull.hire("Ada", night), pull.hire("Grace", design)
    pull.directory.nest(night, design)
    pull.choose(design)

    pull.sync("the first pull, with Design chosen", ada)

    expect.account({grace}, {ada}, proves="GOOGLE-11")
    expect.state(grace, INVITED, proves="GOOGLE-11")


def test_a_new_address_is_no_new_person(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada, invited, gets another address in Google: one user with the new address, and nobody is suspended."""
    (design,) = pull.form_groups("Design")
    before = pull.hire("Ada", design)
    pull.choose(design)
    pull.sync("Ada comes")
    events = account.events()

    ada = pull.directory.change_address(before, f"new-{before.address}")
    pull.sync("Ada has a new address", before)

    expect.one_user(ada, proves="GOOGLE-12")
    expect.gone(before, proves="GOOGLE-12")
    expect.never(ada, *SUSPENDED_STATES, since=events, proves="GOOGLE-12")


def test_a_notice_brings_a_pull_about(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is suspended in Google, and each notice of it arrives twice: moments later the bridge suspends her."""
    (design,) = pull.form_groups("Design")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    pull.choose(design, hears=True)
    pull.sync("everybody comes")
    account.enrol(ada, grace)
    pull.api.fail("notice", "twice")
    events = account.events()

    pull.directory.disable(ada)
    pull.api.publish()
    pull.let_pass("a moment passes", A_MOMENT_S)

    expect.state(ada, SUSPENDED, proves="GOOGLE-18", facets="repeated")
    expect.never(grace, *SUSPENDED_STATES, since=events, proves="GOOGLE-18")


def test_a_late_notice_tells_nothing_new(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is suspended in Google and freed; the notice of the suspension comes behind the other: she stays active."""
    (design,) = pull.form_groups("Design")
    ada = pull.hire("Ada", design)
    pull.choose(design, hears=True)
    pull.sync("everybody comes")
    account.enrol(ada)

    pull.api.fail("notice", "late")
    pull.directory.disable(ada)
    pull.api.publish()
    pull.mend()
    pull.directory.enable(ada)
    pull.api.publish()
    pull.let_pass("a moment passes", A_MOMENT_S)

    expect.state(ada, ACTIVE, proves="GOOGLE-18", facets=("late", "out of order"))


def test_a_notice_of_a_stranger_and_a_forged_one(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Joan, in no chosen group, comes to Google: she gets no access. A forged notice of Ada's suspension is refused."""
    (design,) = pull.form_groups("Design")
    ada = pull.hire("Ada", design)
    pull.choose(design, hears=True)
    pull.sync("everybody comes")
    account.enrol(ada)

    joan = pull.hire("Joan")
    pull.api.publish()
    pull.let_pass("a moment passes", A_MOMENT_S)
    expect.account({ada}, {joan}, proves="GOOGLE-18", facets="for unknown users")
    pull.api.fail("notice", "forged")
    pull.directory.disable(ada)
    pull.api.publish()
    pull.let_pass("another moment passes", A_MOMENT_S)

    expect.state(ada, ACTIVE, proves="GOOGLE-18", facets="with a wrong token")


def test_a_lost_notice_is_made_good(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is suspended in Google and no notice arrives: the next full read, an hour later, suspends her."""
    (design,) = pull.form_groups("Design")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    pull.choose(design, hears=True)
    pull.sync("everybody comes")
    account.enrol(ada, grace)
    pull.api.fail("notice", "dropped")
    events = account.events()

    pull.directory.disable(ada)
    pull.api.publish()
    pull.let_pass("an hour passes", AN_HOUR_S)

    expect.state(ada, SUSPENDED, proves=("GOOGLE-17", "P-01"))
    expect.never(grace, *SUSPENDED_STATES, since=events, proves="GOOGLE-17")


@pytest.mark.parametrize("reason", ["userRateLimitExceeded", "quotaExceeded"])
@pytest.mark.parametrize("operation", ["users.list", "members.list"])
def test_a_quota_is_no_empty_directory(
    pull: DrivenPull, account: Account, expect: Expect, operation: str, reason: str
) -> None:
    """Google refuses reads because of a quota: that suspends nobody; later Joan, who has left, is suspended."""
    (design,) = pull.form_groups("Design")
    ada, joan = pull.hire("Ada", design), pull.hire("Joan", design)
    pull.choose(design)
    pull.sync("everybody comes")
    events = account.events()
    pull.directory.leave(joan, design)
    pull.api.fail(operation, status=403, reason=reason)

    pull.sync("Google is asked too fast", joan)
    for person in (ada, joan):
        expect.never(person, *SUSPENDED_STATES, since=events, proves="GOOGLE-20")
    pull.mend()
    pull.sync("Google answers again", joan)

    expect.state(joan, *SUSPENDED_STATES, proves=("SEED-22", "GOOGLE-20"))
    expect.state(ada, INVITED, proves="GOOGLE-20")


def test_tokens_end_and_delegation_is_revoked(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """The token expires, and Grace is invited all the same; the delegation is revoked, and that suspends nobody."""
    (design,) = pull.form_groups("Design")
    ada = pull.hire("Ada", design)
    pull.choose(design, tries=2)
    pull.sync("Ada comes")
    pull.api.tokens.expire_all()
    grace = pull.hire("Grace", design)
    pull.sync("the token has expired")
    expect.state(grace, INVITED, proves="GOOGLE-21", facets="an expired token is renewed")
    events = account.events()

    pull.api.tokens.expire_all()
    pull.api.tokens.scopes = ()
    pull.directory.leave(ada, design)
    pull.sync("the delegation is revoked", ada)

    for person in (ada, grace):
        expect.never(
            person, *SUSPENDED_STATES, since=events, proves="GOOGLE-21", facets="a revoked delegation changes nothing"
        )


def test_an_archived_user(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada is archived in Google: the run records whether that suspends her."""
    (design,) = pull.form_groups("Design")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    pull.choose(design)
    pull.sync("everybody comes")
    account.enrol(ada, grace)

    pull.directory.archive(ada)
    pull.sync("Ada is archived")

    expect.state(ada, SUSPENDED, proves="GOOGLE-23")
