"""Values of a user's attributes: languages, zones, certificates, names in other letters (RFC 7643 section 4)."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json
from harness.record.journal import exchange_of
from harness.record.message import CORE_USER, equals, read, whole_user_body, with_header, write
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

# What is sent, what may come back, and the row: languages may change blanks and letter case.
TEXTS: tuple[tuple[str, str, list[object], str], ...] = (
    ("profileUrl", "https://example.com/ada", ["https://example.com/ada"], "RFC7643-4.1.1-12"),
    ("profileUrl", "https://example.com/Ada/Byron", ["https://example.com/Ada/Byron"], "RFC7643-4.1.1-28"),
    ("locale", "es-419", ["es-419", "es_419"], "RFC7643-4.1.1-14"),
    ("timezone", "America/Los_Angeles", ["America/Los_Angeles"], "RFC7643-4.1.1-16"),
    (
        "preferredLanguage",
        "da, en-gb;q=0.8",
        ["da, en-gb;q=0.8", "da,en-gb;q=0.8", "da, en-GB;q=0.8", "da,en-GB;q=0.8", "da, en-gb; q=0.8"],
        "RFC7643-4.1.1-13",
    ),
)
COMPOSED, DECOMPOSED = "\u00e9", "e\u0301"
CERTIFICATE = "b25lbw"  # its padding is left off
LISTS: tuple[tuple[str, Json], ...] = (
    ("phoneNumbers", {"value": "+1 (201) 555-0123", "type": "work"}),
    ("phoneNumbers", {"value": "+1-201-555-0123", "type": "satellite"}),
    ("ims", {"value": "Ada Byron", "type": "skype"}),
    ("addresses", {"locality": "London"}),
    ("addresses", {"formatted": "1 Analytical Way\nLondon", "streetAddress": "1 Analytical Way", "type": "work"}),
    ("addresses", {"country": "SE", "type": "work"}),
    ("addresses", {"country": "USA", "type": "work"}),
    ("x509Certificates", {"value": CERTIFICATE}),
)


def _declared(client: Client) -> set[str]:
    """The names of the attributes that the bridge declares for users; none where it declares nothing."""
    schema = exchange_of(client.send(read(f"/Schemas/{CORE_USER}", "read schema"))).json
    listed = schema.get("attributes")
    return {str(e.get("name")) for e in listed if isinstance(e, dict)} if isinstance(listed, list) else set()


def test_texts_of_a_form(client: Client, names: Names, expect: Expect) -> None:
    """A URL, a language tag, a weighted list of languages and a time zone are accepted and come back."""
    declared = _declared(client)
    for number, (name, value, permitted, row) in enumerate(TEXTS):
        if name not in declared:
            continue
        body = whole_user_body(names.address(f"ada{number}"), **{name: value})
        made = client.create_user(body, f"create user with a {name}")
        expect.answer(made, 200, 201, proves=row)
        if exchange_of(made).status in (200, 201):
            expect.shows_one_of(client.read_user(client.id_from(made)), {name: permitted}, proves=row)
    if "locale" in declared:
        client.create_user(whole_user_body(names.address("grace"), locale="en_US"), "create user with an underscore")


@pytest.mark.situation_for(
    "RFC7643-2.3.1-02", "RFC7643-2.3.1-03", "RFC7643-7-17", "RFC7643-4.1.2-03", "RFC7643-4.1.2-04", "RFC7643-4.1.2-06"
)
def test_values_of_lists(client: Client, names: Names) -> None:
    """Addresses, numbers, services and certificates in odd forms; what a bridge does not declare is not sent."""
    declared = _declared(client)
    addresses: tuple[tuple[str, Json], ...] = (
        ("emails", {"value": f"no-at-sign {names.run_id}", "type": "work"}),
        ("emails", {"value": names.address("school"), "type": "school"}),
    )
    for number, (name, value) in enumerate((*addresses, *LISTS)):
        if name in declared:
            body = {**whole_user_body(names.address(f"ada{number}")), name: [value]}
            client.create_user(body, f"create user with {name}")
    if "photos" in declared:
        kinds = ("photo", "thumbnail")
        photos = [{"value": f"https://example.com/{kind}.png", "type": kind} for kind in kinds]
        made = client.create_user({**whole_user_body(names.address("photo")), "photos": photos}, "create with photos")
        if isinstance(user_id := exchange_of(made).json.get("id"), str):
            client.read_user(user_id)


def test_exact_values_are_compared_exactly(client: Client, names: Names, expect: Expect) -> None:
    """A filter by a URL or a binary value in another letter case finds nobody."""
    declared = _declared(client)
    if "profileUrl" in declared:
        page = f"https://example.com/{names.address('page').partition('@')[0]}/Ada"
        client.create_user(whole_user_body(names.address("page"), profileUrl=page), "create user with a profileUrl")
        found = client.find_users(equals("profileUrl", page.replace("/Ada", "/aDA")), "find by another path")
        if exchange_of(found).status == 200:
            expect.listed(found, at_most=0, proves="RFC7643-2.3.7-08")
    if "x509Certificates" in declared:
        mine = {**whole_user_body(names.address("binary")), "x509Certificates": [{"value": "TWFu"}]}
        client.create_user(mine, "create user with a certificate")
        address = equals("userName", names.address("binary"))
        other = client.find_users(f'{address} and x509Certificates.value eq "tWfU"', "find by another binary value")
        if exchange_of(other).status == 200:
            expect.listed(other, at_most=0, proves="RFC7643-2.3.6-04")


def test_roles_and_certificates(client: Client, names: Names, expect: Expect) -> None:
    """Roles and entitlements take free values; what is no certificate is refused."""
    declared = _declared(client)
    for name in sorted(declared & {"roles", "entitlements"}):
        body = {**whole_user_body(names.address(name)), name: [{"value": "Chief of engines"}]}
        expect.answer(client.create_user(body, f"create user with {name}"), 200, 201, 400, proves="RFC7643-4.1.2-22")
    if "x509Certificates" in declared:
        body = {**whole_user_body(names.address("cert")), "x509Certificates": [{"value": "no base64!"}]}
        expect.answer(client.create_user(body, "create user with no base64"), 400, proves="RFC7643-4.1.2-23")


@pytest.mark.situation_for("RFC7643-4.1.1-08", "RFC7643-4.1.1-10", "RFC7643-4.1.1-11", "RFC7643-4.1.1-27")
def test_names_in_parts(client: Client, names: Names) -> None:
    """Users with a formatted name only, with its components only, with both, and with none; without displayName."""
    parts = {"givenName": "Ada", "familyName": "Byron"}
    forms: list[Json | None] = [{"formatted": "Ada Byron"}, parts, {**parts, "formatted": "Ada Byron"}, None]
    for number, name in enumerate(forms):
        body = {**whole_user_body(names.address(f"ada{number}")), "name": name, "displayName": None}
        client.create_user({key: value for key, value in body.items() if value is not None}, "create user by name")


def test_names_in_other_letters(client: Client, names: Names, expect: Expect) -> None:
    """A userName is taken in its other normal form, in another width, and in another letter case beyond ASCII."""
    at = names.address(COMPOSED)
    name, domain = at.split("@")
    apart = at.replace(COMPOSED, DECOMPOSED)
    others = (
        (apart, "RFC7644-5-01"),
        (f"{name.upper()}@{domain}", "RFC7644-5-03"),
    )
    made = client.create_user(whole_user_body(at), "create user with an accent")
    if exchange_of(made).status not in (200, 201):
        return  # a bridge may take addresses of ASCII only
    for other, row in others:
        again = client.create_user(whole_user_body(other), "create user with the same name in other letters")
        expect.answer(again, 409, 400, proves=row)
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in names.address("wide"))
    first = client.create_user(whole_user_body(wide), "create user in full width")
    if exchange_of(first).status in (200, 201):
        narrow = client.create_user(whole_user_body(names.address("wide")), "create user in half width")
        expect.answer(narrow, 409, 400, proves="RFC7644-5-02")
    found = client.find_users(equals("userName", apart), "find user by another normal form")
    expect.listed(found, at_least=1, at_most=1, proves="RFC7644-7.8-01")


def test_values_of_another_type(client: Client, names: Names, expect: Expect) -> None:
    """A text for a boolean, for a list and for an object is refused as an invalid value."""
    wrong: tuple[Json, ...] = (
        {"active": "maybe"},
        {"emails": f"x {names.run_id}"},
        {"name": "x"},
    )
    for number, part in enumerate(wrong):
        body = {**whole_user_body(names.address(f"ada{number}")), **part}
        refused = client.create_user(body, f"create user with {next(iter(part))} of another type")
        expect.answer(refused, 400, proves="RFC7644-3.12-16", scim_types=("invalidValue", "invalidSyntax"))


def test_a_name_that_is_taken_stays_taken(client: Client, names: Names, expect: Expect) -> None:
    """A PUT and a PATCH of a userName that somebody else has are refused."""
    ada, grace = names.address("ada"), names.address("grace")
    client.create_user(whole_user_body(ada))
    user = client.id_from(client.create_user(whole_user_body(grace)))
    put = client.replace_user(user, whole_user_body(ada), "replace user by a name that is taken")
    operation = {"op": "replace", "path": "userName", "value": ada}
    patched = client.patch_user(user, operation, name="patch user to a name that is taken")
    expect.answer(put, 409, 400, proves="RFC7643-4.1.1-06")
    expect.answer(patched, 409, 400, 403, 405, 501, proves="RFC7643-4.1.1-06")
    expect.shows_one_of(client.read_user(user), {"userName": [grace]}, proves="RFC7643-4.1.1-06")


@pytest.mark.situation_for(
    "RFC7643-4.1.1-22", "RFC7644-3.8-03", "RFC7644-2.2-01", "RFC7644-7.5.2-01", "RFC7644-7.5.2-03"
)
def test_what_is_not_to_be_had(client: Client, names: Names) -> None:
    """A password asked for by name, XML, and a user without a token."""
    user = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    client.read_user(user, "read user with password", "attributes=password")
    client.read_user(user, "read user with userName and password", "attributes=userName,password")
    condition = equals("password", "a password that nobody has")
    client.find_users(condition, "find by a password in the address")
    wanted = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": condition}
    client.send(write("POST", "/Users/.search", "search by a password", wanted))
    client.send(with_header(read(f"/Users/{user}", "read user as XML", headers=()), "Accept", "application/xml"))
    client.send(client.anonymous(read("/Users", "list users without a token", "count=1")))
