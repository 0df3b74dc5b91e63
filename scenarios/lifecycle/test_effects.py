"""What a bridge takes it also does, on the account too, with single sign-on or without (SEED-08; P-09, 23, 32)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, INVITED, SUSPENDED, Expect


def test_everything_that_is_known_of_somebody_is_sent(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada has all the details that a directory keeps: her create is taken with them, and so are her changes (P-09)."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    manager = idp.hire("Grace", design)
    details = {"title": "Countess", "department": "Engines", "phone": "+44 20 7946 0000", "locale": "en-GB"}
    ada = idp.directory.change_profile(ada, **details, manager=manager.key)
    idp.sync("Design is assigned")
    expect.active(ada, True, proves="P-09")
    expect.state(ada, INVITED, proves=("P-09", "P-23"))

    ada = idp.directory.change_profile(ada, title="Programmer", department="Analysis", phone="+44 20 7946 0001")
    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Ada has another title, department, phone and name")

    expect.name(ada, proves=("P-09", "P-23", "P-32"))
    expect.active(ada, True, proves="P-09")


def test_each_write_has_its_effect(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is created, renamed, suspended and brought back, one cycle each: the account shows each of it at once."""
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    account.enrol(ada, grace)
    expect.state(ada, ACTIVE, proves=("P-23", "P-32"))

    for family_name in ("King", "Lovelace"):
        ada = idp.directory.rename(ada, "Ada", family_name)
        idp.sync(f"Ada is Ada {family_name}")
        expect.name(ada, proves=("P-23", "P-32"))
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.state(ada, SUSPENDED, proves=("P-23", "P-32"))
    expect.state(grace, ACTIVE, proves="P-23")
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.state(ada, ACTIVE, proves=("P-23", "P-32"))


@pytest.mark.dialects("okta-oin", "okta-aiw", "entra-default")
def test_single_sign_on_changes_nothing(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada unlocks with the provider's credentials and Grace with a password: both have the same life (SEED-08)."""
    design, sso = idp.form_groups("Design", "Unlock")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.directory.assign_group(design)
    idp.sync("Design is assigned")
    account.enrol(ada, grace)
    account.put_group(sso, ada, sso=True)
    outbox, ids = account.outbox(), {person: idp.made(person) for person in (ada, grace)}

    for person in (ada, grace):
        idp.directory.rename(person, person.given_name, "Byron-King")
        idp.directory.change_address(person, f"new-{person.address}")
    idp.sync("both have another name and address")
    for person in (ada, grace):
        now = idp.directory.now(person)
        expect.mail(now, "address_change", 1, since=outbox, proves=("SEED-08", "SEED-61"))
        if account.asks_for(person.address):
            account.accept_address(now, person.address)
        expect.one_user(now, proves="SEED-08", scim_id=ids[person])
        expect.name(now, proves="SEED-08")
        idp.directory.disable(now)
    idp.sync(idp.provider.acts["deactivate"])
    for person in (ada, grace):
        expect.state(idp.directory.now(person), SUSPENDED, proves="SEED-08")
        idp.directory.enable(person)
    idp.sync("both are back")

    for person in (ada, grace):
        expect.state(idp.directory.now(person), ACTIVE, proves="SEED-08")
