"""Shapes that recordings of Entra ID have and that are no default of it: each is a setting, and here its story."""

from __future__ import annotations

import pytest

from harness.idp.entra import Entra, EntraKnobs, requests
from harness.record.message import user_body
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

ENTRA = pytest.mark.dialects("entra-default", "entra-flag")
VERSION = "Date:20260105, ActivityId:0f1e2d3c-4b5a-4697-8877-665544332211"


def entra_of(idp: DrivenIdp, knobs: EntraKnobs) -> Entra:
    """The provider as Entra ID, with these settings."""
    assert isinstance(idp.provider, Entra)
    idp.provider.knobs = knobs
    return idp.provider


@ENTRA
def test_operations_stand_before_schemas(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is renamed, leaves Design, is blocked and comes back, each by a PATCH that begins with its operations."""
    entra_of(idp, EntraKnobs(operations_first=True))
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone, design)
    idp.sync("Everyone and Design are assigned")
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.directory.leave(ada, design)
    idp.sync("Ada has another name, and has left Design")

    expect.name(ada, proves="ENTRA-39")
    expect.groups(ada, {everyone}, proves="ENTRA-39")
    expect.groups(grace, {everyone, design}, proves="ENTRA-39")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="ENTRA-39")
    idp.directory.enable(ada)
    idp.sync("Ada may sign in again")
    expect.active(ada, True, proves="ENTRA-39")


@pytest.mark.dialects("entra-flag")
def test_what_is_missing_is_added_without_a_path(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada's user has a name to sign in with alone: Entra ID adds all the rest by keys, later adds more and renames."""
    entra_of(idp, EntraKnobs(adds_without_path=True, whole_mapping=True))
    ada = idp.hire("Ada")
    scim_id = client.id_from(client.create_user(user_body(ada.address, active=True, meta={"resourceType": "User"})))
    idp.directory.assign(ada)
    idp.sync("Ada is assigned, and her user is there already")
    expect.one_user(ada, scim_id=scim_id, proves="ENTRA-40", facets="add alone")
    expect.name(ada, proves="ENTRA-40", facets="add alone")

    ada = idp.directory.change_profile(ada, title="Countess", department="Engines", language="en-GB")
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.sync("Ada has a title, a department and a language, and another name")

    expect.name(ada, proves="ENTRA-40", facets="add and replace in one PATCH")
    expect.active(ada, True, proves="ENTRA-40")


@ENTRA
def test_the_default_mapping_is_sent_whole(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada has a desk in London with three telephones; then she moves to Malmö, and marries."""
    entra_of(idp, EntraKnobs(whole_mapping=True))
    ada = idp.directory.change_profile(
        idp.hire("Ada"),
        office="Room 3",
        street="12 St James's Square",
        city="London",
        region="Greater London",
        postal_code="SW1Y 4JH",
        country="GB",
        phone="+44 20 7946 0001",
        mobile="+44 7700 900001",
        fax="+44 20 7946 0002",
        language="en-GB",
    )
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    ada = idp.directory.change_profile(
        ada,
        office="Rum 7",
        street="Södergatan 1",
        city="Malmö",
        region="Skåne",
        postal_code="211 34",
        country="SE",
        phone="+46 40 123 40 01",
        mobile="+46 70 123 40 02",
        fax="+46 40 123 40 03",
        language="sv-SE",
    )
    idp.sync("Ada has moved to Malmö")
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.sync("Ada has another name")

    expect.name(ada, proves=("ENTRA-41", "ENTRA-44"))
    expect.active(ada, True, proves="ENTRA-44")
    client.send(requests.read_user(idp.made(ada)))


@ENTRA
def test_nothing_is_known_of_the_enterprise(idp: DrivenIdp, expect: Expect) -> None:
    """Ada has neither number nor department: the enterprise schema is named, and nothing stands below it."""
    entra_of(idp, EntraKnobs(enterprise_in_create="if any"))
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    expect.one_user(ada, proves="ENTRA-08", facets="the enterprise URN without values")
    expect.active(ada, True, proves="ENTRA-08")


@ENTRA
def test_the_primary_value_is_selected(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada's primary address follows her new one, selected by a Boolean; then she gets a role, selected by a text."""
    entra_of(idp, EntraKnobs(selects_by="primary"))
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    scim_id = idp.made(ada)

    ada = idp.directory.change_address(ada, f"augusta.{ada.address}")
    idp.sync("Ada has another address")
    expect.one_user(ada, scim_id=scim_id, proves="ENTRA-42", facets="an address by a Boolean")
    ada = idp.directory.change_profile(ada, title="Countess", roles=("Member",))  # type: ignore[arg-type]
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.sync("Ada has a role and another name")

    expect.name(ada, proves="ENTRA-42", facets="a role by a text")
    expect.active(ada, True, proves="ENTRA-42")
    client.send(requests.read_user(scim_id))


@ENTRA
@pytest.mark.parametrize("clears", ["empty", "remove"])
def test_attributes_are_emptied(idp: DrivenIdp, client: Client, expect: Expect, clears: str) -> None:
    """Ada had a title, a department and two telephones, and loses them; she keeps her name and her access."""
    entra_of(idp, EntraKnobs(clears=clears))  # type: ignore[arg-type]
    ada = idp.directory.change_profile(
        idp.hire("Ada"), title="Countess", department="Engines", phone="+44 20 7946 0001", mobile="+44 7700 900001"
    )
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    ada = idp.directory.change_profile(ada, title="", department="", phone="", mobile="")
    idp.sync("Ada has neither title nor department nor telephone any more")
    client.send(requests.read_user(idp.made(ada)))

    expect.name(ada, proves="ENTRA-43")
    expect.active(ada, True, proves="ENTRA-43")


@ENTRA
def test_names_stand_behind_the_core_urn(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada's title and name are changed behind the URN of the core schema, and a custom attribute beside them."""
    entra_of(idp, EntraKnobs(core_urn=True, core_attribute="costCenterCode"))
    ada = idp.directory.change_profile(idp.hire("Ada"), title="Countess")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    ada = idp.directory.change_profile(idp.directory.rename(ada, "Augusta", "King"), title="Analyst")
    idp.sync("Ada has another title and another name")
    expect.name(ada, proves="ENTRA-45", facets="a known attribute")
    ada = idp.directory.change_profile(idp.directory.rename(ada, "Ada", "Lovelace"), division="Notes")
    idp.sync("Ada has a third name, and a division that is mapped to a custom attribute")

    expect.name(ada, proves="ENTRA-45", facets="a custom one beside it")
    expect.active(ada, True, proves="ENTRA-45")
    client.send(requests.read_user(idp.made(ada)))


@pytest.mark.dialects("entra-default")
def test_every_request_tells_its_version(idp: DrivenIdp, expect: Expect) -> None:
    """All requests have the header by which some servers tell Entra ID: Ada is created, renamed and blocked."""
    entra_of(idp, EntraKnobs(version_header=VERSION))
    idp.connect()
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    ada = idp.directory.rename(ada, "Augusta", "King")
    idp.sync("Ada has another name")

    expect.name(ada, proves="ENTRA-46")
    expect.groups(ada, {design}, proves="ENTRA-46")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="ENTRA-46")


@ENTRA
def test_people_are_matched_by_object_id(idp: DrivenIdp, expect: Expect) -> None:
    """`externalId` is the object id, and the match key: after a full restart Ada is found by it at a new address."""
    entra = entra_of(idp, EntraKnobs(external_id="object id", match_on=("externalId",)))
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    idp.directory.assign(ada, grace)
    idp.sync("Ada and Grace are assigned")
    scim_id = idp.made(ada)

    entra.restart(full=True)
    ada = idp.directory.change_address(ada, f"augusta.{ada.address}")
    idp.sync("the job is restarted in full, and Ada has another address")

    expect.one_user(ada, scim_id=scim_id, proves="ENTRA-04", facets="externalId as a GUID")
    expect.active(grace, True, proves="ENTRA-04")


@pytest.mark.dialects("entra-default", "entra-ondemand")
def test_active_is_a_boolean_behind_a_capital(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is blocked and comes back: `Replace` in capitals, and the value a Boolean."""
    entra_of(idp, EntraKnobs(active_as="boolean"))
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    idp.directory.assign(ada, grace)
    idp.sync("Ada and Grace are assigned")

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    expect.active(ada, False, proves="ENTRA-11", facets="a Boolean behind a capital Replace")
    expect.active(grace, True, proves="ENTRA-11")
    idp.directory.enable(ada)
    idp.sync("Ada may sign in again")

    expect.active(ada, True, proves="ENTRA-11", facets="a Boolean behind a capital Replace")


@ENTRA
@pytest.mark.parametrize("name", ["manager", "Manager"])
def test_a_manager_comes_with_the_create(idp: DrivenIdp, client: Client, expect: Expect, name: str) -> None:
    """Joan gets Grace as manager by PATCH; Ada, who is hired later, by her create."""
    entra = entra_of(idp, EntraKnobs(manager_in_create=name))  # type: ignore[arg-type]
    joan, grace = idp.hire("Joan"), idp.hire("Grace")
    joan = idp.directory.change_profile(joan, manager=grace.key)
    idp.directory.assign(joan, grace)
    idp.sync("Joan and Grace are assigned, and Grace is Joan's manager")
    client.send(requests.read_user(idp.made(joan)))

    entra.knobs = EntraKnobs(manager_in_create=name, send_managers=False)  # type: ignore[arg-type]
    ada = idp.directory.change_profile(idp.hire("Ada"), manager=grace.key)
    idp.directory.assign(ada)
    idp.sync("Ada is assigned, and Grace is her manager")

    expect.one_user(ada, proves="ENTRA-15", facets="text in a create")
    expect.active(ada, True, proves="ENTRA-15")
    expect.active(grace, True, proves="ENTRA-15")


@pytest.mark.dialects("entra-default")
def test_whether_somebody_has_a_manager_is_asked(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Entra ID asks whether Grace is Ada's manager, before it says so and after."""
    entra_of(idp, EntraKnobs(asks_for_references=True))
    ada, grace = idp.hire("Ada"), idp.hire("Grace")
    ada = idp.directory.change_profile(ada, manager=grace.key)
    idp.directory.assign(ada, grace)
    idp.sync("Ada is assigned, and Grace is her manager")

    client.send(requests.read_user(idp.made(ada)))
    client.send(requests.refers("Users", idp.made(ada), "manager", idp.made(grace)))
    client.send(requests.refers("Users", idp.made(grace), "manager", idp.made(ada)))

    expect.active(ada, True, proves="ENTRA-47")


@ENTRA
@pytest.mark.parametrize("is_purged", [False, True], ids=["in the bin", "purged"])
def test_a_new_object_has_an_old_address(idp: DrivenIdp, expect: Expect, is_purged: bool) -> None:
    """Ada is deleted in Entra ID, at once or after her thirty days, and a new object has her address.

    It is looked up: found inactive it is taken over, and not found it is created.
    """
    entra = entra_of(idp, EntraKnobs())
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    idp.directory.delete(ada)
    idp.sync(entra.acts["delete"])
    expect.active(ada, False, proves="ENTRA-48")
    if is_purged:
        idp.perform("thirty days pass", entra.let_pass(30))
        idp.sync("the bin is emptied")

    again = idp.directory.hire_anew(ada)
    idp.directory.assign(again)
    idp.sync("a new object with the same address is assigned")

    expect.one_user(again, proves="ENTRA-48")
    expect.active(again, True, proves="ENTRA-48")
