"""The checks of the facts that rows of identity providers state, each in its vendor's own traffic.

Which rows a check judges is read from the catalogue: a new vendor needs no check here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Finding
from harness.checks.patching import operations_of
from harness.checks.registry import Outcome, Shows, check
from harness.checks.selectors import considered
from harness.checks.vendors import (
    accepted,
    asks_by_filter,
    changes_members,
    creates_a_user,
    label_accepted,
    the_match_query_is_understood,
)
from harness.record.exchange import Exchange, get_attribute

_UPDATES = ("replace user", "change user")
_ACTIVATIONS = ("set user active", *_UPDATES)
_TESTS = ("create test user", "create test group", "delete test user", "delete test group")


def _rows(fact: str) -> tuple[str, ...]:
    return load_catalogue().of_fact(fact)


def _shown(fact: str, shows: Shows[Exchange]) -> Mapping[str, Shows[Exchange]]:
    return dict.fromkeys(_rows(fact), shows)


def _named(*names: str) -> Callable[[Exchange], bool]:
    return lambda exchange: exchange.request.name in names and considered(exchange)


@check(*_rows("connection test"), over=_named("test connection"))
def a_connection_test_is_answered(exchange: Exchange) -> Iterator[Outcome]:
    """What a vendor reads to test the connection is answered with 200."""
    if exchange.status != 200:
        yield Finding("status 200", f"status {exchange.status}")


@check(*_rows("test by an unknown name"), over=_named("test connection"))
def a_test_by_an_unknown_name_finds_nobody(exchange: Exchange) -> Iterator[Outcome]:
    """A look-up of a name that nobody has is answered with an empty list, or with 404."""
    if exchange.status == 404:
        return
    total = get_attribute(exchange.json, "totalResults")
    if exchange.status != 200 or total != 0 or isinstance(total, bool):
        yield Finding("status 200 and nobody, or status 404", f"status {exchange.status}, totalResults {total!r}")


@check(*_rows("labels"), over=lambda e: e.response is not None)
def the_vendors_headers_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """No request is refused for its media types."""
    yield from label_accepted(exchange)


def _looks_for_somebody(exchange: Exchange) -> bool:
    is_test = exchange.request.name == "test connection"
    return asks_by_filter(exchange) and exchange.route.endpoint == "Users" and not is_test


@check(*_rows("match query"), over=_looks_for_somebody)
def the_vendors_query_finds_the_user(exchange: Exchange) -> Iterator[Outcome]:
    """The query for a person lists users of that name alone, as this vendor writes it."""
    yield from the_match_query_is_understood(exchange)


@check(*_rows("create"), over=creates_a_user)
def the_vendors_user_is_created(exchange: Exchange) -> Iterator[Outcome]:
    """The create of a user is accepted as this vendor writes it."""
    yield from accepted(exchange, "the create to be accepted")


@check(*_rows("update"), over=lambda e: _named(*_UPDATES)(e) and e.status != 404)
def the_vendors_update_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The update of a user is accepted as this vendor writes it."""
    yield from accepted(exchange, "the update to be accepted")


def _active_in(exchange: Exchange) -> bool | None:
    """The value of `active` that a PUT or PATCH brings as a Boolean or as text; None where it brings none."""
    body = exchange.sent_json
    if exchange.request.method == "PATCH":
        values = [o.get("value") for o in operations_of(exchange) if str(o.get("path", "active")).lower() == "active"]
        body = {"active": values[-1]} if values else {}
    value = get_attribute(body, "active")
    if isinstance(value, dict):
        value = get_attribute(value, "active")
    return {"true": True, "false": False}.get(str(value).lower())


def _sets_active(exchange: Exchange) -> bool:
    is_meant = _named(*_ACTIVATIONS)(exchange) and exchange.status != 404
    return is_meant and _active_in(exchange) is not None


def _activation(exchange: Exchange) -> Iterable[str]:
    return (str(_active_in(exchange)).lower(),)


@check(*_rows("activation"), over=_sets_active, facets=_shown("activation", Shows(("false", "true"), _activation)))
def the_vendors_activation_has_effect(exchange: Exchange) -> Iterator[Outcome]:
    """The new value of `active` is accepted, and shown where the answer shows the user."""
    yield from accepted(exchange, "the new value of active to be accepted")
    wanted, shown = _active_in(exchange), get_attribute(exchange.json, "active")
    if exchange.status == 200 and exchange.has_json and shown is not wanted:
        yield Finding(f"active {str(wanted).lower()} as a Boolean", repr(shown), "/active")


@check(*_rows("user delete"), over=lambda e: _named("delete user")(e) and e.status != 404)
def the_vendors_delete_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """DELETE of a user that is there is accepted."""
    yield from accepted(exchange, "the delete to be accepted")


@check(*_rows("list of groups"), over=_named("list groups"))
def the_groups_are_listed(exchange: Exchange) -> Iterator[Outcome]:
    """The groups are listed with their names and ids."""
    yield from accepted(exchange, "status 200 and a list")
    listed = get_attribute(exchange.json, "Resources")
    for index, group in enumerate(listed if isinstance(listed, list) else ()):
        for attribute in ("id", "displayName"):
            if not isinstance(group, dict) or not isinstance(get_attribute(group, attribute), str):
                yield Finding(f"a group with {attribute}", "none", f"/Resources/{index}/{attribute}")


@check(*_rows("group create"), over=lambda e: _named("create group")(e) and e.status != 409)
def the_vendors_group_is_created(exchange: Exchange) -> Iterator[Outcome]:
    """The create of a group is accepted as this vendor writes it."""
    yield from accepted(exchange, "the create to be accepted")


@check(*_rows("group rename"), over=lambda e: _named("rename group")(e) and e.status != 404)
def the_vendors_group_is_renamed(exchange: Exchange) -> Iterator[Outcome]:
    """Another name of a group is accepted as this vendor writes it."""
    yield from accepted(exchange, "the new name to be accepted")


@check(
    *_rows("group patch"),
    over=lambda e: e.request.method == "PATCH" and e.route.endpoint == "Groups" and considered(e),
)
def groups_can_be_patched(exchange: Exchange) -> Iterator[Outcome]:
    """PATCH is offered for groups."""
    if exchange.status in (405, 501):
        yield Finding("PATCH to be offered for groups", f"status {exchange.status}")


def _who_moves(exchange: Exchange) -> Iterable[str]:
    kinds = {str(operation.get("op", "")).lower() for operation in operations_of(exchange)}
    yield from ["a member joins"] if kinds & {"add", "replace"} else []
    yield from ["a member leaves"] if "remove" in kinds else []


@check(
    *_rows("membership"),
    over=lambda e: changes_members(e) and e.request.method == "PATCH" and e.status != 404,
    facets=_shown("membership", Shows(("a member joins", "a member leaves"), _who_moves)),
)
def the_vendors_members_move(exchange: Exchange) -> Iterator[Outcome]:
    """The change of a group's members is accepted as this vendor writes it."""
    yield from accepted(exchange, "the change to be accepted")


@check(*_rows("group delete"), over=lambda e: _named("delete group")(e) and e.status != 404)
def the_vendors_group_is_deleted(exchange: Exchange) -> Iterator[Outcome]:
    """DELETE of a group that is there is accepted."""
    yield from accepted(exchange, "the delete to be accepted")


def _test_object(exchange: Exchange) -> Iterable[str]:
    verb, _, noun = exchange.request.name.split()
    return (f"the {noun} is {'made' if verb == 'create' else 'deleted'}",)


@check(
    *_rows("test objects"),
    over=_named(*_TESTS),
    facets=_shown(
        "test objects",
        Shows(("the user is made", "the user is deleted", "the group is made", "the group is deleted"), _test_object),
    ),
)
def objects_for_a_test_come_and_go(exchange: Exchange) -> Iterator[Outcome]:
    """What a vendor makes to test the integration can be made, and deleted again."""
    yield from accepted(exchange, "the test object to be made, or deleted")
