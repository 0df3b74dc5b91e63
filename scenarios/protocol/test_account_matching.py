"""Whom a create or a new address means: the account's own people keep what they have (SEED-06, 55 to 58; P-12, 14)."""

from __future__ import annotations

import pytest

from harness.directory.values import Person
from harness.record.exchange import Json
from harness.record.journal import exchange_of
from harness.record.message import equals, group_body, user_body, write
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.expect import (
    ACTIVE,
    INVITED,
    INVITED_SUSPENDED,
    PENDING_SUSPENDED,
    SUSPENDED,
    SUSPENDED_STATES,
    Expect,
)
from harness.stories.names import Names

ANSWERED = (200, 201, 409)  # adopted, or a conflict
REFUSED = (400, 403, 409, 422)


def _person(address: str, given_name: str = "Ada", family_name: str = "Byron") -> Person:
    return Person(address, given_name, family_name, address)


def _body(person: Person, **more: object) -> Json:
    name = {"givenName": person.given_name, "familyName": person.family_name}
    return user_body(person.address, name=name, displayName=person.full_name, **more)


KINDS = [
    pytest.param("GUEST", "ACTIVE", False, "SEED-06", id="guest"),
    pytest.param("GUEST", "INVITED", False, "SEED-06", id="invited-guest"),
    pytest.param("GUEST", "SUSPENDED", False, "SEED-06", id="suspended-guest"),
    pytest.param("SERVICE_ACCOUNT", "ACTIVE", False, "SEED-55", id="service-account"),
    pytest.param("MEMBER", "ACTIVE", True, "SEED-48", id="owner"),
    pytest.param("MEMBER", "ACTIVE", False, "SEED-55", id="member"),
    pytest.param("MEMBER", "INVITED", False, "SEED-55", id="invited"),
    pytest.param("MEMBER", "PENDING", False, "SEED-55", id="signed-up"),
    pytest.param("MEMBER", "SUSPENDED", False, "SEED-55", id="suspended"),
    pytest.param("MEMBER", "INVITED_SUSPENDED", False, "SEED-55", id="suspended-before-sign-up"),
]


@pytest.mark.parametrize(("kind", "state", "is_owner", "seed"), KINDS)
def test_a_create_for_somebody_who_is_there(
    client: Client,
    names: Names,
    account: Account,
    expect: Expect,
    kind: str,
    state: str,
    is_owner: bool,
    seed: str,
) -> None:
    """Somebody is on the account, whom provisioning did not bring, when a create comes: no mail, and nobody new."""
    ada, head = _person(names.address("ada")), _person(names.address("head"), "Grace", "Hopper")
    if is_owner:
        account.put_in_place(head, is_owner=True)  # nobody is the last owner here
    account.put_in_place(ada, kind=kind, state=state, is_owner=is_owner)
    client.observe()
    outbox = account.outbox()

    body = user_body(ada.address)  # it says nothing of the name, so the member keeps the one that is there
    entry = client.create_user(body)
    client.observe()
    again = client.create_user(body, name="create user again")
    client.observe()

    expect.answer(entry, *ANSWERED, proves=(seed, "P-30"))
    expect.answer(again, *ANSWERED, proves=(seed, "P-30"))
    returns = {SUSPENDED: ACTIVE, INVITED_SUSPENDED: INVITED}.get(state, state) if kind == "MEMBER" else state
    expect.state(ada, state, returns, proves=(seed, "SEED-58"))
    if state != INVITED_SUSPENDED:  # whom an adoption brings back before the sign-up may need another link
        expect.mail(ada, "invitation", 0, since=outbox, proves=("SEED-55", "SEED-56"))
    expect.mail(ada, "start", 0, since=outbox, proves=("SEED-55", "SEED-54"))


def test_a_refused_create_lets_nobody_back_in(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Ada is suspended over SCIM when her create comes again: where it is refused as a conflict, she stays out."""
    ada = _person(names.address("ada"))
    ada_id = client.id_from(client.create_user(_body(ada)))
    account.enrol(ada)
    client.patch_user(ada_id, {"op": "replace", "path": "active", "value": False}, name="set user active")
    client.observe()

    entry = client.create_user(_body(ada), name="create user again")
    client.observe()

    states = (SUSPENDED,) if exchange_of(entry).status == 409 else (ACTIVE, SUSPENDED)
    expect.answer(entry, *ANSWERED, proves=("SEED-55", "P-30"))
    expect.state(ada, *states, proves=("SEED-16", "SEED-65"))


NAMESAKES = [
    pytest.param("ada", "grace", id="another-address"),
    pytest.param("ada", "ada+work", id="a-plus-address"),
    pytest.param("ada.byron", "adabyron", id="without-the-dot"),
]


@pytest.mark.parametrize(("one", "other"), NAMESAKES)
def test_two_people_of_one_name(
    client: Client, names: Names, account: Account, expect: Expect, one: str, other: str
) -> None:
    """Two people have the same name: each is invited, and what is done to the second does not reach the first."""
    ada, namesake = _person(names.address(one)), _person(names.address(other))
    ada_id = client.id_from(client.create_user(_body(ada)))
    outbox = account.outbox()

    created = client.create_user(_body(namesake), name="create a namesake")
    client.observe()
    expect.answer(created, 201, 200, proves=("SEED-13", "SEED-58"))
    namesake_id = client.id_from(created)
    expect.mail(namesake, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-56"))
    expect.no_mail(ada, since=outbox, proves="SEED-56")
    account.enrol(ada, namesake)

    client.patch_user(namesake_id, {"op": "replace", "path": "active", "value": False}, name="set user active")
    client.observe()
    expect.state(namesake, SUSPENDED, proves="SEED-65")
    expect.state(ada, ACTIVE, proves=("SEED-18", "SEED-65"))
    client.patch_user(namesake_id, {"op": "replace", "path": "active", "value": True}, name="set user active")
    client.observe()

    expect.state(namesake, ACTIVE, proves="SEED-66")
    client.create_group(group_body(names.group("Design"), members=[{"value": namesake_id}]))
    client.observe()
    client.patch_user(namesake_id, {"op": "replace", "path": "displayName", "value": "Ada King"}, name="rename user")
    client.observe()
    expect.one_user(ada, proves="SEED-58", scim_id=ada_id)
    expect.one_user(namesake, proves="SEED-58", scim_id=namesake_id)


def test_a_taken_address_stays_with_its_member(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Ada is to get the address that Grace has: Grace keeps it, nobody is asked, and there is one member of each."""
    ada, grace = _person(names.address("ada")), _person(names.address("grace"), "Grace", "Hopper")
    ada_id, grace_id = (client.id_from(client.create_user(_body(person))) for person in (ada, grace))
    account.enrol(ada, grace)
    outbox = account.outbox()

    clash = client.patch_user(
        ada_id, {"op": "replace", "path": "userName", "value": grace.address}, name="take an address"
    )
    client.observe()

    expect.answer(clash, *REFUSED, proves="SEED-58")
    expect.one_user(grace, proves="SEED-58", scim_id=grace_id)
    expect.one_user(ada, proves="SEED-58", scim_id=ada_id)
    expect.state(grace, ACTIVE, proves="SEED-58")
    expect.no_mail(ada, grace, since=outbox, proves="SEED-61")


def test_a_change_is_taken_back(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Ada gets her old address again before she has accepted the new one: the mail that asks for it is void."""
    ada, later = _person(names.address("ada")), _person(names.address("ada.later"))
    ada_id = client.id_from(client.create_user(_body(ada)))
    account.enrol(ada)
    client.patch_user(ada_id, {"op": "replace", "path": "userName", "value": later.address}, name="change the address")
    client.observe()
    asked, outbox = account.asks_for(ada.address), account.outbox()

    client.patch_user(ada_id, {"op": "replace", "path": "userName", "value": ada.address}, name="take it back")
    client.observe()
    if asked:  # else the change held at once, and so does its reverse
        account.try_to_accept(later, ada.address)
        expect.no_mail(ada, later, since=outbox, proves="SEED-61")

    expect.one_user(ada, proves=("SEED-15", "SEED-61"), scim_id=ada_id, facets="address")
    expect.state(ada, ACTIVE, proves="SEED-61")


@pytest.mark.parametrize("at_once", [False, True], ids=["before-the-return", "with-the-return"])
def test_a_new_address_while_suspended(
    client: Client, names: Names, account: Account, expect: Expect, at_once: bool
) -> None:
    """Ada, suspended, gets another address, before or as she comes back: the same member returns under the new one."""
    before, ada = _person(names.address("ada")), _person(names.address("ada.later"))
    ada_id = client.id_from(client.create_user(_body(before)))
    account.enrol(before)
    client.patch_user(ada_id, {"op": "replace", "path": "active", "value": False}, name="set user active")
    client.observe()
    outbox, events = account.outbox(), account.events()

    moves = {"op": "replace", "path": "userName", "value": ada.address}
    returns = {"op": "replace", "path": "active", "value": True}
    if not at_once:
        client.patch_user(ada_id, moves, name="change the address")
        client.observe()
        expect.no_mail(before, ada, since=outbox, proves=("SEED-61", "P-13"))
    client.patch_user(ada_id, *((moves, returns) if at_once else (returns,)), name="set user active")
    client.observe()
    if account.asks_for(before.address):
        account.accept_address(ada, before.address)

    expect.one_user(ada, proves=("P-13", "SEED-66", "SEED-15"), scim_id=ada_id, facets="address")
    expect.state(ada, ACTIVE, proves=("P-13", "SEED-66"))
    expect.never(ada, INVITED, since=events, proves="P-13")


def test_a_new_address_before_the_sign_up_and_suspended(
    client: Client, names: Names, account: Account, expect: Expect
) -> None:
    """Ada, suspended before the sign-up, gets another address: only who reads the new mailbox can sign up (M26)."""
    account.need_clock()
    before, ada = _person(names.address("ada")), _person(names.address("ada.later"))
    ada_id = client.id_from(client.create_user(_body(before)))
    client.observe()
    old = account.invitation_to(before)

    for path, value in (("active", False), ("userName", ada.address), ("active", True)):
        client.patch_user(ada_id, {"op": "replace", "path": path, "value": value}, name=f"set {path} to {value}")
        client.observe()
    account.try_to_sign_up(ada, old)
    expect.state(ada, INVITED, proves=("SEED-52", "SEED-61"))
    account.try_to_sign_up(ada, account.invitation_to(ada))
    account.wait_for_confirmation()

    expect.state(ada, ACTIVE, proves=("SEED-52", "SEED-66"))


def test_the_user_name_gets_the_mail(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Ada's userName and her primary mail differ: she is invited under the userName, and told of no change (P-14)."""
    ada, other = _person(names.address("ada")), _person(names.address("ada.mailbox"))
    third = _person(names.address("ada.later"))
    outbox = account.outbox()

    emails = [{"value": other.address, "type": "work", "primary": True}]
    ada_id = client.id_from(client.create_user(_body(ada, emails=emails)))
    client.observe()
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "P-14"))
    expect.no_mail(other, since=outbox, proves=("SEED-51", "P-14"))
    expect.one_user(ada, proves="P-14", scim_id=ada_id)
    account.enrol(ada)
    outbox = account.outbox()

    client.patch_user(
        ada_id,
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": third.address},
        name="map another mail",
    )
    client.observe()

    expect.no_mail(ada, other, third, since=outbox, proves=("P-14", "SEED-61"))
    expect.one_user(ada, proves="P-14", scim_id=ada_id)
    expect.state(ada, ACTIVE, proves="P-14")


def test_a_domain_that_is_not_allowed(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Members come from one domain: somebody of another is not invited, and nobody's address moves there (P-12)."""
    ada, grace = _person(names.address("ada")), _person(names.address("grace"), "Grace", "Hopper")
    domain = ada.address.partition("@")[2]
    away, outside = _person(f"ada@away.{domain}"), _person(f"grace@away.{domain}", "Grace", "Hopper")
    ada_id, grace_id = (client.id_from(client.create_user(_body(person))) for person in (ada, grace))
    account.enrol(ada)
    account.allow_domains(domain)
    events, outbox = account.events(), account.outbox()

    moves = [
        client.patch_user(scim_id, {"op": "replace", "path": "userName", "value": there.address}, name="move away")
        for scim_id, there in ((ada_id, away), (grace_id, outside))
    ]
    client.observe()
    created = client.create_user(_body(_person(f"joan@away.{domain}", "Joan", "Clarke")), name="create outside")
    client.observe()

    for entry in (*moves, created):
        expect.answer(entry, *REFUSED, proves="P-12")
    expect.no_mail_to_anybody(since=outbox, proves=("P-12", "SEED-51", "SEED-61"))
    expect.state(ada, ACTIVE, proves="P-12")
    expect.state(grace, INVITED, proves="P-12")
    expect.never(ada, *SUSPENDED_STATES, since=events, proves="P-12")
    expect.account([ada, grace], [away, outside], proves="P-12")


def test_a_create_without_access_is_told_nothing(
    client: Client, names: Names, account: Account, expect: Expect
) -> None:
    """Ada is created with active false, as some directories do: no mail until she is let in, then one."""
    ada = _person(names.address("ada"))
    outbox = account.outbox()

    created = client.create_user(_body(ada, active=False), name="create inactive user")
    client.observe()
    expect.no_mail(ada, since=outbox, proves=("SEED-51", "SEED-56"))
    ada_id = client.id_from(created)
    expect.state(ada, INVITED_SUSPENDED, SUSPENDED, proves="SEED-65")
    client.patch_user(ada_id, {"op": "replace", "path": "active", "value": True}, name="set user active")
    client.observe()

    expect.state(ada, INVITED, proves="SEED-13")
    expect.mail(ada, "invitation", 1, since=outbox, proves="SEED-51")


@pytest.mark.parametrize("is_member", [False, True], ids=["invited", "member"])
def test_who_comes_back_without_access(
    client: Client, names: Names, account: Account, expect: Expect, is_member: bool
) -> None:
    """Ada's user is deleted and created anew with active false: she stays out, untold, until she is let in."""
    account.need_clock()
    ada = _person(names.address("ada"))
    ada_id = client.id_from(client.create_user(_body(ada)))
    if is_member:
        account.enrol(ada)
    client.delete_user(ada_id)
    client.observe()
    events, outbox = account.events(), account.outbox()

    created = client.create_user(_body(ada, active=False), name="create inactive user anew")
    client.observe()
    account.wait_for_confirmation()
    expect.never(ada, INVITED, ACTIVE, since=events, proves="SEED-16")
    expect.state(ada, *SUSPENDED_STATES, proves=("SEED-16", "SEED-65"))
    expect.no_mail(ada, since=outbox, proves=("SEED-56", "SEED-66"))

    ada_id = client.id_from(created)
    client.patch_user(ada_id, {"op": "replace", "path": "active", "value": True}, name="set user active")
    client.observe()
    expect.one_user(ada, proves=("SEED-58", "SEED-66"))
    expect.state(ada, ACTIVE if is_member else INVITED, proves="SEED-66")


def test_two_creates_at_once(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """The create of Ada comes twice at the same moment, from two applications: one member, one invitation."""
    ada = _person(names.address("ada"))
    outbox = account.outbox()

    client.send_together([write("POST", "/Users", f"create user {number}", _body(ada)) for number in (1, 2)])
    client.observe()

    expect.one_user(ada, proves=("SEED-55", "SEED-58"))
    expect.state(ada, INVITED, proves="SEED-55")
    expect.mail(ada, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-55"))


@pytest.mark.parametrize("has_signed_up", [False, True], ids=["invited", "signed-up"])
def test_who_was_deleted_early_comes_back(
    client: Client, names: Names, account: Account, expect: Expect, has_signed_up: bool
) -> None:
    """Ada's user is deleted before she was let in, and created anew: one member, who can sign up and is let in."""
    account.need_clock()
    ada = _person(names.address("ada"))
    ada_id = client.id_from(client.create_user(_body(ada)))
    client.observe()
    if has_signed_up:
        account.sign_up(ada)
    client.delete_user(ada_id)
    client.observe()
    account.wait_for_confirmation()
    expect.state(ada, SUSPENDED, INVITED_SUSPENDED, PENDING_SUSPENDED, proves=("SEED-62", "SEED-67"))

    created = client.create_user(_body(ada), name="create user anew")
    client.observe()
    if not has_signed_up:
        account.try_to_sign_up(ada)
    account.wait_for_confirmation()

    expect.answer(created, 200, 201, proves=("SEED-58", "P-15"))
    expect.one_user(ada, proves=("SEED-58", "P-15"))
    expect.state(ada, ACTIVE, proves=("SEED-66", "P-15", "SEED-53"))


def test_a_member_who_was_there_is_found_by_each_spelling(
    client: Client, names: Names, account: Account, expect: Expect
) -> None:
    """Ada, a member for years, is looked up in small letters and in capitals, and managed: one member, no mail."""
    ada = _person(names.address("Ada.Byron"))
    account.put_in_place(ada)
    outbox = account.outbox()

    small, capital = (
        client.find_users(equals("userName", spelling), f"find {word}")
        for spelling, word in ((ada.address.lower(), "in small letters"), (ada.address.upper(), "in capitals"))
    )
    for entry in (small, capital):
        expect.listed(entry, 1, proves=("SEED-58", "P-29"), at_least=1)
    ada_id = client.id_of_user(ada.address)
    client.patch_user(ada_id, {"op": "replace", "path": "userName", "value": ada.address.lower()}, name="spell anew")
    client.observe()

    expect.one_user(ada, proves=("SEED-58", "P-29"), scim_id=ada_id)
    expect.state(ada, ACTIVE, proves="P-29")
    expect.no_mail(ada, since=outbox, proves=("SEED-55", "P-29"))
