"""What requests about groups do to the people in them, and to groups of the account (SEED-12, 33 to 48; P-07, 24)."""

from __future__ import annotations

from harness.directory.values import Group, Person
from harness.record.message import group_body, path_of, remove, user_body, write
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.crowd import expect_still, put_everybody
from harness.stories.expect import ACTIVE, Expect
from harness.stories.names import Names

CLEAN = (200, 201, 204, 400, 403, 404, 409)


def _person(names: Names, name: str) -> Person:
    address = names.address(name.lower())
    return Person(address, name, "Byron", address)


def test_nothing_about_a_group_moves_its_people(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """A group of people in every state is made, replaced, renamed, emptied and deleted: all keep their state."""
    people = put_everybody(client, names, account)
    entries = [{"value": scim_id} for scim_id in people.values()]
    outbox = account.outbox()
    name = names.group("Design")

    design = client.id_from(client.create_group(group_body(name, members=entries)))
    path = path_of("Groups", design)
    replaced = {"id": design, **group_body(name, members=entries)}
    writes = (
        write("PUT", path, "replace group by the same", replaced),
        write("PUT", path, "replace group without members", group_body(name, externalId="design-1")),
    )
    for request in writes:
        client.send(request)
        client.observe()
        expect_still(people, expect)
    operations = (
        {"op": "add", "path": "members", "value": entries},
        {"op": "replace", "path": "displayName", "value": f"{name} and Drawing"},
        {"op": "replace", "path": "externalId", "value": "design-2"},
        {"op": "remove", "path": f'members[value eq "{entries[0]["value"]}"]'},
        {"op": "replace", "path": "members", "value": entries[1:]},
        {"op": "add", "path": "members", "value": entries[:1]},
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": entries},
    )
    for operation in operations:
        client.patch_group(design, operation, name=f"{operation['op']} {str(operation['path']).partition('[')[0]}")
        client.observe()
        expect_still(people, expect)
    client.send(remove(path, "delete group"))
    client.observe()

    expect_still(people, expect)
    expect.no_mail_to_anybody(since=outbox, proves=("SEED-55", "SEED-56"))


def test_somebody_unknown_costs_nobody_a_place(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Grace and somebody whom the bridge does not know are added to Design: Ada, who is in it, stays in it."""
    ada, grace = _person(names, "Ada"), _person(names, "Grace")
    account.put_in_place(ada, grace)
    ada_id, grace_id = (client.id_of_user(person.address) for person in (ada, grace))
    design = Group(names.run_id, names.group("Design"))
    group_id = client.id_from(client.create_group(group_body(design.name, members=[{"value": ada_id}])))
    client.observe()

    both = [{"value": grace_id}, {"value": f"{grace_id}-unknown"}]
    added = client.patch_group(group_id, {"op": "add", "path": "members", "value": both}, name="add somebody unknown")
    client.observe()

    expect.answer(added, *CLEAN, proves="SEED-12")
    expect.groups(ada, {design}, proves="SEED-12")
    expect.state(ada, ACTIVE, proves="SEED-12")


def test_a_group_of_the_account_has_that_name(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Design is on the account, with Ada and a vault, when SCIM creates it: Ada stays in it and keeps access."""
    ada, grace = _person(names, "Ada"), _person(names, "Grace")
    account.put_in_place(ada, grace)
    grace_id = client.id_of_user(grace.address)
    design = Group(names.run_id, names.group("Design"))
    account.put_group(design, ada, permissions=["create_vaults"])
    vault = f"Drawings of {design.name}"
    account.open_vault(vault, design)
    outbox = account.outbox()

    created = client.create_group(group_body(design.name))
    client.observe()
    again = client.create_group(
        group_body(design.name, members=[{"value": grace_id}]),
    )
    client.observe()

    expect.answer(created, *CLEAN, proves=("SEED-11", "P-24"))
    expect.answer(again, *CLEAN, proves=("SEED-11", "P-24"))
    expect.opens(ada, vault, True, proves=("SEED-39", "P-24"), facets="vaults")
    expect.state(ada, ACTIVE, proves="P-24")
    expect.no_mail(ada, since=outbox, proves="P-24")


def test_managing_a_group_moves_nobody(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """A group of people in every state comes on the list of managed groups and off it: states and vaults stay."""
    people = put_everybody(client, names, account)
    design = Group(names.run_id, names.group("Design"))
    account.put_group(design, *people)
    vault = f"Drawings of {design.name}"
    account.open_vault(vault, design)
    outbox = account.outbox()
    works = next(iter(people))

    account.manage(design, True)
    expect.listed_group(design, True, proves="SEED-40")
    expect_still(people, expect)
    expect.opens(works, vault, True, proves=("SEED-39", "SEED-40"), facets="vaults")
    account.manage(design, False)

    expect.listed_group(design, False, proves="SEED-40")
    expect_still(people, expect)
    expect.no_mail_to_anybody(since=outbox, proves=("SEED-40", "SEED-56"))


def test_a_managed_group_keeps_what_it_may(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Design may do something, opens a vault and unlocks with SSO: who comes and goes changes none of it."""
    account.need_disposable("a group that may do something")
    ada, grace = _person(names, "Ada"), _person(names, "Grace")
    account.put_in_place(ada, grace)
    ada_id, grace_id = (client.id_of_user(person.address) for person in (ada, grace))
    design = Group(names.run_id, names.group("Design"))
    account.put_group(design, ada, permissions=["create_vaults"], sso=True)
    vault = f"Drawings of {design.name}"
    account.open_vault(vault, design)
    account.manage(design, True)
    group_id = client.id_of_group(design.name)

    for operation in (
        {"op": "add", "path": "members", "value": [{"value": grace_id}]},
        {"op": "replace", "path": "displayName", "value": f"{design.name} and Drawing"},
        {"op": "remove", "path": f'members[value eq "{ada_id}"]'},
    ):
        client.patch_group(group_id, operation, name=f"{operation['op']} {str(operation['path']).partition('[')[0]}")
        client.observe()

    expect.opens(grace, vault, True, proves="SEED-39", facets="vaults")
    expect.opens(grace, vault, True, proves="SEED-05")
    expect.opens(ada, vault, False, proves="SEED-05")


def test_an_administrator_changes_a_pushed_group(
    client: Client, names: Names, account: Account, expect: Expect
) -> None:
    """Grace joins Design on the account, and Linus is deleted there: SCIM shows it, and a push does not undo it."""
    account.need_disposable("a group that an administrator changes")
    ada, grace, linus, joan = (_person(names, name) for name in ("Ada", "Grace", "Linus", "Joan"))
    account.put_in_place(ada, grace, linus, joan)
    ids = {person: client.id_of_user(person.address) for person in (ada, grace, linus, joan)}
    design = Group(names.run_id, names.group("Design"))
    members = [{"value": ids[ada]}, {"value": ids[linus]}]
    group_id = client.id_from(client.create_group(group_body(design.name, members=members)))
    client.observe()

    account.put_group(design, grace)
    account.delete(linus)
    expect.groups(grace, {design}, proves="P-07")
    expect.gone(linus, proves="P-07")
    client.patch_group(group_id, {"op": "add", "path": "members", "value": [{"value": ids[joan]}]}, name="push Joan")
    client.observe()

    for person in (ada, grace, joan):
        expect.groups(person, {design}, proves=("P-07", "SEED-12"))
    expect.gone(linus, proves="P-07")


BUILT_IN = ("Owners", "Administrators", "Team Members", "Security", "Recovery")


def test_groups_named_like_those_of_the_account(client: Client, names: Names, account: Account, expect: Expect) -> None:
    """Groups by the names that the account itself has are created with Ada in them: she gets into none of its own."""
    account.need_disposable("groups named like the account's own")
    ada = _person(names, "Ada")
    ada_id = client.id_from(client.create_user(user_body(ada.address, displayName=ada.full_name)))
    account.enrol(ada)

    for name in BUILT_IN:
        created = client.create_group(group_body(name, members=[{"value": ada_id}]))
        client.observe()
        expect.answer(created, *CLEAN, proves="SEED-48", facets="roles in a request")

    expect.state(ada, ACTIVE, proves="SEED-48", facets="roles in a request")
