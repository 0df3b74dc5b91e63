"""Which attribute of a person Entra ID writes where, and what differs at the bridge (2.b, 2.c)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.directory.values import Person
from harness.idp.entra.answers import MANAGER, roles_of, value_at
from harness.idp.entra.knobs import EntraKnobs
from harness.record.exchange import Json, get_attribute
from harness.record.message import CORE_USER, ENTERPRISE_USER

WORK_EMAIL = 'emails[type eq "work"].value'
PRIMARY_EMAIL = "emails[primary eq true].value"  # pranems/SCIMServer, incident of September 2026
PRIMARY_ROLE = 'roles[primary eq "True"].value'  # MS-MAP
GUEST = "#EXT#"
DEFAULTS = EntraKnobs()
_ADDRESS_PATHS = tuple(f'addresses[type eq "work"].{part}' for part in ("streetAddress", "locality", "country"))
_NUMBER_PATHS = tuple(f'phoneNumbers[type eq "{kind}"].value' for kind in ("work", "mobile"))


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute that differs. `op` is Add where the bridge lacks it, Replace where it has another (2.c).

    A removal has no value, or the one that goes; `roles` are told by name, a manager may be written in several ways.
    """

    op: str
    path: str
    value: str | bool | Sequence[str] | Json | list[Json] | None


def user_name_of(person: Person) -> str:
    """The principal name; that of a guest, `ada_home.example#EXT#@…`, is reduced to the home address (MS-HOW)."""
    home, mark, _ = person.principal_name.partition(GUEST)
    if mark and "_" in home:
        return "@".join(home.rsplit("_", 1))
    return person.principal_name or person.address


def external_id_of(person: Person, knobs: EntraKnobs = DEFAULTS) -> str:
    """What `externalId` is mapped from: the mail nickname (MS-TUT), or the object id, a GUID (authentik#25987)."""
    if knobs.external_id == "object id":
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:object:{person.key}"))
    return (person.principal_name or person.address).split("@")[0]


def employee_number_of(person: Person, knobs: EntraKnobs = DEFAULTS) -> str:
    """The employee number; people whom a story hires have one too, where the knob wants it so."""
    return person.employee_number or (f"MF-{person.key}" if knobs.enterprise_in_create == "always" else "")


def address_of(person: Person, knobs: EntraKnobs = DEFAULTS) -> dict[str, str]:
    """The parts of the postal address that are mapped and there."""
    parts = {"locality": person.city, "country": person.country}
    if knobs.whole_mapping:
        parts |= {
            "formatted": person.office,
            "streetAddress": person.street,
            "region": person.region,
            "postalCode": person.postal_code,
        }
    return filled(parts)


def numbers_of(person: Person, knobs: EntraKnobs = DEFAULTS) -> dict[str, str]:
    """The telephone numbers by type."""
    fax = {"fax": person.fax} if knobs.whole_mapping else {}
    return filled({"work": person.phone, "mobile": person.mobile, **fax})


def mapped(person: Person, knobs: EntraKnobs = DEFAULTS) -> dict[str, str]:
    """Path and value of everything that is compared and changed; what is empty is left alone (MS-KNOWN)."""
    return filled(_mapping(person, knobs))


def differences(person: Person, resource: Json, knobs: EntraKnobs = DEFAULTS) -> list[AttributeChange]:
    """One change for each mapped attribute that differs; a user who is inactive becomes active again (2.c)."""
    changes = []
    for path, value in mapped(person, knobs).items():
        current = value_at(resource, path)
        if current != value:
            changes.append(AttributeChange("Replace" if current else "Add", path, value))
    changes += _cleared(person, resource, knobs)
    if not set(person.roles) <= roles_of(resource):
        changes.append(_roles(person, knobs))
    if get_attribute(resource, "active") is False:
        changes.append(AttributeChange("Replace", "active", True))
    return changes


def manager_change(old: str, new: str, knobs: EntraKnobs = DEFAULTS) -> AttributeChange:
    """Another manager, in one of the three spellings, or none any more (ENTRA-15)."""
    if not new:
        return (
            AttributeChange("Remove", MANAGER, None)
            if knobs.clear_manager == "remove"
            else AttributeChange("Replace", MANAGER, "")
        )
    op = "Replace" if old else "Add"
    if knobs.manager_as == "array":
        return AttributeChange(op, "manager", [{"$ref": f"../Users/{new}", "value": new}])
    return AttributeChange(op, MANAGER, {"value": new} if knobs.manager_as == "object" else new)


def filled(values: dict[str, str]) -> dict[str, str]:
    """Those that are not empty."""
    return {name: value for name, value in values.items() if value}


def _mapping(person: Person, knobs: EntraKnobs) -> dict[str, str]:
    core = f"{CORE_USER}:" if knobs.core_urn else ""
    return {
        f"{core}displayName": person.full_name,
        f"{core}title": person.title,
        f"{core}name.givenName": person.given_name,
        f"{core}name.familyName": person.family_name,
        **({f"{core}name.formatted": person.full_name} if knobs.whole_mapping else {}),
        f"{core}userName": user_name_of(person),
        PRIMARY_EMAIL if knobs.selects_by == "primary" else WORK_EMAIL: person.address,
        **{f'addresses[type eq "work"].{part}': value for part, value in address_of(person, knobs).items()},
        **{f'phoneNumbers[type eq "{kind}"].value': value for kind, value in numbers_of(person, knobs).items()},
        **({f"{core}preferredLanguage": person.language} if knobs.whole_mapping else {}),
        f"{ENTERPRISE_USER}:department": person.department,
        f"{ENTERPRISE_USER}:employeeNumber": person.employee_number,
        f"{knobs.custom_extension}:division": person.division if knobs.custom_extension else "",
        f"{CORE_USER}:{knobs.core_attribute}": person.division if knobs.core_attribute else "",
    }


def _cleared(person: Person, resource: Json, knobs: EntraKnobs) -> Iterator[AttributeChange]:
    """What the person has no longer and the bridge shows: an empty text, or a removal.

    A removal at a filter says what goes (SCIMReferenceCode#87), any other has no value (ory/polis).
    """
    if knobs.clears == "never":
        return
    gone = dict.fromkeys((*_ADDRESS_PATHS, *_NUMBER_PATHS), "")
    for path, value in {**gone, **_mapping(person, knobs)}.items():
        current = value_at(resource, path)
        if value or not isinstance(current, str) or not current:
            continue
        if knobs.clears == "empty":
            yield AttributeChange("Replace", path, "")
        else:
            yield AttributeChange("Remove", path, current if "[" in path else None)


def _roles(person: Person, knobs: EntraKnobs) -> AttributeChange:
    if knobs.selects_by == "primary":
        return AttributeChange("Add", PRIMARY_ROLE, person.roles[0])
    return AttributeChange("Add", "roles", person.roles)
