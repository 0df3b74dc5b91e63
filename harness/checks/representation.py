"""Media types, encodings and projections of answers: RFC 7644 sections 3.1, 3.4.2.5, 3.8 and 3.9."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from harness.catalogue.verdict import Finding
from harness.checks.facets import READ_OR_LIST, always, methods
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import excluded_attributes, has_body, is_projected, one_resource, query_of, resources_in
from harness.checks.timeline import Key, key_of, spans
from harness.record.exchange import Exchange, Json, find_header, get_attribute, parse_answer, resources_of
from harness.record.journal import Entry, exchanges
from harness.record.message import SCIM_JSON

_PLAIN_JSON = "application/json"
_UTF8 = re.compile(r'charset *= *"?utf-?8"?')


@check("RFC7644-3.1-01", "RFC7644-8.1-01", over=has_body)
def content_is_labelled_scim_json(exchange: Exchange) -> Iterator[Outcome]:
    """Every answer with a body is application/scim+json."""
    given = _media_type(exchange)
    if given != SCIM_JSON and not (given == _PLAIN_JSON and _asks_for_json_alone(exchange)):
        yield Finding(f"Content-Type {SCIM_JSON}", repr(given), "")


def _asks_for_json_alone(exchange: Exchange) -> bool:
    """Whether Accept names JSON and not SCIM's: further media types may be supported (RFC 7644 section 3.8)."""
    accept = (find_header(exchange.request.headers, "Accept") or "").lower()
    return _PLAIN_JSON in accept and SCIM_JSON not in accept


def _media_type(exchange: Exchange) -> str:
    header = exchange.header("Content-Type")
    return (header or "").split(";")[0].strip().lower()


def _without_accept(exchange: Exchange) -> bool:
    accept = find_header(exchange.request.headers, "Accept")
    return has_body(exchange) and 200 <= exchange.status < 300 and accept in (None, "*/*")


@check("RFC7644-3.8-06", over=_without_accept)
def scim_json_is_the_default(exchange: Exchange) -> Iterator[Outcome]:
    """Whoever states no Accept gets application/scim+json."""
    if _media_type(exchange) != SCIM_JSON:
        yield Finding(f"Content-Type {SCIM_JSON}", repr(_media_type(exchange)))


def _accepts_scim(exchange: Exchange) -> bool:
    return find_header(exchange.request.headers, "Accept") == SCIM_JSON and has_body(exchange)


@check("RFC7644-3.8-04", over=_accepts_scim)
def scim_json_is_given_when_asked_for(exchange: Exchange) -> Iterator[Outcome]:
    """A request that accepts application/scim+json gets it."""
    if exchange.status == 406 or _media_type(exchange) != SCIM_JSON:
        yield Finding(f"Content-Type {SCIM_JSON}", f"HTTP {exchange.status}, {_media_type(exchange)!r}")


@check("RFC7644-3.2-08", over=has_body)
def bodies_are_json(exchange: Exchange) -> Iterator[Outcome]:
    """Every body that is not empty is JSON."""
    parsed = parse_answer(exchange.response.body if exchange.response else b"")
    if parsed.error:
        yield Finding("a JSON body", parsed.error)


@check("RFC7644-3.8-01", over=has_body, facets=always("returned"))
def bodies_are_utf_8(exchange: Exchange) -> Iterator[Outcome]:
    """Every body is UTF-8."""
    try:
        (exchange.response.body if exchange.response else b"").decode("utf-8")
    except UnicodeDecodeError as error:
        yield Finding("UTF-8", f"{error.reason} at byte {error.start}")


def _texts(body: Json) -> dict[str, str]:
    """The texts of a resource that people write, by the place at which they stand."""
    name = _name_of(body)
    found = {
        "displayName": get_attribute(body, "displayName"),
        "title": get_attribute(body, "title"),
        "name/givenName": get_attribute(name, "givenName"),
        "name/familyName": get_attribute(name, "familyName"),
    }
    return {place: value for place, value in found.items() if isinstance(value, str)}


def _name_of(body: Json) -> Json:
    name = get_attribute(body, "name")
    return name if isinstance(name, dict) else {}


def _made_of(name: Json) -> set[str]:
    """What a bridge may show as `displayName` in place of what was sent: RFC 7644 section 3.3 lets it alter content."""
    given, family = get_attribute(name, "givenName"), get_attribute(name, "familyName")
    return {str(get_attribute(name, "formatted")), f"{given} {family}", f"{family}, {given}"}


def _outside_ascii(exchange: Exchange) -> dict[str, str]:
    """The texts with a character outside ASCII that a create or a replace brings and that its answer shows too."""
    is_written = exchange.request.method in ("POST", "PUT") and exchange.route.is_resource_endpoint
    if not is_written or not 200 <= exchange.status < 300:
        return {}
    shown, own = _texts(exchange.json), _made_of(_name_of(exchange.sent_json))
    return {
        place: value
        for place, value in _texts(exchange.sent_json).items()
        if not value.isascii() and place in shown and not (place == "displayName" and shown[place] in own)
    }


def _beyond_ascii(text: str) -> str:
    return "".join(each for each in text if not each.isascii())


@check(
    "RFC7644-3.8-01",
    "RFC7644-3.8-02",
    over=lambda e: bool(_outside_ascii(e)),
    facets={"RFC7644-3.8-01": always("accepted")},
)
def utf_8_is_understood(exchange: Exchange) -> Iterator[Outcome]:
    """Characters outside ASCII that a client sends as UTF-8 come back as the same characters."""
    for place, wanted in _outside_ascii(exchange).items():
        shown = _texts(exchange.json)[place]
        # One character can be written in two ways, and a bridge may choose the other (RFC 7644 section 5). What is cut
        # short is lost, and not mistaken for other characters: another check tells that.
        # Nor is an encoding at fault where all of these characters are there, and others beside them are not.
        one, other = (normalize("NFC", text).strip() for text in (shown, wanted))
        if _beyond_ascii(one) != _beyond_ascii(other) and not (one and other.startswith(one)):
            yield Finding(f"{place.replace('/', '.')} {wanted!r}", repr(shown), f"/{place}")


def _posted_scim_json(exchange: Exchange) -> bool:
    """Another charset, or a coding of the content, is a reason of its own to refuse a body."""
    media, *parameters = (find_header(exchange.request.headers, "Content-Type") or "").lower().split(";")
    is_utf8 = all(_UTF8.fullmatch(each.strip()) or not each.strip().startswith("charset") for each in parameters)
    is_coded = (find_header(exchange.request.headers, "Content-Encoding") or "identity").lower() != "identity"
    return (
        media.strip() == SCIM_JSON
        and is_utf8
        and not is_coded
        and exchange.request.body is not None
        and exchange.response is not None
    )


@check(
    "RFC7644-3.1-02",
    "RFC7644-8.1-02",
    over=_posted_scim_json,
    facets={"RFC7644-3.1-02": methods("POST", "PUT", "PATCH")},
)
def scim_json_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A body labelled application/scim+json is never refused for its label."""
    if exchange.status == 415:
        yield Finding("the body to be read", "status 415")


def _excludes_members(exchange: Exchange) -> bool:
    is_asked = exchange.route.endpoint == "Groups" and "members" in excluded_attributes(exchange)
    return is_asked and bool(exchange.resources)


@check("RFC7644-3.4.2.5-05", over=_excludes_members, facets=READ_OR_LIST)
def members_can_be_left_out(exchange: Exchange) -> Iterator[Outcome]:
    """excludedAttributes=members keeps the members out of the answer."""
    for pointer, group in resources_of(exchange):
        members = get_attribute(group, "members")
        if members:
            shown = f"{len(members)} members" if isinstance(members, list) else repr(members)
            yield Finding("no members", shown, f"{pointer}/members")


def _selects(exchange: Exchange) -> bool:
    names = query_of(exchange).get("attributes", "")
    is_plain = bool(names.strip(", ")) and ":" not in names and "." not in names
    return is_plain and bool(exchange.resources)


def _selections(entries: History) -> Iterable[Case[Exchange]]:
    """Answers to a selection, each with the schemas that the story had read before."""
    schemas: list[Entry] = []
    for entry, exchange in exchanges(entries):
        if exchange.route.endpoint == "Schemas" and exchange.status == 200:
            schemas.append(entry)
        elif _selects(exchange):
            yield Case(entry, exchange, (*schemas, entry))


@history_check("RFC7644-3.4.2.5-01", over=_selections, facets=always("nothing else is shown"))
def only_selected_attributes_are_shown(case: Case[Exchange]) -> Iterator[Outcome]:
    """With `attributes` an answer holds what was asked for and what is always returned."""
    *schemas, selection = case.exchanges
    # userName and displayName are the two that servers so declare, even where the story has not read their schemas.
    always = {"id", "schemas", "username", "displayname"} | {name for schema in schemas for name in _always_in(schema)}
    wanted = {name.strip().lower() for name in query_of(selection)["attributes"].split(",")}
    for pointer, resource in resources_of(selection):
        extra = sorted(name for name in resource if name.lower() not in wanted | always)
        if extra:
            yield Finding(f"only {', '.join(sorted(wanted))} and the minimum", f"also {', '.join(extra)}", pointer)


def _selections_of_what_is_known(entries: History) -> Iterable[Case[Exchange]]:
    """Selections from one resource, each with the last view of all of it; nothing was written to it in between."""
    for span in spans(entries, parts=_selection):
        exchange = span.after[1]
        if span.before and not span.writes and exchange.request.method == "GET" and is_projected(exchange):
            yield span.case()


def _selection(exchange: Exchange) -> Iterable[Key]:
    return [key_of(exchange)] if one_resource(exchange) and _selects(exchange) else []


@history_check("RFC7644-3.4.2.5-01", over=_selections_of_what_is_known, facets=always("what is named is shown"))
def selected_attributes_are_shown(case: Case[Exchange]) -> Iterator[Outcome]:
    """With `attributes` an answer holds all of what was asked for that the resource has."""
    view, selection = case.exchanges
    for name in query_of(selection)["attributes"].split(","):
        known = get_attribute(view.json, name.strip())
        if known not in (None, [], {}) and get_attribute(selection.json, name.strip()) is None:
            yield Finding(f"{name.strip()} {known!r}", "none", f"/{name.strip()}")


def _always_in(exchange: Exchange) -> Iterator[str]:
    """The names of attributes that a schema, or a list of them, declares as always returned; in lower case."""
    for schema in [exchange.json, *resources_in(exchange)]:
        attributes = schema.get("attributes")
        for attribute in attributes if isinstance(attributes, list) else ():
            if isinstance(attribute, dict) and attribute.get("returned") == "always":
                yield str(attribute.get("name")).lower()


def _excludes(exchange: Exchange) -> bool:
    return "excludedattributes" in query_of(exchange) and bool(exchange.resources)


def _selection_in(exchange: Exchange) -> Iterable[str]:
    names = {"attributes": "attributes", "excludedattributes": "excludedAttributes"}
    return [names[name] for name in names if name in query_of(exchange)]


@check(
    "RFC7644-3.4.2.5-03",
    "RFC7643-3.1-10",
    "RFC7643-7-26",
    over=lambda e: _excludes(e) or _selects(e),
    facets={"RFC7643-3.1-10": Shows(("attributes", "excludedAttributes"), _selection_in)},
)
def the_id_is_always_shown(exchange: Exchange) -> Iterator[Outcome]:
    """No selection of attributes hides the id."""
    for pointer, resource in resources_of(exchange):
        if not resource.get("id"):
            yield Finding("an id", "none", f"{pointer}/id")


def _shows_users(exchange: Exchange) -> bool:
    return exchange.route.endpoint == "Users" and bool(exchange.resources)


@check(
    "RFC7643-4.1.1-20",
    "RFC7643-7-25",
    over=lambda e: _shows_users(e) and e.request.method == "GET",
    facets={"RFC7643-4.1.1-20": READ_OR_LIST},
)
def no_password_when_read(exchange: Exchange) -> Iterator[Outcome]:
    """A read or list never shows a password."""
    yield from _no_password(exchange)


@check("RFC7643-4.1.1-19", over=lambda e: _shows_users(e) and e.request.method == "POST")
def no_password_when_created(exchange: Exchange) -> Iterator[Outcome]:
    """A create never shows the password."""
    yield from _no_password(exchange)


def _changes_a_user(exchange: Exchange) -> bool:
    # An answer without a body shows no password either.
    is_answered = 200 <= exchange.status < 300 and (exchange.has_json or not has_body(exchange))
    return exchange.route.endpoint == "Users" and exchange.request.method in ("PUT", "PATCH") and is_answered


@check("RFC7643-4.1.1-21", over=_changes_a_user, facets=methods("PUT", "PATCH"))
def no_password_when_changed(exchange: Exchange) -> Iterator[Outcome]:
    """A change never shows the password."""
    yield from _no_password(exchange)


def _no_password(exchange: Exchange) -> Iterator[Outcome]:
    for pointer, user in resources_of(exchange):
        if get_attribute(user, "password") is not None:
            yield Finding("no password", "a password attribute", f"{pointer}/password")


@check(
    "RFC7643-4.1.1-01",
    over=lambda e: _shows_users(e) and not is_projected(e),
)
def every_user_has_a_user_name(exchange: Exchange) -> Iterator[Outcome]:
    """Every User that is shown whole has a non-empty userName."""
    for pointer, user in resources_of(exchange):
        name = get_attribute(user, "userName")
        if not isinstance(name, str) or not name.strip():
            yield Finding("a non-empty userName", repr(name), f"{pointer}/userName")


@check("RFC7643-2.4-03", over=_shows_users)
def at_most_one_value_is_primary(exchange: Exchange) -> Iterator[Outcome]:
    """At most one value of a multi-valued attribute is the primary one."""
    for pointer, user in resources_of(exchange):
        for name, values in user.items():
            entries = values if isinstance(values, list) else []
            count = sum(1 for entry in entries if isinstance(entry, dict) and entry.get("primary") is True)
            if count > 1:
                yield Finding("at most one primary value", f"{count}", f"{pointer}/{name}")
