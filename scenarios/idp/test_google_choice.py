"""A bridge that pulls: what Google notes beside, the choice of groups, and the first notice of a channel (5.3)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED, Expect
from harness.stories.operations import Operations


def test_what_google_notes_beside_changes_nothing(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """Ada, Grace and Joan sign in to Google, each with another picture: each stays as they are, without a mail."""
    (design,) = pull.form_groups("Design")
    ada, grace, joan = (pull.hire(name, design) for name in ("Ada", "Grace", "Joan"))
    pull.choose(design)
    pull.sync("everybody comes")
    account.enrol(ada, joan)
    pull.directory.disable(joan)
    pull.sync("Joan is suspended", joan)
    events, outbox = account.events(), account.outbox()

    for person in (ada, grace, joan):
        pull.directory.sign_in(person)
    before = pull.sync("all three have signed in to Google, with new pictures", joan)

    for person, state in ((ada, ACTIVE), (grace, INVITED), (joan, SUSPENDED)):
        expect.state(person, state, proves="GOOGLE-13")
        expect.never(person, *({ACTIVE, INVITED, SUSPENDED} - {state}), since=events, proves="GOOGLE-13")
    expect.no_mail(ada, grace, joan, since=outbox, proves="GOOGLE-13")
    expect.kept(since=before.id, proves="GOOGLE-13")


@pytest.mark.still_account
def test_the_choice_survives_a_restart(
    pull: DrivenPull, account: Account, operations: Operations, expect: Expect
) -> None:
    """Design is chosen, the bridge restarts, and Grace joins Design: she is invited, and Ada stays where she is."""
    (design,) = pull.form_groups("Design")
    ada = pull.hire("Ada", design)
    pull.choose(design)
    pull.sync("Ada comes")

    operations.restart("the bridge is restarted, with Design chosen")
    if not pull.look_at_it():  # settings and key may have to be loaded again (P-02): the choice may not
        pull.load_again()
    grace = pull.hire("Grace", design)
    pull.sync("Grace has joined Design")

    for person in (ada, grace):
        expect.state(person, INVITED, proves="GOOGLE-16")
    expect.one_group(design, proves="GOOGLE-16")


def test_a_group_of_that_name_is_adopted(pull: DrivenPull, account: Account, expect: Expect) -> None:
    """The account has a group Design with Ada in it, and Google's Design is pulled: there is one, with both people."""
    (design,) = pull.form_groups("Design")
    ada, grace = pull.hire("Ada", design), pull.hire("Grace", design)
    account.put_in_place(ada)
    account.put_group(design, ada)
    pull.choose(design)

    pull.sync("the first pull, with Design chosen")
    pull.sync("the same once more")

    expect.one_group(design, proves="GOOGLE-16")
    for person in (ada, grace):
        expect.groups(person, {design}, proves="GOOGLE-16")


def test_the_first_notice_of_a_channel_is_taken(pull: DrivenPull, expect: Expect) -> None:
    """The bridge opens channels, and Google confirms each by a notice without a body: all of them are taken."""
    (design,) = pull.form_groups("Design")
    pull.hire("Ada", design)
    pull.choose(design, hears=True)
    pull.sync("Ada comes")

    pull.confirm_notices()
    expect.notices_taken(proves="GOOGLE-19")
