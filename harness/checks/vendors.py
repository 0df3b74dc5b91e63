"""The checks that several identity providers need, each in its own traffic.

The judge counts the checks of a vendor only for exchanges that a client of that vendor sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.creating import conflicting_creates
from harness.checks.facets import always
from harness.checks.listing import unmatched_filters
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import (
    considered,
    equality_filter,
    is_projected,
    resources_in,
)
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import exchanges
from harness.record.message import ENTERPRISE_USER, is_error_message


def accepted(exchange: Exchange, wanted: str) -> Iterator[Outcome]:
    """The request succeeds, whichever 2xx it is; else the bridge's own words are shown."""
    if not 200 <= exchange.status < 300:
        detail = exchange.json.get("detail", "")
        yield Finding(wanted, f"status {exchange.status} {detail}".strip())


def asks_by_filter(exchange: Exchange) -> bool:
    """A query with a plain equality filter, with an answer that speaks of it."""
    return exchange.request.method == "GET" and considered(exchange) and equality_filter(exchange) is not None


def _written_by_okta(exchange: Exchange) -> Iterable[str]:
    """How a match query is written: blanks, at signs, and where the page stands."""
    query = exchange.route.query
    filtered = query.partition("filter=")[2]
    yield from [f"a blank as {blank}" for blank in ("%20", "+") if f"{blank}eq{blank}" in query]
    yield from [name for sign, name in (("%40", "@ as %40"), ("@", "@ as it is")) if sign in filtered]
    if "startIndex=" in query and "count=" in query:
        yield "the page behind the filter" if "startIndex=" in filtered else "the page before the filter"


_OKTAS_WRITING: Shows[Exchange] = Shows(
    (
        "a blank as %20",
        "a blank as +",
        "@ as %40",
        "@ as it is",
        "the page before the filter",
        "the page behind the filter",
    ),
    _written_by_okta,
)


def _written_by_entra(exchange: Exchange) -> Iterable[str]:
    query = exchange.route.query
    yield from ["a blank as +"] if "+eq+" in query else []
    yield from ["a plus as %2B"] if "%2B" in query else []


@check(
    "OKTA-03",
    "ENTRA-03",
    "GOOGLE-03",
    over=lambda e: asks_by_filter(e) and e.route.endpoint == "Users",
    facets={"OKTA-03": _OKTAS_WRITING, "ENTRA-03": Shows(("a blank as +", "a plus as %2B"), _written_by_entra)},
)
def the_match_query_is_understood(exchange: Exchange) -> Iterator[Outcome]:
    """The match query is answered with a list of users whose name is the one asked for."""
    yield from accepted(exchange, "status 200 and a list")
    attribute, value = equality_filter(exchange) or ("", "")
    for index, user in enumerate(resources_in(exchange)):
        shown = get_attribute(user, attribute)
        if isinstance(shown, str) and shown.casefold() != value.casefold():
            yield Finding(f"{attribute} {value!r}", repr(shown), f"/Resources/{index}/{attribute}")


@history_check("OKTA-04", "ENTRA-01", over=unmatched_filters)
def no_match_is_200(case: Case[Exchange]) -> Iterator[Outcome]:
    """Where nothing matches the answer is 200 and an empty list, never 404."""
    exchange = case.event
    if exchange.status == 404:
        yield Finding("status 200 and an empty list", "status 404")


def creates_a_user(exchange: Exchange) -> bool:
    """A create of a user, as a vendor's engine sends it, with an answer that speaks of it."""
    return considered(exchange) and exchange.status != 409 and exchange.request.name == "create user"


def _sent_by_okta(exchange: Exchange) -> Iterable[str]:
    return [name for name in ("groups", "password", "locale", "externalId") if name in exchange.sent_json]


def _names_an_empty_schema(sent: Json) -> bool:
    named = sent.get("schemas")
    return isinstance(named, list) and ENTERPRISE_USER in named and not sent.get(ENTERPRISE_USER)


def _sent_by_entra(exchange: Exchange) -> Iterable[str]:
    sent = exchange.sent_json
    yield from [name for name in ("meta", "roles") if name in sent]
    yield from ["the enterprise URN"] if ENTERPRISE_USER in sent else []
    yield from ["the enterprise URN without values"] if _names_an_empty_schema(sent) else []
    enterprise = sent.get(ENTERPRISE_USER)
    values = [*sent.values(), *(enterprise.values() if isinstance(enterprise, dict) else ())]
    yield from ["explicit nulls"] if None in values else []


@check(
    "OKTA-06",
    "ENTRA-08",
    "GOOGLE-01",
    over=creates_a_user,
    facets={
        "OKTA-06": Shows(("groups", "password", "locale", "externalId"), _sent_by_okta),
        "ENTRA-08": Shows(
            ("meta", "roles", "the enterprise URN", "the enterprise URN without values", "explicit nulls"),
            _sent_by_entra,
        ),
    },
)
def the_vendors_create_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The create is accepted as this vendor writes it."""
    yield from accepted(exchange, "the create to be accepted")


@history_check("OKTA-08", "ENTRA-09", over=conflicting_creates)
def a_duplicate_conflicts(case: Case[Exchange]) -> Iterator[Outcome]:
    """A second create of one address gives 409 with an Error body, or adopts with 200."""
    exchange = case.event
    yield Recorded({409: "conflict-409", 200: "adopt-200"}.get(exchange.status, str(exchange.status)))
    if exchange.status not in (200, 409):
        yield Finding("status 409, or 200 with the existing user", f"status {exchange.status}")
    elif exchange.status == 409 and not is_error_message(exchange.json):
        yield Finding("status 409 with an Error body", "status 409 without one")


def sets_active(exchange: Exchange) -> bool:
    """A PATCH of `active` alone, with an answer that speaks of it."""
    return exchange.request.name == "set user active" and considered(exchange)


def activated(exchange: Exchange) -> Iterator[Outcome]:
    """The activation or deactivation is accepted, and where the answer shows the user, it has taken effect."""
    yield from accepted(exchange, "the new value of active to be accepted")
    if exchange.status == 200:
        shown, wanted = get_attribute(exchange.json, "active"), active_in(exchange)
        if shown is not wanted:
            yield Finding(f"active {str(wanted).lower()} as a Boolean", repr(shown), "/active")


@check("OKTA-13", "ENTRA-18", over=lambda e: sets_active(e) and 200 <= e.status < 300)
def a_patch_of_active_gives_200_or_204(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH of `active` that succeeds is answered with 200 or 204."""
    if exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")


def active_in(exchange: Exchange) -> bool:
    """The value that a PATCH of `active` brings."""
    value = operations_of(exchange)[0].get("value")
    return str(value["active"] if isinstance(value, dict) else value).lower() == "true"


def _read_after_deactivation(entries: History) -> Iterable[Case[Exchange]]:
    """Reads by id of users whose last write was a deactivation that succeeded."""
    inactive: set[str] = set()
    for entry, exchange in exchanges(entries):
        user_id = exchange.route.id
        if exchange.route.endpoint != "Users":
            continue
        if exchange.request.method == "GET":
            if user_id in inactive and considered(exchange) and not is_projected(exchange):
                yield Case(entry, exchange, (entry,))
        elif sets_active(exchange) and 200 <= exchange.status < 300 and not active_in(exchange):
            inactive.add(user_id)
        else:
            inactive.discard(user_id)


@history_check(
    "OKTA-14",
    "ENTRA-07",
    over=_read_after_deactivation,
    facets={"OKTA-14": always("read by id while inactive"), "ENTRA-07": always("by id")},
)
def a_deactivated_user_stays_readable(case: Case[Exchange]) -> Iterator[Outcome]:
    """A deactivated user is read by id, with active false."""
    exchange = case.event
    if exchange.status != 200 or get_attribute(exchange.json, "active") is not False:
        shown = get_attribute(exchange.json, "active")
        yield Finding("status 200 and active false", f"status {exchange.status}, active {shown!r}", "/active")


def _with_members(exchange: Exchange) -> Iterable[str]:
    return ("with members",) if get_attribute(exchange.sent_json, "members") else ("without members",)


@check(
    "OKTA-18",
    "ENTRA-21",
    over=lambda e: e.request.name == "create group" and considered(e) and e.status != 409,
    facets={"OKTA-18": Shows(("with members", "without members"), _with_members)},
)
def the_vendors_group_create_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The create of a group is accepted as this vendor writes it."""
    yield from accepted(exchange, "the create to be accepted")


def changes_members(exchange: Exchange) -> bool:
    """A change of a group's members, as a vendor's engine sends it, with an answer that speaks of it."""
    return exchange.request.name == "change group members" and considered(exchange)


def _group_deletes(entries: History) -> Iterator[Case[Exchange]]:
    """DELETEs of groups, each the first that reached the bridge: one whose answer was lost is sent again."""
    gone: set[str] = set()
    for entry, exchange in exchanges(entries):
        if exchange.request.method != "DELETE" or exchange.route.endpoint != "Groups":
            continue
        # Microsoft's validator deletes what is not there, too: whoever sends that says so in the request's name.
        is_meant = exchange.request.name != "delete missing group" and exchange.request.target not in gone
        if is_meant and considered(exchange):
            yield Case(entry, exchange, (entry,))
        if exchange.status == 204 or exchange.response is None:
            gone.add(exchange.request.target)


@history_check("OKTA-25", "ENTRA-29", over=_group_deletes, facets={"OKTA-25": always("the answer is 204")})
def a_group_can_be_deleted(case: Case[Exchange]) -> Iterator[Outcome]:
    """DELETE of a group gives 204."""
    if case.event.status != 204:
        yield Finding("status 204", f"status {case.event.status}")


@check("GOOGLE-02", over=lambda e: e.request.method in ("POST", "PUT", "PATCH") and e.response is not None)
def the_vendors_labels_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """No request is refused for its media type."""
    yield from label_accepted(exchange)


def label_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The request is read, whatever its headers say of media types."""
    if exchange.status in (406, 415):
        yield Finding("the request to be read", f"status {exchange.status}")
