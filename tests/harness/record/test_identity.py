"""Whom a request is about, in every form in which it may be written."""

from __future__ import annotations

import pytest

from harness.record.exchange import Json
from harness.record.identity import address_of, id_of, members_sent, name_of, names_sent
from harness.record.message import CORE_GROUP, CORE_USER, patch_body, write


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/Users", ("Users", "")),
        ("/Users/", ("Users", "")),
        ("/users/7", ("Users", "7")),
        ("/Users/a%2Fb?x=1", ("Users", "a/b")),
        ("/Users/7/x", ("Users", "7/x")),
        ("/Me", ("Me", "")),
    ],
)
def test_an_address_is_endpoint_and_id(target: str, address: tuple[str, str]) -> None:
    assert address_of(target) == address


@pytest.mark.parametrize(("shown", "scim_id"), [("7", "7"), (7, "7"), (None, ""), (True, ""), ({}, "")])
def test_an_id_is_text_or_a_number(shown: object, scim_id: str) -> None:
    assert id_of({"ID": shown}) == scim_id


@pytest.mark.parametrize(
    ("endpoint", "resource", "name"),
    [
        ("Users", {"USERNAME": "ada"}, "ada"),
        ("Users", {f"{CORE_USER}:userName": "ada"}, "ada"),
        ("Groups", {"displayName": "Design", "userName": "x"}, "Design"),
        ("Users", {"displayName": "Ada"}, ""),
        ("Users", {"userName": 7}, ""),
    ],
)
def test_a_name_is_that_of_its_kind(endpoint: str, resource: Json, name: str) -> None:
    assert name_of(endpoint, resource) == name


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ({"op": "replace", "path": "userName", "value": "ada"}, ["ada"]),
        ({"op": "Replace", "path": f"{CORE_USER}:USERNAME", "value": "ada"}, ["ada"]),
        ({"op": "add", "value": {"username": "ada", "emails": [{"value": "a@x"}]}}, ["ada", "a@x"]),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "a@x"}, ["a@x"]),
        ({"op": "remove", "path": "userName", "value": "ada"}, []),
        ({"op": "replace", "path": "title", "value": "ada"}, []),
        ("nonsense", []),
    ],
)
def test_names_are_found_in_every_form_of_a_patch(operation: Json, names: list[str]) -> None:
    assert list(names_sent("Users", write("PATCH", "/Users/7", "x", patch_body(operation)))) == names


@pytest.mark.parametrize(
    ("operation", "ids"),
    [
        ({"op": "add", "path": "members", "value": [{"value": "a"}, {"value": 7}]}, ["a", "7"]),
        ({"op": "ADD", "path": f"{CORE_GROUP}:members", "value": {"value": "a"}}, ["a"]),
        ({"op": "replace", "value": {"members": [{"value": "a"}]}}, ["a"]),
        ({"op": "remove", "path": "members", "value": [{"value": "a"}]}, []),
        ({"op": "replace", "path": "displayName", "value": "a"}, []),
    ],
)
def test_members_are_found_in_every_form_of_a_patch(operation: Json, ids: list[str]) -> None:
    assert list(members_sent(write("PATCH", "/Groups/7", "x", patch_body(operation)))) == ids


def test_members_of_a_whole_group_are_found() -> None:
    request = write("PUT", "/Groups/7", "x", {"displayName": "Design", "Members": [{"value": "a"}]})

    assert list(members_sent(request)) == ["a"]
