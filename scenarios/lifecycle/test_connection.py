"""Connecting an identity provider: nothing changes before a person is assigned (SEED-17)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import INVITED, Expect


@pytest.mark.smoke
def test_connecting_changes_nothing(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The connection test only reads: it changes no member and sends no mail."""
    outbox = account.outbox()

    mark = idp.connect()

    expect.silent(since=mark.id, proves=("SEED-17", "P-24"))
    expect.no_mail_to_anybody(since=outbox, proves=("SEED-17", "P-24"))


@pytest.mark.smoke
def test_one_person_is_invited(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is assigned: one user, one invitation."""
    ada = idp.hire("Ada")
    outbox = account.outbox()
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    expect.active(ada, True, proves="SEED-13")
    expect.one_user(ada, proves="SEED-13")
    expect.state(ada, INVITED, proves=("SEED-13", "P-21"))
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-03"), facets="invited")


@pytest.mark.still_account
@pytest.mark.situation_for("OKTA-01", "OKTA-02")
def test_a_connection_test_counts_everybody(idp: DrivenIdp, expect: Expect) -> None:
    """With three people provisioned, the first page of two shows that there are more; nothing changes."""
    people = [idp.hire(name) for name in ("Ada", "Grace", "Joan")]
    idp.directory.assign(*people)
    idp.sync("three people are assigned")

    mark = idp.connect()
    idp.connect()  # where others use the account, only what is seen twice alike is held against the bridge

    expect.silent(since=mark.id, proves="SEED-17")
