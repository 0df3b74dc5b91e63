"""What provisioning leaves alone: Provision Managers, vaults, roles, nested and unmanaged groups (SEED-33 to 48)."""

from __future__ import annotations

import pytest

from harness.directory.values import Group, Person
from harness.record.message import group_body, user_body
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, Expect
from harness.stories.names import Names

GROUP_PUSHING = pytest.mark.dialects("okta-oin", "entra-default")
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


@GROUP_PUSHING
def test_vaults_follow_the_members_of_a_group(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Design opens a vault: who joins it gets in, who leaves it is out, and a new name changes nothing."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")
    account.enrol(ada, grace)
    vault = f"Drawings of {design.name}"
    account.open_vault(vault, design)
    expect.opens(ada, vault, True, proves=("SEED-05", "SEED-36"))
    expect.opens(grace, vault, False, proves="SEED-36")

    idp.directory.join(grace, design)
    idp.directory.leave(ada, design)
    idp.sync("Grace joins Design, and Ada leaves it")
    expect.opens(grace, vault, True, proves=("SEED-05", "SEED-43"))
    expect.opens(ada, vault, False, proves=("SEED-05", "SEED-43"))

    idp.directory.rename_group(design, f"{design.name} and Drawing")
    idp.sync("Design has another name")
    expect.opens(grace, vault, True, proves="SEED-39", facets="vaults")


@GROUP_PUSHING
def test_groups_are_managed_from_a_list(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """A group of the account shows over SCIM once it is on the list of managed groups, and no more when it is off."""
    (design,) = idp.form_groups("Design")
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    account.put_group(design, ada)
    client.observe()
    expect.listed_group(design, False, proves="SEED-40")

    account.manage(design, True)
    expect.listed_group(design, True, proves="SEED-40")
    expect.groups(ada, {design}, proves="SEED-40")

    account.manage(design, False)
    expect.listed_group(design, False, proves="SEED-40")
    expect.state(ada, ACTIVE, proves="SEED-40")


@pytest.mark.dialects("okta-oin")
def test_fifty_sign_up_at_once(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Fifty people sign up at the same time: five minutes later everybody is in, and has one mail that says so."""
    people = idp.directory.hire_many(50)
    idp.directory.assign(*people)
    idp.sync("fifty people are assigned")
    outbox = account.outbox()

    account.sign_up(*people)
    account.wait_for_confirmation()

    for person in people[::7]:
        expect.state(person, ACTIVE, proves="SEED-53")
        expect.mail(person, "start", 1, since=outbox, proves="SEED-54")
