"""The words of findings: values as JSON, people by name."""

from __future__ import annotations

import pytest

from harness.report.evidence import Record
from harness.report.words import in_json, words_of
from tests.harness.report.samples import broken, entry, exchange, user


@pytest.mark.parametrize(
    ("python", "as_json"),
    [
        ("None", "null"),
        ("active False", "active false"),
        ("ada@example.com in ['Design', 'Sales']", 'ada@example.com in ["Design", "Sales"]'),
        ("{'active': True, 'title': None}", '{"active": true, "title": null}'),
        ("'it\\'s'", '"it\'s"'),
        ('"it\'s"', '"it\'s"'),
        ("'None'", '"None"'),
        ("no such member", "no such member"),
        ("the account's members can't be read", "the account's members can't be read"),
        ("Falsehood and Nonesuch", "Falsehood and Nonesuch"),
    ],
)
def test_values_are_told_as_json(python: str, as_json: str) -> None:
    assert in_json(python) == as_json


def test_a_person_is_told_by_name_and_address_and_not_by_id() -> None:
    made = exchange(received={"id": "V3YS3OBQT7CLEEMV", **user("grace@example.com", displayName="Grace Hopper")})
    seen = entry(made)
    finding = broken("OKTA-01", seen, "members ['V3YS3OBQT7CLEEMV']", "none")

    expected, _ = words_of(finding, Record([seen]))

    assert expected == 'members ["Grace Hopper <grace@example.com>"]'
