from __future__ import annotations

import json

import pytest

from harness.report.evidence import Evidence, make_evidence
from harness.report.page.deciding import find_deciding
from tests.harness.report.samples import entry, exchange, user


def evidence(received: object) -> Evidence:
    seen = exchange(received=received, answer_headers=(("Content-Type", "text/html"), ("Location", "x")))
    return make_evidence("", entry(seen), seen)


SHOWN = evidence(
    {**user(id="1", emails=[{"value": "a", "type": "work"}, {"value": "b"}]), "name": {"givenName": "Ada"}}
)


@pytest.mark.parametrize(
    ("pointer", "line", "missing"),
    [
        ("/id", '"id": "1"', ""),
        ("/emails/1/value", '"value": "b"', ""),
        ("/name/givenName", '"givenName": "Ada"', ""),
        ("/EMAILS/0/type", '"type": "work"', ""),
        ("/emails/0/primary", "{", "primary"),
        ("/meta/location", "{", "meta.location"),
    ],
)
def test_the_line_at_a_pointer_decides_or_that_of_its_holder(pointer: str, line: str, missing: str) -> None:
    found = find_deciding(SHOWN, pointer, "x")

    assert found.part == "body"
    assert SHOWN.response_body.split("\n")[found.line].strip().rstrip(",") == line
    assert found.missing == missing


def test_a_status_or_a_header_decides_where_the_finding_speaks_of_it() -> None:
    assert find_deciding(SHOWN, "", "status 201").part == "status"
    assert find_deciding(SHOWN, "", "the PATCH to be accepted").part == "status"
    assert find_deciding(SHOWN, "", "Content-Type application/scim+json").line == 0
    assert find_deciding(SHOWN, "", "Content-Type application/scim+json").part == "header"


def test_a_header_that_is_absent_is_named() -> None:
    assert find_deciding(SHOWN, "", "an ETag header").missing == "ETag header"


def test_the_status_decides_where_nothing_says_which_line_it_was() -> None:
    assert find_deciding(SHOWN, "", "Ada is in Design").part == "status"


def test_a_body_that_is_no_json_has_no_lines_to_point_at() -> None:
    shown = evidence(b"<html>\n<p>\n")

    assert find_deciding(shown, "/id", "an id").part in ("body", "status")
    assert find_deciding(evidence(json.dumps([]).encode()), "/id", "an id").line == 0
