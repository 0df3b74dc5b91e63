"""The invariants of the account: agreement, state machine, ledger of mails, and what provisioning never touches."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.journal import Act, Event, Observation
from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    act,
    active,
    delete,
    finds,
    group,
    groups,
    hired,
    ignores,
    joins,
    member,
    members,
    patch,
    seen,
    step,
    time_passes,
    user,
    users,
)

MANAGERS = {"id": "a-pm", "scim_id": None, "name": "Provision Managers", "type": "PROVISION_MANAGERS", "managed": False}


def account_group(name: str = "Design", **more: Any) -> dict[str, Any]:
    """A group as the probe shows it."""
    own = {"id": f"a-{name.lower()}", "scim_id": f"g-{name.lower()}", "name": name, "type": "USER_DEFINED"}
    return {**own, "managed": True, "permissions": [], "sso": False, **more}


def account_groups(*shown: dict[str, Any]) -> Observation:
    """The groups of the account, Provision Managers first."""
    return seen("account.groups", [MANAGERS, *shown])


def events(*told: tuple[str, str], at: tuple[str, ...] = ()) -> Observation:
    """The event journal: pairs of event and state, all of Ada."""
    moments = (*at, *["2026-03-02T10:00:00Z"] * len(told))
    rows = zip(told, moments, strict=False)
    return seen("account.journal", [_event(n, name, state, when) for n, ((name, state), when) in enumerate(rows, 1)])


def _event(seq: int, name: str, state: str, when: str) -> dict[str, Any]:
    return {"seq": seq, "at": when, "event": name, "member_id": "m-ada", "group_id": None, "state": state}


def mails(*sent: tuple[str, str]) -> Observation:
    """The outbox: pairs of kind and address."""
    return seen("account.mail", [{"seq": n, "to": to, "kind": kind} for n, (kind, to) in enumerate(sent, 1)])


def vaults(*opened: str, **more: Any) -> Observation:
    """One vault, open to these groups."""
    return seen("account.vaults", [{"id": "v-1", "name": "Drawings", "groups": list(opened), **more}])


NOBODY, ADA_IN = members(), members(member())
INVITED = members(member(state="INVITED"))
SUSPENDED = members(member(state="SUSPENDED"))
ALICE = "ada@example.com"
WITH_NAME = user(displayName="Ada", active=True)
AGREED = (members(member()), users(WITH_NAME), step())

AGREEMENT = (
    accepts("scim_and_account_agree", "the same access, name and address", *AGREED),
    accepts("scim_and_account_agree", "an inactive user who is suspended", SUSPENDED, users(user(active=False))),
    accepts(
        "scim_and_account_agree",
        "a new address that waits for the person",
        members(member(new_email="a.king@example.com")),
        users(user(user_name="a.king@example.com", displayName="Ada", active=True)),
    ),
    accepts(
        "scim_and_account_agree",
        "an administrator suspended her",
        *AGREED,
        act(name="suspend"),
        SUSPENDED,
        users(WITH_NAME),
    ),
    accepts("scim_and_account_agree", "no name over SCIM", ADA_IN, users(user(active=True))),
    finds(
        "scim_and_account_agree",
        "a leaver who is still inside",
        *AGREED,
        active(),
        ADA_IN,
        users(user(active=False, displayName="Ada")),
        says="SEED-16: ada@example.com is suspended on the account, as SCIM shows active false ⟶ the member is ACTIVE",
    ),
    finds(
        "scim_and_account_agree",
        "somebody who is locked out",
        *AGREED,
        joins("u-ada"),
        SUSPENDED,
        users(WITH_NAME),
        says="SEED-59: ada@example.com has access to the account, as SCIM shows active true ⟶ the member is SUSPENDED",
    ),
    finds(
        "scim_and_account_agree",
        "another name",
        members({**member(), "name": "Augusta"}),
        users(WITH_NAME),
        says="SEED-15: the account shows 'Ada', as SCIM does ⟶ 'Augusta' @ /displayName",
    ),
    finds(
        "scim_and_account_agree",
        "another address",
        members(member(email="augusta@example.com")),
        users(WITH_NAME),
        says="SEED-15: the account knows ada@example.com, as SCIM does ⟶ it knows augusta@example.com @ /userName",
    ),
    finds(
        "scim_and_account_agree",
        "a user without a member",
        hired(),
        members(member("grace")),
        users(WITH_NAME),
        says="SEED-13: ada@example.com is a member of the account ⟶ SCIM alone has the user",
    ),
    accepts(
        "scim_and_account_agree",
        "a user of another story, of whom the account was not asked",
        members(member("grace")),
        users(WITH_NAME, user("u-grace", user_name="grace@example.com")),
    ),
    finds(
        "scim_and_account_agree",
        "a group that SCIM alone has",
        ADA_IN,
        account_groups(account_group("Sales")),
        users(WITH_NAME),
        groups(group("g-design", "Design", "u-ada")),
        says="SEED-11: Design is a group of the account ⟶ SCIM alone has the group",
    ),
    finds(
        "scim_and_account_agree",
        "a group of another name",
        ADA_IN,
        account_groups(account_group(name="Design", id="a-1", scim_id="g-design")),
        users(WITH_NAME),
        groups(group("g-design", "Drawing")),
        says="SEED-11: the account knows the group as 'Drawing' ⟶ 'Design' @ /displayName",
    ),
    finds(
        "scim_and_account_agree",
        "somebody who is in a group over SCIM alone",
        ADA_IN,
        account_groups(account_group()),
        users(WITH_NAME),
        groups(group("g-design", "Design", "u-ada")),
        says="SEED-12: SCIM and account agree: ada@example.com in 'Design' ⟶ the account has them out of it @ /members",
    ),
    finds(
        "scim_and_account_agree",
        "somebody who is in a group on the account alone",
        members(member(groups=["a-design"]), member("grace", groups=["a-design"])),
        account_groups(account_group()),
        users(WITH_NAME, user("u-grace", "grace@example.com")),
        groups(group("g-design", "Design", "u-grace")),
        says="SEED-12: SCIM and account agree: ada@example.com in 'Design' ⟶ the account alone has them in @ /members",
    ),
    accepts(
        "scim_and_account_agree",
        "what differs while a directory is pulled, and no more at the next look",
        act(name="sync"),
        members(member("grace")),
        users(WITH_NAME),
        step(),
        ADA_IN,
        users(WITH_NAME),
    ),
    ignores("scim_and_account_agree", "members that can't be read", users(WITH_NAME)),
)

LATE = ("2026-03-02T10:00:00Z", "2026-03-02T10:05:40Z")
IN_TIME = ("2026-03-02T10:00:00Z", "2026-03-02T10:04:59Z")
SIGNED_UP, LET_IN = ("signed_up", "PENDING"), ("confirmed", "ACTIVE")
OUT = ("suspended", "PENDING_SUSPENDED")
WAITS = members(member(state="PENDING"))

LIVES = (
    accepts("nobody_suspended_is_let_in", "confirmed after the sign-up", ADA_IN, events(SIGNED_UP, LET_IN)),
    finds(
        "nobody_suspended_is_let_in",
        "confirmed in spite of the suspension",
        ADA_IN,
        events(SIGNED_UP, OUT, LET_IN),
        says="ada@example.com stays PENDING_SUSPENDED ⟶ confirmed, now ACTIVE",
    ),
    ignores("nobody_suspended_is_let_in", "suspended alone", ADA_IN, events(OUT)),
    accepts("nobody_is_deleted_over_scim", "suspended", SUSPENDED, events(("suspended", "SUSPENDED"))),
    accepts(
        "nobody_is_deleted_over_scim",
        "an administrator did it",
        ADA_IN,
        step(),
        act(name="delete"),
        NOBODY,
        events(("deleted", "")),
    ),
    finds(
        "nobody_is_deleted_over_scim",
        "a DELETE does it",
        ADA_IN,
        step(),
        delete("/Users/u-ada"),
        NOBODY,
        events(("deleted", "")),
        says="ada@example.com stays a member of the account ⟶ deleted, though no administrator did it",
    ),
    ignores("nobody_is_deleted_over_scim", "somebody is invited", INVITED, events(("invited", "INVITED"))),
    accepts("who_is_deleted_over_scim_is_suspended", "she is", ADA_IN, step(), delete("/Users/u-ada"), SUSPENDED),
    finds(
        "who_is_deleted_over_scim_is_suspended",
        "she is not",
        ADA_IN,
        step(),
        delete("/Users/u-ada"),
        members(member(scim_id=None)),
        says="ada@example.com is suspended, since SCIM has the user no more ⟶ the member is ACTIVE",
    ),
    ignores("who_is_deleted_over_scim_is_suspended", "refused", ADA_IN, step(), delete("/Users/u-ada", 404), ADA_IN),
    ignores(
        "who_is_deleted_over_scim_is_suspended",
        "she was created anew meanwhile",
        ADA_IN,
        step(),
        delete("/Users/u-ada"),
        hired(),
        ADA_IN,
    ),
    accepts("who_is_confirmed_has_signed_up", "she has", ADA_IN, events(SIGNED_UP, LET_IN)),
    finds(
        "who_is_confirmed_has_signed_up",
        "she has not",
        INVITED,
        step(),
        ADA_IN,
        events(LET_IN),
        says="ada@example.com is confirmed after the sign-up ⟶ confirmed while INVITED",
    ),
    ignores("who_is_confirmed_has_signed_up", "nobody is confirmed", INVITED, events(("invited", "INVITED"))),
    accepts("everybody_is_confirmed_in_time", "in 299 s", ADA_IN, events(SIGNED_UP, LET_IN, at=IN_TIME)),
    accepts(
        "everybody_is_confirmed_in_time",
        "provisioning was off meanwhile",
        ADA_IN,
        events(
            SIGNED_UP, ("provisioning_off", ""), ("provisioning_on", ""), LET_IN, at=(LATE[0], *LATE[:1] * 2, LATE[1])
        ),
    ),
    finds(
        "everybody_is_confirmed_in_time",
        "in 340 s",
        ADA_IN,
        events(SIGNED_UP, LET_IN, at=LATE),
        says="ada@example.com is confirmed within 300 s of the sign-up ⟶ after 340 s",
    ),
    ignores("everybody_is_confirmed_in_time", "nobody is confirmed", WAITS, events(SIGNED_UP)),
    accepts("nobody_waits_longer", "she is let in", WAITS, time_passes(), ADA_IN),
    finds(
        "nobody_waits_longer",
        "she waits still",
        WAITS,
        time_passes(306.0),
        WAITS,
        says="ada@example.com is confirmed within 300 s of the sign-up ⟶ still PENDING",
    ),
    ignores("nobody_waits_longer", "no time has passed", WAITS, step(), WAITS),
    ignores("nobody_waits_longer", "provisioning is off", WAITS, act("", "provisioning"), time_passes(900.0), WAITS),
)

TO_ADA = ("invitation", ALICE)
ASKED = ("address_change_requested", "ACTIVE")
NEW = "a.king@example.com"


def told(event: tuple[str, str], *sent: tuple[str, str], **more: Any) -> tuple[Event, ...]:
    """A look after which one event of Ada's stands beside these mails, and the same look again."""
    look = (members(member(**more)), mails(*sent), events(event))
    return (*look, step(), *look)


LEDGER = (
    accepts("each_mail_has_its_event", "one invitation", *told(("invited", "INVITED"), TO_ADA)),
    accepts("each_mail_has_its_event", "one start mail", *told(LET_IN, ("start", ALICE))),
    accepts(
        "each_mail_has_its_event",
        "a second invitation on return",
        *told(("reactivated", "INVITED"), TO_ADA),
        step(),
        members(member()),
        mails(TO_ADA),
        events(("reactivated", "INVITED"), ("invited", "INVITED")),
    ),
    accepts(
        "each_mail_has_its_event",
        "a mail to an address that a request named",
        hired(user(user_name="old@example.com")),
        *told(("invited", "INVITED"), ("invitation", "old@example.com")),
    ),
    finds(
        "each_mail_has_its_event",
        "no invitation",
        *told(("invited", "INVITED")),
        says="SEED-51: 1 invitation mail to ada@example.com ⟶ 0",
    ),
    finds(
        "each_mail_has_its_event",
        "two invitations",
        *told(("invited", "INVITED"), TO_ADA, TO_ADA),
        says="SEED-51: 1 invitation mail to ada@example.com ⟶ 2: no event of the account stands for it",
    ),
    finds(
        "each_mail_has_its_event",
        "an invitation for a member",
        *told(("adopted", "ACTIVE"), TO_ADA),
        says="SEED-56: no invitation mail to ada@example.com ⟶ 1: no event of the account stands for it",
    ),
    finds(
        "each_mail_has_its_event",
        "a copy to somebody else",
        *told(("invited", "INVITED"), TO_ADA, ("invitation", "it@example.net")),
        says="SEED-51: no mail to it@example.net, whom the account does not know ⟶ 1",
    ),
    finds(
        "each_mail_has_its_event",
        "the old address is asked for the new one",
        *told(ASKED, ("address_change", ALICE), new_email=NEW),
        says=f"SEED-61: the mail that asks for {NEW} goes there ⟶ to {ALICE}, and none to {NEW}",
    ),
    finds(
        "each_mail_has_its_event",
        "a start mail to an accepted address",
        members(member(new_email=NEW)),
        mails(("address_change", NEW)),
        events(ASKED),
        step(),
        members(member(email=NEW)),
        mails(("address_change", NEW), ("start", NEW)),
        events(ASKED, ("address_changed", "ACTIVE")),
        says=f"SEED-54: no start mail to {NEW} ⟶ 1: no event of the account stands for it",
    ),
    accepts(
        "each_mail_has_its_event",
        "an invitation to the new address of somebody invited",
        INVITED,
        mails(TO_ADA),
        events(("invited", "INVITED")),
        step(),
        members(member(email=NEW, state="INVITED")),
        mails(TO_ADA, ("invitation", NEW)),
        events(("invited", "INVITED"), ("address_changed", "INVITED")),
    ),
    accepts(
        "each_mail_has_its_event",
        "a mail to an address that has passed to somebody else meanwhile",
        members(member(email=NEW), member("grace")),
        mails(("address_change", NEW)),
        events(ASKED),
        step(),
        members(member(email="else@example.com"), member("grace", email=NEW)),
        mails(("address_change", NEW), ("start", NEW)),
        events(ASKED, ("address_changed", "ACTIVE"), ("address_changed", "ACTIVE")),
    ),
    accepts(
        "each_mail_has_its_event",
        "a notice of a suspension",
        *told(("invited", "INVITED"), TO_ADA),
        step(),
        SUSPENDED,
        mails(TO_ADA, ("other", ALICE)),
        events(("invited", "INVITED"), ("suspended", "SUSPENDED")),
    ),
    accepts(
        "each_mail_has_its_event",
        "a mail to an administrator about the bridge",
        *told(("invited", "INVITED"), TO_ADA, ("other", "it@example.net")),
    ),
    finds(
        "each_mail_has_its_event",
        "a mail of another kind that nothing stands for",
        *told(("invited", "INVITED"), TO_ADA, ("other", ALICE)),
        says="SEED-55: no other mail to ada@example.com ⟶ 1: no event of the account stands for it",
    ),
    ignores("each_mail_has_its_event", "mails without a kind", *told(("invited", "INVITED"), ("other", ALICE))),
    ignores("each_mail_has_its_event", "no mail can be read", INVITED, events(("invited", "INVITED"))),
)

_DESIGN = account_group()
IN_MANAGERS = members(member(groups=["a-pm"]))
OWNERS = {**MANAGERS, "id": "a-owners", "name": "Owners", "type": "OWNERS"}
GUEST = member(type="GUEST")

APART = (
    accepts("provision_managers_exist", "once", account_groups()),
    finds(
        "provision_managers_exist",
        "never",
        seen("account.groups", []),
        says="one group 'Provision Managers' on the account ⟶ 0",
    ),
    ignores("provision_managers_exist", "groups that can't be read", ADA_IN),
    accepts("provision_managers_stay", "they do", account_groups(), step(), account_groups(account_group())),
    finds(
        "provision_managers_stay",
        "renamed",
        account_groups(),
        step(),
        seen("account.groups", [{**MANAGERS, "name": "Managers"}]),
        says="the group 'Provision Managers' stays ⟶ now 'Managers'",
    ),
    finds(
        "provision_managers_stay",
        "deleted",
        account_groups(),
        step(),
        seen("account.groups", []),
        says="the group 'Provision Managers' stays ⟶ gone",
    ),
    ignores("provision_managers_stay", "the first look", account_groups()),
    accepts("provision_managers_are_not_over_scim", "they are not", account_groups(), groups(group())),
    finds(
        "provision_managers_are_not_over_scim",
        "they are",
        seen("account.groups", [{**MANAGERS, "scim_id": "g-design"}]),
        groups(group()),
        says="'Provision Managers' is no group of SCIM ⟶ it is listed @ /Resources",
    ),
    ignores("provision_managers_are_not_over_scim", "groups that can't be read", groups(group())),
    accepts("nobody_joins_provision_managers", "nobody", account_groups(), ADA_IN, step(), ADA_IN),
    finds(
        "nobody_joins_provision_managers",
        "Ada",
        account_groups(),
        ADA_IN,
        step(),
        IN_MANAGERS,
        says="ada@example.com neither joins nor leaves Provision Managers ⟶ did",
    ),
    finds(
        "nobody_joins_provision_managers",
        "a newcomer",
        account_groups(),
        NOBODY,
        step(),
        IN_MANAGERS,
        says="ada@example.com neither joins nor leaves Provision Managers ⟶ did",
    ),
    ignores("nobody_joins_provision_managers", "the first look", account_groups(), ADA_IN),
    accepts("nobody_gets_a_role", "as before", account_groups(), ADA_IN, step(), ADA_IN),
    accepts("nobody_gets_a_role", "an administrator did it", ADA_IN, step(), act(), members(member(owner=True))),
    finds(
        "nobody_gets_a_role",
        "an owner",
        members(member(owner=False)),
        step(),
        members(member(owner=True)),
        says="ada@example.com stays owner false ⟶ true",
    ),
    finds(
        "nobody_gets_a_role",
        "a group of the account's own",
        seen("account.groups", [MANAGERS, OWNERS]),
        ADA_IN,
        step(),
        members(member(groups=["a-owners"])),
        says="ada@example.com neither joins nor leaves Owners ⟶ did",
    ),
    ignores("nobody_gets_a_role", "the first look", ADA_IN),
    accepts("newcomers_are_plain_members", "she is", NOBODY, step(), ADA_IN),
    finds(
        "newcomers_are_plain_members",
        "an owner",
        NOBODY,
        step(),
        members(member(owner=True)),
        says="ada@example.com is a plain member ⟶ an owner",
    ),
    ignores("newcomers_are_plain_members", "the first look", ADA_IN),
    accepts("guests_stay_as_they_are", "as before", members(GUEST), step(), members(GUEST)),
    finds(
        "guests_stay_as_they_are",
        "suspended",
        members(GUEST),
        step(),
        members({**GUEST, "state": "SUSPENDED"}),
        says='the guest ada@example.com keeps state "ACTIVE" ⟶ "SUSPENDED"',
    ),
    finds(
        "guests_stay_as_they_are",
        "gone",
        members(GUEST),
        step(),
        NOBODY,
        says="the guest ada@example.com stays ⟶ no such member",
    ),
    ignores("guests_stay_as_they_are", "no guest", ADA_IN, step(), NOBODY),
    accepts(
        "permissions_of_groups_stay",
        "as before",
        account_groups(account_group()),
        step(),
        account_groups(account_group()),
    ),
    accepts(
        "permissions_of_groups_stay",
        "an administrator put a group in place",
        account_groups(),
        Act("fixtures"),
        account_groups(account_group(permissions=["invite"])),
    ),
    finds(
        "permissions_of_groups_stay",
        "more than before",
        account_groups(account_group()),
        step(),
        account_groups(account_group(permissions=["invite"])),
        says="'Design' keeps permissions [] ⟶ [\"invite\"]",
    ),
    finds(
        "permissions_of_groups_stay",
        "a new group that may do something",
        account_groups(),
        step(),
        account_groups(account_group(permissions=["invite"])),
        says="the new group 'Design' may do nothing ⟶ [\"invite\"]",
    ),
    ignores("permissions_of_groups_stay", "the first look", account_groups()),
    accepts(
        "single_sign_on_stays", "as before", account_groups(account_group()), step(), account_groups(account_group())
    ),
    finds(
        "single_sign_on_stays",
        "switched on",
        account_groups(account_group()),
        step(),
        account_groups(account_group(sso=True)),
        says="'Design' keeps sso false ⟶ true",
    ),
    finds(
        "single_sign_on_stays",
        "a new group that unlocks with SSO",
        account_groups(),
        step(),
        account_groups(account_group(sso=True)),
        says="the new group 'Design' does not change who unlocks with SSO ⟶ it does",
    ),
    ignores("single_sign_on_stays", "the first look", account_groups()),
    accepts(
        "vaults_keep_their_groups",
        "as before",
        account_groups(account_group()),
        vaults("a-design"),
        step(),
        vaults("a-design"),
    ),
    accepts(
        "vaults_keep_their_groups",
        "the group is gone",
        account_groups(account_group()),
        vaults("a-design"),
        step(),
        account_groups(),
        vaults(),
    ),
    finds(
        "vaults_keep_their_groups",
        "closed to its group",
        account_groups(account_group()),
        vaults("a-design"),
        step(),
        vaults(),
        says="the vault 'Drawings' is open to {\"a-design\": null} ⟶ {}",
    ),
    finds(
        "vaults_keep_their_groups",
        "gone",
        account_groups(),
        vaults(),
        step(),
        seen("account.vaults", []),
        says="the vault 'Drawings' stays ⟶ gone",
    ),
    ignores("vaults_keep_their_groups", "the first look", account_groups(), vaults()),
    accepts("looking_changes_nothing", "as before", ADA_IN, step(), ADA_IN),
    finds(
        "looking_changes_nothing",
        "somebody is suspended",
        ADA_IN,
        step(),
        SUSPENDED,
        says="the members of the account as before, since nothing was written ⟶ changed",
    ),
    ignores("looking_changes_nothing", "something was written", ADA_IN, active(), SUSPENDED),
    ignores("looking_changes_nothing", "somebody may be confirmed", WAITS, step(), ADA_IN),
    accepts("one_member_per_address", "two addresses", members(member(), member("grace"))),
    finds(
        "one_member_per_address",
        "one address, letter case aside",
        members(member(), member(id="m-2", email="ADA@example.com")),
        says="one member ada@example.com ⟶ several",
    ),
    ignores("one_member_per_address", "members that can't be read", users(ADA)),
)

ROWS = (*AGREEMENT, *LIVES, *LEDGER, *APART)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_account(row: Row) -> None:
    assert row.said() == row.wanted


def test_a_disagreement_is_told_once() -> None:
    wrong = (ADA_IN, users(user(active=False)))
    row = accepts("scim_and_account_agree", "told once", *wrong, step(), *wrong)

    said = row.said()

    assert said is not None
    assert len(said) == 1


def test_a_patch_of_somebody_else_explains_nothing() -> None:
    row = finds(
        "only_named_members_change",
        "a rename that suspends",
        ADA_IN,
        patch("/Users/u-ada", {"op": "replace", "path": "displayName", "value": "Augusta"}),
        SUSPENDED,
        says="ada@example.com untouched: nobody asked for it ⟶ state changed from 'ACTIVE' to 'SUSPENDED'",
    )

    assert row.said() == row.wanted
