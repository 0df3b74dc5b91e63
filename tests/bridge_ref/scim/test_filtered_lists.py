"""Lists with a filter, through `handle`: RFC 7644 section 3.4.2.2."""

import pytest

from tests.bridge_ref.answers import SEARCH, found
from tests.bridge_ref.world import ENTERPRISE, USER, World


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ('userName eq "ada@example.com"', "a"),
        ('USERNAME EQ "ada@example.com"', "a"),
        ('userName Sw "ada" AND title Pr', "a"),
        ('NOT (userName eq "ada@example.com") Or userName eq "ada@example.com"', "abc"),
        ('externalId eq "A-1"', "a"),
        ('externalId eq "a-1"', ""),
        ('externalId sw "a"', ""),
        ('externalId ne "A-1"', "bc"),
        ("active eq false", "b"),
        ("active ne true", "b"),
        ("active eq true", "ac"),
        ('meta.resourceType eq "User"', "abc"),
        ('meta.resourceType eq "user"', ""),
        ('userName ne "ada@example.com"', "bc"),
        ('userName co "DA@EX"', "a"),
        ('userName sw "ada@example.com"', "a"),
        ('userName sw "BO"', "b"),
        ('userName ew "example.com"', "abc"),
        ('userName ew "bob@example.com"', "b"),
        ("title pr", "ac"),
        ("name pr", "a"),
        ("emails pr", "ab"),
        ('userName gt "bob@example.com"', "c"),
        ('userName ge "bob@example.com"', "bc"),
        ('userName lt "bob@example.com"', "a"),
        ('userName le "bob@example.com"', "ab"),
        ('meta.created gt "2026-03-02T12:02:00Z"', "c"),
        ('meta.created ge "2026-03-02T13:02:00+01:00"', "bc"),
        ('meta.lastModified lt "2026-03-02T12:02:00Z"', "a"),
        ('meta.lastModified le "2026-03-02T11:02:00-01:00"', "ab"),
        ('title pr and userName sw "c"', "c"),
        ('userName sw "a" or userName sw "c" or userName sw "a"', "ac"),
        ("not (title pr)", "b"),
        ("not(title pr)", "b"),
        ("not (title pr) and active eq false", "b"),
        ('(userName sw "a" or userName sw "b") and active eq false', "b"),
        ('userName sw "a" or userName sw "b" and active eq false', "ab"),
        ('userName sw "a" or (userName sw "b" and active eq true)', "a"),
        ('emails[type eq "work" and value co "home"]', ""),
        ('emails.type eq "work" and emails.value co "home"', "a"),
        ('emails[type eq "home" and value co "ada"]', "a"),
        ('emails[not (type eq "work")]', "ab"),
        ('emails.value eq "ada@home.example"', "a"),
        ('emails co "home.example"', "ab"),
        ('emails[type eq "work"].value eq "ada@work.example"', "a"),
        ('name.givenName eq "ADA"', "a"),
        (f'schemas eq "{ENTERPRISE}"', "a"),
        (f'{USER}:userName sw "b"', "b"),
        (f'{ENTERPRISE}:employeeNumber eq "7"', "a"),
        (f'{ENTERPRISE.upper()}:MANAGER.VALUE eq "M-1"', "a"),
        ('title eq "\\u0043ountess"', "a"),
        ("title eq null", "b"),
        ('nickName eq "q\\"\\\\%_"', "c"),
        ('nickName eq "q%"', ""),
        ("title eq 7", ""),
        ('userName sw "%"', ""),
        ('userName eq "x\' OR 1=1 --"', ""),
        ('displayName co "; DROP TABLE"', "c"),
    ],
)
def test_a_filter_finds_who_meets_it_and_nobody_else(three: World, text: str, who: str) -> None:
    """RFC7644-3.4.2.2-02, RFC7644-3.4.2.2-03, RFC7644-3.4.2.2-04, RFC7644-3.4.2.2-07, RFC7644-3.4.2.2-08,
    RFC7644-3.4.2.2-09, RFC7644-3.4.2.2-10, RFC7644-3.4.2.2-11, RFC7644-3.4.2.2-12, RFC7644-3.4.2.2-13,
    RFC7644-3.4.2.2-14, RFC7644-3.4.2.2-15, RFC7644-3.4.2.2-19, RFC7644-3.4.2.2-20, RFC7644-3.4.2.2-21,
    RFC7644-3.4.2.2-24, RFC7644-3.4.2.2-28, RFC7644-3.4.2.2-29, RFC7644-3.4.2.2-30, RFC7644-3.4.2.2-31,
    RFC7644-3.4.2.2-32, RFC7644-3.4.2.2-33, RFC7644-3.4.2.2-34, RFC7644-3.4.2.2-38, RFC7644-3.4.2.2-39,
    RFC7644-3.4.2.2-40, RFC7644-3.4.2.2-41, RFC7644-3.4.2.2-44, RFC7644-3.4.2-11, RFC7644-3.4.3-08,
    RFC7644-3.10-01, RFC7644-3.10-02, RFC7644-3.10-03, RFC7644-3.10-04, RFC7643-2.5-03, ENTRA-04, OKTA-04."""
    assert found(three, text) == who


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "userName",
        "userName eq",
        'eq "x"',
        'userName "x"',
        'userName regex "a"',
        "active gt true",
        "active ge true",
        "active lt true",
        "active le true",
        "emails[]",
        'emails[userName eq "x"]',
        'emails[type eq "work"',
        'name eq "Ada"',
        '(userName eq "a"',
        "userName eq 'a'",
        'userName eq "a" and',
        'userName eq eq "a"',
        'userName eq"a" title pr',
        'noSuchAttribute eq "x"',
    ],
)
def test_a_filter_that_is_none_is_declined_with_a_reason(three: World, text: str) -> None:
    """RFC7644-3.4.2.2-05, RFC7644-3.4.2.2-06, RFC7644-3.4.2.2-17, RFC7644-3.4.2.2-25, RFC7644-3.4.2.2-27,
    RFC7644-3.4.2.2-32, RFC7644-3.4.2.2-36, RFC7644-3.4.2.2-37, RFC7644-3.4.2.2-43, RFC7644-3.4.3-08,
    RFC7644-3.12-18."""
    refused = [
        three.send("GET", "/Users", filter=text),
        three.send("POST", "/Users/.search", {"schemas": [SEARCH], "filter": text}),
    ]

    assert {(each.status, each.body["scimType"]) for each in refused} == {(400, "invalidFilter")}
    assert all(len(each.body["detail"]) > 30 for each in refused)


def test_groups_are_found_by_name_and_by_member(world: World) -> None:
    """RFC7644-3.4.2.2-42, OKTA-17, ENTRA-05."""
    ada = world.invite("ada@example.com")
    world.form("Design", ada)
    world.form("Sales")

    for text in (f'members.value eq "{ada}"', f'members[value eq "{ada}"]', 'displayName eq "DESIGN"'):
        assert found(world, text, "/Groups") == "D"


def test_everything_is_found_at_the_root(three: World) -> None:
    """RFC7644-3.4.2.1-02, RFC7644-3.4.2.1-05, RFC7644-3.4.2.1-06, RFC7644-3.4.3-01, RFC7644-3.4.3-02, RFC7644-3.4.3-03,
    RFC7644-3.4.3-13."""
    three.form("Design")

    assert found(three, 'userName sw "a" or displayName eq "Design"', "/") == "aD"
    assert found(three, "userName pr", "/") == "abc"
    assert found(three, 'not (userName pr) and (displayName sw "d")', "/") == "D"
    assert found(three, "displayName pr", "/Groups") == "D"


def test_references_are_compared_letter_by_letter(world: World) -> None:
    """RFC7643-2.3.7-08."""
    world.invite("ada@example.com", profileUrl="https://example.com/Ada")

    assert found(world, 'profileUrl eq "https://example.com/Ada"') == "a"
    assert found(world, 'profileUrl eq "https://example.com/ada"') == ""
