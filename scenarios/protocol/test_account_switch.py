"""Provisioning is switched off on the account, and on again: nothing happens meanwhile, and nothing is lost (P-08)."""

from __future__ import annotations

from harness.directory.values import Person
from harness.raw import complete
from harness.record.message import patch_body, path_of, read, user_body, write
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.expect import ACTIVE, INVITED, PENDING, SUSPENDED, Expect
from harness.stories.names import Names

OFF = (403, 500, 503)  # the product was seen to answer 500; what it should be is not documented


def _person(names: Names, name: str) -> Person:
    address = names.address(name.lower())
    return Person(address, name, "Byron", address)


def _create(client: Client, person: Person, name: str = "create user") -> str:
    return client.id_from(client.create_user(user_body(person.address, displayName=person.full_name), name))


def test_provisioning_goes_off_and_on(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Four people in four states see provisioning go off for an hour: requests are refused, and all goes on after."""
    account.need_clock()
    ada, grace, joan, linus = (_person(names, name) for name in ("Ada", "Grace", "Joan", "Linus"))
    ids = {person: _create(client, person) for person in (ada, grace, joan, linus)}
    account.enrol(joan, linus)
    client.patch_user(ids[linus], {"op": "replace", "path": "active", "value": False}, name="set user active")
    account.sign_up(grace)
    outbox = account.outbox()

    account.switch_provisioning(False)
    late = _person(names, "Late")
    suspension = patch_body({"op": "replace", "path": "active", "value": False})
    refused = [
        client.send_raw(complete(read("/Users", "test the connection", "count=1"))),
        client.send_raw(complete(write("POST", "/Users", "create while off", user_body(late.address)))),
        client.send_raw(complete(write("PATCH", path_of("Users", ids[joan]), "suspend while off", suspension))),
    ]
    account.wait_while_off()
    for entry in refused:
        expect.answer(entry, *OFF, proves="P-08")
    for person, state in ((ada, INVITED), (grace, PENDING), (joan, ACTIVE), (linus, SUSPENDED)):
        expect.state(person, state, proves="P-08")
    expect.account([ada, grace, joan, linus], [late], proves="P-08")
    expect.no_mail_to_anybody(since=outbox, proves="P-08")

    account.switch_provisioning(True)
    account.wait_for_confirmation()
    for person, state in ((ada, INVITED), (grace, ACTIVE), (joan, ACTIVE), (linus, SUSPENDED)):
        expect.state(person, state, proves="P-08")
    expect.mail(ada, "invitation", 0, since=outbox, proves=("P-08", "SEED-56"))
    expect.mail(grace, "start", 1, since=outbox, proves=("P-08", "SEED-54"))
    _create(client, late, "create after")
    client.patch_user(ids[linus], {"op": "replace", "path": "active", "value": True}, name="set user active")
    client.observe()

    expect.state(late, INVITED, proves="P-08")
    expect.state(linus, ACTIVE, proves=("P-08", "SEED-66"))
