"""Microsoft's validator, request by request: 25 required tests and 7 in preview (PRANEMS).

Its tests are known only from result files (pranems/SCIMServer), so each row describes one in our words.
"""

from __future__ import annotations

import json

from msgspec.structs import replace

from harness.directory.values import Person
from harness.idp.entra import mapping, requests
from harness.idp.entra.answers import MANAGER
from harness.idp.entra.writing import VERBOSE
from harness.idp.vendor_suite import Assertion, SuiteStep, VendorSuite
from harness.record.exchange import Request
from harness.record.message import equals, patch_body, path_of, read, remove, render_query, write

UNKNOWN_ID = "6d0f4a51-0000-4000-8000-00000000dead"


def find_in_capitals(person: Person) -> Request:
    """The match query with the address in capitals."""
    return requests.find_user(replace(person, address=person.address.upper()))


def find_by_name(name: str) -> Request:
    """The match query for a userName."""
    return read("/Users", "find user", render_query((("filter", equals("userName", name)),), "+"), requests.READ)


def find_by_external_id(external_id: str) -> Request:
    """The match query for an externalId, which compares exactly (ENTRA-05)."""
    query = render_query((("filter", equals("externalId", external_id)),), "+")
    return read("/Users", "find user", query, requests.READ)


def find_by_both(person: Person) -> Request:
    """A filter of two terms (ENTRA-04)."""
    names = equals("userName", mapping.user_name_of(person))
    both = f"{names} and {equals('externalId', mapping.external_id_of(person))}"
    return read("/Users", "find user", render_query((("filter", both),), "+"), requests.READ)


def create_without_address(person: Person) -> Request:
    """The create of somebody who has no e-mail address, which is then not sent (MS-KNOWN)."""
    request = requests.create_user(person)
    body = {name: value for name, value in json.loads(request.body or b"{}").items() if name != "emails"}
    return write("POST", "/Users", request.name, body, requests.WRITE)


def read_with(scim_id: str, accept: str, query: str = "") -> Request:
    """The read of a user with an Accept header, and with a query that nobody knows."""
    return read(path_of("Users", scim_id), "read user", query, (("Accept", accept), *requests.READ))


def remove_too_late(group_id: str, scim_id: str) -> Request:
    """The removal of a member from a group that was deleted; under a name of its own: 404 is right here (ENTRA-26)."""
    body = patch_body(*VERBOSE.remove_members([scim_id]))
    return write("PATCH", path_of("Groups", group_id), "remove from a deleted group", body, requests.WRITE)


def whole_group(group_id: str) -> Request:
    """A group with its members."""
    return read(path_of("Groups", group_id), "read group", headers=requests.READ)


def find_whole_group(name: str) -> Request:
    """The match query without the exclusion of members."""
    return read("/Groups", "find group", render_query((("filter", equals("displayName", name)),), "+"), requests.READ)


def replace_attributes(group_id: str, name: str, external_id: str) -> Request:
    """Two attributes of a group, an operation each."""
    values = (("displayName", name), ("externalId", external_id))
    operations = [{"op": "Replace", "path": path, "value": value} for path, value in values]
    body = patch_body(*operations)
    return write("PATCH", path_of("Groups", group_id), "rename group", body, requests.WRITE)


def set_manager(scim_id: str, op: str, manager_id: str = "") -> Request:
    """The manager as a bare string, or taken away."""
    value = {"value": manager_id} if manager_id else {}
    return requests.change_user(scim_id, [{"op": op, "path": MANAGER, **value}])


def set_names(scim_id: str, *names: tuple[str, str, str]) -> Request:
    """Several operations in one PATCH: op, path and value of each."""
    return requests.change_user(scim_id, [{"op": op, "path": path, "value": value} for op, path, value in names])


def delete_missing_group(group_id: str) -> Request:
    """DELETE of a group that is not there, under a name of its own: an answer of 404 is right here."""
    return remove(path_of("Groups", group_id), "delete missing group", requests.READ)


_OK = Assertion("the status is 200", "RFC7644-3.4.1-01")
_PATCHED = Assertion("the status is 200 or 204", "ENTRA-18")
_EMPTY = "it has been seen to send an empty Operations array and to want a success (scimmy#59)"
_NUMBER = "a number for the error's status passes as well (pranems/SCIMServer)"
_KEPT = "a bridge that gives back the group it has keeps names unique too; a number for the error's status passes here"
_LOCATION = "a missing Location passes as well (pranems/SCIMServer)"
_SOFT = "it expects a user who was disabled to be kept; a bridge without such users can't pass"


# What users report of the validator itself; each with its report.
FAULTS = (
    "an answer of a wrong media type passes (pranems/SCIMServer), or ends the whole run (azure-docs#104859)",
    "attributes that RFC 7643 has are called invalid (scimmy-routers#10)",
    "attributes that are only written are expected back (pranems/SCIMServer)",
    "every request is shown as a POST to the collection, and a failure has no reason (pranems/SCIMServer)",
    "an account without users who were disabled can't pass (sourcegraph#49325)",
)


def _step(request: str, *assertions: Assertion) -> SuiteStep:
    return SuiteStep(request, assertions)


USERS = VendorSuite(
    "Microsoft SCIM Validator: users",
    "idp/test_entra_gate.py::test_the_validator_on_users",
    (
        _step("create a user", Assertion("the status is 201", "ENTRA-08", _LOCATION)),
        _step("find the user", Assertion("one user is listed", "ENTRA-04")),
        _step("find a user who is not there", Assertion("the list is empty", "ENTRA-01")),
        _step("find the user in capitals", Assertion("the same user is listed", "ENTRA-05")),
        _step("create the same user again", Assertion("the status is 409", "ENTRA-09", _NUMBER)),
        _step("replace attributes, one operation each", _PATCHED, Assertion("values are the new ones", "ENTRA-12")),
        _step("add attributes, one operation each", _PATCHED, Assertion("the entry is there", "ENTRA-13", _EMPTY)),
        _step("change the userName", _PATCHED, Assertion("the new name is shown", "ENTRA-35")),
        _step("disable the user", _PATCHED, Assertion("the user is shown, inactive", "ENTRA-11", _SOFT)),
        _step("add a manager", Assertion("the bare string is taken", "ENTRA-15")),
        _step("replace the manager", Assertion("the bare string is taken", "ENTRA-15")),
        _step("remove the manager", Assertion("the removal is taken", "ENTRA-15")),
        _step("delete the user", Assertion("the status is 204", "ENTRA-28")),
    ),
    FAULTS,
)
GROUPS = VendorSuite(
    "Microsoft SCIM Validator: groups",
    "idp/test_entra_gate.py::test_the_validator_on_groups",
    (
        _step("create a group", Assertion("the status is 201", "ENTRA-21", _LOCATION)),
        _step("read the group", _OK),
        _step("read the group without its members", _OK, Assertion("no member is shown", "ENTRA-20")),
        _step("find the group", Assertion("one group is listed", "RFC7644-3.4.2-01")),
        _step("find the group without its members", Assertion("one group is listed", "ENTRA-20")),
        _step("find the group in capitals", Assertion("the same group is listed", "ENTRA-05")),
        _step("create the same group again", Assertion("the status is 409", "ENTRA-38", _KEPT)),
        _step("replace attributes", _PATCHED),
        _step("change the displayName", _PATCHED, Assertion("the new name is shown", "ENTRA-35")),
        _step("add a member", Assertion("the member is in it", "ENTRA-24")),
        _step("remove the member by value", Assertion("this member alone is gone", "ENTRA-22")),
        _step("delete the group", Assertion("the status is 204", "ENTRA-29")),
    ),
)
PREVIEW = VendorSuite(
    "Microsoft SCIM Validator: preview",
    "idp/test_entra_gate.py::test_the_validator_in_preview",
    (
        _step("several operations on different attributes of a user", Assertion("all are applied", "ENTRA-12")),
        _step("several operations on the same attribute of a user", Assertion("the last one stands", "ENTRA-12")),
        _step("delete a user who is not there", Assertion("the status is 404", "ENTRA-28")),
        _step("delete a user twice", Assertion("the second one is harmless", "ENTRA-28")),
        _step("several operations on a group", Assertion("all are applied", "ENTRA-26")),
        _step("delete a group that is not there", Assertion("the status is 404", "RFC7644-3.12-02")),
        _step("delete a group twice", Assertion("the second one is harmless", "ENTRA-26")),
    ),
)
GATES = (USERS, GROUPS, PREVIEW)
