"""Where a representation differs from what it must be."""

from typing import Any

import pytest

from harness.model.declared import read_schemas
from harness.model.differences import differences
from harness.model.projection import Presence, presence, read_projection
from tests.harness.model.people import ADA, DESIGN, ENTERPRISE, GROUP, USER

WORK, HOME = ADA["emails"]


def found(shown: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    """Path and kind of each deviation from Ada."""
    return [(each.path, each.kind) for each in differences(USER, ADA, shown, **options)]


def freedoms(shown: dict[str, Any]) -> set[str]:
    """The freedoms that explain all that differs from Ada."""
    used: set[str] = set()
    assert differences(USER, ADA, shown, used=used) == []
    return used


def without(resource: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key != name}


def test_an_equal_representation_differs_nowhere() -> None:
    assert found(ADA) == []
    assert found(dict(reversed(list(ADA.items())))) == []


@pytest.mark.parametrize(
    ("changes", "deviations"),
    [
        ({"displayName": None}, [("displayName", "lost")]),
        ({"displayName": "Grace"}, [("displayName", "altered")]),
        ({"externalId": "x-1"}, [("externalId", "letter case")]),
        ({"title": "Dr"}, [("title", "invented")]),
        ({"active": "true"}, [("active", "type")]),
        ({"active": 1}, [("active", "altered")]),
        ({"active": False}, [("active", "altered")]),
        ({"displayName": ["Ada Byron"]}, [("displayName", "cardinality")]),
        ({"emails": WORK}, [("emails", "cardinality")]),
        ({"password": "x"}, [("password", "returned")]),
        ({"id": "2"}, [("id", "altered")]),
        ({"name": {"givenName": "Ada"}}, [("name.familyName", "lost")]),
        ({"name": {"givenName": "Ada", "familyName": "Byron", "middleName": "A"}}, [("name.middleName", "invented")]),
        ({"name": "Ada"}, [("name", "type")]),
        ({"emails": []}, [("emails", "lost")]),
        ({"emails": [WORK]}, [('emails[value eq "ada@example.org"]', "lost")]),
        ({"emails": [WORK, HOME, {"value": "n@x"}]}, [('emails[value eq "n@x"]', "merged")]),
        ({"emails": [WORK, HOME, HOME]}, [('emails[value eq "ada@example.org"]', "doubled")]),
        ({"emails": [WORK, {**HOME, "value": "n@x"}]}, [('emails[value eq "ada@example.org"].value', "altered")]),
        ({"emails": [WORK, {**HOME, "type": "work"}]}, [('emails[value eq "ada@example.org"].type', "altered")]),
        ({"emails": [{**WORK, "primary": False}, HOME]}, [('emails[value eq "ada@example.com"].primary', "altered")]),
        ({"emails": [WORK, {**HOME, "primary": True}]}, [('emails[value eq "ada@example.org"].primary', "altered")]),
        (
            {"emails": [WORK, {**HOME, "primary": "false"}]},
            [('emails[value eq "ada@example.org"].primary', "invented")],
        ),
        ({"emails": [WORK["value"], HOME]}, [('emails[value eq "ada@example.com"]', "type")]),
        ({ENTERPRISE: {"manager": {"value": "9"}}}, [(f"{ENTERPRISE}:department", "lost")]),
        (
            {ENTERPRISE: {"department": "Engines", "manager": {"value": "8"}}},
            [(f"{ENTERPRISE}:manager.value", "altered")],
        ),
        ({"schemas": [USER.urn]}, [("schemas", "lost")]),
        ({"schemas": [ENTERPRISE]}, [("schemas", "lost")]),
        ({"schemas": [USER.urn, ENTERPRISE, USER.urn]}, [("schemas", "doubled")]),
        ({"schemas": USER.urn}, [("schemas", "cardinality")]),
    ],
)
def test_deviations(changes: dict[str, Any], deviations: list[tuple[str, str]]) -> None:
    assert found({**ADA, **changes}) == deviations


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({"userName": "ADA@example.com"}, {"letter-case"}),
        ({"emails": [HOME, WORK]}, {"order-of-values"}),
        ({"emails": [WORK, {**HOME, "primary": False}]}, set()),
        ({"emails": [WORK, {**HOME, "display": "Ada"}]}, {"labels-added"}),
        ({"name": {**ADA["name"], "formatted": "Ada Byron"}}, {"composed-name"}),
        ({"shoeSize": "9"}, set()),
        ({"meta": {**ADA["meta"], "created": "2026-03-02T13:00:00+01:00"}}, {"instant-spelling"}),
        ({"meta": {**ADA["meta"], "version": 'W/"1"'}}, set()),
        ({"groups": [{"value": "g"}]}, set()),
        ({"title": "", "photos": []}, {"empty-text"}),
        (
            {
                ENTERPRISE: {
                    "department": "Engines",
                    "manager": {"value": "9", "displayName": "G", "$ref": "../Users/9"},
                }
            },
            {"labels-added"},
        ),
    ],
)
def test_freedoms(changes: dict[str, Any], used: set[str]) -> None:
    assert freedoms({**ADA, **changes}) == used


@pytest.mark.parametrize(
    ("name", "sent", "shown", "used"),
    [
        ("phoneNumbers", "+1 (201) 555-0123", "tel:+1-201-555-0123", "phone-spelling"),
        ("phoneNumbers", "555 0123 x4", "tel:555-0123;ext=4", "phone-spelling"),
        ("ims", "Ada Byron", "adabyron", "im-spelling"),
        ("photos", "HTTPS://Example.com", "https://example.com/", "uri-spelling"),
        ("x509Certificates", "AAE=", "AAE", "base64-spelling"),
    ],
)
def test_spellings_of_values(name: str, sent: str, shown: str, used: str) -> None:
    names: set[str] = set()
    ours, theirs = {**ADA, name: [{"value": sent}]}, {**ADA, name: [{"value": shown}]}

    assert differences(USER, ours, theirs, used=names) == []
    assert names == {used}


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("phoneNumbers", "+1 201 555 0123", "+1 201 555 0124"),
        ("photos", "https://example.com/a", "https://example.com/b"),
        ("x509Certificates", "AAE=", "AAI="),
        ("ims", "ada", "grace"),
    ],
)
def test_other_values_are_no_spellings(name: str, sent: str, shown: str) -> None:
    ours, theirs = {**ADA, name: [{"value": sent}]}, {**ADA, name: [{"value": shown}]}

    assert [each.kind for each in differences(USER, ours, theirs)] == ["altered"]


@pytest.mark.parametrize(
    ("name", "sent", "shown", "is_same"),
    [
        ("locale", "en_US", "en-us", True),
        ("locale", "en-US", "en-GB", False),
        ("timezone", "europe/berlin", "Europe/Berlin", True),
        ("profileUrl", "http://a:80/x", "http://A/x", True),
    ],
)
def test_spellings_of_single_values(name: str, sent: str, shown: str, is_same: bool) -> None:
    assert (differences(USER, {**ADA, name: sent}, {**ADA, name: shown}) == []) is is_same


def test_unknown_attributes_may_be_dropped_and_known_ones_may_not() -> None:
    assert differences(USER, {**ADA, "shoeSize": 9}, ADA) == []


def test_a_value_sent_twice_may_be_kept_once() -> None:
    assert differences(USER, {**ADA, "emails": [WORK, HOME, HOME]}, ADA) == []


def test_what_the_server_may_choose_is_not_compared_but_stays_hidden() -> None:
    password = {**ADA, "title": "Dr", "password": "x", "displayName": "A"}

    assert found(password, chosen={"title", "displayname", "password"}) == [("password", "returned")]


def test_numbers_and_booleans_are_told_apart_in_equal_looking_values() -> None:
    assert found({**ADA, "emails": [{**WORK, "primary": 1}, HOME]}) == [
        ('emails[value eq "ada@example.com"].primary', "type")
    ]


def test_five_thousand_members_are_compared_whatever_their_order() -> None:
    members = [{"value": str(number)} for number in range(5_000)]
    shown = [{"value": str(number), "$ref": f"../Users/{number}", "type": "User"} for number in range(5_000, 0, -1)]

    deviations = differences(GROUP, {**DESIGN, "members": members}, {**DESIGN, "members": shown})

    assert [(each.path, each.kind) for each in deviations] == [
        ('members[value eq "0"]', "lost"),
        ('members[value eq "5000"]', "merged"),
    ]


# Projection.


def test_named_attributes_and_the_least_set_are_shown() -> None:
    asked = read_projection("userName,emails.value")
    shown = {"id": "1", "userName": "Ada@example.com", "emails": [{"value": each["value"]} for each in (WORK, HOME)]}

    assert found(shown, projection=asked) == []
    assert found({**shown, "active": True}, projection=asked) == [("active", "returned")]
    assert found(without(shown, "id"), projection=asked) == [("id", "lost")]
    assert ('emails[value eq "ada@example.com"].type', "returned") in found(
        {**shown, "emails": [WORK, HOME]}, projection=asked
    )


def test_excluded_attributes_are_not_shown_and_id_stays() -> None:
    asked = read_projection(None, ["EMAILS", "id", "name.familyName"])
    shown = {**without(ADA, "emails"), "name": {"givenName": "Ada"}}

    assert found(shown, projection=asked) == []
    assert found(ADA, projection=asked) == [("name.familyName", "returned"), ("emails", "returned")]
    assert found(without(shown, "id"), projection=asked) == [("id", "lost")]


@pytest.mark.parametrize(
    ("attributes", "excluded", "path", "stands"),
    [
        (None, None, "userName", Presence.MUST),
        (None, None, "password", Presence.MUST_NOT),
        (None, None, "schemas", Presence.MUST),
        (None, None, "shoeSize", Presence.MAY),
        ("password", None, "password", Presence.MUST_NOT),
        ("USERNAME", None, "userName", Presence.MUST),
        ("userName", None, "schemas", Presence.MAY),
        ("userName", None, "meta", Presence.MUST_NOT),
        ("name.givenName", None, "name", Presence.MAY),
        ("name.givenName", None, "name.familyName", Presence.MUST_NOT),
        ("name", None, "name.familyName", Presence.MUST),
        (f"{USER.urn}:name", None, "name", Presence.MUST),
        (ENTERPRISE, None, f"{ENTERPRISE}:department", Presence.MUST),
        (f"{ENTERPRISE}:department", None, f"{ENTERPRISE}:costCenter", Presence.MUST_NOT),
        ("shoeSize", None, "userName", Presence.MAY),
        ("", None, "userName", Presence.MAY),
        (None, "userName", "userName", Presence.MUST_NOT),
        (None, "emails.type", "emails.type", Presence.MUST_NOT),
        (None, "emails.type", "emails.value", Presence.MUST),
        (None, ENTERPRISE, f"{ENTERPRISE}:manager.value", Presence.MUST_NOT),
        ("userName", "userName", "userName", Presence.MAY),
    ],
)
def test_presence(attributes: str | None, excluded: str | None, path: str, stands: Presence) -> None:
    assert presence(USER, read_projection(attributes, excluded), path) is stands


def test_what_is_returned_on_request_is_shown_if_asked_for_or_just_set() -> None:
    declared = [{"name": "userName"}, {"name": "badge", "returned": "request"}]
    schema = read_schemas({"Resources": [{"id": USER.urn, "attributes": declared}]}, None)["User"]

    assert presence(schema, read_projection(None), "badge") is Presence.MUST_NOT
    assert presence(schema, read_projection(None), "badge", frozenset({"badge"})) is Presence.MAY
    assert presence(schema, read_projection("badge"), "badge") is Presence.MUST
