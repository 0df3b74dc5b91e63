"""What requests of no identity provider do to the account behind the bridge: nothing beside what they ask for."""

from __future__ import annotations

from harness.directory.values import Group, Person
from harness.record.message import group_body, user_body
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.crowd import put_everybody
from harness.stories.expect import ACTIVE, SUSPENDED, SUSPENDED_STATES, Expect
from harness.stories.names import Names

CLEAN = (200, 201, 204, 400, 403, 404, 409)  # done, or refused in so many words: G4 and G8 leave the choice


def _member(client: Client, names: Names, account: Account, given_name: str) -> tuple[Person, str]:
    """Somebody whom a create has invited, who has signed up and was let in; with the id of the user."""
    address = names.address(given_name.lower())
    person = Person(address, given_name, "Byron", address)
    name = {"givenName": person.given_name, "familyName": person.family_name}
    scim_id = client.id_from(client.create_user(user_body(address, name=name, displayName=person.full_name)))
    account.enrol(person)
    return person, scim_id


def test_a_group_named_like_the_provision_managers(
    client: Client, names: Names, account: Account, expect: Expect
) -> None:
    """A group named Provision Managers is created with Ada in it: she does not get into the account's own one."""
    account.need_disposable("a group named Provision Managers")
    ada, ada_id = _member(client, names, account, "Ada")

    created = client.create_group(group_body("Provision Managers", members=[{"value": ada_id}]))
    client.observe()

    expect.answer(created, *CLEAN, proves=("SEED-34", "SEED-35", "P-20"), facets="a create of its name")
    expect.state(ada, ACTIVE, proves="SEED-35", facets="a create of its name")


def test_a_group_in_a_group_opens_nothing(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Design is put into Everyone as a group: its people do not get into Everyone by that."""
    (ada, ada_id), (grace, grace_id) = (_member(client, names, account, name) for name in ("Ada", "Grace"))
    design, everyone = Group(names.run_id, names.group("Design")), Group(names.run_id, names.group("Everyone"))
    inner = client.id_from(client.create_group(group_body(design.name, members=[{"value": ada_id}])))
    outer = client.id_from(client.create_group(group_body(everyone.name, members=[{"value": grace_id}])))

    nested = client.patch_group(
        outer, {"op": "add", "path": "members", "value": [{"value": inner, "type": "Group"}]}, name="nest group"
    )
    client.observe()

    expect.answer(nested, *CLEAN, proves="SEED-47")
    expect.groups(ada, {design}, proves="SEED-47")
    expect.groups(grace, {everyone}, proves="SEED-47")


def test_roles_and_entitlements_have_no_effect(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """A PATCH gives Ada a role and an entitlement: it is no error, and the account's roles stay as they are."""
    ada, ada_id = _member(client, names, account, "Ada")
    client.observe()

    patched = client.patch_user(
        ada_id,
        {"op": "add", "path": "roles", "value": [{"value": "owner", "primary": True}]},
        {"op": "add", "path": "entitlements", "value": [{"value": "administrator"}]},
        name="give a role",
    )
    client.observe()

    expect.answer(patched, *CLEAN, proves="SEED-48", facets="roles in a request")
    expect.state(ada, ACTIVE, proves="SEED-48", facets="roles in a request")


def test_edits_let_nobody_in(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Ada is suspended, then gets another name and title and joins a group: none of that gives her access again."""
    ada, ada_id = _member(client, names, account, "Ada")
    client.patch_user(ada_id, {"op": "replace", "path": "active", "value": False}, name="set user active")
    client.observe()

    for path, value in (("displayName", "Ada King"), ("name.familyName", "King"), ("title", "Countess")):
        client.patch_user(ada_id, {"op": "replace", "path": path, "value": value}, name=f"edit {path}")
        client.observe()
    client.create_group(group_body(names.group("Design"), members=[{"value": ada_id}]))
    client.observe()
    expect.state(ada, SUSPENDED, proves=("SEED-16", "SEED-65"))
    client.replace_user(ada_id, user_body(ada.address, displayName="Ada Lovelace", active=False))
    client.observe()

    expect.state(ada, SUSPENDED, proves=("SEED-16", "SEED-65"))


def test_a_second_suspension_is_none(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Everybody is set inactive twice, and one of them active twice: the second time changes nobody, without mail."""
    people = put_everybody(client, names, account)
    outbox = account.outbox()
    for number in ("once", "twice"):
        for scim_id in people.values():
            operation = {"op": "replace", "path": "active", "value": False}
            client.patch_user(scim_id, operation, name=f"set user inactive {number}")
        client.observe()
        for person in people:
            expect.state(person, *SUSPENDED_STATES, proves=("SEED-16", "SEED-65"))

    works, scim_id = next(iter(people.items()))
    for number in ("once", "twice"):
        operation = {"op": "replace", "path": "active", "value": True}
        client.patch_user(scim_id, operation, name=f"set user active {number}")
        client.observe()
        expect.state(works, ACTIVE, proves="SEED-66")
    expect.no_mail(works, since=outbox, proves=("SEED-66", "SEED-56"))
