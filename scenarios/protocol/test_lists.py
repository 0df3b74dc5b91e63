"""Lists over SCIM: pages, filters, selections of attributes (RFC 7644 section 3.4.2)."""

from __future__ import annotations

import pytest

from harness.record.journal import exchange_of
from harness.record.message import CORE_USER, equals, group_body, read, render_query, whole_user_body
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

ALPHABETS = ("zoë.łukasz", "愛", "\U0001f600")
MARKS = ('a "quoted" one', "back\\slash", "o'neil", "a+b", "50%25", "a&b=c", "a;b")


@pytest.mark.still_account
@pytest.mark.situation_for("RFC7644-3.4.2-06", "RFC7644-3.4.2.4-11", "RFC7644-3.4.2.4-12", "RFC7644-3.4.2.4-06")
def test_pages_show_everybody_once(client: Client, names: Names) -> None:
    """Five users are read in pages of two, up to the empty page after the last, and two groups in pages of one."""
    for name in ("ada", "grace", "joan", "linus", "tove"):
        client.create_user(whole_user_body(names.address(name)))

    for name in ("Design", "Sales"):
        client.create_group(group_body(names.group(name)))

    client.walk("/Users", count=2, at_most=60)
    client.walk("/Groups", count=1, at_most=60)


def test_odd_pages_are_understood(client: Client, names: Names, expect: Expect) -> None:
    """A startIndex below one, a negative count, a count of zero, and a page far beyond the last."""
    client.create_user(whole_user_body(names.address("ada")))

    zero = client.send(read("/Users", "list users from 0", "startIndex=0&count=1"))
    negative = client.send(read("/Users", "list users with a negative count", "count=-1"))
    nothing = client.send(read("/Users", "count users", "count=0"))
    far = client.send(read("/Users", "list users behind the last", "startIndex=1000000&count=1"))

    expect.listed(zero, at_least=1, at_most=1, proves="RFC7644-3.4.2.4-01")
    expect.listed(negative, at_most=0, proves="RFC7644-3.4.2.4-04")
    expect.listed(nothing, at_most=0, total=1, proves="RFC7644-3.4.2.4-05")
    expect.listed(far, at_most=0, proves="RFC7644-3.4.2.4-13")


@pytest.mark.situation_for("RFC7644-3.4.2.2-02")
def test_people_are_found_by_name(client: Client, names: Names, expect: Expect) -> None:
    """A filter finds a user in any letter case, and nothing for an unknown name; an invalid filter is refused.

    A group is found by its name, and none by a name that nobody gave.
    """
    address = names.address("ada")
    client.create_user(whole_user_body(address))
    for name in ("grace", "adam"):
        client.create_user(whole_user_body(names.address(name)))

    found = client.find_users(f'userName eq "{address}"', "find user")
    capitals = client.find_users(f'userName eq "{address.upper()}"', "find user")
    nobody = client.find_users('userName eq "no.body@example.com"', "find nobody")
    broken = client.find_users("userName eq", "find by a broken filter")
    client.create_group(group_body(names.group("Design")))
    for name in ("Design", "Nowhere"):
        query = render_query((("filter", equals("displayName", names.group(name))),))
        client.send(read("/Groups", "find group", query))

    expect.listed(found, at_least=1, at_most=1, proves="RFC7644-3.4.2.2-07")
    expect.listed(capitals, at_least=1, at_most=1, proves="RFC7643-4.1.1-07")
    expect.listed(nobody, at_most=0, proves="RFC7644-3.4.2-11")
    expect.answer(broken, 400, proves="RFC7644-3.12-18", scim_types=("invalidFilter",))


@pytest.mark.situation_for("RFC7643-7-29")
def test_any_name_can_be_looked_for(client: Client, names: Names, expect: Expect) -> None:
    """Filters are answered with letters of any alphabet, quotes, backslashes, and marks that are special in URLs."""
    client.create_user(whole_user_body(names.address("ada")))
    client.find_users(equals("userName", names.address("ada")))
    for value in (*ALPHABETS, *MARKS):
        nobody = client.find_users(equals("userName", f"{value}@example.com"), "find nobody")
        expect.listed(nobody, at_most=0, proves="RFC7644-3.4.2.2-28")
    group = client.create_group(group_body(names.group('Zoë\'s "Łódź" 愛 & 50 % + more')))
    client.read_group(str(exchange_of(group).json.get("id") or "no-id"))
    client.send(read("/Groups", "list groups", "startIndex=1&count=100"))


@pytest.mark.situation_for("RFC7644-3.4.2.5-01", "RFC7644-3.4.2.5-03", "RFC7644-3.4.2.5-05", "RFC7643-3.1-10")
def test_attributes_are_selected(client: Client, names: Names) -> None:
    """Attributes are selected and excluded; the id is always returned, and a group can be read without its members."""
    body = whole_user_body(names.address("ada"), title="Analyst")
    created = client.create_user(body)
    user_id = str(exchange_of(created).json.get("id"))
    group = client.create_group(group_body(names.group("Design"), members=[{"value": user_id}]))
    group_id = str(exchange_of(group).json.get("id"))

    # What a schema declares as always returned is no surplus.
    client.send(read(f"/Schemas/{CORE_USER}", "read schema"))
    client.read_user(user_id, "read title", "attributes=title")
    client.read_user(user_id, "read user without id", "excludedAttributes=id,title")
    client.read_group(group_id, "read group without members", "excludedAttributes=members")
    by_name = render_query(
        (("filter", equals("displayName", names.group("Design"))), ("excludedAttributes", "members"))
    )
    client.send(read("/Groups", "find group without members", by_name))
