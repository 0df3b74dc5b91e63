"""Filters: grammar, precedence, and matches."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_ref.scim.catalogue import GROUP, USER
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.filter.evaluate import make_predicate
from bridge_ref.scim.filter.parser import _parse_single, _Parser, parse_filter
from bridge_ref.scim.leniency import Leniency, strict

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "id": "ADA",
    "externalId": "X-1",
    "userName": "Ada@example.com",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "active": True,
    "emails": [
        {"type": "work", "value": "ada@example.com", "primary": True},
        {"type": "home", "value": "ada@home.example"},
    ],
    "meta": {"created": "2026-03-02T12:00:00.000Z"},
    ENTERPRISE: {"department": "Engines", "manager": {"value": "GRACE"}},
}


def matches(text: str, leniency: Leniency = Leniency()) -> bool:  # noqa: B008  (a frozen value)
    return make_predicate(parse_filter(text), USER, leniency)(ADA)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "ada@EXAMPLE.com"',
        'USERNAME EQ "ada@example.com"',
        'externalId eq "X-1"',
        'id eq "ADA"',
        'name.familyName co "LOVE"',
        'userName sw "ada"',
        'userName ew ".COM"',
        'emails[type eq "work"].value eq "ada@example.com"',
        'emails[type eq "work" and value ew "example.com"]',
        'emails.type eq "home"',
        'emails co "home.example"',
        "emails pr",
        "name pr",
        "active eq true",
        'active eq "True"',
        "active eq True",
        'title ne "Countess"',
        "title eq null",
        'userName gt "ACE"',
        'meta.created lt "2026-03-02T13:30:00+01:00"',
        'meta.created ge "2026-03-02T12:00:00Z"',
        f'{ENTERPRISE}:department eq "engines"',
        f'{ENTERPRISE}:manager.value eq "GRACE"',
        f'{ENTERPRISE}:manager eq "GRACE"',
        f"{ENTERPRISE} pr",
        f'schemas eq "{ENTERPRISE}"',
        "urn:ietf:params:scim:schemas:core:2.0:User:userName pr",
        'not (userName eq "grace")',
        'not(userName eq "grace")',
        'userName eq "x" or userName pr and active eq true',
        'userName eq "\\u0061da@example.com"',
    ],
)
def test_filters_that_ada_meets(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        'externalId eq "x-1"',
        'id eq "ada"',
        'emails[type eq "home"].value eq "ada@example.com"',
        'emails[type eq "home" and primary eq true]',
        "title pr",
        "active eq false",
        "active ne true",
        'userName eq "%"',
        'userName co "_"',
        "not (active eq true)",
        '(userName eq "x" or userName pr) and active eq false',
        'meta.created gt "2026-03-02T13:00:00+01:00"',
        "title ne null",
        "userName eq 5",
    ],
)
def test_filters_that_ada_does_not_meet(text: str) -> None:
    assert not matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "userName",
        "userName eq",
        "userName eq ada",
        'userName regex "a"',
        'userName eq "a" and',
        'userName eq "a" userName eq "b"',
        '(userName eq "a"',
        'userName eq "a")',
        'emails[type eq "work"',
        'emails[nothing eq "work"]',
        'emails[type eq "work"]value eq "x"',
        'userName[type eq "x"]',
        "active gt true",
        'meta.created gt "yesterday"',
        'noSuchAttribute eq "x"',
        'not (noSuchAttribute eq "x")',
        'password sw "a"',
        'name eq "Ada"',
        'userName eq "unfinished',
        "userName eq 'ada'",
        "userName eq {}",
        "userName eq \x00",
    ],
)
def test_filters_that_are_declined(text: str) -> None:
    with pytest.raises(ScimError) as declined:
        matches(text)

    assert (declined.value.status, declined.value.scim_type) == (400, "invalidFilter")


def test_a_declined_filter_names_the_column() -> None:
    with pytest.raises(ScimError, match="column 10"):
        parse_filter('userName zz "a"')


@pytest.mark.parametrize("text", ["(" * 60 + "userName pr" + ")" * 60, "userName pr or " * 900])
def test_filters_that_are_too_deep_or_too_long_are_declined(text: str) -> None:
    with pytest.raises(ScimError):
        parse_filter(text)


def test_a_long_flat_filter_is_answered() -> None:
    assert matches(" or ".join(["title pr"] * 700 + ["userName pr"]))


def test_strict_takes_no_text_for_a_boolean() -> None:
    assert not matches('active eq "True"', strict())


def test_a_name_that_only_the_other_type_has_counts_as_no_value() -> None:
    predicate = make_predicate(parse_filter("userName pr"), GROUP, Leniency(), (USER,))

    assert not predicate({"displayName": "Design"})


SPELLINGS = st.sampled_from(
    ["userName", "emails.value", "urn:x:User:title", "not", "$ref", "name.", "1st", "eq", "a[b]"]
)
SIGNS = st.sampled_from(["eq", "EQ", "ne", "co", "sw", "pr", "and", "is"])
LITERALS = st.one_of(
    st.text(max_size=6).map(lambda text: f'"{text}"'),
    st.sampled_from([r'"\u0041\n"', r'"\x"', r'"\ud800"', '"a" and b pr', "true", '"open', "12"]),
)
BLANKS = st.sampled_from(["", " ", "  ", "\t", "\u00a0"])


@given(st.tuples(BLANKS, SPELLINGS, BLANKS, SIGNS, BLANKS, LITERALS, BLANKS).map("".join))
def test_a_single_comparison_is_read_as_any_filter_is(text: str) -> None:
    found = _parse_single(text)

    if found is not None:
        assert found == _Parser(text, 10).parse()


def test_a_single_comparison_is_read_by_the_short_way() -> None:
    assert _parse_single('userName Eq "ada@example.com"') is not None
    assert _parse_single('userName eq "ada" and active eq true') is None
