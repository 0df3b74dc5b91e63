"""Attributes and forms that only Entra ID sends: guests, managers, roles, extensions, several match attributes."""

from __future__ import annotations

import pytest

from harness.idp.entra import Entra, EntraKnobs
from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

ENTRA = pytest.mark.dialects("entra-default", "entra-flag")
REMOVAL = {"entra-default": "ENTRA-22", "entra-flag": "ENTRA-23"}
CUSTOM = "urn:ietf:params:scim:schemas:extension:bridgecheck:2.0:User"


def entra_of(idp: DrivenIdp) -> Entra:
    """The provider as Entra ID: these stories use settings of its administrators."""
    assert isinstance(idp.provider, Entra)
    return idp.provider


@pytest.mark.dialects("entra-default")
def test_a_guest_with_a_plus_in_the_address(idp: DrivenIdp, expect: Expect) -> None:
    """Inès is a guest whose userName is her home address; a full restart finds her by it again.

    Then she moves to another department.
    """
    entra = entra_of(idp)
    ines = idp.hire("Inès")
    local, _, domain = ines.address.partition("@")
    ines = idp.directory.change_address(ines, f"{local}+guest@{domain}")
    ines = idp.directory.change_profile(ines, principal_name=f"{local}+guest_{domain}#EXT#@{domain}")
    idp.directory.assign(ines)
    idp.sync("Inès, a guest, is assigned")
    scim_id = idp.made(ines)

    entra.restart(full=True)
    idp.sync("the job is restarted in full")

    expect.one_user(ines, proves=("ENTRA-03", "ENTRA-08"), scim_id=scim_id)
    ines = idp.directory.change_profile(ines, department="Engines")
    idp.sync("Inès works in another department")
    expect.active(ines, True, proves="ENTRA-14")


@ENTRA
@pytest.mark.parametrize(("spelling", "clearing"), [("text", "remove"), ("object", "empty"), ("array", "remove")])
def test_managers_come_and_go(idp: DrivenIdp, expect: Expect, spelling: str, clearing: str) -> None:
    """Ada's manager is Grace, then Joan, then nobody; the last change also renames Ada."""
    entra_of(idp).knobs = EntraKnobs(manager_as=spelling, clear_manager=clearing)  # type: ignore[arg-type]
    ada, grace, joan = idp.hire("Ada"), idp.hire("Grace"), idp.hire("Joan")
    ada = idp.directory.change_profile(ada, manager=grace.key)
    idp.directory.assign(ada, grace, joan)
    idp.sync("Ada is assigned, and Grace is her manager")

    ada = idp.directory.change_profile(ada, manager=joan.key)
    idp.sync("Joan is Ada's manager")
    ada = idp.directory.rename(idp.directory.change_profile(ada, manager=""), "Ada", "King")
    idp.sync("Ada has no manager any more, and another name")

    expect.name(ada, proves="ENTRA-15")
    expect.active(grace, True, proves="ENTRA-15")
    expect.active(joan, True, proves="ENTRA-15")


@ENTRA
def test_roles_and_an_extension_that_nobody_knows(idp: DrivenIdp, expect: Expect) -> None:
    """Ada has a role, and empty attributes are sent as null; later a custom attribute is sent with her new name.

    No user is created with that attribute: no source says that Entra ID maps one that the bridge does not know.
    """
    entra_of(idp).knobs = EntraKnobs(explicit_nulls=True, custom_extension=CUSTOM)
    ada = idp.directory.change_profile(idp.hire("Ada"), roles=("Member",))  # type: ignore[arg-type]
    idp.directory.assign(ada)
    idp.sync("Ada is assigned, with a role")
    expect.one_user(ada, proves="ENTRA-08")

    ada = idp.directory.change_profile(ada, division="Notes", roles=("Member", "Auditor"))  # type: ignore[arg-type]
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has another role, a division and another name")

    expect.name(ada, proves="ENTRA-17")
    expect.active(ada, True, proves="ENTRA-17")


@pytest.mark.dialects("entra-default")
def test_matching_goes_by_several_attributes(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is already a member: her nickname matches no user, her address does, and she is linked."""
    entra = entra_of(idp)
    entra.knobs = EntraKnobs(match_on=("externalId", "email", "userName"))
    ada = idp.hire("Ada")
    account.put_in_place(ada)
    outbox = account.outbox()

    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    expect.one_user(ada, proves="ENTRA-04", scim_id=entra.id_of(ada))
    expect.no_mail(ada, since=outbox, proves="SEED-59")


@pytest.mark.dialects("entra-flag")
def test_the_flag_reaches_the_bridge(idp: DrivenIdp, expect: Expect) -> None:
    """Every URL carries the flag as a bare query key: Ada is created, changed, removed from a group and disabled."""
    entra_of(idp).knobs = EntraKnobs(flag_in_query=True)
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone, design)
    idp.sync("Everyone and Design are assigned")
    ada = idp.directory.rename(idp.directory.change_profile(ada, department="Engines"), "Augusta", "King")
    idp.directory.leave(ada, design)
    idp.sync("Ada has another name and a department, and has left Design")

    expect.name(ada, proves=("ENTRA-16", "ENTRA-19"))
    expect.groups(ada, {everyone}, proves="ENTRA-23")
    expect.groups(grace, {everyone, design}, proves="ENTRA-23")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="ENTRA-19")


@ENTRA
def test_twenty_members_in_one_request(idp: DrivenIdp, expect: Expect) -> None:
    """Several members per request: 21 people join Design in two, each with a `$ref` of null, 20 leave in one."""
    entra_of(idp).knobs = EntraKnobs(members_per_patch=20, null_ref=True)
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    people = idp.directory.hire_many(21, everyone, design)
    ada = idp.hire("Ada", sales)
    idp.sync("Everyone, Design and Sales are assigned")

    # A group of one tells whether the null is accepted; a group of many, whether all of them are.
    expect.groups(ada, {sales}, proves="ENTRA-24")
    expect.groups(people[0], {everyone, design}, proves="SEED-12")
    expect.groups(people[-1], {everyone, design}, proves="SEED-12")
    for person in people[1:]:
        idp.directory.leave(person, design)
    idp.sync("twenty have left Design")

    removal = REMOVAL[idp.provider.dialect]
    expect.groups(people[0], {everyone, design}, proves=removal)
    for person in (people[1], people[-1]):
        expect.groups(person, {everyone}, proves=removal)
