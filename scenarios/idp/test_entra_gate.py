"""Microsoft's validator as stories against any bridge; docs/reference/vendor-gates.md lists its assertions."""

from __future__ import annotations

import pytest

from harness.idp.entra import mapping, requests, vendor_suite
from harness.idp.entra.writing import VERBOSE
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

ENTRA = pytest.mark.dialects("entra-default")


@ENTRA
def test_the_validator_on_users(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Thirteen required tests: Ada is created, found, changed, disabled and deleted."""
    ada, grace, joan, nobody = (idp.hire(name) for name in ("Ada", "Grace", "Joan", "Nobody"))
    other = f"augusta.{ada.address}"

    created = client.send(requests.create_user(ada))
    expect.answer(created, 200, 201, proves="ENTRA-08")
    ada_id = client.id_from(created)
    grace_id, joan_id = (client.id_from(client.send(requests.create_user(person))) for person in (grace, joan))
    found = client.send(requests.find_user(ada))
    missing = client.send(requests.find_user(nobody))
    capitals = client.send(vendor_suite.find_in_capitals(ada))
    again = client.send(requests.create_user(ada))
    replaced = client.send(
        vendor_suite.set_names(ada_id, ("Replace", "displayName", "A. King"), ("Replace", "name.familyName", "King"))
    )
    added = client.send(vendor_suite.set_names(ada_id, ("Add", 'phoneNumbers[type eq "work"].value', "5550104477")))
    renamed = client.send(vendor_suite.set_names(ada_id, ("Replace", "userName", other)))
    shown = client.send(requests.read_user(ada_id))
    disabled = client.send(requests.set_active(ada_id, False))
    inactive = client.send(requests.read_user(ada_id))
    client.send(vendor_suite.find_by_name(other))
    managers = [
        client.send(vendor_suite.set_manager(grace_id, "Add", ada_id)),
        client.send(vendor_suite.set_manager(grace_id, "Replace", joan_id)),
        client.send(vendor_suite.set_manager(grace_id, "Remove")),
    ]
    deleted = client.send(requests.delete_user(ada_id))
    client.observe()

    expect.answer(again, 409, proves="ENTRA-09")
    expect.listed(found, at_least=1, at_most=1, proves="ENTRA-04", facets="userName")
    expect.listed(missing, at_most=0, proves="ENTRA-01")
    expect.listed(capitals, at_least=1, at_most=1, proves="ENTRA-05", facets="user names")
    expect.answer(replaced, 200, 204, proves=("ENTRA-18", "ENTRA-12"))
    for entry, row in ((added, "ENTRA-13"), (renamed, "ENTRA-35"), (disabled, "ENTRA-11")):
        expect.answer(entry, 200, 204, proves=row)
    expect.shows(shown, {"displayName": "A. King", "active": True}, proves="ENTRA-12")
    expect.shows(inactive, {"id": ada_id, "active": False}, proves="ENTRA-11")
    for entry in managers:
        expect.answer(entry, 200, 204, proves="ENTRA-15")
    expect.answer(deleted, 204, proves="ENTRA-28")


@ENTRA
def test_the_validator_on_groups(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Twelve required tests: Design is created, found, renamed, joined, left and deleted."""
    (design,) = idp.form_groups("Design")
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    users = [client.id_from(client.send(requests.create_user(person))) for person in (ada, grace)]

    created = client.send(requests.create_group(design))
    expect.answer(created, 200, 201, proves="ENTRA-21")
    design_id = client.id_from(created)
    whole = client.send(vendor_suite.whole_group(design_id))
    bare = client.send(requests.read_group(design_id))
    found_whole = client.send(vendor_suite.find_whole_group(design.name))
    found = client.send(requests.find_group(design.name))
    capitals = client.send(requests.find_group(design.name.upper()))
    again = client.send(requests.create_group(design))
    still = client.send(requests.find_group(design.name))
    replaced = client.send(vendor_suite.replace_attributes(design_id, f"{design.name} 3", "design-3"))
    renamed = client.send(requests.rename_group(design_id, f"{design.name} 2"))
    shown = client.send(requests.read_group(design_id))
    back = client.send(requests.rename_group(design_id, design.name))
    joined = [client.send(requests.change_member(design_id, "Add", user)) for user in users]
    full = client.send(requests.read_group(design_id))
    client.observe()
    expect.groups(ada, {design}, proves="ENTRA-24")
    left = client.send(requests.change_member(design_id, "Remove", users[0]))
    client.observe()
    expect.groups(ada, (), proves="ENTRA-22")
    expect.groups(grace, {design}, proves="ENTRA-22")
    deleted = client.send(requests.delete_group(design_id))
    client.observe()

    expect.answer(again, 200, 201, 409, proves="ENTRA-38")
    expect.listed(still, at_least=1, at_most=1, proves="ENTRA-38")
    expect.answer(whole, 200, proves="ENTRA-20")
    for entry in (bare, full):
        expect.shows(entry, {"id": design_id, "displayName": design.name}, proves="ENTRA-20")
    expect.listed(found_whole, at_least=1, at_most=1, proves="ENTRA-38")
    expect.listed(found, at_least=1, at_most=1, proves="ENTRA-20")
    expect.listed(capitals, at_least=1, at_most=1, proves="ENTRA-05", facets="group names")
    for entries, row in (((renamed, replaced, back), "ENTRA-35"), (joined, "ENTRA-24"), ((left,), "ENTRA-22")):
        for entry in entries:
            expect.answer(entry, 200, 204, proves=row)
    expect.shows(shown, {"displayName": f"{design.name} 2"}, proves="ENTRA-35")
    expect.answer(deleted, 204, proves="ENTRA-29")


@ENTRA
def test_the_validator_in_preview(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Seven tests in preview: several operations in one PATCH, and removals of values that are not set."""
    (design,) = idp.form_groups("Design")
    ada = idp.hire("Ada")
    ada_id = client.id_from(client.send(requests.create_user(ada)))

    different = vendor_suite.set_names(
        ada_id, ("Replace", "displayName", "A. King"), ("Replace", "name.givenName", "Augusta")
    )
    same = vendor_suite.set_names(ada_id, ("Replace", "displayName", "One"), ("Replace", "displayName", "Two"))
    for request in (different, same):
        expect.answer(client.send(request), 200, 204, proves="ENTRA-12")
    expect.shows(client.send(requests.read_user(ada_id)), {"displayName": "Two"}, proves="ENTRA-12")
    expect.answer(client.send(requests.delete_user(vendor_suite.UNKNOWN_ID)), 404, 204, proves="ENTRA-28")
    expect.answer(client.send(vendor_suite.delete_missing_group(vendor_suite.UNKNOWN_ID)), 404, 204, proves="ENTRA-26")

    design_id = client.id_from(client.send(requests.create_group(design)))
    add, drop = VERBOSE.add_members([ada_id]), VERBOSE.remove_members([ada_id])
    expect.answer(client.send(requests.change_members(design_id, [*add, *drop])), 200, 204, proves="ENTRA-26")
    client.observe()
    expect.groups(ada, (), proves="ENTRA-26")
    client.send(requests.delete_user(ada_id))
    again = client.send(requests.delete_user(ada_id))
    expect.answer(again, 404, 204, proves="ENTRA-28", facets="a repeated DELETE")
    client.send(requests.delete_group(design_id))
    expect.answer(client.send(vendor_suite.delete_missing_group(design_id)), 404, 204, proves="ENTRA-26")
    client.observe()


@ENTRA
def test_every_match_attribute_finds(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada is found by externalId, by her work address, and by two terms at once; an externalId in capitals is another.

    Grace, who is there too, is found by none of these.
    """
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    for person in (ada, grace):
        client.id_from(client.send(requests.create_user(person)))
    external_id = mapping.external_id_of(ada)

    by_id = client.send(requests.find_user(ada, "externalId"))
    by_address = client.send(requests.find_user(ada, "email"))
    by_both = client.send(vendor_suite.find_by_both(ada))
    capitals = client.send(vendor_suite.find_by_external_id(external_id.upper()))

    expect.listed(by_id, at_least=1, at_most=1, proves=("ENTRA-04", "ENTRA-05"), facets="externalId")
    work = 'emails[type eq "work"].value'
    expect.listed(by_address, at_least=1, at_most=1, proves="ENTRA-04", facets=work)
    expect.listed(by_both, at_least=1, at_most=1, proves="ENTRA-04", facets="and")
    expect.listed(capitals, at_most=0, proves="ENTRA-05", facets="externalId")


@ENTRA
@pytest.mark.parametrize("op", ["Add", "Replace"])
@pytest.mark.situation_for("ENTRA-13")
def test_a_work_address_is_made(idp: DrivenIdp, client: Client, op: str) -> None:
    """Ada's user has no e-mail address; a value path adds one, or replaces one that is not there."""
    ada = idp.hire("Ada")
    ada_id = client.id_from(client.send(vendor_suite.create_without_address(ada)))
    client.send(requests.read_user(ada_id))

    client.send(vendor_suite.set_names(ada_id, (op, mapping.WORK_EMAIL, ada.address)))
    client.send(requests.read_user(ada_id))


@ENTRA
@pytest.mark.parametrize("accept", ["application/scim+json", "application/json", "*/*"])
@pytest.mark.situation_for("ENTRA-02", "ENTRA-19")
def test_a_read_with_any_header_and_key(idp: DrivenIdp, client: Client, accept: str) -> None:
    """Ada is read with one Accept header and another, and with a query parameter that nobody knows."""
    ada = idp.hire("Ada")
    ada_id = client.id_from(client.send(requests.create_user(ada)))

    client.send(vendor_suite.read_with(ada_id, accept))
    client.send(vendor_suite.read_with(ada_id, accept, query="preview=1"))
    client.send(vendor_suite.read_with(ada_id, accept, query="preview"))


@ENTRA
def test_membership_twice(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada joins Design twice and leaves it twice; Design is deleted, and a removal that comes late blocks nothing."""
    (design,) = idp.form_groups("Design")
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    ids = [client.id_from(client.send(requests.create_user(person))) for person in (ada, grace)]
    design_id = client.id_from(client.send(requests.create_group(design)))

    joined = [client.send(requests.change_member(design_id, "Add", ids[0])) for _ in range(2)]
    client.send(requests.change_member(design_id, "Add", ids[1]))
    client.observe()
    expect.groups(ada, {design}, proves="ENTRA-26", facets="adding one who is in")
    left = [client.send(requests.change_member(design_id, "Remove", ids[0])) for _ in range(2)]
    client.observe()
    expect.groups(ada, (), proves="ENTRA-26", facets="removing one who is no member")
    expect.groups(grace, {design}, proves="ENTRA-26", facets="removing one who is no member")
    client.send(requests.delete_group(design_id))
    late = client.send(vendor_suite.remove_too_late(design_id, ids[1]))
    still = client.send(requests.read_user(ids[1]))

    for entry in joined:
        expect.answer(entry, 200, 204, proves="ENTRA-26", facets="adding one who is in")
    for entry in left:
        expect.answer(entry, 200, 204, proves="ENTRA-26", facets="removing one who is no member")
    expect.answer(late, 200, 204, 404, proves="ENTRA-26", facets="removing from a deleted group")
    expect.shows(still, {"active": True}, proves="ENTRA-26", facets="removing from a deleted group")
