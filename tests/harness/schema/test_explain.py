"""A violation names the place, the requirement, and what was expected."""

from __future__ import annotations

import pytest

from harness.schema.registry import Violation
from harness.schema.validate import validate
from tests.harness.schema.samples import (
    ADA,
    DONE,
    ERROR,
    LIST,
    REPORT,
    SETTINGS,
    USER,
    bulk,
    listed,
)


@pytest.mark.parametrize(
    ("name", "document", "pointer", "requirement"),
    [
        ("rfc7643/user", ADA | {"active": "True"}, "/active", "RFC7643-2.3.2-01"),
        ("rfc7643/user", {"schemas": [USER]}, "/id", "RFC7643-3.1-03"),
        ("rfc7643/user", {"id": "u1"}, "/schemas", "RFC7643-3-03"),
        ("rfc7643/user", ADA | {"schemas": [USER, USER]}, "/schemas", "RFC7643-3-06"),
        ("rfc7643/user", ADA | {"meta": {"created": "now"}}, "/meta/created", "RFC7643-2.3.5-01"),
        ("rfc7643/user", ADA | {"meta": {"created": 5}}, "/meta/created", "RFC7643-2.3.5-03"),
        ("rfc7643/user", ADA | {"meta": {"location": "a b"}}, "/meta/location", "RFC7643-2.3.7-02"),
        ("rfc7643/user", ADA | {"emails": {}}, "/emails", "RFC7643-2.4-01"),
        ("rfc7643/user", ADA | {"title": 5}, "/title", "RFC7643-2.3-02"),
        ("rfc7643/user", ADA | {"userName": ""}, "/userName", "RFC7643-4.1.1-01"),
        ("rfc7643/service-provider-config", SETTINGS | {"sort": {}}, "/sort/supported", "RFC7643-5-18"),
        ("rfc7644/list-response", {"schemas": [LIST]}, "/totalResults", "RFC7644-3.4.2-05"),
        ("rfc7644/list-response", listed(itemsPerPage=1), "/Resources", "RFC7644-3.4.2-07"),
        ("rfc7644/list-response", listed(Resources=[ADA | {"id": ""}]), "/Resources/0/id", "RFC7643-3.1-03"),
        ("rfc7644/error", {"schemas": [ERROR], "status": 404}, "/status", "RFC7644-3.12-03"),
        ("rfc7644/error", {"schemas": [LIST], "status": "404"}, "/schemas", "RFC7644-3.12-02"),
        (
            "rfc7644/bulk-response",
            bulk({"method": "PUT", "status": "200"}),
            "/Operations/0/location",
            "RFC7644-3.7-15",
        ),
        ("rfc7644/bulk-response", bulk(DONE | {"status": 200}), "/Operations/0/status", "RFC7644-3.7-18"),
    ],
)
def test_a_violation_names_the_place_and_the_requirement(
    name: str, document: object, pointer: str, requirement: str
) -> None:
    found = validate(document, name)

    assert [(violation.pointer, violation.requirement) for violation in found] == [(pointer, requirement)]


def test_a_violation_says_what_was_expected_and_what_was_there() -> None:
    found = validate({"schemas": [ERROR], "status": 404}, "rfc7644/error")

    assert found == [
        Violation(
            pointer="/status",
            message="expected an HTTP status as a string; was 404",
            requirement="RFC7644-3.12-03",
            expected="an HTTP status as a string",
            actual="404",
        )
    ]


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    row = REPORT["requirements"][0] | {"by_dialect": {"a/b~c": "good"}}

    found = validate(REPORT | {"requirements": [row]}, "report/conformance")

    assert [violation.pointer for violation in found] == ["/requirements/0/by_dialect/a~1b~0c"]


def test_passwords_are_not_shown() -> None:
    found = validate(ADA | {"password": "hunter2"}, "rfc7643/user")

    assert found[0].pointer == "/password"
    assert "hunter2" not in repr(found)


def test_long_values_are_cut() -> None:
    found = validate(ADA | {"active": "x" * 10_000}, "rfc7643/user")

    assert len(found[0].actual) == 200


def test_text_that_has_no_utf8_form_is_judged_too() -> None:
    found = validate({"schemas": [ERROR], "status": "\ud800"}, "rfc7644/error")

    assert found[0].actual == '"\\ud800"'
