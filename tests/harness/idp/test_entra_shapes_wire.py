"""Entra ID's recorded shapes, literally: each is a setting, and the docstring names the row that it holds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.directory.directory import Directory
from harness.directory.values import Person
from harness.idp.entra import Entra, EntraDefault, EntraFlag, EntraKnobs
from harness.record.exchange import Json
from harness.record.message import CORE_USER, ENTERPRISE_USER
from tests.harness.idp.steps import answer, body, found, play, requests_of

ADA = Person("ada", "Ada", "Byron", "ada@marigold.example", title="Countess", phone="+44 1")
KING = replace(ADA, family_name="King")
ID = "M9D4ZQ7KX2WT6RB5NJ3VHC8PEA"
STORED: Json = {
    "id": ID,
    "userName": "ada@marigold.example",
    "active": True,
    "displayName": "Ada Byron",
    "title": "Countess",
    "emails": [{"primary": True, "type": "work", "value": "ada@marigold.example"}],
    "name": {"formatted": "Ada Byron", "familyName": "Byron", "givenName": "Ada"},
    "phoneNumbers": [{"type": "work", "value": "+44 1"}],
}


def entra(kind: type[Entra], person: Person, **knobs: object) -> Entra:
    """The provider with that person, and these settings."""
    directory = Directory(seed=1, domain="marigold.example", run_id="w")
    directory.add(person)
    directory.assign(person)
    return kind(directory, EntraKnobs(**knobs))  # type: ignore[arg-type]


def patched(kind: type[Entra], person: Person, stored: Json = STORED, **knobs: object) -> list[Json]:
    """The operations of the PATCH that brings the stored user to what the person is now."""
    provider = entra(kind, person, **knobs)
    provider.link(person, ID)
    _, patch = requests_of(play(provider.update(person), answer(200, stored), answer(204)))
    told = body(patch)["Operations"]
    assert isinstance(told, list)
    return told


def create_of(person: Person, manager_id: str = "", **knobs: object) -> Json:
    """The body of the create of that person."""
    provider = entra(EntraDefault, person, **knobs)
    if manager_id:
        provider.links.people[person.manager] = manager_id
    return body(requests_of(play(provider.provision(person), found(), answer(500)))[1])


def test_operations_come_first() -> None:
    """ENTRA-39."""
    provider = entra(EntraDefault, KING, operations_first=True)
    provider.link(KING, ID)

    _, patch = requests_of(play(provider.update(KING), answer(200, STORED), answer(204)))

    assert list(body(patch)) == ["Operations", "schemas"]


def test_what_is_missing_is_added_and_the_rest_replaced() -> None:
    """ENTRA-40."""
    bare = {"id": ID, "userName": "ada@marigold.example", "active": True, "displayName": "Ada"}

    told = patched(EntraFlag, KING, bare, adds_without_path=True)

    assert told[-2:] == [
        {"op": "replace", "value": {"displayName": "Ada King"}},
        {"op": "add", "value": {"title": "Countess", "name.givenName": "Ada", "name.familyName": "King"}},
    ]


def test_a_rename_changes_the_formatted_name() -> None:
    """ENTRA-41."""
    assert {"op": "Replace", "path": "name.formatted", "value": "Ada King"} in patched(
        EntraDefault, KING, whole_mapping=True
    )
    assert patched(EntraFlag, KING, whole_mapping=True)[-1]["value"]["name.formatted"] == "Ada King"
    assert "name.formatted" not in str(patched(EntraDefault, KING))


def test_the_primary_value_is_selected() -> None:
    """ENTRA-42."""
    moved = replace(ADA, address="ada@home.example", roles=("Member",))

    told = patched(EntraDefault, moved, selects_by="primary")

    assert told[1:] == [
        {"op": "Replace", "path": "emails[primary eq true].value", "value": "ada@home.example"},
        {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "Member"},
    ]


@pytest.mark.parametrize(
    ("clears", "wanted"),
    [
        (
            "empty",
            [
                {"op": "Replace", "path": 'phoneNumbers[type eq "work"].value', "value": ""},
                {"op": "Replace", "path": "title", "value": ""},
            ],
        ),
        (
            "remove",
            [
                {"op": "Remove", "path": 'phoneNumbers[type eq "work"].value', "value": "+44 1"},
                {"op": "Remove", "path": "title"},
            ],
        ),
    ],
)
def test_what_is_gone_is_emptied(clears: str, wanted: list[Json]) -> None:
    """ENTRA-43."""
    assert patched(EntraDefault, replace(ADA, title="", phone=""), clears=clears) == wanted


def test_the_whole_address_is_mapped() -> None:
    """ENTRA-44."""
    moved = replace(
        ADA, office="Room 3", street="Street 1", region="Skåne", postal_code="211", fax="+46 3", language="sv-SE"
    )

    told = patched(EntraDefault, moved, whole_mapping=True)

    assert told == [
        {"op": "Add", "path": 'addresses[type eq "work"].formatted', "value": "Room 3"},
        {"op": "Add", "path": 'addresses[type eq "work"].streetAddress', "value": "Street 1"},
        {"op": "Add", "path": 'addresses[type eq "work"].region', "value": "Skåne"},
        {"op": "Add", "path": 'addresses[type eq "work"].postalCode', "value": "211"},
        {"op": "Add", "path": 'phoneNumbers[type eq "fax"].value', "value": "+46 3"},
        {"op": "Add", "path": "preferredLanguage", "value": "sv-SE"},
    ]


def test_nothing_stands_below_the_enterprise_urn() -> None:
    """ENTRA-08."""
    told = create_of(ADA, enterprise_in_create="if any")

    assert told["schemas"] == [CORE_USER, ENTERPRISE_USER]
    assert ENTERPRISE_USER not in told


def test_names_behind_the_core_urn() -> None:
    """ENTRA-45."""
    told = patched(EntraDefault, replace(KING, division="Notes"), core_urn=True, core_attribute="costCenterCode")

    assert [each["path"].removeprefix(CORE_USER) for each in told] == [
        ":displayName",
        ":name.familyName",
        ":costCenterCode",
    ]


def test_the_header_of_entras_own() -> None:
    """ENTRA-46."""
    provider = entra(EntraDefault, ADA, version_header="Date:20260105")

    find, create = requests_of(play(provider.provision(ADA), found(), answer(500)))

    assert find.headers[-1] == create.headers[-1] == ("ADSCIMVersion", "Date:20260105")


def test_people_are_matched_by_their_object_id() -> None:
    """ENTRA-04."""
    provider = entra(EntraDefault, ADA, external_id="object id", match_on=("externalId",))

    find, create = requests_of(play(provider.provision(ADA), found(), answer(500)))

    guid = body(create)["externalId"]
    assert len(guid) == 36
    assert find.target == f"/Users?filter=externalId+eq+%22{guid}%22"


def test_active_as_a_boolean_with_a_capital() -> None:
    """ENTRA-11."""
    provider = entra(EntraDefault, ADA, active_as="boolean")
    provider.link(ADA, ID)

    _, patch = requests_of(play(provider.deprovision(ADA), answer(200, STORED), answer(204)))

    assert body(patch)["Operations"] == [{"op": "Replace", "path": "active", "value": False}]


@pytest.mark.parametrize("name", ["manager", "Manager"])
def test_a_manager_in_the_create(name: str) -> None:
    """ENTRA-15."""
    told = create_of(replace(ADA, manager="grace"), "G-1", manager_in_create=name)

    assert told[ENTERPRISE_USER][name] == "G-1"
