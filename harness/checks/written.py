"""What an answer shows of what was sent, attribute by attribute: RFC 7643 sections 2 to 4, RFC 7644 section 3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from harness.catalogue.verdict import Finding
from harness.checks.noting import entries_of
from harness.checks.once import collected, once
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import created_user, is_projected, meta_of, object_in, one_resource, query_of
from harness.record.exchange import Exchange, Json, get_attribute, resources_of
from harness.record.journal import Entry, exchanges
from harness.record.message import ENTERPRISE_USER

_VERSION = re.compile(r"v\d+(\.\d+)?")
_DIGITS = re.compile(r"\D")
_LISTS = ("emails", "phoneNumbers", "ims", "photos", "addresses", "groups", "members", "x509Certificates")
_REPLACING = (301, 302, 303)  # a client may send GET in place of the method (RFC 9110 section 15.4)
_ANSWERS_OF_ME = (200, 308, 307, 401, 403, 404, 501)


@once
def stored_user(exchange: Exchange) -> bool:
    """A create or a replacement of a user that was accepted, answered with the whole user."""
    is_write = exchange.request.method in ("POST", "PUT") and exchange.route.endpoint == "Users"
    return is_write and exchange.sends_plain_json and one_resource(exchange) and not is_projected(exchange)


# Every representation: RFC 7643 sections 2.1, 2.3.5 and 2.4.


def _shows_some(exchange: Exchange) -> bool:
    return bool(exchange.resources)


@check("RFC7643-2.1-01", over=lambda e: _shows_some(e) and not is_projected(e))
def every_resource_states_its_schemas(exchange: Exchange) -> Iterator[Outcome]:
    """Every resource that is shown whole, in a list too, has schemas."""
    for pointer, resource in resources_of(exchange):
        named = get_attribute(resource, "schemas")
        if not isinstance(named, list) or not named:
            yield Finding("schemas with a URI", repr(named), f"{pointer}/schemas")


@collected
def _times(exchange: Exchange) -> Iterator[tuple[str, str]]:
    for pointer, resource in resources_of(exchange):
        for name in ("created", "lastModified"):
            value = get_attribute(object_in(resource, "meta"), name)
            if isinstance(value, str):
                yield f"{pointer}/meta/{name}", value


@check("RFC7643-2.3.5-02", over=lambda e: bool(_times(e)))
def times_have_a_date_and_a_time(exchange: Exchange) -> Iterator[Outcome]:
    """What is a dateTime has a date and a time of day."""
    for pointer, value in _times(exchange):
        if not re.match(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
            yield Finding("a date and a time", repr(value), pointer)


@collected
def _structured(exchange: Exchange) -> Iterator[tuple[str, Any, type, str]]:
    for pointer, resource in resources_of(exchange):
        for name in ("name", *_LISTS):
            value = get_attribute(resource, name)
            if value is not None:
                is_one = name == "name"
                yield f"{pointer}/{name}", value, dict if is_one else list, "an object" if is_one else "an array"
        manager = get_attribute(object_in(resource, ENTERPRISE_USER), "manager")
        if manager is not None:
            yield f"{pointer}/{ENTERPRISE_USER}/manager", manager, dict, "an object"


@check("RFC7644-3.8-08", over=lambda e: bool(_structured(e)))
def structures_are_structures(exchange: Exchange) -> Iterator[Outcome]:
    """What has several values is an array, and what has parts is an object."""
    for pointer, value, kind, wanted in _structured(exchange):
        if not isinstance(value, kind):
            yield Finding(wanted, repr(value), pointer)


_PARTS: tuple[tuple[str, type, str], ...] = (
    ("type", str, "a text"),
    ("primary", bool, "true or false"),
    ("display", str, "a text"),
    ("$ref", str, "a URI"),
)


@collected
def _values(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    for pointer, resource in resources_of(exchange):
        for name in _LISTS:
            for index, entry in enumerate(entries_of(resource, name)):
                yield f"{pointer}/{name}/{index}", entry


@check("RFC7643-2.4-02", over=lambda e: bool(_values(e)))
def parts_of_values_mean_what_they_mean(exchange: Exchange) -> Iterator[Outcome]:
    """In every value type and display are texts, primary is true or false, and $ref is a URI."""
    for pointer, entry in _values(exchange):
        for name, kind, wanted in _PARTS:
            value = get_attribute(entry, name)
            if value is not None and not isinstance(value, kind):
                yield Finding(wanted, repr(value), f"{pointer}/{name}")


# Values of a user: RFC 7643 sections 2.4, 3, 3.3 and 4.1.


def _primaries(user: Json) -> Iterator[tuple[str, int]]:
    for name in user:
        count = sum(1 for entry in entries_of(user, name) if get_attribute(entry, "primary") is True)
        yield name, count


@check("RFC7643-2.4-04", over=lambda e: stored_user(e) and e.request.method == "PUT")
def a_put_leaves_one_primary(exchange: Exchange) -> Iterator[Outcome]:
    """After a PUT at most one value of an attribute is the primary one."""
    for name, count in _primaries(exchange.json):
        if count > 1:
            yield Finding("at most one primary value", str(count), f"/{name}")


def _without_primary(exchange: Exchange) -> list[str]:
    if not stored_user(exchange):
        return []
    sent = exchange.sent_json
    names = [name for name in sent if len(entries_of(sent, name)) > 1]
    return [n for n in names if not any("primary" in map(str.lower, entry) for entry in entries_of(sent, n))]


@check("RFC7643-2.4-05", over=lambda e: bool(_without_primary(e)))
def a_missing_primary_is_false(exchange: Exchange) -> Iterator[Outcome]:
    """Of several values that are sent without primary, not more than one becomes it."""
    for name in _without_primary(exchange):
        shown = entries_of(exchange.json, name)
        count = sum(1 for entry in shown if get_attribute(entry, "primary") is True)
        if count > 1:
            yield Finding("no primary, or one", str(count), f"/{name}")


def _sent_urns(exchange: Exchange) -> list[str]:
    """The extensions whose data was sent, of which the answer names some as its own."""
    sent = exchange.sent_json if stored_user(exchange) else {}
    return [urn for urn, value in sent.items() if urn.lower().startswith("urn:") and isinstance(value, dict) and value]


@check("RFC7643-3-09", "RFC7643-3.3-07", over=lambda e: bool(_sent_urns(e)))
def extensions_stand_under_their_urn(exchange: Exchange) -> Iterator[Outcome]:
    """Data of an extension is shown under its URN, and nowhere else."""
    for urn in _sent_urns(exchange):
        for name, value in exchange.sent_json[urn].items():
            is_elsewhere = get_attribute(exchange.sent_json, name) is None
            if is_elsewhere and value and get_attribute(exchange.json, name) == value:
                yield Finding(f"{name} under {urn}", "it stands beside the core attributes", f"/{name}")
        aliases = [k for k, v in exchange.json.items() if v == exchange.sent_json[urn] and k.lower() != urn.lower()]
        if get_attribute(exchange.json, urn) is None and aliases:
            yield Finding(f"the data under {urn}", f"under {aliases[0]}", f"/{aliases[0]}")


def _foreign_uris(exchange: Exchange) -> list[str]:
    """The URIs that a story made up: with data under one the bridge has an extension of that name."""
    sent = exchange.sent_json
    named = sent.get("schemas") if stored_user(exchange) else None
    made_up = [str(uri) for uri in named if str(uri).startswith("urn:example:")] if isinstance(named, list) else []
    return [uri for uri in made_up if get_attribute(sent, uri) is None]


@check("RFC7643-3-10", over=lambda e: bool(_foreign_uris(e)))
def unknown_schemas_are_not_taken_over(exchange: Exchange) -> Iterator[Outcome]:
    """A URI that nobody knows is not taken over into schemas."""
    shown = exchange.json.get("schemas")
    for uri in _foreign_uris(exchange):
        if isinstance(shown, list) and uri in shown:
            yield Finding(f"schemas without {uri}", repr(shown), "/schemas")


def _country(exchange: Exchange) -> tuple[str, str] | None:
    """The country code of the only address that was sent, and what is shown for it."""
    if not stored_user(exchange):
        return None
    sent, shown = (entries_of(body, "addresses") for body in (exchange.sent_json, exchange.json))
    if len(sent) != 1 or len(shown) != 1:
        return None
    code, told = (get_attribute(entry, "country") for entry in (sent[0], shown[0]))
    is_code = isinstance(code, str) and re.fullmatch("[A-Z]{2,3}", code)
    return (str(code), told) if is_code and isinstance(told, str) and told else None


@check("RFC7643-4.1.2-14", over=lambda e: _country(e) is not None)
def countries_have_two_letters(exchange: Exchange) -> Iterator[Outcome]:
    """A country code that was sent is shown with the two letters of ISO 3166-1, or not at all."""
    sent, shown = _country(exchange) or ("", "")
    is_same = shown.upper() == sent
    if is_same if len(sent) == 3 else not is_same:
        yield Finding(f"two letters for {sent}", repr(shown), "/addresses/0/country")


def _phones(exchange: Exchange) -> list[tuple[str, str]]:
    if not stored_user(exchange):
        return []
    sent, shown = (entries_of(body, "phoneNumbers") for body in (exchange.sent_json, exchange.json))
    pairs = zip(sent, shown, strict=True) if len(sent) == len(shown) == 1 else ()
    values = [(get_attribute(a, "value"), get_attribute(b, "value")) for a, b in pairs]
    return [
        (a, b)
        for a, b in values
        if isinstance(a, str) and isinstance(b, str) and a.removeprefix("tel:").startswith("+")
    ]


@check("RFC7643-4.1.2-04", over=lambda e: bool(_phones(e)))
def phone_numbers_keep_their_digits(exchange: Exchange) -> Iterator[Outcome]:
    """A phone number may be spelt another way, but not with other digits."""
    for sent, shown in _phones(exchange):
        if _DIGITS.sub("", sent) != _DIGITS.sub("", shown):
            yield Finding(f"the digits of {sent}", repr(shown), "/phoneNumbers/0/value")


def _mails(exchange: Exchange) -> list[tuple[str, str]]:
    if not stored_user(exchange):
        return []
    sent, shown = (entries_of(body, "emails") for body in (exchange.sent_json, exchange.json))
    pairs = zip(sent, shown, strict=True) if len(sent) == len(shown) == 1 else ()
    values = [(get_attribute(a, "value"), get_attribute(b, "value")) for a, b in pairs]
    return [(a, b) for a, b in values if isinstance(a, str) and isinstance(b, str) and a.isascii() and "@" in a]


@check("RFC7643-4.1.2-01", over=lambda e: bool(_mails(e)))
def emails_change_by_letter_case_at_most(exchange: Exchange) -> Iterator[Outcome]:
    """An e-mail address may be spelt another way, which is a matter of letter case."""
    for sent, shown in _mails(exchange):
        if sent.strip().lower() != shown.strip().lower():
            yield Finding(sent, repr(shown), "/emails/0/value")


def _blanks_in_ims(exchange: Exchange) -> list[str]:
    sent = entries_of(exchange.sent_json, "ims") if stored_user(exchange) else []
    return [v for v in (str(get_attribute(e, "value") or "") for e in sent) if " " in v]


@check("RFC7643-4.1.2-07", over=lambda e: bool(_blanks_in_ims(e)))
def messaging_addresses_lose_blanks(exchange: Exchange) -> Iterator[Outcome]:
    """An instant messaging address is shown without blanks and capitals."""
    for index, entry in enumerate(entries_of(exchange.json, "ims")):
        shown = str(get_attribute(entry, "value") or "")
        if shown in _blanks_in_ims(exchange):
            yield Finding(f"{shown.replace(' ', '').lower()}", repr(shown), f"/ims/{index}/value")


def _typed_in_capitals(exchange: Exchange) -> bool:
    sent = entries_of(exchange.sent_json, "emails") if stored_user(exchange) else []
    return any(get_attribute(entry, "type") == "WORK" for entry in sent)


@check("RFC7643-2.4-08", over=_typed_in_capitals)
def labels_are_canonical(exchange: Exchange) -> Iterator[Outcome]:
    """A label that differs by letter case alone from a canonical one is shown in one of the two, and never lost."""
    for index, entry in enumerate(entries_of(exchange.json, "emails")):
        shown = get_attribute(entry, "type")
        if str(shown).lower() != "work":
            yield Finding("type work", repr(shown), f"/emails/{index}/type")


def _named_without_display(exchange: Exchange) -> bool:
    if not created_user(exchange) or not exchange.has_json:
        return False
    sent = exchange.sent_json
    return get_attribute(sent, "displayName") is None and bool(object_in(sent, "name"))


@check("RFC7643-4.1.1-11", over=lambda e: _named_without_display(e) and bool(get_attribute(e.json, "displayName")))
def a_display_name_is_a_name(exchange: Exchange) -> Iterator[Outcome]:
    """A displayName that the bridge makes for somebody with a name is not the id."""
    shown = get_attribute(exchange.json, "displayName")
    if shown == exchange.json.get("id"):
        yield Finding("the name of the person", f"the id {shown!r}", "/displayName")


def _manager_sent(exchange: Exchange) -> Json:
    sent = object_in(exchange.sent_json, ENTERPRISE_USER) if stored_user(exchange) else {}
    return object_in(sent, "manager")


def _manager_shown(exchange: Exchange) -> Json:
    return object_in(object_in(exchange.json, ENTERPRISE_USER), "manager")


@check("RFC7643-4.3-05", over=lambda e: bool(get_attribute(_manager_sent(e), "displayName")))
def the_managers_name_is_the_bridges(exchange: Exchange) -> Iterator[Outcome]:
    """A displayName of the manager that a client makes up is not stored."""
    sent, shown = (get_attribute(m, "displayName") for m in (_manager_sent(exchange), _manager_shown(exchange)))
    if sent == shown and str(sent).startswith("Made up"):
        yield Finding("the manager's own name, or none", repr(shown), f"/{ENTERPRISE_USER}/manager/displayName")


def _manager_compared(exchange: Exchange) -> bool:
    return bool(get_attribute(_manager_sent(exchange), "value")) and bool(object_in(exchange.json, ENTERPRISE_USER))


@check("RFC7643-4.3-02", over=_manager_compared)
def the_manager_has_an_id(exchange: Exchange) -> Iterator[Outcome]:
    """A manager that was sent is shown by an id; whether by the one that was sent, is judged as of any attribute."""
    sent, shown = (get_attribute(m, "value") for m in (_manager_sent(exchange), _manager_shown(exchange)))
    if not isinstance(shown, str) or not shown:
        yield Finding(f"value {sent!r}", repr(shown), f"/{ENTERPRISE_USER}/manager/value")


@check("RFC7643-4.3-03", over=lambda e: one_resource(e) and bool(get_attribute(_manager_shown(e), "$ref")))
def the_managers_address_is_the_managers(exchange: Exchange) -> Iterator[Outcome]:
    """The $ref of the manager ends in the manager's id."""
    manager = _manager_shown(exchange)
    address, value = str(get_attribute(manager, "$ref")), get_attribute(manager, "value")
    if isinstance(value, str) and unquote(address).rstrip("/").rpartition("/")[2] != value:
        yield Finding(f"the address of {value}", repr(address), f"/{ENTERPRISE_USER}/manager/$ref")


@check("RFC7643-4.1.1-22", over=lambda e: _shows_some(e) and "password" in query_of(e).get("attributes", ""))
def no_password_when_asked_for(exchange: Exchange) -> Iterator[Outcome]:
    """A password that is asked for by name is not shown."""
    for pointer, user in resources_of(exchange):
        if get_attribute(user, "password") is not None:
            yield Finding("no password", "a password attribute", f"{pointer}/password")


# Addresses: RFC 7643 section 2.3.7, RFC 7644 sections 3.11 to 3.13.


def _parts_of(address: str) -> SplitResult:
    """The parts of an address; all empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


@collected
def _references(exchange: Exchange) -> Iterator[tuple[str, str, str, str]]:
    """Where a $ref of a member or a group stands, the address, the value beside it, and the collection it is in."""
    for pointer, resource in resources_of(exchange):
        for name in ("members", "groups"):
            for index, entry in enumerate(entries_of(resource, name)):
                address, value = get_attribute(entry, "$ref"), get_attribute(entry, "value")
                if isinstance(address, str) and isinstance(value, str):
                    yield f"{pointer}/{name}/{index}/$ref", address, value, name


@check("RFC7643-2.3.7-04", "RFC7643-4.2-05", over=lambda e: any(n == "members" for *_, n in _references(e)))
def members_are_reached_over_http(exchange: Exchange) -> Iterator[Outcome]:
    """The $ref of a member is an address over HTTP, or a relative one, and ends in the member's id."""
    yield from _bad_addresses(exchange, "members", ("Users", "Groups"))


@check("RFC7643-4.1.2-16", over=lambda e: any(n == "groups" for *_, n in _references(e)))
def groups_are_reached_over_http(exchange: Exchange) -> Iterator[Outcome]:
    """The $ref of a user's group is the address of a group, and ends in its id."""
    yield from _bad_addresses(exchange, "groups", ("Groups",))


def _bad_addresses(exchange: Exchange, wanted: str, collections: tuple[str, ...]) -> Iterator[Outcome]:
    for pointer, address, value, name in _references(exchange):
        if name != wanted:
            continue
        path = unquote(address).rstrip("/")
        ends = [f"{collection}/{value}" for collection in collections]
        if _parts_of(address).scheme not in ("", "http", "https") or not path.endswith(tuple(ends)):
            yield Finding(f"an address that ends in {' or '.join(ends)}", repr(address), pointer)


@collected
def _locations(exchange: Exchange) -> Iterator[tuple[str, str]]:
    for pointer, resource in resources_of(exchange):
        if isinstance(location := get_attribute(object_in(resource, "meta"), "location"), str):
            yield f"{pointer}/meta/location", location
    if exchange.status == 201 and isinstance(header := exchange.header("Location"), str):
        yield "", header


@once
def _personal(exchange: Exchange) -> set[str]:
    found: set[str] = set()
    for _, resource in resources_of(exchange):
        mails = [get_attribute(entry, "value") for entry in entries_of(resource, "emails")]
        found |= {v for v in (get_attribute(resource, "userName"), *mails) if isinstance(v, str) and "@" in v}
    return found


@check("RFC7644-3.12-20", over=lambda e: bool(_personal(e)) and bool(_locations(e)))
def addresses_hold_no_person(exchange: Exchange) -> Iterator[Outcome]:
    """No address that the bridge makes holds a userName or an e-mail address."""
    personal = [value.lower() for value in _personal(exchange)]
    for pointer, address in _locations(exchange):
        plain = unquote(address).lower()
        if any(value in plain for value in personal):
            yield Finding("an address without personal data", repr(address), pointer)


def _versioned_locations(exchange: Exchange) -> bool:
    if not exchange.route.is_resource_endpoint or not _locations(exchange):
        return False
    return _VERSION.fullmatch(exchange.base.rstrip("/").rpartition("/")[2]) is not None


@check("RFC7644-3.13-02", over=_versioned_locations)
def the_version_stands_before_the_endpoint(exchange: Exchange) -> Iterator[Outcome]:
    """Where the base address ends in a version, an address with it has it right before the endpoint."""
    version = exchange.base.rstrip("/").rpartition("/")[2]
    for pointer, address in _locations(exchange):
        segments = _parts_of(address).path.split("/")
        places = [index for index, segment in enumerate(segments) if segment in ("Users", "Groups")]
        if places and version in segments[: places[-1]] and segments[places[-1] - 1] != version:
            yield Finding(f"{version}/{segments[places[-1]]}", repr(address), pointer)


@check(
    "RFC7644-3.12-22", over=lambda e: e.status in (*_REPLACING, 307, 308) and e.request.method not in ("GET", "HEAD")
)
def redirects_keep_the_method(exchange: Exchange) -> Iterator[Outcome]:
    """A write is redirected with 307 or 308, which keep method and body."""
    if exchange.status in _REPLACING:
        yield Finding("status 307 or 308", f"status {exchange.status}")


def _asks_me(exchange: Exchange) -> bool:
    return exchange.request.method == "GET" and exchange.route.endpoint == "Me" and exchange.response is not None


@check("RFC7644-3.11-01", over=lambda e: _asks_me(e) and e.status not in (200, 307, 308))
def me_is_answered(exchange: Exchange) -> Iterator[Outcome]:
    """Where /Me is not supported it says so with 501, or is not there."""
    if exchange.status not in _ANSWERS_OF_ME:
        yield Finding("status 501", f"status {exchange.status}")


@check("RFC7644-3.11-04", over=lambda e: _asks_me(e) and e.status == 200 and e.has_json)
def me_has_its_own_address(exchange: Exchange) -> Iterator[Outcome]:
    """The location of /Me is that of the user itself."""
    for place, address in (("", exchange.header("Location")), ("/meta/location", meta_of(exchange).get("location"))):
        if isinstance(address, str) and _parts_of(address).path.rstrip("/").endswith("/Me"):
            yield Finding("the address of the user", repr(address), place)


# Answers beside reads: RFC 7644 sections 3.1 and 3.14.


def _path(exchange: Exchange) -> str:
    return exchange.request.target.partition("?")[0]


def _in_turn(entries: History) -> Iterator[tuple[Entry, Exchange, Entry, Exchange]]:
    """Exchanges of one resource that follow each other at once, and beside which nothing else was written."""
    writes = [each for _, each in exchanges(entries) if each.request.method not in ("GET", "HEAD")]
    for before, after in pairwise(entries):
        one, other = before.event, after.event
        if not isinstance(one, Exchange) or not isinstance(other, Exchange) or not one.route.id:
            continue
        is_read = other.request.method == "GET" and _path(one) == _path(other)
        if is_read and one.status == other.status == 200 and not _is_beside(one, other, writes):
            yield before, one, after, other


def _is_beside(one: Exchange, other: Exchange, writes: list[Exchange]) -> bool:
    """Whether a write, other than the first of both, may have been done while they ran."""
    begin, end = one.started_at, other.started_at + other.elapsed_s
    return any(
        write is not one and write.started_at < end and write.started_at + write.elapsed_s > begin for write in writes
    )


def _read_twice(entries: History) -> Iterable[Case[Exchange]]:
    for before, one, after, other in _in_turn(entries):
        is_twice = one.request.method == "GET" and one.request.target == other.request.target
        if is_twice and one.header("ETag") and other.header("ETag") and one.json == other.json:
            yield Case(after, other, (before, after))


@history_check("RFC7644-3.14-05", over=_read_twice)
def a_tag_stays_while_nothing_changes(case: Case[Exchange]) -> Iterator[Outcome]:
    """Two reads in turn that show the same have the same ETag."""
    one, other = case.exchanges
    if one.header("ETag") != other.header("ETag"):
        yield Finding(f"ETag {one.header('ETag')}", f"{other.header('ETag')}")


def _written_and_read(entries: History) -> Iterable[Case[Exchange]]:
    for before, one, after, other in _in_turn(entries):
        is_write = one.request.method in ("PUT", "PATCH") and one.has_json and other.has_json
        if is_write and one.route.is_resource_endpoint and not is_projected(one) and not is_projected(other):
            yield Case(after, other, (before, after))


@history_check("RFC7644-3.1-07", over=_written_and_read)
def an_answer_shows_what_is_stored(case: Case[Exchange]) -> Iterator[Outcome]:
    """What the answer to a write shows, the read that follows it at once shows too."""
    write, read = case.exchanges
    for name, told in write.json.items():
        shown = get_attribute(read.json, name)
        if isinstance(told, (str, bool)) and shown != told:
            yield Finding(f"{name} {told!r}", repr(shown), f"/{name}")
