"""The grammar of filters, and what they match."""

from typing import Any

import pytest

from harness.model.filters import AllOf, AnyOf, BadFilter, Compared, HasValue, Negated, OneValue, is_exact, parse_filter
from harness.model.matching import matches, must_be_refused
from harness.model.standard import standard_schemas
from tests.harness.model.people import ADA, DESIGN, ENTERPRISE, GROUP, USER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "userName",
        "userName eq",
        "userName eq Ada",
        'userName is "Ada"',
        'userName eq "Ada',
        r'userName eq "\x"',
        'userName eq "a\nb"',
        "userName eq True",
        "userName eq 01",
        "userName eq 1.",
        "userName pr pr",
        "userName pr and",
        "and userName pr",
        "(userName pr",
        "userName pr)",
        "not userName pr",
        'emails[type eq "work"',
        'emails[emails[type eq "work"]]',
        "emails[]",
        "emails[0]",
        'emails[type eq "work"].value eq "x"',
        'name.a.b eq "x"',
        '1name eq "x"',
        '"Ada" eq userName',
        'userName eq "Ada"x',
        'work:userName eq "Ada"',
        "(" * 101 + "a pr" + ")" * 101,
    ],
)
def test_what_the_grammar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        parse_filter(text)


def test_and_binds_stronger_than_or_and_not_strongest() -> None:
    found = parse_filter("a pr or b pr and not (c pr)")

    assert isinstance(found, AnyOf)
    assert isinstance(found.terms[0], HasValue)
    assert isinstance(found.terms[1], AllOf)
    assert isinstance(found.terms[1].terms[1], Negated)


def test_brackets_come_first() -> None:
    found = parse_filter("(a pr or b pr) and c pr")

    assert isinstance(found, AllOf)
    assert isinstance(found.terms[0], AnyOf)


@pytest.mark.parametrize(
    ("literal", "value", "kind"),
    [
        ('"a b"', "a b", "string"),
        (r'"q\"\\\/\n\u00e9"', 'q"\\/\n\u00e9', "string"),
        ('"]) and (["', "]) and ([", "string"),
        ("true", True, "boolean"),
        ("null", None, "null"),
        ("-1.5e3", -1500.0, "number"),
        ("0", 0, "number"),
    ],
)
def test_literals_are_json(literal: str, value: Any, kind: str) -> None:
    found = parse_filter(f"a EQ {literal}")

    assert isinstance(found, Compared)
    assert (found.operator, found.literal, found.kind) == ("eq", value, kind)


def test_names_may_carry_a_urn() -> None:
    found = parse_filter(f'{ENTERPRISE}:manager[value eq "9"]')

    assert isinstance(found, OneValue)
    assert (found.name.urn, found.name.name, found.name.sub) == (ENTERPRISE, "manager", "")


def test_an_attribute_may_be_called_like_an_operator() -> None:
    assert parse_filter('not eq "x"') == Compared(parse_filter("not pr").name, "eq", "x", "string")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ('a eq "x" and not (b pr)', True),
        ('emails[type eq "a  b" and value pr]', True),
        ('not(a eq "x")', True),
        ('a  eq "x"', False),
        (' a eq "x"', False),
        ('( a eq "x" )', False),
        ('a eq"x"', False),
        ('a eq "x"and b pr', False),
        ('members[$ref eq "x"]', False),
        ("na$me pr", False),
        ('emails [type eq "x"]', False),
    ],
)
def test_blanks_beyond_the_grammar_are_told(text: str, exact: bool) -> None:
    parse_filter(text)

    assert is_exact(text) is exact


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # Operators.
        ('userName eq "ada@EXAMPLE.com"', True),
        ('userName eq "ada"', False),
        ('userName ne "ada"', True),
        ('userName ne "ADA@example.com"', False),
        ('userName co "DA@EX"', True),
        ('userName sw "ada"', True),
        ('userName sw "da"', False),
        ('userName ew ".COM"', True),
        ('userName ew ""', True),
        ('displayName gt "Ada"', True),
        ('displayName le "ada byron"', True),
        ('displayName lt "B"', True),
        ('externalId eq "x-1"', False),
        ('externalId sw "X"', True),
        ("title pr", False),
        ("name pr", True),
        ("active eq true", True),
        ("active ne false", True),
        # Names.
        ('USERNAME eq "ada@example.com"', True),
        (f'{USER.urn}:userName sw "ada"', True),
        (f'{USER.urn.upper()}:NAME.givenName eq "ada"', True),
        (f'{ENTERPRISE}:department eq "engines"', True),
        (f'{ENTERPRISE}:manager.value eq "9"', True),
        ('department eq "Engines"', False),
        ('shoeSize eq "9"', False),
        ("shoeSize pr", False),
        # Several values.
        ('emails.value eq "ada@example.org"', True),
        ('emails eq "ada@example.org"', True),
        ('emails co "example"', True),
        ('emails.type eq "other"', False),
        ('emails.type ne "other"', True),
        ('emails[type eq "work" and value ew ".org"]', False),
        ('emails.type eq "work" and emails.value ew ".org"', True),
        ('emails[type eq "home" and not (value ew ".com")]', True),
        ("emails[primary eq false]", True),
        ('emails[type eq "home" and primary eq true]', False),
        ("photos pr", False),
        ('photos[type eq "work"]', False),
        ('schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', True),
        ('schemas eq "urn:other"', False),
        # Logic.
        ('title pr or userName sw "ada"', True),
        ('title pr and userName sw "ada"', False),
        ('not (userName sw "ada")', False),
        ("not (title pr)", True),
        ('title pr or title eq "x" and active eq true', False),
        ('(active eq true or title pr) and title eq "x"', False),
        # Instants.
        ('meta.created eq "2026-03-02T13:00:00+01:00"', True),
        ('meta.created gt "2026-03-02T11:59:59.999Z"', True),
        ('meta.created lt "2026-03-02T12:00:00Z"', False),
        ('meta.created le "2026-03-02T12:00:00.000Z"', True),
    ],
)
def test_ada_matches(text: str, answer: bool) -> None:
    assert matches(text, ADA, USER) is answer


@pytest.mark.parametrize(
    "text",
    [
        'active eq "true"',
        "userName eq 1",
        "userName eq true",
        'title ne "x"',
        'shoeSize ne "9"',
        'emails.type ne "work"',
        "title eq null",
        "userName ne null",
        'name eq "Ada"',
        'displayName gt "_"',
        'displayName gt "\u00e9"',
        'meta.created sw "2026"',
        'meta.created gt "yesterday"',
        'password eq "x"',
        'title ne "x" and active eq true',
        'not (title ne "x")',
        'emails[primary pr and type eq "home"]',
    ],
)
def test_where_the_rfc_is_silent_nothing_is_said(text: str) -> None:
    assert matches(text, ADA, USER) is None


def test_an_open_part_decides_nothing_where_the_rest_decides() -> None:
    assert matches('title ne "x" and active eq false', ADA, USER) is False
    assert matches('title ne "x" or active eq true', ADA, USER) is True


def test_null_and_empty_lists_are_no_values() -> None:
    nobody: dict[str, Any] = {"userName": "n", "title": None, "emails": [], "name": {"givenName": None}, "photos": [{}]}

    for name in ("title", "emails", "name", "name.givenName", "photos"):
        assert matches(f"{name} pr", nobody, USER) is False


def test_an_empty_text_may_count_as_present() -> None:
    assert matches("title pr", {"title": ""}, USER) is None


def test_letter_case_is_folded_beyond_ascii() -> None:
    zoe = {"displayName": "ZO\u00cb"}

    assert matches('displayName eq "zo\u00eb"', zoe, USER) is True
    assert matches('displayName eq "zoe"', zoe, USER) is False
    assert matches('displayName eq "zoe\u0308"', zoe, USER) is None


def test_members_are_found_in_groups() -> None:
    assert matches('members[value eq "1"]', DESIGN, GROUP) is True
    assert matches('members.value eq "3"', DESIGN, GROUP) is False
    assert matches('members eq "2" and displayName eq "design"', DESIGN, GROUP) is True


def test_what_a_server_knows_by_itself_it_need_not_show() -> None:
    """A member without `type` may be known as a user all the same."""
    group = {"displayName": "Design", "members": [{"value": "7"}]}

    assert matches('members[type eq "User" and value eq "7"]', group, GROUP) is None
    assert matches('members[type eq "User" and value eq "8"]', group, GROUP) is False


def test_names_of_members_in_a_resource_have_any_letter_case() -> None:
    assert matches('userName eq "ada"', {"USERNAME": "Ada"}, USER) is True


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("active gt true", "RFC7644-3.4.2.2-17"),
        ("emails[primary le false]", "RFC7644-3.4.2.2-17"),
        ('x509Certificates.value lt "AA=="', "RFC7644-3.4.2.2-18"),
        ('not (title pr or x509Certificates ge "AA==")', "RFC7644-3.4.2.2-18"),
        ("active eq true", ""),
        ('userName gt "a"', ""),
    ],
)
def test_orderings_that_have_to_be_refused(text: str, row: str) -> None:
    assert must_be_refused(parse_filter(text), USER) == row


def test_numbers_are_compared_by_number() -> None:
    schema = standard_schemas()["ServiceProviderConfig"]
    config = {"bulk": {"maxOperations": 100}}

    assert matches("bulk.maxOperations gt 99.5", config, schema) is True
    assert matches("bulk.maxOperations eq 1e2", config, schema) is True
    assert matches('bulk.maxOperations eq "100"', config, schema) is None
