"""Okta's test collections, request by request (12 with 52 assertions, 13 with 21), and its manual plan by cases.

The plan has 61 numbered cases, 17 of them preconditions (OKTA-QA), and no automation; these are the cases
that its summary names, each with its story.

The requests of the first collection are rebuilt here, since Okta's client never sends them in this form: reads with a
Content-Type, another agent, creates as plain JSON without a password (OKTA-26).
"""

from __future__ import annotations

from harness.directory.values import Person
from harness.idp.vendor_suite import Assertion, SuiteStep, VendorSuite
from harness.record.exchange import Headers, Request
from harness.record.message import equals, path_of, read, render_query, whole_user_body, write

READ: Headers = (
    ("Accept-Charset", "utf-8"),
    ("Content-Type", "application/scim+json; charset=utf-8"),
    ("Accept", "application/scim+json"),
    ("Authorization", ""),
    ("User-Agent", "OKTA SCIM Integration"),
)
WRITE: Headers = (
    ("Content-Type", "application/json"),
    ("Authorization", ""),
    ("Accept", "application/scim+json; charset=utf-8"),
)
UNKNOWN_ID = "00919288221112222"


def first_user() -> Request:
    """The first page, one user long, with `count` before `startIndex`."""
    return read("/Users", "list users", "count=1&startIndex=1", READ)


def user(scim_id: str) -> Request:
    """One user by id."""
    return read(path_of("Users", scim_id), "read user", headers=READ)


def users_called(name: str) -> Request:
    """The filter alone: neither startIndex nor count."""
    return read("/Users", "find user", render_query((("filter", equals("userName", name)),)), READ)


def create(person: Person) -> Request:
    """A create as the collection writes it."""
    name = {"givenName": person.given_name, "familyName": person.family_name}
    body = whole_user_body(person.address, name=name, displayName=person.full_name, active=True)
    return write("POST", "/Users", "create user of the collection", body, WRITE)


def groups() -> Request:
    """All groups, without a page."""
    return read("/Groups", "list groups", headers=READ)


def without_token(name: str) -> Request:
    """The filter with an Authorization header that is no token, and names no scheme."""
    headers = tuple((key, "non-token" if key == "Authorization" else value) for key, value in READ)
    request = users_called(name)
    return Request(request.method, request.target, request.name, headers, credential=None)


_OPTIONAL = "optional in RFC 7643: a bridge may know users without it"
_EMPTY = "an empty account is no fault: the collection fails on it"
_TENANT = Assertion("Okta's own API accepts the act")
_LIST = Assertion("the body is a list message", "OKTA-01")
_NONE = Assertion("the total is 0", "OKTA-04")


def _numbers() -> tuple[Assertion, ...]:
    return tuple(Assertion(f"{name} is a number", "OKTA-01") for name in ("itemsPerPage", "startIndex", "totalResults"))


def _whole(of: str) -> tuple[Assertion, ...]:
    return (
        Assertion(f"{of} has an id", "RFC7643-3.1-03"),
        Assertion(f"{of} has a family name", "", _OPTIONAL),
        Assertion(f"{of} has a given name", "", _OPTIONAL),
        Assertion(f"{of} has a userName", "RFC7643-4.1.1-01"),
        Assertion(f"{of} shows active", "", _OPTIONAL),
        Assertion(f"{of} has an address", "", _OPTIONAL),
    )


def _error(status: int) -> tuple[Assertion, ...]:
    return (
        Assertion(f"the status is {status}", "OKTA-27"),
        Assertion("the error tells why", "OKTA-29"),
    )


SPEC = VendorSuite(
    "Okta SCIM 2.0 SPEC test",
    "idp/test_okta_gate.py::test_the_spec_test",
    (
        SuiteStep(
            "list one user",
            (
                Assertion("the status is 200", "OKTA-01"),
                Assertion("somebody is listed", "", _EMPTY),
                _LIST,
                *_numbers(),
                *_whole("the first user"),
            ),
        ),
        SuiteStep(
            "read that user",
            (
                Assertion("the status is 200", "RFC7644-3.4.1-01"),
                *_whole("the user"),
                Assertion("the id is the one asked for", "RFC7644-3.4.1-01"),
            ),
        ),
        SuiteStep("find a name that nobody has", (Assertion("the status is 200", "OKTA-04"), _LIST, _NONE)),
        SuiteStep(
            "read an id that nobody has", (*_error(404), Assertion("the body is an Error message", "RFC7644-3.12-02"))
        ),
        SuiteStep("find the name that will be created", (Assertion("the status is 200", "OKTA-04"), _NONE, _LIST)),
        SuiteStep(
            "create a user",
            (
                Assertion("the status is 201", "OKTA-06"),
                Assertion("the user is active", "RFC7643-4.1.1-17"),
                Assertion("the body has an id", "OKTA-07"),
                Assertion("the family name is the one sent", "RFC7644-3.3-11"),
                Assertion("the given name is the one sent", "RFC7644-3.3-11"),
                Assertion("the schemas name the core User", "RFC7643-3.3-02"),
                Assertion("the userName is the one sent", "RFC7644-3.3-11"),
            ),
        ),
        SuiteStep(
            "read the new user",
            (
                Assertion("the status is 200", "RFC7644-3.4.1-01"),
                Assertion("the userName is the one sent", "RFC7644-3.4.1-01"),
                Assertion("the family name is the one sent", "RFC7644-3.4.1-01"),
                Assertion("the given name is the one sent", "RFC7644-3.4.1-01"),
            ),
        ),
        SuiteStep(
            "create the same user again",
            (Assertion("the status is 409", "OKTA-08", "a bridge that adopts with 200 works in the product too"),),
        ),
        SuiteStep(
            "find the name in capitals",
            (Assertion("the status is 200", "OKTA-05", "too weak: it does not look whether the user is found"),),
        ),
        SuiteStep(
            "list groups (optional)",
            (
                Assertion("the status is 200", "RFC7644-3.4.2-01"),
                Assertion("the answer takes less than 600 ms", "", "measures the network between two companies"),
            ),
        ),
        SuiteStep(
            "find a user with a wrong token",
            (
                *_error(401),
                Assertion("the body's status is 401", "RFC7644-3.12-03", "a number passes as well, and is wrong"),
                Assertion("the URN of an error stands in the whole body", "RFC7644-3.12-02", "the path is missing"),
            ),
        ),
        SuiteStep(
            "read a literal id that nobody has",
            (
                *_error(404),
                Assertion("the body's status is 404", "RFC7644-3.12-03", "a number passes as well, and is wrong"),
                Assertion("the body is an Error message", "RFC7644-3.12-02"),
            ),
        ),
    ),
)

CRUD = VendorSuite(
    "Okta SCIM 2.0 CRUD test",
    "idp/test_okta_gate.py::test_the_crud_test",
    (
        SuiteStep("Okta: read the application", (_TENANT,)),
        SuiteStep("Okta: create a person", (_TENANT,)),
        SuiteStep("Okta: assign the person", (_TENANT,)),
        SuiteStep(
            "find the user",
            (
                Assertion("the status is 200", "OKTA-03"),
                Assertion("the userName is the person's address", "OKTA-06"),
                Assertion("the first address is the person's", "", _OPTIONAL),
                Assertion("the family name is the person's", "SEED-59"),
                Assertion("the given name is the person's", "SEED-59"),
            ),
        ),
        SuiteStep("Okta: another given name", (_TENANT,)),
        SuiteStep(
            "read the user",
            (Assertion("the status is 200", "OKTA-09"), Assertion("the given name is the new one", "OKTA-10")),
        ),
        SuiteStep("Okta: deactivate the person", (_TENANT,)),
        SuiteStep(
            "read the user",
            (Assertion("the status is 200", "OKTA-14"), Assertion("active is false", "OKTA-14")),
        ),
        SuiteStep("Okta: activate the person", (_TENANT,)),
        SuiteStep("Okta: assign the person again", (_TENANT,)),
        SuiteStep(
            "read the user",
            (Assertion("the status is 200", "OKTA-14"), Assertion("active is true", "SEED-66")),
        ),
        SuiteStep("Okta: take the assignment away", (_TENANT,)),
        SuiteStep(
            "read the user",
            (Assertion("the status is 200", "OKTA-14"), Assertion("active is false", "SEED-64")),
        ),
    ),
)

_GATE, _LIFE = "idp/test_okta_gate.py::test_", "idp/test_okta_life_cycle.py::test_"
_PUSH, _PLAN = "idp/test_okta_group_push.py::test_", "idp/test_okta_manual_plan.py::test_"


def _case(case: str, story: str, *assertions: Assertion) -> SuiteStep:
    return SuiteStep(case, assertions, story)


_INACTIVE = Assertion("the user is inactive, and kept", "OKTA-14")
_ONE_SIDED = "the app is the source here: nothing is sent to a bridge"
MANUAL = VendorSuite(
    "Okta manual plan",
    "",
    (
        _case("create: assign a person", f"{_GATE}the_crud_test", Assertion("the user is there", "OKTA-06")),
        _case(
            "create: assign a person who is in the app already",
            f"{_GATE}somebody_who_is_in_the_app_already",
            Assertion("the same user is linked and updated", "OKTA-09"),
        ),
        _case(
            "create: assign a group",
            "lifecycle/test_staged_rollout.py::test_one_by_one_and_by_group_lead_to_the_same",
            Assertion("its people are users", "SEED-49"),
        ),
        _case(
            "create: take back a suspension",
            f"{_LIFE}a_suspension_sends_nothing",
            Assertion("the user is as before", "OKTA-32"),
        ),
        _case(
            "create: reactivate and assign again",
            f"{_GATE}the_crud_test",
            Assertion("the same user is active again", "OKTA-14"),
        ),
        _case(
            "create: reactivate somebody who is assigned by a group",
            f"{_PLAN}who_has_access_by_a_group_comes_back_by_it",
            Assertion("the same user is active again", "OKTA-14"),
        ),
        _case("update: another name", f"{_GATE}the_crud_test", Assertion("the new name is shown", "OKTA-10")),
        _case(
            "update: push empty values", f"{_PLAN}empty_values_are_pushed", Assertion("the update succeeds", "OKTA-09")
        ),
        _case("deprovision: deactivate", f"{_LIFE}a_deactivation_changes_active_alone", _INACTIVE),
        _case("deprovision: unassign a person", f"{_GATE}the_crud_test", _INACTIVE),
        _case("deprovision: suspend", f"{_LIFE}a_suspension_sends_nothing", Assertion("nothing is sent", "OKTA-32")),
        _case("deprovision: unassign a group", f"{_PLAN}a_group_loses_the_application", _INACTIVE),
        _case(
            "import: users who are in Okta, and one who is not",
            f"{_LIFE}an_import_changes_nothing",
            Assertion("every user is listed", "OKTA-02"),
        ),
        _case(
            "import: more users than a page has",
            f"{_PUSH}a_large_group_comes_in_batches",
            Assertion("every user is listed, on one page", "OKTA-02"),
        ),
        _case("import: groups", f"{_LIFE}an_import_changes_nothing", Assertion("nothing is written", "OKTA-02")),
        _case(
            "password: another one, synchronised",
            f"{_PLAN}a_password_is_synchronised",
            Assertion("it is neither stored nor shown", "OKTA-06"),
        ),
        _case(
            "password: without synchronisation",
            f"{_GATE}the_crud_test",
            Assertion("the one in the create is ignored", "OKTA-06"),
        ),
        _case(
            "group push: create",
            f"{_PUSH}a_push_carries_who_is_provisioned",
            Assertion("group and members are there", "OKTA-18"),
        ),
        _case(
            "group push: by rule",
            f"{_PUSH}an_assigned_group_is_not_pushed",
            Assertion("without a rule nothing is pushed", "SEED-42"),
        ),
        _case(
            "group push: link, with renaming", f"{_PUSH}a_link_keeps_the_members", Assertion("members stay", "OKTA-19")
        ),
        _case(
            "group push: link, without renaming",
            f"{_PUSH}a_link_keeps_the_members",
            Assertion("name and members stay", "OKTA-17"),
        ),
        _case(
            "group push: push now",
            f"{_PUSH}push_now_overwrites_the_list",
            Assertion("the remote list equals the group", "OKTA-22"),
        ),
        _case(
            "group push: push now, of an empty group",
            f"{_PUSH}push_now_overwrites_the_list",
            Assertion("the remote group is empty", "OKTA-22"),
        ),
        _case("group push: rename", f"{_PUSH}a_rename_leaves_the_members", Assertion("members stay", "OKTA-19")),
        _case(
            "group push: add members", f"{_PUSH}joiners_and_leavers_in_one_push", Assertion("they are in", "OKTA-20")
        ),
        _case(
            "group push: remove members",
            f"{_PUSH}joiners_and_leavers_in_one_push",
            Assertion("they alone are out", "OKTA-20"),
        ),
        _case(
            "group push: bulk edit",
            f"{_PUSH}joiners_and_leavers_in_one_push",
            Assertion("all changes are in one request", "OKTA-20"),
        ),
        _case(
            "group push: deactivate, activate",
            f"{_PUSH}a_deactivated_push_waits",
            Assertion("nothing, and then all of it", "OKTA-20"),
        ),
        _case(
            "group push: unlink and delete",
            f"{_PUSH}an_unlinked_group_is_deleted_without_its_people",
            Assertion("the group is gone, its people are not", "OKTA-25"),
        ),
        _case("group push: unlink and leave", f"{_PUSH}an_unlinked_group_is_left", Assertion("it stays", "OKTA-25")),
        _case(
            "group push: somebody who was deactivated and is back",
            f"{_PLAN}who_was_left_out_of_a_push_is_in_the_next_full_one",
            Assertion("in it again after a full push", "OKTA-22"),
        ),
        _case(
            "profile sourcing: people missing from an import",
            f"{_LIFE}an_import_changes_nothing",
            Assertion("deactivated in Okta", "", _ONE_SIDED),
        ),
    ),
)
GATES = (SPEC, CRUD, MANUAL)
