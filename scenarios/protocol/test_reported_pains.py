"""What users of bridges have reported: totals over pages, letter case of operations, doors left open (P-05, 06, 27)."""

from __future__ import annotations

import pytest

from harness.directory.values import Group, Person
from harness.record.journal import exchange_of
from harness.record.message import equals, group_body, read, render_query, user_body
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names


def test_totals_over_pages_of_every_size(client: Client, names: Names, expect: Expect) -> None:
    """Four people of one name are read in pages of one to five: each page tells the same total, and is full."""
    name = f"Ada Byron {names.run_id}"
    for number in range(4):
        client.create_user(user_body(names.address(f"ada{number}"), displayName=name))
    condition = equals("displayName", name)
    found = client.find_users(condition, "find everybody of a name")
    if not client.gave(found):
        expect.answer(found, 200, 400, 403, 501, proves="P-05")
        return

    listed = exchange_of(found).json.get("Resources")
    most = len(listed) if isinstance(listed, list) else 0  # a bridge may have pages that are smaller than asked for
    for count in range(1, 6):
        for start in range(1, 5, count):
            query = render_query((("filter", condition), ("startIndex", str(start)), ("count", str(count))))
            page = client.send(read("/Users", f"read from {start} in pages of {count}", query))
            due = min(count, 5 - start)
            expect.listed(page, due, proves="P-05", at_least=min(due, most))
            expect.shows(page, {"totalResults": 4}, proves="P-05")


@pytest.mark.parametrize("spell", [str.lower, str.capitalize, str.upper], ids=["lower", "capital", "capitals"])
def test_operations_in_every_letter_case(client: Client, names: Names, expect: Expect, spell: object) -> None:
    """A name is replaced, and somebody joins and leaves, by operations in one spelling: each has its effect (P-06)."""
    assert callable(spell)
    address = names.address("ada")
    ada = Person(address, "Ada", "King", address)
    ada_id = client.id_from(client.create_user(user_body(address, displayName="Ada Byron")))
    design = Group(names.run_id, names.group("Design"))
    group_id = client.id_from(client.create_group(group_body(design.name)))

    renamed = client.patch_user(
        ada_id, {"op": spell("replace"), "path": "displayName", "value": "Ada King"}, name="replace a name"
    )
    joined = client.patch_group(
        group_id, {"op": spell("add"), "path": "members", "value": [{"value": ada_id}]}, name="add a member"
    )
    client.observe()
    for entry in (renamed, joined):
        expect.answer(entry, 200, 204, proves="P-06")
    shown = client.read_user(ada_id, query="attributes=displayName")  # some bridges show it on request alone
    expect.shows(shown, {"displayName": "Ada King"}, proves="P-06")
    expect.groups(ada, {design}, proves="P-06")

    left = client.patch_group(
        group_id, {"op": spell("remove"), "path": f'members[value eq "{ada_id}"]'}, name="remove a member"
    )
    client.observe()
    expect.answer(left, 200, 204, proves="P-06")
    expect.groups(ada, set(), proves="P-06")


PATHS = ("/Users", "/Groups", "/Users/nobody", "/Groups/nobody")


def test_no_door_is_left_open(client: Client, expect: Expect) -> None:
    """Users and groups are asked for without a token and with a wrong one: nobody is shown on any path (P-27)."""
    for path in PATHS:
        request = read(path, f"read {path.strip('/').lower()} without a token")
        expect.answer(client.send(client.anonymous(request)), 401, 403, proves="P-27")
        expect.answer(client.send(client.stranger(request)), 401, 403, proves="P-27")
